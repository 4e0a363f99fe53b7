/** Row k of a tridiagonal matrix is lower[k]·x[k−1] + diagonal[k]·x[k] + upper[k]·x[k+1]. */
export interface Tridiagonal {
  readonly lower: Float64Array;
  readonly diagonal: Float64Array;
  readonly upper: Float64Array;
}

/**
 * Replaces `lower` and `diagonal` by the elimination's factors and pivots (Thomas). No pivoting: the matrices here are
 * diagonally dominant.
 */
export function factorTridiagonal({ lower, diagonal, upper }: Tridiagonal): void {
  for (let k = 1; k < diagonal.length; k++) {
    const factor = (lower[k] as number) / (diagonal[k - 1] as number);
    lower[k] = factor;
    diagonal[k] = (diagonal[k] as number) - factor * (upper[k - 1] as number);
  }
}

/** Replaces `right` by the solution for a matrix that `factorTridiagonal` has been through. */
export function solveFactored({ lower, diagonal, upper }: Tridiagonal, right: Float64Array): void {
  const last = right.length - 1;
  for (let k = 1; k <= last; k++)
    right[k] = (right[k] as number) - (lower[k] as number) * (right[k - 1] as number);
  right[last] = (right[last] as number) / (diagonal[last] as number);
  for (let k = last - 1; k >= 0; k--) {
    right[k] =
      ((right[k] as number) - (upper[k] as number) * (right[k + 1] as number)) / (diagonal[k] as number);
  }
}
