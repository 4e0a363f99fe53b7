/**
 * Solves a tridiagonal system in place (Thomas): row k is lower[k]·x[k−1] + diagonal[k]·x[k] + upper[k]·x[k+1] =
 * right[k]. `diagonal` and `right` are overwritten, `right` with the solution. No pivoting: the matrices here are
 * diagonally dominant.
 */
export function solveTridiagonal(
  lower: Float64Array,
  diagonal: Float64Array,
  upper: Float64Array,
  right: Float64Array,
): void {
  const last = right.length - 1;
  for (let k = 1; k <= last; k++) {
    const factor = (lower[k] as number) / (diagonal[k - 1] as number);
    diagonal[k] = (diagonal[k] as number) - factor * (upper[k - 1] as number);
    right[k] = (right[k] as number) - factor * (right[k - 1] as number);
  }
  right[last] = (right[last] as number) / (diagonal[last] as number);
  for (let k = last - 1; k >= 0; k--) {
    right[k] =
      ((right[k] as number) - (upper[k] as number) * (right[k + 1] as number)) / (diagonal[k] as number);
  }
}
