import { instantiate } from "@assemblyscript/loader";
import { beforeAll, describe, expect, it } from "vitest";
import { compileAssembly } from "./compile.js";

interface MathExports extends Record<string, unknown> {
  exp(x: number): number;
  log(x: number): number;
  asinh(x: number): number;
  pow(base: number, exponent: number): number;
  EXP_LIMIT: { value: number };
  ASINH_LIMIT: { value: number };
}

let math: MathExports;
beforeAll(async () => {
  math = (await instantiate<MathExports>(await compileAssembly("assembly/math.ts"))).exports;
});

const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);
function bitsOf(x: number): number {
  float[0] = x;
  return word[0] as number;
}
function fromBits(bits: number): number {
  word[0] = bits;
  return float[0] as number;
}

const SMALLEST_NORMAL = 2 ** -126;
const LARGEST = fromBits(0x7f7fffff);
const POINTS = 1_000_000;

/** |found − exact| in units of the last place that f32 has at `exact`. */
function ulpsOff(found: number, exact: number): number {
  const exponent = Math.max((bitsOf(exact) >>> 23) & 0xff, 1);
  return Math.abs(found - exact) / 2 ** (exponent - 150);
}

/** At least `POINTS` f32s evenly over the bit patterns from `low` to `high`, both positive, and each power of two's neighbours. */
function* floatsBetween(low: number, high: number): Generator<number> {
  const [first, last] = [bitsOf(low), bitsOf(high)];
  // An odd stride, so that the low bits vary.
  const stride = Math.max(1, Math.floor((last - first) / POINTS) - 1) | 1;
  for (let bits = first; bits <= last; bits += stride) yield fromBits(bits);
  yield high;
  for (let power = first & 0x7f800000; power <= last; power += 0x00800000) {
    for (let bits = power - 2; bits <= power + 2; bits++) {
      if (bits >= first && bits <= last) yield fromBits(bits);
    }
  }
}

/** The largest error in ulp over `inputs`, and where; fails on too few points. */
function worst(
  inputs: Iterable<number>,
  found: (x: number) => number,
  exact: (x: number) => number,
): { ulps: number; at: number } {
  const result = { ulps: 0, at: 0 };
  let points = 0;
  for (const x of inputs) {
    points++;
    const ulps = ulpsOff(found(x), exact(x));
    // Negated, so that NaN is the worst of all.
    if (!(ulps <= result.ulps)) Object.assign(result, { ulps, at: x });
  }
  expect(points).toBeGreaterThanOrEqual(POINTS);
  return result;
}

describe("exp", () => {
  it.each([1, -1])("is at most 1 ulp off over its whole range, sign %i", (sign) => {
    const inputs = floatsBetween(2 ** -30, math.EXP_LIMIT.value);
    const { ulps, at } = worst(
      inputs,
      (x) => math.exp(sign * x),
      (x) => Math.exp(sign * x),
    );
    expect(ulps, `at ${sign * at}`).toBeLessThanOrEqual(1);
  });
});

describe("log", () => {
  it.each([
    ["all positive normal numbers", SMALLEST_NORMAL, LARGEST],
    ["the neighbourhood of 1", 0.5, 2],
  ])("is at most 1.1 ulp off over %s", (_, low, high) => {
    const { ulps, at } = worst(floatsBetween(low, high), math.log, Math.log);
    expect(ulps, `at ${at}`).toBeLessThanOrEqual(1.1);
  });
});

describe("asinh", () => {
  it.each([
    ["its whole range", SMALLEST_NORMAL, 1.8e19],
    ["the neighbourhood of 1", 0.01, 100],
  ])("is odd and at most 3 ulp off over %s", (_, low, high) => {
    const odd = (x: number): number => (math.asinh(-x) === -math.asinh(x) ? math.asinh(x) : Number.NaN);
    const { ulps, at } = worst(floatsBetween(low, high), odd, Math.asinh);
    expect(ulps, `at ${at}`).toBeLessThanOrEqual(3);
  });
});

describe("pow", () => {
  /** Low-discrepancy exponents (golden ratio), so that every base meets all of them and every run is the same. */
  const exponentFor = (index: number, largest: number): number =>
    Math.fround(largest * (2 * ((index * 0.618033988749895) % 1) - 1));

  it.each([
    [3, 5],
    [10, 12],
  ])("with bases 1e-3 to 1e3 and exponents up to ±%f is at most %f ulp off", (largest, limit) => {
    let index = 0;
    let exponent = 0;
    const { ulps, at } = worst(
      floatsBetween(1e-3, 1e3),
      (base) => {
        exponent = exponentFor(index++, largest);
        return math.pow(base, exponent);
      },
      (base) => base ** exponent,
    );
    expect(ulps, `at ${at}`).toBeLessThanOrEqual(limit);
  });

  it("keeps that at the integers and halves around 2's powers, where the reduction changes over", () => {
    for (let base = 0.001; base < 1000; base *= 1.3) {
      const log2 = Math.log2(Math.fround(base));
      for (let half = -60; half <= 60; half++) {
        const exponent = Math.fround(half / 2 / log2);
        if (Math.abs(exponent) > 10) continue;
        const exact = Math.fround(base) ** exponent;
        expect(ulpsOff(math.pow(base, exponent), exact), `${base} ** ${exponent}`).toBeLessThanOrEqual(12);
      }
    }
  });
});

describe("hostile input", () => {
  const magnitudes = [
    0,
    2 ** -149,
    SMALLEST_NORMAL - 2 ** -149,
    SMALLEST_NORMAL,
    1e-30,
    0.5,
    1,
    1.5,
    86.99,
    87,
    88.8,
    2 ** 31,
    1.8e19,
    1.9e19,
    LARGEST,
    Number.POSITIVE_INFINITY,
  ];
  const hostile = [...magnitudes, ...magnitudes.map((x) => -x), Number.NaN];

  const finiteAndNormal = (x: number): boolean =>
    x === 0 ? !Object.is(x, -0) : Math.abs(x) >= SMALLEST_NORMAL && Math.abs(x) <= LARGEST;

  it.each(["exp", "log", "asinh"] as const)("%s returns a number, +0 or a normal one", (name) => {
    for (const x of hostile)
      expect(finiteAndNormal(math[name](x)), `${name}(${x}) = ${math[name](x)}`).toBe(true);
  });

  it("pow returns a positive normal number", () => {
    for (const base of hostile) {
      for (const exponent of hostile) {
        const power = math.pow(base, exponent);
        expect(power > 0 && finiteAndNormal(power), `pow(${base}, ${exponent}) = ${power}`).toBe(true);
      }
    }
  });

  it("subnormals count as zero, with either sign", () => {
    for (const bits of [0x80000000, 1, 0x80000001, 0x007fffff, 0x807fffff]) {
      const x = fromBits(bits);
      for (const name of ["exp", "log", "asinh"] as const) {
        expect(bitsOf(math[name](x)), `${name}(${x})`).toBe(bitsOf(math[name](0)));
      }
      expect(math.pow(x, 0.7)).toBe(math.pow(0, 0.7));
      expect(math.pow(1.7, x)).toBe(1);
    }
  });

  it("random bit patterns never give NaN, infinity or a subnormal", () => {
    for (let index = 0; index < POINTS; index++) {
      const x = fromBits(Math.imul(index, 0x9e3779b1));
      const y = fromBits(Math.imul(index, 0x85ebca77));
      for (const result of [math.exp(x), math.log(x), math.asinh(x), math.pow(x, y)]) {
        if (!finiteAndNormal(result)) expect.fail(`${result} from ${x}, ${y}`);
      }
    }
  });
});
