/// <reference types="assemblyscript/std/assembly/index" />
/// <reference types="@as-pect/assembly/types/as-pect" />
import { resetActuator, stepActuator } from "../actuator";
import { Fault, HEADER_AT, Header, PACK_OUTPUT_AT, PackOutput, Reason } from "../layout";
import { slowSetpoint } from "../setpoint";
import { cell, parameters, plain } from "./bench";

const pack: PackOutput = changetype<PackOutput>(PACK_OUTPUT_AT);
const header: Header = changetype<Header>(HEADER_AT);

function controlled(): void {
  plain();
  const p = parameters;
  p.sensor_hasPressure = 1;
  p.pressure_min_MPa = 1;
  p.pressure_max_MPa = 6;
  p.pressure_gain = 0.5;
  p.pressure_integral_per_s = 0.02;
  p.pressure_deadBand_MPa = 0.05;
  p.pressure_rise_MPa_s = 0.2;
  p.pressure_fall_MPa_s = 0.002;
  cell.stackPressure_MPa = 2;
  pack.pressureSetpoint_MPa = 2;
  pack.faults = 0;
  header.pressureCeiling_MPa = 6;
  resetActuator();
}

/** `n` steps of 0.1 s on a stack that stands `offset` above its command. */
function follow(n: i32, offset: f32): void {
  for (let i = 0; i < n; i++) {
    cell.stackPressure_MPa = pack.actuatorCommand_MPa + offset;
    stepActuator(0.1);
  }
}

describe("the pressure controller", () => {
  beforeEach(controlled);

  it("leaves alone a stack that has what it asks for, within the dead band", () => {
    cell.stackPressure_MPa = 2.04;
    for (let i = 0; i < 1000; i++) stepActuator(0.1);
    expect<f32>(pack.actuatorCommand_MPa).toBe(2);
  });

  it("follows a setpoint up at one rate and down at another", () => {
    parameters.sensor_hasPressure = 0;
    pack.pressureSetpoint_MPa = 4;
    for (let i = 0; i < 50; i++) stepActuator(0.1);
    expect<f32>(pack.actuatorCommand_MPa).toBeCloseTo(3, 4);
    for (let i = 0; i < 100; i++) stepActuator(0.1);
    expect<f32>(pack.actuatorCommand_MPa).toBe(4);
    pack.pressureSetpoint_MPa = 2;
    for (let i = 0; i < 1000; i++) stepActuator(0.1);
    expect<f32>(pack.actuatorCommand_MPa).toBeCloseTo(3.8, 3);
  });

  it("does not follow the noise of its setpoint, but leaves what the stack must not have", () => {
    parameters.sensor_hasPressure = 0;
    for (let i = 0; i < 1000; i++) {
      pack.pressureSetpoint_MPa = i % 2 == 0 ? 2 : 1.96;
      stepActuator(0.1);
      expect<f32>(pack.actuatorCommand_MPa).toBe(2);
    }
    header.pressureCeiling_MPa = 1.5;
    for (let i = 0; i < 30; i++) stepActuator(0.1);
    expect<f32>(pack.actuatorCommand_MPa).toBe(1.5);
  });

  it("takes out what the fixture adds or loses, to the dead band", () => {
    follow(6000, -0.8);
    expect<f32>(pack.actuatorCommand_MPa - 0.8).toBeCloseTo(1.95, 2);
    controlled();
    follow(6000, 0.6);
    expect<f32>(pack.actuatorCommand_MPa + 0.6).toBeCloseTo(2.05, 2);
  });

  it("does not learn from what range cuts off, and unlearns while it does", () => {
    pack.pressureSetpoint_MPa = 6;
    follow(6000, -3);
    expect<f32>(pack.actuatorCommand_MPa).toBe(6);
    const learnt = header.pressureIntegral_MPa;
    follow(6000, -3);
    expect<f32>(header.pressureIntegral_MPa).toBe(learnt);
    expect<f32>(learnt).toBeLessThan(0.5);
    // Pressed too much, with the command still at its end: the integral must go down.
    header.pressureIntegral_MPa = 1;
    follow(20, 0.3);
    expect<f32>(header.pressureIntegral_MPa).toBeLessThan(1);
    follow(6000, 0.3);
    expect<f32>(pack.actuatorCommand_MPa + 0.3).toBeCloseTo(6.05, 2);
  });

  it("never commands a jump, nor out of range", () => {
    parameters.pressure_gain = 5;
    let before = header.actuatorCommand_MPa;
    for (let i = 0; i < 400; i++) {
      cell.stackPressure_MPa = i % 3 == 0 ? 0 : 200;
      pack.pressureSetpoint_MPa = i % 2 == 0 ? 1 : 6;
      stepActuator(0.1);
      expect<f32>(abs<f32>(pack.actuatorCommand_MPa - before)).toBeLessThan(0.0201);
      expect<bool>(pack.actuatorCommand_MPa >= 0 && pack.actuatorCommand_MPa <= 6).toBe(true);
      before = pack.actuatorCommand_MPa;
    }
  });

  it("holds its command while the pressure cannot be believed, and goes on from there", () => {
    follow(600, -0.8);
    const held = pack.actuatorCommand_MPa;
    const learnt = header.pressureIntegral_MPa;
    pack.faults = Fault.pressure;
    pack.pressureSetpoint_MPa = 6;
    follow(600, -5);
    expect<f32>(pack.actuatorCommand_MPa).toBe(held);
    expect<f32>(header.pressureIntegral_MPa).toBe(learnt);
    pack.faults = 0;
    follow(1, -0.8);
    expect<f32>(abs<f32>(pack.actuatorCommand_MPa - held)).toBeLessThan(0.0201);
  });
});

describe("the setpoint", () => {
  beforeEach(() => {
    controlled();
    parameters.intrusion_onset_MPa = 5;
    cell.creepPressureRatio = 1;
    cell.contact = 1;
    cell.sustained_mA_cm2 = 1;
    cell.creepLimit_mA_cm2 = 1;
  });

  it("is the least pressure that serves the current asked for", () => {
    // 1 + (S/3)² = 2.
    slowSetpoint(cell, 2);
    expect<f32>(cell.pressureSetpoint_MPa).toBeCloseTo(3, 3);
    expect<i32>(cell.pressureReason).toBe(Reason.vacancy);
    slowSetpoint(cell, 0.5);
    expect<f32>(cell.pressureSetpoint_MPa).toBe(1);
    expect<i32>(cell.pressureReason).toBe(Reason.windowMin);
  });

  it("ends where creep intrusion sets in, in heat sooner", () => {
    slowSetpoint(cell, 50);
    // 5 less two dead bands.
    expect<f32>(cell.pressureSetpoint_MPa).toBeCloseTo(4.9, 4);
    expect<i32>(cell.pressureReason).toBe(Reason.intrusion);
    cell.creepPressureRatio = 1.25;
    slowSetpoint(cell, 50);
    expect<f32>(cell.pressureSetpoint_MPa).toBeCloseTo(3.9, 4);
    parameters.intrusion_onset_MPa = 100;
    slowSetpoint(cell, 50);
    expect<f32>(cell.pressureSetpoint_MPa).toBe(6);
    expect<i32>(cell.pressureReason).toBe(Reason.windowMax);
  });
});
