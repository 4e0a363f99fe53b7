/**
 * One step of one cell: sensors, plating, vacancies, stress, observer, one slow slot, limits. No loops; the cost of a
 * step depends only on whose turn it is among the slow slots, which are kept alike.
 */
import { slowInterphase } from "./interphase";
import { CELL_BYTES, CellInput, CellState, HEADER_AT, Header, PARAMS_AT, Parameters } from "./layout";
import { slowCeilings, slowDiversion, stepLimits, turnCharge, turnDischarge } from "./limits";
import { log } from "./math";
import { observeResistance } from "./observer";
import {
  slowInterface,
  slowMobility,
  slowPathRates,
  slowRedistribution,
  slowSite,
  stepPlating,
} from "./plating";
import { countCycle } from "./rainflow";
import { readSensors } from "./sensors";
import { slowSetpoint } from "./setpoint";
import { slowSolute, slowSoluteRate } from "./solute";
import { slowIntrusion, slowRelaxation, slowStress, stepSePressure, stepStackPressure } from "./stress";
import { inverseTemperature, rateFactor_eV, ZERO_CELSIUS_K } from "./thermo";
import { slowContact, slowCreep, slowDiffusion, stepVacancy } from "./vacancy";
import { clearWords } from "./words";

const NEVER_S: f32 = 1e4;

/** State of a fresh cell, from the parameters. */
export function resetCell(cell: CellState): void {
  clearWords(changetype<usize>(cell), CELL_BYTES);
  const p = changetype<Parameters>(PARAMS_AT);
  // No sample has been seen yet: every sensor starts stale.
  cell.currentAge_s = NEVER_S;
  cell.voltageAge_s = NEVER_S;
  cell.temperatureAge_s = NEVER_S;
  cell.pressureAge_s = NEVER_S;
  cell.temperature_degC = 25.0;
  cell.fixturePressure_MPa = p.fixture_pressure_MPa;
  cell.stackPressure_MPa = p.fixture_pressure_MPa;
  const initial = p.cell_initialMetal_mAh_cm2;
  const layered = p.interlayer_thickness_um > 0.0;
  cell.seCharge_mAh_cm2 = layered ? 0.0 : initial;
  cell.ccCharge_mAh_cm2 = layered ? initial : 0.0;
  const seShare = p.solute_initialSeShare;
  const ccShare = min<f32>(p.solute_initialCcShare, (1.0 as f32) - seShare);
  cell.soluteSeShare = seShare;
  cell.soluteCcShare = ccShare;
  cell.solutePoreShare = (1.0 as f32) - seShare - ccShare;
  cell.soluteSeCharge_mAh_cm2 = cell.seCharge_mAh_cm2;
  cell.soluteCcCharge_mAh_cm2 = cell.ccCharge_mAh_cm2;
  cell.soluteSeDissolved = cell.seCharge_mAh_cm2 > 0.0 ? seShare : 0.0;
  cell.soluteCcDissolved = cell.ccCharge_mAh_cm2 > 0.0 ? ccShare : 0.0;
  const contact = max<f32>(p.contact_initial, p.contact_minimum);
  cell.contact = contact;
  cell.void_um = max<f32>(-p.void_heightScale_um * log(contact), 0.0);
  cell.vacancyLimit_mA_cm2 = 0.0000001;
  // Until the slots have run the SE path is the only one: current must go somewhere.
  cell.seConductance_S_cm2 = 0.001;
  cell.chargeTransferRate = 1.0;
  cell.creepPressureRatio = 1.0;
  cell.interphaseSquared_ohm2_cm4 = p.interphase_initial_ohm_cm2 * p.interphase_initial_ohm_cm2;
}

/** Slow slot: resistances and currents that only the temperature decides. */
function slowResistances(cell: CellState, inverse: f32): void {
  const p = changetype<Parameters>(PARAMS_AT);
  cell.seriesResistance_ohm_cm2 = min<f32>(
    p.series_resistance_ohm_cm2 / rateFactor_eV(p.series_Ea_eV, inverse),
    1e9,
  );
  cell.criticalPlating_mA_cm2 = min<f32>(
    p.criticalPlating_mA_cm2 * rateFactor_eV(p.criticalPlating_Ea_eV, inverse),
    10000.0,
  );
}

/** The slot of this step; `elapsed` is the time since it ran last. */
function stepSlow(cell: CellState, slot: i32, elapsed: f32, demand_mA_cm2: f32): void {
  const temperature_K = cell.temperature_degC + ZERO_CELSIUS_K;
  const inverse = inverseTemperature(temperature_K);
  const at = changetype<usize>(cell);
  switch (slot) {
    case 0:
      slowPathRates(cell, inverse);
      break;
    case 1:
    case 2:
    case 3:
      slowSite(cell, slot - 1, temperature_K);
      break;
    case 4:
      slowDiffusion(cell, inverse);
      slowSoluteRate(cell, inverse);
      break;
    case 5:
      slowCreep(cell, inverse);
      break;
    case 6:
      slowStress(cell, inverse);
      slowMobility(cell, inverse);
      break;
    case 7:
      slowRedistribution(cell, elapsed);
      break;
    case 8:
      slowContact(cell);
      slowRelaxation(cell, elapsed);
      slowIntrusion(cell, elapsed);
      break;
    case 9:
      slowResistances(cell, inverse);
      slowDiversion(cell);
      break;
    case 10:
      slowInterphase(cell, inverse, elapsed);
      break;
    case 11:
      slowInterface(cell);
      slowCeilings(cell);
      break;
    case 12:
      slowSolute(cell, elapsed);
      break;
    case 13:
      slowSetpoint(cell, demand_mA_cm2);
      break;
    case 14:
      countCycle(
        at + offsetof<CellState>("stackCyclePoints_0"),
        at + offsetof<CellState>("stackCycleDamage"),
        cell.stackPressure_MPa,
      );
      break;
    default:
      countCycle(
        at + offsetof<CellState>("seCyclePoints_0"),
        at + offsetof<CellState>("seCycleDamage"),
        cell.sePressure_MPa,
      );
  }
}

/**
 * What is due once in HORIZON_SLOTS steps, `elapsed` seconds after its last turn: the limits' longer horizons, and
 * between them the stack pressure and the resistance observer.
 */
function stepTurn(cell: CellState, turn: i32, elapsed: f32): void {
  const horizon = turn & 3;
  if (turn == 0) stepStackPressure(cell, elapsed);
  else if (turn == 4) observeResistance(cell);
  else if (turn < 4) turnCharge(cell, horizon, elapsed);
  else turnDischarge(cell, horizon, elapsed);
}

/**
 * One step of one cell. `slot` is the slow slot whose turn it is and `slotElapsed` the time since its last; `turn` and
 * `turnElapsed` are the same for the shorter round.
 */
export function stepCell(
  cell: CellState,
  input: CellInput,
  dt: f32,
  slot: i32,
  slotElapsed: f32,
  turn: i32,
  turnElapsed: f32,
  demand_mA_cm2: f32,
): void {
  readSensors(cell, input, dt);
  stepPlating(cell, dt);
  stepVacancy(cell, dt);
  stepSePressure(cell, dt);
  stepSlow(cell, slot, slotElapsed, max<f32>(demand_mA_cm2, -cell.current_mA_cm2));
  stepTurn(cell, turn, turnElapsed);
  cell.faults |= changetype<Header>(HEADER_AT).packFaults;
  stepLimits(cell, dt);
  cell.settled = min<i32>(cell.settled + 1, 255);
}
