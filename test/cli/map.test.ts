/** A table of nobody's format, its columns declared on the command line. */
import { describe, expect, test } from "vitest";
import { columnMap } from "../../host/cli/options.js";
import type { ReplayVerdict } from "../../host/replay/types.js";
import { readTrace, type TraceInspection } from "../../host/trace/index.js";
import { codeOf, temporaryFiles } from "../trace/files.js";
import { betaguard, expectRefusal } from "./command.js";

const write = temporaryFiles();
const REPLAY = ["--profile", "li-agc-argyrodite", "--area", "2"];

/** 1 mA of charge for 9 min, then 0.5 mA of discharge, in minutes, mA and mV, below two lines of words. */
const ROWS = Array.from({ length: 20 }, (_, k) => [k, k < 10 ? 1 : -0.5, 3600 + k] as const);
const OWN = `Prüfstand 3;Zelle 7\n\nZeit;Strom, ist;U Zelle;Modus\n${ROWS.map(([t, i, v]) => `${t};${String(i).replace(".", ",")};${v};${i > 0 ? "C" : "D"}`).join("\n")}\n`;
const MAP = "time=Zeit,time_unit=min,current=Strom, ist,current_unit=mA,voltage=U Zelle,voltage_unit=mV";

const inspect = async (content: string, map: string) => {
  const { code, stdout, stderr } = await betaguard(["inspect", await write(content), "--map", map, "--json"]);
  expect([code, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout) as TraceInspection;
};

describe.concurrent("--map", () => {
  test("reads the declared columns in their units, below a preamble, a comma in a name", async () => {
    const inspection = await inspect(OWN, MAP);
    expect(inspection).toMatchObject({ dialect: "plain-mapped", rows: 20, span_s: 19 * 60 });
    expect(inspection.current_A).toEqual([-0.0005, 0.001]);
    expect(inspection.voltage_V).toEqual([3.6, 3.619]);
    // 9 min of 1 mA, 9 min of −0.5 mA, and the minute from one to the other with half of each.
    expect(inspection.charge_Ah - inspection.discharge_Ah).toBeCloseTo(((9 - 4.5 + 0.25) * 60e-3) / 3600, 9);
    expect(inspection.evidence.join("\n")).toContain('current from "Strom, ist" in mA');
  });

  test("turns a discharge-positive current round", async () => {
    const turned = await inspect(OWN, `${MAP},sign=discharge-positive`);
    expect(turned.current_A).toEqual([-0.001, 0.0005]);
  });

  test("reaches the replay", async () => {
    const { code, stdout } = await betaguard(["replay", await write(OWN), "--map", MAP, ...REPLAY, "--json"]);
    expect(code).toBeLessThan(2);
    const verdict = JSON.parse(stdout) as ReplayVerdict;
    expect(verdict).toMatchObject({ format: "plain", rows: 20, steps: 11_400 });
    expect(verdict.charge_mAh_cm2 - verdict.discharge_mAh_cm2).toBeCloseTo(
      (((4.75 * 60e-3) / 3600) * 1000) / 2,
      6,
    );
  });

  test.each<[string, string, string]>([
    ["an unknown key", `${MAP},volts=U Zelle`, "E_OPTION"],
    ["a column that is not there", MAP.replace("U Zelle", "U zelle"), "E_TRACE_MISSING_COLUMN"],
  ])("refuses %s", async (_, map, code) => {
    expectRefusal(await betaguard(["inspect", await write(OWN), "--map", map]), code);
  });
});

const mapped = async (map: string) => readTrace(await write(OWN), { map: columnMap(map) });

describe("a map", () => {
  test.each<[string, string, string]>([
    ["no time", "current=Strom, ist", "E_OPTION"],
    ["no current", "time=Zeit", "E_OPTION"],
    ["a key twice", `${MAP},time=Zeit`, "E_OPTION"],
    ["an empty name", MAP.replace("U Zelle", ""), "E_OPTION"],
    ["an unknown sign", `${MAP},sign=positive`, "E_OPTION"],
    ["a unit of something else", MAP.replace("current_unit=mA", "current_unit=mV"), "E_TRACE_UNKNOWN_UNIT"],
    ["no unit", MAP.replace(",voltage_unit=mV", ""), "E_TRACE_UNKNOWN_UNIT"],
    [
      "a sign that the declared state contradicts",
      `${MAP},state=Modus,sign=discharge-positive`,
      "E_TRACE_SIGN_CONFLICT",
    ],
  ])("with %s is refused", async (_, map, code) => {
    expect(await codeOf(Promise.resolve(map).then(mapped))).toBe(code);
  });
});
