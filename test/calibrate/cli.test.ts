import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { Calibration } from "../../host/calibrate/types.js";
import { loadProfile } from "../../host/profiles/profile.js";
import { betaguard, expectRefusal } from "../cli/command.js";
import { simulated } from "./simulated.js";

const directory = mkdtempSync(join(tmpdir(), "betaguard-calibrate-cli-"));
afterAll(() => rmSync(directory, { recursive: true }));
const file = (name: string) => join(directory, name);

const { values } = loadProfile("li-bare-argyrodite");

/** A symmetric cell of 20 Ω·cm² beside its interfaces, on 2 cm². */
function record(name: string, currents_mA_cm2: readonly number[], seed: number): string {
  const stretches = currents_mA_cm2.map((current_mA_cm2) => ({
    duration_s: 60,
    current_mA_cm2,
    temperature_degC: 25,
  }));
  const { columns } = simulated(
    { row_s: 1, conditions: { area_cm2: 1, dt_s: 1 }, stretches },
    { ...values, series_resistance_ohm_cm2: 20 },
    "voltage",
    seed,
  );
  const rows = Array.from(
    columns.time_s,
    (time_s, n) =>
      `${time_s},${2 * (columns.current_A[n] as number)},${columns.voltage_V?.[n]},${columns.step?.[n]}`,
  );
  const path = file(name);
  writeFileSync(path, ["Seconds,Amps,Volts,Step", ...rows, ""].join("\n"));
  return path;
}

const train = record("train.csv", [0.5, -1.5, 4, -8], 1);
const held = record("held.csv", [1, -2], 2);
const cell = ["--profile", "li-bare-argyrodite", "--area", "2", "--dt", "1"];
const fit = ["--fit", "series_resistance_ohm_cm2=5:50", "--starts", "2"];

describe.concurrent("betaguard calibrate", () => {
  test("writes a profile that replays and a report, and prints what it found", async () => {
    const [out, report] = [file("mine.json"), file("fit.html")];
    const { code, stdout } = await betaguard([
      ...["calibrate", train, "--validate", held, ...cell, ...fit, "-o", out, "--report", report],
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/series_resistance_ohm_cm2 +(19\.|20)\S* ± \S+ Ω·cm² +was 15\.6 +identified/);
    expect(stdout).toMatch(/validate held\.csv, voltage/);
    expect(stdout).toContain(`wrote ${out}`);
    expect(readFileSync(report, "utf8")).toContain("measured − calibrated");
    const replayed = await betaguard([
      "replay",
      held,
      "--profile",
      out,
      "--area",
      "2",
      "--dt",
      "1",
      "--json",
    ]);
    expect(replayed.stderr).toBe("");
    expect(JSON.parse(replayed.stdout)).toMatchObject({ profile: "mine" });
    const shown = await betaguard(["profiles", out]);
    expect(shown.stdout).toMatch(/series_resistance_ohm_cm2.*fitted to betaguard calibrate: train\.csv, ± /);
  });

  test("--json is the calibration", async () => {
    const { stdout } = await betaguard(["calibrate", train, ...cell, ...fit, "--json"]);
    const { parameters, moduleSha256 } = JSON.parse(stdout) as Calibration;
    expect(parameters).toMatchObject([{ name: "series_resistance_ohm_cm2", status: "identified" }]);
    expect(moduleSha256).toMatch(/^[0-9a-f]{64}$/);
  });

  test.each([
    ["E_FIT_UNKNOWN_PARAMETER", [train, ...cell, "--fit", "series_resistence_ohm_cm2"]],
    ["E_FIT_NO_CHANNEL", [train, ...cell, ...fit, "--observe", "pressure"]],
    ["E_OPTION", [train, ...cell, ...fit, "--observe", "current"]],
    ["E_OPTION", [train, ...cell, ...fit, "--out", "mine.txt"]],
    ["E_OPTION", [train, ...cell, ...fit, "--cells", "2"]],
    ["E_USAGE", [train, ...cell]],
    ["E_TRACE_NOT_FOUND", [file("absent.csv"), ...cell, ...fit]],
  ])("refuses with %s", async (code, args) => {
    expectRefusal(await betaguard(["calibrate", ...args]), code);
  });

  test("keeps the report and writes no profile when nothing was determined", async () => {
    const [out, report] = [file("none.json"), file("none.html")];
    const { code, stderr } = await betaguard([
      ...["calibrate", train, ...cell, "--fit", "slew_up_mA_cm2_s", "-o", out, "--report", report],
    ]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^betaguard: E_FIT_NOTHING: [^\n]+\n$/);
    expect(existsSync(out)).toBe(false);
    expect(existsSync(report)).toBe(true);
  });
});
