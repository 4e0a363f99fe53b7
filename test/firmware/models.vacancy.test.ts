/** The vacancy model against the analytic solution of the diffusion equation, and the contact's memory. */
import { describe, expect, test } from "vitest";
import { Bench, profileValues } from "./support.js";

const TERMS = 200;

/** u/f of a slab whose face takes the flux f from t = 0, m = D·t/L²; Carslaw & Jaeger, Conduction of Heat in Solids. */
const stepResponse = {
  /** Back face held at equilibrium. */
  sink: (m: number): number => {
    let u = 1;
    for (let k = 1; k <= TERMS; k++) {
      const pole = ((k - 0.5) * Math.PI) ** 2;
      u -= (2 / pole) * Math.exp(-pole * m);
    }
    return u;
  },
  /** Back face closed: the slab empties. */
  sealed: (m: number): number => {
    let u = m + 1 / 3;
    for (let k = 1; k <= TERMS; k++) {
      const pole = (k * Math.PI) ** 2;
      u -= (2 / pole) * Math.exp(-pole * m);
    }
    return u;
  },
};

/** A bare foil in full contact whose stripping limit is the vacancies' 1 mA/cm² alone. */
const foil = (changes: Parameters<typeof profileValues>[1]): Bench => {
  const bench = new Bench(
    profileValues("li-bare-garnet", {
      sensor_hasVoltage: 0,
      cell_initialMetal_mAh_cm2: 900,
      contact_initial: 1,
      strip_areaFactor: 1,
      vacancy_currentLimit_mA_cm2: 1,
      creep_currentLimit_mA_cm2: 0,
      ...changes,
    }),
  );
  return bench.run(32);
};

describe("the slab", () => {
  const L_um = 10;
  const D_cm2_s = 1e-9;
  /** L²/D, s. */
  const time_s = (L_um * 1e-4) ** 2 / D_cm2_s;

  for (const back of ["sink", "sealed"] as const) {
    for (const dt_s of [0.1, 1, 7]) {
      test(`with its back face ${back}, ${dt_s} s a step: a step in current within 0.25 % of the range`, () => {
        const bench = foil({
          slab_length_um: L_um,
          slab_diffusivity_cm2_s: D_cm2_s,
          slab_sealed: back === "sealed" ? 1 : 0,
        });
        const drive = 0.5;
        bench.setStep(dt_s);
        bench.set({ current_mA_cm2: -drive });
        const steps = Math.floor((1.2 * time_s) / dt_s);
        const range = drive * stepResponse[back]((steps * dt_s) / time_s);
        let worst = 0;
        for (let n = 1; n <= steps; n++) {
          bench.run(1);
          const m = (n * dt_s) / time_s;
          const error = Math.abs(bench.get("supersaturation") - drive * stepResponse[back](m)) / range;
          worst = Math.max(worst, error);
        }
        expect(worst).toBeLessThan(0.0025);
        expect(bench.get("contact")).toBe(1);
      });
    }
  }

  test("settles at its static gain and quickens with temperature", () => {
    const bench = foil({ slab_length_um: L_um, slab_diffusivity_cm2_s: D_cm2_s, slab_diffusion_Ea_eV: 0.5 });
    bench.set({ current_mA_cm2: -0.5 });
    bench.setStep(10);
    bench.run(900);

    expect(bench.get("supersaturation")).toBeCloseTo(0.5, 5);
    bench.set({ temperature_degC: 60 });
    bench.setStep(0.1);
    bench.run(32);
    const factor = Math.exp((0.5 / 8.617333e-5) * (1 / 298.15 - 1 / 333.15));
    expect(bench.get("slabRate_per_s") * time_s).toBeCloseTo(factor, 3);
  });
});

/**
 * Li–Mg slab of Krauskopf, Adv. Energy Mater. 2019 (10.1002/aenm.201902568): 25 µm, 3e-11 cm²/s, from 69.6 down to
 * 24.0 mmol/cm³ at the electrolyte. Checks the solver: the times follow from these numbers.
 */
describe("Li–Mg exhaustion", () => {
  for (const { current_uA_cm2, seconds, dt_s } of [
    { current_uA_cm2: 10, seconds: 1.0305e6, dt_s: 10 },
    { current_uA_cm2: 100, seconds: 4.546e4, dt_s: 10 },
    { current_uA_cm2: 100, seconds: 4.546e4, dt_s: 1 },
  ]) {
    test(`at ${current_uA_cm2} µA/cm², ${dt_s} s a step: ${seconds} s`, () => {
      const bench = new Bench(
        profileValues("li-mg", {
          sensor_hasVoltage: 0,
          strip_areaFactor: 1,
          vacancy_currentLimit_mA_cm2: 1e-6,
          creep_currentLimit_mA_cm2: 0,
          alloy_metalDiffusivity_cm2_s: 3e-11,
          alloy_soluteDiffusivity_cm2_s: 3e-11,
          alloy_range: (69.6e-3 - 24.0e-3) * 13.008,
        }),
      ).run(32);
      bench.setStep(dt_s);
      bench.set({ current_mA_cm2: -current_uA_cm2 / 1000 });
      let steps = 0;
      for (; bench.get("supersaturation") < 1 && steps * dt_s < 2 * seconds; steps++) bench.run(1);
      expect((steps * dt_s) / seconds).toBeGreaterThan(0.99);
      expect((steps * dt_s) / seconds).toBeLessThan(1.01);
    });
  }

  test("counts the alloy's limit from interdiffusion, (6)", () => {
    const bench = foil({
      solute_loading_mg_Ah: 100.6,
      solute_molarMass_g_mol: 24.305,
      alloy_range: 0.5,
      alloy_metalDiffusivity_cm2_s: 8e-11,
      alloy_soluteDiffusivity_cm2_s: 2e-11,
      slab_length_um: 20,
    });
    const ratio = (0.1006 * 96485.332) / (24.305 * 3600);
    const x = ratio / (1 + ratio);
    const mixed = (1 - x) * 2e-11 + x * 8e-11;
    const j_mA_cm2 = (1000 * 96485.332 * mixed * 0.5) / (13.008 * 20e-4);
    expect(bench.module.derived("alloyLimit_mA_cm2") / j_mA_cm2).toBeCloseTo(1, 5);
    expect(bench.get("vacancyLimit_mA_cm2")).toBeCloseTo(1 + j_mA_cm2, 5);
  });
});

describe("the vacancy limit", () => {
  test("of bare Li on argyrodite is 0.2 mA/cm² at 3 MPa and 1.0 at 7 MPa", () => {
    // Kasemchainan, Nature Materials 2019 (10.1038/s41563-019-0438-9).
    for (const [pressure, limit] of [
      [3, 0.2],
      [7, 1.0],
    ] as const) {
      const bench = new Bench(profileValues("li-bare-argyrodite", { sensor_hasVoltage: 0 }));
      bench.set({ fixturePressure_MPa: pressure });
      bench.run(32);
      expect(bench.get("vacancyLimit_mA_cm2") / limit).toBeCloseTo(1, 1);
    }
  });
});

describe("the void", () => {
  const bench = (changes: Parameters<typeof profileValues>[1] = {}): Bench =>
    foil({ void_healRate_per_s: 0, slab_length_um: 1, slab_diffusivity_cm2_s: 1e-7, ...changes });

  test("opens with what the vacancies do not carry, through the contact that is left", () => {
    const stripping = bench({ void_heightScale_um: 100 });
    stripping.set({ current_mA_cm2: -1.5 });
    stripping.run(1000);
    // h_v is so large that contact hardly changes.
    const growth_um_s = (((13.008 * 36000) / 96485.332) * 0.5) / 3600;
    expect(stripping.get("void_um") / (growth_um_s * 100)).toBeCloseTo(1, 2);
  });

  test("does not open while the current stays below the limit", () => {
    const stripping = bench();
    stripping.set({ current_mA_cm2: -0.99 });
    stripping.setStep(1);
    stripping.run(20000);
    expect(stripping.get("void_um")).toBe(0);
  });

  test("takes contact away, which takes more contact away", () => {
    const stripping = bench({ void_heightScale_um: 0.5 });
    stripping.set({ current_mA_cm2: -1.2 });
    const times: number[] = [];
    for (const level of [0.9, 0.8, 0.7, 0.6]) {
      let steps = 0;
      for (; stripping.get("contact") > level; steps++) stripping.run(1);
      times.push(steps);
    }
    // Each further tenth of the contact goes faster although it is a larger part of what is left.
    expect(times[1]).toBeLessThan(times[0] as number);
    expect(times[2]).toBeLessThan(times[1] as number);
    expect(times[3]).toBeLessThan(times[2] as number);
  });

  test("is filled by plating in the part of the area that faces it", () => {
    const plating = bench({ void_heightScale_um: 1 });
    plating.plant("void_um", 0.5);
    plating.run(16);
    const lost = 1 - plating.get("contact");
    expect(lost).toBeCloseTo(1 - Math.exp(-0.5), 5);
    plating.set({ current_mA_cm2: 1 });
    plating.run(10);
    const growth_um_s = (13.008 * 36000) / 96485.332 / 3600;
    expect((0.5 - plating.get("void_um")) / (growth_um_s * lost)).toBeCloseTo(1, 2);
  });
});

/** Doux, Adv. Energy Mater. 2020 (10.1002/aenm.201903253): most of what pressing gains stays after its release. */
describe("contact of bare Li on argyrodite", () => {
  const values = profileValues("li-bare-argyrodite", {
    sensor_hasVoltage: 0,
    fixture_pressure_MPa: 5,
    // What 5 MPa hold.
    contact_initial: Math.exp(-12.3 / 6),
  });
  const hold = (bench: Bench, pressure: number, hours: number): void => {
    bench.set({ fixturePressure_MPa: pressure, current_mA_cm2: 0 });
    bench.run(hours * 360);
  };
  const pressed = (): Bench => {
    const bench = new Bench(values).run(32);
    bench.setStep(10);
    hold(bench, 5, 10);
    return bench;
  };

  test("rises from 5 to 25 MPa as the impedance falls, and keeps more than half of the gain back at 5 MPa", () => {
    const bench = pressed();
    const at5 = bench.get("interfaceResistance_ohm_cm2");
    expect(bench.get("contact")).toBeCloseTo(Math.exp(-12.3 / 6), 3);
    hold(bench, 25, 10);
    const at25 = bench.get("interfaceResistance_ohm_cm2");
    expect(bench.get("contact")).toBeCloseTo(Math.exp(-12.3 / 26), 3);
    // Between ≈ 25 and 8 Ω·cm² of the interface alone, and the whole cell's 110 and 32 Ω: a factor of about three.
    expect(at5 / at25).toBeGreaterThan(2.5);
    expect(at5 / at25).toBeLessThan(5.5);
    hold(bench, 5, 100);
    const released = bench.get("interfaceResistance_ohm_cm2");
    expect((at5 - released) / (at5 - at25)).toBeGreaterThan(0.5);
  });

  test("loses it again to stripping beyond the limit at low pressure", () => {
    const bench = pressed();
    hold(bench, 25, 10);
    hold(bench, 5, 10);
    const kept = bench.get("contact");
    for (let cycle = 0; cycle < 10; cycle++) {
      bench.set({ current_mA_cm2: -1 });
      bench.run(180);
      bench.set({ current_mA_cm2: 0.5 });
      bench.run(360);
    }
    expect(bench.get("contact")).toBeLessThan(kept / 2);
  });
});
