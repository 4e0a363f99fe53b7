/**
 * Boards beside V8, as one target: each does the same steps, and after every step the CRC-32 over state and outputs is
 * held against V8's. Where one differs, all repeat the batch up to that step from the state before it, and what they
 * then hold is compared word by word. Equal CRCs are not the last word: `state` fetches the bytes of all.
 */
import { type BatchLayout, batchLayout, type ParameterValues } from "../replay/module.js";
import { snapshotBytes } from "../schema/layout.js";
import type { BoardTarget } from "../target/board.js";
import { seal } from "../target/snapshot.js";
import type { Target } from "../target/target.js";
import type { V8Target } from "../target/v8.js";
import { stateNames, type WordName } from "./words.js";

export interface Difference extends WordName {
  /** Steps since the cells' reset, those at rest before the trace included; 0: before the first. */
  readonly step: number;
  /** The word as each target has it, in hexadecimal. */
  readonly bits: Readonly<Record<string, string>>;
}

/** What ends a run at its first difference. */
export class DifferenceFound extends Error {
  readonly first: Difference;
  /** Words that differ in that step. */
  readonly differences: number;

  constructor(first: Difference, differences: number) {
    super(`${first.field} differs in step ${first.step}`);
    this.first = first;
    this.differences = differences;
  }
}

export class BackToBack implements Target {
  readonly name: string;
  readonly floats: Float32Array;
  readonly words: Int32Array;
  /** Steps since `start` in which all agreed. */
  steps = 0;
  readonly #reference: V8Target;
  readonly #boards: readonly BoardTarget[];
  #layout: BatchLayout = batchLayout(0, 0, 0);
  #cells = 0;
  /** Of the batch, V8's first. */
  #crcs: readonly Uint32Array[] = [];
  /** The state of all at the start of the batch. */
  #before: Uint8Array = new Uint8Array();

  constructor(reference: V8Target, boards: readonly BoardTarget[]) {
    this.#reference = reference;
    this.#boards = boards;
    this.name = this.#targets.map(({ name }) => name).join(",");
    this.floats = reference.floats;
    this.words = reference.words;
  }

  /** @throws DifferenceFound when the initial states differ, and what the targets throw */
  async start(values: ParameterValues, cells: number): Promise<BatchLayout> {
    const [layout] = await Promise.all(this.#targets.map((target) => target.start(values, cells)));
    this.#layout = layout as BatchLayout;
    this.#crcs = this.#targets.map(() => new Uint32Array(this.#layout.capacity));
    this.#cells = cells;
    this.steps = 0;
    // The pack's output is not worked out before the first step.
    const states = await this.#states();
    const found = this.#difference(
      0,
      states.map((state) => wordsOf(state.subarray(0, snapshotBytes(cells)))),
    );
    if (found) throw found;
    this.#before = states[0] as Uint8Array;
    return this.#layout;
  }

  /** @throws DifferenceFound, and what the targets throw */
  async stepBatch(steps: number): Promise<number> {
    const { input, inputStride } = this.#layout;
    const inputs = this.words.slice(input, input + steps * inputStride);
    const outputs = await this.#step(inputs);
    for (let n = 0; n < steps; n++) {
      if (this.#crcs.some((crcs) => crcs[n] !== this.#crcs[0]?.[n])) throw await this.#located(n, inputs);
    }
    this.steps += steps;
    this.#before = await this.#reference.state();
    return outputs;
  }

  /** @throws DifferenceFound when they are not the same */
  async state(): Promise<Uint8Array> {
    const states = await this.#states();
    const found = this.#difference(this.steps, states.map(wordsOf));
    if (found) throw found;
    return states[0] as Uint8Array;
  }

  async restore(snapshot: Uint8Array): Promise<void> {
    await Promise.all(this.#targets.map((target) => target.restore(snapshot)));
  }

  async stepping_s(): Promise<undefined> {}

  async close(): Promise<void> {
    await Promise.all(this.#targets.map((target) => target.close()));
  }

  get #targets(): readonly Target[] {
    return [this.#reference, ...this.#boards];
  }

  #states(): Promise<Uint8Array[]> {
    return Promise.all(this.#targets.map((target) => target.state()));
  }

  /** Steps every target; returns where V8 left its outputs. */
  async #step(inputs: Int32Array): Promise<number> {
    const [ours, ...theirs] = this.#crcs as readonly [Uint32Array, ...Uint32Array[]];
    // The boards work while V8 does.
    const boards = this.#boards.map((board, index) => board.crcBatch(inputs, theirs[index] as Uint32Array));
    const outputs = this.#reference.stepBatchWithCrcs(inputs.length / this.#layout.inputStride, ours);
    await Promise.all(boards);
    return outputs;
  }

  /** What differs after step `n` of the batch, found in a repetition; or, if that does not show it, the CRCs. */
  async #located(n: number, inputs: Int32Array): Promise<DifferenceFound> {
    const { input, inputStride } = this.#layout;
    const step = this.steps + n + 1;
    const crcs = this.#crcs.map((ofBatch) => ofBatch[n] as number);
    await this.restore(seal(this.#before));
    const again = inputs.subarray(0, (n + 1) * inputStride);
    this.words.set(again, input);
    await this.#step(again);
    return (
      this.#difference(step, (await this.#states()).map(wordsOf)) ??
      new DifferenceFound({ step, ...UNREPEATED, bits: this.#bits(crcs) }, 1)
    );
  }

  /** The first word that a board has otherwise than V8, by its name. */
  #difference(step: number, states: readonly (readonly number[])[]): DifferenceFound | undefined {
    const [expected, ...others] = states as readonly [readonly number[], ...(readonly number[])[]];
    const differing = [...expected.keys()].filter((k) => others.some((found) => found[k] !== expected[k]));
    const [first] = differing;
    if (first === undefined) return undefined;
    const name = stateNames(this.#cells)[first] as WordName;
    const bits = this.#bits(states.map((words) => words[first] as number));
    return new DifferenceFound({ step, ...name, bits }, differing.length);
  }

  #bits(words: readonly number[]): Record<string, string> {
    return Object.fromEntries(this.#targets.map(({ name }, k) => [name, hexadecimal(words[k] as number)]));
  }
}

/** A board that differed once and not again: its memory or its processor failed, not its program. */
const UNREPEATED: WordName = { cell: null, field: "CRC-32, not again when repeated", type: "i32" };

const wordsOf = (bytes: Uint8Array): number[] => [...new Int32Array(bytes.slice().buffer)];

const hexadecimal = (word: number): string => `0x${(word >>> 0).toString(16).padStart(8, "0")}`;
