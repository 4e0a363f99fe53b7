import { describe, expect, it } from "vitest";
import { loadModule } from "../../host/replay/module.js";
import {
  BAND_MPa,
  experiments,
  FIXTURES,
  type FixtureParameters,
  pressureCase,
  pressureCases,
  respond,
} from "../../host/simulate/pressureLoop.js";

const typical: FixtureParameters = {
  lag_s: 5,
  rate_MPa_s: 0.2,
  transfer: 1,
  stiffness_MPa_um: 0.02,
  relaxFraction: 0.1,
  relaxTime_h: 10,
  delay_samples: 0,
};
const module = loadModule();

describe("pressure loop", () => {
  it("is asked of fixtures over all of their ranges", () => {
    const cases = pressureCases(20);
    for (const [name, [low, high]] of Object.entries(FIXTURES)) {
      const values = cases.map((one) => one[name as keyof FixtureParameters]);
      expect(Math.min(...values)).toBeGreaterThanOrEqual(low);
      expect(Math.max(...values)).toBeLessThanOrEqual(high);
      expect(new Set(values).size).toBeGreaterThan(10);
    }
  });

  it.each([
    ["slow and late", { lag_s: 20, rate_MPa_s: 0.02, delay_samples: 20 }],
    ["fast, late and pressing more", { lag_s: 1, rate_MPa_s: 1, delay_samples: 20, transfer: 1.08 }],
    ["pressing less, stiff and yielding", { transfer: 0.92, stiffness_MPa_um: 0.4, relaxFraction: 0.2 }],
  ])("holds a stack by a fixture that is %s", (_, unlike) => {
    const { responses, gainMargin } = pressureCase({ ...typical, ...unlike }, module);
    for (const name of experiments) {
      const { blind, error_MPa, swing_MPa } = responses[name];
      expect(blind).toBe(false);
      expect(Math.abs(error_MPa)).toBeLessThan(0.11);
      expect(swing_MPa).toBeLessThan(0.05);
    }
    expect(responses["setpoint up"].overshoot_MPa).toBeLessThan(0.35);
    expect(responses["setpoint up"].settling_s).toBeLessThan(200);
    expect(responses["setpoint down"].overshoot_MPa).toBeLessThan(0.1);
    // 2.1 MPa at 0.002 MPa/s, and no more than a minute after that.
    expect(responses["setpoint down"].settling_s).toBeLessThan(1110);
    expect(responses.swelling.overshoot_MPa).toBeLessThan(BAND_MPa);
    expect(gainMargin).toBeGreaterThanOrEqual(3);
  });

  it("rings, and it shows, with a gain far above the rule on a fast fixture that reports late", () => {
    const late = { ...typical, lag_s: 1, delay_samples: 20 };
    const wild = { pressure_gain: 5, pressure_integral_per_s: 0.2 };
    expect(respond(late, "setpoint up", wild, module).swing_MPa).toBeGreaterThan(0.2);
    expect(respond(late, "setpoint up", {}, module).swing_MPa).toBeLessThan(0.05);
  });

  it("overshoots an actuator whose rate it was not told: the rule that sets pressure_rise_MPa_s", () => {
    const slow = { ...typical, lag_s: 20, rate_MPa_s: 0.02 };
    const untold = respond(slow, "setpoint up", { pressure_rise_MPa_s: 0.2 }, module);
    expect(untold.overshoot_MPa).toBeGreaterThan(0.5);
    expect(respond(slow, "setpoint up", {}, module).overshoot_MPa).toBeLessThan(0.1);
  });

  it("leaves a lasting error where there is no integral, and none where there is", () => {
    const weak = { ...typical, transfer: 0.92 };
    const proportional = respond(weak, "setpoint up", { pressure_integral_per_s: 0 }, module);
    expect(Math.abs(proportional.error_MPa)).toBeGreaterThan(0.15);
    expect(Math.abs(respond(weak, "setpoint up", {}, module).error_MPa)).toBeLessThan(0.1);
  });
});
