import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type CalibrationOptions, calibrate } from "../../host/calibrate/calibrate.js";
import { writeFittedProfile } from "../../host/calibrate/fittedProfile.js";
import { fitRequests } from "../../host/calibrate/parameters.js";
import { renderCalibration } from "../../host/calibrate/report.js";
import { formatCalibration } from "../../host/calibrate/terminal.js";
import { PlantCell } from "../../host/plant/cell.js";
import { loadProfile } from "../../host/profiles/profile.js";
import type { Provenance } from "../../host/profiles/provenance.js";
import { generator, normal } from "../../host/random.js";
import { replay } from "../../host/replay/replay.js";
import type { Trace } from "../../host/trace/types.js";
import { blank, type Program, simulated, simulationModule } from "./simulated.js";

const directory = mkdtempSync(join(tmpdir(), "betaguard-calibrate-"));
afterAll(() => rmSync(directory, { recursive: true }));

const profile = loadProfile("li-bare-argyrodite");
const conditions = { area_cm2: 1, dt_s: 1 };
const stretch = (duration_s: number, current_mA_cm2: number, temperature_degC = 25) => ({
  duration_s,
  current_mA_cm2,
  temperature_degC,
});
const steps: Program = {
  row_s: 1,
  conditions,
  stretches: [0.5, -1.5, 4, -8].map((current) => stretch(60, current)),
};
const hash = (digit: string) => digit.repeat(64);
const named = (trace: Trace, path: string, digit: string): Trace => ({ ...trace, path, sha256: hash(digit) });

const fitted = (
  traces: readonly Trace[],
  fit: string,
  options: Partial<CalibrationOptions> = {},
  validate: readonly Trace[] = [],
  base = profile,
) =>
  calibrate(
    traces,
    base,
    { ...conditions, fit: fitRequests(fit), starts: 2, ...options },
    validate,
    simulationModule,
  );

describe("what the traces cannot tell", () => {
  const truth = { ...profile.values, se_chargeTransfer_ohm_cm2: 12, contact_initial: 0.8 };
  const trace = simulated(steps, truth, "voltage", 1);

  test("a parameter no trace depends on keeps the profile's value and is not written as fitted", () => {
    const { calibration } = fitted(
      [trace],
      "se_chargeTransfer_ohm_cm2,crack_toughness_MPa_sqrtm,slew_up_mA_cm2_s",
    );
    expect(calibration.parameters).toMatchObject([
      { name: "se_chargeTransfer_ohm_cm2", status: "identified" },
      {
        name: "crack_toughness_MPa_sqrtm",
        status: "unidentifiable",
        value: profile.values.crack_toughness_MPa_sqrtm,
      },
      { name: "slew_up_mA_cm2_s", status: "unidentifiable", value: profile.values.slew_up_mA_cm2_s },
    ]);
    expect(calibration.covariance.names).toEqual(["se_chargeTransfer_ohm_cm2"]);
    const path = join(directory, "open.json");
    writeFittedProfile(path, profile.id, profile, calibration);
    expect(Object.keys(JSON.parse(readFileSync(path, "utf8")).parameters)).toEqual([
      "se_chargeTransfer_ohm_cm2",
    ]);
  });

  test("two that only act as a quotient are named, with the quotient, and one is given the other", () => {
    // Stripping that opens no void: plating would fill what contact was lost, and show how much that is.
    const gentle = { ...steps, stretches: [-0.1, -0.2, -0.4].map((current) => stretch(60, current)) };
    const { calibration } = fitted(
      [simulated(gentle, truth, "voltage", 1)],
      "se_chargeTransfer_ohm_cm2=2:60,contact_initial=0.3:1",
    );
    const byName = Object.fromEntries(calibration.parameters.map((parameter) => [parameter.name, parameter]));
    const transfer = byName.se_chargeTransfer_ohm_cm2;
    const contact = byName.contact_initial;
    // One of the two stays the profile's; the other follows from it.
    expect([transfer?.status, contact?.status].sort()).toEqual(["conditional", "unidentifiable"]);
    expect([transfer, contact].find((one) => one?.status === "conditional")?.given).toHaveLength(1);
    const known = calibration.open.find(({ determined }) => determined);
    const terms = Object.fromEntries(known?.terms.map(({ name, weight }) => [name, weight]) ?? []);
    expect((terms.se_chargeTransfer_ohm_cm2 as number) / (terms.contact_initial as number)).toBeCloseTo(
      -1,
      1,
    );
    expect(calibration.open.some(({ determined }) => !determined)).toBe(true);
    // What is determined is right, whatever its parts are.
    expect((transfer?.value as number) / (contact?.value as number)).toBeCloseTo(12 / 0.8, 0);
    expect(formatCalibration(calibration)).toContain("not told apart by these traces");
  });

  test("where the traces exclude the profile's value of something they leave open, the nearest allowed one is a limit", () => {
    // With so small a charge transfer only an upper limit can be told, and the profile's 7.9 Ω·cm² lies above it.
    const small = simulated(
      { ...steps, stretches: [stretch(60, 0.3), stretch(60, -0.3)] },
      { ...profile.values, se_chargeTransfer_ohm_cm2: 0.1, series_resistance_ohm_cm2: 6 },
      "voltage",
      4,
    );
    const { calibration } = fitted(
      [small],
      "se_chargeTransfer_ohm_cm2=0.01:60,series_resistance_ohm_cm2=5:50",
    );
    const [transfer] = calibration.parameters;
    expect(transfer).toMatchObject({ status: "limited", limit: "upper" });
    expect(transfer?.value).toBeGreaterThan(0.1);
    expect(transfer?.value).toBeLessThan(profile.values.se_chargeTransfer_ohm_cm2);
    expect(transfer?.standardError).toBeUndefined();
  });

  test("a best fit at a bound says so and claims no standard error", () => {
    const [parameter] = fitted([trace], "se_chargeTransfer_ohm_cm2=5:10").calibration.parameters;
    expect(parameter).toMatchObject({ status: "atBound", bound: "upper" });
    expect(parameter?.value).toBeCloseTo(10, 6);
    expect(parameter?.standardError).toBeUndefined();
  });
});

describe("the calibrated profile", () => {
  const truth = { ...profile.values, se_chargeTransfer_ohm_cm2: 12, series_resistance_ohm_cm2: 25 };
  const train = named(simulated(steps, truth, "voltage", 2), "/data/a.csv", "a");
  const held = named(
    simulated({ ...steps, stretches: [2, -3].map((current) => stretch(60, current)) }, truth, "voltage", 3),
    "/data/b.csv",
    "b",
  );
  const fit = "se_chargeTransfer_ohm_cm2,series_resistance_ohm_cm2=5:50";
  const result = fitted([train], fit, { seed: 9 }, [held]);

  test("loads, names its traces, module, seed and covariance, and replays", async () => {
    const path = join(directory, "mine.json");
    writeFittedProfile(path, profile.id, profile, result.calibration);
    const mine = loadProfile(path);
    expect(mine.id).toBe("mine");
    expect(mine.hash).not.toBe(profile.hash);
    const [parameter] = result.calibration.parameters;
    expect(mine.values.se_chargeTransfer_ohm_cm2).toBe(parameter?.value);
    const provenance = mine.provenance.se_chargeTransfer_ohm_cm2 as Extract<Provenance, { kind: "fitted" }>;
    expect(provenance).toMatchObject({
      kind: "fitted",
      calibration: {
        traces: [{ name: "a.csv", sha256: hash("a") }],
        module: simulationModule.sha256,
        profile: profile.hash,
        seed: 9,
        standardError: parameter?.standardError,
      },
    });
    const covariance = provenance.calibration?.covariance as Record<string, number>;
    expect(Object.keys(covariance).sort()).toEqual([
      "se_chargeTransfer_ohm_cm2",
      "series_resistance_ohm_cm2",
    ]);
    expect(Math.sqrt(covariance.se_chargeTransfer_ohm_cm2 as number)).toBeCloseTo(
      parameter?.standardError as number,
      9,
    );
    const { steps: replayed } = await replay(train, mine, conditions);
    expect(replayed).toBe(239);
    // A calibrated profile can be calibrated on.
    const again = join(directory, "again.json");
    writeFittedProfile(again, path, mine, fitted([train], fit, {}, [], mine).calibration);
    expect(loadProfile(again).values.metal_molarVolume_cm3_mol).toBe(
      profile.values.metal_molarVolume_cm3_mol,
    );
  });

  test("predicts a trace it has not seen to within its noise, which the profile did not", () => {
    const [own, other] = result.calibration.fits;
    expect(own).toMatchObject({ role: "train", trace: "/data/a.csv" });
    expect(other).toMatchObject({ role: "validate", trace: "/data/b.csv", channel: "voltage" });
    const noise = 0.01 * (3 * (25 + 2 * 12));
    expect(other?.rmsAfter).toBeLessThan(1.3 * noise);
    expect(other?.rmsBefore).toBeGreaterThan(5 * noise);
  });

  test("is the same for the same seed", () => {
    expect(fitted([train], fit, { seed: 9 }, [held]).calibration).toEqual(result.calibration);
  });

  test("has a report that names units and fetches and runs nothing", () => {
    const hostile = { ...train, path: "/data/<img src=x onerror=alert(1)>.csv" };
    const page = renderCalibration(fitted([hostile], fit));
    expect(page).toContain("polarisation / mV");
    expect(page).toContain("time / h");
    expect(page).toContain("&lt;img");
    expect(page).not.toMatch(/<img|<script|https?:\/\/(?!www\.w3\.org)/);
  });

  test("is not written when nothing was determined", () => {
    const { calibration } = fitted([train], "slew_up_mA_cm2_s");
    expect(() => writeFittedProfile(join(directory, "none.json"), profile.id, profile, calibration)).toThrow(
      expect.objectContaining({ code: "E_FIT_NOTHING" }),
    );
  });

  test("does not load with a calibration that is none", () => {
    const path = join(directory, "wrong.json");
    const file = JSON.parse(readFileSync(join(directory, "mine.json"), "utf8"));
    file.parameters.se_chargeTransfer_ohm_cm2.provenance.calibration.module = "unknown";
    writeFileSync(path, JSON.stringify(file));
    expect(() => loadProfile(path)).toThrow(expect.objectContaining({ code: "E_PROFILE_UNMARKED" }));
  });
});

test("stack pressure and voltage of a full-order cell give its stiffness and resistance back", () => {
  // Not the module but the plant makes this trace: what the reduced model leaves out is in it.
  const base = loadProfile("li-agc-argyrodite");
  const truth = {
    ...base.values,
    fixture_stiffness_MPa_um: 0.08,
    series_resistance_ohm_cm2: 22,
    fixture_relaxFraction: 0,
  };
  const trace = plantTrace(truth);
  const { calibration } = fitted(
    [trace],
    "fixture_stiffness_MPa_um=0.01:0.4,series_resistance_ohm_cm2",
    { dt_s: 5, pressure_MPa: 2, settle_s: 20 },
    [],
    { ...base, values: { ...base.values, fixture_relaxFraction: 0 } },
  );
  const [stiffness, series] = calibration.parameters;
  expect(stiffness?.status).toBe("identified");
  expect(Math.abs((stiffness?.value as number) / 0.08 - 1)).toBeLessThan(0.05);
  expect(Math.abs((series?.value as number) / 22 - 1)).toBeLessThan(0.1);
});

/** Pulses of charge at 60 °C in a full-order cell, with 1 % of noise on the pressure and 0.2 mV on the voltage. */
function plantTrace(values: typeof profile.values): Trace {
  const program = {
    row_s: 20,
    stretches: [0, 1, 0, 2, 0, 3, 0, 2, 0].map((current) => stretch(1200, current, 60)),
  };
  const trace = blank(program);
  const plant = new PlantCell(values, { temperature_degC: 60, fixture_MPa: 2 });
  const random = generator(5);
  const voltage: number[] = [];
  const pressure: number[] = [];
  for (const current_A of trace.columns.current_A) {
    plant.advance(program.row_s, current_A * 1000, 60, 2);
    voltage.push(plant.voltage_V + 2e-4 * normal(random));
    pressure.push(plant.stackPressure_MPa * 1e6 * (1 + 0.01 * normal(random)));
  }
  // The plant has gone to the end of a row's time, where the next row is recorded.
  const later = (column: readonly number[]) => Float64Array.of(column[0] as number, ...column.slice(0, -1));
  return {
    ...trace,
    columns: { ...trace.columns, voltage_V: later(voltage), surfacePressure_Pa: later(pressure) },
  };
}

describe("input that cannot be fitted", () => {
  const trace = simulated(steps, profile.values, "voltage", 1);
  const bare = blank(steps);
  const cases: [string, () => unknown][] = [
    ["E_FIT_NO_PARAMETERS", () => fitted([trace], "")],
    ["E_FIT_UNKNOWN_PARAMETER", () => fitted([trace], "series_resistance")],
    ["E_FIT_TWICE", () => fitted([trace], "series_resistance_ohm_cm2,series_resistance_ohm_cm2")],
    ["E_FIT_FIXED_PARAMETER", () => fitted([trace], "sensor_hasVoltage")],
    ["E_FIT_BOUNDS", () => fitted([trace], "series_resistance_ohm_cm2=1")],
    ["E_FIT_BOUNDS", () => fitted([trace], "series_resistance_ohm_cm2=50:5")],
    ["E_FIT_BOUNDS", () => fitted([trace], "series_resistance_ohm_cm2=-5:50")],
    ["E_FIT_BOUNDS", () => fitted([trace], "series_resistance_ohm_cm2=50:60")],
    ["E_FIT_BOUNDS", () => fitted([trace], "alloy_range")],
    ["E_FIT_NO_CHANNEL", () => fitted([bare], "series_resistance_ohm_cm2")],
    ["E_FIT_NO_CHANNEL", () => fitted([trace], "fixture_stiffness_MPa_um=0:1", { channels: ["pressure"] })],
    ["E_FIT_NO_DATA", () => fitted([trace], "series_resistance_ohm_cm2", { settle_s: 1000 })],
    ["E_FIT_TOO_FEW_ROWS", () => fitted([trace], "series_resistance_ohm_cm2", { settle_s: 57.5, to_s: 60 })],
    ["E_TRACE_WINDOW", () => fitted([trace], "series_resistance_ohm_cm2", { from_s: 1e6 })],
    ["E_AREA", () => fitted([trace], "series_resistance_ohm_cm2", { area_cm2: 0 })],
    ["E_OPTION", () => fitted([trace], "series_resistance_ohm_cm2", { starts: 0 })],
    ["E_OPTION", () => fitted([trace], "series_resistance_ohm_cm2", { seed: 1.5 })],
  ];
  test.each(cases)("%s", (code, work) => {
    expect(work).toThrow(expect.objectContaining({ code }));
  });
});
