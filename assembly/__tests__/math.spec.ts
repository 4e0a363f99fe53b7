import { ASINH_LIMIT, asinh, EXP_LIMIT, exp, log, POW_EXPONENT_LIMIT, pow } from "../math";

const SMALLEST_NORMAL: f32 = f32.MIN_NORMAL_VALUE;
const SUBNORMAL: f32 = f32.MIN_VALUE;

/** Bits, so that −0 differs from 0 and equal means equal to the last bit. */
function bits(x: f32): i32 {
  return reinterpret<i32>(x);
}

describe("exp", () => {
  it("is exact at 0 and rounds well elsewhere", () => {
    expect<f32>(exp(0)).toBe(1);
    expect<f32>(exp(2)).toBe(7.389056);
    expect<f32>(exp(-2)).toBe(0.13533528);
  });

  it("stays finite and normal past its limits", () => {
    expect<f32>(exp(EXP_LIMIT)).toBeLessThan(f32.MAX_VALUE);
    expect<f32>(exp(-EXP_LIMIT)).toBeGreaterThan(SMALLEST_NORMAL);
    expect<f32>(exp(f32.MAX_VALUE)).toBe(exp(EXP_LIMIT));
    expect<f32>(exp(Infinity)).toBe(exp(EXP_LIMIT));
    expect<f32>(exp(-Infinity)).toBe(exp(-EXP_LIMIT));
  });

  it("takes NaN, whatever its sign and payload, for its lower limit", () => {
    expect<f32>(exp(NaN)).toBe(exp(-EXP_LIMIT));
    expect<f32>(exp(reinterpret<f32>(0xffc12345))).toBe(exp(-EXP_LIMIT));
  });

  it("sees subnormals as zero", () => {
    expect<f32>(exp(SUBNORMAL)).toBe(1);
    expect<f32>(exp(-SUBNORMAL)).toBe(1);
  });
});

describe("log", () => {
  it("is exact at 1 and rounds well elsewhere", () => {
    expect<i32>(bits(log(1))).toBe(0);
    expect<f32>(log(4)).toBe(1.3862944);
    expect<f32>(log(0.25)).toBe(-1.3862944);
    expect<f32>(log(3)).toBe(1.0986123);
  });

  it("takes all that is not a positive normal number for the smallest one", () => {
    const lowest = log(SMALLEST_NORMAL);
    expect<f32>(lowest).toBe(-87.33655);
    expect<f32>(log(SUBNORMAL)).toBe(lowest);
    expect<f32>(log(0)).toBe(lowest);
    expect<f32>(log(-0.0)).toBe(lowest);
    expect<f32>(log(-1)).toBe(lowest);
    expect<f32>(log(-Infinity)).toBe(lowest);
    expect<f32>(log(NaN)).toBe(lowest);
  });

  it("of infinity is that of 2^128", () => {
    expect<f32>(log(Infinity)).toBe(88.72284);
  });
});

describe("asinh", () => {
  it("is the identity for small arguments", () => {
    expect<f32>(asinh(1e-4)).toBe(1e-4);
    expect<f32>(asinh(1e-30)).toBe(1e-30);
  });

  it("is odd to the last bit", () => {
    expect<f32>(asinh(1)).toBe(0.88137364);
    expect<f32>(asinh(-1)).toBe(-asinh(1));
    expect<f32>(asinh(-1234.5)).toBe(-asinh(1234.5));
  });

  it("stays finite past its limits", () => {
    expect<f32>(asinh(ASINH_LIMIT)).toBe(45.03005);
    expect<f32>(asinh(Infinity)).toBe(asinh(ASINH_LIMIT));
    expect<f32>(asinh(-Infinity)).toBe(-asinh(ASINH_LIMIT));
  });

  it("is +0 for NaN, subnormals and both zeros", () => {
    expect<i32>(bits(asinh(NaN))).toBe(0);
    expect<i32>(bits(asinh(-SUBNORMAL))).toBe(0);
    expect<i32>(bits(asinh(-0.0))).toBe(0);
  });
});

describe("pow", () => {
  it("is exact for powers of two to whole exponents, for base 1 and for exponent 0", () => {
    expect<f32>(pow(2, 10)).toBe(1024);
    expect<f32>(pow(0.25, 3)).toBe(0.015625);
    expect<f32>(pow(1, 6.56)).toBe(1);
    expect<f32>(pow(123, 0)).toBe(1);
  });

  it("saturates between normal numbers", () => {
    const largest = pow(2, 1000);
    const smallest = pow(2, -1000);
    expect<f32>(largest).toBeGreaterThan(1e37);
    expect<f32>(largest).toBeLessThan(f32.MAX_VALUE);
    expect<f32>(smallest).toBeLessThan(1e-37);
    expect<f32>(smallest).toBeGreaterThanOrEqual(SMALLEST_NORMAL);
    expect<f32>(pow(0.5, 1000)).toBe(smallest);
    expect<f32>(pow(Infinity, Infinity)).toBe(largest);
  });

  it("takes bases as log does and NaN for the lowest exponent", () => {
    expect<f32>(pow(-1, 0.5)).toBe(pow(SMALLEST_NORMAL, 0.5));
    expect<f32>(pow(NaN, 0.5)).toBe(pow(SMALLEST_NORMAL, 0.5));
    expect<f32>(pow(1.5, NaN)).toBe(pow(1.5, -POW_EXPONENT_LIMIT));
  });
});
