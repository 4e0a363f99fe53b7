import { BackToBack } from "../../host/compare/backToBack.js";
import { loadModule } from "../../host/replay/module.js";
import { addresses } from "../../host/schema/layout.js";
import type { BoardTarget } from "../../host/target/board.js";
import { V8Target } from "../../host/target/v8.js";
import { Bench, hostileInputs, profileValues, random } from "../firmware/support.js";

export const VALUES = profileValues("li-agc-argyrodite");
/** Share of samples that are garbage: not numbers, subnormal, far out of range. */
const HOSTILITY = 0.02;

/**
 * Steps a board and V8 with the same inputs, comparing outputs and state after every step, and closes the board.
 * Returns the steps in which they agreed.
 * @throws DifferenceFound
 */
export async function lockstep(board: BoardTarget, cells: number, steps: number): Promise<number> {
  const both = new BackToBack(new V8Target(loadModule()), [board]);
  try {
    const { capacity, input, inputStride } = await both.start(VALUES, cells);
    const bench = new Bench(VALUES, { cells });
    const next = hostileInputs(bench, random(cells), HOSTILITY);
    const from = addresses.stepInput / 4;
    for (let done = 0; done < steps; ) {
      const batch = Math.min(capacity, steps - done);
      for (let n = 0; n < batch; n++) {
        next();
        both.words.set(bench.module.words.subarray(from, from + inputStride), input + n * inputStride);
      }
      await both.stepBatch(batch);
      done += batch;
    }
    await both.state();
    return both.steps;
  } finally {
    await both.close();
  }
}
