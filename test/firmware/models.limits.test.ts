/** Every reason bound alone, with the limit worked out by hand; strictest wins; slew and hysteresis; horizons in order. */
import { describe, expect, test } from "vitest";
import type { ReasonName } from "../../host/schema/codes.js";
import { reasons } from "../../host/schema/codes.js";
import { addresses } from "../../host/schema/layout.js";
import type { CellInput, CellStateName } from "../../host/schema/records.js";
import { allFreshBut, Bench, faultBit, profileValues, type Values } from "./support.js";

type Changes = Parameters<typeof profileValues>[1];
type Direction = "charge" | "discharge";

/** "Now" looks half a second ahead. */
const HORIZONS_S = [0.5, 2, 10, 60];
const CAP = { charge: 50, discharge: 60 };
const LIMP = 0.05;
const THICKNESS_um_mAh_cm2 = (13.008 * 36000) / 96485.332;
const GROWTH_um_s = THICKNESS_um_mAh_cm2 / 3600;
const MV_PER_MPA = 13008 / 96485.332;

/** A foil that nothing limits but the caps: what a case changes is all that can bind. */
const free = (changes: Changes = {}): Values =>
  profileValues("li-bare-garnet", {
    cap_charge_mA_cm2: CAP.charge,
    cap_discharge_mA_cm2: CAP.discharge,
    limpHome_discharge_mA_cm2: LIMP,
    criticalPlating_mA_cm2: 500,
    crack_toughness_MPa_sqrtm: 10,
    crack_flaw_um: 0.001,
    metal_creepRate_per_s: 10,
    stress_confinement: 1,
    cell_capacity_mAh_cm2: 200,
    cell_initialMetal_mAh_cm2: 300,
    vacancy_currentLimit_mA_cm2: 1000,
    pressure_max_MPa: 100,
    fixture_pressure_MPa: 2,
    fixture_stiffness_MPa_um: 0,
    slew_up_mA_cm2_s: 1000,
    slew_down_mA_cm2_s: 1000,
    hysteresis_mA_cm2: 0,
    horizon_continuous_s: HORIZONS_S[3] as number,
    sensor_hasVoltage: 0,
    sensor_hasPressure: 0,
    cell_metalInterfaces: 1,
    ...changes,
  });

interface Case {
  readonly binds: ReasonName;
  readonly direction: Direction;
  readonly what: string;
  readonly changes?: Changes;
  readonly input?: Partial<CellInput>;
  readonly plant?: Partial<Record<CellStateName, number>>;
  /** The limit over a horizon of that many seconds; where it is above the cap, the cap holds. */
  readonly limit: (horizon_s: number, bench: Bench) => number;
}

/** Interlayer without solute or metal: the SE side opens against its adhesion, the collector and the pores nucleate. */
const LAYER = { thickness_um: 20, porosity: 0.01, conductivity_mS_cm: 0.5, stiffness_MPa: 100 };
const layerChanges: Changes = {
  plating_seAllowed: 0,
  plating_margin: 0.9,
  interlayer_thickness_um: LAYER.thickness_um,
  interlayer_porosity: LAYER.porosity,
  interlayer_poreRadius_nm: 1e5,
  interlayer_conductivity_mS_cm: LAYER.conductivity_mS_cm,
  interlayer_stiffness_MPa: LAYER.stiffness_MPa,
  se_nucleation_mV: 0,
  se_adhesion_J_m2: 10,
  opening_flaw_um: 10,
  opening_modulus_GPa: 5,
  cc_adhesion_J_m2: 0,
  cc_chargeTransfer_ohm_cm2: 6,
  pore_chargeTransfer_ohm_cm2: 0.1,
  redistribution_uA_cm2_mV: 0,
  cell_initialMetal_mAh_cm2: 0,
};
/** The stack's pressure and the opening against the adhesion, sqrt(2E*Γ/πa). */
const onset_mV = MV_PER_MPA * (2 + Math.sqrt((2 * 5e9 * 10) / (Math.PI * 10e-6)) / 1e6);
/** What takes no part. */
const NEVER_mV = 200;

const crackPressure_MPa = (0.5 * 0.1) / (1.12 * Math.sqrt(Math.PI * 100e-6));
const arrhenius = (eV: number, degC: number): number =>
  Math.exp((eV / 8.617333e-5) * (1 / 298.15 - 1 / (273.15 + degC)));

const cases: readonly Case[] = [
  { binds: "none", direction: "charge", what: "nothing but the cap", limit: () => CAP.charge },
  { binds: "none", direction: "discharge", what: "nothing but the cap", limit: () => CAP.discharge },
  {
    binds: "platingSe",
    direction: "charge",
    what: "the margin of what the collector takes before the SE side's onset, j* = (U_SE − U_CC)/R_CC",
    changes: {
      ...layerChanges,
      cc_nucleation_mV: 30,
      cc_wettingCosine: 0.5,
      pore_nucleation_mV: NEVER_mV,
      pore_wettingCosine: -1,
    },
    limit: () => {
      const collector_mV = MV_PER_MPA * 2 + (30 * (2 - 3 * 0.5 + 0.5 ** 3)) / 4;
      const across_ohm_cm2 = (LAYER.thickness_um * 1e-4) / (LAYER.conductivity_mS_cm * 1e-3);
      return (0.9 * (onset_mV - collector_mV)) / (across_ohm_cm2 + 6);
    },
  },
  {
    binds: "platingSe",
    direction: "charge",
    what: "the pores' path and then their room, where only they take metal",
    changes: { ...layerChanges, cc_nucleation_mV: NEVER_mV, cc_wettingCosine: -1, pore_nucleation_mV: 0 },
    limit: (horizon_s, bench) => {
      const curvature_mV = MV_PER_MPA * ((2 * 0.5) / 1e-4 / 1e6);
      const path_ohm_cm2 = 1 / bench.get("poreConductanceRest_S_cm2") + bench.get("sharedPath_ohm_cm2");
      const byPath = (onset_mV - curvature_mV) / path_ohm_cm2;
      const full_mAh_cm2 = (LAYER.thickness_um * LAYER.porosity) / THICKNESS_um_mAh_cm2;
      // Past full, until its pressure reaches the onset.
      const overfill = (onset_mV - curvature_mV) / (MV_PER_MPA * LAYER.stiffness_MPa);
      return 0.9 * Math.min(byPath, (full_mAh_cm2 * (1 + overfill) * 3600) / horizon_s);
    },
  },
  {
    binds: "crack",
    direction: "charge",
    what: "the creep at the allowed crack index and the rise to it",
    changes: {
      crack_maxIndex: 0.5,
      crack_toughness_MPa_sqrtm: 0.1,
      crack_flaw_um: 100,
      metal_creepRate_per_s: 1e-5,
      stress_modulus_MPa: 100,
      stress_height_um: 2,
    },
    limit: (horizon_s) =>
      (2 * 1e-5 * crackPressure_MPa ** 6.56 + crackPressure_MPa / (100 / 2) / horizon_s) / GROWTH_um_s,
  },
  {
    binds: "localCurrent",
    direction: "charge",
    what: "the critical plating current through the contact that is left, with its activation energy",
    changes: {
      criticalPlating_mA_cm2: 4,
      criticalPlating_Ea_eV: 0.4,
      contact_initial: 0.6,
      void_healRate_per_s: 0,
    },
    input: { temperature_degC: 40 },
    limit: () => 4 * 0.6 * arrhenius(0.4, 40),
  },
  {
    binds: "stackPressure",
    direction: "charge",
    what: "the swelling that takes the stack to its maximum",
    changes: { fixture_stiffness_MPa_um: 0.5, pressure_max_MPa: 3 },
    limit: (horizon_s) => ((3 - 2) / (0.5 * THICKNESS_um_mAh_cm2)) * (3600 / horizon_s),
  },
  {
    binds: "capacity",
    direction: "charge",
    what: "the room for metal",
    changes: { cell_initialMetal_mAh_cm2: 2, cell_capacity_mAh_cm2: 0.02 },
    limit: (horizon_s) => (0.02 * 3600) / horizon_s,
  },
  {
    binds: "voltage",
    direction: "charge",
    what: "the voltage left over the cell's resistance",
    changes: {
      sensor_hasVoltage: 1,
      cell_hasVoltageWindow: 1,
      voltage_max_V: 4.2,
      voltage_min_V: -10,
      se_chargeTransfer_ohm_cm2: 20,
      series_resistance_ohm_cm2: 30,
      interphase_initial_ohm_cm2: 10,
      interphase_growth_ohm_cm2_sqrth: 0,
      cell_metalInterfaces: 2,
    },
    input: { voltage_V: 4.1 },
    limit: () => (1000 * (4.2 - 4.1)) / (2 * (20 + 10) + 30),
  },
  {
    binds: "voltage",
    direction: "discharge",
    what: "the voltage left over the cell's resistance",
    changes: {
      sensor_hasVoltage: 1,
      cell_hasVoltageWindow: 1,
      voltage_max_V: 10,
      voltage_min_V: 2.5,
      se_chargeTransfer_ohm_cm2: 20,
      series_resistance_ohm_cm2: 30,
      interphase_initial_ohm_cm2: 10,
      interphase_growth_ohm_cm2_sqrth: 0,
    },
    input: { voltage_V: 2.6 },
    limit: () => (1000 * (2.6 - 2.5)) / (20 + 10 + 30),
  },
  {
    binds: "temperature",
    direction: "charge",
    what: "half way up the cold ramp",
    input: { temperature_degC: 0 },
    limit: () => CAP.charge / 2,
  },
  {
    binds: "temperature",
    direction: "charge",
    what: "three quarters down the hot ramp",
    input: { temperature_degC: 95 },
    limit: () => CAP.charge / 4,
  },
  {
    binds: "temperature",
    direction: "discharge",
    what: "a third up the cold ramp",
    input: { temperature_degC: -20 },
    limit: () => CAP.discharge / 3,
  },
  {
    binds: "intrusion",
    direction: "charge",
    what: "half of the way from derating to a short",
    plant: { intrusion: 0.9 },
    limit: () => CAP.charge / 2,
  },
  {
    binds: "vacancy",
    direction: "discharge",
    what: "the vacancies through the contact that is left, and the void allowed over the horizon",
    changes: {
      vacancy_currentLimit_mA_cm2: 0.5,
      creep_currentLimit_mA_cm2: 0.2,
      creep_referencePressure_MPa: 4,
      creep_pressureExponent: 2,
      strip_areaFactor: 3,
      vacancy_margin: 0.8,
      contact_initial: 0.7,
      void_heightScale_um: 0.01,
      void_allowed_um: 0.006,
      void_healRate_per_s: 0,
    },
    limit: (horizon_s) =>
      0.7 * 3 * (0.8 * (0.5 + 0.2 * (2 / 4) ** 2) + (0.006 + 0.01 * Math.log(0.7)) / GROWTH_um_s / horizon_s),
  },
  {
    binds: "metalLeft",
    direction: "discharge",
    what: "the metal that is there",
    changes: { cell_initialMetal_mAh_cm2: 0.02 },
    limit: (horizon_s) => (0.02 * 3600) / horizon_s,
  },
];

/** Settles at rest, plants, and gives every slot and turn its time. */
function settled({ changes, input, plant = {} }: Pick<Case, "changes" | "input" | "plant">): Bench {
  const bench = new Bench(free(changes));
  bench.set({ stackPressure_MPa: Number.NaN, ...input });
  bench.run(64);
  for (const [name, value] of Object.entries(plant)) bench.plant(name as CellStateName, value);
  return bench.run(64);
}

describe("each constraint alone", () => {
  for (const { binds, direction, what, limit, ...rest } of cases) {
    test(`${direction}: ${binds}, ${what}`, () => {
      const bench = settled(rest);
      const found = bench.limits(direction);
      const names = bench.reasons(direction);
      let bound = 0;
      for (const [horizon, seconds] of HORIZONS_S.entries()) {
        const expected = Math.min(limit(seconds, bench), CAP[direction]);
        expect((found[horizon] as number) / expected, `over ${seconds} s`).toBeCloseTo(1, 4);
        const isBound = expected < CAP[direction];
        expect(names[horizon], `over ${seconds} s`).toBe(isBound ? binds : "none");
        bound += isBound ? 1 : 0;
      }
      if (binds !== "none") expect(bound).toBeGreaterThan(0);
      // The other direction is free: one situation, one constraint. But heat and cold concern both, and a cell in which
      // no metal has nucleated has none to strip.
      const other = direction === "charge" ? "discharge" : "charge";
      if (binds !== "temperature" && binds !== "platingSe")
        expect(bench.limits(other)).toEqual(Array(4).fill(CAP[other]));
    });
  }

  test("covers every reason a model or the safe state can give a limit", () => {
    const setpointOnly: ReasonName[] = ["windowMin", "windowMax"];
    const transitions: ReasonName[] = ["startup", "recovering"];
    const unseen = reasons
      .map(({ name }) => name)
      .filter(
        (name) =>
          ![...cases.map(({ binds }) => binds), ...safeStates.map(({ binds }) => binds)].includes(name),
      );
    expect(unseen.sort()).toEqual([...setpointOnly, ...transitions].sort());
  });
});

interface SafeState {
  readonly binds: ReasonName;
  readonly what: string;
  readonly changes?: Changes;
  /** Brings the fault about. */
  readonly cause: (bench: Bench) => void;
}

const TIMEOUT_S = 2;
/** More steps of 0.1 s than the sensors' timeout has. */
const LONGER = TIMEOUT_S * 10 + 2;

const safeStates: readonly SafeState[] = [
  {
    binds: "sensorCurrent",
    what: "silent",
    cause: (bench) => {
      bench.set({ fresh: allFreshBut("current") });
      bench.run(LONGER);
    },
  },
  {
    binds: "sensorCurrent",
    what: "out of range",
    cause: (bench) => {
      bench.set({ current_mA_cm2: 101 });
      bench.run(LONGER);
    },
  },
  {
    binds: "sensorVoltage",
    what: "silent",
    changes: { sensor_hasVoltage: 1 },
    cause: (bench) => {
      bench.set({ fresh: allFreshBut("voltage") });
      bench.run(LONGER);
    },
  },
  {
    binds: "sensorVoltage",
    what: "contradicting the cell's resistance step after step",
    changes: { sensor_hasVoltage: 1, observer_tolerance: 3, se_chargeTransfer_ohm_cm2: 20 },
    cause: (bench) => {
      for (let n = 0; n < 12; n++) {
        bench.set({ current_mA_cm2: n % 2, voltage_V: 3.7 });
        bench.run(24);
      }
    },
  },
  {
    binds: "sensorTemperature",
    what: "not a number",
    cause: (bench) => {
      bench.set({ temperature_degC: Number.NaN });
      bench.run(LONGER);
    },
  },
  {
    binds: "sensorPressure",
    what: "below zero",
    changes: { sensor_hasPressure: 1 },
    cause: (bench) => {
      bench.set({ stackPressure_MPa: -0.1 });
      bench.run(LONGER);
    },
  },
  {
    binds: "sensorPressure",
    what: "lastingly away from the model",
    changes: { sensor_hasPressure: 1, pressureSensor_tolerance_MPa: 1, pressureSensor_gain_per_s: 0.1 },
    cause: (bench) => {
      bench.set({ stackPressure_MPa: 5 });
      bench.run(200);
    },
  },
  {
    binds: "clock",
    what: "not a number",
    cause: (bench) => {
      bench.setStep(Number.NaN);
      bench.run(1);
    },
  },
  {
    binds: "clock",
    what: "longer than 10 s",
    cause: (bench) => {
      bench.setStep(10.1);
      bench.run(1);
    },
  },
  {
    binds: "state",
    what: "charge that is not a number",
    cause: (bench) => {
      bench.plant("seCharge_mAh_cm2", Number.NaN);
      bench.run(1);
    },
  },
  {
    binds: "selfCheck",
    what: "failed at reset",
    cause: (bench) => {
      // What reset leaves when the executor's arithmetic has other bits.
      const packFaults = addresses.header / 4 + 5;
      bench.module.words[packFaults] = faultBit("selfCheck");
      bench.run(1);
    },
  },
];

describe("the safe state: no charge, the limp-home discharge, at once on every horizon", () => {
  for (const { binds, what, changes, cause } of safeStates) {
    test(`${binds}, ${what}`, () => {
      const bench = new Bench(free({ sensor_timeout_s: TIMEOUT_S, ...changes }));
      bench.set({ stackPressure_MPa: 2 });
      bench.run(64);
      expect(bench.get("faults")).toBe(0);
      expect(bench.limits("charge")).toEqual(Array(4).fill(CAP.charge));
      cause(bench);
      expect(bench.limits("charge")).toEqual([0, 0, 0, 0]);
      expect(bench.limits("discharge")).toEqual(Array(4).fill(Math.fround(LIMP)));
      expect(bench.reasons("charge")).toEqual(Array(4).fill(binds));
      expect(bench.reasons("discharge")).toEqual(Array(4).fill(binds));
    });
  }

  test("a sensor that is not fitted may be silent", () => {
    const bench = new Bench(free());
    bench.set({ fresh: allFreshBut("pressure") & allFreshBut("voltage") });
    bench.run(200);
    expect(bench.get("faults")).toBe(0);
  });

  test("a sensor keeps its last sample until its timeout and not a step longer", () => {
    const bench = new Bench(free({ sensor_timeout_s: TIMEOUT_S })).run(64);
    bench.set({ fresh: allFreshBut("temperature") });
    // An eighth of a second adds up without rounding.
    bench.setStep(0.125);
    bench.run(TIMEOUT_S * 8);
    expect(bench.get("faults")).toBe(0);
    bench.run(1);
    expect(bench.get("faults")).toBe(faultBit("temperature"));
  });
});

describe("of several constraints", () => {
  const both: Changes = {
    cell_initialMetal_mAh_cm2: 2,
    cell_capacity_mAh_cm2: 0.02,
    criticalPlating_mA_cm2: 10,
  };

  test("the strictest wins, per horizon, and nothing is multiplied", () => {
    const bench = settled({ changes: both });
    // Room for metal: 144, 36, 7.2, 1.2 mA/cm² over the horizons; critical plating current: 10.
    for (const [horizon, expected] of [10, 10, 7.2, 1.2].entries()) {
      expect((bench.limits("charge")[horizon] as number) / expected).toBeCloseTo(1, 4);
    }
    expect(bench.reasons("charge")).toEqual(["localCurrent", "localCurrent", "capacity", "capacity"]);
  });

  test("no limit exceeds its cap", () => {
    const bench = settled({ changes: { cap_charge_mA_cm2: 3, cap_discharge_mA_cm2: 4, ...both } });
    expect(Math.max(...bench.limits("charge"))).toBe(3);
    expect(Math.max(...bench.limits("discharge"))).toBe(4);
  });
});

describe("the published limit", () => {
  const slow = { slew_up_mA_cm2_s: 0.5, slew_down_mA_cm2_s: 2, hysteresis_mA_cm2: 0.3 };
  const hold = (bench: Bench, temperature_degC: number, steps: number): number[] => {
    bench.set({ temperature_degC });
    return Array.from({ length: steps }, () => bench.run(1).get("chargeLimit_mA_cm2"));
  };

  test("is zero for two rounds of the slow slots after reset, then rises from zero at its rate", () => {
    const bench = new Bench(free(slow));
    const limits = Array.from({ length: 132 }, () => bench.run(1).limits("charge"));
    expect(
      limits
        .slice(0, 32)
        .flat()
        .every((limit) => limit === 0),
    ).toBe(true);
    expect(limits[131]?.[0]).toBeCloseTo(0.5 * 10, 3);
    // The longer horizons take their turn once in eight steps.
    for (const limit of limits[131]?.slice(1) ?? []) expect(Math.abs(limit - 5)).toBeLessThan(0.5);
    expect(bench.reasons("charge")).toEqual(Array(4).fill("recovering"));
  });

  test("says startup until then", () => {
    const bench = new Bench(free()).run(32);
    expect(bench.reasons("charge")).toEqual(Array(4).fill("startup"));
    expect(bench.run(1).reasons("charge")[0]).toBe("none");
    // The longer horizons take their turn within eight steps.
    expect(bench.run(8).reasons("charge")).toEqual(Array(4).fill("none"));
  });

  test("falls and rises at its two rates", () => {
    const bench = settled({ changes: { ...slow, slew_up_mA_cm2_s: 1000 } });
    const falling = hold(bench, -20, 100);
    // After the slot of the temperature's constraint has had its turn, 0.2 a step.
    const falls = falling.slice(20).map((limit, n) => (falling[19 + n] as number) - limit);
    for (const fall of falls) expect(fall).toBeCloseTo(0.2, 3);
  });

  test("rises at its rate and says recovering when the constraint is gone", () => {
    const bench = settled({
      changes: { ...slow, slew_down_mA_cm2_s: 1e4 },
      input: { temperature_degC: -20 },
    });
    expect(bench.limits("charge")).toEqual([0, 0, 0, 0]);
    expect(bench.reasons("charge")).toEqual(Array(4).fill("temperature"));
    const rising = hold(bench, 25, 120);
    for (const [n, limit] of rising.slice(20).entries()) {
      expect(limit - (rising[19 + n] as number)).toBeCloseTo(0.05, 3);
    }
    expect(bench.reasons("charge")).toEqual(Array(4).fill("recovering"));
  });

  test("stays where it is while its target is no further above than the hysteresis, and follows downwards", () => {
    const bench = settled({
      changes: { ...slow, slew_up_mA_cm2_s: 1000, slew_down_mA_cm2_s: 1000 },
      input: { temperature_degC: 0 },
    });
    const resting = bench.get("chargeLimit_mA_cm2");
    expect(resting).toBeCloseTo(25, 4);
    // 2.5 mA/cm² for each degree.
    hold(bench, 0.1, 32);
    expect(bench.get("chargeLimit_mA_cm2")).toBe(resting);
    hold(bench, 0.2, 32);
    expect(bench.get("chargeLimit_mA_cm2")).toBeCloseTo(25.5, 3);
    hold(bench, 0.15, 32);
    expect(bench.get("chargeLimit_mA_cm2")).toBeCloseTo(25.375, 3);
  });
});

describe("at rest, the shorter the horizon the higher the limit", () => {
  for (const id of ["li-agc-argyrodite", "li-bare-argyrodite", "li-garnet-cnt", "na-mixed"]) {
    for (const temperature_degC of [-5, 25, 60, 90]) {
      test(`${id} at ${temperature_degC} °C`, () => {
        const values = profileValues(id, { hysteresis_mA_cm2: 0, slew_up_mA_cm2_s: 1000 });
        const bench = new Bench(values);
        bench.set({ temperature_degC, voltage_V: 3.6, stackPressure_MPa: values.fixture_pressure_MPa });
        bench.run(200);
        for (const direction of ["charge", "discharge"] as const) {
          const limits = bench.limits(direction);
          expect(limits).toEqual(limits.toSorted((a, b) => b - a));
        }
      });
    }
  }
});

describe("the pressure setpoint", () => {
  const values = free({
    vacancy_currentLimit_mA_cm2: 0.1,
    creep_currentLimit_mA_cm2: 0.2,
    creep_referencePressure_MPa: 3,
    creep_pressureExponent: 2,
    pressure_min_MPa: 1,
    pressure_max_MPa: 8,
    pressure_margin: 1.25,
    contact_initial: 0.8,
    void_healRate_per_s: 0,
  });
  for (const { demand, expected, reason } of [
    { demand: 0.05, expected: 1, reason: "windowMin" },
    // j_lim(S) = margin × demand through the contact: 0.1 + 0.2·(S/3)² = 1.25·0.4/0.8.
    { demand: 0.4, expected: 3 * Math.sqrt((0.625 - 0.1) / 0.2), reason: "vacancy" },
    { demand: 5, expected: 8, reason: "windowMax" },
  ] as const) {
    test(`for ${demand} mA/cm² is ${expected.toFixed(2)} MPa: ${reason}`, () => {
      const bench = new Bench(values);
      bench.set({ stackPressure_MPa: Number.NaN });
      bench.setStep(0.1, demand);
      bench.run(64);
      expect(bench.get("pressureSetpoint_MPa") / expected).toBeCloseTo(1, 4);
      expect(reasons[bench.get("pressureReason")]?.name).toBe(reason);
    });
  }

  test("serves the stripping current that flows when that is more than the demand", () => {
    const bench = new Bench(values);
    bench.setStep(0.1, 0.05);
    bench.set({ stackPressure_MPa: Number.NaN, current_mA_cm2: -0.4 });
    bench.run(64);
    expect(bench.get("pressureSetpoint_MPa")).toBeGreaterThan(4);
  });
});

describe("a pack", () => {
  test("is its weakest cell, and its setpoint the largest", () => {
    const bench = new Bench(free(), { cells: 3 });
    bench.setAll({ stackPressure_MPa: Number.NaN });
    bench.set({ temperature_degC: -20 }, 1);
    bench.set({ temperature_degC: 0 }, 2);
    bench.run(128);
    expect(bench.pack("chargeLimit_mA_cm2")).toBe(0);
    expect(bench.pack("dischargeLimit_mA_cm2")).toBeCloseTo(20, 4);
    expect(bench.pack("weakestCells", 0)).toBe(1);
    expect(bench.pack("weakestCells", 4)).toBe(1);
    expect(reasons[bench.module.packOutput().chargeReasons & 0xff]?.name).toBe("temperature");
    const setpoints = [0, 1, 2].map((cell) => bench.get("pressureSetpoint_MPa", cell));
    expect(bench.pack("pressureSetpoint_MPa")).toBe(Math.max(...setpoints));
  });
});
