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

  it("prints one result as an object and several as an array, each in the form it always has", async () => {
    const form = {
      scenario: expect.any(String),
      chargeTime_s: expect.any(Number),
      throughput_mAh_cm2: expect.any(Number),
      plantDamage: {
        seMetal_mAh_cm2: expect.any(Number),
        voidMax_um: expect.any(Number),
        contactMin: expect.any(Number),
        crackIndexMax: expect.any(Number),
        creepIntrusion: expect.any(Number),
      },
      actuatorTravel_MPa: expect.any(Number),
      limitReasons: { charge: expect.any(Object), discharge: expect.any(Object) },
      verdict: "ok",
    };
    const [caps, cold] = ["low-caps", "too-cold"].map((name) => `test/simulate/scenarios/${name}.json`) as [
      string,
      string,
    ];
    const one = await betaguard(["simulate", caps, "--json"]);
    expect(JSON.parse(one.stdout)).toMatchObject({ ...form, scenario: "low-caps" });
    const several = await betaguard(["simulate", caps, cold, "--json"]);
    expect(JSON.parse(several.stdout)).toMatchObject([
      { ...form, scenario: "low-caps" },
      { ...form, scenario: "too-cold" },
    ]);
    expect(several.code).toBe(0);
  });

  it("refuses what it cannot run", async () => {
    expectRefusal(await betaguard(["simulate"]), "E_USAGE");
    expectRefusal(await betaguard(["simulate", "fast-charge"]), "E_SCENARIO_UNKNOWN");
    expectRefusal(await betaguard(["simulate", "over-pressure", "--controller", "me"]), "E_OPTION");
    expectRefusal(await betaguard(["simulate", "over-pressure", "--cycles", "0"]), "E_OPTION");
    expectRefusal(await betaguard(["simulate", "over-pressure", "--target", "me"]), "E_TARGET_UNKNOWN");
    expectRefusal(
      await betaguard(["simulate", "over-pressure", "--draws", "2", "--target", "wasm3"]),
      "E_OPTION",
    );
  });
});
