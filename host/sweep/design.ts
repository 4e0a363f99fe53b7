/** What a sweep varies, and the points it takes. */
import { BetaguardError } from "../errors.js";
import { didYouMean } from "../profiles/nearest.js";
import { generator } from "../random.js";
import { type ParameterName, parameters } from "../schema/parameters.js";
import { latinHypercube } from "../validate/morris.js";
import { sobol } from "./sobol.js";

export interface Varied {
  readonly name: ParameterName;
  /** Only the plant of a closed loop has it otherwise; the firmware keeps to the profile. */
  readonly plantOnly: boolean;
  readonly low: number;
  readonly high: number;
  /** Equal ratios instead of equal differences. */
  readonly log: boolean;
}

export const DESIGNS = ["grid", "lhs", "sobol"] as const;
export type Design = (typeof DESIGNS)[number];

/** One value per varied parameter, in their order. */
export type Point = readonly number[];

export const PLANT_PREFIX = "plant.";
/** A slip of the keyboard in --points, more likely than a wish. */
const MOST_POINTS = 1_000_000;

/** How a varied parameter is called after --vary and in the results. */
export const variedLabel = ({ name, plantOnly }: Varied): string => (plantOnly ? PLANT_PREFIX : "") + name;

/**
 * `name=low:high`, `name=low:high:log`, or either with `plant.` before the name.
 * @throws E_SWEEP_VARY naming what is wrong
 */
export function parseVaried(text: string): Varied {
  const [, label = "", low, high, log] = /^([\w.]+)=([^:]+):([^:]+?)(:log)?$/.exec(text.trim()) ?? [];
  const plantOnly = label.startsWith(PLANT_PREFIX);
  const name = plantOnly ? label.slice(PLANT_PREFIX.length) : label;
  const parameter = parameters.find((candidate) => candidate.name === name);
  const refuse = (expected: string, found = JSON.stringify(text)) =>
    new BetaguardError("E_SWEEP_VARY", `expected ${expected} after --vary, found ${found}`);
  if (low === undefined || high === undefined) throw refuse("name=low:high or name=low:high:log");
  if (!parameter)
    throw refuse(
      "the name of a parameter (docs/parameters.md lists them)",
      JSON.stringify(name) +
        didYouMean(
          name,
          parameters.map((candidate) => candidate.name),
        ),
    );
  const varied = {
    name: parameter.name,
    plantOnly,
    low: Number(low),
    high: Number(high),
    log: log !== undefined,
  };
  const { min, max, unit } = parameter;
  if (!(varied.low < varied.high && varied.low >= min && varied.high <= max))
    throw refuse(`${name} from low to high within ${min} … ${max} ${unit}`, `${low} to ${high}`);
  if (varied.log && varied.low <= 0) throw refuse(`${name} above 0, to vary it by ratios`, low);
  return varied;
}

const valueAt = ({ low, high, log }: Varied, share: number): number =>
  log ? low * (high / low) ** share : low + (high - low) * share;

/**
 * The points of a design. `points` counts them, but for a grid it counts the values of each parameter, both ends among
 * them. `seed` draws the hypercube; Sobol's points are shifted by it, and are the plain sequence without one.
 * @throws E_SWEEP_DESIGN when there would be none, or too many
 */
export function designPoints(
  design: Design,
  varied: readonly Varied[],
  points: number,
  seed?: number,
): Point[] {
  const total = design === "grid" ? points ** varied.length : points;
  const least = design === "grid" && varied.length > 0 ? 2 : 1;
  if (!Number.isInteger(points) || points < least || total > MOST_POINTS)
    throw new BetaguardError(
      "E_SWEEP_DESIGN",
      `expected a whole number from ${least} after --points and at most ${MOST_POINTS} points, found ${points}${design === "grid" ? ` values each, ${total} points` : ""}`,
    );
  const shares =
    design === "grid"
      ? grid(points, varied.length)
      : design === "lhs"
        ? latinHypercube(points, varied.length, generator(seed ?? 1))
        : sobol(points, varied.length, seed === undefined ? undefined : generator(seed));
  return shares.map((point) => varied.map((one, d) => valueAt(one, point[d] as number)));
}

/** Every combination of `levels` equidistant shares; the last dimension changes fastest. */
const grid = (levels: number, dimensions: number): Float64Array[] =>
  Array.from({ length: levels ** dimensions }, (_, n) =>
    Float64Array.from(
      { length: dimensions },
      (_, d) => (Math.floor(n / levels ** (dimensions - 1 - d)) % levels) / (levels - 1),
    ),
  );
