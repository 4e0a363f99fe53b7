/// <reference types="assemblyscript/std/assembly/index" />
/// <reference types="@as-pect/assembly/types/as-pect" />
import { slowInterphase } from "../interphase";
import { inverseTemperature } from "../thermo";
import { apply, cell, parameters, plain } from "./bench";

describe("the interphase", () => {
  beforeEach(() => {
    plain();
    parameters.interphase_growth_ohm_cm2_sqrth = 2;
    parameters.interphase_Ea_eV = 0.6;
  });

  it("grows as the root of time", () => {
    for (let n = 0; n < 90000; n++) slowInterphase(cell, 0, 1.6);
    expect<f32>(sqrt<f32>(cell.interphaseSquared_ohm2_cm4)).toBeCloseTo(2 * 6.324555, 3);
  });

  it("adds to what was there as squares", () => {
    parameters.interphase_initial_ohm_cm2 = 3;
    apply();
    slowInterphase(cell, 0, 4 * 3600);
    expect<f32>(sqrt<f32>(cell.interphaseSquared_ohm2_cm4)).toBeCloseTo(5, 4);
  });

  it("grows faster when warm", () => {
    slowInterphase(cell, inverseTemperature(333.15), 3600);
    // exp(0.6 eV·(1/kT₀ − 1/kT)) = 11.63.
    expect<f32>(cell.interphaseSquared_ohm2_cm4 / 4).toBeCloseTo(11.63, 1);
  });

  it("spalls once for each unit of new damage", () => {
    parameters.interphase_growth_ohm_cm2_sqrth = 0;
    parameters.interphase_spall_ohm2_cm4 = 100;
    cell.stackCycleDamage = 0.5;
    cell.seCycleDamage = 0.25;
    slowInterphase(cell, 0, 1);
    slowInterphase(cell, 0, 1);
    expect<f32>(cell.interphaseSquared_ohm2_cm4).toBeCloseTo(75, 3);
  });

  it("leaks only metal at the electrolyte, and more where it has spalled", () => {
    parameters.interphase_leak_mA_cm2 = 0.1;
    cell.seCharge_mAh_cm2 = 1;
    cell.ccCharge_mAh_cm2 = 1;
    slowInterphase(cell, 0, 3600);
    expect<f32>(cell.seCharge_mAh_cm2).toBeCloseTo(0.9, 5);
    cell.stackCycleDamage = 1;
    slowInterphase(cell, 0, 36000);
    expect<f32>(cell.seCharge_mAh_cm2).toBe(0);
    expect<f32>(cell.ccCharge_mAh_cm2).toBe(1);
    expect<f32>(cell.selfDischarge_mAh_cm2).toBeCloseTo(1, 5);
  });
});
