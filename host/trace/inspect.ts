/** What `betaguard inspect` prints about a trace. */
import { integrateCurrent } from "./integral.js";
import type { Trace, TraceEvent } from "./types.js";

export interface TraceInspection {
  readonly format: string;
  readonly dialect: string;
  readonly evidence: readonly string[];
  /** In the file: those used and those dropped. */
  readonly rowsRead: number;
  readonly rows: number;
  /** From the earliest to the latest recorded test time. */
  readonly span_s: number;
  readonly charge_Ah: number;
  readonly discharge_Ah: number;
  /** Smallest and largest; null when the file has no voltage. */
  readonly voltage_V: readonly [number, number] | null;
  readonly current_A: readonly [number, number];
  /** Smallest and largest; null where not measured. */
  readonly temperature_degC: readonly [number, number] | null;
  readonly surfacePressure_Pa: readonly [number, number] | null;
  readonly appliedPressure_Pa: readonly [number, number] | null;
  readonly displacement_um: readonly [number, number] | null;
  /** The file's own column names. */
  readonly columns: readonly string[];
  readonly events: readonly TraceEvent[];
  readonly warnings: readonly string[];
  readonly dropped: Trace["dropped"];
}

/** Summarises a trace; plain JSON values only. Charge and discharge are integrateCurrent's. */
export function inspectTrace(trace: Trace): TraceInspection {
  const [start, end] = extent(trace.columns.time_s) ?? [0, 0];
  const range = (values: Float64Array | undefined) => (values ? extent(values) : null);
  return {
    format: trace.format,
    dialect: trace.dialect,
    evidence: trace.evidence,
    rowsRead: trace.rowsRead,
    rows: trace.rows,
    span_s: end - start,
    ...integrateCurrent(trace),
    voltage_V: range(trace.columns.voltage_V),
    current_A: extent(trace.columns.current_A) ?? [0, 0],
    temperature_degC: range(trace.columns.temperature_degC),
    surfacePressure_Pa: range(trace.columns.surfacePressure_Pa),
    appliedPressure_Pa: range(trace.columns.appliedPressure_Pa),
    displacement_um: range(trace.columns.displacement_um),
    columns: trace.sourceColumns,
    events: trace.events,
    warnings: trace.warnings,
    dropped: trace.dropped,
  };
}

/** Smallest and largest, NaN aside; null when there is no number. */
export function extent(values: Float64Array): [number, number] | null {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return least <= most ? [least, most] : null;
}
