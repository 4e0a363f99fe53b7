/**
 * How the module's pressure controller does on fixtures unlike each other: steps of the setpoint and swelling of the
 * cell, on an actuator, a relaxing stack and a pressure sensor drawn over their ranges. What the controller can know of
 * a fixture from its datasheet, its rate, it is told; all else it has to find out.
 */
import { Fixture } from "../plant/fixture.js";
import { Sensor } from "../plant/sensors.js";
import { loadProfile } from "../profiles/profile.js";
import { generator } from "../random.js";
import { growthSpeed_um_s, StackPressure } from "../reference/stress.js";
import { type FirmwareModule, loadModule, type ParameterValues } from "../replay/module.js";
import { freshBits } from "../schema/codes.js";
import { latinHypercube } from "../validate/morris.js";

/** Ranges of what a fixture and its stack may be. */
export const FIXTURES = {
  lag_s: [1, 20],
  rate_MPa_s: [0.02, 1],
  /** Pressure at the stack per pressure that the actuator reports: its calibration, and friction. */
  transfer: [0.92, 1.08],
  stiffness_MPa_um: [0, 0.4],
  relaxFraction: [0, 0.3],
  relaxTime_h: [0.1, 100],
  /** By which the stack's sensor and the actuator's report come late. */
  delay_samples: [0, 20],
} as const satisfies Record<string, readonly [number, number]>;

export type FixtureParameters = Record<keyof typeof FIXTURES, number>;

export const experiments = ["setpoint up", "setpoint down", "swelling"] as const;
export type Experiment = (typeof experiments)[number];

export interface PressureResponse {
  /** How far the stack went past the setpoint it was to reach; in swelling, how far it was from its setpoint at most. */
  readonly overshoot_MPa: number;
  /** From the step until the stack stays within ± the band of the setpoint; the rates the target follows at included. */
  readonly settling_s: number;
  /** Stack less setpoint, mean of the last minutes. */
  readonly error_MPa: number;
  /** Highest less lowest in the last minutes: noise, or ringing. */
  readonly swing_MPa: number;
  /** The module no longer believed its pressure sensor. */
  readonly blind: boolean;
}

export interface PressureCase {
  readonly fixture: FixtureParameters;
  readonly responses: Readonly<Record<Experiment, PressureResponse>>;
  /** Largest multiple of gain and integral at which the step up does not ring. */
  readonly gainMargin: number;
}

/** Around a setpoint: twice the dead band that the target may lag and the stack may err by, and noise. */
export const BAND_MPa = 0.15;
/** Swing from which on a loop counts as ringing: more than the dead band lets be. */
const RINGS_MPa = 0.1;
const MULTIPLES = [1, 1.5, 2, 3, 4, 6, 8, 10] as const;

const PROFILE = "li-bare-argyrodite";
const AMBIENT_degC = 25;
const DT_s = 0.1;
const HOLD_s = 1;
const LAST_s = 300;
const NOISE_MPa = 0.005;
/** Demands of discharge current whose setpoints are 2.2 and 4.3 MPa; what flows is nothing, or a charge that swells. */
const DEMAND = { low_mA_cm2: 0.1, high_mA_cm2: 0.3 } as const;
const SWELLING = { current_mA_cm2: 1, for_s: 900 } as const;
const START_MPa: Record<Experiment, number> = { "setpoint up": 2, "setpoint down": 4, swelling: 2 };
/** Time before the step; time after it: a setpoint is followed upwards in seconds or minutes, down in 20 minutes. */
const BEFORE_s = 600;
const AFTER_s: Record<Experiment, number> = { "setpoint up": 1500, "setpoint down": 2400, swelling: 1500 };
const ALL_FRESH = (1 << freshBits.length) - 1;

/** Cases drawn over the ranges, log-uniform where a range spans more than a decade. */
export function pressureCases(count: number, seed = 1): FixtureParameters[] {
  const names = Object.keys(FIXTURES) as (keyof typeof FIXTURES)[];
  return latinHypercube(count, names.length, generator(seed)).map(
    (point) =>
      Object.fromEntries(
        names.map((name, d) => {
          const [low, high] = FIXTURES[name];
          const share = point[d] as number;
          const value = low > 0 && high > 10 * low ? low * (high / low) ** share : low + (high - low) * share;
          return [name, name === "delay_samples" ? Math.round(value) : value];
        }),
      ) as FixtureParameters,
  );
}

/** What the worst fixture of many does in each experiment. */
export interface PressureSpread {
  readonly fixtures: number;
  /** Fixtures so far from the module's model of them that it stopped believing the sensor; not in what follows. */
  readonly blind: readonly FixtureParameters[];
  readonly worst: Readonly<
    Record<Experiment, Record<"overshoot_MPa" | "settling_s" | "error_MPa" | "swing_MPa", number>>
  >;
  readonly gainMargin: { readonly least: number; readonly fixture: FixtureParameters };
}

export function pressureSpread(
  fixtures: readonly FixtureParameters[],
  onProgress: (share: number) => void = () => {},
): PressureSpread {
  const module = loadModule();
  const cases = fixtures.map((fixture, n) => {
    onProgress(n / fixtures.length);
    return pressureCase(fixture, module);
  });
  const isBlind = ({ responses }: PressureCase) => experiments.some((name) => responses[name].blind);
  const sighted = cases.filter((one) => !isBlind(one));
  const worst = (experiment: Experiment) => {
    const most = (of: (response: PressureResponse) => number) =>
      Math.max(...sighted.map(({ responses }) => of(responses[experiment])));
    return {
      overshoot_MPa: most((response) => response.overshoot_MPa),
      settling_s: most((response) => response.settling_s),
      error_MPa: most((response) => Math.abs(response.error_MPa)),
      swing_MPa: most((response) => response.swing_MPa),
    };
  };
  const least = sighted.reduce((one, other) => (other.gainMargin < one.gainMargin ? other : one));
  return {
    fixtures: fixtures.length,
    blind: cases.filter(isBlind).map(({ fixture }) => fixture),
    worst: {
      "setpoint up": worst("setpoint up"),
      "setpoint down": worst("setpoint down"),
      swelling: worst("swelling"),
    },
    gainMargin: { least: least.gainMargin, fixture: least.fixture },
  };
}

/** All experiments on one fixture. */
export function pressureCase(
  fixture: FixtureParameters,
  module: FirmwareModule = loadModule(),
): PressureCase {
  const of = (experiment: Experiment) => respond(fixture, experiment, {}, module);
  return {
    fixture,
    responses: {
      "setpoint up": of("setpoint up"),
      "setpoint down": of("setpoint down"),
      swelling: of("swelling"),
    },
    gainMargin: gainMargin(fixture, module),
  };
}

function gainMargin(fixture: FixtureParameters, module: FirmwareModule): number {
  const { pressure_gain, pressure_integral_per_s } = loadProfile(PROFILE).values;
  let margin = 0;
  for (const multiple of MULTIPLES) {
    const response = respond(
      fixture,
      "setpoint up",
      {
        pressure_gain: multiple * pressure_gain,
        pressure_integral_per_s: multiple * pressure_integral_per_s,
      },
      module,
    );
    if (response.swing_MPa > RINGS_MPa || response.blind) break;
    margin = multiple;
  }
  return margin;
}

/**
 * One experiment on one fixture.
 * @param parameters of the module, beside those of the profile and the actuator's rate
 */
export function respond(
  fixture: FixtureParameters,
  experiment: Experiment,
  parameters: ParameterValues = {},
  module: FirmwareModule = loadModule(),
): PressureResponse {
  const { values } = loadProfile(PROFILE);
  const start_MPa = START_MPa[experiment];
  module.setParameters({
    ...values,
    fixture_pressure_MPa: start_MPa,
    fixture_stiffness_MPa_um: fixture.stiffness_MPa_um,
    sensor_hasVoltage: 0,
    sensor_hasPressure: 1,
    pressure_rise_MPa_s: Math.min(values.pressure_rise_MPa_s, fixture.rate_MPa_s),
    ...parameters,
  });
  module.reset(1);
  const actuator = new Fixture(start_MPa, {
    lag_s: fixture.lag_s,
    rate_MPa_s: fixture.rate_MPa_s,
    least_MPa: 0,
    most_MPa: 30,
  });
  const stack = new StackPressure(fixture);
  const { delay_samples } = fixture;
  const random = generator(1);
  const sensor = new Sensor({ noise: NOISE_MPa, bias: 0, delay_samples }, random);
  const report = new Sensor({ noise: 0, bias: 0, delay_samples }, random);
  const swellingSpeed_um_s = growthSpeed_um_s(SWELLING.current_mA_cm2, values.metal_molarVolume_cm3_mol);
  const demands = experiment === "setpoint down" ? [DEMAND.high_mA_cm2, DEMAND.low_mA_cm2] : [];
  const [before = DEMAND.low_mA_cm2, after = DEMAND.high_mA_cm2] = demands;
  let stack_MPa = start_MPa;
  let swelling_um = 0;
  let setpoint_MPa = start_MPa;
  let blind = false;
  const trace: number[] = [];
  for (let time_s = -BEFORE_s; time_s < AFTER_s[experiment]; time_s += HOLD_s) {
    const swells = experiment === "swelling" && time_s >= 0 && time_s < SWELLING.for_s;
    const demand = time_s < 0 || experiment === "swelling" ? before : after;
    for (let n = Math.round(HOLD_s / DT_s); n > 0; n--) {
      const input = {
        current_mA_cm2: swells ? SWELLING.current_mA_cm2 : 0,
        voltage_V: 0,
        temperature_degC: AMBIENT_degC,
        stackPressure_MPa: sensor.read(stack_MPa, DT_s).value,
        fixturePressure_MPa: report.read(actuator.pressure_MPa, DT_s).value,
        fresh: ALL_FRESH,
      };
      module.step({ dt_s: DT_s, demand_mA_cm2: demand }, [input]);
    }
    const pack = module.packOutput();
    actuator.advance(HOLD_s, pack.actuatorCommand_MPa);
    if (swells) swelling_um += swellingSpeed_um_s * HOLD_s;
    stack_MPa = stack.advance(HOLD_s, fixture.transfer * actuator.pressure_MPa, swelling_um);
    setpoint_MPa = pack.pressureSetpoint_MPa;
    blind ||= pack.faults !== 0;
    if (time_s >= 0) trace.push(stack_MPa);
  }
  return { ...judgeTrace(trace, setpoint_MPa, experiment), blind };
}

function judgeTrace(
  trace: readonly number[],
  setpoint_MPa: number,
  experiment: Experiment,
): Omit<PressureResponse, "blind"> {
  const off = trace.map((stack_MPa) => stack_MPa - setpoint_MPa);
  const past =
    experiment === "setpoint up"
      ? Math.max(...off)
      : experiment === "setpoint down"
        ? -Math.min(...off)
        : Math.max(...off.map(Math.abs));
  const last = off.slice(-LAST_s / HOLD_s);
  return {
    overshoot_MPa: Math.max(past, 0),
    settling_s: HOLD_s * (off.findLastIndex((error) => Math.abs(error) > BAND_MPa) + 1),
    error_MPa: last.reduce((sum, error) => sum + error, 0) / last.length,
    swing_MPa: Math.max(...last) - Math.min(...last),
  };
}
