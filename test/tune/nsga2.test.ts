import { describe, expect, it } from "vitest";
import { hypervolume } from "../../host/tune/hypervolume.js";
import { dominates, type Evaluation, nsga2 } from "../../host/tune/nsga2.js";

const each =
  (objectives: (x: Float64Array) => readonly number[], violation: (x: Float64Array) => number = () => 0) =>
  async (points: readonly Float64Array[]): Promise<Evaluation[]> =>
    points.map((x) => ({ objectives: objectives(x), violation: violation(x) }));

/** Zitzler, Deb, Thiele 2000, doi 10.1162/106365600568202: thirty variables, a front where all but the first are 0. */
const zdt = (shape: (f: number, g: number) => number) => (x: Float64Array) => {
  const f = x[0] as number;
  const g = 1 + (9 * x.slice(1).reduce((sum, one) => sum + one, 0)) / (x.length - 1);
  return [f, g * shape(f, g)];
};
const CORNER = [1.1, 1.1] as const;

const ZDT = {
  ZDT1: (f: number, g: number) => 1 - Math.sqrt(f / g),
  ZDT2: (f: number, g: number) => 1 - (f / g) ** 2,
  ZDT3: (f: number, g: number) => 1 - Math.sqrt(f / g) - (f / g) * Math.sin(10 * Math.PI * f),
};

describe("NSGA-II", () => {
  it.each(Object.entries(ZDT))("finds the front of %s", async (_, shape) => {
    const front = await nsga2(each(zdt(shape)), {
      dimensions: 30,
      population: 100,
      generations: 250,
      seed: 1,
    });
    const found = front.map(({ objectives }) => objectives as [number, number]);
    const known = Array.from({ length: 20_001 }, (_, n) => n / 20_000).map((f): [number, number] => [
      f,
      shape(f, 1),
    ]);
    const share = hypervolume(found, CORNER) / hypervolume(known, CORNER);
    expect(share).toBeGreaterThan(0.985);
    expect(share).toBeLessThanOrEqual(1);
    // Spread over all of it, not crowded at an end.
    expect(found.length).toBeGreaterThan(80);
  });

  it("stops at a constraint, and finds what violates least where none can be met", async () => {
    // Both objectives pull towards 0, where the constraint forbids to be.
    const both = (x: Float64Array) => [(x[0] as number) ** 2, ((x[1] as number) - 1) ** 2 + (x[0] as number)];
    const front = await nsga2(
      each(both, (x) => Math.max(0, 0.3 - (x[0] as number))),
      {
        dimensions: 2,
        population: 40,
        generations: 60,
        seed: 2,
      },
    );
    for (const { point, violation } of front) {
      expect(violation).toBe(0);
      expect(point[0]).toBeGreaterThanOrEqual(0.3);
    }
    expect(front[0]?.point[0]).toBeLessThan(0.301);
    const hopeless = await nsga2(
      each(both, (x) => 2 - (x[0] as number)),
      {
        dimensions: 2,
        population: 40,
        generations: 60,
        seed: 2,
      },
    );
    expect(hopeless[0]?.point[0]).toBeGreaterThan(0.999);
  });

  it.each([
    ["sphere", (x: Float64Array) => x.reduce((sum, one) => sum + (10 * one - 3) ** 2, 0), 6, 1e-4],
    [
      "Rosenbrock",
      (x: Float64Array) => {
        const [a, b] = [4 * (x[0] as number) - 2, 4 * (x[1] as number) - 2];
        return 100 * (b - a * a) ** 2 + (1 - a) ** 2;
      },
      2,
      1e-3,
    ],
  ] as const)("finds the least value of %s, its only objective", async (_, f, dimensions, near) => {
    const [best] = await nsga2(
      each((x) => [f(x)]),
      { dimensions, population: 80, generations: 300, seed: 3 },
    );
    expect(best?.objectives[0]).toBeLessThan(near);
  });

  it("goes the same way again from the same seed, and another from another", async () => {
    const run = (seed: number) =>
      nsga2(each(zdt(ZDT.ZDT1)), { dimensions: 5, population: 20, generations: 10, seed });
    expect(await run(1)).toEqual(await run(1));
    expect(await run(1)).not.toEqual(await run(2));
  });

  it("keeps to the cube, starts from what is known, and asks for whole generations", async () => {
    const known = [Float64Array.of(0.25, 0.5, 0.75)];
    const asked: (readonly Float64Array[])[] = [];
    const evaluate = each(zdt(ZDT.ZDT2));
    await nsga2(
      (points) => {
        asked.push(points);
        return evaluate(points);
      },
      { dimensions: 3, population: 12, generations: 30, seed: 4, known },
    );
    expect(asked.map(({ length }) => length)).toEqual(Array(31).fill(12));
    expect(asked[0]?.[0]).toEqual(known[0]);
    for (const x of asked.flat().flatMap((point) => [...point])) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(1);
    }
  });
});

describe("domination and hypervolume", () => {
  it("are what they are defined to be", () => {
    const at = (violation: number, ...objectives: number[]): Evaluation => ({ violation, objectives });
    expect(dominates(at(0, 1, 2), at(0, 1, 3))).toBe(true);
    expect(dominates(at(0, 1, 2), at(0, 1, 2))).toBe(false);
    expect(dominates(at(0, 1, 4), at(0, 2, 3))).toBe(false);
    expect(dominates(at(0, 9, 9), at(0.1, 1, 1))).toBe(true);
    // Two rectangles that overlap, a point that another dominates, and one beyond the corner.
    expect(
      hypervolume(
        [
          [1, 3],
          [2, 1],
          [2, 2],
          [5, 0],
        ],
        [4, 4],
      ),
    ).toBe(3 + 4);
  });
});
