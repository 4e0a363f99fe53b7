/** Where the metal plates and the solute goes, against solutions worked out in f64. */
import { describe, expect, test } from "vitest";
import { Bench, between, profileValues, type Random, random } from "./support.js";

const SITES = ["se", "pore", "cc"] as const;
type PerSite = Record<(typeof SITES)[number], number>;
const perSite = (of: (site: (typeof SITES)[number]) => number): PerSite => ({
  se: of("se"),
  pore: of("pore"),
  cc: of("cc"),
});
const sum = ({ se, pore, cc }: PerSite): number => se + pore + cc;

/** The Ag–C cell with what moves charge besides the current taken out. */
const values = profileValues("li-agc-argyrodite", {
  redistribution_uA_cm2_mV: 0,
  fixture_relaxFraction: 0,
  sensor_hasVoltage: 0,
  nucleationCharge_mAh_cm2: 0.02,
});
/** A slow slot that leaves the plating alone, so that what was planted is what is read back. */
const QUIET_SLOT = 13;

/** A cell whose path conductances, thresholds and metal are random. */
function planted(rng: Random, plating: boolean): Bench {
  const bench = new Bench(values).run(QUIET_SLOT);
  const metal = () => (rng() < 0.2 ? 0 : rng() ** 3 * 5);
  for (const site of SITES) {
    bench.plant(`${site}Charge_mAh_cm2`, metal());
    bench.plant(`${site}Conductance_S_cm2`, 10 ** between(rng, -3, 1));
    bench.plant(`${site}Base_mV`, between(rng, -10, 30));
    bench.plant(`${site}Barrier_mV`, rng() < 0.3 ? 0 : between(rng, 0, 60));
  }
  bench.plant("sharedPath_ohm_cm2", rng() < 0.2 ? 0 : 10 ** between(rng, -2, 2));
  bench.plant("stackPressure_MPa", between(rng, 0, 20));
  bench.plant("sePressure_MPa", rng() < 0.5 ? 0 : between(rng, 0, 100));
  bench.plant("seFeedback_mV_per_mA_cm2", rng() < 0.5 ? 0 : 10 ** between(rng, -1, 3));
  const magnitude = 10 ** between(rng, -3, 1.9);
  bench.set({ current_mA_cm2: plating ? magnitude : -magnitude });
  return bench;
}

/** Potential of each site's metal and the threshold where metal must first nucleate, from the planted state. */
function potentials(bench: Bench): { metal: PerSite; threshold: PerSite } {
  const perPressure = (values.metal_molarVolume_cm3_mol * 1000) / 96485.332;
  const room = (values.interlayer_thickness_um * values.interlayer_porosity) / thickness();
  const pressure = {
    se: bench.get("stackPressure_MPa") + bench.get("sePressure_MPa"),
    // A full pore presses with the interlayer's stiffness per relative overfill.
    pore: (Math.max(bench.get("poreCharge_mAh_cm2") - room, 0) / room) * values.interlayer_stiffness_MPa,
    cc: bench.get("stackPressure_MPa"),
  };
  const metal = perSite((site) => perPressure * pressure[site] + bench.get(`${site}Base_mV`));
  const half = values.nucleationCharge_mAh_cm2;
  const threshold = perSite((site) => {
    const unpaid = half / (half + bench.get(`${site}Charge_mAh_cm2`));
    return metal[site] + unpaid * bench.get(`${site}Barrier_mV`);
  });
  return { metal, threshold };
}
const thickness = (): number => (values.metal_molarVolume_cm3_mol * 36000) / 96485.332;

/**
 * Σ max(0, (η − U_i)·g_i) = j by bisection, where η of pores and collector is less by what their current loses on the way
 * both share; the currents of the sites.
 */
function split(current: number, u: PerSite, g: PerSite, shared_ohm_cm2: number): PerSite {
  const at = (eta: number): PerSite => {
    const se = Math.max(0, (eta - u.se) * g.se);
    const behind = eta - shared_ohm_cm2 * (current - Math.min(se, current));
    return perSite((site) => (site === "se" ? se : Math.max(0, (behind - u[site]) * g[site])));
  };
  const paths = SITES.filter((site) => g[site] > 0);
  let low = Math.min(...paths.map((site) => u[site]));
  let high = Math.max(...paths.map((site) => u[site] + current / g[site])) + shared_ohm_cm2 * current;
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (sum(at(middle)) < current) low = middle;
    else high = middle;
  }
  return at(high);
}

/** Rounding in f32 of thresholds of some 100 mV and of what the shared way takes, as a current. */
const roundingOf = (current: number, g: PerSite, bench: Bench): number =>
  1e-5 * current + (2e-5 + 3e-7 * bench.get("sharedPath_ohm_cm2") * current) * Math.max(g.se, g.pore, g.cc);

describe("the split over the sites", () => {
  test("of a plating current carries it at one overpotential", () => {
    const rng = random(1);
    let shared = 0;
    for (let n = 0; n < 500; n++) {
      const bench = planted(rng, true);
      const { threshold } = potentials(bench);
      const g = perSite((site) => bench.get(`${site}Conductance_S_cm2`));
      // Pressure built within the step acts as a resistance in the SE site's path.
      g.se /= 1 + g.se * bench.get("seFeedback_mV_per_mA_cm2");
      const before = perSite((site) => bench.get(`${site}Charge_mAh_cm2`));
      bench.run(1);
      const current = bench.get("current_mA_cm2");
      const expected = split(current, threshold, g, bench.get("sharedPath_ohm_cm2"));
      shared += SITES.filter((site) => expected[site] > 0.01 * current).length > 1 ? 1 : 0;
      const rounding = roundingOf(current, g, bench);
      for (const site of SITES) {
        const found = bench.get(`${site}Current_mA_cm2`);
        expect(Math.abs(bench.get(`${site}Threshold_mV`) - threshold[site])).toBeLessThan(1e-4);
        expect(Math.abs(found - expected[site]), `case ${n}, ${site}`).toBeLessThan(rounding);
        const landed =
          bench.get(`${site}Charge_mAh_cm2`) + bench.get(`${site}ChargeRest_mAh_cm2`) - before[site];
        expect(landed).toBeCloseTo((found * 0.1) / 3600, 9);
      }
      expect(Math.abs(sum(perSite((site) => bench.get(`${site}Current_mA_cm2`))) / current - 1)).toBeLessThan(
        1e-6,
      );
    }
    expect(shared).toBeGreaterThan(100);
  });

  test("of a stripping current draws on the sites that hold metal", () => {
    const rng = random(2);
    let compared = 0;
    for (let n = 0; n < 500; n++) {
      const bench = planted(rng, false);
      const { metal } = potentials(bench);
      const before = perSite((site) => bench.get(`${site}Charge_mAh_cm2`));
      const g = perSite((site) => (before[site] > 0 ? bench.get(`${site}Conductance_S_cm2`) : 0));
      bench.run(1);
      const current = -bench.get("current_mA_cm2");
      const most = perSite((site) => (before[site] * 3600) / 0.1);
      const inverted = perSite((site) => -metal[site]);
      const expected =
        sum(g) > 0 ? split(current, inverted, g, bench.get("sharedPath_ohm_cm2")) : perSite(() => 0);
      if (SITES.some((site) => expected[site] > most[site])) continue;
      if (sum(g) === 0) continue;
      compared++;
      const rounding = roundingOf(current, g, bench);
      for (const site of SITES) {
        const found = -bench.get(`${site}Current_mA_cm2`);
        expect(Math.abs(found - expected[site]), `case ${n}, ${site}`).toBeLessThan(rounding);
      }
    }
    expect(compared).toBeGreaterThan(200);
  });

  test("takes no more than a site holds; others take over, and what none has is a deficit", () => {
    const rng = random(3);
    let starved = 0;
    let takenOver = 0;
    for (let n = 0; n < 500; n++) {
      const bench = planted(rng, false);
      for (const site of SITES) bench.plant(`${site}Charge_mAh_cm2`, rng() < 0.3 ? 0 : rng() * 1e-3);
      const dt = between(rng, 0.05, 10);
      bench.setStep(dt);
      const held = perSite((site) => bench.get(`${site}Charge_mAh_cm2`));
      bench.run(1);
      const asked = (-bench.get("current_mA_cm2") * dt) / 3600;
      const taken = perSite((site) => (-bench.get(`${site}Current_mA_cm2`) * dt) / 3600);
      const given = Math.min(asked, sum(held));
      const rounding = 2e-6 * Math.max(asked, sum(held));
      expect(Math.abs(sum(taken) - given), `case ${n}`).toBeLessThan(rounding);
      expect(Math.abs(bench.get("deficit_mAh_cm2") - (asked - given)), `case ${n}`).toBeLessThan(rounding);
      for (const site of SITES) {
        expect(taken[site]).toBeLessThan(held[site] + rounding);
        const left = bench.get(`${site}Charge_mAh_cm2`);
        expect(left).toBeGreaterThanOrEqual(0);
        expect(Math.abs(left - (held[site] - taken[site]))).toBeLessThan(rounding);
      }
      starved += given < asked ? 1 : 0;
      takenOver +=
        given === asked && SITES.some((site) => held[site] > 0 && taken[site] > held[site] * 0.999) ? 1 : 0;
    }
    expect(starved).toBeGreaterThan(50);
    expect(takenOver).toBeGreaterThan(5);
  });

  test("of a cycle keeps its books: what went in and came out is what is left", () => {
    const bench = new Bench(values);
    bench.setStep(0.1);
    for (let cycle = 0; cycle < 3; cycle++) {
      bench.set({ current_mA_cm2: 3.4, temperature_degC: 60 });
      bench.run(20000);
      bench.set({ current_mA_cm2: -3.3 });
      bench.run(20000);
    }
    const expected = (3 * 20000 * 0.1 * (Math.fround(3.4) - Math.fround(3.3))) / 3600;
    expect(bench.metal()).toBeCloseTo(expected, 6);
    expect(bench.get("deficit_mAh_cm2")).toBeLessThan(1e-9);
  });

  test("past j* settles at the longest step instead of plating and not plating in turn", () => {
    for (const current of [4, 8]) {
      const bench = new Bench(profileValues("li-agc-argyrodite", { sensor_hasVoltage: 0 }));
      bench.setStep(10);
      bench.run(32);
      bench.set({ current_mA_cm2: current });
      bench.run(20);
      const course = Array.from({ length: 100 }, () => bench.run(1).get("seCurrent_mA_cm2"));
      expect(Math.min(...course)).toBeGreaterThan(0.1 * current);
      const changes = course.slice(1).map((part, n) => part - (course[n] as number));
      const turns = changes.filter(
        (change, n) => change * (changes[n - 1] ?? 0) < 0 && Math.abs(change) > 1e-3,
      );
      expect(turns.length).toBeLessThan(3);
    }
  });
});

/** Rest with metal and pressure planted; no creep, so that only the metal's own flow relieves pressure. */
function resting(dt_s: number, changes: Parameters<typeof profileValues>[1]): Bench {
  const bench = new Bench({
    ...values,
    redistribution_grainRatio: 1,
    metal_creepRate_per_s: 1e-12,
    stress_confinement: 1000,
    interlayer_poreRadius_nm: 1e5,
    solute_loading_mg_Ah: 0,
    fixture_stiffness_MPa_um: 0,
    fixture_pressure_MPa: 10,
    sensor_hasPressure: 0,
    // An interface that this opens stays shut.
    opening_modulus_GPa: 500,
    opening_flaw_um: 0.1,
    ...changes,
  });
  bench.setStep(dt_s);
  bench.set({ fixturePressure_MPa: 10 });
  return bench.run(32);
}
const SHUT_J_m2 = 200;

describe("redistribution at the longest step", () => {
  const overfill = (bench: Bench): number =>
    bench.get("poreCharge_mAh_cm2") - bench.module.derived("poreCapacity_mAh_cm2");
  const porePressure_MPa = (bench: Bench): number =>
    (overfill(bench) / bench.module.derived("poreCapacity_mAh_cm2")) * values.interlayer_stiffness_MPa;

  test("empties overfilled pores down to the collector's potential, never past it", () => {
    const rng = random(4);
    let arrived = 0;
    for (let n = 0; n < 50; n++) {
      const bench = resting(10, {
        redistribution_uA_cm2_mV: 10 ** between(rng, -2, 3),
        se_adhesion_J_m2: SHUT_J_m2,
        cc_adhesion_J_m2: 0,
      });
      bench.plant("poreCharge_mAh_cm2", bench.module.derived("poreCapacity_mAh_cm2") * between(rng, 1.1, 3));
      bench.plant("ccCharge_mAh_cm2", 3);
      const before = bench.metal();
      for (let round = 0; round < 100; round++) {
        bench.run(16);
        // Equilibrium is the stack pressure, but for the barrier at the collector that 3 mAh/cm² leave to pay.
        expect(porePressure_MPa(bench), `case ${n}, round ${round}`).toBeGreaterThan(9.99);
      }
      expect(Math.abs(bench.metal() - before)).toBeLessThan(1e-6 * before);
      arrived += porePressure_MPa(bench) < 12 ? 1 : 0;
    }
    expect(arrived).toBeGreaterThan(10);
  });

  test("relieves the pressure at the electrolyte down to the pores', never past it", () => {
    const rng = random(5);
    let arrived = 0;
    for (let n = 0; n < 50; n++) {
      const bench = resting(10, {
        redistribution_uA_cm2_mV: 10 ** between(rng, -2, 3),
        cc_adhesion_J_m2: SHUT_J_m2,
        se_adhesion_J_m2: 0,
        se_nucleation_mV: 0,
        pore_nucleation_mV: 0,
      });
      bench.plant("seCharge_mAh_cm2", 2);
      bench.plant("poreCharge_mAh_cm2", bench.module.derived("poreCapacity_mAh_cm2") * 1.02);
      bench.plant("sePressure_MPa", between(rng, 40, 100));
      const before = bench.metal();
      let previous = Number.POSITIVE_INFINITY;
      for (let round = 0; round < 100; round++) {
        bench.run(16);
        const se = bench.get("sePressure_MPa") + 10;
        expect(se / porePressure_MPa(bench), `case ${n}, round ${round}`).toBeGreaterThan(0.999);
        expect(se).toBeLessThan(previous + 0.001);
        previous = se;
      }
      expect(Math.abs(bench.metal() - before)).toBeLessThan(1e-6 * before);
      arrived += previous / porePressure_MPa(bench) < 1.1 ? 1 : 0;
    }
    expect(arrived).toBeGreaterThan(10);
  });

  test("moves no more than its mobility times the difference of the potentials; long steps move less", () => {
    const shares = [0.1, 1, 10].map((dt_s) => {
      const bench = resting(dt_s, {
        redistribution_uA_cm2_mV: 5,
        cc_adhesion_J_m2: SHUT_J_m2,
        se_adhesion_J_m2: 0,
        pore_nucleation_mV: 0,
        interlayer_porosity: 0.95,
      });
      bench.plant("seCharge_mAh_cm2", 1);
      bench.plant("poreCharge_mAh_cm2", 0.5);
      bench.run(1600 / dt_s);
      // The stack presses on the electrolyte's metal and not on the pores'.
      const drive_mV = (10 * values.metal_molarVolume_cm3_mol * 1000) / 96485.332;
      return (1 - bench.get("seCharge_mAh_cm2")) / ((0.005 * drive_mV * 1600) / 3600);
    });
    for (const share of shares) expect(share).toBeLessThan(1.001);
    // The stiffness that keeps long steps from overshooting is counted where no pressure is left to relieve, too:
    // the price is two thirds of the flux at 10 s.
    const [standard, second, longest] = shares as [number, number, number];
    expect(standard).toBeGreaterThan(0.97);
    expect(second).toBeGreaterThan(0.8);
    expect(longest).toBeGreaterThan(0.3);
  });
});

describe("solute", () => {
  test("shares sum to 1 and the collector's rises cycle by cycle", () => {
    const bench = new Bench(profileValues("li-agc-argyrodite", { sensor_hasVoltage: 0 }));
    bench.set({ temperature_degC: 60 });
    bench.run(32);
    bench.setStep(2);
    let previous = bench.get("soluteCcShare");
    const gains: number[] = [];
    for (let cycle = 0; cycle < 10; cycle++) {
      for (const current of [3.4, 0, -3.4, 0]) {
        bench.set({ current_mA_cm2: current });
        for (let n = 0; n < (current === 0 ? 20 : 35); n++) {
          bench.run(100);
          const total =
            bench.get("soluteSeShare") + bench.get("solutePoreShare") + bench.get("soluteCcShare");
          expect(Math.abs(total - 1)).toBeLessThan(1.2e-7);
        }
      }
      const share = bench.get("soluteCcShare");
      gains.push(share - previous);
      previous = share;
    }
    expect(Math.min(...gains)).toBeGreaterThan(1e-4);
  });
});
