/** A board in this process whose answers a test can lose, damage or change: V8 behind the frames of the link. */
import { crc32 } from "../../host/crc32.js";
import { BetaguardError } from "../../host/errors.js";
import { encodeFrame, type Frame, FrameReader } from "../../host/link/frame.js";
import { viewOf, wordsPayload } from "../../host/link/messages.js";
import { maskBytes } from "../../host/link/pack.js";
import type { Wire } from "../../host/link/wire.js";
import { type FirmwareModule, loadModule } from "../../host/replay/module.js";
import { recordBytes } from "../../host/schema/field.js";
import {
  ABI_VERSION,
  addresses,
  inputBytes,
  layoutHash,
  snapshotBytes,
  stateBytesPerCell,
} from "../../host/schema/layout.js";
import {
  ANSWER,
  executors,
  LINK_VERSION,
  messages,
  modes,
  REFUSAL,
  refusals,
  resetCauses,
  safeCauses,
} from "../../host/schema/link.js";
import { cellOutputFields, headerFields, packOutputFields } from "../../host/schema/records.js";
import { packOutputs, unpackSteps } from "./unpack.js";

export type MessageName = (typeof messages)[number]["name"];
type RefusalName = (typeof refusals)[number]["name"];

const code = (list: readonly (string | { name: string })[], name: string): number =>
  list.findIndex((entry) => (typeof entry === "string" ? entry : entry.name) === name);

/** What becomes of an answer on its way: the bytes that arrive. */
export type Line = (answer: Uint8Array, sent: number) => readonly Uint8Array[];

export interface MockOptions {
  readonly line?: Line;
  /** Refuses these requests. */
  readonly refuses?: Partial<Record<MessageName, RefusalName>>;
  /** Called after every step, before its CRC is taken. */
  readonly afterStep?: (module: FirmwareModule) => void;
  /** Most of a request, and most of an answer. */
  readonly payloadBytes?: number;
  readonly hello?: {
    readonly linkVersion?: number;
    readonly layoutHash?: number;
    readonly sha256?: string;
    readonly mode?: (typeof modes)[number];
    readonly safeCause?: string;
    readonly resetCause?: string;
  };
}

export class MockBoard implements Wire {
  readonly name = "mock";
  readonly module = loadModule();
  /** Requests carried out, by name. */
  readonly carriedOut: MessageName[] = [];
  mode: (typeof modes)[number];
  /** Frames answered, those sent again among them. */
  answered = 0;
  closed = false;
  readonly #options: MockOptions;
  readonly #reader = new FrameReader(1 << 16);
  #last: Frame | undefined;
  #received: (bytes: Uint8Array) => void = () => {};
  #lost: (reason: BetaguardError) => void = () => {};

  constructor(options: MockOptions = {}) {
    this.#options = options;
    this.mode = options.hello?.mode ?? "hosted";
  }

  listen(received: (bytes: Uint8Array) => void, lost: (reason: BetaguardError) => void): void {
    this.#received = received;
    this.#lost = lost;
  }

  send(bytes: Uint8Array): void {
    for (const frame of this.#reader.take(bytes)) {
      if (frame === "damaged")
        this.#answer(this.#refusal("crc", 0, ((this.#last?.sequence ?? 0) + 1) & 0xffff));
      else this.#take(frame);
    }
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  /** The other side has gone. */
  vanish(): void {
    this.#lost(new BetaguardError("E_TARGET_ENDED", "mock: gone; start it again"));
  }

  /** Power fails and comes back. */
  restart(): void {
    this.#last = undefined;
  }

  #take({ type, sequence, payload }: Frame): void {
    const name = messages.find(({ id }) => id === type)?.name as MessageName;
    if (name === "hello" || sequence === ((this.#last?.sequence ?? Number.NaN) + 1) % 0x10000) {
      const refused = this.#options.refuses?.[name];
      if (!refused) this.carriedOut.push(name);
      this.#last = refused
        ? this.#refusal(refused, type, sequence)
        : { type: type | ANSWER, sequence, payload: this.#carryOut(name, payload) };
      this.#answer(this.#last);
    } else if (sequence === this.#last?.sequence) this.#answer(this.#last);
    else this.#answer(this.#refusal("sequence", type, sequence));
  }

  #refusal(name: RefusalName, type: number, sequence: number): Frame {
    const expected = (sequence + 1) & 0xffff;
    const payload = Uint8Array.of(code(refusals, name), type, expected & 0xff, expected >> 8);
    return { type: REFUSAL, sequence, payload };
  }

  #answer(frame: Frame): void {
    const bytes = encodeFrame(frame);
    const arriving = this.#options.line?.(bytes, this.answered++) ?? [bytes];
    // As a stream would: never within `send`.
    for (const part of arriving) setImmediate(() => this.#received(part));
  }

  #carryOut(name: MessageName, payload: Uint8Array): Uint8Array {
    const { exports, words } = this.module;
    const view = viewOf(payload);
    const memory = new Uint8Array(words.buffer);
    switch (name) {
      case "hello":
        return this.#hello();
      case "mode":
        this.mode = modes[payload[0] as number] as (typeof modes)[number];
        return payload;
      case "parameters":
        memory.set(payload, addresses.staging);
        return wordsPayload(exports.setParameters(payload.length / 8), exports.refusedParameter());
      case "reset":
        return wordsPayload(exports.reset(view.getInt32(0, true)));
      case "steps":
        return this.#steps(view.getUint16(0, true), view.getUint16(2, true), payload.subarray(4));
      case "read":
        return this.#state().subarray(
          view.getUint32(0, true),
          view.getUint32(0, true) + view.getUint32(4, true),
        );
      case "stage":
        memory.set(payload.subarray(4), addresses.staging + view.getUint32(0, true));
        return wordsPayload(0);
      case "restore":
        return wordsPayload(exports.restore(view.getInt32(0, true)));
      default:
        throw new Error(`the mock knows no ${name}`);
    }
  }

  #hello(): Uint8Array {
    const { hello = {}, payloadBytes = 4096 } = this.#options;
    const view = new DataView(new ArrayBuffer(74));
    view.setUint16(0, hello.linkVersion ?? LINK_VERSION, true);
    view.setUint8(2, code(modes, this.mode));
    view.setUint8(3, code(executors, "wasm3"));
    view.setInt32(4, ABI_VERSION, true);
    view.setInt32(8, hello.layoutHash ?? layoutHash, true);
    new Uint8Array(view.buffer, 12, 32).set(Buffer.from(hello.sha256 ?? this.module.sha256, "hex"));
    view.setUint32(44, payloadBytes, true);
    view.setUint32(48, payloadBytes, true);
    view.setInt32(52, this.#cells, true);
    view.setUint8(56, code(resetCauses, hello.resetCause ?? "power"));
    view.setUint8(57, code(safeCauses, hello.safeCause ?? "none"));
    new Uint8Array(view.buffer, 58).set(new TextEncoder().encode("mock"));
    return new Uint8Array(view.buffer);
  }

  #steps(steps: number, flags: number, inputs: Uint8Array): Uint8Array {
    const { payloadBytes = 4096 } = this.#options;
    const bytes = inputBytes(this.#cells);
    const memory = new Uint8Array(this.module.words.buffer);
    const parts: Uint8Array[] = [new Uint8Array(12)];
    const length = () => parts.reduce((sum, part) => sum + part.length, 0);
    let done = 0;
    for (const input of unpackSteps(inputs, steps, bytes) as Uint8Array[]) {
      const before = this.#outputs();
      if (flags & 8 && length() + maskBytes(before.length) + 4 * before.length > payloadBytes) break;
      memory.set(input, addresses.stepInput);
      this.module.exports.step();
      const outputs = this.#outputs();
      this.#options.afterStep?.(this.module);
      done++;
      if (flags & 2) parts.push(wordsPayload(crc32(this.#state())));
      if (flags & 8) parts.push(packOutputs(outputs, before));
    }
    viewOf(parts[0] as Uint8Array).setUint16(4, done, true);
    return Buffer.concat(parts);
  }

  #outputs(): Int32Array {
    const { words } = this.module;
    const record = (address: number, bytes: number) => [
      ...words.subarray(address / 4, (address + bytes) / 4),
    ];
    const cells = Array.from({ length: this.#cells }, (_, cell) =>
      record(addresses.cells + cell * stateBytesPerCell, recordBytes(cellOutputFields)),
    );
    return Int32Array.from([...cells.flat(), ...record(addresses.packOutput, recordBytes(packOutputFields))]);
  }

  get #cells(): number {
    return this.module.words[
      addresses.header / 4 + headerFields.findIndex(({ name }) => name === "cells")
    ] as number;
  }

  #state(): Uint8Array {
    const part = (address: number, bytes: number) => new Uint8Array(this.module.words.buffer, address, bytes);
    return Buffer.concat([
      part(addresses.header, snapshotBytes(this.#cells)),
      part(addresses.packOutput, recordBytes(packOutputFields)),
    ]);
  }
}
