/** Payloads of the link's answers, decoded; the layouts are in host/schema/link.ts. */
import { executors, healthFields, modes, resetCauses, safeCauses } from "../schema/link.js";

export type Mode = (typeof modes)[number];

/** Who answered `hello`. */
export interface Hello {
  readonly linkVersion: number;
  readonly mode: Mode;
  readonly executor: (typeof executors)[number];
  readonly abiVersion: number;
  readonly layoutHash: number;
  /** Hex SHA-256 of the module it runs. */
  readonly moduleSha256: string;
  /** Most payload it takes in a request, and most it sends in an answer. */
  readonly requestBytes: number;
  readonly answerBytes: number;
  /** 0 before the first reset of the cells. */
  readonly cells: number;
  readonly resetCause: (typeof resetCauses)[number];
  readonly safeCause: (typeof safeCauses)[number];
  readonly port: string;
}

export type Health = Record<(typeof healthFields)[number]["name"], number>;

const HELLO_BYTES = 74;

/** undefined where the payload is not one of this link version. */
export function decodeHello(payload: Uint8Array): Hello | undefined {
  if (payload.length !== HELLO_BYTES) return undefined;
  const view = viewOf(payload);
  const mode = modes[view.getUint8(2)];
  const executor = executors[view.getUint8(3)];
  const resetCause = resetCauses[view.getUint8(56)];
  const safeCause = safeCauses[view.getUint8(57)];
  if (!mode || !executor || !resetCause || !safeCause) return undefined;
  return {
    linkVersion: view.getUint16(0, true),
    mode,
    executor,
    abiVersion: view.getInt32(4, true),
    layoutHash: view.getInt32(8, true),
    moduleSha256: Buffer.from(payload.subarray(12, 44)).toString("hex"),
    requestBytes: view.getUint32(44, true),
    answerBytes: view.getUint32(48, true),
    cells: view.getInt32(52, true),
    resetCause,
    safeCause,
    port: new TextDecoder().decode(payload.subarray(58)).replace(/\0.*$/s, ""),
  };
}

export function decodeHealth(payload: Uint8Array): Health {
  const view = viewOf(payload);
  return Object.fromEntries(
    healthFields.map(({ name }, index) => [name, view.getUint32(4 * index, true)]),
  ) as Health;
}

/** Little-endian 32-bit words as a request's payload. */
export function wordsPayload(...words: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * words.length));
  for (const [index, word] of words.entries()) view.setInt32(4 * index, word, true);
  return new Uint8Array(view.buffer);
}

export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
