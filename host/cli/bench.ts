/** `betaguard bench`: how fast this machine replays. */
import { loadProfile } from "../profiles/profile.js";
import { replay } from "../replay/replay.js";
import type { Trace } from "../trace/types.js";

export interface BenchResult {
  readonly target: string;
  readonly cells: number;
  readonly steps: number;
  readonly seconds: number;
  /** Cell-steps per second, the host's work included: resampling, staging, judging every limit. */
  readonly stepsPerSecond: number;
}

const STEPS = 1_000_000;
const WARM_UP_STEPS = 100_000;
const PROFILE = "li-agc-argyrodite";
const ROW_s = 10;
const PERIOD_s = 2000;

/** Charge and discharge in turn, logged every 10 s, long enough for `steps` steps of 0.1 s. */
function syntheticTrace(steps: number): Trace {
  const rows = steps / (ROW_s * 10) + 1;
  const phase = (k: number) => (2 * Math.PI * k * ROW_s) / PERIOD_s;
  const column = (value: (k: number) => number) => Float64Array.from({ length: rows }, (_, k) => value(k));
  return {
    path: "bench",
    sha256: "",
    format: "bdf",
    dialect: "bdf",
    evidence: [],
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

/** One million steps of a single cell on V8, after a warm-up. */
export function bench(): BenchResult {
  const profile = loadProfile(PROFILE);
  replay(syntheticTrace(WARM_UP_STEPS), profile, { area_cm2: 1 });
  const { target, cells, steps, stepsPerSecond } = replay(syntheticTrace(STEPS), profile, { area_cm2: 1 });
  return { target, cells, steps, seconds: (steps * cells) / stepsPerSecond, stepsPerSecond };
}
