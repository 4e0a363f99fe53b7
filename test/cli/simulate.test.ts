import { describe, expect, it } from "vitest";
import { betaguard, expectRefusal } from "./command.js";

describe("betaguard simulate", () => {
  it("judges who was asked for, in the form for machines", async () => {
    const damaged = await betaguard([
      "simulate",
      "over-pressure",
      "--cycles",
      "2",
      "--controller",
      "datasheet",
      "--json",
    ]);
    expect(damaged.code).toBe(1);
    expect(JSON.parse(damaged.stdout)).toMatchObject({
      scenario: "over-pressure",
      controller: "datasheet",
      verdict: "damaged",
      plantDamage: { contactMin: expect.any(Number), creepIntrusion: expect.any(Number) },
      limitReasons: { charge: { none: expect.any(Number) } },
    });
    const kept = await betaguard(["simulate", "over-pressure", "--cycles", "2", "--compare"]);
    expect(kept.stdout).toMatch(/^over-pressure, betaguard: OK$/m);
    expect(kept.stdout).toMatch(/^over-pressure, datasheet: DAMAGED$/m);
    expect(kept.code).toBe(0);
  });

  it("refuses what it cannot run", async () => {
    expectRefusal(await betaguard(["simulate"]), "E_USAGE");
    expectRefusal(await betaguard(["simulate", "fast-charge"]), "E_SCENARIO_UNKNOWN");
    expectRefusal(await betaguard(["simulate", "over-pressure", "--controller", "me"]), "E_OPTION");
    expectRefusal(await betaguard(["simulate", "over-pressure", "--cycles", "0"]), "E_OPTION");
  });
});
