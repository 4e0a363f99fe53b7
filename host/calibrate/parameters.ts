/** Which parameters are fitted, within which bounds, and the coordinate each is searched in. */
import { BetaguardError } from "../errors.js";
import { didYouMean } from "../profiles/nearest.js";
import type { Profile } from "../profiles/profile.js";
import { type ParameterName, parameters } from "../schema/parameters.js";

/** What a user asks for: `name`, or `name=low:high`. */
export interface FitRequest {
  readonly name: string;
  readonly low?: number;
  readonly high?: number;
}

/** A parameter to fit. A share of 0 … 1 of its bounds stands for a value, on a logarithmic scale where the bounds allow it. */
export interface FitParameter {
  readonly name: ParameterName;
  readonly unit: string;
  readonly low: number;
  readonly high: number;
  /** The profile's own value. */
  readonly start: number;
  readonly logarithmic: boolean;
  /**
   * Share of the bounds a 95 % interval must stay below for the parameter to count as determined: all of them, or a
   * decade where they span more.
   */
  readonly width: number;
}

/** Switches, and what the host sets from the trace: no quantity a trace could determine. */
const NOT_FITTED: readonly ParameterName[] = [
  "sensor_hasVoltage",
  "sensor_hasPressure",
  "cell_metalInterfaces",
  "cell_hasVoltageWindow",
  "slab_sealed",
  "plating_seAllowed",
];

/** A value somebody published or fitted is searched for this factor up and down. */
const FACTOR = 10;

/** `a,b=0.1:10` as requests. @throws E_FIT_BOUNDS for an entry that is neither `name` nor `name=low:high` */
export const fitRequests = (text: string): FitRequest[] =>
  text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "")
    .map((entry) => {
      const [name = "", bounds, ...rest] = entry.split("=");
      if (bounds === undefined) return { name };
      const [low, high, ...more] = bounds.split(":").map(Number);
      if (rest.length + more.length > 0 || !Number.isFinite(low) || !Number.isFinite(high))
        throw new BetaguardError(
          "E_FIT_BOUNDS",
          `expected name or name=low:high, found ${JSON.stringify(entry)}`,
        );
      return { name, low: low as number, high: high as number };
    });

/**
 * Bounds: those asked for, else the range the profile assumes, else a decade either way of its value.
 * @throws E_FIT_NO_PARAMETERS, E_FIT_UNKNOWN_PARAMETER, E_FIT_TWICE, E_FIT_FIXED_PARAMETER, E_FIT_BOUNDS
 */
export function fitParameters(requests: readonly FitRequest[], profile: Profile): FitParameter[] {
  if (requests.length === 0)
    throw new BetaguardError(
      "E_FIT_NO_PARAMETERS",
      "expected parameters to fit, found none; name them after --fit, e.g. --fit series_resistance_ohm_cm2",
    );
  const names = requests.map(({ name }) => name);
  const twice = names.find((name, n) => names.indexOf(name) < n);
  if (twice !== undefined)
    throw new BetaguardError("E_FIT_TWICE", `expected each parameter once, found ${twice} twice`);
  return requests.map((request) => fitParameter(request, profile));
}

function fitParameter(request: FitRequest, profile: Profile): FitParameter {
  const field = parameters.find(({ name }) => name === request.name);
  if (field === undefined)
    throw new BetaguardError(
      "E_FIT_UNKNOWN_PARAMETER",
      `no parameter is called ${request.name}${didYouMean(
        request.name,
        parameters.map(({ name }) => name),
      )}; docs/parameters.md lists them`,
    );
  const { name, unit, min, max } = field;
  if (NOT_FITTED.includes(name))
    throw new BetaguardError(
      "E_FIT_FIXED_PARAMETER",
      `expected a quantity a trace can show, found the switch ${name}; set it in the profile or with --cell`,
    );
  const start = profile.values[name];
  const [low, high] =
    request.low !== undefined && request.high !== undefined
      ? [request.low, request.high]
      : knownRange(profile, name, min, max);
  const refuse = (expected: string, found: string) =>
    new BetaguardError(
      "E_FIT_BOUNDS",
      `${name}: expected ${expected}, found ${found}; give bounds with --fit ${name}=low:high`,
    );
  if (!(low < high)) throw refuse("bounds with low below high", `${low}:${high}`);
  if (low < min || high > max) throw refuse(`bounds within ${min} … ${max} ${unit}`, `${low}:${high}`);
  if (start < low || start > high)
    throw refuse(`bounds around the profile's value ${start} ${unit}`, `${low}:${high}`);
  const logarithmic = low > 0;
  const width = logarithmic ? Math.min(1, Math.LN10 / Math.log(high / low)) : 1;
  return { name, unit, low, high, start, logarithmic, width };
}

function knownRange(
  { values, provenance }: Profile,
  name: ParameterName,
  min: number,
  max: number,
): readonly [number, number] {
  const known = provenance[name];
  if (known.kind === "assumed") return known.range;
  const value = values[name];
  if (value === 0) return [min, max];
  const [low, high] = [value / FACTOR, value * FACTOR].sort((a, b) => a - b) as [number, number];
  return [Math.max(low, min), Math.min(high, max)];
}

/** The value at a share of the bounds. */
export function valueAt({ low, high, logarithmic }: FitParameter, share: number): number {
  const value = logarithmic ? low * (high / low) ** share : low + (high - low) * share;
  return Math.min(Math.max(value, low), high);
}

/** The share of the bounds at which a value lies. */
export const shareOf = ({ low, high, logarithmic }: FitParameter, value: number): number =>
  logarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);

/** d value / d share at a value. */
export const slopeAt = ({ low, high, logarithmic }: FitParameter, value: number): number =>
  logarithmic ? value * Math.log(high / low) : high - low;
