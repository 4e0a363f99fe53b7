/** The limits: the strictest constraint wins, in the directions physics gives, and the pack is its weakest cell. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { listProfiles } from "../../host/profiles/profile.js";
import { loadModule } from "../../host/replay/module.js";
import { reasons } from "../../host/schema/codes.js";
import type { ParameterName } from "../../host/schema/parameters.js";
import type { CellInput, CellStateName } from "../../host/schema/records.js";
import { constraints } from "./constraints.js";
import {
  Bench,
  between,
  CHARGE_LIMITS,
  DISCHARGE_LIMITS,
  FUZZ,
  HORIZONS,
  pick,
  profileValues,
  RELEASE,
  random,
  SETTLE_STEPS,
} from "./support.js";

const profiles = listProfiles();
const module = loadModule(RELEASE);
const seeds = fc.integer({ min: 0, max: 0x7fffffff });
const DIRECTIONS = ["charge", "discharge"] as const;
/** A limit reaches its target within a step: what is published is the target. */
const FAST = { slew_up_mA_cm2_s: 1000, slew_down_mA_cm2_s: 10000, hysteresis_mA_cm2: 0 };
/** What a cell at rest publishes once its limits have settled. */
function rested(
  id: string,
  changes: Partial<Record<ParameterName, number>>,
  input: Partial<CellInput>,
  planted: Partial<Record<CellStateName, number>> = {},
) {
  const bench = new Bench(profileValues(id, { ...FAST, ...changes }), { module });
  bench.set(input);
  bench.run(SETTLE_STEPS);
  for (const [name, value] of Object.entries(planted)) bench.plant(name as CellStateName, value);
  // Steps too short for anything but the coefficients to change.
  bench.setStep(0.001);
  bench.run(600);
  return {
    charge: bench.limits("charge"),
    discharge: bench.limits("discharge"),
    chargeReasons: bench.reasons("charge"),
    dischargeReasons: bench.reasons("discharge"),
  };
}

describe("the strictest constraint", () => {
  test("is the limit and gives the reason, for any history", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(seeds, (seed) => {
        const rng = random(seed);
        const bench = new Bench(
          profileValues(pick(rng, profiles), {
            ...FAST,
            interphase_leak_mA_cm2: 0,
            sensor_hasVoltage: pick(rng, [0, 1]),
            cap_charge_mA_cm2: pick(rng, [10, 500]),
            cap_discharge_mA_cm2: pick(rng, [20, 500]),
            cell_capacity_mAh_cm2: pick(rng, [0.2, 6]),
            crack_maxIndex: pick(rng, [0.05, 1]),
            pressure_max_MPa: pick(rng, [3, 20]),
            voltage_max_V: 4.2,
            voltage_min_V: 3,
            cell_hasVoltageWindow: pick(rng, [0, 1]),
          }),
          { module },
        );
        bench.setStep(1);
        for (let leg = 0; leg < 6; leg++) {
          const current_mA_cm2 = between(rng, -3, 3);
          bench.set({ current_mA_cm2, temperature_degC: between(rng, 0, 80) });
          for (let step = 0; step < 200; step++) {
            const resistance =
              bench.get("interfaceResistance_ohm_cm2") * bench.module.parameter("cell_metalInterfaces") +
              bench.get("seriesResistance_ohm_cm2");
            bench.set({ voltage_V: Math.min(3.7 + current_mA_cm2 * resistance * 1e-3, 10) });
            bench.run(1);
          }
        }
        bench.set({ current_mA_cm2: 0 });
        if (rng() < 0.3) bench.plant("intrusion", between(rng, 0.8, 1.1));
        bench.setStep(0.001);
        bench.run(64);
        bench.set({ voltage_V: between(rng, 2.9, 4.3), temperature_degC: between(rng, -40, 120) });
        bench.run(600);
        if (bench.get("faults") !== 0) return;
        for (const direction of DIRECTIONS) {
          const limits = bench.limits(direction);
          const reasons = bench.reasons(direction);
          for (let horizon = 0; horizon < HORIZONS; horizon++) {
            const all = constraints(bench, direction, horizon);
            const strictest = Math.min(...all.map(([, allowed]) => allowed));
            const limit = limits[horizon] as number;
            const what = `${direction} ${horizon}: ${JSON.stringify(all)}`;
            expect(Math.abs(limit - strictest), what).toBeLessThanOrEqual(strictest * 2e-3 + 5e-4);
            const named = all.find(([reason]) => reason === reasons[horizon]);
            expect(named?.[1] ?? Number.NaN, `${reasons[horizon]}, ${what}`).toBeLessThanOrEqual(
              strictest * (1 + 4e-3) + 1e-3,
            );
            seen.add(`${direction} ${reasons[horizon]}`);
          }
        }
      }),
      { numRuns: 150 * FUZZ, seed: 7 },
    );
    // The guard against a vacuous pass: all of these have bound.
    for (const reason of [
      "charge none",
      "charge temperature",
      "charge localCurrent",
      "charge intrusion",
      "charge platingSe",
      "charge crack",
      "charge capacity",
      "charge voltage",
      "discharge none",
      "discharge temperature",
      "discharge vacancy",
      "discharge metalLeft",
      "discharge voltage",
    ])
      expect(seen, reason).toContain(reason);
  });
});

describe("directions", () => {
  /** Each of the limits at each value must not exceed that at the value before. */
  const falls = (limits: readonly number[][]) => {
    for (const [n, now] of limits.entries()) {
      for (const [horizon, limit] of now.entries()) {
        const before = limits[n - 1]?.[horizon] ?? Number.POSITIVE_INFINITY;
        expect(limit, `value ${n}, horizon ${horizon}`).toBeLessThanOrEqual(before * (1 + 1e-5) + 1e-6);
      }
    }
    expect(limits.at(-1)).not.toEqual(limits[0]);
  };
  const UNCAPPED = { cap_charge_mA_cm2: 500, cap_discharge_mA_cm2: 500, cell_initialMetal_mAh_cm2: 3 };

  test.each(profiles)("%s: the colder, the less charge and discharge", (id) => {
    const values = profileValues(id);
    const warm = Math.min(values.temperature_hotFull_degC, 100);
    const at = Array.from({ length: 12 }, (_, n) => warm - n * 10).map((temperature_degC) =>
      rested(id, UNCAPPED, { temperature_degC }),
    );
    falls(at.map(({ charge }) => charge));
    falls(at.map(({ discharge }) => discharge));
  });

  test.each(profiles)("%s: nothing beyond the hot end, less on the way there", (id) => {
    const { temperature_hotFull_degC: full, temperature_hotZero_degC: zero } = profileValues(id);
    const derated = rested(id, UNCAPPED, { temperature_degC: zero - (zero - full) * 1e-3 });
    const beyond = rested(id, UNCAPPED, { temperature_degC: zero });
    for (const direction of DIRECTIONS) {
      for (const limit of derated[direction]) expect(limit).toBeLessThan(500 * 1.001e-3);
      expect(beyond[direction]).toEqual([0, 0, 0, 0]);
      expect(beyond[`${direction}Reasons`]).toEqual(Array(HORIZONS).fill("temperature"));
    }
  });

  test.each(profiles)("%s: the less contact, the less discharge and charge", (id) => {
    const at = [1, 0.8, 0.5, 0.3, 0.1, 0.01].map((contact_initial) =>
      rested(id, { ...UNCAPPED, contact_initial, contact_minimum: 0.001 }, { temperature_degC: 40 }),
    );
    falls(at.map(({ discharge }) => discharge));
    falls(at.map(({ charge }) => charge));
  });

  test.each(profiles)("%s: the more stack pressure, the more discharge", (id) => {
    const at = [20, 15, 10, 5, 2, 1, 0.5, 0].map((fixturePressure_MPa) =>
      rested(id, UNCAPPED, { fixturePressure_MPa, temperature_degC: 40 }),
    );
    falls(at.map(({ discharge }) => discharge));
  });

  test("metal at the electrolyte and pressure there leave less charge; intrusion ends it", () => {
    const charging = (name: CellStateName, values: number[], id = "li-agc-argyrodite") =>
      values.map((value) =>
        rested(
          id,
          { ...UNCAPPED, criticalPlating_mA_cm2: 500, crack_maxIndex: 0.05 },
          { temperature_degC: 40 },
          { [name]: value },
        ),
      );
    falls(charging("seCharge_mAh_cm2", [0, 1e-4, 1e-3, 0.01, 0.1]).map(({ charge }) => charge));
    const pressed = charging("sePressure_MPa", [0, 0.5, 1, 2, 4], "li-bare-garnet");
    falls(pressed.map(({ charge }) => charge));
    expect(pressed.at(-1)?.chargeReasons).toContain("crack");
    const intruded = charging("intrusion", [0, 0.85, 0.9, 0.99, 1]);
    falls(intruded.map(({ charge }) => charge));
    expect(intruded.at(-1)?.chargeReasons).toEqual(Array(HORIZONS).fill("intrusion"));
  });

  test("without metal there is nothing to discharge", () => {
    const empty = rested("li-bare-argyrodite", {}, { temperature_degC: 25 }, { seCharge_mAh_cm2: 0 });
    expect(empty.discharge).toEqual([0, 0, 0, 0]);
    expect(empty.dischargeReasons).toEqual(Array(HORIZONS).fill("metalLeft"));
  });
});

describe("rates", () => {
  test("limits rise and fall no faster than their slew rates, and rise only past the hysteresis", () => {
    const up = 0.2;
    const down = 1;
    const bench = new Bench(
      profileValues("li-bare-argyrodite", {
        slew_up_mA_cm2_s: up,
        slew_down_mA_cm2_s: down,
        hysteresis_mA_cm2: 0.5,
      }),
      { module },
    );
    const rng = random(3);
    // A turn of a longer horizon comes every 8 steps of 0.1 s.
    const seconds = [0.1, 0.8, 0.8, 0.8];
    let before = DIRECTIONS.map((direction) => bench.limits(direction));
    let rises = 0;
    let falls = 0;
    for (let step = 0; step < 20000; step++) {
      if (step % 150 === 0)
        bench.set({ temperature_degC: between(rng, -40, 120), fixturePressure_MPa: between(rng, 0, 10) });
      bench.run(1);
      const now = DIRECTIONS.map((direction) => bench.limits(direction));
      if (step > SETTLE_STEPS) {
        for (const [d, limits] of now.entries()) {
          for (const [horizon, limit] of limits.entries()) {
            const change = limit - (before[d]?.[horizon] as number);
            const longest = seconds[horizon] as number;
            expect(change).toBeLessThanOrEqual(up * longest * 1.001);
            expect(change).toBeGreaterThanOrEqual(-down * longest * 1.001);
            if (change > 0) rises++;
            if (change < 0) falls++;
          }
        }
      }
      before = now;
    }
    expect(Math.min(rises, falls)).toBeGreaterThan(1000);
  });

  test("a target that rises by less than the hysteresis moves nothing", () => {
    const bench = new Bench(
      profileValues("li-bare-argyrodite", {
        ...FAST,
        hysteresis_mA_cm2: 0.5,
        cap_charge_mA_cm2: 100,
        criticalPlating_mA_cm2: 500,
      }),
      { module },
    );
    const { temperature_chargeZero_degC: zero, temperature_chargeFull_degC: full } =
      profileValues("li-bare-argyrodite");
    const at = (share: number) => zero + (full - zero) * share;
    // The temperature table binds: 0.4 % of the cap is below the hysteresis, 0.6 % is above.
    bench.set({ temperature_degC: at(0.01) });
    bench.run(200);
    expect(bench.reasons("charge")).toEqual(Array(HORIZONS).fill("temperature"));
    const first = bench.limits("charge");
    bench.set({ temperature_degC: at(0.014) });
    bench.run(200);
    expect(bench.limits("charge")).toEqual(first);
    bench.set({ temperature_degC: at(0.016) });
    bench.run(200);
    for (const limit of bench.limits("charge")) expect(limit).toBeCloseTo(1.6, 2);
  });
});

describe("the pack", () => {
  test("is the weakest cell in each of the eight limits, with its index and reason", () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom(2, 3, 24), (seed, cells) => {
        const rng = random(seed);
        const bench = new Bench(profileValues(pick(rng, profiles), FAST), { cells, module });
        for (let leg = 0; leg < 4; leg++) {
          const current_mA_cm2 = between(rng, -2, 2);
          for (let cell = 0; cell < cells; cell++) {
            bench.set(
              {
                current_mA_cm2,
                temperature_degC: between(rng, -20, 90),
                fixturePressure_MPa: between(rng, 0, 10),
                // A sensor that is silent puts one cell into the safe state.
                fresh: rng() < 0.05 ? 0 : 15,
              },
              cell,
            );
          }
          bench.setStep(0.1, between(rng, 0, 5));
          for (let step = 0; step < 60; step++) {
            bench.run(1);
            expectWeakest(bench);
          }
        }
      }),
      { numRuns: 15 * FUZZ },
    );
  });

  function expectWeakest(bench: Bench): void {
    const all = Array.from({ length: bench.cells }, (_, cell) => cell);
    for (const [first, names, word] of [
      [0, CHARGE_LIMITS, "chargeReasons"],
      [HORIZONS, DISCHARGE_LIMITS, "dischargeReasons"],
    ] as const) {
      for (const [horizon, name] of names.entries()) {
        const limits = all.map((cell) => bench.get(name, cell));
        const least = Math.min(...limits);
        const weakest = limits.indexOf(least);
        const byte = (reasons: number) => (reasons >>> (8 * horizon)) & 0xff;
        expect(bench.pack(name), name).toBe(least);
        expect(bench.pack("weakestCells", first + horizon), name).toBe(weakest);
        expect(byte(bench.pack(word)), name).toBe(byte(bench.get(word, weakest)));
      }
    }
    const setpoints = all.map((cell) => bench.get("pressureSetpoint_MPa", cell));
    const highest = Math.max(...setpoints);
    const ceiling = ceiling_MPa(bench, Math.max(...all.map((cell) => bench.get("creepPressureRatio", cell))));
    expect(bench.pack("pressureSetpoint_MPa")).toBe(Math.min(highest, ceiling));
    expect(bench.pack("pressureReason")).toBe(
      highest > ceiling
        ? reasons.findIndex(({ name }) => name === "intrusion")
        : bench.get("pressureReason", setpoints.indexOf(highest)),
    );
    expect(bench.pack("faults")).toBe(all.reduce((bits, cell) => bits | bench.get("faults", cell), 0));
  }

  /** S_max(T) as the module's f32 has it. */
  function ceiling_MPa(bench: Bench, creepPressureRatio: number): number {
    const value = (name: Parameters<typeof bench.module.parameter>[0]) => bench.module.parameter(name);
    const onset = Math.fround(value("intrusion_onset_MPa") / creepPressureRatio);
    const spared = Math.fround(onset - Math.fround(2 * value("pressure_deadBand_MPa")));
    const least = value("pressure_min_MPa");
    return Math.min(Math.max(spared, least), Math.max(value("pressure_max_MPa"), least));
  }
});
