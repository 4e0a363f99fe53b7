/** `betaguard convert` and `betaguard bench ingest` as a user starts them. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { betaguard, expectRefusal } from "./command.js";

const EXAMPLE = "examples/li-agc-60C-drive.SIMULATED.bdf.csv";
const directory = mkdtempSync(join(tmpdir(), "betaguard-cli-convert-"));
afterAll(() => rmSync(directory, { recursive: true }));

describe("convert", () => {
  test("writes a file that inspect reads as BDF, says so, and overwrites only when told to", async () => {
    const target = join(directory, "run.bdf.csv");
    const first = await betaguard(["convert", EXAMPLE, "-o", target, "--json"]);
    expect(first.stderr).toBe("");
    expect(first.code).toBe(0);
    expect(JSON.parse(first.stdout)).toMatchObject({ output: target, format: "bdf", dropped: [] });
    expect(JSON.parse(readFileSync(`${target}.json`, "utf8"))).toMatchObject({
      sourceSha256: expect.stringMatching(/^[\da-f]{64}$/),
    });
    const inspected = await betaguard(["inspect", target, "--json"]);
    expect(JSON.parse(inspected.stdout)).toMatchObject({
      format: "bdf",
      rows: JSON.parse(first.stdout).rows,
    });
    expectRefusal(await betaguard(["convert", EXAMPLE, "-o", target]), "E_CONVERT_EXISTS");
    const again = await betaguard(["convert", EXAMPLE, "-o", target, "--force"]);
    expect(again.stdout).toMatch(/rows of bdf-\S+, read back bit for bit\n/);
  });

  test("refuses a target of no known kind, and asks for one", async () => {
    const target = join(directory, "run.xlsx");
    expectRefusal(await betaguard(["convert", EXAMPLE, "-o", target]), "E_CONVERT_FORMAT");
    expectRefusal(await betaguard(["convert", EXAMPLE]), "E_USAGE");
    expect(existsSync(target)).toBe(false);
  });
});

test("bench ingest reads every row of every format it writes", async () => {
  const { code, stdout } = await betaguard(["bench", "ingest", "--rows", "3000", "--json"]);
  expect(code).toBe(0);
  const { results, resident_MiB } = JSON.parse(stdout) as {
    results: { format: string; rows: number; ratio: number; cpuRatio: number }[];
    resident_MiB: number;
  };
  expect(results.map(({ format }) => format)).toEqual([
    ...["BDF csv", "BDF csv.gz", "BDF parquet"],
    ...["arbin-old", "neware-flat", "maccor-text-a", "biologic-preamble"],
  ]);
  for (const { rows, ratio, cpuRatio } of results) {
    expect(rows).toBe(3000);
    expect(ratio).toBeGreaterThan(0);
    expect(cpuRatio).toBeGreaterThan(0);
  }
  expect(resident_MiB).toBeGreaterThan(30);
});
