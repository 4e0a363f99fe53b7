/// <reference types="assemblyscript/std/assembly/index" />
/// <reference types="@as-pect/assembly/types/as-pect" />
import { slowInterface, slowSite, stepPlating } from "../plating";
import { apply, cell, derived, parameters, plain } from "./bench";

/** An interlayer whose three sites have the given conductances and no thresholds but the barriers given. */
function layered(se: f32, pore: f32, cc: f32): void {
  parameters.interlayer_thickness_um = 10;
  parameters.cell_initialMetal_mAh_cm2 = 0;
  apply();
  cell.stackPressure_MPa = 0;
  cell.seConductance_S_cm2 = se;
  cell.poreConductance_S_cm2 = pore;
  cell.ccConductance_S_cm2 = cc;
}

describe("a plating current", () => {
  beforeEach(plain);

  it("is shared like through resistors where there are no thresholds", () => {
    layered(0.1, 0.2, 0.7);
    cell.current_mA_cm2 = 5;
    stepPlating(cell, 0.1);
    expect<f32>(cell.seCurrent_mA_cm2).toBeCloseTo(0.5, 5);
    expect<f32>(cell.poreCurrent_mA_cm2).toBeCloseTo(1, 5);
    expect<f32>(cell.ccCurrent_mA_cm2).toBeCloseTo(3.5, 5);
    expect<f32>(cell.overpotential_mV).toBeCloseTo(5, 4);
  });

  it("pays the way that pores and collector share for what either takes", () => {
    layered(0.1, 0.5, 0.25);
    cell.sharedPath_ohm_cm2 = 2;
    cell.seBarrier_mV = 8;
    cell.ccBarrier_mV = 3;
    cell.current_mA_cm2 = 2.3;
    stepPlating(cell, 0.1);
    // 2.25 mA/cm² on the way of 2 Ω·cm² take 4.5 of 8.5 mV.
    expect<f32>(cell.overpotential_mV).toBeCloseTo(8.5, 4);
    expect<f32>(cell.seCurrent_mA_cm2).toBeCloseTo(0.05, 4);
    expect<f32>(cell.poreCurrent_mA_cm2).toBeCloseTo(2, 4);
    expect<f32>(cell.ccCurrent_mA_cm2).toBeCloseTo(0.25, 4);
  });

  it("passes by a site whose threshold the others never reach", () => {
    layered(1, 0.25, 0.25);
    cell.seBarrier_mV = 20;
    cell.current_mA_cm2 = 5;
    stepPlating(cell, 0.1);
    expect<f32>(cell.seCurrent_mA_cm2).toBe(0);
    expect<f32>(cell.overpotential_mV).toBeCloseTo(10, 4);
  });

  it("needs only half a barrier at a site that holds the nucleation charge", () => {
    layered(1, 1, 1);
    cell.seBarrier_mV = 20;
    cell.seCharge_mAh_cm2 = 0.01;
    stepPlating(cell, 0.1);
    expect<f32>(cell.seThreshold_mV).toBeCloseTo(10, 4);
  });

  it("feels the pressures: the stack's at the flat sites, the overfill's in the pores", () => {
    layered(1, 1, 1);
    cell.stackPressure_MPa = 10;
    cell.sePressure_MPa = 100;
    cell.poreCharge_mAh_cm2 = derived.poreCapacity_mAh_cm2 * 1.05;
    stepPlating(cell, 0.1);
    expect<f32>(cell.seThreshold_mV).toBeCloseTo(110 * 0.13482, 2);
    expect<f32>(cell.poreThreshold_mV).toBeCloseTo(50 * 0.13482, 2);
    expect<f32>(cell.ccThreshold_mV).toBeCloseTo(10 * 0.13482, 2);
  });

  it("goes to the electrolyte where there is no interlayer", () => {
    cell.current_mA_cm2 = 3;
    stepPlating(cell, 1);
    expect<f32>(cell.seCurrent_mA_cm2).toBe(3);
    expect<f32>(cell.ccCurrent_mA_cm2).toBe(0);
  });
});

describe("a stripping current", () => {
  beforeEach(plain);

  it("draws on the sites that hold metal, those under pressure first", () => {
    layered(1, 1, 1);
    cell.seCharge_mAh_cm2 = 1;
    cell.ccCharge_mAh_cm2 = 1;
    cell.sePressure_MPa = 100;
    cell.current_mA_cm2 = -10;
    stepPlating(cell, 0.1);
    expect<f32>(cell.seCurrent_mA_cm2).toBe(-10);
    expect<f32>(cell.poreCurrent_mA_cm2).toBe(0);
    expect<f32>(cell.ccCurrent_mA_cm2).toBe(0);
    cell.current_mA_cm2 = -30;
    stepPlating(cell, 0.1);
    expect<f32>(cell.seCurrent_mA_cm2 + cell.ccCurrent_mA_cm2).toBeCloseTo(-30, 4);
    expect<f32>(cell.ccCurrent_mA_cm2 - cell.seCurrent_mA_cm2).toBeCloseTo(13.48, 2);
  });

  it("leaves a deficit when there is none", () => {
    layered(1, 1, 1);
    cell.ccCharge_mAh_cm2 = 0.001;
    cell.current_mA_cm2 = -36;
    stepPlating(cell, 1);
    expect<f32>(cell.ccCharge_mAh_cm2).toBe(0);
    expect<f32>(cell.ccCurrent_mA_cm2).toBeCloseTo(-3.6, 4);
    expect<f32>(cell.deficit_mAh_cm2).toBeCloseTo(0.009, 6);
  });
});

describe("a path", () => {
  beforeEach(plain);

  it("leads across none, part or all of the interlayer, pores and collector together at first", () => {
    parameters.interlayer_thickness_um = 20;
    parameters.interlayer_conductivity_mS_cm = 0.1;
    apply();
    cell.chargeTransferRate = 1;
    // 20 µm of 0.1 mS/cm are 20 Ω·cm², against a charge transfer of 10 Ω·cm²: ν² = 2.
    cell.interlayer_ohm_cm2 = 20;
    for (let site: usize = 0; site < 3; site++) slowSite(cell, site, 298.15);
    const nu = Math.sqrt(2);
    const shared = cell.sharedPath_ohm_cm2;
    expect<f32>((1.0 as f32) / cell.seConductanceRest_S_cm2).toBeCloseTo(10, 4);
    expect<f32>(shared).toBeCloseTo(<f32>(10 * nu * Math.tanh(nu / 2)), 2);
    expect<f32>((1.0 as f32) / cell.poreConductanceRest_S_cm2).toBeCloseTo(
      <f32>((10 * nu) / Math.sinh(nu)),
      1,
    );
    expect<f32>((1.0 as f32) / cell.ccConductanceRest_S_cm2 + shared).toBeCloseTo(30, 4);
    slowInterface(cell);
    expect<f32>(cell.interfaceResistance_ohm_cm2).toBeCloseTo(30, 4);
    expect<f32>(cell.contactResistance_ohm_cm2).toBeCloseTo(10, 4);
  });

  it("loses resistance to current as Butler–Volmer has it: η = (2kT/e)·asinh(j·R/(2kT/e))", () => {
    cell.seCurrent_mA_cm2 = 20;
    slowSite(cell, 0, 298.15);
    const two: f32 = 2 * 25.6926;
    const eta = two * <f32>Math.asinh(200 / two);
    expect<f32>(<f32>20 / cell.seConductance_S_cm2).toBeCloseTo(eta, 2);
    expect<f32>(cell.seConductanceRest_S_cm2).toBeCloseTo(0.1, 6);
  });

  it("gains from a covering solute, and its barrier goes with it", () => {
    parameters.solute_loading_mg_Ah = 10;
    parameters.solute_transferRelief = 0.8;
    parameters.solute_coverShare = 0.5;
    parameters.solute_initialSeShare = 0.25;
    parameters.se_nucleation_mV = 40;
    apply();
    slowSite(cell, 0, 298.15);
    // Half covered; f(90°) = ½.
    expect<f32>((1.0 as f32) / cell.seConductanceRest_S_cm2).toBeCloseTo(6, 4);
    expect<f32>(cell.seBarrier_mV).toBeCloseTo(10, 4);
  });

  it("loses contact", () => {
    cell.contact = 0.25;
    slowSite(cell, 0, 298.15);
    slowInterface(cell);
    expect<f32>(cell.interfaceResistance_ohm_cm2).toBeCloseTo(40, 4);
    expect<f32>(cell.contactResistance_ohm_cm2).toBeCloseTo(10, 4);
  });
});
