/** The stack pressure to ask for: the least that serves the current, inside the window of the two failures. */
import { CellState, PARAMS_AT, Parameters, Reason } from "./layout";
import { snap } from "./numeric";
import { pressureFor } from "./vacancy";

/**
 * Slow slot: least S with j_lim(T, S) ≥ margin × demand, between pressure_min and S_max(T): the pressure at which creep
 * intrusion sets in at this temperature, and never above pressure_max.
 */
export function slowSetpoint(cell: CellState, demand_mA_cm2: f32): void {
  const p = changetype<Parameters>(PARAMS_AT);
  const wanted = snap(pressureFor(demand_mA_cm2 * p.pressure_margin, cell));
  const least = p.pressure_min_MPa;
  const window = max<f32>(p.pressure_max_MPa, least);
  const onset = max<f32>(p.intrusion_onset_MPa / cell.creepPressureRatio, least);
  const most = min<f32>(window, onset);
  // What is not a number asks for nothing.
  cell.pressureSetpoint_MPa = min<f32>(select<f32>(wanted, least, wanted > least), most);
  const above = select<i32>(Reason.intrusion, Reason.windowMax, onset < window);
  cell.pressureReason = select<i32>(
    select<i32>(above, Reason.vacancy, wanted > most),
    Reason.windowMin,
    wanted > least,
  );
}
