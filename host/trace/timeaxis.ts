/** Whether the time column is in the unit it claims, and where it repeats, jumps or pauses. */
import { BetaguardError } from "../errors.js";
import type { EventLog } from "./events.js";
import { MAX_GAP_s } from "./integral.js";

/** Ratios between time units that get mixed up: ms, min and h against s. */
const UNIT_RATIOS = [1 / 3600, 1 / 1000, 1 / 60, 1, 60, 1000, 3600];
/** Neighbours among UNIT_RATIOS are at least a factor 3.6 apart, so a coarse clock still decides. */
const RATIO_TOLERANCE = 0.2;
/** A wall clock that ticks in whole seconds says nothing about shorter intervals. */
const MIN_TICKS = 5;
const YEAR_s = 365.25 * 86_400;
const MAX_SPAN_s = 10 * YEAR_s;

export interface TimeUnitDecision {
  /** Divide the recorded values by this to get seconds. */
  readonly divisor: number;
  readonly evidence: string;
  readonly warning?: string;
  readonly event?: string;
}

/**
 * Checks recorded seconds against the wall clock, else against what a cycler plausibly logs.
 * @param labelled false where the file does not name the unit; then only the wall clock can decide.
 * Errors: E_TRACE_TIME_UNIT when the clocks disagree by no unit, or nothing can tell, or the axis is implausible.
 */
export function decideTimeUnit(
  recorded: Float64Array,
  wall: Float64Array | undefined,
  labelled: boolean,
  path: string,
): TimeUnitDecision {
  const ratio = wall && clockRatio(recorded, wall);
  if (ratio === undefined) return unchecked(recorded, labelled, path);
  const unit = UNIT_RATIOS.find((candidate) => Math.abs(ratio / candidate - 1) <= RATIO_TOLERANCE);
  const measured = `it advances ${ratio.toPrecision(4)} per second of the wall clock`;
  if (unit === undefined)
    throw new BetaguardError(
      "E_TRACE_TIME_UNIT",
      `${path}: expected a test time in s, min, h or ms, found that ${measured}; correct the time column`,
    );
  const name = { 1000: "milliseconds", [1 / 60]: "minutes", [1 / 3600]: "hours" }[unit];
  if (unit === 1) return { divisor: 1, evidence: `time unit: seconds, ${measured}` };
  const evidence = `time unit: ${name ?? `1/${unit} s`}, not told by the file but ${measured}`;
  if (!labelled) return { divisor: unit, evidence };
  const event = `expected seconds by the column's label, found that ${measured}; divided by ${unit}`;
  return {
    divisor: unit,
    evidence: `time unit: corrected by ${unit}, ${measured}`,
    event,
    warning: `time: ${event}`,
  };
}

/**
 * Median advance of the test time per second of wall clock, over about a hundred windows: pauses and restarts
 * distort few of them. Undefined when the wall clock never moves by enough ticks.
 */
function clockRatio(recorded: Float64Array, wall: Float64Array): number | undefined {
  let tick = Number.POSITIVE_INFINITY;
  let total = 0;
  for (let k = 1; k < wall.length; k++) {
    const step = Math.abs((wall[k] as number) - (wall[k - 1] as number));
    if (!(step > 1e-6)) continue;
    tick = Math.min(tick, step);
    total += step;
  }
  const window = Math.max(MIN_TICKS * tick, total / 100);
  const ratios: number[] = [];
  let start = 0;
  for (let k = 1; k < wall.length; k++) {
    const elapsed = (wall[k] as number) - (wall[start] as number);
    if (Number.isNaN(elapsed)) start = k;
    else if (Math.abs(elapsed) >= window * (1 - 1e-9)) {
      const advance = ((recorded[k] as number) - (recorded[start] as number)) / elapsed;
      if (advance > 0) ratios.push(advance);
      start = k;
    }
  }
  return ratios.length === 0 ? undefined : median(Float64Array.from(ratios));
}

function unchecked(recorded: Float64Array, labelled: boolean, path: string): TimeUnitDecision {
  if (!labelled)
    throw new BetaguardError(
      "E_TRACE_TIME_UNIT",
      `${path}: expected a time unit in the column's name or a wall clock to tell it by, found neither; name the unit in the header`,
    );
  const steps = new Float64Array(recorded.length);
  let count = 0;
  let span = 0;
  for (let k = 1; k < recorded.length; k++) {
    const step = (recorded[k] as number) - (recorded[k - 1] as number);
    if (!(step > 0)) continue;
    steps[count++] = step;
    span += step;
  }
  const typical = count === 0 ? 0 : median(steps.subarray(0, count));
  if (typical > MAX_GAP_s || span > MAX_SPAN_s)
    throw new BetaguardError(
      "E_TRACE_TIME_UNIT",
      `${path}: expected rows at most ${MAX_GAP_s} s apart over less than ${MAX_SPAN_s / YEAR_s} years, found a median step of ${typical.toPrecision(4)} s over ${(span / YEAR_s).toPrecision(3)} years, and no wall clock that could tell the factor; correct the time column (${unitGuesses(typical)})`,
    );
  return {
    divisor: 1,
    evidence: "time unit: seconds by the column's label",
    warning: `time: no wall clock to check the unit against; taken from the label (median step ${typical.toPrecision(3)} s is plausible)`,
  };
}

/** For the message only: which mix-ups would make the axis plausible. */
function unitGuesses(typical: number): string {
  return [60, 1000, 3600]
    .map((factor) => `divided by ${factor} the median step would be ${(typical / factor).toPrecision(3)} s`)
    .join(", ");
}

/** Duplicate times, backward jumps, restarts and gaps, with the source line of the later row. */
export function addTimeEvents(
  events: EventLog,
  time_s: Float64Array,
  current_A: Float64Array,
  lines: Int32Array,
): void {
  for (let k = 1; k < time_s.length; k++) {
    const before = time_s[k - 1] as number;
    const now = time_s[k] as number;
    const line = lines[k] as number;
    if (now === before) events.add({ type: "duplicate-time", line, detail: `${now} s again` });
    else if (now < before) {
      // A row stamped near zero whose successor carries on where the run was is one bad stamp, not a new run.
      const resumes = k + 1 < time_s.length && (time_s[k + 1] as number) >= before;
      const restart = !resumes && now - (time_s[0] as number) <= 0.01 * (before - (time_s[0] as number));
      events.add({
        type: restart ? "restart" : "backward-time",
        line,
        detail: `from ${before} s back to ${now} s`,
      });
    } else if (now - before > MAX_GAP_s) {
      const flowing = current_A[k - 1] !== 0 || current_A[k] !== 0;
      events.add({
        type: "gap",
        line,
        detail: `${(now - before).toPrecision(6)} s without a row, ${flowing ? `at ${current_A[k - 1]} A before and ${current_A[k]} A after; its charge is not counted` : "at rest"}`,
      });
    }
  }
}

/** The upper one of two. Puts `values` in another order: Hoare's selection (Comm. ACM 4, 1961, algorithm 65). */
function median(values: Float64Array): number {
  const middle = Math.floor(values.length / 2);
  let [from, to] = [0, values.length - 1];
  while (from < to) {
    const pivot = values[(from + to) >> 1] as number;
    let [low, high] = [from, to];
    while (low <= high) {
      while ((values[low] as number) < pivot) low++;
      while ((values[high] as number) > pivot) high--;
      if (low > high) break;
      const value = values[low] as number;
      values[low++] = values[high] as number;
      values[high--] = value;
    }
    if (middle <= high) to = high;
    else if (middle >= low) from = low;
    else break;
  }
  return values[middle] ?? Number.NaN;
}
