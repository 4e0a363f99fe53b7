/**
 * The bundled examples are SIMULATED: a protocol drives the firmware's own models, with the parameters of a shipped
 * profile, and what a cycler would have logged is written down with seeded noise. Two runs give the same bytes.
 */
import { loadProfile } from "../profiles/profile.js";
import { generator, normal } from "../random.js";
import { loadModule } from "../replay/module.js";
import { AREA_cm2 } from "./examples.js";

/** A constant current for a while, logged every so often. */
interface Segment {
  readonly duration_s: number;
  readonly current_mA_cm2: number;
  readonly every_s: number;
}

interface Protocol {
  readonly file: string;
  readonly profile: string;
  readonly temperature_degC: number;
  readonly pressure_MPa: number;
  /** Voltage at rest with that much metal plated since the start. */
  readonly openCircuit_V: (plated_mAh_cm2: number) => number;
  /** Interfaces in series with the voltage: 2 for a symmetric cell. */
  readonly metalInterfaces: 1 | 2;
  readonly cycles: readonly (readonly Segment[])[];
}

const DT_s = 0.1;
const NOISE = { current_A: 5e-6, voltage_V: 2e-4, temperature_degC: 0.03, pressure_Pa: 2e3 };
const COLUMNS = [
  "Test Time / s",
  "Current / A",
  "Voltage / V",
  "Surface Temperature / degC",
  "Surface Pressure / Pa",
  "Cycle Count / 1",
  "Step Count / 1",
  "Step Time / s",
  "Origin",
];

/** Layered oxide against the metal, as a straight line: the shape does not matter to the anode's limits. */
const layeredOxide_V = (plated_mAh_cm2: number): number => 3.55 + 0.08 * plated_mAh_cm2;

const hold = (current_mA_cm2: number, duration_s: number, every_s: number): Segment => ({
  current_mA_cm2,
  duration_s,
  every_s,
});

/** 0.5C of 6.8 mAh/cm²: plate 6.5, rest, strip 6.3, rest. */
const halfC = [hold(3.4, 6880, 20), hold(0, 600, 20), hold(-3.4, 6670, 20), hold(0, 600, 20)];

/** Twenty minutes of city traffic: accelerate, cruise, regenerate, wait. */
function traffic(random: () => number): Segment[] {
  const segments: Segment[] = [];
  for (let trip = 0; trip < 24; trip++) {
    const effort = 0.6 + 0.4 * random();
    segments.push(
      hold(round(-4 * effort, 0.1), 6, 1),
      hold(round(-1.2 * effort, 0.1), 24, 2),
      hold(round(2.5 * effort, 0.1), 5, 1),
      hold(0, 15, 3),
    );
  }
  return segments;
}

const round = (value: number, unit: number): number => Math.round(value / unit) * unit;

const protocols: readonly Protocol[] = [
  {
    file: "li-agc-60C-cycles.SIMULATED.bdf.csv",
    profile: "li-agc-argyrodite",
    temperature_degC: 60,
    pressure_MPa: 2,
    openCircuit_V: layeredOxide_V,
    metalInterfaces: 1,
    cycles: [[hold(0, 60, 20), ...halfC], halfC],
  },
  {
    file: "li-agc-25C-fast-charge.SIMULATED.bdf.csv",
    profile: "li-agc-argyrodite",
    temperature_degC: 25,
    pressure_MPa: 2,
    openCircuit_V: layeredOxide_V,
    metalInterfaces: 1,
    cycles: [[hold(0, 60, 5), hold(0.3, 3600, 20), hold(0, 300, 5), hold(6.8, 600, 2), hold(0, 600, 5)]],
  },
  {
    file: "li-bare-low-pressure-strip.SIMULATED.bdf.csv",
    profile: "li-bare-argyrodite",
    temperature_degC: 25,
    pressure_MPa: 1,
    openCircuit_V: () => 0,
    metalInterfaces: 2,
    cycles: [[hold(0, 60, 5), hold(-0.03, 1800, 10), hold(0, 300, 5), hold(-0.5, 2400, 2), hold(0, 600, 5)]],
  },
  {
    file: "li-agc-60C-drive.SIMULATED.bdf.csv",
    profile: "li-agc-argyrodite",
    temperature_degC: 60,
    pressure_MPa: 2,
    openCircuit_V: layeredOxide_V,
    metalInterfaces: 1,
    cycles: [
      [hold(0, 60, 10), hold(3.2, 4000, 20), hold(0, 600, 20), ...traffic(generator(7)), hold(0, 300, 10)],
    ],
  },
];

/** The CSV of one protocol. */
function simulate(protocol: Protocol, seed: number): string {
  const { temperature_degC, pressure_MPa, metalInterfaces } = protocol;
  const random = generator(seed);
  const noisy = (value: number, spread: number, digits: number) =>
    (value + spread * normal(random)).toFixed(digits);
  const module = loadModule();
  module.setParameters({
    ...loadProfile(protocol.profile).values,
    fixture_pressure_MPa: pressure_MPa,
    sensor_hasVoltage: 0,
    sensor_hasPressure: 0,
    cell_metalInterfaces: metalInterfaces,
  });
  module.reset(1);

  const rows = [COLUMNS.join(",")];
  let plated_mAh_cm2 = 0;
  let time_s = 0;
  let step = 0;
  const log = (current: number, cycle: number, stepTime_s: number) => {
    const resistance =
      metalInterfaces * module.state(0, "interfaceResistance_ohm_cm2") +
      module.state(0, "seriesResistance_ohm_cm2");
    const voltage = protocol.openCircuit_V(plated_mAh_cm2) + (current * resistance) / 1000;
    rows.push(
      [
        time_s.toFixed(1),
        current === 0 ? "0" : noisy((current * AREA_cm2) / 1000, NOISE.current_A, 6),
        noisy(voltage, NOISE.voltage_V, 4),
        noisy(temperature_degC, NOISE.temperature_degC, 2),
        noisy(module.state(0, "stackPressure_MPa") * 1e6, NOISE.pressure_Pa, 0),
        cycle,
        step,
        stepTime_s.toFixed(1),
        "SIMULATED",
      ].join(","),
    );
  };
  const advance = (current_mA_cm2: number) =>
    module.step({ dt_s: DT_s, demand_mA_cm2: Math.max(0, -current_mA_cm2) }, [
      {
        current_mA_cm2,
        voltage_V: Number.NaN,
        temperature_degC,
        stackPressure_MPa: Number.NaN,
        fixturePressure_MPa: pressure_MPa,
        fresh: 0b0101,
      },
    ]);

  // The slow coefficients need a round of steps before the first row can show the resistance.
  for (let n = 0; n < 100; n++) advance(0);
  log(0, 1, 0);
  for (const [cycle, segments] of protocol.cycles.entries()) {
    for (const { duration_s, current_mA_cm2, every_s } of segments) {
      step++;
      const start_s = time_s;
      for (let n = 1; n <= Math.round(duration_s / DT_s); n++) {
        advance(current_mA_cm2);
        plated_mAh_cm2 += (current_mA_cm2 * DT_s) / 3600;
        time_s = start_s + n * DT_s;
        if (n % Math.round(every_s / DT_s) === 0) log(current_mA_cm2, cycle + 1, n * DT_s);
      }
    }
  }
  return `${rows.join("\n")}\n`;
}

/** Text of every example by its file name. */
export const simulateExamples = (): Map<string, string> =>
  new Map(protocols.map((protocol, seed) => [protocol.file, simulate(protocol, seed + 1)]));
