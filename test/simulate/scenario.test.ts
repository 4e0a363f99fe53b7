import { describe, expect, it } from "vitest";
import { ambientAt, loadScenario, parseScenario, scenarioNames } from "../../host/simulate/scenario.js";
import { judge } from "../../host/simulate/simulate.js";

const minimal = {
  title: "one charge",
  profile: "li-agc-argyrodite",
  ambient: [
    { at_s: 0, degC: 60 },
    { at_s: 100, degC: 10 },
  ],
  fixture: { start_MPa: 2 },
  datasheet: { charge_mA_cm2: 3.4, discharge_mA_cm2: 6.8 },
  phases: [{ kind: "charge", demand_mA_cm2: 3, to_mAh_cm2: 1, most_h: 2 }],
};

describe("scenario files", () => {
  it("load, all that are shipped", () => {
    expect(scenarioNames().length).toBeGreaterThan(10);
    for (const name of scenarioNames()) expect(loadScenario(name).name).toBe(name);
  });

  it("fill in what is not said", () => {
    const scenario = parseScenario(JSON.stringify(minimal), "/somewhere/mine.json");
    expect(scenario).toMatchObject({
      name: "mine",
      cells: [{}],
      cycles: 1,
      hold_s: 1,
      dt_s: 0.1,
      faults: [],
    });
  });

  it.each([
    ["no JSON", "{", "E_SCENARIO_BAD"],
    ["an unknown key", JSON.stringify({ ...minimal, colour: "red" }), "E_SCENARIO_BAD"],
    [
      "an unknown parameter",
      JSON.stringify({ ...minimal, parameters: { se_nukleation_mV: 3 } }),
      "E_SCENARIO_BAD",
    ],
    [
      "a negative demand",
      JSON.stringify({ ...minimal, phases: [{ ...minimal.phases[0], demand_mA_cm2: -1 }] }),
      "E_SCENARIO_BAD",
    ],
    ["no phases", JSON.stringify({ ...minimal, phases: [] }), "E_SCENARIO_BAD"],
  ])("are refused with %s", (_, text, code) => {
    expect(() => parseScenario(text, "bad.json")).toThrowError(expect.objectContaining({ code }));
  });

  it("are refused by an unknown name, with what there is", () => {
    expect(() => loadScenario("fast-charge-60")).toThrowError(
      expect.objectContaining({
        code: "E_SCENARIO_UNKNOWN",
        message: expect.stringContaining("fast-charge-60C"),
      }),
    );
  });

  it("run the ambient straight between its corners", () => {
    const scenario = parseScenario(JSON.stringify(minimal), "mine.json");
    expect([-5, 0, 50, 100, 1e6].map((time) => ambientAt(scenario, time))).toEqual([60, 60, 35, 10, 10]);
  });
});

describe("verdict", () => {
  const healthy = { seMetal_mAh_cm2: 0, voidMax_um: 0, contactMin: 1, crackIndexMax: 0.1, creepIntrusion: 0 };

  it.each([
    ["ok", {}],
    ["ok", { seMetal_mAh_cm2: 0.1 }],
    ["damaged", { seMetal_mAh_cm2: 0.11 }],
    ["damaged", { contactMin: 0.89 }],
    ["damaged", { creepIntrusion: 0.1 }],
    ["unsafe", { crackIndexMax: 1 }],
    ["unsafe", { creepIntrusion: 1, contactMin: 0.5 }],
  ] as const)("is %s for %o", (verdict, marks) => {
    expect(judge({ ...healthy, ...marks }, 5)).toBe(verdict);
  });
});
