/** How an outcome is compared with what was published, and what is said about it. */
import { formatNumber } from "../report/format.js";
import type { ParameterName } from "../schema/parameters.js";
import type { Rig } from "./scenario.js";

/** One comparison. Everything is text for a reader but `pass` and `claimed`. */
export interface Check {
  /** What is compared, with its conditions. */
  readonly name: string;
  readonly expected: string;
  readonly got: string;
  readonly tolerance: string;
  readonly pass: boolean;
  /** False: known not to pass, with the reason; it stays in the table and does not fail the command. */
  readonly claimed: boolean;
  readonly reason?: string;
  /** Parameters of a variant that were chosen so that this comes out: it shows a fit, whatever the profile says. */
  readonly chosen?: readonly ParameterName[];
}

/** Points of a comparison for a plot: published where known, ours. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Plot {
  readonly id: string;
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly logY?: boolean;
  readonly series: readonly Series[];
}

export interface Outcome {
  readonly checks: readonly Check[];
  readonly plots?: readonly Plot[];
}

/** Something that is run and judged: an evidence case, a system, a general property. */
export interface Case {
  readonly id: string;
  readonly title: string;
  readonly conditions: string;
  run(rig: Rig): Outcome;
}

/** A case out of the literature. */
export interface EvidenceCase extends Case {
  readonly grade: string;
  readonly source: string;
  /** The profile whose parameters the case runs with. */
  readonly profile: string;
}

/**
 * Relative tolerance by grade of the published number: A read in the source, B printed second-hand, D derived, F read
 * off a figure (± 10 % reading on top of a B); `n1` a single cell, whose scatter its own fit of ± 35 % shows.
 */
export const TOLERANCE = { A: 0.05, B: 0.1, D: 0.1, F: 0.2, n1: 0.35 } as const;

interface Options {
  readonly unit?: string;
  /** Why this comparison is known to fail. */
  readonly notClaimed?: string;
  readonly chosen?: readonly ParameterName[];
}

const status = ({ notClaimed, chosen }: Options) => ({
  ...(notClaimed === undefined ? { claimed: true } : { claimed: false, reason: notClaimed }),
  ...(chosen && { chosen }),
});

const withUnit = (value: number, unit: string | undefined): string =>
  Number.isFinite(value) ? `${formatNumber(value, 3)}${unit ? ` ${unit}` : ""}` : "none";

/** `got` within a relative tolerance of `expected`. */
export const near = (
  name: string,
  expected: number,
  got: number,
  tolerance: number,
  options: Options = {},
): Check => ({
  name,
  expected: withUnit(expected, options.unit),
  got: withUnit(got, options.unit),
  tolerance: `± ${formatNumber(100 * tolerance, 3)} %`,
  pass: Math.abs(got / expected - 1) <= tolerance,
  ...status(options),
});

/** `got` within [low, high]. */
export const between = (
  name: string,
  low: number,
  high: number,
  got: number,
  options: Options = {},
): Check => ({
  name,
  expected:
    high === Number.POSITIVE_INFINITY
      ? `≥ ${withUnit(low, options.unit)}`
      : low === Number.NEGATIVE_INFINITY
        ? `≤ ${withUnit(high, options.unit)}`
        : `${formatNumber(low, 3)} … ${withUnit(high, options.unit)}`,
  got: withUnit(got, options.unit),
  tolerance: "bound",
  pass: got >= low && got <= high,
  ...status(options),
});

export const atLeast = (name: string, low: number, got: number, options: Options = {}): Check =>
  between(name, low, Number.POSITIVE_INFINITY, got, options);

export const atMost = (name: string, high: number, got: number, options: Options = {}): Check =>
  between(name, Number.NEGATIVE_INFINITY, high, got, options);

/** A qualitative outcome; `got` says what happened in words or numbers. */
export const holds = (
  name: string,
  expected: string,
  got: string,
  pass: boolean,
  options: Options = {},
): Check => ({ name, expected, got, tolerance: "outcome", pass, ...status(options) });

/** The unit of a number, for the comparisons above. */
export const unit = (name: string) => ({ unit: name });

/** `12.3 %` of a share of 1. */
export const percent = (share: number): string =>
  `${(100 * share).toFixed(share < 0.01 && share > 0 ? 2 : 1)} %`;
