/**
 * What the pool costs. Processor time is asserted, since it holds beside other work; the wall clock, which does not, is
 * printed: on an idle machine `betaguard bench sweep` measures it.
 */
import { expect, it } from "vitest";
import { benchBareLoop, benchSweep, type SweepBench } from "../../host/cli/benchSweep.js";

const JOBS = 400;
const STEPS = 5000;
const RUNS = 2;

const least = (runs: readonly SweepBench[], of: (run: SweepBench) => number): number =>
  Math.min(...runs.map(of));

it("is little beside the bare loop, on one thread and on two", async () => {
  const runs: Record<"bare" | "one" | "two", SweepBench[]> = { bare: [], one: [], two: [] };
  for (let n = 0; n < RUNS; n++) {
    runs.bare.push(await benchBareLoop(JOBS, STEPS));
    runs.one.push(await benchSweep(1, JOBS, STEPS));
    runs.two.push(await benchSweep(2, JOBS, STEPS));
  }
  const cpu_ms = (of: SweepBench[]) => least(of, ({ cpuPerJob_ms }) => cpuPerJob_ms);
  const wall_ms = (of: SweepBench[]) => least(of, ({ perJob_ms }) => perJob_ms);
  const { bare, one, two } = runs;
  const percent = (ratio: number) => `${((ratio - 1) * 100).toFixed(1)} %`;
  process.stderr.write(
    `pool: ${percent(cpu_ms(one) / cpu_ms(bare))} more processor time than the bare loop on one thread, ${percent(cpu_ms(two) / cpu_ms(bare))} on two; ${(wall_ms(one) / wall_ms(two)).toFixed(2)} × as fast on two\n`,
  );
  expect(cpu_ms(one) / cpu_ms(bare)).toBeLessThan(1.5);
  expect(cpu_ms(two) / cpu_ms(bare)).toBeLessThan(1.5);
});
