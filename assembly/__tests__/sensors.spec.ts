/// <reference types="assemblyscript/std/assembly/index" />
/// <reference types="@as-pect/assembly/types/as-pect" />
import { CELL_INPUT_AT, CellInput, Fault, Fresh } from "../layout";
import { DOUBT } from "../observer";
import { readSensors } from "../sensors";
import { cell, parameters, plain } from "./bench";

const ALL = Fresh.current | Fresh.voltage | Fresh.temperature | Fresh.pressure;
const input = changetype<CellInput>(CELL_INPUT_AT);

function read(): void {
  readSensors(cell, input, 1);
}

describe("samples", () => {
  beforeEach(() => {
    plain();
    parameters.sensor_hasVoltage = 1;
    parameters.sensor_hasPressure = 1;
    input.current_mA_cm2 = 3;
    input.voltage_V = 3.7;
    input.temperature_degC = 40;
    input.stackPressure_MPa = 2;
    input.fixturePressure_MPa = NaN;
    input.fresh = ALL;
    read();
  });

  it("are taken when they are new, numbers and in range", () => {
    expect<f32>(cell.current_mA_cm2).toBe(3);
    expect<f32>(cell.voltage_V).toBe(3.7);
    expect<f32>(cell.temperature_degC).toBe(40);
    expect<f32>(cell.pressureSample_MPa).toBe(2);
    expect<i32>(cell.faults).toBe(0);
  });

  it("stay in use while others are missing, not numbers or out of range, and age", () => {
    input.current_mA_cm2 = 101;
    input.voltage_V = NaN;
    input.temperature_degC = -61;
    input.stackPressure_MPa = 7;
    input.fresh = ALL & ~Fresh.pressure;
    read();
    expect<f32>(cell.current_mA_cm2).toBe(3);
    expect<f32>(cell.voltage_V).toBe(3.7);
    expect<f32>(cell.temperature_degC).toBe(40);
    expect<f32>(cell.pressureSample_MPa).toBe(2);
    expect<f32>(cell.currentAge_s).toBe(1);
    expect<f32>(cell.pressureAge_s).toBe(1);
  });

  it("are at fault after the timeout, each with its own bit, until one is good again", () => {
    input.fresh = 0;
    read();
    read();
    expect<i32>(cell.faults).toBe(0);
    read();
    expect<i32>(cell.faults).toBe(Fault.current | Fault.voltage | Fault.temperature | Fault.pressure);
    input.fresh = Fresh.temperature;
    read();
    expect<i32>(cell.faults).toBe(Fault.current | Fault.voltage | Fault.pressure);
  });

  it("of sensors that are not fitted may be missing", () => {
    parameters.sensor_hasVoltage = 0;
    parameters.sensor_hasPressure = 0;
    input.fresh = Fresh.current | Fresh.temperature;
    for (let n = 0; n < 10; n++) read();
    expect<i32>(cell.faults).toBe(0);
  });

  it("that stop leave no current flowing", () => {
    input.fresh = 0;
    read();
    expect<f32>(cell.current_mA_cm2).toBe(3);
    read();
    read();
    expect<f32>(cell.current_mA_cm2).toBe(0);
  });

  it("of the fixture need no fresh bit; without any the first pressure is the zero of swelling", () => {
    expect<f32>(cell.fixturePressure_MPa).toBe(2);
    input.fixturePressure_MPa = 5;
    read();
    // The zero of swelling is only taken before the first step is over.
    cell.settled = 1;
    input.fixturePressure_MPa = -1;
    read();
    expect<f32>(cell.fixturePressure_MPa).toBe(5);
  });

  it("the models contradict are at fault", () => {
    cell.voltageDoubt = DOUBT;
    cell.pressureBias_MPa = -1.5;
    read();
    expect<i32>(cell.faults).toBe(Fault.voltage | Fault.pressure);
  });
});
