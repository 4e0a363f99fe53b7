/// <reference types="assemblyscript/std/assembly/index" />
/// <reference types="@as-pect/assembly/types/as-pect" />
import { slowSolute, slowSoluteRate } from "../solute";
import { apply, cell, parameters, plain } from "./bench";

/** An Ag–C layer whose silver is mobile at once: 16 mg/Ah for 5 mAh/cm², 0.0199 mAh/cm² of atoms. */
function silver(): void {
  plain();
  parameters.interlayer_thickness_um = 10;
  parameters.cell_initialMetal_mAh_cm2 = 0;
  parameters.solute_loading_mg_Ah = 16;
  parameters.solute_boundaryDiffusion_nm3_s = 1e20;
  parameters.solute_boundaryDiffusion_Q_kJ_mol = 90;
  parameters.solute_mobilityFactor = 1e6;
  parameters.solute_return = 0.25;
  apply();
  slowSoluteRate(cell, 0);
}

function cycle(to: f32): void {
  cell.ccCharge_mAh_cm2 = to;
  slowSolute(cell, 1);
  cell.ccCharge_mAh_cm2 = 0;
  slowSolute(cell, 1);
}

describe("the solute", () => {
  beforeEach(silver);

  it("begins where the parameters say", () => {
    parameters.solute_initialSeShare = 0.3;
    parameters.solute_initialCcShare = 0.2;
    apply();
    expect<f32>(cell.soluteSeShare + cell.soluteCcShare).toBe(0.5);
    expect<f32>(cell.solutePoreShare).toBe(0.5);
  });

  it("dissolves into new metal up to its solubility", () => {
    cell.ccCharge_mAh_cm2 = 0.5;
    slowSolute(cell, 1);
    expect<f32>(cell.soluteCcShare).toBeCloseTo((0.5 * 0.01) / 0.019877, 3);
  });

  it("cannot dissolve faster than it moves", () => {
    parameters.solute_mobilityFactor = 0;
    apply();
    slowSoluteRate(cell, 0);
    cell.ccCharge_mAh_cm2 = 0.5;
    slowSolute(cell, 1);
    expect<f32>(cell.soluteCcShare).toBe(0);
  });

  it("comes back in part when the metal is stripped", () => {
    cell.ccCharge_mAh_cm2 = 1;
    slowSolute(cell, 1);
    const full = cell.soluteCcShare;
    cell.ccCharge_mAh_cm2 = 0;
    slowSolute(cell, 1);
    expect<f32>(cell.soluteCcShare / full).toBeCloseTo(0.75, 4);
  });

  it("comes back as much in many small strips as in one", () => {
    cell.ccCharge_mAh_cm2 = 1;
    slowSolute(cell, 1);
    const full = cell.soluteCcShare;
    for (let n = 999; n >= 0; n--) {
      cell.ccCharge_mAh_cm2 = <f32>n * 0.001;
      slowSolute(cell, 1);
    }
    expect<f32>(cell.soluteCcShare / full).toBeCloseTo(0.75, 3);
  });

  it("comes back no more for pulses of charge in between", () => {
    cell.ccCharge_mAh_cm2 = 5;
    slowSolute(cell, 1);
    expect<f32>(cell.soluteCcShare).toBeCloseTo(1, 3);
    for (let n = 499; n >= 0; n--) {
      cell.ccCharge_mAh_cm2 = <f32>n * 0.01;
      slowSolute(cell, 1);
      // What the pulse plates dissolves particles of its own site, so a return stays a return of what was stripped.
      parameters.solute_mobilityFactor = 0;
      cell.ccCharge_mAh_cm2 = <f32>n * 0.01 + 0.001;
      slowSolute(cell, 1);
    }
    expect<f32>(cell.soluteCcShare).toBeGreaterThan(0.65);
    expect<f32>(cell.soluteCcShare).toBeLessThan(0.76);
  });

  it("gathers at the collector over cycles, its shares always summing to 1", () => {
    parameters.solute_mobilityFactor = 1;
    apply();
    slowSoluteRate(cell, 0);
    let previous = cell.soluteCcShare;
    for (let n = 0; n < 10; n++) {
      cycle(2);
      expect<f32>(cell.soluteCcShare).toBeGreaterThan(previous);
      expect<f32>(cell.soluteSeShare + cell.solutePoreShare + cell.soluteCcShare).toBe(1);
      previous = cell.soluteCcShare;
    }
  });
});
