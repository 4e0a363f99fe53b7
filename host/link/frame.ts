/** Frames of the link as host/schema/link.ts lays them down, and their way back out of any stream of bytes. */
import { crc32 } from "../crc32.js";
import { FRAME_OVERHEAD_BYTES } from "../schema/link.js";
import { stuff, stuffedBytes, unstuff } from "./cobs.js";

export interface Frame {
  readonly type: number;
  /** 0 … 65535. */
  readonly sequence: number;
  readonly payload: Uint8Array;
}

const CRC_BYTES = 4;
const PAYLOAD_AT = FRAME_OVERHEAD_BYTES - CRC_BYTES;

/** The bytes of a frame, with the 0 that ends it. */
export function encodeFrame({ type, sequence, payload }: Frame): Uint8Array {
  const bytes = new Uint8Array(FRAME_OVERHEAD_BYTES + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, type);
  view.setUint16(1, sequence, true);
  bytes.set(payload, PAYLOAD_AT);
  const crcAt = PAYLOAD_AT + payload.length;
  view.setUint32(crcAt, crc32(bytes.subarray(0, crcAt)), true);
  const encoded = new Uint8Array(stuffedBytes(bytes.length) + 1);
  return encoded.subarray(0, stuff(bytes, encoded) + 1);
}

/** The frame in the bytes before a 0; undefined where COBS or CRC-32 does not hold. */
function decodeFrame(encoded: Uint8Array): Frame | undefined {
  const bytes = unstuff(encoded);
  if (bytes === undefined || bytes.length < FRAME_OVERHEAD_BYTES) return undefined;
  const view = new DataView(bytes.buffer, 0, bytes.length);
  const crcAt = bytes.length - CRC_BYTES;
  if (crc32(bytes.subarray(0, crcAt)) !== view.getUint32(crcAt, true)) return undefined;
  return {
    type: view.getUint8(0),
    sequence: view.getUint16(1, true),
    payload: bytes.subarray(PAYLOAD_AT, crcAt),
  };
}

/** Takes bytes as they come and gives back frames; after garbage it is in step again at the next 0. */
export class FrameReader {
  readonly #buffer: Uint8Array;
  #length = 0;

  /** @param mostPayloadBytes a frame with more is damaged: without a bound, a silent line would fill the memory */
  constructor(mostPayloadBytes: number) {
    this.#buffer = new Uint8Array(stuffedBytes(mostPayloadBytes + FRAME_OVERHEAD_BYTES));
  }

  /** The frames that these bytes complete, in order; "damaged" for one that cannot be read. */
  take(bytes: Uint8Array): (Frame | "damaged")[] {
    const found: (Frame | "damaged")[] = [];
    for (let from = 0; from < bytes.length; ) {
      const zero = bytes.indexOf(0, from);
      this.#keep(bytes.subarray(from, zero < 0 ? bytes.length : zero));
      if (zero < 0) break;
      if (this.#length > 0) found.push(this.#frame() ?? "damaged");
      this.#length = 0;
      from = zero + 1;
    }
    return found;
  }

  #keep(bytes: Uint8Array): void {
    const room = this.#buffer.length - this.#length;
    if (room > 0) this.#buffer.set(bytes.subarray(0, room), this.#length);
    this.#length += bytes.length;
  }

  #frame(): Frame | undefined {
    if (this.#length > this.#buffer.length) return undefined;
    return decodeFrame(this.#buffer.subarray(0, this.#length));
  }
}
