import { beforeAll, describe, expect, it } from "vitest";
import { loadProfile } from "../../host/profiles/profile.js";
import { ReferenceCell } from "../../host/reference/cell.js";
import { drives } from "../../host/validate/drives.js";
import { type ReducedError, reducedErrors } from "../../host/validate/reduced.js";

describe("drives", () => {
  it("holds every input for whole steps of the module, within what it takes", () => {
    for (const { name, dt_s, hold_s, duration_s, at } of drives()) {
      expect(Math.abs(hold_s / dt_s - Math.round(hold_s / dt_s)), name).toBeLessThan(1e-9);
      expect(dt_s, name).toBeLessThanOrEqual(10);
      for (let t = 0; t < duration_s; t += duration_s / 97) {
        const { current_mA_cm2, temperature_degC, fixture_MPa } = at(t);
        expect(Math.abs(current_mA_cm2), name).toBeLessThan(60);
        expect(temperature_degC, name).toBeGreaterThanOrEqual(25);
        expect(fixture_MPa, name).toBeGreaterThanOrEqual(0);
      }
    }
  });

  it("covers steps, pulses, sinusoids, ramps of both kinds and a drive, for every system", () => {
    const kinds = [
      "step",
      "pulses",
      "sinusoid",
      "temperature ramp",
      "pressure ramp",
      "drive with recuperation",
    ];
    for (const profile of ["li-agc-argyrodite", "li-bare-argyrodite", "li-mg", "na-bare"]) {
      const names = drives().filter((drive) => drive.profile === profile);
      for (const kind of kinds) expect(names.some(({ name }) => name.includes(kind))).toBe(true);
    }
  });
});

describe("reduced against full models, quick", () => {
  let errors: ReducedError[];
  const notes: string[] = [];
  const progress: [number, number][] = [];

  beforeAll(async () => {
    errors = await reducedErrors({
      quick: true,
      recorded: "absent",
      onNote: (note) => notes.push(note),
      onProgress: (done, all) => progress.push([done, all]),
    });
  }, 120_000);

  const of = (model: string, quantity: string): ReducedError[] =>
    errors.filter((error) => error.model === model && error.quantity === quantity);

  it("says that recorded traces were absent, and how far it is", () => {
    expect(notes).toEqual(["recorded traces were absent: no recorded current was run"]);
    const [done, all] = progress.at(-1) as [number, number];
    expect(done).toBe(all);
    expect(progress[0]).toEqual([0, all]);
  });

  it("judges every error by its limit", () => {
    expect(errors.length).toBeGreaterThan(20);
    for (const { error, limit, pass } of errors) {
      expect(error).toBeGreaterThanOrEqual(0);
      expect(pass).toBe(error <= limit);
    }
  });

  it("nucleation after a step of stripping current is met within 3 %, its surface concentration within 2 %", () => {
    const times = of("vacancy", "time to void nucleation");
    expect(times.length).toBeGreaterThanOrEqual(2);
    for (const { error } of times) expect(error).toBeLessThan(3);
    const steps = of("vacancy", "vacancy surface concentration").filter(({ drive }) =>
      drive.includes("step"),
    );
    for (const { error } of steps) expect(error).toBeLessThan(2);
  });

  it("does not compare the module with itself: the two differ", () => {
    for (const { error } of of("vacancy", "vacancy surface concentration"))
      expect(error).toBeGreaterThan(1e-3);
  });

  it("hands out a series per row that spans the drive", () => {
    for (const { series } of errors) {
      expect(series?.time_s.length).toBeGreaterThan(100);
      expect(series?.reduced.length).toBe(series?.time_s.length);
      expect(series?.full.length).toBe(series?.time_s.length);
    }
  });
});

describe("reference cell", () => {
  const { values } = loadProfile("li-agc-argyrodite");
  const conditions = { temperature_degC: 60, fixture_MPa: 2, solute: [0.02, 0.93, 0.05] } as const;
  const sum = (sites: readonly number[]): number => sites.reduce((total, q) => total + q, 0);

  it("conserves charge over plating and stripping", () => {
    const cell = new ReferenceCell(values);
    for (let k = 0; k < 1800; k++) cell.advance(1, { ...conditions, current_mA_cm2: 3.6 });
    expect(sum(cell.plating.sites_mAh_cm2())).toBeCloseTo(1.8, 9);
    for (let k = 0; k < 900; k++) cell.advance(1, { ...conditions, current_mA_cm2: -1.8 });
    expect(sum(cell.plating.sites_mAh_cm2())).toBeCloseTo(1.35, 9);
  });

  it("fills the pores, then the collector, and spares the electrolyte at 60 °C", () => {
    const cell = new ReferenceCell(values);
    for (let k = 0; k < 3600; k++) cell.advance(1, { ...conditions, current_mA_cm2: 3 });
    const [se, pore, cc] = cell.plating.sites_mAh_cm2();
    expect(se).toBeLessThan(1e-6);
    expect(pore / cell.plating.poreCapacity_mAh_cm2).toBeGreaterThan(1);
    expect(cc).toBeGreaterThan(1);
  });

  it("plates at the electrolyte in the cold, and its pressure settles where creep keeps up", () => {
    const cell = new ReferenceCell(values);
    for (let k = 0; k < 1800; k++)
      cell.advance(1, { ...conditions, temperature_degC: 25, current_mA_cm2: 2 });
    expect(cell.plating.sites_mAh_cm2()[0]).toBeGreaterThan(0.1);
    expect(cell.plating.sePressure_MPa).toBeGreaterThan(5);
    expect(cell.plating.sePressure_MPa).toBeLessThan(10);
  });
});
