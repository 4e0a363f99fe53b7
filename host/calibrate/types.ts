/** What a calibration finds; files, reports and the command line read only this. */
import type { ParameterName } from "../schema/parameters.js";
import type { Channel, Observed } from "./observe.js";

/** How a fit can end for a parameter; what it means for its value. */
export const fitStatuses = {
  identified: "the traces determine it",
  conditional: "the traces determine it, given the values that are held",
  atBound: "the best fit lies at a bound",
  limited:
    "the traces only exclude the profile's value: held at the nearest one they allow, by three standard errors",
  unidentifiable: "the traces do not determine it: the profile's value is kept",
  ambiguous: "other values fit as well: the profile's value is kept",
} as const;
export type FitStatus = keyof typeof fitStatuses;

/** How well a value is known; in its unit. */
export interface Estimate {
  readonly standardError?: number;
  readonly interval95?: readonly [number, number];
  /** In place of the two: the bound the best fit lies at. */
  readonly bound?: "lower" | "upper" | undefined;
  /** Parameters it was held against: across their width they would move it by more than its standard error. */
  readonly given?: readonly ParameterName[];
  /** Where the traces only exclude the profile's value: of what they allow, the end the value is. */
  readonly limit?: "lower" | "upper" | undefined;
}

export interface FittedParameter extends Estimate {
  readonly name: ParameterName;
  readonly unit: string;
  readonly low: number;
  readonly high: number;
  /** The profile's value. */
  readonly start: number;
  readonly status: FitStatus;
  /** The profile's where the traces leave it open. */
  readonly value: number;
}

/** A combination of the parameters that the traces cannot tell apart. */
export interface OpenCombination {
  /** Whether the traces determine it, though not its parts. */
  readonly determined: boolean;
  /**
   * Of a determined one: the exponents of a product, or where a parameter is searched on a linear scale the factors of
   * a sum over bounds. Of an undetermined one: how its parameters move together without a prediction changing.
   * The largest is ±1.
   */
  readonly terms: readonly { readonly name: ParameterName; readonly weight: number }[];
  readonly logarithmic: boolean;
}

/** How one channel of one trace is met. */
export interface ChannelFit {
  readonly trace: string;
  readonly sha256: string;
  readonly role: "train" | "validate";
  readonly channel: Channel;
  readonly unit: string;
  readonly rows: number;
  readonly dropped: Observed["dropped"];
  /** Root mean square of measured − predicted, with the profile's values and with the fitted ones. */
  readonly rmsBefore: number;
  readonly rmsAfter: number;
}

/** The data of a `ChannelFit`, in its unit. */
export interface ChannelCurves {
  readonly time_s: Float64Array;
  readonly measured: Float64Array;
  readonly before: Float64Array;
  readonly after: Float64Array;
}

export interface ChannelNoise {
  readonly unit: string;
  /** Standard deviation of what the fit leaves. */
  readonly deviation: number;
  /** How many rows in a row count as one independent one; standard errors grow with its root. */
  readonly correlationLength: number;
}

export type Noise = Readonly<Partial<Record<Channel, ChannelNoise>>>;

/** `betaguard calibrate --json` as it stands. */
export interface Calibration {
  readonly profile: string;
  readonly profileHash: string;
  readonly moduleSha256: string;
  readonly seed: number;
  readonly starts: number;
  /** Descents that ended as well as the best, within what noise explains. */
  readonly agreeing: number;
  readonly area_cm2: number;
  readonly dt_s: number;
  readonly parameters: readonly FittedParameter[];
  /** Of what has a standard error: covariance in the parameters' units, and correlation. */
  readonly covariance: {
    readonly names: readonly ParameterName[];
    readonly matrix: readonly (readonly number[])[];
    readonly correlation: readonly (readonly number[])[];
  };
  /**
   * Standard errors of the combinations of all parameters asked for, best first, each over the width its 95 % interval
   * has to stay below; null: the traces say nothing.
   */
  readonly combinationErrors: readonly (number | null)[];
  readonly open: readonly OpenCombination[];
  readonly noise: Noise;
  readonly fits: readonly ChannelFit[];
  readonly notes: readonly string[];
}

export interface CalibrationResult {
  readonly calibration: Calibration;
  /** One per entry of `calibration.fits`. */
  readonly curves: readonly ChannelCurves[];
}
