/**
 * exp, log, asinh and pow in single precision only: AssemblyScript's Mathf computes them in f64 and with tables,
 * which a single-precision FPU has to emulate. No branches, loops or tables: every call costs the same.
 *
 * Every function is total: whatever the bits of its input it returns a finite number, never traps, and returns the
 * same bits on hardware that flushes subnormals, renames NaNs or forgets the sign of zero.
 *
 * Polynomials are minimax fits of the relative error (Lawson iteration), their coefficients rounded to f32 one by
 * one and the rest refitted. The ulp figures are measured against f64; test/assembly/math.test.ts holds them.
 */

const LOG2_E: f32 = 1.4426950216293335;
const LN_2: f32 = 0.6931471824645996;
// ln 2 as Cephes' expf.c splits it: the high part has 9 bits, so an exponent times it is exact.
const LN_2_HIGH: f32 = 0.693359375;
const LN_2_LOW: f32 = -0.00021219444170128554;

// 1.5·2²³ + 127: adding it rounds to an integer n and leaves n + 127, an f32's biased exponent, in the low bits.
const ROUND: f32 = 12583039.0;

const SMALLEST_NORMAL: f32 = 1.1754943508222875e-38;
const SQRT_HALF_BITS: i32 = 0x3f3504f3;
const MANTISSA_MASK: i32 = 0x007fffff;

/** `exp` clamps its argument to ±EXP_LIMIT: e^±87 are normal numbers. */
export const EXP_LIMIT: f32 = 87.0;
/** `asinh` clamps its argument to ±ASINH_LIMIT: the square of it is still finite. */
export const ASINH_LIMIT: f32 = 1.8e19;
/** `pow` clamps its exponent to ±POW_EXPONENT_LIMIT: times log2 of any base, that still rounds to an integer. */
export const POW_EXPONENT_LIMIT: f32 = 16384.0;
// pow clamps log2 of its result to this, give or take a half, which leaves the result normal.
const POW_LOG2_LIMIT: f32 = 125.0;

/** x, or the smallest normal number for all that is not above it: zero, negative, subnormal, NaN. */
function positiveNormal(x: f32): f32 {
  return select<f32>(x, SMALLEST_NORMAL, x > SMALLEST_NORMAL);
}

/** Bits of x less those of √½: above bit 23 the exponent n of x = 2^n · m with √½ ≤ m < √2. */
function bitsOverSqrtHalf(x: f32): i32 {
  return reinterpret<i32>(x) - SQRT_HALF_BITS;
}

/** m − 1 for the mantissa m of `bitsOverSqrtHalf`; exact. */
function mantissaLessOne(bits: i32): f32 {
  return reinterpret<f32>((bits & MANTISSA_MASK) + SQRT_HALF_BITS) - (1.0 as f32);
}

/** ln(1 + f) for √½ ≤ 1 + f < √2: f − s·(f − R(s²)), s = f/(2 + f), the form of FreeBSD's e_logf.c. */
function logOfMantissa(f: f32): f32 {
  const s: f32 = f / (f + (2.0 as f32));
  const z: f32 = s * s;
  // R: (ln((1 + s)/(1 − s)) − 2s)/s to 2^-30.2 of the logarithm.
  let R: f32 = 0.2987091839313507;
  R = R * z + (0.39977580308914185 as f32);
  R = R * z + (0.6666677594184875 as f32);
  return f - s * (f - R * z);
}

/** 2^n times x, a normal number if the result is; `rounded` is n + ROUND. */
function scale(x: f32, rounded: f32): f32 {
  return x * reinterpret<f32>(reinterpret<i32>(rounded) << 23);
}

/**
 * e^x; at most 1 ulp off over −87 … 87. 57 instructions.
 *
 * Beyond ±87 it stays at e^±87 (6.08e37, 1.64e-38); NaN gives e^−87.
 */
export function exp(x: f32): f32 {
  const clamped: f32 = min<f32>(select<f32>(x, -EXP_LIMIT, x > -EXP_LIMIT), EXP_LIMIT);
  const rounded: f32 = clamped * LOG2_E + ROUND;
  const n: f32 = rounded - ROUND;
  const r: f32 = clamped - n * LN_2_HIGH - n * LN_2_LOW;
  // q: (e^r − 1 − r)/r² for |r| ≤ ln(2)/2, to 2^-28.3 of e^r.
  let q: f32 = 0.0013821469619870186;
  q = q * r + (0.008368662558495998 as f32);
  q = q * r + (0.041668254882097244 as f32);
  q = q * r + (0.1666652113199234 as f32);
  q = q * r + (0.4999999403953552 as f32);
  return scale(q * r * r + r + (1.0 as f32), rounded);
}

/**
 * Natural logarithm; at most 1.1 ulp off over the positive normal numbers. 50 instructions.
 *
 * Zero, negative, subnormal and NaN give ln of the smallest normal number (−87.33654); +∞ gives ln 2¹²⁸ (88.72284).
 */
export function log(x: f32): f32 {
  const bits: i32 = bitsOverSqrtHalf(positiveNormal(x));
  return ((bits >> 23) as f32) * LN_2 + logOfMantissa(mantissaLessOne(bits));
}

/**
 * Inverse hyperbolic sine; at most 3 ulp off over ±1.8e19; odd to the last bit. 79 instructions.
 *
 * Beyond ±1.8e19 it stays at asinh(±1.8e19) (±45.03); NaN, subnormals and −0 give +0.
 */
export function asinh(x: f32): f32 {
  const normal: f32 = select<f32>(x, 0.0, abs<f32>(x) >= SMALLEST_NORMAL);
  const a: f32 = min<f32>(abs<f32>(normal), ASINH_LIMIT);
  const square: f32 = a * a;
  // asinh a = ln(1 + w). Below √2 the mantissa less one is w itself, unrounded: a small a keeps all its digits.
  const w: f32 = a + square / (sqrt<f32>(square + (1.0 as f32)) + (1.0 as f32));
  const bits: i32 = bitsOverSqrtHalf(w + (1.0 as f32));
  const n: i32 = bits >> 23;
  const f: f32 = select<f32>(mantissaLessOne(bits), w, n !== 0);
  return copysign<f32>((n as f32) * LN_2 + logOfMantissa(f), normal);
}

/**
 * base^exponent for base > 0; over bases 1e-3 … 1e3 at most 5 ulp off for exponents −3 … 3 and 12 ulp for
 * −10 … 10. 115 instructions; 8 ulp would take 14 more.
 *
 * The result saturates at 2^±125.5; exponents are clamped to ±16384, NaN counts as −16384; bases as in `log`.
 */
export function pow(base: f32, exponent: f32): f32 {
  const e: f32 = min<f32>(
    select<f32>(exponent, -POW_EXPONENT_LIMIT, exponent > -POW_EXPONENT_LIMIT),
    POW_EXPONENT_LIMIT,
  );
  const bits: i32 = bitsOverSqrtHalf(positiveNormal(base));
  const n: f32 = (bits >> 23) as f32;
  // log2 of the mantissa is s·L(s²), L to 2^-26.2.
  const f: f32 = mantissaLessOne(bits);
  const s: f32 = f / (f + (2.0 as f32));
  const z: f32 = s * s;
  let L: f32 = 0.47953900694847107;
  L = L * z + (0.5746164917945862 as f32);
  L = L * z + (0.9618217349052429 as f32);
  L = L * z + (2.885390043258667 as f32);
  // e·(n + s·L). The high 16 bits of e times n are exact: a large power loses no digits to its own size.
  const high: f32 = reinterpret<f32>(reinterpret<i32>(e) & 0xffffff00);
  const whole: f32 = high * n;
  const rest: f32 = (e - high) * n + L * s * e;
  const rounded: f32 = max<f32>(min<f32>(whole + rest, POW_LOG2_LIMIT), -POW_LOG2_LIMIT) + ROUND;
  // |r| ≤ ½ and a rounding error, unless the clamp above has cut it off.
  const r: f32 = max<f32>(min<f32>(whole - (rounded - ROUND) + rest, 0.51), -0.51);
  // q: (2^r − 1)/r, to 2^-23.4 of 2^r.
  let q: f32 = 0.0013269537594169378;
  q = q * r + (0.009671292267739773 as f32);
  q = q * r + (0.0555071085691452 as f32);
  q = q * r + (0.24022246897220612 as f32);
  q = q * r + (0.6931470036506653 as f32);
  return scale(q * r + (1.0 as f32), rounded);
}
