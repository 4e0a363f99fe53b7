/** The one charge integral: inspection, checks and replay all use it, so that they speak of the same charge. */
import type { TraceColumns } from "./types.js";

/** Healthy files log at least this often; across a longer gap nothing is known about the current. */
export const MAX_GAP_s = 600;

type IntegralColumns = Pick<TraceColumns, "time_s" | "current_A" | "step" | "cycle" | "stepTime_s">;

/** True when row k starts another step than row k − 1; without a step column, never. */
export function stepChanges({ step, cycle }: Pick<TraceColumns, "step" | "cycle">, k: number): boolean {
  const differs = (column: Float64Array | undefined) =>
    // A row whose step was not recorded (NaN) is no edge.
    column !== undefined && Math.abs((column[k] as number) - (column[k - 1] as number)) > 0;
  return step !== undefined && (differs(step) || differs(cycle));
}

/**
 * Mean current in A between rows k − 1 and k: hold it over (time_s[k − 1], time_s[k]] to move the same charge.
 *
 * Within a step the two rows are joined by a line (trapezoid), because a constant-voltage tail decays between them.
 * Across a step edge the old current flows until the edge and the new one after it; the edge is stepTime_s before
 * row k, or at row k − 1 where no step time is recorded. Nothing flows across a backward jump, a duplicate time or a
 * gap above MAX_GAP_s. docs/traces.md compares this rule with the cyclers' own accumulators.
 */
export function intervalCurrent_A(columns: IntegralColumns, k: number): number {
  const dt = (columns.time_s[k] as number) - (columns.time_s[k - 1] as number);
  if (!(dt > 0) || dt > MAX_GAP_s) return 0;
  const before = columns.current_A[k - 1] as number;
  const after = columns.current_A[k] as number;
  if (!stepChanges(columns, k)) return (before + after) / 2;
  const sinceEdge = columns.stepTime_s?.[k] ?? Number.NaN;
  const newShare = sinceEdge >= 0 && sinceEdge < dt ? sinceEdge / dt : 1;
  return before * (1 - newShare) + after * newShare;
}

export interface Charge {
  readonly charge_Ah: number;
  /** Positive. */
  readonly discharge_Ah: number;
}

/** Charge and discharge moved over the whole trace, in Ah, by intervalCurrent_A. */
export function integrateCurrent({ columns }: { readonly columns: IntegralColumns }): Charge {
  let charge = 0;
  let discharge = 0;
  for (let k = 1; k < columns.time_s.length; k++) {
    const dt_h = ((columns.time_s[k] as number) - (columns.time_s[k - 1] as number)) / 3600;
    const moved = intervalCurrent_A(columns, k) * dt_h;
    if (moved > 0) charge += moved;
    else discharge -= moved;
  }
  return { charge_Ah: charge, discharge_Ah: discharge };
}
