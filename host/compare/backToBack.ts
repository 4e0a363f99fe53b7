/**
 * Several targets as one: each does the same steps, and after each step every output and the CRC-32 of the state are
 * held against the first one's. Where they differ, all repeat the batch up to that step from the state before it, and
 * what they then hold is compared word by word. Equal CRCs are not the last word: `state` fetches the whole state of
 * each.
 */
import type { BatchLayout, ParameterValues } from "../replay/module.js";
import { recordBytes } from "../schema/field.js";
import { packOutputFields } from "../schema/records.js";
import { seal } from "../target/snapshot.js";
import type { Target } from "../target/target.js";
import { seenNames, stateNames, type WordName } from "./words.js";

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

const PACK_WORDS = recordBytes(packOutputFields) / 4;

export class BackToBack implements Target {
  readonly name: string;
  readonly floats: Float32Array;
  readonly words: Int32Array;
  /** Steps since `start` in which all agreed. */
  steps = 0;
  /** The first is the reference; its memory is this target's. */
  readonly #targets: readonly [Target, ...Target[]];
  #layouts: readonly BatchLayout[] = [];
  #cells = 0;
  readonly #crcs: Uint32Array[] = [];
  /** The state of all at the start of the batch. */
  #before: Uint8Array = new Uint8Array();

  constructor(targets: readonly [Target, ...Target[]]) {
    this.#targets = targets;
    this.name = targets.map(({ name }) => name).join(",");
    this.floats = targets[0].floats;
    this.words = targets[0].words;
  }

  /** @throws DifferenceFound when the initial states differ, and what the targets throw */
  async start(values: ParameterValues, cells: number): Promise<BatchLayout> {
    this.#layouts = await Promise.all(this.#targets.map((target) => target.start(values, cells)));
    const capacity = Math.min(...this.#layouts.map((layout) => layout.capacity));
    for (const index of this.#targets.keys()) this.#crcs[index] = new Uint32Array(capacity);
    this.#cells = cells;
    this.steps = 0;
    this.#before = await this.state();
    return { ...(this.#layouts[0] as BatchLayout), capacity };
  }

  /** @throws DifferenceFound, and what the targets throw */
  async stepBatch(steps: number): Promise<number> {
    const { input, inputStride } = this.#layouts[0] as BatchLayout;
    const inputs = this.words.slice(input, input + steps * inputStride);
    const outputs = await this.#step(inputs, steps);
    for (let n = 0; n < steps; n++)
      if (!this.#agree(outputs, n)) throw await this.#located(n, inputs, outputs);
    this.steps += steps;
    this.#before = await this.#targets[0].state();
    return outputs[0] as number;
  }

  /** @throws DifferenceFound when they are not the same */
  async state(): Promise<Uint8Array> {
    const states = await Promise.all(this.#targets.map((target) => target.state()));
    const found = this.#difference(this.steps, stateNames(this.#cells), states.map(wordsOf));
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

  /** Steps every target; returns where each left its outputs. */
  async #step(inputs: Int32Array, steps: number): Promise<number[]> {
    const step = async (target: Target, index: number) => {
      target.words.set(inputs, (this.#layouts[index] as BatchLayout).input);
      return target.stepBatch(steps, this.#crcs[index]);
    };
    const [reference, ...others] = this.#targets;
    // Those that work elsewhere are started first.
    const running = others.map((target, index) => step(target, index + 1));
    return Promise.all([step(reference, 0), ...running]);
  }

  #agree(outputs: readonly number[], n: number): boolean {
    const { outputStride } = this.#layouts[0] as BatchLayout;
    const expected = (outputs[0] as number) + n * outputStride;
    return this.#targets.every(({ words }, index) => {
      if (this.#crcs[index]?.[n] !== this.#crcs[0]?.[n]) return false;
      const found = (outputs[index] as number) + n * outputStride;
      for (let k = 0; k < outputStride; k++) if (words[found + k] !== this.words[expected + k]) return false;
      return true;
    });
  }

  /** What differs after step `n` of the batch: found in a repetition, or else what the first time gave away. */
  async #located(n: number, inputs: Int32Array, outputs: readonly number[]): Promise<DifferenceFound> {
    const { inputStride, outputStride } = this.#layouts[0] as BatchLayout;
    const step = this.steps + n + 1;
    const outputsAt = (from: number, { words }: Target) => [...words.subarray(from, from + outputStride)];
    const seen = this.#targets.map((target, index) => [
      this.#crcs[index]?.[n] as number,
      ...outputsAt((outputs[index] as number) + n * outputStride, target),
    ]);
    await this.restore(seal(this.#before));
    const again = await this.#step(inputs.subarray(0, (n + 1) * inputStride), n + 1);
    const states = await Promise.all(this.#targets.map((target) => target.state()));
    const held = this.#targets.map((target, index) => [
      ...wordsOf(states[index] as Uint8Array),
      ...outputsAt((again[index] as number) + n * outputStride, target).slice(-PACK_WORDS),
    ]);
    return (this.#difference(step, stateNames(this.#cells), held) ??
      this.#difference(step, seenNames(this.#cells), seen)) as DifferenceFound;
  }

  /** The first word that one target has otherwise than the reference, by its name. */
  #difference(
    step: number,
    names: readonly WordName[],
    words: readonly (readonly number[])[],
  ): DifferenceFound | undefined {
    const [expected, ...others] = words as [readonly number[], ...(readonly number[])[]];
    const differing = [...expected.keys()].filter((k) => others.some((found) => found[k] !== expected[k]));
    const [first] = differing;
    if (first === undefined) return undefined;
    const bits = this.#targets.map(({ name }, index) => [name, hexadecimal(words[index]?.[first] as number)]);
    return new DifferenceFound(
      { step, ...(names[first] as WordName), bits: Object.fromEntries(bits) },
      differing.length,
    );
  }
}

const wordsOf = (bytes: Uint8Array): number[] => [...new Int32Array(bytes.slice().buffer)];

const hexadecimal = (word: number): string => `0x${(word >>> 0).toString(16).padStart(8, "0")}`;
