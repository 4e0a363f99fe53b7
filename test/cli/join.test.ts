/** Logger files beside a trace, on the command line. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { numberOrFile, openTrace, type TraceInputs } from "../../host/cli/loggers.js";
import { duration } from "../../host/cli/options.js";
import type { ReplayVerdict } from "../../host/replay/types.js";
import type { TraceInspection } from "../../host/trace/index.js";
import { codeOf, temporaryFiles } from "../trace/files.js";
import { betaguard, expectRefusal } from "./command.js";

const write = temporaryFiles();
const directory = mkdtempSync(join(tmpdir(), "betaguard-join-"));
afterAll(() => rmSync(directory, { recursive: true }));

const REPLAY = ["--profile", "li-agc-argyrodite", "--area", "2", "--json"];
const START_s = Date.UTC(2024, 4, 30, 12) / 1000;

/** 200 s at 0.1 mA, a row every 5 s. */
const trace = () =>
  write(
    `Test Time / s,Voltage / V,Current / A,Unix Time / s\n${Array.from({ length: 41 }, (_, k) => `${5 * k},3.6,0.0001,${START_s + 5 * k}`).join("\n")}\n`,
  );
/** A sample a second, for 150 s, on a clock that is `late_s` behind. */
const logger = (late_s = 0) =>
  write(
    `Timestamp,Stack (bar),T (°C),Gap (mm)\n${Array.from({ length: 151 }, (_, t) => `${1000 * (START_s + t - late_s)},${20 + t / 50},${60 + t / 100},${t / 1000}`).join("\n")}\n`,
  );
const stack = (path: string) => ["--pressure", path, "--pressure-column", "Stack (bar)"];

describe.concurrent("a logger's file", () => {
  test("gives inspect its columns; the rows it does not reach are an event", async () => {
    const log = await logger();
    const { code, stdout, stderr } = await betaguard([
      ...["inspect", await trace(), "--json", ...stack(log), "--tolerance", "2s"],
      ...["--temperature", log, "--temperature-column", "T (°C)"],
      ...["--displacement", log, "--displacement-column", "Gap (mm)"],
    ]);
    expect([code, stderr]).toEqual([0, ""]);
    const inspection = JSON.parse(stdout) as TraceInspection;
    expect(inspection.surfacePressure_Pa).toEqual([20e5, 23e5]);
    expect(inspection.temperature_degC).toEqual([60, 61.5]);
    expect(inspection.displacement_um).toEqual([0, 150]);
    const misses = inspection.events.filter(({ type }) => type === "join-miss");
    expect(misses).toHaveLength(3);
    expect(misses[0]?.detail).toContain("10 of 41 rows");
    expect(inspection.evidence.join("\n")).toContain("31 of 41 rows have a sample at most 2 s old");
  });

  test("reaches the replay with its skew, its report, and a fixture pressure beside it", async () => {
    const out = join(directory, "out");
    const { code, stdout } = await betaguard([
      ...["replay", await trace(), ...REPLAY, "--out", out, "--every", "1"],
      ...[...stack(await logger(3600)), "--pressure", "2", "--tolerance", "500ms", "--skew", "1h"],
      ...["--temperature", "60"],
    ]);
    expect(code).toBeLessThan(2);
    const verdict = JSON.parse(stdout) as ReplayVerdict;
    expect(verdict.notes.join("\n")).toContain("fixture pressure 2 MPa as given");
    expect(verdict.worst.stackPressure_MPa).toBeGreaterThanOrEqual(2);
    // After 150 s nothing is measured: the sensor is silent, which the module must notice.
    expect(verdict.binding_s.charge.sensorPressure).toBeGreaterThan(40);
    const report = readFileSync(join(out, "report.html"), "utf8");
    expect(report).toContain("Stack (bar)");
    expect(report).toContain("join-miss");
  });

  test("is joined without a common clock only where --skew says when it began", async () => {
    const elapsed = await write(
      `Time (s),Stack (bar)\n${Array.from({ length: 300 }, (_, t) => `${t},${20 + t / 100}`).join("\n")}\n`,
    );
    const args = ["inspect", await trace(), ...stack(elapsed), "--tolerance", "0s", "--json"];
    expectRefusal(await betaguard(args), "E_JOIN_CLOCK");
    const { stdout } = await betaguard([...args, "--skew", "-50s"]);
    expect((JSON.parse(stdout) as TraceInspection).surfacePressure_Pa?.[0]).toBeCloseTo(20.5e5, 6);
  });

  test("leaves nothing behind where it is refused", async () => {
    const out = join(directory, "refused");
    expectRefusal(
      await betaguard([
        "replay",
        await trace(),
        ...REPLAY,
        "--out",
        out,
        ...stack("nothing.csv"),
        "--tolerance",
        "2s",
      ]),
      "E_TRACE_NOT_FOUND",
    );
    expect(existsSync(out)).toBe(false);
  });
});

describe("options of loggers", () => {
  const two_s = { tolerance: 2 };
  test.each<[string, (file: string) => TraceInputs, string]>([
    ["no column", (file) => ({ pressure: { file }, ...two_s }), "E_OPTION"],
    ["no tolerance", (file) => ({ pressure: { file }, pressureColumn: "Stack (bar)" }), "E_OPTION"],
    ["no file", () => ({ pressureColumn: "Stack (bar)", ...two_s }), "E_OPTION"],
    ["a number for a file", () => ({ pressure: numberOrFile("5"), pressureUnit: "bar" }), "E_OPTION"],
    ["nothing to skew", () => ({ skew: 2 }), "E_OPTION"],
    [
      "another column",
      (file) => ({ pressure: { file }, pressureColumn: "Stack", ...two_s }),
      "E_JOIN_COLUMN",
    ],
    [
      "a unit of something else",
      (file) => ({ pressure: { file }, pressureColumn: "Stack (bar)", pressureUnit: "V", ...two_s }),
      "E_JOIN_UNIT",
    ],
    [
      "clocks that never meet",
      (file) => ({ pressure: { file }, pressureColumn: "Stack (bar)", skew: 10_800, ...two_s }),
      "E_JOIN_NO_OVERLAP",
    ],
  ])("with %s are refused", async (_, inputs, code) => {
    expect(await codeOf(openTrace(await trace(), inputs(await logger())))).toBe(code);
  });

  test("take a number, a file, or both in turn", () => {
    expect(numberOrFile("5")).toEqual({ constant: 5 });
    expect(numberOrFile("log.csv", { constant: 5 })).toEqual({ constant: 5, file: "log.csv" });
    expect(numberOrFile("2cm")).toEqual({ file: "2cm" });
  });

  test.each([
    ["2s", 2],
    ["-1.5 s", -1.5],
    ["250ms", 0.25],
    ["+2h", 7200],
    ["1.5min", 90],
  ])("take %s for %d s", (text, seconds) => {
    expect(duration("--skew")(text)).toBe(seconds);
  });

  test.each(["2", "", "s", "2 days", "1e3s", "NaNs"])("refuse %j as a time", (text) => {
    expect(() => duration("--skew")(text)).toThrow(/ms, s, min, h/);
  });
});
