import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PlantCell } from "../../host/plant/cell.js";
import { Fixture } from "../../host/plant/fixture.js";
import { Sensor, type SensorFault } from "../../host/plant/sensors.js";
import { loadProfile } from "../../host/profiles/profile.js";
import { generator } from "../../host/random.js";

const valuesOf = (id: string) => loadProfile(id).values;
const warm = { temperature_degC: 60, fixture_MPa: 2 };

describe("plant cell", () => {
  it("keeps every charge: what the sites hold is what came in", () => {
    const currents = fc.array(fc.double({ min: -3, max: 4, noNaN: true }), { minLength: 5, maxLength: 25 });
    fc.assert(
      fc.property(currents, (list) => {
        const cell = new PlantCell(valuesOf("li-agc-argyrodite"), warm);
        cell.advance(3600, 1, 60, 2);
        for (const current of list) {
          // No more than what is there.
          cell.advance(20, Math.max(current, (-0.5 * cell.metal_mAh_cm2 * 3600) / 20), 60, 2);
        }
        expect(cell.metal_mAh_cm2).toBeCloseTo(cell.net_mAh_cm2, 9);
      }),
      { numRuns: 10, seed: 1 },
    );
  });

  it("shorts by creep after the published time, only under pressure and current (E4)", () => {
    const published_h = { 10: 474, 15: 272, 20: 119, 25: 65 };
    for (const [stack, hours] of Object.entries(published_h)) {
      const cell = new PlantCell(valuesOf("li-bare-argyrodite"), {
        temperature_degC: 25,
        fixture_MPa: Number(stack),
      });
      for (let h = 0; h < hours; h++) cell.advance(3600, h % 2 === 0 ? 0.075 : -0.075, 25, Number(stack));
      expect(cell.damage.creepIntrusion).toBeGreaterThan(0.7);
      expect(cell.damage.creepIntrusion).toBeLessThan(1.4);
    }
    const rested = new PlantCell(valuesOf("li-bare-argyrodite"), { temperature_degC: 25, fixture_MPa: 25 });
    rested.advance(100 * 3600, 0, 25, 25);
    expect(rested.damage.creepIntrusion).toBe(0);
    const gentle = new PlantCell(valuesOf("li-bare-argyrodite"), { temperature_degC: 25, fixture_MPa: 5 });
    for (let h = 0; h < 100; h++) gentle.advance(3600, h % 2 === 0 ? 0.075 : -0.075, 25, 5);
    // Its own warmth, a fraction of a degree, counts as some pressure.
    expect(gentle.damage.creepIntrusion).toBeLessThan(1e-6);
    const hot = new PlantCell(valuesOf("li-bare-argyrodite"), { temperature_degC: 60, fixture_MPa: 5 });
    for (let h = 0; h < 100; h++) hot.advance(3600, h % 2 === 0 ? 0.075 : -0.075, 60, 5);
    expect(hot.damage.creepIntrusion).toBeGreaterThan(0.01);
  });

  it("keeps its marks when the misuse ends", () => {
    const cell = new PlantCell(valuesOf("li-bare-argyrodite"), { temperature_degC: 25, fixture_MPa: 3 });
    for (let n = 0; n < 60; n++) cell.advance(60, -2, 25, 3);
    const worst = { ...cell.damage };
    expect(worst.contactMin).toBeLessThan(0.5);
    for (let n = 0; n < 60; n++) cell.advance(60, 0.2, 25, 15);
    expect(cell.damage.contactMin).toBe(worst.contactMin);
    expect(cell.damage.voidMax_um).toBe(worst.voidMax_um);
  });

  it("is judged by the contact it was put together with", () => {
    const values = { ...valuesOf("li-bare-argyrodite"), contact_initial: 0.7 };
    const cell = new PlantCell(values, { temperature_degC: 25, fixture_MPa: 3 });
    cell.advance(60, 0.1, 25, 3);
    expect(cell.damage.contactMin).toBe(1);
    for (let n = 0; n < 20; n++) cell.advance(60, -2, 25, 3);
    expect(cell.damage.contactMin).toBeLessThan(0.9);
  });

  it("plates on the electrolyte past the onset that it tells, and not below", () => {
    const fresh = () => {
      const cell = new PlantCell(valuesOf("li-agc-argyrodite"), warm);
      cell.advance(1800, 2, 60, 2);
      return cell;
    };
    let current = 0.5;
    const probe = fresh();
    while (probe.seShareAt(current) <= 0) current *= 1.05;
    const below = fresh();
    below.advance(5, 0.9 * current, 60, 2);
    expect(below.sites_mAh_cm2[0]).toBe(0);
    const above = fresh();
    above.advance(5, 1.1 * current, 60, 2);
    expect(above.sites_mAh_cm2[0]).toBeGreaterThan(0);
  });

  it("warms by what its resistance dissipates, to the steady temperature of its surface", () => {
    const thermal = { capacity_J_K_cm2: 0.3, toAmbient_mW_K_cm2: 0.01 };
    const values = valuesOf("li-agc-argyrodite");
    const cell = new PlantCell(values, warm, thermal);
    let heat_mW = 0;
    for (let n = 0; n < 300; n++) {
      cell.advance(10, 2, 60, 2);
      heat_mW = ((cell.voltage_V - 3.55 - (0.5 * cell.net_mAh_cm2) / values.cell_capacity_mAh_cm2) *
        2) as number;
    }
    // 3000 s are a tenth of the time constant of 30,000 s.
    const rise = (heat_mW / thermal.toAmbient_mW_K_cm2) * -Math.expm1(-0.1);
    expect(cell.temperature_degC - 60).toBeGreaterThan(0.8 * rise);
    expect(cell.temperature_degC - 60).toBeLessThan(1.3 * rise);
  });
});

describe("fixture", () => {
  const options = { lag_s: 5, rate_MPa_s: 0.2, least_MPa: 1, most_MPa: 10 };

  it("stays within range and rate, and counts its way", () => {
    const commands = fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(commands, (list) => {
        const fixture = new Fixture(5, options);
        let way = 0;
        for (const command of list) {
          const before = fixture.pressure_MPa;
          fixture.advance(2, command);
          expect(Math.abs(fixture.pressure_MPa - before)).toBeLessThanOrEqual(0.4 + 1e-12);
          expect(fixture.pressure_MPa).toBeGreaterThanOrEqual(1);
          expect(fixture.pressure_MPa).toBeLessThanOrEqual(10);
          way += Math.abs(fixture.pressure_MPa - before);
        }
        expect(fixture.travel_MPa).toBeCloseTo(way, 9);
      }),
      { seed: 2 },
    );
  });

  it("arrives, unless it is stuck or passive", () => {
    const [moving, stuck, passive] = [new Fixture(5, options), new Fixture(5, options), new Fixture(5)];
    stuck.stuck = true;
    for (let n = 0; n < 100; n++) for (const fixture of [moving, stuck, passive]) fixture.advance(1, 8);
    expect(moving.pressure_MPa).toBeCloseTo(8, 4);
    expect(stuck.pressure_MPa).toBe(5);
    expect(passive.pressure_MPa).toBe(5);
  });
});

describe("sensor", () => {
  const read = (fault: SensorFault | undefined, truths: readonly number[]) => {
    const sensor = new Sensor({ noise: 0, bias: 0.5, delay_samples: 0 }, generator(1));
    sensor.read(10, 1);
    sensor.fault = fault;
    return truths.map((truth) => sensor.read(truth, 1));
  };

  it("adds bias, and comes late by whole samples", () => {
    expect(read(undefined, [1, 2])).toEqual([
      { value: 1.5, fresh: true },
      { value: 2.5, fresh: true },
    ]);
    const late = new Sensor({ noise: 0, bias: 0, delay_samples: 2 }, generator(1));
    expect([1, 2, 3, 4].map((truth) => late.read(truth, 1).value)).toEqual([1, 1, 1, 2]);
  });

  it("fails in each way", () => {
    expect(read({ kind: "dropout" }, [1])).toEqual([{ value: 10.5, fresh: false }]);
    expect(read({ kind: "stuck" }, [1])).toEqual([{ value: 10.5, fresh: true }]);
    expect(read({ kind: "notANumber" }, [1])).toEqual([{ value: Number.NaN, fresh: true }]);
    expect(read({ kind: "range" }, [1])[0]?.value).toBeGreaterThan(1e5);
    expect(read({ kind: "bias", by: 2 }, [1])[0]?.value).toBe(3.5);
    expect(read({ kind: "drift", perHour: 3600 }, [1, 1]).map(({ value }) => value)).toEqual([2.5, 3.5]);
    const noisy = read({ kind: "noise", spread: 1 }, new Array(400).fill(0)).map(({ value }) => value - 0.5);
    const spread = Math.sqrt(noisy.reduce((sum, x) => sum + x * x, 0) / noisy.length);
    expect(spread).toBeGreaterThan(0.85);
    expect(spread).toBeLessThan(1.15);
  });

  it("has the noise it was given", () => {
    const sensor = new Sensor({ noise: 0.2, bias: 0, delay_samples: 0 }, generator(3));
    const errors = Array.from({ length: 2000 }, () => sensor.read(7, 0.1).value - 7);
    const mean = errors.reduce((sum, x) => sum + x, 0) / errors.length;
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.sqrt(errors.reduce((sum, x) => sum + x * x, 0) / errors.length)).toBeCloseTo(0.2, 1);
  });
});
