/**
 * The module's ABI. Records lie at the addresses of layout.ts; functions return a Status. Nothing is allocated, nothing
 * imported, and no input makes a function trap.
 */
import { resetActuator, stepActuator } from "./actuator";
import { resetCell, stepCell } from "./cell";
import {
  ABI_VERSION,
  CELL_BYTES,
  CELL_INPUT_AT,
  CELL_OUTPUT_BYTES,
  CELLS_AT,
  CellInput,
  CellState,
  Fault,
  HEADER_AT,
  Header,
  HORIZON_SLOTS,
  LAYOUT_HASH,
  MAX_CELLS,
  PACK_OUTPUT_AT,
  PackOutput,
  SLOTS,
  STAGING_AT,
  STAGING_BYTES,
  STEP_INPUT_AT,
  Status,
  StepInput,
} from "./layout";
import { beginPack, endPack, joinPack } from "./pack";
import { checkParameters } from "./parameters";
import { SIGNATURE, signature } from "./selfcheck";
import { MAGIC } from "./snapshot";
import { clearWords, copyWords } from "./words";

export { refusedParameter, setParameters } from "./parameters";
export { signature } from "./selfcheck";
export { restore, snapshot } from "./snapshot";
export {
  cobleRate_per_s_MPa,
  equilibriumPressure_MPa,
  metalMass_g_Ah,
  soluteFraction,
  solutePotential_meV,
  solventPotential_meV,
  thickness_um_mAh_cm2,
} from "./thermo";

const LONGEST_STEP_S: f32 = 10.0;
const SHORTEST_STEP_S: f32 = 0.001;
const LARGEST_DEMAND_MA_CM2: f32 = 500.0;
const SLOT_STEPS_AT: usize = HEADER_AT + offsetof<Header>("slotSteps_s_0");
const TURN_STEPS_AT: usize = HEADER_AT + offsetof<Header>("turnSteps_s_0");
const CELL_INPUT_BYTES: usize = offsetof<CellInput>();
const STEP_INPUT_BYTES: usize = offsetof<StepInput>();
const PACK_OUTPUT_BYTES: usize = offsetof<PackOutput>();

export function abiVersion(): i32 {
  return ABI_VERSION;
}

/** Changes with every name, type or address of the schema. */
export function layoutHash(): i32 {
  return LAYOUT_HASH;
}

/** Puts `cells` cells into their initial state. The parameters must be complete. */
export function reset(cells: i32): Status {
  const header = changetype<Header>(HEADER_AT);
  header.cells = 0;
  if (cells < 1 || cells > MAX_CELLS) return Status.badCellCount;
  const complete = checkParameters();
  if (complete != Status.ok) return complete;
  clearWords(HEADER_AT, offsetof<Header>());
  header.magic = MAGIC;
  header.layoutHash = LAYOUT_HASH;
  header.cells = cells;
  // 1 at run time only: an optimiser that knew it could work the signature out itself and check nothing.
  const one = <f32>cells / <f32>cells;
  header.packFaults = signature(one) == SIGNATURE ? 0 : Fault.selfCheck;
  for (let cell = 0; cell < cells; cell++)
    resetCell(changetype<CellState>(CELLS_AT + <usize>cell * CELL_BYTES));
  resetActuator();
  return Status.ok;
}

function sumOfEight(at: usize): f32 {
  return (
    load<f32>(at) +
    load<f32>(at, 4) +
    load<f32>(at, 8) +
    load<f32>(at, 12) +
    load<f32>(at, 16) +
    load<f32>(at, 20) +
    load<f32>(at, 24) +
    load<f32>(at, 28)
  );
}

/** One step of all cells: step input and cell inputs in, the first words of each cell's state and the pack's out. */
export function step(): Status {
  const header = changetype<Header>(HEADER_AT);
  const cells = header.cells;
  if (cells == 0) return Status.notReset;
  const input = changetype<StepInput>(STEP_INPUT_AT);
  const wanted = input.dt_s;
  // NaN compares false: a step of unknown length moves nothing and puts the pack into the safe state.
  const known = wanted >= SHORTEST_STEP_S && wanted <= LONGEST_STEP_S;
  const dt: f32 = known ? wanted : 0.0;
  const demand = input.demand_mA_cm2;
  const demanded: f32 = demand >= 0.0 ? min<f32>(demand, LARGEST_DEMAND_MA_CM2) : 0.0;
  header.packFaults = (header.packFaults & ~Fault.clock) | (known ? 0 : Fault.clock);

  // A slot runs again after SLOTS steps, a horizon after HORIZON_SLOTS: the time since is the sum of those steps.
  const steps = header.steps;
  const turn = steps & (HORIZON_SLOTS - 1);
  store<f32>(SLOT_STEPS_AT + ((<usize>(steps & (SLOTS - 1))) << 2), dt);
  store<f32>(TURN_STEPS_AT + ((<usize>turn) << 2), dt);
  const turnElapsed = sumOfEight(TURN_STEPS_AT);
  const elapsed = sumOfEight(SLOT_STEPS_AT) + sumOfEight(SLOT_STEPS_AT + 32);
  header.steps = (steps + 1) & 0x7fffffff;

  beginPack();
  for (let index = 0; index < cells; index++) {
    const cell = changetype<CellState>(CELLS_AT + <usize>index * CELL_BYTES);
    const samples = changetype<CellInput>(CELL_INPUT_AT + <usize>index * CELL_INPUT_BYTES);
    // Cells take their slots in turn, so that a pack's step costs the same every time.
    const slot = (steps + index) & (SLOTS - 1);
    stepCell(cell, samples, dt, slot, elapsed, turn, turnElapsed, demanded);
    joinPack(cell);
  }
  endPack();
  stepActuator(dt);
  return Status.ok;
}

/**
 * Runs `steps` steps from the staging area: all inputs (step input, then the cells') in a row; the outputs (cells', then
 * the pack's) of every step are left behind the last input. Calls `step`, so the bits are the same.
 */
export function stepBatch(steps: i32): Status {
  const cells = changetype<Header>(HEADER_AT).cells;
  if (cells == 0) return Status.notReset;
  const inputBytes = STEP_INPUT_BYTES + <usize>cells * CELL_INPUT_BYTES;
  const outputBytes = <usize>cells * CELL_OUTPUT_BYTES + PACK_OUTPUT_BYTES;
  if (steps < 0 || steps > STAGING_BYTES / <i32>(inputBytes + outputBytes)) return Status.badCount;
  let from = STAGING_AT;
  let into = STAGING_AT + <usize>steps * inputBytes;
  for (let i = 0; i < steps; i++) {
    // The step input and the cells' inputs lie in a row.
    copyWords(STEP_INPUT_AT, from, inputBytes);
    from += inputBytes;
    step();
    for (let cell = 0; cell < cells; cell++) {
      copyWords(into, CELLS_AT + <usize>cell * CELL_BYTES, CELL_OUTPUT_BYTES);
      into += CELL_OUTPUT_BYTES;
    }
    copyWords(into, PACK_OUTPUT_AT, PACK_OUTPUT_BYTES);
    into += PACK_OUTPUT_BYTES;
  }
  return Status.ok;
}
