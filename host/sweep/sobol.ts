/**
 * The Sobol' sequence in Gray-code order (I. M. Sobol' 1967; I. A. Antonov & V. M. Saleev 1979) with the direction
 * numbers new-joe-kuo-6.21201 of S. Joe & F. Y. Kuo, SIAM J. Sci. Comput. 30 (2008) 2635, dimensions 1 to 21.
 */
import { BetaguardError } from "../errors.js";

const BITS = 32;

/** From dimension 2 on: degree s and inner coefficients a of the primitive polynomial, then m_1 … m_s. */
const DIRECTIONS: readonly (readonly [s: number, a: number, ...m: number[]])[] = [
  [1, 0, 1],
  [2, 1, 1, 3],
  [3, 1, 1, 3, 1],
  [3, 2, 1, 1, 1],
  [4, 1, 1, 1, 3, 3],
  [4, 4, 1, 3, 5, 13],
  [5, 2, 1, 1, 5, 5, 17],
  [5, 4, 1, 1, 5, 5, 5],
  [5, 7, 1, 1, 7, 11, 19],
  [5, 11, 1, 1, 5, 1, 1],
  [5, 13, 1, 1, 1, 3, 11],
  [5, 14, 1, 3, 5, 5, 31],
  [6, 1, 1, 3, 3, 9, 7, 49],
  [6, 13, 1, 1, 1, 15, 21, 21],
  [6, 16, 1, 3, 1, 13, 27, 49],
  [6, 19, 1, 1, 1, 15, 7, 5],
  [6, 22, 1, 3, 1, 15, 13, 25],
  [6, 25, 1, 1, 5, 5, 19, 61],
  [7, 1, 1, 3, 7, 11, 23, 15, 103],
  [7, 4, 1, 3, 7, 13, 13, 15, 69],
];

export const SOBOL_DIMENSIONS = DIRECTIONS.length + 1;

/** v_1 … v_32 of a dimension, each a binary fraction with its point before bit 31. */
function directionNumbers(dimension: number): Uint32Array {
  const v = new Uint32Array(BITS);
  const row = DIRECTIONS[dimension - 1];
  if (row === undefined) return v.map((_, i) => 1 << (BITS - 1 - i));
  const [s, a, ...m] = row;
  for (let i = 0; i < BITS; i++) {
    if (i < s) {
      v[i] = (m[i] as number) << (BITS - 1 - i);
      continue;
    }
    const oldest = v[i - s] as number;
    let value = oldest ^ (oldest >>> s);
    for (let k = 1; k < s; k++) if ((a >>> (s - 1 - k)) & 1) value ^= v[i - k] as number;
    v[i] = value;
  }
  return v;
}

/**
 * The sequence's first `count` points of `dimensions` coordinates in [0, 1), from its first one, the origin, on. With
 * `random` every coordinate is shifted digitally: the nets' structure stays, the origin does not.
 * @throws E_SWEEP_DESIGN for more dimensions than there are direction numbers
 */
export function sobol(count: number, dimensions: number, random?: () => number): Float64Array[] {
  if (dimensions > SOBOL_DIMENSIONS)
    throw new BetaguardError(
      "E_SWEEP_DESIGN",
      `expected at most ${SOBOL_DIMENSIONS} varied parameters with --design sobol, found ${dimensions}; use --design lhs`,
    );
  const directions = Array.from({ length: dimensions }, (_, d) => directionNumbers(d));
  const state = Uint32Array.from({ length: dimensions }, () => (random ? random() * 2 ** BITS : 0));
  return Array.from({ length: count }, (_, n) => {
    if (n > 0) {
      // From one Gray code to the next the bit changes that is the lowest one set in n.
      const bit = 31 - Math.clz32(n & -n);
      for (let d = 0; d < dimensions; d++)
        state[d] = (state[d] as number) ^ ((directions[d] as Uint32Array)[bit] as number);
    }
    return Float64Array.from(state, (value) => value / 2 ** BITS);
  });
}
