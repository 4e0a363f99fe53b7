/// <reference types="assemblyscript/std/assembly/index" />
/// <reference types="@as-pect/assembly/types/as-pect" />
import { slowIntrusion, slowRelaxation, slowStress, stepSePressure, stepStackPressure } from "../stress";
import { inverseTemperature } from "../thermo";
import { apply, cell, derived, parameters, plain } from "./bench";

function press(current: f32, dt: f32, steps: i32): void {
  cell.seCurrent_mA_cm2 = current;
  for (let n = 0; n < steps; n++) stepSePressure(cell, dt);
}

/** Steady pressure of growth against creep: 10·(g/7.7e-3)^(1/6.56) MPa, g in µm/s. */
function steady(current: f32): f32 {
  return <f32>(10 * ((current * 4.85347) / 3600 / 0.0077) ** (1 / 6.56));
}

describe("β-phase pressure", () => {
  beforeEach(() => {
    plain();
    slowStress(cell, 0);
  });

  it("follows growth while creep is slow", () => {
    press(0.01, 0.1, 10);
    expect<f32>(cell.sePressure_MPa).toBeCloseTo((0.01 * 4.85347 * 14870) / 3600, 3);
  });

  it("rests where creep takes all growth away, at any step length", () => {
    press(1, 0.1, 500);
    expect<f32>(cell.sePressure_MPa).toBeCloseTo(steady(1), 3);
    press(0.1, 10, 500);
    expect<f32>(cell.sePressure_MPa).toBeCloseTo(steady(0.1), 3);
  });

  it("passes no steady state, upwards or downwards", () => {
    press(5, 10, 1);
    expect<f32>(cell.sePressure_MPa).toBeLessThanOrEqual(steady(5) * 1.00001);
    for (let n = 0; n < 50; n++) {
      press(0.2, 10, 1);
      expect<f32>(cell.sePressure_MPa).toBeGreaterThan(steady(0.2) * 0.99999);
    }
  });

  it("falls at rest as σ·(1 + (n − 1)·z)^(−1/(n − 1)), within 3 %, never too low", () => {
    cell.sePressure_MPa = 10;
    press(0, 1, 1);
    // z = M/h·a·σ^(n−1)·dt = 14870·0.0077·10^(−6.56)·10^5.56.
    const exact: f32 = <f32>(10 * (1 + 5.56 * 11.4499) ** (-1 / 5.56));
    expect<f32>(cell.sePressure_MPa).toBeGreaterThan(exact);
    expect<f32>(cell.sePressure_MPa).toBeLessThan(exact + 0.3);
  });

  it("allows the SE-side current whose steady pressure is the allowed crack index", () => {
    press(cell.crackHeadroom_mA_cm2, 10, 1000);
    expect<f32>(cell.crackIndex).toBeCloseTo(0.5, 4);
  });
});

describe("stack pressure", () => {
  beforeEach(plain);

  it("rises with metal outside the pores less the cathode's shrinkage", () => {
    parameters.interlayer_thickness_um = 10;
    parameters.fixture_stiffness_MPa_um = 0.1;
    parameters.cathode_shrink_um_mAh_cm2 = 0.5;
    parameters.cell_initialMetal_mAh_cm2 = 0;
    apply();
    cell.seCharge_mAh_cm2 = 1;
    cell.ccCharge_mAh_cm2 = 2;
    cell.poreCharge_mAh_cm2 = derived.poreCapacity_mAh_cm2 + 0.5;
    const all: f32 = (3.5 as f32) + derived.poreCapacity_mAh_cm2;
    stepStackPressure(cell, 1);
    expect<f32>(cell.stackPressure_MPa).toBeCloseTo(2 + 0.1 * (3.5 * 4.85347 - 0.5 * all), 4);
  });

  it("relaxes by its fraction of what fixture and swelling make", () => {
    parameters.fixture_relaxFraction = 0.25;
    for (let n = 0; n < 3000; n++) {
      slowRelaxation(cell, 10);
      stepStackPressure(cell, 10);
    }
    expect<f32>(cell.stackPressure_MPa).toBeCloseTo(1.5, 3);
  });

  it("follows a sensor no further than twice its tolerance", () => {
    parameters.sensor_hasPressure = 1;
    parameters.pressureSensor_gain_per_s = 1;
    cell.pressureSample_MPa = 2.5;
    for (let n = 0; n < 100; n++) {
      cell.pressureAge_s = 0;
      stepStackPressure(cell, 1);
    }
    expect<f32>(cell.stackPressure_MPa).toBeCloseTo(2.5, 4);
    cell.pressureSample_MPa = 50;
    for (let n = 0; n < 100; n++) {
      cell.pressureAge_s = 0;
      stepStackPressure(cell, 1);
    }
    expect<f32>(cell.stackPressure_MPa).toBe(4);
  });

  it("takes a jump of its sensor whole, and learns what is less slowly", () => {
    parameters.sensor_hasPressure = 1;
    parameters.pressureSensor_gain_per_s = 0.02;
    cell.pressureAge_s = 0;
    cell.pressureSample_MPa = 3.4;
    stepStackPressure(cell, 1);
    expect<f32>(cell.pressureBias_MPa).toBeLessThan(0.03);
    cell.pressureSample_MPa = 3.7;
    stepStackPressure(cell, 1);
    expect<f32>(cell.pressureBias_MPa).toBeGreaterThan(1);
    // A stale sample is no jump.
    cell.pressureBias_MPa = 0;
    cell.pressureAge_s = 5;
    stepStackPressure(cell, 1);
    expect<f32>(cell.pressureBias_MPa).toBe(0);
  });
});

describe("intrusion", () => {
  beforeEach(() => {
    plain();
    parameters.intrusion_lnTime = 2;
    parameters.intrusion_perMPa = 0.1;
    parameters.intrusion_onset_MPa = 5;
    parameters.intrusion_minCurrent_mA_cm2 = 0.01;
  });

  it("is 1 after exp(a − b·S) hours of current", () => {
    cell.stackPressure_MPa = 10;
    cell.current_mA_cm2 = -0.1;
    // e¹ h.
    for (let n = 0; n < 978; n++) slowIntrusion(cell, 10.0059);
    expect<f32>(cell.intrusion).toBeCloseTo(1, 3);
  });

  it("stands still without current and below its onset", () => {
    cell.stackPressure_MPa = 10;
    slowIntrusion(cell, 1000);
    cell.stackPressure_MPa = 5;
    cell.current_mA_cm2 = 1;
    slowIntrusion(cell, 1000);
    expect<f32>(cell.intrusion).toBe(0);
  });

  it("takes heat for pressure, and cold for nothing", () => {
    slowStress(cell, inverseTemperature(333.15));
    // exp(37000/(6.56·R)·(1/298.15 − 1/333.15)): 5 MPa creep at 60 °C as 6.35 MPa do at 25 °C.
    expect<f32>(cell.creepPressureRatio).toBeCloseTo(1.27, 2);
    cell.stackPressure_MPa = 5;
    cell.current_mA_cm2 = 1;
    slowIntrusion(cell, 1000);
    expect<f32>(cell.intrusion).toBeGreaterThan(0);
    slowStress(cell, inverseTemperature(253.15));
    expect<f32>(cell.creepPressureRatio).toBe(1);
  });
});
