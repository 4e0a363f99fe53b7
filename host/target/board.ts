/** A board at the other end of a link, whatever the link is: a child process, an emulator, a serial port. */
import { BetaguardError } from "../errors.js";
import { LinkClient, type LinkOptions } from "../link/client.js";
import { decodeHealth, type Hello, viewOf, wordsPayload } from "../link/messages.js";
import { maskBytes, packSteps } from "../link/pack.js";
import type { Wire } from "../link/wire.js";
import {
  type BatchLayout,
  batchLayout,
  type ParameterValues,
  parameterPairs,
  requireOk,
  requireParameters,
} from "../replay/module.js";
import { recordBytes } from "../schema/field.js";
import { ABI_VERSION, inputBytes, layoutHash, outputBytes, snapshotBytes } from "../schema/layout.js";
import { LINK_VERSION, modes } from "../schema/link.js";
import { packOutputFields } from "../schema/records.js";
import { seal } from "./snapshot.js";
import type { Target } from "./target.js";

const OUTPUTS = 1;
const STATE_CRC = 2;
const PACKED = 4;
/** Before the steps in the request: steps, flags; in the answer: status, steps done, ticks. */
const REQUEST_HEAD_BYTES = 4;
const ANSWER_HEAD_BYTES = 12;
const MOST_STEPS = 0xffff;

export class BoardTarget implements Target {
  readonly name: string;
  readonly floats: Float32Array;
  readonly words: Int32Array;
  readonly #client: LinkClient;
  readonly #mostPayloadBytes: number;
  #cells: number;
  #layout: BatchLayout = batchLayout(0, 0, 0);
  #ticks = 0;
  /** State of a board that was in control of its cells, to be handed back. */
  #live: Uint8Array | undefined;

  private constructor(name: string, client: LinkClient, { mostPayloadBytes, cells }: Hello) {
    this.name = name;
    this.#cells = cells;
    this.#client = client;
    this.#mostPayloadBytes = mostPayloadBytes;
    // The inputs of a batch and its outputs each fit into a frame.
    const buffer = new ArrayBuffer(8 * Math.ceil(mostPayloadBytes / 4));
    this.floats = new Float32Array(buffer);
    this.words = new Int32Array(buffer);
  }

  /**
   * Makes sure that the board runs the module with that SHA-256 and takes it over for hosted steps. One that was live
   * goes on from where it was at `close`; in between it is in the safe state.
   * @throws E_LINK_…, E_BOARD_LAYOUT, E_BOARD_MODULE, E_BOARD_…
   */
  static async open(
    name: string,
    wire: Wire,
    moduleSha256: string,
    options?: LinkOptions,
  ): Promise<BoardTarget> {
    const client = new LinkClient(wire, options);
    try {
      const hello = await client.hello();
      requireSame(name, hello, moduleSha256);
      await client.request("mode", Uint8Array.of(modes.indexOf("hosted")));
      const board = new BoardTarget(name, client, hello);
      if (hello.mode === "live") board.#live = seal(await board.state());
      return board;
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  async start(values: ParameterValues, cells: number): Promise<BatchLayout> {
    const pairs = viewOf(await this.#client.request("parameters", parameterPairs(values)));
    requireParameters(pairs.getInt32(0, true), pairs.getInt32(4, true), values);
    requireOk(statusOf(await this.#client.request("reset", wordsPayload(cells))));
    this.#cells = cells;
    const room = this.#mostPayloadBytes;
    const capacity = Math.min(
      Math.floor((room - REQUEST_HEAD_BYTES) / (maskBytes(inputBytes(cells) / 4) + inputBytes(cells))),
      Math.floor((room - ANSWER_HEAD_BYTES) / outputBytes(cells)),
      MOST_STEPS,
    );
    if (capacity < 1) {
      throw new BetaguardError(
        "E_BOARD_PAYLOAD",
        `${this.name}: a step of ${cells} cells needs an answer of ${ANSWER_HEAD_BYTES + outputBytes(cells)} bytes, the board sends at most ${room}; take fewer cells`,
      );
    }
    this.#ticks = 0;
    this.#layout = batchLayout(cells, capacity, 0);
    return this.#layout;
  }

  async stepBatch(steps: number): Promise<number> {
    const { inputStride, outputStride, capacity } = this.#layout;
    const { answer } = await this.#steps(this.words.subarray(0, steps * inputStride), OUTPUTS, outputStride);
    const outputs = capacity * inputStride;
    new Uint8Array(this.words.buffer, 4 * outputs).set(answer);
    return outputs;
  }

  /**
   * Runs the steps whose inputs these are, as many as there are; the CRC-32 of what `state` would give after each goes
   * into `crcs`, and their outputs nowhere: a line to a board is slow.
   */
  async crcBatch(inputs: Int32Array, crcs: Uint32Array): Promise<void> {
    const { inputStride } = this.#layout;
    for (let done = 0; done * inputStride < inputs.length; ) {
      const { steps, answer } = await this.#steps(inputs.subarray(done * inputStride), STATE_CRC, 1);
      const view = viewOf(answer);
      for (let n = 0; n < steps; n++) crcs[done + n] = view.getUint32(4 * n, true);
      done += steps;
    }
  }

  async state(): Promise<Uint8Array> {
    const state = new Uint8Array(snapshotBytes(this.#cells) + recordBytes(packOutputFields));
    for (let at = 0; at < state.length; ) {
      const bytes = Math.min(state.length - at, this.#mostPayloadBytes);
      state.set(await this.#client.request("read", wordsPayload(at, bytes)), at);
      at += bytes;
    }
    return state;
  }

  async restore(snapshot: Uint8Array): Promise<void> {
    const room = this.#mostPayloadBytes - 4;
    for (let at = 0; at < snapshot.length; at += room) {
      const part = snapshot.subarray(at, at + room);
      const request = new Uint8Array(4 + part.length);
      request.set(wordsPayload(at));
      request.set(part, 4);
      requireOk(statusOf(await this.#client.request("stage", request)));
    }
    requireOk(statusOf(await this.#client.request("restore", wordsPayload(snapshot.length))));
  }

  async stepping_s(): Promise<number | undefined> {
    const { ticksPerSecond } = decodeHealth(await this.#client.request("health"));
    return ticksPerSecond === 0 ? undefined : this.#ticks / ticksPerSecond;
  }

  /** The first of these steps, as many as a frame holds, and what its answer says of each: `stepWords` words a step. */
  async #steps(
    inputs: Int32Array,
    flags: number,
    stepWords: number,
  ): Promise<{ steps: number; answer: Uint8Array }> {
    const most = Math.min(
      MOST_STEPS,
      Math.floor((this.#mostPayloadBytes - ANSWER_HEAD_BYTES) / (4 * stepWords)),
    );
    const room = this.#mostPayloadBytes - REQUEST_HEAD_BYTES;
    const { steps, bytes } = packSteps(inputs, this.#layout.inputStride, most, room);
    const request = new Uint8Array(REQUEST_HEAD_BYTES + bytes.length);
    const head = viewOf(request);
    head.setUint16(0, steps, true);
    head.setUint16(2, flags | PACKED, true);
    request.set(bytes, REQUEST_HEAD_BYTES);
    const answer = await this.#client.request("steps", request);
    const view = viewOf(answer);
    requireOk(view.getInt32(0, true));
    this.#ticks += view.getUint32(8, true);
    const expected = ANSWER_HEAD_BYTES + 4 * steps * stepWords;
    if (view.getUint16(4, true) === steps && answer.length === expected)
      return { steps, answer: answer.subarray(ANSWER_HEAD_BYTES) };
    throw new BetaguardError(
      "E_BOARD_ANSWER",
      `${this.name}: expected ${steps} steps in ${expected} bytes, found ${view.getUint16(4, true)} in ${answer.length}; flash the firmware of this version`,
    );
  }

  async close(): Promise<void> {
    try {
      if (!this.#live) return;
      await this.restore(this.#live);
      await this.#client.request("mode", Uint8Array.of(modes.indexOf("live")));
    } finally {
      await this.#client.close();
    }
  }
}

const statusOf = (answer: Uint8Array): number => viewOf(answer).getInt32(0, true);

function requireSame(name: string, hello: Hello, moduleSha256: string): void {
  if (hello.linkVersion !== LINK_VERSION) {
    throw new BetaguardError(
      "E_LINK_VERSION",
      `${name}: expected link version ${LINK_VERSION}, found ${hello.linkVersion}; flash the firmware of this version`,
    );
  }
  if (hello.abiVersion !== ABI_VERSION || hello.layoutHash !== layoutHash) {
    throw new BetaguardError(
      "E_BOARD_LAYOUT",
      `${name}: expected a module with ABI ${ABI_VERSION}, layout ${layoutHash}, found ABI ${hello.abiVersion}, layout ${hello.layoutHash}; run npm run build && npm run boards, and flash what it builds`,
    );
  }
  if (hello.moduleSha256 !== moduleSha256) {
    throw new BetaguardError(
      "E_BOARD_MODULE",
      `${name}: expected the module ${moduleSha256}, found ${hello.moduleSha256} on the board; run npm run boards and flash what it builds`,
    );
  }
}
