/** Small numeric helpers of the models. */

/** Stands for "no limit" and "no path": far above any cap, far below where f32 overflows. */
export const UNBOUNDED: f32 = 1e7;
/** Bound of every accumulated charge, mAh/cm². */
export const LARGEST_CHARGE_MAH_CM2: f32 = 1e6;
/** Added to divisors that may be zero; far below any conductance, charge or rate that matters. */
export const TINY: f32 = 1e-20;

/**
 * x to a multiple of an ulp of TINY, 4e-28, with +0 for −0: no state may reach the subnormals, which some FPUs flush,
 * nor may the sign of zero matter. What is larger than 2e-13 keeps all its digits; NaN stays NaN, for limits.ts to find.
 */
export function snap(x: f32): f32 {
  return x + TINY - TINY;
}

/** value within [low, high]; value must not be NaN. */
export function clamp(value: f32, low: f32, high: f32): f32 {
  return min<f32>(max<f32>(value, low), high);
}

/**
 * Adds to the f32 at `at` and keeps what rounding loses at `rest` (Kahan 1965); the sum stays within [0, high]. Without
 * it a charge of 7 mAh/cm² would ignore steps of 0.2 µAh/cm².
 */
export function accumulate(at: usize, rest: usize, delta: f32, high: f32): void {
  const value = load<f32>(at);
  const corrected = snap(delta + load<f32>(rest));
  const whole = value + corrected;
  const sum = clamp(whole, 0.0, high);
  store<f32>(at, sum);
  // A sum cut to its bound must not carry what it could not take.
  store<f32>(rest, select<f32>(corrected - (sum - value), 0.0, sum == whole));
}

/** A ramp that is 0 at `zero` and beyond it, 1 at `full` and beyond that; either may be the larger. */
export function ramp(value: f32, zero: f32, full: f32): f32 {
  const span = full - zero;
  return clamp((value - zero) / select<f32>(span, 1e-3, abs<f32>(span) > 1e-3), 0.0, 1.0);
}
