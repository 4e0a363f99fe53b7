import { describe, expect, it } from "vitest";
import type { ControllerName } from "../../host/simulate/controller.js";
import { fastestCharge } from "../../host/simulate/oracle.js";
import { loadScenario, type Scenario, scenarioNames } from "../../host/simulate/scenario.js";
import { simulate } from "../../host/simulate/simulate.js";
import { watch } from "./watch.js";

/** A shorter way through the same: coarser steps of plant and firmware. */
const coarse = (name: string, hold_s: number): Scenario => ({
  ...loadScenario(name),
  hold_s,
  dt_s: hold_s / 10,
});

const verdictOf = async (scenario: Scenario, name: ControllerName = "betaguard") =>
  (await simulate(scenario, name)).verdict;

describe("closed loop", () => {
  it("charges within 1.15 of what knowing the plant allows, and leaves nothing on the electrolyte", async () => {
    const scenario = coarse("fast-charge-60C", 2);
    const oracle = fastestCharge(scenario);
    const result = await simulate(scenario, "betaguard");
    expect(oracle).toMatchObject({ complete: true, verdict: "ok" });
    expect(result).toMatchObject({ complete: true, verdict: "ok" });
    expect(result.plantDamage.seMetal_mAh_cm2).toBeLessThanOrEqual(0.02 * result.throughput_mAh_cm2);
    expect(result.chargeTime_s / (oracle?.chargeTime_s ?? 0)).toBeLessThanOrEqual(1.15);
    // Were the oracle slower than the firmware it would be no yardstick.
    expect(result.chargeTime_s / (oracle?.chargeTime_s ?? 0)).toBeGreaterThan(1);
  });

  it.each(scenarioNames())(
    "%s: nothing comes to harm, and nothing is breached, on healthy sensors",
    async (name) => {
      const scenario = coarse(name, name === "fast-charge-10C" ? 30 : 10);
      const { breaches } = await watch({ ...scenario, cycles: Math.min(scenario.cycles, 2) });
      expect([...breaches.keys()]).toEqual(name === "strip-faults" ? ["not completed"] : []);
    },
  );

  it.each(["cold-charge", "high-rate-strip", "low-pressure-fixture"])(
    "%s: those that go by datasheet or table damage the cell",
    async (name) => {
      for (const other of ["derating-table", "datasheet"] as const)
        expect(await verdictOf(coarse(name, 10), other)).not.toBe("ok");
    },
  );

  it("lets go of a stack that is pressed too hard", async () => {
    const scenario = { ...loadScenario("over-pressure"), cycles: 2 };
    expect((await simulate(scenario, "betaguard")).plantDamage.creepIntrusion).toBeLessThan(0.1);
    expect(await verdictOf(scenario, "datasheet")).toBe("damaged");
  });

  it.each([
    [
      "the onset of plating on the electrolyte",
      "fast-charge-60C",
      { plating_seAllowed: 1 },
      { plating_seAllowed: 0 },
    ],
    [
      "what the vacancies sustain",
      "high-rate-strip",
      { vacancy_currentLimit_mA_cm2: 50 },
      { vacancy_currentLimit_mA_cm2: 0.05 },
    ],
    [
      "the upper end of the pressure window",
      "over-pressure",
      { pressure_min_MPa: 20, pressure_max_MPa: 20 },
      {},
    ],
  ] as const)("damages the cell when the firmware does not know %s", async (_, name, believed, truth) => {
    const scenario = {
      ...coarse(name, name === "over-pressure" ? 10 : 2),
      parameters: believed,
      cells: [truth],
    };
    expect(await verdictOf(scenario)).not.toBe("ok");
  });

  it("goes through a scenario the same way twice, and another way with another seed", async () => {
    const scenario = { ...coarse("fast-charge-60C", 2), phases: [{ kind: "rest", hours: 0.05 }] } as Scenario;
    const traceOf = async (seed: number) => {
      const limits: number[] = [];
      await simulate({ ...scenario, seed }, "betaguard", {
        onMoment: ({ allowed }) => limits.push(allowed.charge_mA_cm2),
      });
      return limits;
    };
    const first = await traceOf(1);
    expect(await traceOf(1)).toEqual(first);
    expect(await traceOf(2)).not.toEqual(first);
  });
});
