/**
 * Area that a front of two objectives dominates, up to a point that all of it should beat: the one number by which two
 * fronts compare (Zitzler, Thiele 1998).
 */
export function hypervolume(
  front: readonly (readonly [number, number])[],
  [worstFirst, worstSecond]: readonly [number, number],
): number {
  let area = 0;
  let reached = worstSecond;
  for (const [first, second] of [...front].sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    if (first >= worstFirst || second >= reached) continue;
    area += (worstFirst - first) * (reached - second);
    reached = second;
  }
  return area;
}
