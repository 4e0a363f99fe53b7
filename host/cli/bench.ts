/** `betaguard bench`: how fast this machine replays. */
import { loadProfile } from "../profiles/profile.js";
import { replay } from "../replay/replay.js";
import { formatCount } from "../report/format.js";
import { openTarget } from "../target/open.js";
import type { Trace } from "../trace/types.js";

export interface BenchResult {
  readonly target: string;
  readonly cells: number;
  readonly steps: number;
  readonly seconds: number;
  /** Cell-steps per second, the host's work included: resampling, staging, judging every limit. */
  readonly stepsPerSecond: number;
  /** Of `seconds`, what the target says its steps took, without the link; absent without a clock there. */
  readonly stepping_s: number | undefined;
}

const PROFILE = "li-agc-argyrodite";
const ROW_s = 10;
const PERIOD_s = 2000;

/** Charge and discharge in turn, logged every 10 s, long enough for `steps` steps of 0.1 s. */
export function syntheticTrace(steps: number): Trace {
  const rows = Math.ceil(steps / (ROW_s * 10)) + 1;
  const phase = (k: number) => (2 * Math.PI * k * ROW_s) / PERIOD_s;
  const column = (value: (k: number) => number) => Float64Array.from({ length: rows }, (_, k) => value(k));
  return {
    path: "bench",
    sha256: "",
    format: "bdf",
    dialect: "bdf",
    evidence: [],
    rowsRead: rows,
    rows,
    columns: {
      time_s: column((k) => k * ROW_s),
      current_A: column((k) => 0.002 * Math.sin(phase(k))),
      voltage_V: column((k) => 3.7 + 0.1 * Math.sin(phase(k))),
      temperature_degC: column(() => 60),
    },
    sourceColumns: [],
    events: [],
    warnings: [],
    dropped: [],
  };
}

/**
 * A single cell on a target, after a warm-up.
 * @param name as after `--target`
 * @throws what `openTarget` and `replay` throw
 */
export async function bench(name: string, steps: number): Promise<BenchResult> {
  const profile = loadProfile(PROFILE);
  const trace = syntheticTrace(steps);
  const target = await openTarget(name);
  try {
    await replay(trace, profile, { area_cm2: 1, target, steps: Math.ceil(steps / 10) });
    const { cells, stepsPerSecond } = await replay(trace, profile, { area_cm2: 1, target, steps });
    const seconds = (steps * cells) / stepsPerSecond;
    return { target: name, cells, steps, seconds, stepsPerSecond, stepping_s: await target.stepping_s() };
  } finally {
    await target.close();
  }
}

export function formatBench({
  target,
  cells,
  steps,
  seconds,
  stepsPerSecond,
  stepping_s,
}: BenchResult): string {
  const share =
    stepping_s === undefined ? "" : `, ${((100 * stepping_s) / seconds).toFixed(0)} % of it in the steps`;
  return `${formatCount(Math.round(stepsPerSecond))} cell-steps per second: ${formatCount(steps)} steps, ${cells} cell, on ${target} in ${seconds.toFixed(2)} s${share}`;
}
