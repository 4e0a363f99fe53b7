import { describe, expect, it } from "vitest";
import { loadModule } from "../../host/replay/module.js";
import { compareControllers, comparisonFiles } from "../../host/simulate/comparison.js";
import { parseScenario } from "../../host/simulate/scenario.js";
import { V8Target } from "../../host/target/v8.js";

const scenario = parseScenario(
  JSON.stringify({
    title: "the beginning of a charge at 40 °C",
    profile: "li-agc-argyrodite",
    ambient: [{ at_s: 0, degC: 40 }],
    fixture: { start_MPa: 2, actuator: {} },
    datasheet: { charge_mA_cm2: 5, discharge_mA_cm2: 6.8 },
    phases: [{ kind: "charge", demand_mA_cm2: 20, to_mAh_cm2: 1, most_h: 2 }],
    hold_s: 4,
    dt_s: 0.4,
  }),
  "/anywhere/start.json",
);

describe("comparison", () => {
  it("sets controllers and oracle side by side, and draws what parts them", async () => {
    const compared = await compareControllers(scenario, new V8Target(loadModule()));
    const { results, oracle, traces, took_s } = compared;
    expect(results.map(({ controller }) => controller)).toEqual(["betaguard", "derating-table", "datasheet"]);
    expect(results.map(({ verdict }) => verdict)).toEqual(["ok", "damaged", "damaged"]);
    expect(traces.map(({ name }) => name)).toEqual(["betaguard", "derating-table", "datasheet", "oracle"]);
    for (const [n, { chargeTime_s }] of results.entries()) {
      expect(took_s[n]).toBeCloseTo(chargeTime_s, 6);
      const points = traces[n]?.points ?? [];
      expect(points.length).toBeLessThan(300);
      expect((points.at(-1)?.time_h ?? 0) * 3600).toBeGreaterThan(0.95 * chargeTime_s);
      const metal = points.at(-1)?.seMetal_mAh_cm2 ?? -1;
      expect(metal).toBeLessThanOrEqual(results[n]?.plantDamage.seMetal_mAh_cm2 ?? 0);
    }

    const files = comparisonFiles([compared], "the command", "here");
    expect([...files.keys()].sort()).toEqual(["", "start-current.svg", "start-metal.svg"]);
    const page = files.get("") ?? "";
    expect(page).toContain("the command");
    const ratio = ((results[0]?.chargeTime_s ?? 0) / (oracle?.chargeTime_s ?? 1)).toFixed(2);
    expect(page).toMatch(new RegExp(`\\*\\*start\\*\\*.*betaguard \\| ok \\| [\\d.]+ \\| ${ratio} \\|`));
    expect(page.match(/\*\*damaged\*\*/g)).toHaveLength(2);
    for (const name of files.keys()) if (name) expect(page).toContain(`(here/${name})`);
    expect(files.get("start-current.svg")).toContain("mA/cm²");
    expect(files.get("start-current.svg")).toContain("oracle");
  });
});
