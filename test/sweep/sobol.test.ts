import { describe, expect, it } from "vitest";
import { generator } from "../../host/random.js";
import { SOBOL_DIMENSIONS, sobol } from "../../host/sweep/sobol.js";

/** Squared L2-star discrepancy (T. T. Warnock 1972), its root. */
function discrepancy(points: readonly Float64Array[]): number {
  const n = points.length;
  const d = (points[0] as Float64Array).length;
  let single = 0;
  let pairs = 0;
  for (const x of points) {
    single += x.reduce((product, value) => product * (1 - value * value), 1);
    for (const y of points)
      pairs += x.reduce((product, value, k) => product * (1 - Math.max(value, y[k] as number)), 1);
  }
  return Math.sqrt(3 ** -d - (2 ** (1 - d) / n) * single + pairs / (n * n));
}

/** Numerators over 2³² of points of all 21 dimensions, as scipy 1.17.1 gives them (scipy.stats.qmc.Sobol, not scrambled). */
const KNOWN: readonly (readonly [index: number, numerators: readonly number[]])[] = [
  [
    1000,
    [
      943718400, 415236096, 2227175424, 2906652672, 1203765248, 3896508416, 197132288, 3862953984, 2151677952,
      297795584, 364904448, 1094713344, 692060160, 1648361472, 616562688, 1589641216, 3091202048, 1480589312,
      4257218560, 3116367872, 2243952640,
    ],
  ],
  [
    4095,
    [
      1048576, 4042260480, 1435500544, 3872391168, 4038066176, 338690048, 4077912064, 1678770176, 823132160,
      1058013184, 2446327808, 1380974592, 1584398336, 2232418304, 2366636032, 1789919232, 267386880,
      2616197120, 3492806656, 2238709760, 969932800,
    ],
  ],
];

describe("Sobol' points", () => {
  it("are the published sequence in every dimension", () => {
    expect(sobol(6, 2).map((point) => [...point])).toEqual([
      [0, 0],
      [0.5, 0.5],
      [0.75, 0.25],
      [0.25, 0.75],
      [0.375, 0.375],
      [0.875, 0.875],
    ]);
    const points = sobol(4096, SOBOL_DIMENSIONS);
    for (const [index, numerators] of KNOWN)
      expect([...(points[index] as Float64Array)].map((value) => value * 2 ** 32)).toEqual(numerators);
  });

  it("reach far into the sequence", () => {
    const last = sobol(100_000, 3).at(-1) as Float64Array;
    expect([...last].map((value) => value * 2 ** 32)).toEqual([195198976, 3616178176, 2911797248]);
  });

  it.each([
    [2, 128, 0.00702978960812672],
    [5, 512, 0.0026173305364340324],
    [10, 256, 0.0039161360404164],
    [20, 256, 0.003905760169500094],
  ])("have the known discrepancy: %i dimensions, %i points", (dimensions, count, known) => {
    expect(discrepancy(sobol(count, dimensions))).toBeCloseTo(known, 12);
  });

  it("fill a plane more evenly than chance, shifted or not", () => {
    const random = generator(3);
    const chance = Array.from({ length: 512 }, () => Float64Array.of(random(), random()));
    const evenly = discrepancy(sobol(512, 2));
    expect(evenly).toBeLessThan(discrepancy(chance) / 5);
    expect(discrepancy(sobol(512, 2, generator(5)))).toBeLessThan(discrepancy(chance) / 5);
  });

  it.each([undefined, generator(11)])("hold one point per elementary interval of the plane", (random) => {
    const points = sobol(256, 2, random);
    for (let rows = 0; rows <= 8; rows++) {
      const taken = new Set(
        points.map(([x = 0, y = 0]) => `${Math.floor(x * 2 ** rows)} ${Math.floor(y * 2 ** (8 - rows))}`),
      );
      expect(taken.size).toBe(256);
    }
  });

  it("are drawn anew by another seed, and not in more dimensions than there are numbers for", () => {
    expect(sobol(4, 2, generator(1))).not.toEqual(sobol(4, 2, generator(2)));
    expect(sobol(4, 2, generator(1))).toEqual(sobol(4, 2, generator(1)));
    expect(() => sobol(1, SOBOL_DIMENSIONS + 1)).toThrow(/at most 21/);
  });
});
