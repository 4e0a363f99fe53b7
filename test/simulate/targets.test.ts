/** A closed loop is the same on every target: each limit of each moment, and what became of the plant. */
import { expect, it } from "vitest";
import type { Allowed } from "../../host/simulate/controller.js";
import { parseScenario } from "../../host/simulate/scenario.js";
import { simulate } from "../../host/simulate/simulate.js";
import { openTarget } from "../../host/target/open.js";
import { describeBuilt } from "../target/built.js";

const scenario = parseScenario(
  JSON.stringify({
    title: "Two cells, pulses, a rest and rubbish from a sensor",
    profile: "li-agc-argyrodite",
    cells: [{}, { series_resistance_ohm_cm2: 45 }],
    ambient: [{ at_s: 0, degC: 60 }],
    fixture: { start_MPa: 2, actuator: {} },
    datasheet: { charge_mA_cm2: 3.4, discharge_mA_cm2: 6.8 },
    faults: [{ at_s: 90, until_s: 100, channel: "voltage", kind: "notANumber" }],
    phases: [
      { kind: "charge", demand_mA_cm2: 20, to_mAh_cm2: 0.1, most_h: 1 },
      {
        kind: "drive",
        repeat: 2,
        pulses: [
          { current_mA_cm2: -10, seconds: 6 },
          { current_mA_cm2: 8, seconds: 14 },
        ],
      },
      { kind: "rest", hours: 0.01 },
    ],
    hold_s: 2,
    dt_s: 0.5,
  }),
  "short.json",
);

async function runOn(name: string) {
  const target = await openTarget(name);
  try {
    const moments: Allowed[] = [];
    const onMoment = ({ allowed }: { allowed: Allowed }) => moments.push(allowed);
    return { result: await simulate(scenario, "betaguard", { target, onMoment }), moments };
  } finally {
    await target.close();
  }
}

for (const [name, preset] of [
  ["wasm3", "posix"],
  ["stm32f405", "stm32f405"],
] as const)
  describeBuilt(preset, `simulate on ${name}`, () => {
    it("gives what v8 gives, to the last bit", async () => {
      const expected = await runOn("v8");
      const reasons = new Set(expected.moments.map(({ chargeReason }) => chargeReason));
      expect([...reasons]).toEqual(expect.arrayContaining(["localCurrent", "sensorVoltage"]));
      expect(await runOn(name)).toEqual(expected);
    }, 120_000);
  });
