/** Numbers parsed from bytes against Number() of the same characters, to the last bit. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseNumber } from "../../host/trace/number.js";
import { readNumber } from "../../host/trace/units.js";

const parse = (text: string, mark: "." | "," = ".") => {
  // The cell stands among others.
  const bytes = Buffer.from(`9${text}9`);
  return parseNumber(bytes, 1, bytes.length - 1, mark);
};

const digits = (most: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: most }).map((list) => list.join(""));
/** Numbers as files have them, short and long, and what is nearly one. */
const decimal = fc
  .record({
    sign: fc.constantFrom("", "-", "+"),
    whole: digits(22),
    point: fc.constantFrom("", "."),
    fraction: digits(22),
    exponent: fc.option(fc.tuple(fc.constantFrom("e", "E"), fc.integer({ min: -340, max: 320 })), {
      nil: undefined,
    }),
  })
  .map(({ sign, whole, point, fraction, exponent }) =>
    [sign, whole, point, point && fraction, ...(exponent ?? [])].join(""),
  );

describe("parseNumber", () => {
  it("equals Number() for any decimal", () => {
    fc.assert(
      fc.property(decimal, (text) => {
        const value = parse(text);
        const expected = Number(text);
        if (value === undefined) expect(readNumber(text, ".")).toBeNaN();
        else expect(value).toBe(Number.isFinite(expected) ? expected : Number.NaN);
      }),
      { numRuns: 20_000 },
    );
  });

  it("equals Number() for every double's shortest spelling, and its spellings of 15 to 17 digits", () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer({ min: 15, max: 17 }),
        (value, n) => {
          expect(parse(String(value))).toBe(value + 0 === 0 ? 0 : value);
          const longer = Number(value.toPrecision(n));
          expect(parse(value.toPrecision(n))).toBe(Number.isFinite(longer) ? longer : Number.NaN);
        },
      ),
      { numRuns: 10_000 },
    );
  });

  it("agrees with readNumber on any cell, with either mark", () => {
    const text = fc.string({ unit: fc.constantFrom(..."0123456789.,-+eE \tx"), maxLength: 8 });
    fc.assert(
      fc.property(text, fc.constantFrom(".", ","), (cell, mark) => {
        expect(parse(cell, mark as "." | ",") ?? readNumber(cell, mark as "." | ",")).toBe(
          readNumber(cell, mark as "." | ","),
        );
      }),
      { numRuns: 20_000 },
    );
  });

  it("keeps the sign of zero and refuses what is out of range", () => {
    expect(parse("-0.0")).toBe(-0);
    expect(parse("1e309")).toBeNaN();
    expect(parse("123456789012345678901234567890")).toBe(1.2345678901234568e29);
  });
});
