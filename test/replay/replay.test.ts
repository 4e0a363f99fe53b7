import { describe, expect, test } from "vitest";
import { loadProfile } from "../../host/profiles/profile.js";
import { type ReplayOptions, replay } from "../../host/replay/replay.js";
import type { ReplayChunk } from "../../host/replay/types.js";
import { cellOutputFields } from "../../host/schema/records.js";
import { integrateCurrent } from "../../host/trace/integral.js";
import type { TraceColumns } from "../../host/trace/types.js";
import { traceOf } from "./fixtures.js";

const profile = loadProfile("li-agc-argyrodite");

/** 2 cm² at 60 °C: charge for 20 min, rest, discharge for 15 min, logged every 10 s. */
const cycle = (): TraceColumns => {
  const time_s = Float64Array.from({ length: 241 }, (_, k) => 10 * k);
  const current_A = time_s.map((t) => (t < 1200 ? 0.005 : t < 1500 ? 0 : -0.004));
  return {
    time_s,
    current_A,
    voltage_V: time_s.map((_, k) => 3.7 + 10 * (current_A[k] as number)),
    temperature_degC: new Float64Array(time_s.length).fill(60),
    step: time_s.map((t) => (t < 1200 ? 1 : t < 1500 ? 2 : 3)),
  };
};

const run = async (columns: TraceColumns, options: Partial<ReplayOptions> = {}) => {
  const rows = new Map<number, number[][]>();
  const times: number[] = [];
  const take = ({ cell, steps, time_s, columns: c }: ReplayChunk) => {
    const list = rows.get(cell) ?? [];
    rows.set(cell, list);
    for (let n = 0; n < steps; n++) {
      list.push(cellOutputFields.map(({ name }) => c[name][n] as number));
      if (cell === 0) times.push(time_s[n] as number);
    }
  };
  const verdict = await replay(traceOf(columns), profile, { area_cm2: 2, ...options }, take);
  return { verdict, rows, times };
};

const column = (name: string) => cellOutputFields.findIndex((field) => field.name === name);

describe("a replay", () => {
  test("has the shape the command line promises", async () => {
    const { verdict } = await run(cycle());
    expect(verdict).toMatchObject({
      trace: "columns.csv",
      format: "bdf",
      rows: 241,
      steps: 24_000,
      dt_s: 0.1,
      profile: "li-agc-argyrodite",
      target: "v8",
      cells: 1,
    });
    expect(Object.keys(verdict.sites)).toEqual(["se", "pore", "cc"]);
    expect(Object.keys(verdict.worst)).toEqual(
      expect.arrayContaining(["poreRisk", "contact", "crackIndex", "stackPressure_MPa"]),
    );
    for (const number of [...Object.values(verdict.sites), ...Object.values(verdict.worst)])
      expect(number).toEqual(expect.any(Number));
    expect(verdict.stepsPerSecond).toBeGreaterThan(0);
    expect(JSON.parse(JSON.stringify(verdict))).toEqual(verdict);
  });

  test("reports the file's charge, and the module has moved it", async () => {
    const { verdict } = await run(cycle());
    const { charge_Ah, discharge_Ah } = integrateCurrent(traceOf(cycle()));
    expect(verdict.charge_mAh_cm2).toBeCloseTo((charge_Ah * 1000) / 2, 9);
    expect(verdict.discharge_mAh_cm2).toBeCloseTo((discharge_Ah * 1000) / 2, 9);
    const { se, pore, cc } = verdict.sites;
    const initial = profile.values.cell_initialMetal_mAh_cm2;
    expect(se + pore + cc - initial).toBeCloseTo(verdict.charge_mAh_cm2 - verdict.discharge_mAh_cm2, 5);
  });

  test("starts with settled limits and steps through every rest", async () => {
    const { rows, times } = await run({
      time_s: Float64Array.of(50, 51, 5051, 5052),
      current_A: Float64Array.of(0.001, 0.001, 0.001, 0.001),
    });
    expect(times).toHaveLength(50_020);
    expect(times[0]).toBeCloseTo(50.1, 9);
    expect(times.at(-1)).toBeCloseTo(5052, 9);
    const cell = rows.get(0) as number[][];
    const limit = cell.map((row) => row[column("chargeLimitContinuous_mA_cm2")] as number);
    expect(limit[0]).toBeGreaterThan(0);
    expect(limit[9]).toBeCloseTo(limit[0] as number, 2);
  });

  test("of a part is the replay of those rows alone", async () => {
    const { verdict, times } = await run(cycle(), { from_s: 1000, to_s: 1300 });
    expect(verdict.steps).toBe(3000);
    expect(times[0]).toBeCloseTo(1000.1, 9);
    expect(verdict.charge_mAh_cm2).toBeCloseTo((2.5 * 190) / 3600, 6);
    expect(verdict.discharge_mAh_cm2).toBe(0);
  });

  test("stops after the steps asked for, which are the first of the whole", async () => {
    const { verdict, rows } = await run(cycle(), { steps: 123 });
    expect(verdict.steps).toBe(123);
    expect(rows.get(0)).toEqual((await run(cycle())).rows.get(0)?.slice(0, 123));
  });

  test("of several cells gives the first one the bits of a single cell, and the others its values", async () => {
    const single = await run(cycle());
    const several = await run(cycle(), { cells: 3 });
    expect(several.rows.get(0)).toEqual(single.rows.get(0));
    expect(several.verdict.charge_mAh_cm2).toBe(single.verdict.charge_mAh_cm2);
    const alone = single.rows.get(0)?.at(-1) ?? [];
    for (const cell of [1, 2]) {
      const last = several.rows.get(cell)?.at(-1) ?? [];
      for (const [index, { name, type }] of cellOutputFields.entries()) {
        const [value, expected] = [last[index] as number, alone[index] as number];
        // Cells take their slow slots in turn, so each sees the same input a few steps apart.
        const tolerance = type === "i32" ? 0 : 0.01 * Math.abs(expected) + 1e-3;
        expect(Math.abs(value - expected), name).toBeLessThanOrEqual(tolerance);
      }
    }
    expect(several.verdict.violations.length).toBe(single.verdict.violations.length);
  });

  test("is the same every time, and with or without someone listening", async () => {
    const { stepsPerSecond: _, ...first } = (await run(cycle())).verdict;
    const { stepsPerSecond: __, ...second } = await replay(traceOf(cycle()), profile, { area_cm2: 2 });
    expect(second).toEqual(first);
  });

  test("judges every step: with a tiny area the same current breaks limits, and each reason has a name", async () => {
    const { verdict } = await run(cycle(), { area_cm2: 0.4 });
    expect(verdict.violations.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(["charge", "discharge"]),
    );
    for (const { from_s, to_s, excess_mA_cm2 } of verdict.violations) {
      expect(to_s).toBeGreaterThan(from_s);
      expect(excess_mA_cm2).toBeGreaterThan(0);
    }
    const seconds = (record: object) => Object.values(record).reduce((sum: number, s: number) => sum + s, 0);
    expect(seconds(verdict.binding_s.charge)).toBeCloseTo(2400, 6);
    expect(seconds(verdict.binding_s.discharge)).toBeCloseTo(2400, 6);
  });
});

describe("the limits in force", () => {
  test("are those published one step earlier: recomputed from the outputs, the violations are the same", async () => {
    // Charging in pulses of 1 to 30 s across the limits; the first rows rest, so that the pre-roll's limits do not count.
    const time_s = Float64Array.from({ length: 601 }, (_, k) => k);
    const current_A = time_s.map((t) => (t < 10 || t % 50 > t / 20 ? 0 : 0.004 + 0.00003 * t));
    const step = time_s.map((t) => (t < 10 || t % 50 > t / 20 ? 0 : 1));
    const outputs: { end_s: number; current: number; limits: number[] }[] = [];
    const verdict = await replay(
      traceOf({ time_s, current_A, step, temperature_degC: new Float64Array(601).fill(60) }),
      profile,
      { area_cm2: 1 },
      ({ steps, time_s: ends, columns: c }) => {
        for (let n = 0; n < steps; n++) {
          const limits = [
            c.chargeLimit_mA_cm2[n],
            c.chargeLimit2s_mA_cm2[n],
            c.chargeLimit10s_mA_cm2[n],
            c.chargeLimitContinuous_mA_cm2[n],
          ] as number[];
          outputs.push({ end_s: ends[n] as number, current: c.current_mA_cm2[n] as number, limits });
        }
      },
    );

    const expected: { from_s: number; to_s: number; excess: number }[] = [];
    let above = 0;
    for (let n = 1; n < outputs.length; n++) {
      const { end_s, current } = outputs[n] as (typeof outputs)[number];
      const before = outputs[n - 1] as (typeof outputs)[number];
      const [now, two, ten, always] = before.limits as [number, number, number, number];
      above = current > Math.max(always * (1 + 1e-6), 1e-3) ? above + 1 : 0;
      const allowed = Math.min(
        now,
        above <= 20 ? Math.max(two, always) : above <= 100 ? Math.max(ten, always) : always,
      );
      const excess = current - allowed;
      if (current < 1e-3 || excess <= 1e-6 * allowed) continue;
      const last = expected.at(-1);
      if (last && end_s - 0.1 - last.to_s < 0.999)
        Object.assign(last, { to_s: end_s, excess: Math.max(last.excess, excess) });
      else expected.push({ from_s: end_s - 0.1, to_s: end_s, excess });
    }
    expect(expected.length).toBeGreaterThan(2);
    expect(verdict.violations).toHaveLength(expected.length);
    for (const [k, { from_s, to_s, excess }] of expected.entries()) {
      const found = verdict.violations[k];
      expect(found?.from_s).toBeCloseTo(from_s, 6);
      expect(found?.to_s).toBeCloseTo(to_s, 6);
      expect(found?.excess_mA_cm2).toBeCloseTo(excess, 6);
    }
  });
});

describe("what is declared in place of a measurement", () => {
  const { temperature_degC: _, voltage_V: __, ...bare } = cycle();

  test("is used and said", async () => {
    const cold = (await run(bare, { temperature_degC: 0 })).verdict;
    const warm = (await run(bare, { temperature_degC: 60 })).verdict;
    expect(cold.notes.join()).toContain("no temperature recorded: 0 °C throughout");
    expect((await run(bare)).verdict.notes.join()).toContain(
      "25 °C throughout (change it with --temperature)",
    );
    expect(cold.violations.length).toBeGreaterThan(warm.violations.length);
    expect(cold.notes.join()).toContain("no voltage recorded");
    expect((await run(cycle(), { temperature_degC: 0 })).verdict.notes.join()).toContain(
      "the recorded temperature is used",
    );
  });

  test("the fixture pressure replaces the profile's", async () => {
    const { verdict } = await run(cycle(), { pressure_MPa: 9 });
    expect(verdict.worst.stackPressure_MPa).toBeGreaterThan(8.9);
    expect(verdict.notes.join()).toContain("fixture pressure 9 MPa as given");
  });

  test("a recorded pressure is followed", async () => {
    const { verdict } = await run({ ...cycle(), surfacePressure_Pa: new Float64Array(241).fill(4e6) });
    expect(verdict.worst.stackPressure_MPa).toBeGreaterThan(3.9);
  });

  test("a voltage that cannot belong to the current is said to", async () => {
    const current_A = cycle().current_A;
    const fast = current_A.map((_, k) => (k % 2 === 0 ? 0.004 : 0.001));
    const wrong = { ...cycle(), current_A: fast, voltage_V: fast.map((i) => 3.7 - 100 * i), step: fast };
    expect((await run(wrong)).verdict.notes.join()).toContain("contradicted the model");
    expect((await run(cycle())).verdict.notes.join()).not.toContain("contradicted the model");
  });

  test("the cell kind decides whether the voltage window applies", async () => {
    const high = { ...cycle(), voltage_V: new Float64Array(241).fill(9) };
    expect((await run(high, { cellKind: "full" })).verdict.binding_s.charge).toHaveProperty("voltage");
    expect((await run(high, { cellKind: "half" })).verdict.binding_s.charge).not.toHaveProperty("voltage");
  });
});

describe("options", () => {
  test.each<[Partial<ReplayOptions>, string]>([
    [{ area_cm2: 0 }, "E_AREA"],
    [{ area_cm2: -1 }, "E_AREA"],
    [{ area_cm2: Number.NaN }, "E_AREA"],
    [{ dt_s: 0 }, "E_DT"],
    [{ dt_s: 11 }, "E_DT"],
    [{ cells: 0 }, "E_CELLS"],
    [{ cells: 25 }, "E_CELLS"],
    [{ cells: 1.5 }, "E_CELLS"],
    [{ temperature_degC: -300 }, "E_TEMPERATURE"],
    [{ pressure_MPa: -1 }, "E_PRESSURE"],
    [{ from_s: 1e6 }, "E_TRACE_WINDOW"],
    [{ from_s: 100, to_s: 100 }, "E_TRACE_WINDOW"],
    [{ steps: 0 }, "E_STEPS"],
  ])("%o is refused with %s", async (options, code) => {
    await expect(run(cycle(), options)).rejects.toThrow(expect.objectContaining({ code }));
  });

  test("progress rises to 1", async () => {
    const shares: number[] = [];
    await run(cycle(), { dt_s: 0.01, onProgress: (share) => shares.push(share) });
    expect(shares.length).toBeGreaterThan(3);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
  });
});
