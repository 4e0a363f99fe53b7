/** The host's end of the link: one request at a time, each answered, refused or given up on. */
import { randomInt } from "node:crypto";
import { BetaguardError } from "../errors.js";
import { ANSWER, messages, REFUSAL, refusals } from "../schema/link.js";
import { encodeFrame, type Frame, FrameReader } from "./frame.js";
import { decodeHello, type Hello, viewOf } from "./messages.js";
import type { Wire } from "./wire.js";

export type MessageName = (typeof messages)[number]["name"];

export interface LinkOptions {
  /** Time a board has for an answer before the same frame is sent again. */
  readonly timeout_ms?: number;
  /** How often a frame is sent before the board counts as silent. */
  readonly tries?: number;
}

/** Largest payload a board may announce: more is a sign of another protocol, not of a large board. */
const MOST_PAYLOAD_BYTES = 1 << 20;
const SEQUENCES = 1 << 16;
/** `hello` is asked more often: it may come before the board listens, and does no harm twice. */
const HELLO_ms = 200;

const ids = Object.fromEntries(messages.map(({ name, id }) => [name, id])) as Record<MessageName, number>;

interface Pending {
  readonly name: MessageName;
  readonly encoded: Uint8Array;
  readonly resolve: (answer: Frame) => void;
  readonly reject: (error: BetaguardError) => void;
  readonly timeout_ms: number;
  readonly tries: number;
  timer: NodeJS.Timeout;
  sent: number;
  /** A damaged answer is asked for again at once, but once per time-out: noise comes in bursts. */
  damaged: boolean;
}

export class LinkClient {
  readonly #wire: Wire;
  readonly #timeout_ms: number;
  readonly #tries: number;
  readonly #reader = new FrameReader(MOST_PAYLOAD_BYTES);
  /** Anywhere, so that a late answer to whoever used the port before is not taken for one to us. */
  #sequence = randomInt(SEQUENCES);
  #pending: Pending | undefined;
  /** Settled when the last request has been answered: one at a time is on its way. */
  #turn: Promise<unknown> = Promise.resolve();
  #lost: BetaguardError | undefined;

  constructor(wire: Wire, { timeout_ms = 2000, tries = 5 }: LinkOptions = {}) {
    this.#wire = wire;
    this.#timeout_ms = timeout_ms;
    this.#tries = tries;
    wire.listen(
      (bytes) => {
        for (const frame of this.#reader.take(bytes)) this.#take(frame);
      },
      (reason) => {
        this.#lost ??= reason;
        this.#settle()?.reject(reason);
      },
    );
  }

  /**
   * Sends a request and returns its answer's payload. A frame that is not answered in time or arrives damaged is sent
   * again with the same number, so that the board does not carry it out twice.
   * @throws E_LINK_SILENT, E_BOARD_RESTARTED, E_BOARD_SAFE, E_BOARD_REFUSED, or what the wire was lost with.
   */
  async request(name: MessageName, payload: Uint8Array = new Uint8Array()): Promise<Uint8Array> {
    const answer = await this.#exchange(name, payload);
    if (answer.type !== REFUSAL) return answer.payload;
    const refusal = refusals[answer.payload[0] as number];
    if (refusal?.name === "sequence" && name !== "hello") {
      const { resetCause } = await this.hello();
      throw new BetaguardError(
        "E_BOARD_RESTARTED",
        `${this.#wire.name} lost count of the frames: it was restarted (last cause: ${resetCause.doc}) or someone else is using the link; start again`,
      );
    }
    if (refusal?.name === "safe" && name !== "hello") {
      const { safeCause } = await this.hello();
      throw new BetaguardError(
        "E_BOARD_SAFE",
        `${this.#wire.name} is in the safe state: ${safeCause.doc}; reset the board, and if it comes back, update its firmware`,
      );
    }
    throw new BetaguardError(
      "E_BOARD_REFUSED",
      `${this.#wire.name} refused ${name}: ${refusal?.doc ?? `code ${answer.payload[0]}, which is not in the schema`}; restart it, or flash the firmware of this version`,
    );
  }

  /**
   * Asks who is there and restarts the count of frames.
   * @throws E_LINK_VERSION when the answer is not of this link's version, and what `request` throws.
   */
  async hello(): Promise<Hello> {
    const payload = await this.request("hello");
    const hello = decodeHello(payload);
    if (hello) return hello;
    throw new BetaguardError(
      "E_LINK_VERSION",
      `${this.#wire.name}: expected an answer to hello of this version, found ${payload.length} bytes of version ${payload.length < 2 ? "unknown" : viewOf(payload).getUint16(0, true)}; flash the firmware of this version`,
    );
  }

  close(): Promise<void> {
    return this.#wire.close();
  }

  #exchange(name: MessageName, payload: Uint8Array): Promise<Frame> {
    const answer = this.#turn.then(() => this.#send(name, payload));
    this.#turn = answer.catch(() => {});
    return answer;
  }

  #send(name: MessageName, payload: Uint8Array): Promise<Frame> {
    if (this.#lost) throw this.#lost;
    this.#sequence = (this.#sequence + 1) % SEQUENCES;
    const encoded = encodeFrame({ type: ids[name], sequence: this.#sequence, payload });
    const timeout_ms = name === "hello" ? Math.min(HELLO_ms, this.#timeout_ms) : this.#timeout_ms;
    const tries = Math.ceil((this.#tries * this.#timeout_ms) / timeout_ms);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#again(), timeout_ms);
      this.#pending = { name, encoded, resolve, reject, timeout_ms, tries, timer, sent: 1, damaged: false };
      this.#wire.send(encoded);
    });
  }

  #take(frame: Frame | "damaged"): void {
    const pending = this.#pending;
    if (!pending) return;
    const refusal =
      frame !== "damaged" && frame.type === REFUSAL ? refusals[frame.payload[0] as number] : undefined;
    if (frame === "damaged" || refusal?.name === "crc") {
      if (!pending.damaged) this.#again();
      pending.damaged = true;
      return;
    }
    // Anything else is a late answer to a frame sent twice.
    const answers = frame.type === REFUSAL || frame.type === (ids[pending.name] | ANSWER);
    if (answers && frame.sequence === this.#sequence) this.#settle()?.resolve(frame);
  }

  #again(): void {
    const pending = this.#pending as Pending;
    const { name, encoded, timeout_ms, tries } = pending;
    if (pending.sent === tries) {
      this.#settle();
      pending.reject(
        new BetaguardError(
          "E_LINK_SILENT",
          `${this.#wire.name} did not answer ${name}, sent ${tries} times with ${timeout_ms} ms each; check wiring, baud rate and that the firmware runs`,
        ),
      );
      return;
    }
    pending.sent++;
    pending.damaged = false;
    clearTimeout(pending.timer);
    pending.timer = setTimeout(() => this.#again(), timeout_ms);
    this.#wire.send(encoded);
  }

  #settle(): Pending | undefined {
    const pending = this.#pending;
    clearTimeout(pending?.timer);
    this.#pending = undefined;
    return pending;
  }
}
