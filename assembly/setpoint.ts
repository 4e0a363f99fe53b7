/** The stack pressure to ask for: the least that serves the current, inside the window of the two failures. */
import { CellState, PARAMS_AT, Parameters, Reason } from "./layout";
import { snap } from "./numeric";
import { pressureFor } from "./vacancy";

/** Upper end of the window, should the parameters have it below the lower. */
export function windowTop_MPa(): f32 {
  const p = changetype<Parameters>(PARAMS_AT);
  return max<f32>(p.pressure_max_MPa, p.pressure_min_MPa);
}

/**
 * S_max(T): where creep intrusion sets in at this temperature, less the two dead bands that the controller may stand
 * above what it is asked for; within the window.
 */
export function pressureCeiling_MPa(creepPressureRatio: f32): f32 {
  const p = changetype<Parameters>(PARAMS_AT);
  const onset = p.intrusion_onset_MPa / creepPressureRatio - p.pressure_deadBand_MPa * 2.0;
  return min<f32>(max<f32>(onset, p.pressure_min_MPa), windowTop_MPa());
}

/** Slow slot: least S with j_lim(T, S) ≥ margin × demand, between pressure_min and S_max(T). */
export function slowSetpoint(cell: CellState, demand_mA_cm2: f32): void {
  const p = changetype<Parameters>(PARAMS_AT);
  const wanted = snap(pressureFor(demand_mA_cm2 * p.pressure_margin, cell));
  const least = p.pressure_min_MPa;
  const most = pressureCeiling_MPa(cell.creepPressureRatio);
  // What is not a number asks for nothing.
  cell.pressureSetpoint_MPa = min<f32>(select<f32>(wanted, least, wanted > least), most);
  const ceiling = select<i32>(Reason.intrusion, Reason.windowMax, most < windowTop_MPa());
  cell.pressureReason = select<i32>(
    select<i32>(ceiling, Reason.vacancy, wanted > most),
    Reason.windowMin,
    wanted > least,
  );
}
