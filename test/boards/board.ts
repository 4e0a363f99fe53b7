/** A port as a process that a test talks to in raw frames. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { encodeFrame, type Frame, FrameReader } from "../../host/link/frame.js";
import {
  decodeHealth,
  decodeHello,
  type Health,
  type Hello,
  wordsPayload,
} from "../../host/link/messages.js";
import { parameterPairs } from "../../host/replay/module.js";
import { packageFile } from "../../host/root.js";
import { ANSWER, messages, modes, REFUSAL, refusals } from "../../host/schema/link.js";
import type { Values } from "../firmware/support.js";

export type MessageName = (typeof messages)[number]["name"];
export type RefusalName = (typeof refusals)[number]["name"];

/** Exit codes of boards/posix/options.h. */
export const EXIT = { closed: 0, usage: 2, watchdog: 3, stack: 4, fault: 5, power: 6 } as const;

const SEQUENCES = 1 << 16;
/** An answer that has not come by then never will, on however busy a machine. */
const PATIENCE_ms = 30_000;

export const image = (preset: string): string => packageFile("build", "boards", preset, "betaguard");

/** For describe.skipIf: without the tools to build it the port is skipped, but never in CI. */
export function notBuilt(preset: string): boolean {
  if (existsSync(image(preset))) return false;
  if (process.env.CI) throw new Error(`expected ${image(preset)}, found nothing: npm run boards`);
  process.stderr.write(`skipped: no ${image(preset)}; npm run boards\n`);
  return true;
}

export const typeOf = (name: MessageName): number =>
  (messages.find((message) => message.name === name) as { id: number }).id;

/** What a refusal says. */
export function refusalOf(frame: Frame): { name: RefusalName; type: number; expected: number } | undefined {
  if (frame.type !== REFUSAL || frame.payload.length !== 4) return undefined;
  const [code = 0, type = 0, low = 0, high = 0] = frame.payload;
  const refusal = refusals[code];
  return refusal && { name: refusal.name, type, expected: low + 256 * high };
}

export class Board {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #frames: (Frame | "damaged")[] = [];
  readonly #ended: Promise<number | null>;
  #wake: () => void = () => {};
  /** Lines on standard error so far. */
  said = "";
  /** Number of the last request. */
  sequence = 99;

  constructor(args: readonly string[] = [], preset = "posix-asan") {
    // Without control ticks unless a test asks for them: then all that happens is what it sends.
    const ticks = args.includes("--tick") ? [] : ["--tick", "0"];
    this.#child = spawn(image(preset), [...args, ...ticks]);
    const reader = new FrameReader(1 << 20);
    this.#child.stdout.on("data", (bytes: Buffer) => {
      this.#frames.push(...reader.take(bytes));
      this.#wake();
    });
    this.#child.stderr.on("data", (text: Buffer) => {
      this.said += text.toString();
    });
    this.#child.stdin.on("error", () => {});
    this.#ended = new Promise((done) =>
      this.#child.once("close", (code) => {
        done(code);
        this.#wake();
      }),
    );
  }

  send(bytes: Uint8Array): void {
    this.#child.stdin.write(bytes);
  }

  /** The next frame from the board. */
  async next(): Promise<Frame> {
    const late = Date.now() + PATIENCE_ms;
    while (this.#frames.length === 0) {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null)
        throw new Error(
          `the board ended with ${this.#child.exitCode ?? this.#child.signalCode}: ${this.said}`,
        );
      const left = late - Date.now();
      if (left <= 0) throw new Error(`no answer in ${PATIENCE_ms} ms: ${this.said}`);
      await new Promise<void>((woken) => {
        const timer = setTimeout(woken, left);
        this.#wake = () => {
          clearTimeout(timer);
          woken();
        };
      });
    }
    const frame = this.#frames.shift();
    if (frame === undefined || frame === "damaged") throw new Error("the board sent a damaged frame");
    return frame;
  }

  /** Sends the next request in order and returns whatever answers it. */
  async ask(type: number, payload: Uint8Array = new Uint8Array()): Promise<Frame> {
    this.sequence = (this.sequence + 1) % SEQUENCES;
    this.send(encodeFrame({ type, sequence: this.sequence, payload }));
    const frame = await this.next();
    if (frame.sequence !== this.sequence)
      throw new Error(`expected an answer to ${this.sequence}, found one to ${frame.sequence}`);
    return frame;
  }

  /** The payload of the answer to a request that must not be refused. */
  async request(name: MessageName, payload?: Uint8Array): Promise<Uint8Array> {
    const frame = await this.ask(typeOf(name), payload);
    if (frame.type !== (typeOf(name) | ANSWER))
      throw new Error(`${name} was refused: ${refusalOf(frame)?.name}`);
    return frame.payload;
  }

  /** Why a request was refused; undefined if it was not. */
  async refusal(name: MessageName, payload?: Uint8Array): Promise<RefusalName | undefined> {
    return refusalOf(await this.ask(typeOf(name), payload))?.name;
  }

  async hello(): Promise<Hello> {
    return decodeHello(await this.request("hello")) as Hello;
  }

  async health(): Promise<Health> {
    return decodeHealth(await this.request("health"));
  }

  async enter(mode: (typeof modes)[number]): Promise<void> {
    await this.request("mode", Uint8Array.of(modes.indexOf(mode)));
  }

  /** Parameters and cells in their initial state; a module that takes any parameters may do without. */
  async start(cells: number, values: Partial<Values> = {}): Promise<void> {
    await this.request("parameters", parameterPairs(values));
    await this.request("reset", wordsPayload(cells));
  }

  /** Waits for something only time brings. */
  async until(holds: () => boolean | Promise<boolean>): Promise<void> {
    for (const late = Date.now() + PATIENCE_ms; !(await holds()); ) {
      if (Date.now() > late) throw new Error(`waited ${PATIENCE_ms} ms in vain: ${this.said}`);
      await new Promise((done) => setTimeout(done, 5));
    }
  }

  /** Exit code of a board that ends by itself. */
  ended(): Promise<number | null> {
    return this.#ended;
  }

  /** Ends a board whose link is not its standard input. */
  kill(): void {
    this.#child.kill();
  }

  /** Closes the link and returns the exit code. */
  close(): Promise<number | null> {
    this.#child.stdin.end();
    return this.#ended;
  }
}
