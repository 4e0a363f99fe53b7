/** The stack pressure to ask for: the least that serves the current, inside the window of the two failures. */
import { CellState, PARAMS_AT, Parameters, Reason } from "./layout";
import { snap } from "./numeric";
import { pressureFor } from "./vacancy";

/** Slow slot: least S with j_lim(T, S) ≥ margin × demand, between pressure_min and pressure_max. */
export function slowSetpoint(cell: CellState, demand_mA_cm2: f32): void {
  const p = changetype<Parameters>(PARAMS_AT);
  const wanted = snap(pressureFor(demand_mA_cm2 * p.pressure_margin, cell));
  const least = p.pressure_min_MPa;
  const most = max<f32>(p.pressure_max_MPa, least);
  // What is not a number asks for nothing.
  cell.pressureSetpoint_MPa = min<f32>(select<f32>(wanted, least, wanted > least), most);
  cell.pressureReason = select<i32>(
    select<i32>(Reason.windowMax, Reason.vacancy, wanted > most),
    Reason.windowMin,
    wanted > least,
  );
}
