/**
 * Which samples may be believed. A sample counts when it is new, a number and in range; else the last good one stays
 * in use and ages. Past the timeout the sensor is at fault and the cell's limits go to the safe state.
 */
import { CellInput, CellState, Fault, Fresh, PARAMS_AT, Parameters } from "./layout";
import { snap } from "./numeric";
import { DOUBT } from "./observer";

const COLDEST_DEGC: f32 = -60.0;
const HOTTEST_DEGC: f32 = 200.0;
const LARGEST_V: f32 = 10.0;
const LARGEST_MPA: f32 = 200.0;

/** 1 when the sample is new and within [low, high]; NaN compares false. */
function good(sample: f32, low: f32, high: f32, fresh: i32): i32 {
  return i32(sample >= low) & i32(sample <= high) & i32(fresh != 0);
}

/** The same within ±most. */
function goodEitherSign(sample: f32, most: f32, fresh: i32): i32 {
  return i32(abs<f32>(sample) <= most) & i32(fresh != 0);
}

function age(previous_s: f32, dt: f32, isGood: i32): f32 {
  // An f32 stops growing by tenths of a second at 2²¹ s: old enough, and no clamp.
  return select<f32>(0.0, previous_s + dt, isGood);
}

/** The fault's bit when a sensor that is fitted has been silent too long; an age that is no number is too long. */
function staleBit(bit: i32, age_s: f32, fitted: f32): i32 {
  const p = changetype<Parameters>(PARAMS_AT);
  return select<i32>(0, bit, i32(age_s <= p.sensor_timeout_s) | i32(fitted <= 0.5));
}

/** Takes one step's samples over into the state and sets the sensor bits of `faults`, clearing all others. */
export function readSensors(cell: CellState, input: CellInput, dt: f32): void {
  const p = changetype<Parameters>(PARAMS_AT);
  const fresh = input.fresh;

  const current = input.current_mA_cm2;
  const currentGood = goodEitherSign(current, p.sensor_maxCurrent_mA_cm2, fresh & Fresh.current);
  cell.currentAge_s = age(cell.currentAge_s, dt, currentGood);
  const currentStale = staleBit(Fault.current, cell.currentAge_s, 1.0);
  cell.lastCurrent_mA_cm2 = cell.current_mA_cm2;
  // Silence is not a current: what flows is unknown, so nothing is integrated once the sample is stale.
  cell.current_mA_cm2 = select<f32>(
    snap(current),
    select<f32>(0.0, cell.current_mA_cm2, currentStale),
    currentGood,
  );

  const voltage = input.voltage_V;
  const voltageGood = goodEitherSign(voltage, LARGEST_V, fresh & Fresh.voltage);
  cell.voltageAge_s = age(cell.voltageAge_s, dt, voltageGood);
  cell.voltage_V = select<f32>(snap(voltage), cell.voltage_V, voltageGood);

  const temperature = input.temperature_degC;
  const temperatureGood = good(temperature, COLDEST_DEGC, HOTTEST_DEGC, fresh & Fresh.temperature);
  cell.temperatureAge_s = age(cell.temperatureAge_s, dt, temperatureGood);
  cell.temperature_degC = select<f32>(snap(temperature), cell.temperature_degC, temperatureGood);

  const pressure = snap(input.stackPressure_MPa);
  const pressureGood = good(pressure, 0.0, LARGEST_MPA, fresh & Fresh.pressure);
  cell.pressureAge_s = age(cell.pressureAge_s, dt, pressureGood);
  cell.pressureSample_MPa = select<f32>(pressure, cell.pressureSample_MPa, pressureGood);

  const fixture = snap(input.fixturePressure_MPa);
  const fixtureGood = good(fixture, 0.0, LARGEST_MPA, 1);
  // Without a fixture reading the first pressure sample is the zero of swelling.
  const first = pressureGood & i32(cell.settled == 0);
  cell.fixturePressure_MPa = select<f32>(
    fixture,
    select<f32>(pressure, cell.fixturePressure_MPa, first),
    fixtureGood,
  );

  // A sensor the models contradict lastingly is as good as none.
  const contradicted =
    select<i32>(Fault.voltage, 0, cell.voltageDoubt >= DOUBT) |
    select<i32>(Fault.pressure, 0, abs<f32>(cell.pressureBias_MPa) > p.pressureSensor_tolerance_MPa);
  cell.faults =
    contradicted |
    currentStale |
    staleBit(Fault.temperature, cell.temperatureAge_s, 1.0) |
    staleBit(Fault.voltage, cell.voltageAge_s, p.sensor_hasVoltage) |
    staleBit(Fault.pressure, cell.pressureAge_s, p.sensor_hasPressure);
}
