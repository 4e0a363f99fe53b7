/**
 * Does this executor compute the reference bits? Run at every reset over one expression of each kind the models use;
 * an FPU with fused operations, another rounding or a miscompiled interpreter shows here, before any limit is given.
 */
import { asinh, exp, log, pow } from "./math";

/** Folds values into one word; any bit of any of them changes it. */
function fold(sum: i32, value: f32): i32 {
  return rotl<i32>(sum, 5) ^ reinterpret<i32>(value);
}

/** What `signature` is on a correct executor. */
export const SIGNATURE: i32 = -585543179;

export function signature(seed: f32): i32 {
  let sum = fold(0, exp(seed * 0.7));
  sum = fold(sum, log(seed * 3.3));
  sum = fold(sum, asinh(seed * 2.1));
  sum = fold(sum, pow(seed * 1.7, seed * 6.56));
  sum = fold(sum, sqrt<f32>(seed * 2.0));
  sum = fold(sum, seed / 3.0);
  // A fused multiply-add would leave a remainder here.
  const third = seed / 3.0;
  sum = fold(sum, third * third - 0.11111111);
  sum = fold(sum, nearest<f32>(seed * 2.5));
  return sum;
}
