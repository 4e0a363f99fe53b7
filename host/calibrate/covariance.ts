/** How well a minimum is known: covariance of its coordinates, as the cost around it has it. */
import { EigenvalueDecomposition, Matrix, pseudoInverse } from "ml-matrix";
import type { Minimum } from "./leastSquares.js";

/** Of the coordinates in `columns`, those at no bound, in shares of the bounds. */
export interface Covariance {
  readonly columns: readonly number[];
  readonly matrix: Matrix;
}

/** An axis is followed for no more than 2⁸ of its linear standard errors. */
const DOUBLINGS = 8;

/**
 * Along each principal axis of what the slopes say, how far one has to go until the cost says two standard errors.
 * Thresholds have kinks, and slopes beside a kink promise too much.
 * @param widths by coordinate, what makes them comparable
 */
export function covarianceAlongAxes(
  minimum: Minimum,
  widths: readonly number[],
  costAt: (point: Float64Array) => number,
): Covariance {
  const { bound, slopes } = minimum;
  const columns = bound.flatMap((at, k) => (at === undefined ? [k] : []));
  if (columns.length === 0) return { columns, matrix: new Matrix(0, 0) };
  const own = columns.map((k) => widths[k] as number);
  const scaled = slopes.subMatrixColumn(columns).mulRowVector(own);
  const linear = symmetric(pseudoInverse(scaled.transpose().mmul(scaled)));
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(linear, {
    assumeSymmetric: true,
  });
  const axes = eigenvectorMatrix.mulColumnVector(own);
  const errors = realEigenvalues.map((variance, n) => {
    const error = Math.sqrt(Math.max(variance, 0));
    const axis = new Float64Array(bound.length);
    for (const [at, k] of columns.entries()) axis[k] = axes.get(at, n);
    return Math.max(...[-1, 1].map((sign) => errorAlong(minimum, axis, sign * error, costAt)));
  });
  const spread = axes.mulRowVector(errors);
  return { columns, matrix: symmetric(spread.mmul(spread.transpose())) };
}

/** A standard error along an axis, one way: no less than `linear`, which has the way's sign. */
function errorAlong(
  { point, cost }: Minimum,
  axis: Float64Array,
  linear: number,
  costAt: (point: Float64Array) => number,
): number {
  let error = linear;
  for (let n = 0; n < DOUBLINGS; n++) {
    const there = point.map((share, k) => share + 2 * error * (axis[k] as number));
    // Beyond the bounds nothing can be asked.
    if (there.some((share) => share < 0 || share > 1)) break;
    const deviations = Math.sqrt(Math.max(2 * (costAt(there) - cost), 0));
    if (deviations >= 2) break;
    error *= Math.min(2 / deviations, 2);
  }
  return Math.abs(error);
}

/** Rounding leaves a covariance not quite symmetric, which decompositions insist on. */
const symmetric = (matrix: Matrix): Matrix => Matrix.add(matrix, matrix.transpose()).mul(0.5);
