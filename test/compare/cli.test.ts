import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { addresses } from "../../host/schema/layout.js";
import { cellStateFields } from "../../host/schema/records.js";
import { betaguard, expectRefusal } from "../cli/command.js";
import { describeBuilt, firmwareOf } from "../target/built.js";
import { serialPorts } from "../target/pty.js";

const EXAMPLE = "examples/li-agc-60C-cycles.SIMULATED.bdf.csv";
const CELL = ["--profile", "li-agc-argyrodite", "--area", "2"];
const lyingBoard = fileURLToPath(new URL("../target/lyingBoard.ts", import.meta.url));

describe("betaguard compare", () => {
  test.each([
    ["wasm3", "E_TARGETS"],
    ["v8,v8", "E_TARGETS"],
    ["v8,wasm4", "E_TARGET_UNKNOWN"],
  ])("refuses --targets %s", async (targets, code) => {
    expectRefusal(await betaguard(["compare", EXAMPLE, ...CELL, "--targets", targets]), code);
  });
});

test("replay and bench refuse a target that is none", async () => {
  expectRefusal(await betaguard(["replay", EXAMPLE, ...CELL, "--target", "wasm4"]), "E_TARGET_UNKNOWN");
  expectRefusal(await betaguard(["bench", "--target", "wasm4"]), "E_TARGET_UNKNOWN");
});

describeBuilt("posix", "on the firmware of this machine", () => {
  const plugIn = serialPorts();

  test("compare prints what it found as JSON, over all traces", async () => {
    const once = await betaguard(["compare", EXAMPLE, ...CELL, "--steps", "500", "--json"]);
    const result = JSON.parse(once.stdout) as { steps: number };
    expect(once.code).toBe(0);
    expect(result).toEqual({
      steps: expect.any(Number),
      cells: 1,
      targets: ["v8", "wasm3"],
      differences: 0,
      first: null,
    });
    expect(result.steps).toBeGreaterThan(500);
    const twice = await betaguard(["compare", EXAMPLE, EXAMPLE, ...CELL, "--steps", "500"]);
    expect(twice.stdout).toBe(
      `0 differences in ${(2 * result.steps).toLocaleString("en")} steps of 1 cell on v8, wasm3\n`,
    );
  });

  test("compare says which trace it cannot read and compares the others", async () => {
    const { code, stdout, stderr } = await betaguard([
      "compare",
      "nowhere.csv",
      EXAMPLE,
      ...CELL,
      "--steps",
      "50",
    ]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^betaguard: E_TRACE_\w+: .*nowhere\.csv/);
    expect(stdout).toMatch(/^0 differences in/);
  });

  test("compare ends with 1 and the first difference on a board that is wrong", async () => {
    const field = cellStateFields[13];
    const at = addresses.cells / 4 + 13;
    const { path } = await plugIn("node", "--import", "tsx", lyingBoard, "150", String(at));
    const arguments_ = ["compare", EXAMPLE, ...CELL, "--targets", `v8,serial:${path}`];
    const { code, stdout } = await betaguard(arguments_);
    expect(code).toBe(1);
    const [summary, where, ...bits] = stdout.trimEnd().split("\n");
    expect(summary).toMatch(new RegExp(`^1 word differs in step 150 of ${EXAMPLE}`));
    expect(where).toBe(`cell 0, ${field?.name}:`);
    expect(bits).toHaveLength(2);
  });

  test("replay runs on it", async () => {
    const { stdout } = await betaguard([
      "replay",
      EXAMPLE,
      ...CELL,
      "--to",
      "60",
      "--target",
      "wasm3",
      "--json",
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ target: "wasm3", steps: 600 });
  });

  test("bench says how much of the time the steps took", async () => {
    const { stdout } = await betaguard(["bench", "--target", "wasm3", "--steps", "2000", "--json"]);
    const result = JSON.parse(stdout) as { seconds: number; stepping_s: number };
    expect(result).toMatchObject({ target: "wasm3", steps: 2000 });
    expect(result.stepping_s).toBeGreaterThan(0);
    expect(result.stepping_s).toBeLessThan(result.seconds);
  });

  test("a serial port with the firmware on it is a target", async () => {
    const { path } = await plugIn(firmwareOf("posix"));
    const { code, stdout } = await betaguard([
      ...["compare", EXAMPLE, ...CELL, "--steps", "200", "--targets"],
      `v8,serial:${path}@460800`,
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain(`on v8, serial:${path}@460800`);
  });
});
