/**
 * Bounded nonlinear least squares on the unit cube: Levenberg and Marquardt's method, with coordinates at a bound that
 * want to leave held there (Kanzow, Yamashita & Fukushima 2004, projected form) and steps cut to the cube.
 *
 * ml-levenberg-marquardt clamps instead: a coordinate at its bound still takes part in the step of the others, every
 * step is taken whether it helps or not, and the model is asked point by point, here a replay each.
 */
import { Matrix, solve } from "ml-matrix";

/** Residuals at a point of the unit cube, in units of their noise. */
export type Residuals = (point: Float64Array) => Float64Array;

/** A point that was looked at; of a descent, its end. */
export interface Minimum {
  readonly point: Float64Array;
  readonly residuals: Float64Array;
  /** Half the sum of squares. */
  readonly cost: number;
  /** Jacobian of the residuals there, one row per residual. */
  readonly slopes: Matrix;
  /** Shares of the bounds over which derivatives can be told there. */
  readonly differences: Float64Array;
  /** By coordinate: the bound it is held at, against the slope of the cost. */
  readonly bound: readonly ("lower" | "upper" | undefined)[];
}

/**
 * Derivatives are taken over shares of the bounds within which data with noise could tell a difference: wide enough for
 * f32 outputs and for a void that begins a step earlier, no wider than the curvature of a well-determined parameter.
 */
const WIDEST = 1e-2;
const NARROWEST = 1e-4;
/** What a difference changes in the residuals, as a root sum of squares; their noise is 1 each. */
const VISIBLE = 8;
const MOST_ITERATIONS = 60;
/** Largest change of a coordinate in one iteration. */
const LONGEST_STEP = 0.3;
/** Relative to the cost: a hundredth of a standard error, for hundreds of rows. */
const LEAST_GAIN = 1e-6;
const LEAST_STEP = 1e-6;
const FIRST_DAMPING = 1e-3;
const LEAST_DAMPING = 1e-9;
const MOST_DAMPING = 1e10;

export const halfSquares = (values: Float64Array): number =>
  0.5 * values.reduce((sum, value) => sum + value * value, 0);

/** Central differences over `differences` either way; one-sided at a bound. One row per residual. */
export function jacobian(
  residuals: Residuals,
  point: Float64Array,
  differences: Float64Array = new Float64Array(point.length).fill(WIDEST),
): Matrix {
  if (point.length === 0) return new Matrix(residuals(point).length, 0);
  const columns = Array.from(point, (at, k) => {
    const moved = (by: number) => {
      const other = point.slice();
      other[k] = Math.min(Math.max(at + by, 0), 1);
      return other;
    };
    const difference = differences[k] as number;
    const above = moved(difference);
    const below = moved(-difference);
    const high = residuals(above);
    const low = residuals(below);
    const span = (above[k] as number) - (below[k] as number);
    return high.map((value, n) => (value - (low[n] as number)) / span);
  });
  return new Matrix(columns.map((column) => Array.from(column))).transpose();
}

/** The differences that change the residuals visibly, given how they changed so far. */
const visibleDifferences = (slopes: Matrix): Float64Array =>
  Float64Array.from({ length: slopes.columns }, (_, k) =>
    Math.min(Math.max(VISIBLE / slopes.getColumnVector(k).norm(), NARROWEST), WIDEST),
  );

/** What there is to know at a point, minimum or not. */
export function lookAt(
  residuals: Residuals,
  point: Float64Array,
  differences = visibleDifferences(jacobian(residuals, point)),
): Minimum {
  const there = residuals(point);
  const slopes = jacobian(residuals, point, differences);
  return {
    point,
    residuals: there,
    cost: halfSquares(there),
    slopes,
    differences: visibleDifferences(slopes),
    bound: gradientOf(slopes, there).map((slope, k) => atBound(point[k] as number, slope)),
  };
}

/** The local minimum that descending from `start` leads to. `onIteration` hears how many iterations are done. */
export function minimise(
  residuals: Residuals,
  start: Float64Array,
  onIteration?: (done: number) => void,
): Minimum {
  let now = lookAt(residuals, start.slice());
  let damping = FIRST_DAMPING;
  let converged = start.length === 0;
  for (let iteration = 0; !converged && iteration < MOST_ITERATIONS; iteration++) {
    onIteration?.(iteration);
    const { point, slopes, cost, bound } = now;
    const gradient = gradientOf(slopes, now.residuals);
    const squares = slopes.transpose().mmul(slopes);
    const free = bound.flatMap((at, k) => (squares.get(k, k) === 0 || at ? [] : [k]));
    converged = true;
    for (; free.length > 0 && damping < MOST_DAMPING; damping *= 4) {
      const step = dampedStep(squares, gradient, free, damping);
      const next = point.slice();
      for (const [n, k] of free.entries())
        next[k] = Math.min(Math.max((point[k] as number) + (step[n] as number), 0), 1);
      const gain = cost - halfSquares(residuals(next));
      if (!(gain > 0)) continue;
      const moved = Math.max(...next.map((value, k) => Math.abs(value - (point[k] as number))));
      converged = gain < LEAST_GAIN * cost || moved < LEAST_STEP;
      now = lookAt(residuals, next, now.differences);
      damping = Math.max(damping / 5, LEAST_DAMPING);
      break;
    }
  }
  return now;
}

const gradientOf = (slopes: Matrix, residuals: Float64Array): number[] =>
  slopes.columns === 0 ? [] : slopes.transpose().mmul(Matrix.columnVector(residuals)).to1DArray();

/** The bound that keeps a coordinate from going down the cost's slope. */
function atBound(at: number, slope: number): "lower" | "upper" | undefined {
  if (at <= 0 && slope > 0) return "lower";
  return at >= 1 && slope < 0 ? "upper" : undefined;
}

/** (JᵀJ + damping·diag JᵀJ)·step = −gradient over the free coordinates, no entry beyond the longest step. */
function dampedStep(
  squares: Matrix,
  gradient: readonly number[],
  free: readonly number[],
  damping: number,
): number[] {
  const matrix = squares.selection([...free], [...free]);
  for (const [n, square] of matrix.diagonal().entries()) matrix.set(n, n, square * (1 + damping));
  const right = Matrix.columnVector(free.map((k) => -(gradient[k] as number)));
  const step = solve(matrix, right, true).to1DArray();
  const longest = Math.max(...step.map(Math.abs));
  const cut = longest > LONGEST_STEP ? LONGEST_STEP / longest : 1;
  return step.map((value) => value * cut);
}
