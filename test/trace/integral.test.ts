import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { integrateCurrent, intervalCurrent_A, MAX_GAP_s } from "../../host/trace/integral.js";

const columns = (time: number[], current: number[], more: Record<string, number[]> = {}) => ({
  time_s: Float64Array.from(time),
  current_A: Float64Array.from(current),
  ...Object.fromEntries(Object.entries(more).map(([name, values]) => [name, Float64Array.from(values)])),
});

describe("the charge integral", () => {
  it("joins rows of one step by a line", () => {
    expect(intervalCurrent_A(columns([0, 10], [1, 3]), 1)).toBe(2);
    expect(
      integrateCurrent({
        columns: columns(
          [0, 1800, 3600].map((t) => t / 10),
          [1, 1, 1],
        ),
      }).charge_Ah,
    ).toBeCloseTo(0.1);
  });

  it("changes the current at the step's edge", () => {
    // The edge lies 4 s before the second row: 6 s of the old current, 4 s of the new one.
    expect(intervalCurrent_A(columns([0, 10], [1, 3], { step: [1, 2], stepTime_s: [0, 4] }), 1)).toBeCloseTo(
      1.8,
    );
    expect(intervalCurrent_A(columns([0, 10], [1, 3], { step: [1, 2], stepTime_s: [0, 0] }), 1)).toBe(1);
    // Without a step time the edge lies at the row before; nor does one longer than the interval tell where it is.
    expect(intervalCurrent_A(columns([0, 10], [1, 3], { step: [1, 2] }), 1)).toBe(3);
    expect(intervalCurrent_A(columns([0, 10], [1, 3], { step: [1, 2], stepTime_s: [0, 99] }), 1)).toBe(3);
    // A step that was not recorded is no edge.
    expect(intervalCurrent_A(columns([0, 10], [1, 3], { step: [1, Number.NaN] }), 1)).toBe(2);
    // The same step number in the next cycle is another step.
    expect(intervalCurrent_A(columns([0, 10], [1, 3], { step: [1, 1], cycle: [1, 2] }), 1)).toBe(3);
  });

  it("moves nothing across a duplicate, a backward jump or a gap", () => {
    for (const time of [
      [5, 5],
      [5, 1],
      [0, MAX_GAP_s + 1],
    ])
      expect(intervalCurrent_A(columns(time, [1, 1]), 1)).toBe(0);
    expect(intervalCurrent_A(columns([0, MAX_GAP_s], [1, 1]), 1)).toBe(1);
  });

  it("counts charge and discharge apart, both positive", () => {
    const { charge_Ah, discharge_Ah } = integrateCurrent({
      columns: columns([0, 360, 360, 720], [1, 1, -2, -2]),
    });
    expect(charge_Ah).toBeCloseTo(0.1);
    expect(discharge_Ah).toBeCloseTo(0.2);
  });

  it("is the charge of holding intervalCurrent_A over each interval", () => {
    const samples = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 700 }), fc.integer({ min: -5, max: 5 }), fc.nat(2)),
      { minLength: 2 },
    );
    fc.assert(
      fc.property(samples, (rows) => {
        let t = 0;
        const trace = columns(
          rows.map(([dt]) => (t += dt)),
          rows.map(([, i]) => i),
          { step: rows.map(([, , s]) => s) },
        );
        let held = 0;
        for (let k = 1; k < rows.length; k++)
          held += intervalCurrent_A(trace, k) * ((trace.time_s[k] ?? 0) - (trace.time_s[k - 1] ?? 0));
        const { charge_Ah, discharge_Ah } = integrateCurrent({ columns: trace });
        expect(3600 * (charge_Ah - discharge_Ah)).toBeCloseTo(held, 6);
      }),
    );
  });
});
