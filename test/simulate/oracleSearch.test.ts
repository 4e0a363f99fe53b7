import { describe, expect, it } from "vitest";
import { fastestCharge, type OracleMoment } from "../../host/simulate/oracle.js";
import { searchCharge } from "../../host/simulate/oracleSearch.js";
import { loadScenario, type Scenario } from "../../host/simulate/scenario.js";

/** The first stage and the filling of the pores, where the oracle has to give way. */
const beginning: Scenario = {
  ...loadScenario("fast-charge-60C"),
  phases: [{ kind: "charge", demand_mA_cm2: 20, to_mAh_cm2: 2, most_h: 2 }],
};

describe("oracle", () => {
  it("has nothing to say of a cycle, a fault or a discharge", () => {
    expect(fastestCharge({ ...beginning, cycles: 2 })).toBeUndefined();
    expect(fastestCharge(loadScenario("high-rate-strip"))).toBeUndefined();
    const faults = [{ at_s: 10, channel: "voltage", kind: "dropout" }] as const;
    expect(fastestCharge({ ...beginning, faults: [...faults] })).toBeUndefined();
  });

  it("tells what it did: the current adds up to the charge", () => {
    const moments: OracleMoment[] = [];
    const result = fastestCharge(beginning, (moment) => moments.push(moment));
    expect(result).toMatchObject({ complete: true, verdict: "ok" });
    const { hold_s } = beginning;
    const charge = moments.reduce((sum, one) => sum + (one.current_mA_cm2 * hold_s) / 3600, 0);
    expect(charge).toBeCloseTo(2, 6);
    expect(result?.chargeTime_s).toBeCloseTo(moments.length * hold_s, 6);
  });

  it("is beaten by a tenth at most, metal or none, by profiles that go slower first or faster last", () => {
    const family = { ends: [0.4, 0.9, 1], factors: [0.85, 1, 1.1] };
    const found = searchCharge(beginning, () => {}, family);
    const oracle = fastestCharge(beginning);
    if (!found || !oracle) throw new Error("expected a search");
    // Its own current in the coarser steps of the search is its own time.
    expect(found.oracle.chargeTime_s / oracle.chargeTime_s).toBeCloseTo(1, 2);
    expect(found.clean.chargeTime_s).toBeLessThanOrEqual(found.oracle.chargeTime_s);
    expect(found.undamaged.chargeTime_s).toBeLessThanOrEqual(found.clean.chargeTime_s);
    expect(found.clean.seMetal_mAh_cm2).toBe(0);
    expect(found.undamaged.seMetal_mAh_cm2).toBeLessThanOrEqual(0.02 * 2);
    expect(found.undamaged.chargeTime_s / found.oracle.chargeTime_s).toBeGreaterThan(0.9);
    // What begins like a failure is not tried again.
    expect(found.tried).toBeGreaterThan(9);
    expect(found.tried).toBeLessThan(27);
  });
});
