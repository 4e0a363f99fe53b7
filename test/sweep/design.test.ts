import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DESIGNS, designPoints, parseVaried, variedLabel } from "../../host/sweep/design.js";

const margin = parseVaried("plating_margin=0.25:1");
const length = parseVaried("slab_length_um=1:100:log");

describe("what is varied", () => {
  it("is read as it is written", () => {
    expect(margin).toEqual({ name: "plating_margin", plantOnly: false, low: 0.25, high: 1, log: false });
    const plant = parseVaried("plant.interlayer_conductivity_mS_cm=1e-3:1:log");
    expect(plant).toMatchObject({ plantOnly: true, low: 1e-3, high: 1, log: true });
    expect(variedLabel(plant)).toBe("plant.interlayer_conductivity_mS_cm");
  });

  it.each([
    ["plating_margin", /name=low:high/],
    ["plating_margn=0.3:1", /did you mean plating_margin/],
    ["plating_margin=1:0.3", /from low to high/],
    ["plating_margin=0.3:0.3", /from low to high/],
    ["plating_margin=0.3:nine", /from low to high/],
    ["plating_margin=0.3:1.5", /within 0.1 … 1/],
    ["interlayer_thickness_um=0:10:log", /above 0/],
    ["plating_margin=0.3:1:lin", /name=low:high/],
  ])("is refused: %s", (text, message) => {
    expect(() => parseVaried(text)).toThrow(message);
  });
});

describe("the points of a design", () => {
  it("are all combinations of a grid, both ends among them", () => {
    expect(designPoints("grid", [margin, length], 3)).toEqual(
      [0.25, 0.625, 1].flatMap((a) => [1, 10, 100].map((b) => [a, expect.closeTo(b, 12)])),
    );
  });

  it("lie within their ranges, as many as asked for, the same for the same seed", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("lhs", "sobol" as const),
        fc.integer({ min: 1, max: 200 }),
        fc.nat(),
        (design, n, seed) => {
          const points = designPoints(design as "lhs", [margin, length], n, seed);
          expect(points).toHaveLength(n);
          for (const [a = 0, b = 0] of points) {
            expect(a >= 0.25 && a <= 1 && b >= 1 && b <= 100).toBe(true);
          }
          expect(designPoints(design as "lhs", [margin, length], n, seed)).toEqual(points);
        },
      ),
    );
  });

  it("spread by ratios where asked to: half of them below the geometric mean", () => {
    for (const design of DESIGNS) {
      const points = designPoints(design, [length], 64);
      expect(points.filter(([value = 0]) => value < 10)).toHaveLength(32);
    }
  });

  it.each([
    ["grid", 1],
    ["grid", 4000],
    ["sobol", 0],
    ["lhs", 2.5],
  ] as const)("are refused: %s of %d", (design, points) => {
    expect(() => designPoints(design, [margin, length], points)).toThrow(/--points/);
  });
});
