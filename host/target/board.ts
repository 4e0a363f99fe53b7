/** A board at the other end of a link, whatever the link is: a child process, an emulator, a serial port. */
import { BetaguardError } from "../errors.js";
import { LinkClient, type LinkOptions } from "../link/client.js";
import { decodeHealth, type Hello, viewOf, wordsPayload } from "../link/messages.js";
import { maskBytes, packSteps, unpackSteps } from "../link/pack.js";
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
import {
  ABI_VERSION,
  addresses,
  inputBytes,
  layoutHash,
  outputBytes,
  snapshotBytes,
  stateBytesPerCell,
} from "../schema/layout.js";
import { LINK_VERSION, modes } from "../schema/link.js";
import { packOutputFields } from "../schema/records.js";
import { seal } from "./snapshot.js";
import type { Target } from "./target.js";

const STATE_CRC = 2;
const PACKED = 4;
const OUTPUTS_PACKED = 8;
/** Before the steps in the request: steps, flags; in the answer: status, steps done, ticks. */
const REQUEST_HEAD_BYTES = 4;
const ANSWER_HEAD_BYTES = 12;
const MOST_STEPS = 0xffff;
/** Of a batch's inputs and outputs; it goes to the board in as many frames as it takes. */
const BATCH_BYTES = 1 << 16;

export class BoardTarget implements Target {
  readonly name: string;
  readonly floats: Float32Array;
  readonly words: Int32Array;
  readonly #client: LinkClient;
  readonly #requestBytes: number;
  readonly #answerBytes: number;
  #cells: number;
  #layout: BatchLayout = batchLayout(0, 0, 0);
  #ticks = 0;
  /** Outputs of the last step, or where that is not known, nothing. */
  #outputs: Int32Array | undefined;
  /** Steps whose packed outputs are likely to fit into an answer. */
  #likely = 1;
  /** State of a board that was in control of its cells, to be handed back. */
  #live: Uint8Array | undefined;

  private constructor(name: string, client: LinkClient, { requestBytes, answerBytes, cells }: Hello) {
    this.name = name;
    this.#cells = cells;
    this.#client = client;
    this.#requestBytes = requestBytes;
    this.#answerBytes = answerBytes;
    const buffer = new ArrayBuffer(BATCH_BYTES);
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
    this.#outputs = undefined;
    const packed = (bytes: number) => maskBytes(bytes / 4) + bytes;
    const request = REQUEST_HEAD_BYTES + packed(inputBytes(cells));
    const answer = ANSWER_HEAD_BYTES + packed(outputBytes(cells));
    if (request > this.#requestBytes || answer > this.#answerBytes) {
      throw new BetaguardError(
        "E_BOARD_PAYLOAD",
        `${this.name}: a step of ${cells} cells needs a request of ${request} bytes and an answer of ${answer}, the board takes ${this.#requestBytes} and sends ${this.#answerBytes}; take fewer cells`,
      );
    }
    this.#ticks = 0;
    this.#layout = batchLayout(cells, Math.floor(BATCH_BYTES / (inputBytes(cells) + outputBytes(cells))), 0);
    return this.#layout;
  }

  async stepBatch(steps: number): Promise<number> {
    const { inputStride, outputStride, capacity } = this.#layout;
    const outputs = capacity * inputStride;
    let before = this.#outputs ?? (await this.#readOutputs());
    this.#outputs = undefined;
    for (let done = 0; done < steps; ) {
      const inputs = this.words.subarray(done * inputStride, steps * inputStride);
      const { sent, steps: count, answer } = await this.#steps(inputs, OUTPUTS_PACKED, this.#likely);
      this.#likely = count < sent ? count + 1 : Math.max(this.#likely, count + Math.ceil(count / 4));
      const into = this.words.subarray(
        outputs + done * outputStride,
        outputs + (done + count) * outputStride,
      );
      if (count === 0 || !unpackSteps(answer, count, outputStride, before, into))
        throw this.#wrongAnswer(`${sent} packed steps`, `${count} in ${answer.length} bytes`);
      before = into.slice(-outputStride);
      done += count;
    }
    this.#outputs = before;
    return outputs;
  }

  /**
   * Runs the steps whose inputs these are, as many as there are; the CRC-32 of what `state` would give after each goes
   * into `crcs`, and their outputs nowhere: a line to a board is slow.
   */
  async crcBatch(inputs: Int32Array, crcs: Uint32Array): Promise<void> {
    const { inputStride } = this.#layout;
    this.#outputs = undefined;
    const most = Math.min(MOST_STEPS, Math.floor((this.#answerBytes - ANSWER_HEAD_BYTES) / 4));
    for (let done = 0; done * inputStride < inputs.length; ) {
      const { sent, steps, answer } = await this.#steps(inputs.subarray(done * inputStride), STATE_CRC, most);
      if (steps !== sent || answer.length !== 4 * steps)
        throw this.#wrongAnswer(`${sent} steps`, `${steps} in ${answer.length} bytes`);
      const view = viewOf(answer);
      for (let n = 0; n < steps; n++) crcs[done + n] = view.getUint32(4 * n, true);
      done += steps;
    }
  }

  async state(): Promise<Uint8Array> {
    const state = new Uint8Array(snapshotBytes(this.#cells) + recordBytes(packOutputFields));
    for (let at = 0; at < state.length; ) {
      const bytes = Math.min(state.length - at, this.#answerBytes);
      state.set(await this.#client.request("read", wordsPayload(at, bytes)), at);
      at += bytes;
    }
    return state;
  }

  async restore(snapshot: Uint8Array): Promise<void> {
    this.#outputs = undefined;
    const room = this.#requestBytes - 4;
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

  async #readOutputs(): Promise<Int32Array> {
    const state = await this.state();
    const words = new Int32Array(state.buffer);
    const outputs = new Int32Array(this.#layout.outputStride);
    const cellWords = this.#layout.cellOutputStride;
    for (let cell = 0; cell < this.#cells; cell++) {
      const at = (addresses.cells - addresses.header + cell * stateBytesPerCell) / 4;
      outputs.set(words.subarray(at, at + cellWords), cell * cellWords);
    }
    outputs.set(words.subarray(snapshotBytes(this.#cells) / 4), this.#cells * cellWords);
    return outputs;
  }

  /**
   * Sends the first of these steps, at most `most` and as many as a frame holds. Returns how many those were, how many of
   * them the board did, and what its answer says of these.
   */
  async #steps(
    inputs: Int32Array,
    flags: number,
    most: number,
  ): Promise<{ sent: number; steps: number; answer: Uint8Array }> {
    const room = this.#requestBytes - REQUEST_HEAD_BYTES;
    const { steps: sent, bytes } = packSteps(inputs, this.#layout.inputStride, most, room);
    const request = new Uint8Array(REQUEST_HEAD_BYTES + bytes.length);
    const head = viewOf(request);
    head.setUint16(0, sent, true);
    head.setUint16(2, flags | PACKED, true);
    request.set(bytes, REQUEST_HEAD_BYTES);
    const answer = await this.#client.request("steps", request);
    if (answer.length < ANSWER_HEAD_BYTES) throw this.#wrongAnswer("a head", `${answer.length} bytes`);
    const view = viewOf(answer);
    requireOk(view.getInt32(0, true));
    this.#ticks += view.getUint32(8, true);
    const steps = view.getUint16(4, true);
    if (steps > sent) throw this.#wrongAnswer(`at most ${sent} steps`, `${steps}`);
    return { sent, steps, answer: answer.subarray(ANSWER_HEAD_BYTES) };
  }

  #wrongAnswer(expected: string, found: string): BetaguardError {
    return new BetaguardError(
      "E_BOARD_ANSWER",
      `${this.name}: expected an answer to ${expected}, found ${found}; flash the firmware of this version`,
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
