/** Back-to-back: the same inputs through V8 and boards, compared to the last bit of every output and state. */
import type { Profile } from "../profiles/profile.js";
import { loadModule, type ParameterValues } from "../replay/module.js";
import { type ReplayOptions, replay } from "../replay/replay.js";
import type { BoardTarget } from "../target/board.js";
import { openBoard } from "../target/open.js";
import { V8Target } from "../target/v8.js";
import type { Trace } from "../trace/types.js";
import { BackToBack, type Difference, DifferenceFound } from "./backToBack.js";

/** What came of one run through all targets; it ends at the first difference. */
export interface Comparison {
  /** Steps compared; those at rest before a trace are among them. */
  readonly steps: number;
  /** Words that differ in the first step in which any does. */
  readonly differences: number;
  readonly first: Difference | null;
}

/**
 * V8 and these boards; none stays open when one does not open.
 * @param names as after `--targets`, without `v8`
 * @throws what `openBoard` throws
 */
export async function openBackToBack(names: readonly string[]): Promise<BackToBack> {
  const boards: BoardTarget[] = [];
  try {
    for (const name of names) boards.push(await openBoard(name));
    return new BackToBack(new V8Target(loadModule()), boards);
  } catch (error) {
    for (const board of boards) await board.close();
    throw error;
  }
}

/** A trace as `replay` steps through it. Errors: those of `replay` and of the targets. */
export const compareTrace = (
  trace: Trace,
  profile: Profile,
  options: Omit<ReplayOptions, "target">,
  target: BackToBack,
): Promise<Comparison> => compared(target, () => replay(trace, profile, { ...options, target }));

/**
 * Inputs of any kind, as the words of whole steps: step input record, then each cell's input record. The cells start
 * from their initial state. Errors: those of the targets.
 */
export const compareInputs = (
  inputs: Iterable<Int32Array>,
  values: ParameterValues,
  cells: number,
  target: BackToBack,
): Promise<Comparison> =>
  compared(target, async () => {
    const { input, inputStride, capacity } = await target.start(values, cells);
    for (const words of inputs) {
      for (let at = 0; at < words.length; at += capacity * inputStride) {
        const batch = words.subarray(at, at + capacity * inputStride);
        target.words.set(batch, input);
        await target.stepBatch(batch.length / inputStride);
      }
    }
  });

async function compared(target: BackToBack, run: () => Promise<unknown>): Promise<Comparison> {
  try {
    await run();
    await target.state();
    return { steps: target.steps, differences: 0, first: null };
  } catch (error) {
    if (!(error instanceof DifferenceFound)) throw error;
    return { steps: error.first.step, differences: error.differences, first: error.first };
  }
}
