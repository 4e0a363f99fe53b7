import { describe, expect, it } from "vitest";
import { simulateDraws } from "../../host/simulate/draws.js";
import { drawsPage } from "../../host/simulate/drawsPage.js";
import { parseScenario } from "../../host/simulate/scenario.js";

/** The first stage of a charge, in which most draws that come to harm do. */
const scenario = parseScenario(
  JSON.stringify({
    title: "the first stage of a charge",
    profile: "li-agc-argyrodite",
    ambient: [{ at_s: 0, degC: 60 }],
    fixture: { start_MPa: 2, actuator: {} },
    datasheet: { charge_mA_cm2: 3.4, discharge_mA_cm2: 6.8 },
    phases: [{ kind: "charge", demand_mA_cm2: 20, to_mAh_cm2: 1.5, most_h: 2 }],
    hold_s: 4,
    dt_s: 0.4,
  }),
  "first.json",
);

describe("draws", () => {
  it("say who is harmed, by which margin each would not have been, and what that margin costs", async () => {
    const result = await simulateDraws(scenario, 12);
    const { draws, ok, damaged, unsafe, harmed, margins, time, asPublished } = result;
    expect(ok + damaged + unsafe).toBe(draws);
    expect(harmed.length).toBe(damaged + unsafe);
    // Else what follows would say nothing.
    expect(harmed.length).toBeGreaterThan(0);
    expect(ok).toBeGreaterThan(0);
    for (const { damage, margin, wholeAt } of harmed) {
      expect(damage.seMetal_mAh_cm2 > 0 || damage.contactMin < 0.9).toBe(true);
      expect(wholeAt === 0 || margins.some((one) => one.margin === margin && one.value === wholeAt)).toBe(
        true,
      );
    }
    const ladder = margins.filter(({ margin }) => margin === "plating_margin");
    const tried = [0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1];
    expect(ladder.map(({ value }) => value)).toEqual(tried.slice(0, ladder.length));
    expect(ladder.at(-1)?.ok).toBe(ok + harmed.filter(({ wholeAt }) => wholeAt > 0).length);
    if (ladder.length > 1) expect(ladder.at(-2)?.ok).toBeLessThan(ladder.at(-1)?.ok ?? 0);
    for (const [n, { ok: whole, time: own }] of ladder.entries()) {
      expect(whole).toBeGreaterThanOrEqual(ladder[n - 1]?.ok ?? ok);
      expect(own.charge_s).toBeGreaterThan(ladder[n - 1]?.time.charge_s ?? time.nominal.charge_s);
    }
    expect(time.withoutMargins.charge_s).toBeLessThan(time.nominal.charge_s);
    expect(asPublished?.draws).toBeLessThan(draws);
    expect((asPublished?.ok ?? 0) / (asPublished?.draws ?? 1)).toBeGreaterThanOrEqual(ok / draws);
    const page = drawsPage([result], "the command");
    for (const { draw, verdict } of harmed) expect(page).toContain(`| ${draw} | ${verdict} |`);
  });
});
