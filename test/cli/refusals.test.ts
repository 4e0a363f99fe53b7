import { gzipSync } from "node:zlib";
import { describe, test } from "vitest";
import { temporaryFiles } from "../trace/files.js";
import { betaguard, expectRefusal } from "./command.js";

const write = temporaryFiles();
const REPLAY = ["--profile", "li-agc-argyrodite", "--area", "2"];
const EXAMPLE = "examples/li-agc-25C-fast-charge.SIMULATED.bdf.csv";
const HEADER = "Test Time / s,Current / A,Voltage / V";
const rows = (count: number, current: (k: number) => string = () => "0.001") =>
  `${HEADER}\n${Array.from({ length: count }, (_, k) => `${k},${current(k)},3.7\n`).join("")}`;
const TWO_DIALECTS =
  "Test_Time,Cycle_Index,Current,Voltage,TestTime,DPt Time,Step Type,Total Time,Current(A),Voltage(V)\n0,1,1,3,0,1,Rest,00:00:00,1,3\n";

/** Where root runs the tests it may read everything, so the refusal comes from the call itself. */
const WITHOUT_PERMISSION = [
  "--import",
  `data:text/javascript,${encodeURIComponent(`
    import fs from "node:fs/promises";
    import { syncBuiltinESMExports } from "node:module";
    const { open } = fs;
    fs.open = async (path, ...rest) => {
      if (!String(path).endsWith(".bdf.csv")) return open(path, ...rest);
      throw Object.assign(new Error("EACCES: permission denied"), { code: "EACCES" });
    };
    syncBuiltinESMExports();`)}`,
];

describe.concurrent("a file that cannot be replayed", () => {
  test.each<[string, string | Uint8Array, string]>([
    ["empty", "", "E_TRACE_EMPTY"],
    ["binary", Uint8Array.from({ length: 4096 }, (_, k) => (k * 7919) % 251), "E_TRACE_[A-Z_]+"],
    ["truncated gzip", gzipSync(rows(500)).subarray(0, 100), "E_TRACE_BAD_GZIP"],
    ["truncated after its header", `${HEADER}\n`, "E_TRACE_NO_ROWS"],
    ["one row", rows(1), "E_TRACE_WINDOW"],
    ["unknown dialect", "alpha;beta;gamma\n1;2;3\n", "E_TRACE_UNKNOWN_DIALECT"],
    ["ambiguous dialect", TWO_DIALECTS, "E_TRACE_AMBIGUOUS"],
    ["NaN throughout a column", rows(100, (k) => (k % 10 === 0 ? "NaN" : "0.001")), "E_TRACE_BAD_VALUES"],
  ])("%s", async (_, content, code) => {
    expectRefusal(await betaguard(["replay", await write(content), ...REPLAY]), code);
  });

  test.each<[string, string, readonly string[], string]>([
    ["a directory", "examples", [], "E_TRACE_IS_DIRECTORY"],
    ["not there", "nothing.csv", [], "E_TRACE_NOT_FOUND"],
    ["without permission", EXAMPLE, WITHOUT_PERMISSION, "E_TRACE_NO_PERMISSION"],
  ])("%s", async (_, path, preload, code) => {
    expectRefusal(await betaguard(["replay", path, ...REPLAY], { preload }), code);
    expectRefusal(await betaguard(["inspect", path, "--json"], { preload }), code);
  });
});

describe.concurrent("arguments", () => {
  test.each<[string, readonly string[], string]>([
    ["unknown command", ["repaly"], "E_USAGE"],
    ["unknown option", ["replay", EXAMPLE, "--aera", "2"], "E_USAGE"],
    ["no trace", ["replay", "--profile", "li-mg"], "E_USAGE"],
    ["an option without its value", ["replay", EXAMPLE, "--profile"], "E_USAGE"],
    ["no profile", ["replay", EXAMPLE, "--area", "2"], "E_PROFILE_UNKNOWN"],
    ["unknown profile", ["replay", EXAMPLE, "--profile", "li-agc", "--area", "2"], "E_PROFILE_UNKNOWN"],
    ["unknown profile to show", ["profiles", "li-agc"], "E_PROFILE_UNKNOWN"],
    ["no area", ["replay", EXAMPLE, "--profile", "li-mg"], "E_AREA_MISSING"],
    ["negative area", ["replay", EXAMPLE, "--profile", "li-mg", "--area", "-2"], "E_AREA"],
    ["zero area", ["replay", EXAMPLE, "--profile", "li-mg", "--area", "0"], "E_AREA"],
    ["no number", ["replay", EXAMPLE, "--profile", "li-mg", "--area", "2cm"], "E_OPTION"],
    ["unknown cell kind", ["replay", EXAMPLE, ...REPLAY, "--cell", "pouch"], "E_OPTION"],
    ["too many cells", ["replay", EXAMPLE, ...REPLAY, "--cells", "25"], "E_CELLS"],
    ["a step too long", ["replay", EXAMPLE, ...REPLAY, "--dt", "60"], "E_DT"],
    ["a window outside", ["replay", EXAMPLE, ...REPLAY, "--from", "1e9"], "E_TRACE_WINDOW"],
    [
      "a directory that cannot be made",
      ["replay", EXAMPLE, ...REPLAY, "--out", "/dev/null/x"],
      "E_REPORT_WRITE",
    ],
  ])("%s", async (_, args, code) => {
    expectRefusal(await betaguard(args), code);
  });
});
