import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Resampler, stepChunk } from "../../host/replay/resample.js";
import { integrateCurrent } from "../../host/trace/integral.js";
import type { Trace, TraceColumns } from "../../host/trace/types.js";
import { traceOf } from "./fixtures.js";

const run = (trace: Trace, options: ConstructorParameters<typeof Resampler>[1], limit = 100) => {
  const resampler = new Resampler(trace, options);
  const chunk = stepChunk(limit);
  const steps: { time_s: number; current: number; voltage: number; temperature: number }[] = [];
  for (;;) {
    const count = resampler.fill(chunk, limit);
    if (count === 0) return { resampler, steps };
    for (let n = 0; n < count; n++) {
      steps.push({
        time_s: chunk.time_s[n] as number,
        current: chunk.current_mA_cm2[n] as number,
        voltage: chunk.voltage_V[n] as number,
        temperature: chunk.temperature_degC[n] as number,
      });
    }
  }
};

/** Charge the module receives: it multiplies by the f32 of dt. */
const moved_mAh_cm2 = (steps: readonly { current: number }[], dt_s: number) =>
  (steps.reduce((sum, step) => sum + step.current, 0) * Math.fround(dt_s)) / 3600;

const nanoamperes = fc.integer({ min: -1e10, max: 1e10 }).map((current) => current * 1e-9);

const rows = fc.array(
  fc.record({
    advance_s: fc.oneof(
      { weight: 16, arbitrary: fc.double({ min: 1e-4, max: 30, noNaN: true }) },
      { weight: 1, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.double({ min: -100, max: 0, noNaN: true }) },
      { weight: 1, arbitrary: fc.double({ min: 590, max: 900, noNaN: true }) },
    ),
    current_A: fc.oneof(fc.constant(0), nanoamperes),
    newStep: fc.boolean(),
    stepAge_s: fc.double({ min: 0, max: 20, noNaN: true }),
  }),
  { minLength: 2, maxLength: 25 },
);

const columnsOf = (
  list: readonly { advance_s: number; current_A: number; newStep: boolean; stepAge_s: number }[],
  kind: "plain" | "step" | "stepTime",
): TraceColumns => {
  let time = 1151;
  let step = 1;
  const time_s = new Float64Array(list.length);
  const steps = new Float64Array(list.length);
  for (const [k, row] of list.entries()) {
    time += row.advance_s;
    if (row.newStep) step++;
    time_s[k] = time;
    steps[k] = step;
  }
  const current_A = Float64Array.from(list, (row) => row.current_A);
  if (kind === "plain") return { time_s, current_A };
  if (kind === "step") return { time_s, current_A, step: steps };
  return { time_s, current_A, step: steps, stepTime_s: Float64Array.from(list, (row) => row.stepAge_s) };
};

describe("charge", () => {
  test("the steps move exactly the file's charge, for any rows, step length, area and chunking", () => {
    fc.assert(
      fc.property(
        rows,
        fc.constantFrom("plain" as const, "step" as const, "stepTime" as const),
        fc.double({ min: 0.05, max: 5, noNaN: true }),
        fc.double({ min: 0.05, max: 500, noNaN: true }),
        fc.integer({ min: 1, max: 300 }),
        (list, kind, dt_s, area_cm2, limit) => {
          const trace = traceOf(columnsOf(list, kind));
          fc.pre(list.slice(1).some((row) => row.advance_s > 1e-3));
          const { resampler, steps } = run(trace, { area_cm2, dt_s }, limit);
          const whole = integrateCurrent(trace);
          const scale = 1000 / area_cm2;
          const total = (whole.charge_Ah + whole.discharge_Ah) * scale;
          // Time itself is only known to its last bit.
          const ulpOfTime =
            (list.length *
              2 ** -51 *
              resampler.end_s *
              Math.max(...list.map((row) => Math.abs(row.current_A))) *
              scale) /
            3600;
          const tolerance = 1e-9 * total + ulpOfTime;
          const largest = Math.max(...steps.map((step) => Math.abs(step.current)), 1e-30);
          const ulpOfAStep = (largest * 2 ** -23 * dt_s) / 3600;
          expect(
            Math.abs(moved_mAh_cm2(steps, dt_s) - (whole.charge_Ah - whole.discharge_Ah) * scale),
          ).toBeLessThanOrEqual(tolerance + ulpOfAStep);
          expect(Math.abs(resampler.charge_mAh_cm2 - whole.charge_Ah * scale)).toBeLessThanOrEqual(tolerance);
          expect(Math.abs(resampler.discharge_mAh_cm2 - whole.discharge_Ah * scale)).toBeLessThanOrEqual(
            tolerance,
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  test("windows that touch move together what the whole trace moves", () => {
    fc.assert(
      fc.property(rows, fc.double({ min: 0.1, max: 0.9, noNaN: true }), (list, share) => {
        const trace = traceOf(columnsOf(list, "step"));
        fc.pre(list.slice(1).some((row) => row.advance_s > 1));
        const options = { area_cm2: 2, dt_s: 0.1 };
        const whole = run(trace, options).resampler;
        const cut = whole.start_s + share * (whole.end_s - whole.start_s);
        const before = run(trace, { ...options, to_s: cut }).resampler;
        const after = run(trace, { ...options, from_s: cut }).resampler;
        const net = (r: Resampler) => r.charge_mAh_cm2 - r.discharge_mAh_cm2;
        const total = whole.charge_mAh_cm2 + whole.discharge_mAh_cm2;
        expect(Math.abs(net(before) + net(after) - net(whole))).toBeLessThanOrEqual(1e-9 * total + 1e-12);
      }),
      { numRuns: 100 },
    );
  });

  test("a million steps of a current f32 cannot hold drift by less than one step's last bit", () => {
    const trace = traceOf({
      time_s: Float64Array.of(0, 500, 1000, 1500, 2000),
      current_A: new Float64Array(5).fill(0.1),
    });
    const { steps } = run(trace, { area_cm2: 3, dt_s: 0.002 }, 1000);
    expect(steps).toHaveLength(1_000_000);
    const expected = (2000 * 0.1 * 1000) / 3 / 3600;
    // Without error feedback every step would be 1e-8 off in the same direction: 1e-7 mAh/cm² in all.
    expect(Math.abs(moved_mAh_cm2(steps, 0.002) - expected)).toBeLessThan(5e-10);
  });
});

describe("between the rows", () => {
  test("without a step column two rows are joined by a line; a step carries its mean", () => {
    const { steps } = run(
      traceOf({ time_s: Float64Array.of(10, 11), current_A: Float64Array.of(0, 0.001) }),
      { area_cm2: 1, dt_s: 0.25 },
    );
    expect(steps.map((step) => step.time_s)).toEqual([10.25, 10.5, 10.75, 11]);
    for (const [n, expected] of [0.125, 0.375, 0.625, 0.875].entries()) {
      expect(steps[n]?.current).toBeCloseTo(expected, 6);
    }
  });

  test("across a step edge current and voltage jump together, where the step began", () => {
    const { steps } = run(
      traceOf({
        time_s: Float64Array.of(0, 1),
        current_A: Float64Array.of(0, 0.004),
        voltage_V: Float64Array.of(3.5, 3.7),
        step: Float64Array.of(1, 2),
        stepTime_s: Float64Array.of(5, 0.5),
      }),
      { area_cm2: 1, dt_s: 0.25 },
    );
    expect(steps.map((step) => step.current)).toEqual([0, 0, 4, 4]);
    expect(steps.map((step) => step.voltage)).toEqual([3.5, 3.5, 3.7, 3.7].map(Math.fround));
  });

  test("an edge inside a step mixes current and voltage in the same proportion", () => {
    const { steps } = run(
      traceOf({
        time_s: Float64Array.of(0, 1),
        current_A: Float64Array.of(0, 0.004),
        voltage_V: Float64Array.of(3, 4),
        step: Float64Array.of(1, 2),
        stepTime_s: Float64Array.of(5, 0.25),
      }),
      { area_cm2: 1, dt_s: 1 },
    );
    expect(steps[0]?.current).toBeCloseTo(1, 6);
    expect(steps[0]?.voltage).toBeCloseTo(3.25, 6);
  });

  test("a gap is replayed as rest, step by step, and said", () => {
    const { steps, resampler } = run(
      traceOf({ time_s: Float64Array.of(0, 1, 701, 702), current_A: Float64Array.of(1, 1, 1, 1) }),
      { area_cm2: 1000, dt_s: 0.5 },
    );
    expect(steps).toHaveLength(1404);
    expect(steps.filter((step) => step.current === 0)).toHaveLength(1400);
    expect(resampler.notes.join()).toContain("1 gaps above 600 s, 700 s together");
  });

  test("after a backward jump time goes on by the rows' own steps", () => {
    const { steps, resampler } = run(
      traceOf({ time_s: Float64Array.of(100, 102, 0, 1, 1, 3), current_A: new Float64Array(6).fill(0.001) }),
      { area_cm2: 1, dt_s: 1 },
    );
    expect(steps.map((step) => step.time_s)).toEqual([101, 102, 103, 104, 105]);
    expect(resampler.charge_mAh_cm2).toBeCloseTo(5 / 3600, 12);
    expect(resampler.notes.join("\n")).toContain("time runs back 1 times, first from 102 to 0 s");
    expect(resampler.notes.join("\n")).toContain("1 repeated times");
  });

  test("a row that alone is stamped hours too early takes no time, and moves no charge", () => {
    const time_s = Float64Array.of(10_000, 10_001, 300, 10_002, 10_003);
    const trace = traceOf({ time_s, current_A: new Float64Array(5).fill(0.001) });
    const { steps, resampler } = run(trace, { area_cm2: 1, dt_s: 1 });
    expect(steps.map((step) => step.time_s)).toEqual([10_001, 10_002, 10_003]);
    expect(steps.map((step) => step.current)).toEqual([1, 0, 1].map(Math.fround));
    const { charge_Ah } = integrateCurrent(trace);
    expect(resampler.charge_mAh_cm2).toBeCloseTo(1000 * charge_Ah, 12);
    expect(resampler.notes.join()).toContain("1 rows stamped too early");
    expect(resampler.notes.join()).not.toMatch(/runs back|gaps/);
  });

  test("a slow quantity keeps its last measured row for 600 s, then counts as not measured", () => {
    const { steps } = run(
      traceOf({
        time_s: Float64Array.of(0, 400, 800, 1200, 1600),
        current_A: new Float64Array(5),
        temperature_degC: Float64Array.of(Number.NaN, 30, Number.NaN, Number.NaN, 40),
      }),
      { area_cm2: 1, dt_s: 10 },
    );
    const at = (time_s: number) => steps[time_s / 10 - 1]?.temperature;
    expect([at(10), at(400), at(800), at(1190), at(1200), at(1600)]).toEqual([
      30,
      30,
      30,
      30,
      Number.NaN,
      40,
    ]);
  });

  test("a window without two rows is refused by name", () => {
    const trace = traceOf({ time_s: Float64Array.of(0, 0, 0), current_A: new Float64Array(3) });
    expect(() => new Resampler(trace, { area_cm2: 1, dt_s: 0.1 })).toThrow(/two rows at different times/);
  });
});
