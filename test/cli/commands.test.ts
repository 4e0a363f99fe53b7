import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { examples } from "../../host/cli/examples.js";
import type { ReplayVerdict } from "../../host/replay/types.js";
import { describeRecorded, recordedPath } from "../trace/files.js";
import { betaguard } from "./command.js";

const GOOD = "examples/li-agc-60C-drive.SIMULATED.bdf.csv";
const BROKEN = "examples/li-agc-25C-fast-charge.SIMULATED.bdf.csv";
const REPLAY = ["--profile", "li-agc-argyrodite", "--area", "2"];

const directory = mkdtempSync(join(tmpdir(), "betaguard-cli-"));
afterAll(() => rmSync(directory, { recursive: true }));

describe.concurrent("replay", () => {
  test("exits 0 within the limits, with the verdict as JSON and nothing else on stdout", async () => {
    const { code, stdout, stderr } = await betaguard(["replay", GOOD, ...REPLAY, "--json"]);
    expect([code, stderr]).toEqual([0, ""]);
    const verdict = JSON.parse(stdout) as ReplayVerdict;
    expect(verdict).toMatchObject({
      trace: GOOD,
      format: "bdf",
      dt_s: 0.1,
      profile: "li-agc-argyrodite",
      target: "v8",
      violations: [],
    });
    for (const key of ["rows", "steps", "charge_mAh_cm2", "discharge_mAh_cm2", "stepsPerSecond"])
      expect(verdict).toHaveProperty(key, expect.any(Number));
    for (const site of ["se", "pore", "cc"]) expect(verdict.sites).toHaveProperty(site, expect.any(Number));
    for (const key of ["poreRisk", "contact", "crackIndex", "stackPressure_MPa"])
      expect(verdict.worst).toHaveProperty(key, expect.any(Number));
  });

  test("exits 1 when a limit was broken, and says which, when and why", async () => {
    const { code, stdout } = await betaguard(["replay", BROKEN, ...REPLAY, "--json"]);
    expect(code).toBe(1);
    const [violation] = (JSON.parse(stdout) as ReplayVerdict).violations;
    expect(violation).toMatchObject({
      from_s: expect.any(Number),
      to_s: expect.any(Number),
      kind: "charge",
      reason: "platingSe",
      excess_mA_cm2: expect.any(Number),
    });
    expect((await betaguard(["replay", BROKEN, ...REPLAY])).stdout).toContain("platingSe");
  });

  test("gives an array for several traces, an error in place of one that cannot be read, and goes on", async () => {
    const { code, stdout, stderr } = await betaguard([
      "replay",
      GOOD,
      "nothing.csv",
      BROKEN,
      ...REPLAY,
      "--json",
    ]);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject([
      { trace: GOOD },
      { trace: "nothing.csv", error: { code: "E_TRACE_NOT_FOUND" } },
      { trace: BROKEN },
    ]);
    expect(stderr).toMatch(/^betaguard: E_TRACE_NOT_FOUND: .*\n$/);
  });

  test("--from, --to and --cells reach the replay", async () => {
    const { stdout } = await betaguard([
      ...["replay", GOOD, ...REPLAY, "--json"],
      ...["--from", "100", "--to", "300", "--cells", "2", "--dt", "0.5"],
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ steps: 400, cells: 2, dt_s: 0.5 });
  });

  test("--out writes a report, the verdict and the tables; several traces get a directory each", async () => {
    const one = join(directory, "one");
    await betaguard(["replay", GOOD, ...REPLAY, "--out", one, "--csv", "--every", "10"]);
    for (const file of ["report.html", "outputs.bdf.parquet"]) expect(existsSync(join(one, file))).toBe(true);
    expect(JSON.parse(readFileSync(join(one, "verdict.json"), "utf8"))).toMatchObject({ trace: GOOD });
    expect(readFileSync(join(one, "outputs.bdf.csv"), "utf8").trim().split("\n")).toHaveLength(617);
    const two = join(directory, "two");
    await betaguard(["replay", GOOD, BROKEN, ...REPLAY, "--out", two]);
    for (const path of [GOOD, BROKEN])
      expect(existsSync(join(two, path.slice("examples/".length), "report.html"))).toBe(true);
  });
});

describe.concurrent("the other commands", () => {
  test("inspect says what a file is and why", async () => {
    const { code, stdout } = await betaguard(["inspect", GOOD]);
    expect(code).toBe(0);
    expect(stdout).toContain("bdf");
    expect(stdout).toContain("dialect:");
    expect(JSON.parse((await betaguard(["inspect", GOOD, "--json"])).stdout)).toMatchObject({
      trace: GOOD,
      format: "bdf",
      current_A: [expect.any(Number), expect.any(Number)],
    });
  });

  test("profiles lists them, and shows one with the provenance of every parameter", async () => {
    expect((await betaguard(["profiles"])).stdout).toContain("li-agc-argyrodite");
    expect(JSON.parse((await betaguard(["profiles", "--json"])).stdout).length).toBeGreaterThan(5);
    const { stdout } = await betaguard(["profiles", "li-mg"]);
    expect(stdout).toMatch(/metal_molarVolume_cm3_mol +[\d.]+ cm³\/mol +(published|fitted|assumed)/);
    expect(JSON.parse((await betaguard(["profiles", "li-mg", "--json"])).stdout)).toMatchObject({
      id: "li-mg",
    });
  });

  test("budget prints the report and exits by it", async () => {
    const { code, stdout } = await betaguard(["budget", "--json"]);
    const report = JSON.parse(stdout) as { ok: boolean };
    expect(code).toBe(report.ok ? 0 : 1);
  });

  test("bench replays a million steps", async () => {
    const { code, stdout } = await betaguard(["bench", "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      target: "v8",
      cells: 1,
      steps: 1_000_000,
      seconds: expect.any(Number),
      stepsPerSecond: expect.any(Number),
    });
  });

  test("every command explains itself with examples", async () => {
    for (const command of ["replay", "compare", "inspect", "profiles", "budget", "bench", "demo"]) {
      const { code, stdout } = await betaguard([command, "--help"]);
      expect([command, code]).toEqual([command, 0]);
      expect(stdout).toContain(`Examples:\n  betaguard ${command}`);
    }
  });

  test("an error of our own making is one line with a way to the stack, and exit code 70", async () => {
    // Fails where a result is printed, not where modules load.
    const failing = `
      const { stringify } = JSON;
      JSON.stringify = (...args) => {
        if (args[2] === 2) throw new RangeError("of our own");
        return stringify(...args);
      };`;
    const preload = ["--import", `data:text/javascript,${encodeURIComponent(failing)}`];
    const { code, stderr } = await betaguard(["profiles", "--json"], { preload });
    expect(stderr).toBe("betaguard: E_INTERNAL: of our own (set BETAGUARD_DEBUG=1 for the stack)\n");
    expect(code).toBe(70);
    const debug = await betaguard(["profiles", "--json"], { preload, env: { BETAGUARD_DEBUG: "1" } });
    expect(debug.stderr).toMatch(/\n\s+at /);
  });
});

describe.concurrent("demo", () => {
  test("shows every example as expected, writes its report and exits 0", async () => {
    const out = join(directory, "demo");
    const { code, stdout } = await betaguard(["demo", "--out", out]);
    expect(stdout).not.toContain("FOUND");
    expect(code).toBe(0);
    for (const { file, story } of examples) {
      expect(stdout).toContain(story);
      const report = join(out, file, "report.html");
      expect(stdout).toContain(report);
      expect(existsSync(report)).toBe(true);
    }
  });

  test("takes files of the user's own", async () => {
    const out = join(directory, "own");
    const { code, stdout } = await betaguard(["demo", BROKEN, ...REPLAY, "--out", out]);
    expect(code).toBe(0);
    expect(stdout).toContain(join(out, "own", "report.html"));
  });
});

describeRecorded("recorded traces, end to end", () => {
  test.concurrent.each([
    ["arbin/toolkit_arbin_example.csv", ["--area", "1000"]],
    ["bdf/SINTEF_LiGr_Landt.bdf.csv", ["--area", "2.5", "--cell", "half", "--to", "40000"]],
    ["biologic/empa_Li-LLZO_MB_PEIS.mpt", ["--area", "0.28", "--cell", "symmetric"]],
    ["neware/fastnda_interp-test.csv", ["--area", "1"]],
    ["maccor/cellpy_maccor_one.txt", ["--area", "1000", "--temperature", "10", "--to", "20000"]],
  ])("%s", async (name, options) => {
    const { code, stdout, stderr } = await betaguard([
      ...["replay", recordedPath(name), "--profile", "li-bare-garnet", "--json"],
      ...options,
    ]);
    expect(stderr).toBe("");
    const verdict = JSON.parse(stdout) as ReplayVerdict;
    expect(code).toBe(verdict.violations.length > 0 ? 1 : 0);
    const inspection = JSON.parse((await betaguard(["inspect", recordedPath(name), "--json"])).stdout) as {
      charge_Ah: number;
      rows: number;
    };
    expect(verdict.rows).toBe(inspection.rows);
    if (!options.includes("--to"))
      expect(verdict.charge_mAh_cm2 * Number(options[1])).toBeCloseTo(inspection.charge_Ah * 1000, 6);
    for (const value of [...Object.values(verdict.worst), ...Object.values(verdict.sites)])
      expect(Number.isFinite(value)).toBe(true);
  });
});
