/**
 * What data determine: the singular values of the Jacobian, its columns scaled by the width a 95 % interval has to stay
 * below and its rows by the noise. A combination of parameters whose singular value is small can be changed
 * across its width without the data noticing.
 */
import { type Matrix, SVD } from "ml-matrix";

/** A combination of parameters, in the coordinates they are searched in. */
export interface Combination {
  /** Standard error over the width; Infinity where the data say nothing. */
  readonly standardError: number;
  readonly determined: boolean;
  /** Unit vector over the scaled parameters. */
  readonly direction: readonly number[];
}

/** Four standard errors are a 95 % interval: wider than the width, and the data added nothing. */
const LARGEST_ERROR = 0.25;

/** A slope below this many times its own error is none. */
const NUMERICAL = 2;

/**
 * Combinations from the best determined to the worst.
 * @param slopes residuals in units of their noise by scaled parameter
 * @param error how far the slopes may be off, entry by entry
 */
export function combinations(slopes: Matrix, error: Matrix): Combination[] {
  const { diagonal, rightSingularVectors: directions } = new SVD(slopes, { autoTranspose: true });
  return diagonal.map((singular, k) => {
    const direction = directions.getColumnVector(k);
    const least = NUMERICAL * error.mmul(direction).norm();
    const standardError = singular > least ? 1 / singular : Number.POSITIVE_INFINITY;
    return {
      standardError,
      determined: standardError <= LARGEST_ERROR,
      direction: direction.to1DArray(),
    };
  });
}

/**
 * Parameters the data leave open: their standard error, with no combination known worse than its width, is above the
 * limit.
 */
export const openParameters = (found: readonly Combination[]): number[] =>
  (found[0]?.direction ?? []).flatMap((_, parameter) => {
    const variance = found.reduce(
      (sum, { direction, standardError }) =>
        sum + ((direction[parameter] as number) * Math.min(standardError, 1)) ** 2,
      0,
    );
    return Math.sqrt(variance) > LARGEST_ERROR ? [parameter] : [];
  });
