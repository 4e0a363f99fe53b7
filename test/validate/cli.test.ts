import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { Validation } from "../../host/validate/index.js";
import { betaguard, expectRefusal } from "../cli/command.js";

const directory = mkdtempSync(join(tmpdir(), "betaguard-validate-"));
afterAll(() => rmSync(directory, { recursive: true }));

/** A profile changed as it is read: garnet's stripping onset at 2 MPa becomes 0.7 instead of 0.4 mA/cm². */
const WRONG_GARNET = `data:text/javascript,${encodeURIComponent(`
  const parse = JSON.parse;
  JSON.parse = (text, reviver) => {
    const value = parse(text, reviver);
    if (value?.id === "base-garnet") value.parameters.creep_currentLimit_mA_cm2.value = 0.6;
    return value;
  };
`)}`;

describe.concurrent("betaguard validate", () => {
  test("exits 1 when a claim is not met, names it, and still writes the page and the JSON", async () => {
    const out = join(directory, "page.md");
    const { code, stdout } = await betaguard(["validate", "--quick", "--json", "--out", out], {
      preload: ["--import", WRONG_GARNET],
    });
    expect(code).toBe(1);
    const validation = JSON.parse(stdout) as Validation;
    expect(validation.pass).toBe(false);
    expect(validation.failures).toContain("E11: at 2 MPa");
    expect(validation.evidence.find(({ name }) => name === "at 2 MPa")).toMatchObject({
      id: "E11",
      pass: false,
      claimed: true,
      grade: "A",
    });
    const page = readFileSync(out, "utf8");
    expect(page).toContain("| at 2 MPa | 0.4 mA/cm² ± 5 % | 0.7 mA/cm² | ✘ |");
    for (const [, name] of page.matchAll(/\((page\/[^)]+)\)/g))
      expect(existsSync(join(directory, name as string)), name).toBe(true);
    expect(readdirSync(join(directory, "page")).length).toBeGreaterThan(5);
  }, 180_000);

  test("exits 2 with one line for a page that is no Markdown file, before it runs anything", async () => {
    expectRefusal(await betaguard(["validate", "--out", "validation.txt"]), "E_OPTION");
  });
});
