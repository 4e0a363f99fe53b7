/** The pack is its weakest cell: series cells share one current, so every limit is the minimum over them. */
import {
  CELL_BYTES,
  CELLS_AT,
  CellState,
  HEADER_AT,
  Header,
  PACK_OUTPUT_AT,
  PackOutput,
  Reason,
} from "./layout";
import { pressureCeiling_MPa } from "./setpoint";

/** Four charge limits and four discharge limits, in this order in the cell's record and in the pack's. */
const DISCHARGE: usize = 4;
const WEAKEST: usize = offsetof<PackOutput>("weakestCells_0");

/** Before the first cell of a step. */
export function beginPack(): void {
  const pack = changetype<PackOutput>(PACK_OUTPUT_AT);
  const first: i32 = <i32>CELLS_AT;
  pack.weakestCells_0 = first;
  pack.weakestCells_1 = first;
  pack.weakestCells_2 = first;
  pack.weakestCells_3 = first;
  pack.weakestCells_4 = first;
  pack.weakestCells_5 = first;
  pack.weakestCells_6 = first;
  pack.weakestCells_7 = first;
  pack.pressureSetpoint_MPa = -1.0;
  pack.pressureReason = Reason.none;
  pack.faults = 0;
  changetype<Header>(HEADER_AT).creepPressureRatio = 1.0;
}

/** Joins limit number `k` of a cell: only the weakest cell's address is kept. Of equal ones it is the first. */
function join(cell: CellState, k: usize): void {
  const at = PACK_OUTPUT_AT + (k << 2);
  const address = changetype<i32>(cell);
  const weakest = load<i32>(at, WEAKEST);
  const stricter = load<f32>(<usize>address + (k << 2)) < load<f32>(<usize>weakest + (k << 2));
  store<i32>(at, select<i32>(address, weakest, stricter), WEAKEST);
}

/** After each cell of a step. */
export function joinPack(cell: CellState): void {
  const pack = changetype<PackOutput>(PACK_OUTPUT_AT);
  join(cell, 0);
  join(cell, 1);
  join(cell, 2);
  join(cell, 3);
  join(cell, DISCHARGE);
  join(cell, DISCHARGE + 1);
  join(cell, DISCHARGE + 2);
  join(cell, DISCHARGE + 3);
  const setpoint = cell.pressureSetpoint_MPa;
  const highest = pack.pressureSetpoint_MPa;
  // What is not a number compares false and is not joined.
  const higher = setpoint > highest;
  pack.pressureReason = select<i32>(cell.pressureReason, pack.pressureReason, higher);
  pack.pressureSetpoint_MPa = select<f32>(setpoint, highest, higher);
  pack.faults |= cell.faults;
  const header = changetype<Header>(HEADER_AT);
  const ratio = cell.creepPressureRatio;
  const hottest = header.creepPressureRatio;
  header.creepPressureRatio = select<f32>(ratio, hottest, ratio > hottest);
}

/** Publishes limit number `k` and the index of the cell that binds it; returns that cell's `reasons`. */
function publish(k: usize, reasons: usize): i32 {
  const at = PACK_OUTPUT_AT + (k << 2);
  const weakest = load<usize>(at, WEAKEST);
  store<f32>(at, load<f32>(weakest + (k << 2)));
  store<usize>(at, (weakest - CELLS_AT) / CELL_BYTES, WEAKEST);
  return load<i32>(weakest + reasons);
}

/**
 * After the last cell: each limit and its reason are those of the cell that binds it; the setpoint, which is what the
 * cell in most need asks for, stays below what the hottest can bear.
 */
export function endPack(): void {
  const charge = offsetof<CellState>("chargeReasons");
  const discharge = offsetof<CellState>("dischargeReasons");
  const pack = changetype<PackOutput>(PACK_OUTPUT_AT);
  pack.chargeReasons =
    (publish(0, charge) & 0xff) |
    (publish(1, charge) & 0xff00) |
    (publish(2, charge) & 0xff0000) |
    (publish(3, charge) & 0xff000000);
  pack.dischargeReasons =
    (publish(DISCHARGE, discharge) & 0xff) |
    (publish(DISCHARGE + 1, discharge) & 0xff00) |
    (publish(DISCHARGE + 2, discharge) & 0xff0000) |
    (publish(DISCHARGE + 3, discharge) & 0xff000000);
  const header = changetype<Header>(HEADER_AT);
  const ceiling = pressureCeiling_MPa(header.creepPressureRatio);
  header.pressureCeiling_MPa = ceiling;
  const setpoint = pack.pressureSetpoint_MPa;
  pack.pressureReason = select<i32>(Reason.intrusion, pack.pressureReason, setpoint > ceiling);
  pack.pressureSetpoint_MPa = min<f32>(setpoint, ceiling);
}
