/** The pack is its weakest cell: series cells share one current, so every limit is the minimum over them. */
import { CELL_BYTES, CELLS_AT, CellState, PACK_OUTPUT_AT, PackOutput, Reason } from "./layout";
import { UNBOUNDED } from "./numeric";

/** Four charge limits and four discharge limits, in this order in the cell's record and in the pack's. */
const DISCHARGE: usize = 4;
const WEAKEST: usize = offsetof<PackOutput>("weakestCells_0");

/** Before the first cell of a step. */
export function beginPack(): void {
  const pack = changetype<PackOutput>(PACK_OUTPUT_AT);
  pack.chargeLimit_mA_cm2 = UNBOUNDED;
  pack.chargeLimit2s_mA_cm2 = UNBOUNDED;
  pack.chargeLimit10s_mA_cm2 = UNBOUNDED;
  pack.chargeLimitContinuous_mA_cm2 = UNBOUNDED;
  pack.dischargeLimit_mA_cm2 = UNBOUNDED;
  pack.dischargeLimit2s_mA_cm2 = UNBOUNDED;
  pack.dischargeLimit10s_mA_cm2 = UNBOUNDED;
  pack.dischargeLimitContinuous_mA_cm2 = UNBOUNDED;
  pack.pressureSetpoint_MPa = -1.0;
  pack.pressureReason = Reason.none;
  pack.faults = 0;
}

/** Joins limit number `k` of a cell. Of cells with equal limits the first is the weakest. */
function join(cell: CellState, index: i32, k: usize): void {
  const candidate = load<f32>(changetype<usize>(cell) + (k << 2));
  const at = PACK_OUTPUT_AT + (k << 2);
  const strictest = load<f32>(at);
  store<f32>(at, min<f32>(candidate, strictest));
  store<i32>(at, select<i32>(index, load<i32>(at, WEAKEST), candidate < strictest), WEAKEST);
}

/** After each cell of a step. */
export function joinPack(cell: CellState, index: i32): void {
  const pack = changetype<PackOutput>(PACK_OUTPUT_AT);
  join(cell, index, 0);
  join(cell, index, 1);
  join(cell, index, 2);
  join(cell, index, 3);
  join(cell, index, DISCHARGE);
  join(cell, index, DISCHARGE + 1);
  join(cell, index, DISCHARGE + 2);
  join(cell, index, DISCHARGE + 3);
  const setpoint = cell.pressureSetpoint_MPa;
  const highest = pack.pressureSetpoint_MPa;
  // A setpoint that is not a number compares false and is not joined.
  const higher = setpoint > highest;
  pack.pressureReason = select<i32>(cell.pressureReason, pack.pressureReason, higher);
  pack.pressureSetpoint_MPa = select<f32>(setpoint, highest, higher);
  pack.faults |= cell.faults;
}

/** The cell that binds limit number `k`. */
function weakest(k: usize): CellState {
  const index = load<i32>(PACK_OUTPUT_AT + (k << 2), WEAKEST);
  return changetype<CellState>(CELLS_AT + <usize>index * CELL_BYTES);
}

/** After the last cell: each horizon's reason is that of the cell that binds it. */
export function endPack(): void {
  const pack = changetype<PackOutput>(PACK_OUTPUT_AT);
  pack.chargeReasons =
    (weakest(0).chargeReasons & 0xff) |
    (weakest(1).chargeReasons & 0xff00) |
    (weakest(2).chargeReasons & 0xff0000) |
    (weakest(3).chargeReasons & 0xff000000);
  pack.dischargeReasons =
    (weakest(DISCHARGE).dischargeReasons & 0xff) |
    (weakest(DISCHARGE + 1).dischargeReasons & 0xff00) |
    (weakest(DISCHARGE + 2).dischargeReasons & 0xff0000) |
    (weakest(DISCHARGE + 3).dischargeReasons & 0xff000000);
}
