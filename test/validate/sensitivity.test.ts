import { beforeAll, describe, expect, test } from "vitest";
import { loadProfile } from "../../host/profiles/profile.js";
import { generator } from "../../host/random.js";
import { latinHypercube, morris, quantile } from "../../host/validate/morris.js";
import { type LimitName, limitNames } from "../../host/validate/operatingPoints.js";
import {
  formatSensitivity,
  type LimitSensitivity,
  type ProfileSensitivity,
  sensitivity,
} from "../../host/validate/sensitivity.js";

const effectsOf = (f: (x: Float64Array) => number[], dimensions: number, trajectories: number) =>
  morris(f, dimensions, trajectories, generator(1));

describe("Morris' screening", () => {
  test("a linear function gives its coefficients, without scatter, from one trajectory", () => {
    const coefficients = [3, -2, 0, 0.5];
    const linear = (x: Float64Array) => {
      const sum = coefficients.reduce((y, a, d) => y + a * (x[d] as number), 1);
      return [sum, 10 * sum];
    };
    for (const [d, effects] of effectsOf(linear, 4, 5).entries()) {
      const a = coefficients[d] as number;
      expect(effects).toHaveLength(2);
      expect(effects[0]?.mu).toBeCloseTo(a, 12);
      expect(effects[0]?.muStar).toBeCloseTo(Math.abs(a), 12);
      expect(effects[0]?.sigma).toBeCloseTo(0, 12);
      expect(effects[1]?.muStar).toBeCloseTo(10 * Math.abs(a), 11);
    }
  });

  test("(x − ½)² has no direction: μ is 0, every effect is ±⅓", () => {
    const [[effect] = []] = effectsOf((x) => [((x[0] as number) - 0.5) ** 2], 1, 4000);
    expect(effect?.muStar).toBeCloseTo(1 / 3, 12);
    expect(effect?.mu).toBeCloseTo(0, 1);
    expect(effect?.sigma).toBeCloseTo(1 / 3, 2);
  });

  test("x·y is an interaction: μ = ½ and σ = √5/6, the mean and scatter of the other's four levels", () => {
    const effects = effectsOf((x) => [(x[0] as number) * (x[1] as number)], 2, 8000);
    for (const [effect] of effects) {
      expect(effect?.mu).toBeCloseTo(0.5, 1);
      expect(effect?.sigma).toBeCloseTo(Math.sqrt(5) / 6, 2);
    }
  });

  test("Ishigami's function: μ* of the four-level grid, worked out by hand", () => {
    // x in {−π, −π/3, π/3, π}; steps of two thirds of the range. sin x₁ changes by √3/2, sin² x₂ by ¾, x₃⁴ by 80π⁴/81.
    const ishigami = (x: Float64Array) => {
      const [a = 0, b = 0, c = 0] = [...x].map((share) => Math.PI * (2 * share - 1));
      return [Math.sin(a) + 7 * Math.sin(b) ** 2 + 0.1 * c ** 4 * Math.sin(a)];
    };
    const meanFourth = (Math.PI ** 4 * (1 + 1 / 81)) / 2;
    const expected = [
      (Math.sqrt(3) / 2) * 1.5 * (1 + 0.1 * meanFourth),
      7 * 0.75 * 1.5,
      0.1 * Math.PI ** 4 * (80 / 81) * (Math.sqrt(3) / 4) * 1.5,
    ];
    const effects = effectsOf(ishigami, 3, 20000);
    for (const [d, [effect]] of effects.entries()) {
      expect((effect?.muStar as number) / (expected[d] as number)).toBeCloseTo(1, 1.5);
    }
    expect(effects[1]?.[0]?.sigma).toBeGreaterThan(7);
    // x₂ interacts with nothing: the magnitude of its effect never varies.
    expect(effects[1]?.[0]?.muStar).toBeCloseTo(7.875, 9);
  });

  test("costs trajectories × (inputs + 1) evaluations, all inside the unit cube", () => {
    let calls = 0;
    effectsOf(
      (x) => {
        calls++;
        expect(x.every((share) => share > -1e-12 && share < 1 + 1e-12)).toBe(true);
        return [0];
      },
      7,
      6,
    );
    expect(calls).toBe(48);
  });
});

describe("sampling", () => {
  test("a Latin hypercube has one point in every slice of every coordinate", () => {
    const points = latinHypercube(50, 3, generator(7));
    for (const d of [0, 1, 2]) {
      const slices = points.map((point) => Math.floor(50 * (point[d] as number))).sort((a, b) => a - b);
      expect(slices).toEqual(Array.from({ length: 50 }, (_, n) => n));
    }
    const [a, b] = [0, 1].map((d) => points.map((point) => point[d] as number));
    expect(a).not.toEqual(b);
  });

  test("the generator is uniform, and its sequence is that of its seed", () => {
    const random = generator(5);
    const draws = Array.from({ length: 20000 }, random);
    const moment = (n: number) => draws.reduce((sum, x) => sum + x ** n, 0) / draws.length;
    expect(moment(1)).toBeCloseTo(1 / 2, 1.5);
    expect(moment(2)).toBeCloseTo(1 / 3, 1.5);
    expect(Array.from({ length: 20000 }, generator(5))).toEqual(draws);
    expect(generator(6)()).not.toBe(draws[0]);
  });

  test("quantiles interpolate and do not depend on the order", () => {
    expect(quantile([4, 1, 3, 2, 0], 0.5)).toBe(2);
    expect(quantile([4, 1, 3, 2, 0], 0.05)).toBeCloseTo(0.2, 12);
    expect(quantile([7], 0.95)).toBe(7);
  });
});

describe("the shipped module", () => {
  let layered: ProfileSensitivity;
  let bare: ProfileSensitivity;
  const progress: number[] = [];
  beforeAll(() => {
    [layered, bare] = sensitivity({
      quick: true,
      profiles: ["li-agc-argyrodite", "li-bare-garnet"],
      onProgress: (share) => progress.push(share),
    }) as [ProfileSensitivity, ProfileSensitivity];
  });

  const entry = (of: ProfileSensitivity, parameter: string, limit: LimitName) =>
    of.ranking.find(
      (candidate) =>
        candidate.parameter === parameter &&
        candidate.limit === limit &&
        candidate.condition === "rest, 60 °C",
    ) as LimitSensitivity;

  test("where metal on the electrolyte binds, the charge limit is proportional to the margin", () => {
    const { local, choice } = entry(layered, "plating_margin", "chargeLimitContinuous_mA_cm2");
    // A limit that would rise by less than the hysteresis stays.
    const { hysteresis_mA_cm2 } = loadProfile(layered.profile).values;
    expect(Math.abs(local.atHigh - 2 * local.atLow)).toBeLessThanOrEqual(2 * hysteresis_mA_cm2);
    expect(local.atLow).toBeGreaterThan(1);
    expect(choice).toBe(true);
  });

  test("what is known to act in one direction acts in it", () => {
    const directions: [string, LimitName, number][] = [
      ["plating_margin", "chargeLimitContinuous_mA_cm2", 1],
      ["cc_chargeTransfer_ohm_cm2", "chargeLimitContinuous_mA_cm2", -1],
      ["strip_areaFactor", "dischargeLimitContinuous_mA_cm2", 1],
      ["strip_areaFactor", "pressureSetpoint_MPa", -1],
      ["vacancy_currentLimit_mA_cm2", "dischargeLimitContinuous_mA_cm2", 1],
      ["vacancy_currentLimit_mA_cm2", "pressureSetpoint_MPa", -1],
      ["pressure_margin", "pressureSetpoint_MPa", 1],
      ["cap_discharge_mA_cm2", "dischargeLimit_mA_cm2", 1],
    ];
    for (const [parameter, limit, sign] of directions) {
      const { mu, muStar, local } = entry(layered, parameter, limit);
      expect(sign * (local.atHigh - local.atLow), `${parameter} on ${limit}`).toBeGreaterThan(0);
      expect(sign * mu, `${parameter} on ${limit}`).toBeGreaterThan(0);
      expect(muStar).toBeGreaterThanOrEqual(Math.abs(mu) - 1e-12);
    }
  });

  test("what cannot matter moves nothing: an absent solute, an observer at rest, a window that does not apply", () => {
    const without = ["solute_grain_nm", "solute_molarMass_g_mol", "observer_gain", "voltage_max_V"] as const;
    for (const parameter of without) {
      expect(bare.inert).toContain(parameter);
      expect(bare.ranking.some((candidate) => candidate.parameter === parameter)).toBe(false);
    }
    // Where there is a solute, it does.
    expect(layered.inert).not.toContain("solute_coverShare");
  });

  test("slew rates and what the host knows are held, not varied", () => {
    for (const parameter of ["slew_up_mA_cm2_s", "sensor_hasPressure", "fixture_pressure_MPa"] as const) {
      expect(bare.held).toContain(parameter);
      expect(bare.ranking.some((candidate) => candidate.parameter === parameter)).toBe(false);
    }
  });

  test("every limit has a nominal value and a band; caps bound the band unless the choices are open", () => {
    for (const { conditions, limits } of [layered, bare]) {
      expect(limits).toHaveLength(conditions.length * limitNames.length);
      for (const { nominal, low, high, withChoices } of limits) {
        expect(nominal).toBeGreaterThan(0);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeGreaterThan(low);
        expect(withChoices.high).toBeGreaterThan(withChoices.low);
      }
    }
    const instant = layered.limits.find(({ name }) => name === "dischargeLimit_mA_cm2");
    expect(instant?.high).toBeLessThanOrEqual(20);
    expect(instant?.withChoices.high).toBeGreaterThan(20);
  });

  test("the nominal setpoint serves what the nominal cell may do at the fixture's pressure: it asks for that pressure", () => {
    const setpoint = bare.limits.find(({ name }) => name === "pressureSetpoint_MPa");
    expect(setpoint?.nominal).toBeCloseTo(2, 1);
  });

  test("the three that matter most are unknowns, the choices are listed apart", () => {
    for (const { ranking, top3, topChoices } of [layered, bare]) {
      expect(top3).toHaveLength(3);
      const isChoice = (name: string) => ranking.find(({ parameter }) => parameter === name)?.choice;
      expect(top3.map(({ parameter }) => isChoice(parameter))).toEqual([false, false, false]);
      expect(topChoices.map(({ parameter }) => isChoice(parameter))).toEqual([true, true, true]);
      expect(top3.map(({ share }) => share)).toEqual(top3.map(({ share }) => share).sort((a, b) => b - a));
      expect(top3.reduce((sum, { share }) => sum + share, 0)).toBeLessThanOrEqual(1);
    }
    expect(layered.top3[0]?.parameter).toBe("strip_areaFactor");
  });

  test("the ranking of a limit under a condition falls", () => {
    for (const { condition, name } of layered.limits) {
      const values = layered.ranking
        .filter((candidate) => candidate.condition === condition && candidate.limit === name)
        .map(({ muStar }) => muStar);
      expect(values.length).toBeGreaterThan(0);
      expect(values).toEqual([...values].sort((a, b) => b - a));
    }
  });

  test("a second run gives the same numbers", () => {
    expect(sensitivity({ quick: true, profiles: ["li-bare-garnet"] })).toEqual([bare]);
  });

  test("progress rises to 1", () => {
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(progress.at(-1)).toBe(1);
  });

  test("the Markdown has a row per profile and one per profile and condition", () => {
    const lines = formatSensitivity([layered, bare]).split("\n");
    expect(lines.filter((line) => line.startsWith("| li-bare-garnet "))).toHaveLength(1 + 2);
    expect(lines.find((line) => line.startsWith("| li-agc-argyrodite "))).toContain("`strip_areaFactor`");
    const widths = new Set(
      lines.filter((line) => line.startsWith("|")).map((line) => line.split(" | ").length),
    );
    expect([...widths]).toEqual([3, 7]);
  });
});
