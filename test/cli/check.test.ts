import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { betaguard, expectRefusal } from "./command.js";

const directory = mkdtempSync(join(tmpdir(), "betaguard-check-"));
afterAll(() => rmSync(directory, { recursive: true }));

const cell = ["--profile", "li-agc-argyrodite", "--area", "2"];
const good = "examples/li-agc-60C-cycles.SIMULATED.bdf.csv";
const bad = "examples/li-agc-25C-fast-charge.SIMULATED.bdf.csv";

describe("betaguard check", () => {
  it("passes what keeps to its limits", async () => {
    const { code, stdout } = await betaguard(["check", good, ...cell]);
    expect(stdout).toBe(`pass    ${good}\n`);
    expect(code).toBe(0);
  });

  it("fails what does not, says why, and goes on; JUnit and JSON agree", async () => {
    const broken = join(directory, "broken.csv");
    writeFileSync(broken, "nothing here\n");
    const file = join(directory, "report.xml");
    const { code, stdout } = await betaguard(["check", bad, good, ...cell, "--junit", file, "--json"]);
    expect(code).toBe(1);
    const checked = JSON.parse(stdout);
    expect(checked.map(({ trace, outcome }: { trace: string; outcome: string }) => [trace, outcome])).toEqual(
      [
        [bad, "broken"],
        [good, "ok"],
      ],
    );
    expect(checked[0].findings.join(" ")).toContain("plate on the solid electrolyte");
    expect(readFileSync(file, "utf8")).toContain('tests="2" failures="1" errors="0"');

    const refused = await betaguard(["check", broken, good, ...cell]);
    expect(refused.code).toBe(2);
    expect(refused.stdout).toMatch(/^REFUSED .*broken\.csv\n\s+E_TRACE_UNKNOWN_DIALECT/);
    expect(refused.stdout).toContain(`pass    ${good}`);
  });

  it("needs a profile and an area", async () => {
    expectRefusal(await betaguard(["check", good, "--area", "2"]), "E_PROFILE_UNKNOWN");
    expectRefusal(await betaguard(["check", good, "--profile", "li-mg"]), "E_AREA_MISSING");
  });
});
