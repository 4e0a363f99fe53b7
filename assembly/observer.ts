/**
 * R_int observer: a step in current shows the cell's resistance as ΔV/Δj; what the model did not expect of it is
 * contact. Steps too small to carry information are ignored; a voltage that keeps contradicting the model is at fault.
 */
import { CellState, DERIVED_AT, Derived, PARAMS_AT, Parameters } from "./layout";
import { accumulate, clamp, TINY } from "./numeric";

/** Contradictions in a row, less agreements, at which the voltage sensor is not believed. */
export const DOUBT: i32 = 8;
/** Largest correction of one step, as a part of h_v. */
const LARGEST_CORRECTION: f32 = 0.02;

/**
 * One turn in HORIZON_SLOTS steps: compares with the last turn at which the current stood still. A change that has not
 * settled waits for the next turn.
 */
export function observeResistance(cell: CellState): void {
  const p = changetype<Parameters>(PARAMS_AT);
  const current = cell.current_mA_cm2;
  const voltage = cell.voltage_V;
  const change = current - cell.restCurrent_mA_cm2;
  const least = p.observer_minStep_mA_cm2;
  const settled =
    i32(abs<f32>(current - cell.lastCurrent_mA_cm2) < least * 0.25) & i32(cell.voltageAge_s == 0.0);
  const informative = settled & i32(abs<f32>(change) >= least) & i32(p.sensor_hasVoltage > 0.5);

  const interfaces = p.cell_metalInterfaces;
  const expected = cell.interfaceResistance_ohm_cm2 * interfaces + cell.seriesResistance_ohm_cm2;
  const observed = ((voltage - cell.restVoltage_V) * 1000.0) / select<f32>(change, 1.0, informative);
  const tolerance = p.observer_tolerance;
  const doubtful = i32(observed > expected * tolerance) | i32(observed * tolerance < expected);
  const doubt = cell.voltageDoubt + select<i32>(select<i32>(1, -1, doubtful), 0, informative);
  cell.voltageDoubt = min<i32>(max<i32>(doubt, 0), DOUBT * 2);

  // R_ct/φ with φ = exp(−v/h_v): dv = h_v·φ/R_ct · dR.
  const scale = p.void_heightScale_um;
  const perOhm = (scale * cell.contact) / (cell.contactResistance_ohm_cm2 * interfaces + TINY);
  const most = scale * LARGEST_CORRECTION;
  const correction = clamp(p.observer_gain * (observed - expected) * perOhm, -most, most);
  const at = changetype<usize>(cell);
  accumulate(
    at + offsetof<CellState>("void_um"),
    at + offsetof<CellState>("voidRest_um"),
    select<f32>(correction, 0.0, informative & (1 - doubtful)),
    changetype<Derived>(DERIVED_AT).voidMaximum_um,
  );
  cell.restCurrent_mA_cm2 = select<f32>(current, cell.restCurrent_mA_cm2, settled);
  cell.restVoltage_V = select<f32>(voltage, cell.restVoltage_V, settled);
}
