/** Every sensor and the actuator fail in every way: what the firmware notices, how soon, by what name; and what it does not. */
import { describe, expect, it } from "vitest";
import type { ReasonName } from "../../host/schema/codes.js";
import { loadScenario, variantsOf } from "../../host/simulate/scenario.js";
import { watch } from "./watch.js";

/** Seconds from the fault to the safe state, at most, and the reason it gives. */
type Noticed = readonly [within_s: number, reason: ReasonName];
const never = "never";

const CHANNEL_REASON = {
  current: "sensorCurrent",
  voltage: "sensorVoltage",
  temperature: "sensorTemperature",
  pressure: "sensorPressure",
} as const;
/** Detectable at the first sample that is missing, rubbish or far from what the stack can have. */
const SILENT_s = 1;
const silent = (...channels: (keyof typeof CHANNEL_REASON)[]): Record<string, Noticed> =>
  Object.fromEntries(
    channels.flatMap((channel) =>
      ["dropout", "notANumber", "range"].map((kind) => [
        `${channel}-${kind}`,
        [SILENT_s, CHANNEL_REASON[channel]],
      ]),
    ),
  );

/** docs/simulate.md has this table in words. */
const EXPECTED: Readonly<Record<string, Readonly<Record<string, Noticed | typeof never>>>> = {
  "sensor-faults": {
    ...silent("current", "voltage", "temperature", "pressure"),
    "current-stuck": never,
    "current-bias+0.5": never,
    "current-bias-0.5": never,
    "current-drift-5": never,
    "current-noise+1": never,
    // By the eighth step of the current in the drive, which begins 132 s after the fault.
    "voltage-stuck": [150, "sensorVoltage"],
    "voltage-noise+0.05": [150, "sensorVoltage"],
    "voltage-drift+2": [600, "sensorVoltage"],
    "voltage-bias+0.1": never,
    "voltage-bias-0.1": never,
    "temperature-stuck": never,
    "temperature-bias+2": never,
    "temperature-bias-5": never,
    "temperature-drift+20": never,
    "temperature-noise+2": never,
    "pressure-stuck": [210, "sensorPressure"],
    "pressure-bias+2": [SILENT_s, "sensorPressure"],
    "pressure-bias-2": [SILENT_s, "sensorPressure"],
    "pressure-drift+20": [235, "sensorPressure"],
    "pressure-noise+0.5": [135, "sensorPressure"],
  },
  "strip-faults": {
    ...silent("pressure"),
    "pressure-stuck": [280, "sensorPressure"],
    "pressure-bias+2": [SILENT_s, "sensorPressure"],
    "pressure-bias-2": [SILENT_s, "sensorPressure"],
    "pressure-drift+20": [235, "sensorPressure"],
    "pressure-noise+0.5": [135, "sensorPressure"],
    "actuator-stuck": never,
    "actuator-slow": never,
    // Not the sensor's fault, but its noise around 0 is out of its range; the limits have come down long before.
    "actuator-noPower": [420, "sensorPressure"],
  },
};

/** What an unnoticed fault does, short of damage. */
const TOLERATED: Readonly<Record<string, readonly string[]>> = {
  "sensor-faults/temperature-bias+2": ["charged above the critical current"],
  "sensor-faults/temperature-drift+20": ["charged above the critical current"],
  // Between two outliers the sensor is believed again, for seconds.
  "sensor-faults/pressure-noise+0.5": ["actuator moved without a sensor"],
  "strip-faults/pressure-noise+0.5": ["actuator moved without a sensor"],
  "strip-faults/actuator-noPower": ["pressed below the window"],
};

describe.each(Object.entries(EXPECTED))("%s", (family, expected) => {
  const [healthy, ...faulty] = variantsOf(loadScenario(family));

  it("lists each fault that is expected something of", () => {
    expect(faulty.map(({ name }) => name).sort()).toEqual(
      Object.keys(expected)
        .map((fault) => `${family}/${fault}`)
        .sort(),
    );
  });

  it("is harmless, and believes its sensors, while they are healthy", async () => {
    const { breaches, safe } = await watch(healthy as NonNullable<typeof healthy>);
    expect([...breaches.keys()].filter((name) => name !== "not completed")).toEqual([]);
    expect(safe).toBeUndefined();
  });

  it.each(faulty)("$name", async (scenario) => {
    const { breaches, safe } = await watch(scenario);
    const tolerated = ["not completed", ...(TOLERATED[scenario.name] ?? [])];
    expect([...breaches.keys()].filter((name) => !tolerated.includes(name))).toEqual([]);
    const noticed = expected[scenario.name.slice(family.length + 1)] as Noticed | typeof never;
    if (noticed === never) {
      expect(safe).toBeUndefined();
      return;
    }
    const [within_s, reason] = noticed;
    expect(safe?.reason).toBe(reason);
    expect(safe?.after_s).toBeLessThanOrEqual(within_s);
    expect(safe?.after_s).toBeGreaterThan(0);
  });
});

describe("what is never noticed", () => {
  const charge = { ...loadScenario("fast-charge-60C"), hold_s: 2, dt_s: 0.2 };
  const strip = {
    ...loadScenario("high-rate-strip"),
    hold_s: 2,
    dt_s: 0.2,
    phases: [{ kind: "discharge", demand_mA_cm2: 2, to_mAh_cm2: -2, most_h: 4 } as const],
  };

  it.each([
    ["temperature", "high", charge, 0.75, 1],
    ["current", "low", charge, -0.3, -0.5],
    ["temperature", "high", strip, 5, 8],
    ["pressure", "high", strip, 0.3, 0.5],
  ] as const)(
    "%s reads %s: harmless and harmful as docs/simulate.md says",
    async (channel, _, scenario, harmless, harmful) => {
      const verdictAt = async (by: number) =>
        (await watch({ ...scenario, faults: [{ at_s: 0, channel, kind: "bias", by }] })).result.verdict;
      expect(await verdictAt(harmless)).toBe("ok");
      expect(await verdictAt(harmful)).toBe("damaged");
    },
  );
});
