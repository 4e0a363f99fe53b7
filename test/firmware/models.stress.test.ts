/** Pressures, swelling, intrusion, fatigue and interphase against f64 integrations and closed forms. */
import { describe, expect, test } from "vitest";
import { Bench, profileValues } from "./support.js";

const THICKNESS_um_mAh_cm2 = (13.008 * 36000) / 96485.332;

describe("β-phase pressure at the electrolyte, dσ/dt = (M/h)(g − a·σⁿ)", () => {
  const values = profileValues("li-bare-argyrodite", {
    sensor_hasVoltage: 0,
    cell_initialMetal_mAh_cm2: 900,
  });
  const n = values.metal_creepExponent;
  const rise = values.stress_modulus_MPa / values.stress_height_um;
  const powerLaw = values.stress_height_um * values.metal_creepRate_per_s * values.stress_confinement ** -n;
  const growth = (current: number): number => (THICKNESS_um_mAh_cm2 / 3600) * current;
  const steady = (current: number): number => (growth(current) / powerLaw) ** (1 / n);

  /** The pressure after `dt` seconds by Runge–Kutta steps a small part of the fastest time constant long. */
  function integrate(pressure: number, current: number, dt: number): number {
    const g = growth(current);
    const slope = (x: number): number => rise * (g - powerLaw * Math.max(x, 0) ** n);
    const scale = Math.max(steady(Math.abs(current)), 1);
    let x = pressure;
    for (let left = dt; left > 0; ) {
      if (current > 0 && Math.abs(x / scale - 1) < 1e-7) return x;
      const rate = n * rise * powerLaw * Math.max(x, 0) ** (n - 1) + Math.abs(rise * g) / scale;
      const h = Math.min(left, 0.1 / (rate + 1e-9));
      const k1 = slope(x);
      const k2 = slope(x + (h / 2) * k1);
      const k3 = slope(x + (h / 2) * k2);
      const k4 = slope(x + h * k3);
      x = Math.max(x + (h / 6) * (k1 + 2 * k2 + 2 * k3 + k4), 0);
      left -= h;
    }
    return x;
  }

  /** Largest over- and underestimate at the end of any step, in parts of the largest steady state of the course. */
  function errors(course: readonly number[], dt_s: number): { over: number; under: number } {
    const bench = new Bench(values).run(32);
    bench.setStep(dt_s);
    const scale = steady(Math.max(...course));
    let exact = 0;
    let over = 0;
    let under = 0;
    for (const current of course) {
      bench.set({ current_mA_cm2: current });
      for (let step = 0; step < 16; step++) {
        bench.run(1);
        exact = integrate(exact, current, dt_s);
        const error = (bench.get("sePressure_MPa") - exact) / scale;
        over = Math.max(over, error);
        under = Math.max(under, -error);
      }
    }
    return { over, under };
  }

  /** Growth and rest: a safe estimate, at most a tenth too high in the step or two that a rise takes. */
  const SAFE = { over: 0.1, under: 0.002 };
  const courses: Record<string, { course: readonly number[]; over: number; under: number }> = {
    "a step up": { course: [0, 1], ...SAFE },
    "a step down": { course: [1, 0.1], ...SAFE },
    "a step to rest": { course: [1, 0], ...SAFE },
    pulses: { course: [0, 1, 0, 1, 0.2, 1], ...SAFE },
    // Stripping ends the pressure within a step or two; creep is counted as if the pressure had stayed until then.
    "a step to stripping": { course: [1, -1], over: 0.1, under: 0.2 },
  };
  const currents = Array.from({ length: 25 }, (_, index) => 0.01 * 1000 ** (index / 24));

  for (const [name, { course, over, under }] of Object.entries(courses)) {
    test(`${name}: over by at most ${over * 100} %, under by ${under * 100} % of the steady state, at any step`, () => {
      for (const dt_s of [0.1, 1, 10]) {
        for (const current of currents) {
          const found = errors(
            course.map((part) => part * current),
            dt_s,
          );
          expect(found.over, `${current} mA/cm², ${dt_s} s`).toBeLessThan(over);
          expect(found.under, `${current} mA/cm², ${dt_s} s`).toBeLessThan(under);
        }
      }
    });
  }

  test("rests at the pressure whose creep takes all growth away, and at its crack index", () => {
    for (const current of [0.1, 1, 8]) {
      const bench = new Bench(values).run(32);
      bench.set({ current_mA_cm2: current });
      bench.setStep(10);
      bench.run(100);
      const sigma = bench.get("sePressure_MPa");
      expect(sigma / steady(current)).toBeCloseTo(1, 4);
      const flaw_m = values.crack_flaw_um * 1e-6;
      const index =
        (values.crack_shape * sigma * Math.sqrt(Math.PI * flaw_m)) / values.crack_toughness_MPa_sqrtm;
      expect(bench.get("crackIndex") / index).toBeCloseTo(1, 5);
    }
  });

  test("creeps faster when warm, with the activation energy of creep", () => {
    const bench = new Bench(values);
    bench.set({ temperature_degC: 60, current_mA_cm2: 1 });
    bench.setStep(10);
    bench.run(100);
    const faster = Math.exp((37000 / 8.314462) * (1 / 298.15 - 1 / 333.15));
    expect((bench.get("sePressure_MPa") / steady(1)) * faster ** (1 / n)).toBeCloseTo(1, 4);
  });
});

describe("stack pressure", () => {
  const stiffness = 0.05;
  const shrink = 0.4;
  const fixture = (changes: Parameters<typeof profileValues>[1] = {}): Bench => {
    const bench = new Bench(
      profileValues("li-agc-argyrodite", {
        sensor_hasVoltage: 0,
        fixture_pressure_MPa: 3,
        fixture_stiffness_MPa_um: stiffness,
        fixture_relaxFraction: 0,
        cathode_shrink_um_mAh_cm2: shrink,
        redistribution_uA_cm2_mV: 0,
        cell_initialMetal_mAh_cm2: 1,
        ...changes,
      }),
    );
    bench.set({ fresh: 0b0111 });
    return bench.run(32);
  };

  test("swells with the metal outside the pores, less what the cathode shrinks", () => {
    const bench = fixture();
    expect(bench.get("stackPressure_MPa")).toBe(3);
    bench.set({ current_mA_cm2: 4, temperature_degC: 60 });
    bench.setStep(1);
    bench.run(2000);
    const outside = bench.get("seCharge_mAh_cm2") + bench.get("ccCharge_mAh_cm2") - 1;
    const inPores = bench.get("poreCharge_mAh_cm2");
    const overfull = inPores - bench.module.derived("poreCapacity_mAh_cm2");
    // All kinds must be there for the test to tell them apart.
    expect(outside).toBeGreaterThan(0.3);
    expect(inPores).toBeGreaterThan(0.5);
    expect(overfull).toBeGreaterThan(0.05);
    const swelling = (outside + overfull) * THICKNESS_um_mAh_cm2 - (outside + inPores) * shrink;
    expect(bench.get("stackPressure_MPa")).toBeCloseTo(3 + stiffness * swelling, 2);
  });

  test("relaxes by its fraction with its time constant", () => {
    const bench = fixture({ fixture_relaxFraction: 0.2, fixture_relaxTime_h: 2, fixture_pressure_MPa: 5 });
    bench.setStep(10);
    bench.run(720);
    // 32 steps of 0.1 s went before.
    const exact = (hours: number): number => 5 * (1 - 0.2 * (1 - Math.exp(-hours / 2)));
    expect(bench.get("stackPressure_MPa")).toBeCloseTo(exact(2), 1);
    bench.run(7200);
    expect(bench.get("stackPressure_MPa")).toBeCloseTo(4, 3);
  });

  test("follows its sensor, and keeps the correction when the sensor falls silent", () => {
    const bench = fixture({
      sensor_hasPressure: 1,
      pressureSensor_gain_per_s: 0.02,
      pressureSensor_tolerance_MPa: 1,
    });
    bench.set({ stackPressure_MPa: 3.6, fresh: 0b1111 });
    bench.run(500);
    // First order with the gain: 1 − e⁻¹ of the residual after 50 s.
    expect(bench.get("stackPressure_MPa")).toBeCloseTo(3 + 0.6 * (1 - Math.exp(-1)), 1);
    bench.run(5000);
    expect(bench.get("stackPressure_MPa")).toBeCloseTo(3.6, 3);
    bench.set({ fresh: 0b0111 });
    bench.run(1000);
    expect(bench.get("stackPressure_MPa")).toBeCloseTo(3.6, 3);
  });
});

/** Doux, Adv. Energy Mater. 2020 (10.1002/aenm.201903253): time to short at 75 µA/cm². */
describe("creep intrusion", () => {
  const values = profileValues("li-bare-argyrodite", {
    sensor_hasVoltage: 0,
    cell_initialMetal_mAh_cm2: 900,
  });
  /** ξ per hour at a stack pressure and current, over enough hours for f32 to tell. */
  const perHour = (pressure: number, current: number, hours = 10): number => {
    const bench = new Bench(values);
    bench.set({ fixturePressure_MPa: pressure });
    bench.setStep(10);
    bench.run(32);
    bench.set({ current_mA_cm2: current });
    bench.run(16);
    const before = bench.get("intrusion");
    bench.run(hours * 360);
    return (bench.get("intrusion") - before) / hours;
  };

  for (const pressure of [10, 15, 20, 25]) {
    test(`shorts after exp(a − b·S) hours at ${pressure} MPa`, () => {
      const hours = Math.exp(values.intrusion_lnTime - values.intrusion_perMPa * pressure);
      expect(perHour(pressure, 0.075) * hours).toBeGreaterThan(0.99);
      expect(perHour(pressure, 0.075) * hours).toBeLessThan(1.01);
      expect(perHour(pressure, -0.075) * hours).toBeCloseTo(1, 2);
    });
  }

  test("needs current, and pressure above its onset", () => {
    expect(perHour(25, 0)).toBe(0);
    expect(perHour(25, 0.9 * values.intrusion_minCurrent_mA_cm2)).toBe(0);
    expect(perHour(5, 0.075)).toBe(0);
    expect(perHour(6, 0.075) * Math.exp(values.intrusion_lnTime - values.intrusion_perMPa * 6)).toBeCloseTo(
      0.5,
      2,
    );
  });
});

describe("interphase", () => {
  test("grows as the root of time, at a rate with its activation energy", () => {
    const values = profileValues("li-bare-argyrodite", {
      sensor_hasVoltage: 0,
      interphase_initial_ohm_cm2: 0,
      interphase_growth_ohm_cm2_sqrth: 0.5,
      interphase_Ea_eV: 0.6,
    });
    for (const temperature_degC of [25, 60]) {
      const bench = new Bench(values);
      bench.set({ temperature_degC });
      bench.setStep(10);
      const rate = Math.exp((0.6 / 8.617333e-5) * (1 / 298.15 - 1 / (273.15 + temperature_degC)));
      let hours = 0;
      for (const until of [1, 4, 16, 64]) {
        bench.run((until - hours) * 360);
        hours = until;
        const found = Math.sqrt(bench.get("interphaseSquared_ohm2_cm4"));
        expect(found / (0.5 * Math.sqrt(rate * hours))).toBeCloseTo(1, 1);
      }
      // Four times as long is twice as much, to what one round of the slots (160 s) is of 64 h.
      expect(Math.sqrt(bench.get("interphaseSquared_ohm2_cm4")) / (0.5 * Math.sqrt(rate * 64))).toBeCloseTo(
        1,
        3,
      );
    }
  });

  test("adds to the interface's resistance beside what contact makes of charge transfer", () => {
    const bench = new Bench(
      profileValues("li-bare-argyrodite", {
        sensor_hasVoltage: 0,
        interphase_initial_ohm_cm2: 3,
        interphase_growth_ohm_cm2_sqrth: 0,
        se_chargeTransfer_ohm_cm2: 8,
        contact_initial: 0.5,
        void_healRate_per_s: 0,
      }),
    ).run(32);
    expect(bench.get("interfaceResistance_ohm_cm2")).toBeCloseTo(8 / 0.5 + 3, 4);
  });

  test("that conducts leaks metal at the electrolyte into self-discharge", () => {
    const bench = new Bench(
      profileValues("li-bare-argyrodite", { sensor_hasVoltage: 0, interphase_leak_mA_cm2: 0.01 }),
    );
    bench.setStep(10);
    bench.run(3600);
    expect(bench.get("selfDischarge_mAh_cm2")).toBeCloseTo(0.1, 2);
    expect(bench.metal() + bench.get("selfDischarge_mAh_cm2")).toBeCloseTo(20.6, 5);
  });

  test("spalls with the damage of stress cycles", () => {
    const bench = new Bench(
      profileValues("li-bare-argyrodite", {
        sensor_hasVoltage: 0,
        interphase_initial_ohm_cm2: 0,
        interphase_growth_ohm_cm2_sqrth: 0,
        interphase_spall_ohm2_cm4: 100,
        fatigue_strength_MPa: 10,
        fatigue_exponent: 2,
      }),
    );
    const hold = (fixturePressure_MPa: number): void => {
      bench.set({ fixturePressure_MPa });
      bench.run(48);
    };
    // Three cycles of 5 MPa inside one of 8 MPa: (5/10)² and (8/10)² of the fatigue life.
    for (const pressure of [1, 9, 3, 8, 3, 8, 3, 8, 1, 9]) hold(pressure);
    hold(5);
    expect(bench.get("stackCycleDamage")).toBeCloseTo(3 * 0.25 + 0.64, 5);
    expect(bench.get("interphaseSquared_ohm2_cm4")).toBeCloseTo(139, 3);
  });
});
