import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CellSeries, SeriesCollector } from "../../host/report/series.js";
import { panels } from "../../host/report/viewer/panels.js";
import { limitScale, padded, withEdges } from "../../host/report/viewer/scales.js";
import { tickLabel, tickSteps_s } from "../../host/report/viewer/timeaxis.js";
import { reasonAt, reasonBands, View, wholeRange } from "../../host/report/viewer/view.js";
import { syntheticChunks } from "./synthetic.js";

const STEPS = 70_000;
const currents = new Float32Array(STEPS);
const codes = new Uint8Array(STEPS);
const collector = new SeriesCollector(0.1, 1);
let at = 0;
for (const chunk of syntheticChunks({ steps: STEPS })) {
  collector.add(chunk);
  for (let i = 0; i < chunk.steps; i++, at++) {
    currents[at] = chunk.columns.current_mA_cm2[i] as number;
    codes[at] = (chunk.columns.dischargeReasons[i] as number) >>> 24;
  }
}
const cell = collector.finish()[0] as CellSeries;

const ranges = fc
  .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 1e-4, max: 1, noNaN: true }))
  .map(([from, length]) => ({ from_s: from * 6990, to_s: Math.min(7000, from * 6990 + length * 7000) }));

describe("view", () => {
  it("holds the extremes of every range at every width, in few points and rising time", () => {
    fc.assert(
      fc.property(ranges, fc.integer({ min: 50, max: 2000 }), (range, width) => {
        const view = new View(cell, range, width);
        const values = view.values("current_mA_cm2") as number[];
        expect(values.length).toBe(view.time_s.length);
        expect(values.length).toBeLessThanOrEqual(2 * width + 8);
        for (let i = 1; i < view.time_s.length; i++)
          expect(view.time_s[i] as number).toBeGreaterThan(view.time_s[i - 1] as number);
        const inside = currents.subarray(Math.ceil(range.from_s / 0.1), Math.floor(range.to_s / 0.1));
        if (inside.length === 0) return;
        const kept = { low: Math.min(...values), high: Math.max(...values) };
        expect(kept.low).toBeLessThanOrEqual(Math.min(...inside));
        expect(kept.high).toBeGreaterThanOrEqual(Math.max(...inside));
        // Nothing is made up: every point is a step's value.
        const recorded = new Set(currents);
        for (const value of values) expect(recorded.has(value)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it("turns magnitudes downwards and what was not measured into gaps", () => {
    const whole = wholeRange(cell);
    const up = new View(cell, whole, 300).values("dischargeLimit_mA_cm2") as number[];
    const down = new View(cell, whole, 300).values("dischargeLimit_mA_cm2", -1) as number[];
    expect(down).toEqual(up.map((value) => -value));
    const silent = new SeriesCollector(0.1, 1);
    for (const chunk of syntheticChunks({ steps: 500, voltage: false })) silent.add(chunk);
    const view = new View(silent.finish()[0] as CellSeries, { from_s: 0, to_s: 50 }, 100);
    expect(new Set(view.values("voltage_V"))).toEqual(new Set([null]));
  });
});

describe("reasons on the time axis", () => {
  it("are the step's at any time, and none outside the trace", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: STEPS - 1 }), (step) => {
        expect(reasonAt(cell, cell.dischargeReasons, (step + 0.5) * 0.1)).toBe(codes[step]);
      }),
    );
    expect(reasonAt(cell, cell.dischargeReasons, -1)).toBeUndefined();
    expect(reasonAt(cell, cell.dischargeReasons, 7001)).toBeUndefined();
  });

  it("fill the width without gap or overlap, the longest of a pixel winning it", () => {
    fc.assert(
      fc.property(ranges, fc.integer({ min: 1, max: 1500 }), (range, width) => {
        const bands = reasonBands(cell, cell.dischargeReasons, range, width);
        expect(bands[0]?.from).toBe(0);
        expect(bands.at(-1)?.to).toBe(width);
        for (let i = 1; i < bands.length; i++) {
          expect(bands[i]?.from).toBe(bands[i - 1]?.to);
          expect(bands[i]?.code).not.toBe(bands[i - 1]?.code);
        }
      }),
      { numRuns: 50 },
    );
    const [from, to] = [1, 2].map((run) => (cell.dischargeReasons.fromStep[run] as number) * 0.1) as [
      number,
      number,
    ];
    // Three quarters of the only pixel lie in the run, a quarter before it.
    const long = Math.min(30, to - from);
    const pixel = { from_s: from - long / 3, to_s: from + long };
    expect(reasonBands(cell, cell.dischargeReasons, pixel, 1)).toEqual([
      { code: cell.dischargeReasons.code[1], from: 0, to: 1 },
    ]);
  });
});

describe("scales", () => {
  const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });

  it("are never empty, hold the data, and keep to what an axis asks for", () => {
    const axes = panels.flatMap(({ left, right }) => (right ? [left, right] : [left]));
    fc.assert(
      fc.property(number, number, fc.constantFrom(...axes), (a, b, axis) => {
        const [low, high] = padded(Math.min(a, b), Math.max(a, b), axis);
        expect(high).toBeGreaterThan(low);
        if (axis.atMost) expect(high - low).toBeLessThanOrEqual(1.2 * (axis.atMost[1] - axis.atMost[0]));
        else {
          expect(low).toBeLessThanOrEqual(Math.min(a, b));
          expect(high).toBeGreaterThanOrEqual(Math.max(a, b));
        }
        for (const value of axis.atLeast ?? []) expect(value >= low && value <= high).toBe(true);
      }),
    );
    expect(padded(0, 0, { label: "", atLeast: [0, 0] })).toEqual([0, 1.06]);
    expect(padded(null, null, { label: "" })).toEqual([0, 1]);
  });

  const lines = panels[0]?.lines ?? [];
  /** Drawn values of the first panel's lines, in its order. */
  const drawn = (of: Partial<Record<string, number[]>>) => lines.map(({ column }) => of[column] ?? [0]);

  it("show all of the current and do not let a far limit flatten it", () => {
    expect(
      limitScale(lines, drawn({ current_mA_cm2: [-1, 2], chargeLimitContinuous_mA_cm2: [3, 500] })),
    ).toEqual([-1, 6]);
    expect(
      limitScale(
        lines,
        drawn({
          current_mA_cm2: [0, 2],
          dischargeLimitContinuous_mA_cm2: [-1.5],
          dischargeLimit_mA_cm2: [-80],
        }),
      ),
    ).toEqual([-1.875, 2]);
    expect(limitScale(lines, drawn({ chargeLimitContinuous_mA_cm2: [4] }))).toEqual([0, 4]);
  });

  it("leave the edges free for the bands", () => {
    const [low, high] = withEdges([-1, 3], 300, 30);
    expect(((-1 - low) / (high - low)) * 300).toBeCloseTo(30, 9);
    expect(((high - 3) / (high - low)) * 300).toBeCloseTo(30, 9);
    const empty = withEdges([0, 0], 0, 30);
    expect(empty[1]).toBeGreaterThan(empty[0]);
  });
});

describe("time axis", () => {
  it.each([
    [3600, 7200, "1:00"],
    [5430, 30, "1:30:30"],
    [5430.5, 0.5, "1:30:30.5"],
    [59.998, 0.001, "0:00:59.998"],
  ])("labels %s s at a distance of %s s as %s", (time, step, text) => {
    expect(tickLabel(time, step)).toBe(text);
  });

  it("offers distances that divide minutes, hours and days", () => {
    for (const step of tickSteps_s.filter((each) => each >= 1 && each <= 86_400))
      expect([60, 3600, 86_400].some((unit) => Number.isInteger(unit / step))).toBe(true);
  });
});
