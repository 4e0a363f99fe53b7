/** The cycler's own capacity and energy counters: an independent witness for current unit, time unit and sign. */
import { BetaguardError } from "../errors.js";
import { intervalCurrent_A, MAX_GAP_s } from "./integral.js";
import type { Accumulator } from "./reader.js";
import type { TraceColumns } from "./types.js";

/** A counter and its readings in Ah or Wh. */
export interface Counter extends Pick<Accumulator, "counts" | "quantity"> {
  readonly values: Float64Array;
  readonly name: string;
}

/** The columns a counter is compared with. */
export type WitnessColumns = Pick<
  TraceColumns,
  "time_s" | "current_A" | "voltage_V" | "step" | "cycle" | "stepTime_s"
>;

/** Mixed-up units differ by these: k or m prefixes, and s, min or h. */
const UNIT_FACTORS = [60, 1e3, 3600, 1e6].flatMap((factor) => [factor, 1 / factor]);
const AGREES = 0.05;
const FACTOR_TOLERANCE = 0.2;
/** Below this many readings that differ, a counter is too coarse to convict a unit. */
const MIN_INCREMENTS = 3;

interface Total {
  readonly amount: number;
  readonly increments: number;
}

/**
 * What a counter counted: rises, and after a reset the value it has reached since. A net counter's falls count too.
 * Where time jumps backward or pauses the integral counts nothing, so a net counter, which shows a jump of its own
 * there and back, is not counted either.
 */
function counted({ values, counts }: Counter, { time_s }: Pick<TraceColumns, "time_s">): Total {
  let amount = 0;
  let increments = 0;
  for (let k = 1; k < values.length; k++) {
    const dt = (time_s[k] as number) - (time_s[k - 1] as number);
    if (counts === "net" && (dt < 0 || dt > MAX_GAP_s)) continue;
    const before = values[k - 1] as number;
    const now = values[k] as number;
    const change =
      counts === "net" ? Math.abs(now - before) : now >= before ? now - before : now < before / 2 ? now : 0;
    if (!(change > 0)) continue;
    amount += change;
    increments++;
  }
  return { amount, increments };
}

/** What a counter counted in all, in Ah or Wh. */
export function countedAmount(counter: Counter, columns: Pick<TraceColumns, "time_s">): number {
  return counted(counter, columns).amount;
}

/** The same quantity from current (and voltage) by the trace's integral. */
export function ownAmount(
  columns: WitnessColumns,
  counts: Counter["counts"],
  quantity: Counter["quantity"],
): number {
  let total = 0;
  for (let k = 1; k < columns.time_s.length; k++) {
    const dt_h = ((columns.time_s[k] as number) - (columns.time_s[k - 1] as number)) / 3600;
    const voltage = columns.voltage_V;
    const factor = quantity === "energy" ? ((voltage?.[k] ?? 0) + (voltage?.[k - 1] ?? 0)) / 2 : 1;
    const moved = intervalCurrent_A(columns, k) * dt_h * factor;
    if (counts === "charge") total += Math.max(moved, 0);
    else if (counts === "discharge") total += Math.max(-moved, 0);
    else total += Math.abs(moved);
  }
  return total;
}

export interface Witness {
  readonly evidence?: string;
  readonly warning?: string;
  /** Share of the counted charge that flowed in the direction the current column says; NaN when nothing was counted by direction. */
  readonly directionAgreement: number;
}

/**
 * Compares the trace's integral with the file's capacity counters.
 * Errors: E_TRACE_UNIT_CONFLICT when they differ by a factor that units differ by.
 */
export function compareWithCounters(
  columns: WitnessColumns,
  counters: readonly Counter[],
  path: string,
): Witness {
  const capacity = counters.filter(({ quantity }) => quantity === "capacity");
  const directionAgreement = agreement(columns, capacity);
  const group = ["charge", "net", "throughput"]
    .map((kind) =>
      capacity.filter(({ counts }) => counts === kind || (kind === "charge" && counts === "discharge")),
    )
    .find((members) => members.some((member) => counted(member, columns).amount > 0));
  if (!group) return { directionAgreement };
  const totals = group.map((member) => counted(member, columns));
  const theirs = totals.reduce((sum, { amount }) => sum + amount, 0);
  const increments = totals.reduce((sum, total) => sum + total.increments, 0);
  const kinds = new Set(group.map(({ counts }) => counts));
  const onlyOne = kinds.size === 1 && !kinds.has("net") && !kinds.has("throughput");
  const ours = ownAmount(columns, onlyOne ? (group[0] as Counter).counts : "net", "capacity");
  const ratio = ours / theirs;
  const names = group.map(({ name }) => name).join(" + ");
  const found = `the current's integral is ${ours.toPrecision(5)} Ah where ${names} counted ${theirs.toPrecision(5)} Ah`;
  const factor = UNIT_FACTORS.find((candidate) => Math.abs(ratio / candidate - 1) <= FACTOR_TOLERANCE);
  if (factor !== undefined && increments >= MIN_INCREMENTS)
    throw new BetaguardError(
      "E_TRACE_UNIT_CONFLICT",
      `${path}: expected current, time and capacity in units that agree, found that ${found} (a factor of ${ratio.toPrecision(4)}); correct the mislabelled column`,
    );
  const difference = `${(100 * (ratio - 1)).toFixed(3)} %`;
  if (Math.abs(ratio - 1) <= AGREES)
    return { directionAgreement, evidence: `units: ${found} (${difference} apart)` };
  return {
    // Counters that counted something else than this current say nothing about its direction.
    directionAgreement: ratio > 0.5 && ratio < 2 ? directionAgreement : Number.NaN,
    warning: `capacity: ${found} (${difference} apart)`,
  };
}

/**
 * Compares the energy that voltage and current moved with the file's energy counters. Errors: E_TRACE_VOLTAGE_UNIT
 * when they are a factor of 1000 apart, as V and mV are; E_TRACE_UNIT_CONFLICT where no capacity counter shows that it
 * is not the current's.
 */
export function checkEnergy(
  columns: WitnessColumns,
  counters: readonly Counter[],
  capacityAgrees: boolean,
  path: string,
): void {
  const energy = counters.filter(({ quantity }) => quantity === "energy");
  const totals = energy.map((member) => counted(member, columns));
  const theirs = totals.reduce((sum, { amount }) => sum + amount, 0);
  const increments = totals.reduce((sum, total) => sum + total.increments, 0);
  const ours = energy.reduce((sum, { counts }) => sum + ownAmount(columns, counts, "energy"), 0);
  const ratio = ours / theirs;
  const factor = [1e3, 1e-3].find((candidate) => Math.abs(ratio / candidate - 1) <= FACTOR_TOLERANCE);
  if (!columns.voltage_V || factor === undefined || increments < MIN_INCREMENTS) return;
  const names = energy.map(({ name }) => name).join(" + ");
  throw new BetaguardError(
    capacityAgrees ? "E_TRACE_VOLTAGE_UNIT" : "E_TRACE_UNIT_CONFLICT",
    `${path}: expected voltage, current and energy in units that agree, found that voltage and current moved ${ours.toPrecision(5)} Wh where ${names} counted ${theirs.toPrecision(5)} Wh (a factor of ${ratio.toPrecision(4)}); correct the unit of ${capacityAgrees ? "the voltage" : "the mislabelled column"}`,
  );
}

function agreement(columns: WitnessColumns, counters: readonly Counter[]): number {
  let agrees = 0;
  let total = 0;
  for (const { counts, values } of counters) {
    if (counts === "throughput") continue;
    for (let k = 1; k < values.length; k++) {
      const rise = (values[k] as number) - (values[k - 1] as number);
      const current = intervalCurrent_A(columns, k);
      if (current === 0 || !(counts === "net" ? rise !== 0 : rise > 0)) continue;
      const theirs = counts === "discharge" ? -rise : rise;
      total += Math.abs(rise);
      if (theirs > 0 === current > 0) agrees += Math.abs(rise);
    }
  }
  return total === 0 ? Number.NaN : agrees / total;
}
