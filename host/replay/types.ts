/** What a replay streams and what it concludes; reports, files and the CLI read only this. */
import type { ReasonName } from "../schema/codes.js";
import type { CellOutputName } from "../schema/records.js";

/** The recorded inputs as the module saw them, then every word of the module's cell output. */
export type ReplayColumn = "current_mA_cm2" | "voltage_V" | "temperature_degC" | CellOutputName;

/** A run of consecutive steps of one cell. Arrays are reused between chunks: copy what must outlive the call. */
export interface ReplayChunk {
  readonly cell: number;
  readonly steps: number;
  /** Seconds on the trace's own time axis, at the end of each step. */
  readonly time_s: Float64Array;
  /** `steps` entries each; NaN in voltage_V where the trace has none. */
  readonly columns: Readonly<Record<ReplayColumn, Float32Array | Int32Array>>;
}

export interface Violation {
  readonly from_s: number;
  readonly to_s: number;
  readonly kind: "charge" | "discharge";
  /** Reason of the limit in force where the excess was largest. */
  readonly reason: ReasonName;
  /** Largest excess of |current| over the limit in force. */
  readonly excess_mA_cm2: number;
  readonly cell: number;
}

/** The verdict on one trace, `betaguard replay --json` as it stands. */
export interface ReplayVerdict {
  readonly trace: string;
  readonly format: string;
  readonly rows: number;
  readonly steps: number;
  readonly dt_s: number;
  readonly profile: string;
  readonly target: string;
  readonly cells: number;
  readonly charge_mAh_cm2: number;
  readonly discharge_mAh_cm2: number;
  /** Metal at each site at the end of the trace, mAh/cm². */
  readonly sites: { readonly se: number; readonly pore: number; readonly cc: number };
  readonly worst: {
    readonly poreRisk: number;
    readonly contact: number;
    readonly crackIndex: number;
    readonly stackPressure_MPa: number;
    readonly void_um: number;
    readonly sePressure_MPa: number;
    readonly intrusion: number;
  };
  readonly violations: readonly Violation[];
  /** Seconds each reason bound the continuous limit, by direction. */
  readonly binding_s: {
    readonly charge: Partial<Record<ReasonName, number>>;
    readonly discharge: Partial<Record<ReasonName, number>>;
  };
  /** Decisions of the replay itself: area, temperature used where none was recorded, gaps, … */
  readonly notes: readonly string[];
  readonly stepsPerSecond: number;
}
