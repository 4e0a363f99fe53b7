/// <reference types="assemblyscript/std/assembly/index" />
/// <reference types="@as-pect/assembly/types/as-pect" />
import { CELL_BYTES, CELLS_AT, CellState, PACK_OUTPUT_AT, PackOutput, Reason } from "../layout";
import { slowCeilings, stepLimits } from "../limits";
import { beginPack, endPack, joinPack } from "../pack";
import { apply, cell, parameters, plain } from "./bench";

/** A cell past its startup whose slow constraints have been worked out. */
function ready(): void {
  apply();
  cell.settled = 255;
  cell.criticalPlating_mA_cm2 = 1000;
  cell.crackHeadroom_mA_cm2 = 1000;
  cell.vacancyLimit_mA_cm2 = 1000;
  slowCeilings(cell);
  stepLimits(cell, 0.1);
}

describe("limits", () => {
  beforeEach(() => {
    plain();
    ready();
  });

  it("are the caps where nothing binds", () => {
    expect<f32>(cell.chargeLimit_mA_cm2).toBe(50);
    expect<i32>(cell.chargeReasons & 0xff).toBe(Reason.none);
    expect<f32>(cell.dischargeLimit_mA_cm2).toBe(60);
    expect<i32>(cell.dischargeReasons & 0xff).toBe(Reason.none);
  });

  it("are the strictest constraint, not a product", () => {
    cell.temperature_degC = 0;
    cell.contact = 0.02;
    cell.intrusion = 0.95;
    slowCeilings(cell);
    // 25 by temperature, 20 by contact, 12.5 by intrusion.
    expect<f32>(cell.chargeCeiling_mA_cm2).toBeCloseTo(12.5, 3);
    expect<i32>(cell.chargeCeilingReason).toBe(Reason.intrusion);
    cell.intrusion = 0;
    slowCeilings(cell);
    expect<f32>(cell.chargeCeiling_mA_cm2).toBeCloseTo(20, 4);
    expect<i32>(cell.chargeCeilingReason).toBe(Reason.localCurrent);
  });

  it("rise and fall at their rates", () => {
    parameters.slew_up_mA_cm2_s = 5;
    parameters.slew_down_mA_cm2_s = 20;
    cell.chargeCeiling_mA_cm2 = 10;
    cell.chargeCeilingReason = Reason.temperature;
    stepLimits(cell, 0.1);
    expect<f32>(cell.chargeLimit_mA_cm2).toBe(48);
    cell.chargeCeiling_mA_cm2 = 50;
    cell.chargeCeilingReason = Reason.none;
    stepLimits(cell, 0.1);
    expect<f32>(cell.chargeLimit_mA_cm2).toBe(48.5);
    expect<i32>(cell.chargeReasons & 0xff).toBe(Reason.recovering);
  });

  it("do not follow a rise within the hysteresis", () => {
    parameters.hysteresis_mA_cm2 = 1;
    cell.chargeCeiling_mA_cm2 = 10;
    cell.chargeCeilingReason = Reason.temperature;
    stepLimits(cell, 1);
    cell.chargeCeiling_mA_cm2 = 10.9;
    stepLimits(cell, 1);
    expect<f32>(cell.chargeLimit_mA_cm2).toBe(10);
    cell.chargeCeiling_mA_cm2 = 11.1;
    stepLimits(cell, 1);
    expect<f32>(cell.chargeLimit_mA_cm2).toBeCloseTo(11.1, 5);
  });

  it("are those of the safe state at once when a state is not a number", () => {
    cell.supersaturation = NaN;
    stepLimits(cell, 0.1);
    expect<f32>(cell.chargeLimitContinuous_mA_cm2).toBe(0);
    expect<f32>(cell.dischargeLimitContinuous_mA_cm2).toBeCloseTo(0.05, 6);
    expect<i32>(cell.chargeReasons).toBe(0x01010101 * Reason.state);
  });

  it("are zero in both directions while the cell settles", () => {
    cell.settled = 0;
    stepLimits(cell, 0.1);
    expect<f32>(cell.chargeLimit_mA_cm2).toBe(0);
    expect<f32>(cell.dischargeLimit_mA_cm2).toBe(0);
    expect<i32>(cell.dischargeReasons).toBe(0x01010101 * Reason.startup);
  });
});

describe("a pack", () => {
  it("takes each limit and its reason from the cell that binds it, the first of equals", () => {
    plain();
    const other = changetype<CellState>(CELLS_AT + CELL_BYTES);
    const third = changetype<CellState>(CELLS_AT + 2 * CELL_BYTES);
    const pack = changetype<PackOutput>(PACK_OUTPUT_AT);
    cell.chargeLimit_mA_cm2 = 5;
    other.chargeLimit_mA_cm2 = 3;
    third.chargeLimit_mA_cm2 = 3;
    cell.dischargeLimitContinuous_mA_cm2 = 1;
    other.dischargeLimitContinuous_mA_cm2 = 2;
    third.dischargeLimitContinuous_mA_cm2 = 2;
    cell.chargeReasons = Reason.temperature;
    other.chargeReasons = Reason.crack;
    third.chargeReasons = Reason.capacity;
    cell.dischargeReasons = Reason.vacancy << 24;
    other.dischargeReasons = Reason.metalLeft << 24;
    cell.pressureSetpoint_MPa = 2;
    third.pressureSetpoint_MPa = 4;
    third.pressureReason = Reason.windowMax;
    cell.faults = 1;
    third.faults = 8;
    beginPack();
    joinPack(cell);
    joinPack(other);
    joinPack(third);
    endPack();
    expect<f32>(pack.chargeLimit_mA_cm2).toBe(3);
    expect<i32>(pack.weakestCells_0).toBe(1);
    expect<i32>(pack.chargeReasons & 0xff).toBe(Reason.crack);
    expect<f32>(pack.dischargeLimitContinuous_mA_cm2).toBe(1);
    expect<i32>(pack.weakestCells_7).toBe(0);
    expect<i32>(pack.dischargeReasons >>> 24).toBe(Reason.vacancy);
    expect<f32>(pack.pressureSetpoint_MPa).toBe(4);
    expect<i32>(pack.pressureReason).toBe(Reason.windowMax);
    expect<i32>(pack.faults).toBe(9);
  });
});
