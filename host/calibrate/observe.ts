/** Which rows of a trace are data for a fit, and what the prediction has to say about each. */
import { BetaguardError } from "../errors.js";
import { continuousAxis } from "../replay/resample.js";
import { SLOTS } from "../schema/records.js";
import type { Trace } from "../trace/types.js";
import type { Prediction, Predictor } from "./predict.js";

/**
 * `voltage`: the terminal voltage itself, where the open-circuit voltage is zero. `steps`: its jump across a step in
 * current, where it is not known. `pressure`: the stack pressure.
 */
export const channels = ["voltage", "steps", "pressure"] as const;
export type Channel = (typeof channels)[number];

export const channelUnit: Readonly<Record<Channel, string>> = {
  voltage: "mV",
  steps: "mV",
  pressure: "MPa",
};

/** The rows of one trace that are data of one channel. */
export interface Observation {
  readonly channel: Channel;
  readonly time_s: Float64Array;
  /** In the channel's unit. */
  readonly measured: Float64Array;
  /** Index of the prediction's step that each is held against. */
  readonly step: Int32Array;
  /** For `steps`: the one before the jump. */
  readonly before?: Int32Array;
}

export interface Observed {
  readonly observations: readonly Observation[];
  readonly dropped: readonly { readonly rule: string; readonly count: number }[];
}

/** A change of current above this part of the trace's largest is an edge. */
const EDGE_SHARE = 0.02;
/** The module works its coefficients out anew within this many steps of an edge, twice over. */
const SETTLE_STEPS = 2 * SLOTS;
/** The open-circuit voltage is taken as the same across a jump no longer than this. */
const LONGEST_JUMP_s = 60;

/**
 * @param settle_s time after an edge of the current whose voltage is left out; default 32 steps
 * @throws E_FIT_NO_CHANNEL where none of `wanted` was recorded, E_FIT_NO_DATA where no row is left
 */
export function observe(
  trace: Trace,
  predictor: Predictor,
  wanted: readonly Channel[],
  settle_s: number = SETTLE_STEPS * predictor.dt_s,
): Observed {
  const { voltage_V, surfacePressure_Pa } = trace.columns;
  const recorded = wanted.filter((channel) => (channel === "pressure" ? surfacePressure_Pa : voltage_V));
  if (recorded.length === 0)
    throw new BetaguardError(
      "E_FIT_NO_CHANNEL",
      `${trace.path}: expected ${wanted.join(" or ")} to fit, found ${voltage_V ? "voltage" : surfacePressure_Pa ? "pressure" : "neither voltage nor pressure"}; leave the trace out, or join a logger with --pressure`,
    );
  const steps = stepOfRows(trace, predictor);
  const edges = edgeOfSteps(predictor, Math.ceil(settle_s / predictor.dt_s));
  const dropped = { outside: 0, unmeasured: 0, settling: 0, single: 0 };
  const found = recorded.map((channel) => {
    const column = (channel === "pressure" ? surfacePressure_Pa : voltage_V) as Float64Array;
    const scale = channel === "pressure" ? 1e-6 : 1e3;
    const rows: number[] = [];
    for (const [row, step] of steps.entries()) {
      if (step < 0) dropped.outside++;
      else if (Number.isNaN(column[row])) dropped.unmeasured++;
      else if (channel !== "pressure" && edges.settling[step]) dropped.settling++;
      else rows.push(row);
    }
    const pairs = channel === "steps" ? jumps(rows, steps, edges.plateau, trace.columns.time_s) : undefined;
    if (pairs) dropped.single += rows.length - pairs.length;
    const after = pairs ? pairs.map(([, row]) => row) : rows;
    const before = pairs?.map(([row]) => row);
    return {
      channel,
      time_s: Float64Array.from(after, (row) => trace.columns.time_s[row] as number),
      measured: Float64Array.from(
        after,
        (row, n) =>
          scale * ((column[row] as number) - (before ? (column[before[n] as number] as number) : 0)),
      ),
      step: Int32Array.from(after, (row) => steps[row] as number),
      ...(before && { before: Int32Array.from(before, (row) => steps[row] as number) }),
    };
  });
  const observations = found.filter(({ measured }) => measured.length > 0);
  const rules = [
    { rule: "outside the window", count: dropped.outside },
    { rule: "not measured", count: dropped.unmeasured },
    { rule: `within ${settle_s} s of an edge of the current`, count: dropped.settling },
    { rule: "not beside a step in current", count: dropped.single },
  ].filter(({ count }) => count > 0);
  if (observations.length === 0)
    throw new BetaguardError(
      "E_FIT_NO_DATA",
      `${trace.path}: expected rows to fit, found all ${trace.rows} dropped (${rules.map(({ rule, count }) => `${count} ${rule}`).join(", ")}); change --settle, --from and --to or --observe`,
    );
  return { observations, dropped: rules };
}

/** What a prediction says of each datum, in the channel's unit. */
export function predicted({ channel, step, before }: Observation, prediction: Prediction): Float64Array {
  const of = channel === "pressure" ? prediction.stackPressure_MPa : prediction.polarisation_mV;
  return Float64Array.from(
    step,
    (at, n) => (of[at] as number) - (before ? (of[before[n] as number] as number) : 0),
  );
}

/** The step at whose end, or just before it, each row was recorded; −1 outside the window. */
function stepOfRows(trace: Trace, { start_s, dt_s, steps }: Predictor): Int32Array {
  return Int32Array.from(continuousAxis(trace.columns.time_s), (time_s) => {
    const step = Math.ceil((time_s - start_s) / dt_s - 1e-6) - 1;
    return step >= 0 && step < steps ? step : -1;
  });
}

/** By step: on which stretch of even current it lies, counted from the first, and whether that has yet to settle. */
function edgeOfSteps({ current_mA_cm2, steps }: Predictor, settle: number) {
  const least = EDGE_SHARE * current_mA_cm2.reduce((most, current) => Math.max(most, Math.abs(current)), 0);
  const plateau = new Int32Array(steps);
  const settling = new Uint8Array(steps);
  let since = settle;
  for (let n = 0; n < steps; n++) {
    const before = n > 0 ? (current_mA_cm2[n - 1] as number) : 0;
    const edge = Math.abs((current_mA_cm2[n] as number) - before) > least;
    since = edge ? 0 : since + 1;
    plateau[n] = (n > 0 ? (plateau[n - 1] as number) : 0) + (edge ? 1 : 0);
    settling[n] = since < settle ? 1 : 0;
  }
  return { plateau, settling };
}

/** Pairs of rows: the last of one plateau and the first of the next. Edges in a row count as one. */
function jumps(
  rows: readonly number[],
  steps: Int32Array,
  plateau: Int32Array,
  time_s: Float64Array,
): [number, number][] {
  const plateauOf = (row: number) => plateau[steps[row] as number] as number;
  return rows.flatMap((row, n): [number, number][] => {
    const before = rows[n - 1];
    if (before === undefined || plateauOf(row) === plateauOf(before)) return [];
    return (time_s[row] as number) - (time_s[before] as number) <= LONGEST_JUMP_s ? [[before, row]] : [];
  });
}
