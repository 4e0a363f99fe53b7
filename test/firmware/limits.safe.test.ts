/** The safe state: what each fault does at once, and how the limits come back when its cause is gone. */
import { describe, expect, test } from "vitest";
import { loadModule } from "../../host/replay/module.js";
import { faults, type ReasonName } from "../../host/schema/codes.js";
import type { ParameterName } from "../../host/schema/parameters.js";
import { type CellInput, type CellStateName, cellStateFields } from "../../host/schema/records.js";
import {
  allFreshBut,
  Bench,
  CHARGE_LIMITS,
  DISCHARGE_LIMITS,
  faultBit,
  HORIZONS,
  profileValues,
  RELEASE,
} from "./support.js";

const FITTED = { sensor_hasVoltage: 1, sensor_hasPressure: 1, cell_initialMetal_mAh_cm2: 3 };
const PROFILE = "li-bare-argyrodite";
const DT_S = 0.1;
const SANE: CellInput = {
  current_mA_cm2: 0,
  voltage_V: 3.7,
  temperature_degC: 40,
  stackPressure_MPa: 5,
  fixturePressure_MPa: 5,
  fresh: 0b1111,
};

/** A cell with all sensors whose limits have risen to what binds them. */
function healthy(changes: Partial<Record<ParameterName, number>> = {}): Bench {
  const bench = new Bench(profileValues(PROFILE, { ...FITTED, ...changes }));
  bench.set(SANE);
  bench.setStep(DT_S);
  bench.run(3000);
  expect(bench.get("faults")).toBe(0);
  for (const limit of [...bench.limits("charge"), ...bench.limits("discharge")])
    expect(limit).toBeGreaterThan(0.1);
  return bench;
}

function expectSafe(bench: Bench, reason: ReasonName): void {
  const limp = Math.min(
    bench.module.parameter("limpHome_discharge_mA_cm2"),
    bench.module.parameter("cap_discharge_mA_cm2"),
  );
  expect(limp).toBeGreaterThan(0);
  expect(bench.limits("charge")).toEqual(Array(HORIZONS).fill(0));
  expect(bench.limits("discharge")).toEqual(Array(HORIZONS).fill(limp));
  for (const direction of ["charge", "discharge"] as const)
    expect(bench.reasons(direction)).toEqual(Array(HORIZONS).fill(reason));
  for (const name of CHARGE_LIMITS) expect(bench.pack(name)).toBe(0);
  for (const name of DISCHARGE_LIMITS) expect(bench.pack(name)).toBe(limp);
}

/** Runs until the fault is there, at most `steps`; before it nothing is restricted. Returns the steps it took. */
function untilFault(bench: Bench, bit: number, steps: number): number {
  for (let step = 1; step <= steps; step++) {
    bench.run(1);
    if (bench.get("faults") & bit) return step;
    for (const limit of bench.limits("charge")) expect(limit).toBeGreaterThan(0);
  }
  throw new Error(`no fault within ${steps} steps`);
}

/** The limits come back as far as they were, never faster than they may rise. */
function expectRecovery(bench: Bench, before: readonly number[]): void {
  const up = bench.module.parameter("slew_up_mA_cm2_s");
  const published = () => [...bench.limits("charge"), ...bench.limits("discharge")];
  let last = published();
  const start = last;
  for (let step = 0; step < 3000; step++) {
    bench.run(1);
    const now = published();
    for (const [n, limit] of now.entries()) {
      // The instantaneous limits are worked out in every step, the others in one of eight.
      const seconds = n % HORIZONS === 0 ? DT_S : 8 * DT_S;
      expect(limit - (last[n] as number)).toBeLessThanOrEqual(up * seconds * 1.001);
    }
    last = now;
  }
  expect(bench.get("faults")).toBe(0);
  for (const [n, limit] of last.entries()) {
    expect(limit).toBeGreaterThan(start[n] as number);
    expect(limit).toBeGreaterThan((before[n] as number) * 0.9);
  }
}

const SENSORS = [
  { sensor: "current", field: "current_mA_cm2", reason: "sensorCurrent", far: 1e4 },
  { sensor: "voltage", field: "voltage_V", reason: "sensorVoltage", far: 11 },
  { sensor: "temperature", field: "temperature_degC", reason: "sensorTemperature", far: 201 },
  { sensor: "pressure", field: "stackPressure_MPa", reason: "sensorPressure", far: -1 },
] as const;

const BAD_SAMPLES = (sensor: (typeof SENSORS)[number]) =>
  [
    ["silence", { fresh: allFreshBut(sensor.sensor) }],
    ["not a number", { [sensor.field]: Number.NaN }],
    ["infinity", { [sensor.field]: Number.POSITIVE_INFINITY }],
    ["−infinity", { [sensor.field]: Number.NEGATIVE_INFINITY }],
    ["1e30", { [sensor.field]: 1e30 }],
    ["a value out of range", { [sensor.field]: sensor.far }],
    ["the same of the other sign", { [sensor.field]: sensor.sensor === "pressure" ? 201 : -sensor.far }],
  ] as [string, Partial<CellInput>][];

describe.each(SENSORS)("$sensor sensor", (sensor) => {
  const bit = faultBit(sensor.sensor);

  test.each(BAD_SAMPLES(sensor))(
    "%s past the timeout: safe state, then recovery at the slew rate",
    (_, bad) => {
      const bench = healthy();
      const before = [...bench.limits("charge"), ...bench.limits("discharge")];
      const timeout = bench.module.parameter("sensor_timeout_s");
      bench.set(bad);
      const steps = untilFault(bench, bit, timeout / DT_S + 2);
      expect(steps * DT_S).toBeGreaterThan(timeout - DT_S / 2);
      expectSafe(bench, sensor.reason);
      bench.run(50);
      expectSafe(bench, sensor.reason);
      bench.set(SANE);
      expectRecovery(bench, before);
    },
  );
});

test("sensors that are not fitted are not missed", () => {
  const bench = healthy({ sensor_hasVoltage: 0, sensor_hasPressure: 0 });
  bench.set({ fresh: 0b0101, voltage_V: Number.NaN, stackPressure_MPa: Number.NaN });
  bench.run(1000);
  expect(bench.get("faults")).toBe(0);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, 0, -0.1, 1e-9, 1e-40, 10.01, 1e30])(
  "a step of %s s: safe state in that step, nothing moves, recovery at the slew rate",
  (dt) => {
    const bench = healthy();
    const before = [...bench.limits("charge"), ...bench.limits("discharge")];
    bench.set({ current_mA_cm2: 1 });
    bench.run(1);
    const metal = bench.metal();
    bench.setStep(dt);
    for (let step = 0; step < 40; step++) {
      bench.run(1);
      expectSafe(bench, "clock");
    }
    expect(bench.metal()).toBe(metal);
    bench.set(SANE);
    bench.setStep(DT_S);
    expectRecovery(bench, before);
  },
);

describe("contradicted by the model", () => {
  /** Steps of current whose voltage answers with `factor` times the resistance the model expects. */
  function pulses(bench: Bench, factor: number, count: number, stop: () => boolean = () => false): number {
    for (let pulse = 1; pulse <= count; pulse++) {
      const resistance =
        bench.get("interfaceResistance_ohm_cm2") * bench.module.parameter("cell_metalInterfaces") +
        bench.get("seriesResistance_ohm_cm2");
      const current_mA_cm2 = pulse % 2 === 0 ? 0 : 1;
      bench.set({ current_mA_cm2, voltage_V: 3.7 + current_mA_cm2 * resistance * factor * 1e-3 });
      bench.run(32);
      if (stop()) return pulse;
    }
    return count;
  }

  test.each([0, 1e-2, 20])("a voltage that answers with %s of the resistance is not believed", (factor) => {
    const bench = healthy();
    pulses(bench, 1, 40);
    expect(bench.get("faults")).toBe(0);
    const before = [...bench.limits("charge"), ...bench.limits("discharge")];
    const isFaulty = () => (bench.get("faults") & faultBit("voltage")) !== 0;
    const taken = pulses(bench, factor, 40, isFaulty);
    expect(isFaulty()).toBe(true);
    // Neither a single contradiction nor many: eight.
    expect(taken).toBe(8);
    expectSafe(bench, "sensorVoltage");
    pulses(bench, 1, 20, () => !isFaulty());
    expectRecovery(bench, before);
  });

  test("a pressure far from the model's is not believed", () => {
    const bench = healthy();
    const before = [...bench.limits("charge"), ...bench.limits("discharge")];
    const tolerance = bench.module.parameter("pressureSensor_tolerance_MPa");
    bench.set({ stackPressure_MPa: 5 + 20 * tolerance });
    untilFault(bench, faultBit("pressure"), 3000);
    expect(Math.abs(bench.get("pressureBias_MPa"))).toBeGreaterThan(tolerance);
    expectSafe(bench, "sensorPressure");
    bench.set(SANE);
    expectRecovery(bench, before);
  });
});

describe("a state that is not a number", () => {
  const module = loadModule(RELEASE);
  const reference = loadModule(RELEASE);
  const words = cellStateFields
    .filter(({ type }) => type === "f32")
    .flatMap(({ name, count }) => Array.from({ length: count }, (_, index) => [name, index] as const));
  /** Bookkeeping that nothing is decided by, and turning points that only a closing cycle reads. */
  const HARMLESS = /^(deficit|selfDischarge)|CyclePoints|CycleExtreme/;
  const start = (into: typeof module) => {
    const bench = new Bench(profileValues("li-agc-argyrodite", FITTED), { module: into });
    bench.set({ ...SANE, current_mA_cm2: 1 });
    bench.run(300);
    bench.set({ current_mA_cm2: -0.5 });
    return bench.run(101);
  };
  const ctz = (bits: number) => 31 - Math.clz32(bits & -bits);
  const finite = (values: readonly number[]) => values.every(Number.isFinite);
  const outcome = (bench: Bench) => ({
    limits: [...bench.limits("charge"), ...bench.limits("discharge")],
    metal: bench.metal(),
    damage: [bench.get("stackCycleDamage"), bench.get("seCycleDamage"), bench.get("intrusion")],
  });

  test("in any word is found, or overwritten unread", () => {
    const clean = start(reference).run(200);
    const expected = outcome(clean);
    const overlooked: string[] = [];
    for (const [name, index] of words) {
      const bench = start(module);
      bench.plant(name as CellStateName, Number.NaN, 0, index);
      let found = -1;
      for (let step = 0; step < 200; step++) {
        bench.run(1);
        const limits = [...CHARGE_LIMITS, ...DISCHARGE_LIMITS].map((limit) => bench.pack(limit));
        if (!finite([...limits, bench.pack("pressureSetpoint_MPa")]))
          overlooked.push(`${name}[${index}]: the pack publishes ${limits}`);
        if (bench.get("faults") & faultBit("state")) {
          if (found < 0) found = step;
          // Of several faults the first gives the reason.
          expectSafe(bench, faults[ctz(bench.get("faults"))]?.reason ?? "none");
        } else if (found >= 0) overlooked.push(`${name}[${index}]: forgotten at step ${step}`);
      }
      // A slow slot reads what it needs once in 16 steps, and another slot what it made of that.
      if (found > 32) overlooked.push(`${name}[${index}]: found after ${found} steps`);
      if (found < 0 && !HARMLESS.test(name)) {
        const same = JSON.stringify(outcome(bench)) === JSON.stringify(expected);
        if (!same) overlooked.push(`${name}[${index}]: changes the outcome unnoticed`);
      }
    }
    expect(overlooked).toEqual([]);
  });

  test("keeps every cell in the safe state until the next reset", () => {
    const bench = new Bench(profileValues(PROFILE), { cells: 3, module });
    bench.setAll(SANE);
    bench.run(300);
    bench.plant("seCharge_mAh_cm2", Number.NaN, 1);
    bench.run(2);
    for (const cell of [0, 1, 2]) {
      expect(bench.get("faults", cell) & faultBit("state")).not.toBe(0);
      expect(bench.limits("charge", cell)).toEqual([0, 0, 0, 0]);
    }
    bench.run(1000);
    expect(bench.pack("faults") & faultBit("state")).not.toBe(0);
    module.reset(3);
    bench.run(300);
    expect(bench.pack("faults")).toBe(0);
    expect(bench.pack("chargeLimit_mA_cm2")).toBeGreaterThan(0);
  });
});
