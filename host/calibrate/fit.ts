/** A fit in progress: what is free, what is held at the profile's value, how large the noise is, the best so far. */
import { CholeskyDecomposition, Matrix, pseudoInverse } from "ml-matrix";
import type { Profile } from "../profiles/profile.js";
import { generator, normal } from "../random.js";
import type { ParameterName } from "../schema/parameters.js";
import type { Trace } from "../trace/types.js";
import { type Covariance, covarianceAlongAxes } from "./covariance.js";
import { type Combination, combinations } from "./identify.js";
import { halfSquares, jacobian, lookAt, type Minimum, minimise } from "./leastSquares.js";
import { firstNoise, noiseLeft } from "./noise.js";
import { type Observation, type Observed, predicted } from "./observe.js";
import { type FitParameter, shareOf, slopeAt, valueAt } from "./parameters.js";
import type { Predictor } from "./predict.js";
import type { Calibration, ChannelNoise, Estimate, Noise } from "./types.js";

/** A trace with the module to run over it and the rows to hold that against. */
export interface Datum {
  readonly trace: Trace;
  readonly predictor: Predictor;
  readonly observed: Observed;
}

/** 1.96 standard errors either way hold 95 % of a normal distribution. */
const NORMAL_95 = 1.96;
/** Three standard deviations: an end that is worse by no more than this fits as well. */
const AS_GOOD = 9;
/** In standard errors: two ends further apart than this are two answers. */
const APART = 5;
/** In shares of the bounds: ends closer than this are one, whatever the standard error. */
const LEAST_APART = 0.01;
/** Points looked at around a minimum for every parameter, at most how often, and the gain in cost that is one. */
const AROUND = 8;
const ROUNDS = 4;
const NOTICEABLE = 0.02;
const AROUND_SEED = 1;
/** In standard errors: how far around. */
const FAR = 2;
/** Of the way from the best fit to the profile's value, the limit is found to within 1/64. */
const HALVINGS = 6;
/** What a profile knows best is held first. */
const KNOWN_BEST: readonly Profile["provenance"][ParameterName]["kind"][] = [
  "published",
  "fitted",
  "assumed",
];

export const observationsOf = (data: readonly Datum[]): Observation[] =>
  data.flatMap(({ observed }) => observed.observations);

/** Measured − predicted of every observation, in its channel's unit. */
export function residualsOf(data: readonly Datum[], values: Profile["values"]): Float64Array[] {
  return data.flatMap(({ predictor, observed }) => {
    const prediction = predictor.run(values);
    return observed.observations.map((observation) =>
      predicted(observation, prediction).map((value, n) => (observation.measured[n] as number) - value),
    );
  });
}

export class Fit {
  noise: Noise;
  /** Of what is held: the end of the values the data allow, where the profile's lies beyond it. */
  readonly limits = new Map<ParameterName, "lower" | "upper">();
  readonly #held = new Map<FitParameter, number>();
  readonly #data: readonly Datum[];
  readonly #observations: readonly Observation[];
  readonly #profile: Profile;
  readonly #all: readonly FitParameter[];
  #free: readonly FitParameter[];
  #best: Minimum | undefined;
  /** The covariance of which minimum. */
  #known: { readonly best: Minimum; readonly covariance: Covariance } | undefined;

  constructor(data: readonly Datum[], profile: Profile, parameters: readonly FitParameter[]) {
    this.#data = data;
    this.#observations = observationsOf(data);
    this.#profile = profile;
    this.#all = parameters;
    this.#free = parameters;
    this.noise = firstNoise(this.#observations);
  }

  /** Half the sum of squared residuals at shares of the bounds, over the noise. */
  costAt(point: Float64Array): number {
    return halfSquares(this.#weighted(point));
  }

  descend(start: Float64Array, onIteration?: (done: number) => void): Minimum {
    return minimise((point) => this.#weighted(point), start, onIteration);
  }

  /** Stays where the values are, for what the data say there. */
  stayAt(values: Profile["values"], noise: Noise): void {
    this.noise = noise;
    const point = Float64Array.from(this.#free, (parameter) => shareOf(parameter, values[parameter.name]));
    this.#best = lookAt((other) => this.#weighted(other), point);
  }

  /** Of a point of all parameters asked for, the coordinates of those that are free. */
  freePart(point: Float64Array): Float64Array {
    return point.filter((_, k) => this.#free.includes(this.#all[k] as FitParameter));
  }

  /** Goes on from a minimum with the noise that it leaves, twice over. */
  settle(from: Minimum): void {
    this.#best = from;
    for (let n = 0; n < 2; n++) {
      this.noise = noiseLeft(this.#observations, residualsOf(this.#data, this.values()), this.#free.length);
      this.#best = this.descend(this.#best.point);
    }
    this.#lookAround();
  }

  /**
   * Looks for something better within the standard errors, and descends from there: where contact changes in steps of
   * the module's slow slots, so does the cost, and a descent ends in any of its dents.
   */
  #lookAround(): void {
    const random = generator(AROUND_SEED);
    for (let n = 0; n < ROUNDS; n++) {
      const { point, cost } = this.#found;
      const { columns, matrix } = this.#covariance();
      if (columns.length === 0) return;
      const cholesky = new CholeskyDecomposition(matrix);
      if (!cholesky.isPositiveDefinite()) return;
      const spread = cholesky.lowerTriangularMatrix;
      const near = Array.from({ length: AROUND * columns.length }, () => {
        const moved = point.slice();
        const by = spread.mmul(Matrix.columnVector(columns.map(() => FAR * normal(random)))).to1DArray();
        for (const [at, k] of columns.entries())
          moved[k] = Math.min(Math.max((point[k] as number) + (by[at] as number), 0), 1);
        return { moved, cost: this.costAt(moved) };
      }).reduce((best, one) => (one.cost < best.cost ? one : best));
      if (near.cost > cost - NOTICEABLE) return;
      this.#best = this.descend(near.moved);
    }
  }

  /** What of the free parameters the data determine, from the best combination to the worst. */
  identify(): Combination[] {
    return combinations(this.#scaledSlopes(), this.#slopeError());
  }

  /** The same of some of them, by index, with the others free to make up for what they do. */
  identifyAmong(columns: readonly number[]): Combination[] {
    const others = this.#free.flatMap((_, k) => (columns.includes(k) ? [] : [k]));
    const slopes = this.#scaledSlopes();
    const [own, error] = [slopes, this.#slopeError()].map((of) => of.subMatrixColumn([...columns]));
    if (others.length === 0) return combinations(own as Matrix, error as Matrix);
    const rest = slopes.subMatrixColumn(others);
    const madeUp = rest.mmul(pseudoInverse(rest).mmul(own as Matrix));
    return combinations(Matrix.sub(own as Matrix, madeUp), error as Matrix);
  }

  /** Those of the points of the free parameters that fit as well as the best. */
  asGood(points: readonly Float64Array[]): Float64Array[] {
    return points.filter((point) => this.#asGood(this.costAt(point)));
  }

  /** Free parameters to which the points give another answer than the best fit does. */
  disputed(points: readonly Float64Array[]): ParameterName[] {
    const { point: best } = this.#found;
    const { columns, matrix } = this.#covariance();
    return columns.flatMap((k, n) => {
      const apart = Math.max(APART * Math.sqrt(matrix.get(n, n)), LEAST_APART);
      const differs = (point: Float64Array) => Math.abs((point[k] as number) - (best[k] as number)) > apart;
      return points.some(differs) ? [(this.#free[k] as FitParameter).name] : [];
    });
  }

  /** Takes a parameter out of the fit, at the profile's value or as near to it as the data allow. */
  hold(name: ParameterName): void {
    const parameter = this.#free.find((one) => one.name === name) as FitParameter;
    const best = this.#found.point[this.#free.indexOf(parameter)] as number;
    const own = shareOf(parameter, parameter.start);
    let kept = this.#without(parameter, own);
    if (!this.#asGood(kept.cost)) {
      let [inside, outside] = [best, own];
      kept = this.#without(parameter, best);
      for (let n = 0; n < HALVINGS; n++) {
        const middle = (inside + outside) / 2;
        const there = this.#without(parameter, middle);
        if (this.#asGood(there.cost)) [inside, kept] = [middle, there];
        else outside = middle;
      }
      this.limits.set(name, own > best ? "upper" : "lower");
      this.#held.set(parameter, valueAt(parameter, inside));
    } else this.#held.set(parameter, parameter.start);
    this.#free = this.#free.filter((one) => one !== parameter);
    this.settle(kept);
  }

  /**
   * Holds, one by one, what the data leave open: of a combination, the one whose value in the profile suits the data
   * best; of several that do, the one the profile knows best.
   */
  holdUndetermined(): void {
    while (this.#free.length > 0) {
      const weakest = this.identify().findLast(({ determined }) => !determined);
      if (weakest === undefined) return;
      const most = Math.max(...weakest.direction.map(Math.abs));
      const involved = this.#free
        .filter((_, k) => Math.abs(weakest.direction[k] as number) > most / 2)
        .map((parameter) => ({
          name: parameter.name,
          cost: this.#without(parameter, shareOf(parameter, parameter.start)).cost,
        }));
      const least = Math.min(...involved.map(({ cost }) => cost));
      const rank = (name: ParameterName) => KNOWN_BEST.indexOf(this.#profile.provenance[name].kind);
      const [known] = involved
        .filter(({ cost }) => 2 * (cost - least) < AS_GOOD)
        .sort((a, b) => rank(a.name) - rank(b.name));
      this.hold((known as { name: ParameterName }).name);
    }
  }

  isHeld(name: ParameterName): boolean {
    return [...this.#held.keys()].some((parameter) => parameter.name === name);
  }

  /** By free parameter: what is held that moves it by more than its standard error when it goes across its width. */
  givens(): Map<ParameterName, ParameterName[]> {
    const { columns, matrix } = this.#covariance();
    const { point, slopes } = this.#found;
    const givens = new Map<ParameterName, ParameterName[]>();
    if (columns.length === 0) return givens;
    const answer = pseudoInverse(slopes.subMatrixColumn([...columns]));
    for (const [held, value] of [...this.#held]) {
      const slope = jacobian(
        ([share = 0]) => {
          this.#held.set(held, valueAt(held, share));
          return this.#weighted(point);
        },
        Float64Array.of(shareOf(held, value)),
      );
      this.#held.set(held, value);
      const shifts = answer.mmul(slope).mul(held.width).to1DArray();
      for (const [n, k] of columns.entries()) {
        if (Math.abs(shifts[n] as number) < Math.sqrt(matrix.get(n, n))) continue;
        const { name } = this.#free[k] as FitParameter;
        givens.set(name, [...(givens.get(name) ?? []), held.name]);
      }
    }
    return givens;
  }

  /** The profile's values with the fitted ones in their places. */
  values(): Profile["values"] {
    return this.#valuesAt(this.#found.point);
  }

  /** Of what is free: how well it is known. */
  estimates(): Map<ParameterName, Estimate> {
    const { columns, matrix } = this.#covariance();
    const estimateOf = (parameter: FitParameter, k: number): Estimate => {
      const bound = this.#found.bound[k];
      if (bound !== undefined) return { bound };
      const at = columns.indexOf(k);
      const value = this.#valueOf(k);
      const standardError = Math.sqrt(matrix.get(at, at)) * slopeAt(parameter, value);
      const end = (sign: number) =>
        parameter.logarithmic
          ? value * Math.exp((sign * NORMAL_95 * standardError) / value)
          : value + sign * NORMAL_95 * standardError;
      return { standardError, interval95: [end(-1), end(1)] };
    };
    return new Map(this.#free.map((parameter, k) => [parameter.name, estimateOf(parameter, k)]));
  }

  covariance(): Calibration["covariance"] {
    const { columns, matrix } = this.#covariance();
    const slopes = columns.map((k) => slopeAt(this.#free[k] as FitParameter, this.#valueOf(k)));
    const entry = (i: number, j: number) => matrix.get(i, j) * (slopes[i] as number) * (slopes[j] as number);
    const table = (of: (i: number, j: number) => number) =>
      columns.map((_, i) => columns.map((_, j) => of(i, j)));
    return {
      names: columns.map((k) => (this.#free[k] as FitParameter).name),
      matrix: table(entry),
      correlation: table((i, j) => entry(i, j) / Math.sqrt(entry(i, i) * entry(j, j))),
    };
  }

  /** The best fit of the others with one parameter at a share of its bounds. */
  #without(parameter: FitParameter, share: number): Minimum {
    const all = this.#free;
    const at = all.indexOf(parameter);
    this.#free = all.filter((one) => one !== parameter);
    this.#held.set(parameter, valueAt(parameter, share));
    const [from, other] = [
      this.#found.point.filter((_, k) => k !== at),
      Float64Array.from(this.#free, (one) => shareOf(one, one.start)),
    ].map((start) => this.descend(start)) as [Minimum, Minimum];
    this.#free = all;
    this.#held.delete(parameter);
    return other.cost < from.cost ? other : from;
  }

  #asGood(cost: number): boolean {
    return 2 * (cost - this.#found.cost) < AS_GOOD;
  }

  get #found(): Minimum {
    if (this.#best === undefined) throw new Error("settle() was not called");
    return this.#best;
  }

  #valueOf(k: number): number {
    return valueAt(this.#free[k] as FitParameter, this.#found.point[k] as number);
  }

  #valuesAt(point: Float64Array): Profile["values"] {
    const fitted = this.#free.map((parameter, k) => [parameter.name, valueAt(parameter, point[k] as number)]);
    const held = [...this.#held].map(([{ name }, value]) => [name, value]);
    return { ...this.#profile.values, ...Object.fromEntries([...held, ...fitted]) };
  }

  #covariance(): Covariance {
    const best = this.#found;
    if (this.#known?.best !== best) {
      const widths = this.#free.map(({ width }) => width);
      this.#known = { best, covariance: covarianceAlongAxes(best, widths, (point) => this.costAt(point)) };
    }
    return this.#known.covariance;
  }

  /** All residuals, over their noise. */
  #weighted(point: Float64Array): Float64Array {
    const parts = residualsOf(this.#data, this.#valuesAt(point));
    const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const [n, part] of parts.entries()) {
      const noise = this.noise[(this.#observations[n] as Observation).channel] as ChannelNoise;
      const deviation = noise.deviation * Math.sqrt(noise.correlationLength);
      for (const residual of part) all[at++] = residual / deviation;
    }
    return all;
  }

  /** One column per free parameter, per width. */
  #scaledSlopes(slopes = this.#found.slopes): Matrix {
    return slopes.clone().mulRowVector(this.#free.map(({ width }) => width));
  }

  /** How far derivatives over twice the distance are off: curvature, f32, events that wait for a step. */
  #slopeError(): Matrix {
    const { point, differences } = this.#found;
    const [one, two] = [1, 2].map((times) =>
      jacobian(
        (other) => this.#weighted(other),
        point,
        differences.map((difference) => times * difference),
      ),
    ) as [Matrix, Matrix];
    return this.#scaledSlopes(Matrix.sub(two, one));
  }
}
