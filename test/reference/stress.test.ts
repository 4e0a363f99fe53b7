import { describe, expect, it } from "vitest";
import { integrateStiff } from "../../host/reference/stiff.js";
import {
  advanceFilmPressure,
  growthSpeed_um_s,
  powerLaw_um_s,
  StackPressure,
  type StressParameters,
} from "../../host/reference/stress.js";

const lithium: StressParameters = {
  modulus_MPa: 14_870,
  height_um: 1,
  confinement: 10,
  creepRate_per_s: 7.7e-3,
  creepExponent: 6.56,
  creep_Q_kJ_mol: 37,
};
const ROOM_K = 298.15;

describe("stiff integrator", () => {
  it("is of third order: dy/dt = 1 − y² against tanh", () => {
    const error = (fixedStep: number): number =>
      Math.abs(
        integrateStiff((y) => 1 - y * y, 0, 1, { relative: 1, absolute: 1, fixedStep }) - Math.tanh(1),
      );
    const errors = [1 / 10, 1 / 20, 1 / 40, 1 / 80].map(error);
    const orders = errors.slice(1).map((e, k) => Math.log2((errors[k] as number) / e));
    expect(Math.min(...orders)).toBeGreaterThan(2.9);
  });

  it("holds a tolerance on a decay a million times faster than the interval", () => {
    const options = { relative: 1e-8, absolute: 1e-10 };
    expect(integrateStiff((y) => -1e6 * (y - 2), 0, 1, options)).toBeCloseTo(2, 8);
  });

  it("rests on its floor", () => {
    const options = { relative: 1e-8, absolute: 1e-10, floor: 0 };
    expect(integrateStiff(() => -1, 0.5, 2, options)).toBe(0);
    expect(integrateStiff(() => 1, 0, 2, options)).toBeCloseTo(2, 10);
  });
});

describe("pressure of the film", () => {
  it.each([0.01, 0.1, 1, 10])("settles at (g/a)^(1/n) under %d mA/cm², from below and above", (current) => {
    const growth = growthSpeed_um_s(current, 13.008);
    const steady = (growth / powerLaw_um_s(lithium, ROOM_K)) ** (1 / lithium.creepExponent);
    for (const start of [0, 0.9 * steady, 40 * steady]) {
      const found = advanceFilmPressure(start, 1e6, () => growth, lithium, ROOM_K);
      expect(found / steady).toBeCloseTo(1, 6);
    }
  });

  it("rises by (M/h)·g before creep sets in", () => {
    const growth = growthSpeed_um_s(1, 13.008);
    const found = advanceFilmPressure(0, 0.01, () => growth, lithium, ROOM_K);
    expect(found / (14_870 * growth * 0.01)).toBeCloseTo(1, 6);
  });

  it("relaxes without growth as the power law's closed solution", () => {
    const n = lithium.creepExponent;
    const a = powerLaw_um_s(lithium, ROOM_K) * lithium.modulus_MPa;
    for (const time of [0.01, 1, 100, 1e5]) {
      const exact = (8 ** (1 - n) + (n - 1) * a * time) ** (1 / (1 - n));
      expect(advanceFilmPressure(8, time, () => 0, lithium, ROOM_K) / exact).toBeCloseTo(1, 5);
    }
  });

  it("relaxes as an exponential under Coble creep alone, at the rate of the temperature", () => {
    const coble = { ...lithium, creepRate_per_s: 0, coble_um_s_MPa: 1e-6, coble_Q_kJ_mol: 50 };
    const factor = Math.exp((50_000 / 8.314462618) * (1 / 298.15 - 1 / 333.15));
    const found = advanceFilmPressure(5, 10, () => 0, coble, 333.15);
    expect(found).toBeCloseTo(5 * Math.exp(-14_870 * 1e-6 * factor * 10), 5);
  });

  it("carries no tension", () => {
    expect(advanceFilmPressure(5, 10, () => -1e-3, lithium, ROOM_K)).toBe(0);
  });

  it("grows dense lithium at 4.853 µm per mAh/cm²", () => {
    expect(growthSpeed_um_s(1, 13.008) * 3600).toBeCloseTo(4.853, 3);
  });
});

describe("stack pressure", () => {
  it("takes up swelling at the fixture's stiffness and relaxes towards its fraction", () => {
    const stack = new StackPressure({ stiffness_MPa_um: 0.1, relaxFraction: 0.2, relaxTime_h: 1 });
    expect(stack.advance(0, 2, 10)).toBe(3);
    expect(stack.advance(3600, 2, 10)).toBeCloseTo(3 - 0.6 * (1 - Math.exp(-1)), 12);
    expect(stack.advance(1e6, 2, 10)).toBeCloseTo(2.4, 9);
  });

  it("does the same in many steps as in one", () => {
    const parameters = { stiffness_MPa_um: 0.1, relaxFraction: 0.2, relaxTime_h: 1 };
    const [one, many] = [new StackPressure(parameters), new StackPressure(parameters)];
    for (let k = 0; k < 100; k++) many.advance(20, 2, 5);
    expect(many.advance(0, 2, 5)).toBeCloseTo(one.advance(2000, 2, 5), 12);
  });
});
