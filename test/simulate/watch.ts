/** A scenario under guard: what a sound controller never lets happen, judged by the plant and the profile alone. */
import type { PlantCell } from "../../host/plant/cell.js";
import { loadProfile } from "../../host/profiles/profile.js";
import { arrhenius_eV, ZERO_CELSIUS_K } from "../../host/reference/constants.js";
import type { ReasonName } from "../../host/schema/codes.js";
import type { Scenario } from "../../host/simulate/scenario.js";
import { type Moment, type SimulationResult, simulate } from "../../host/simulate/simulate.js";
import type { Target } from "../../host/target/target.js";

export interface Watched {
  readonly result: SimulationResult;
  /** What was breached, and by how much at most. */
  readonly breaches: ReadonlyMap<string, number>;
  /** The first time a sensor was disbelieved: seconds after the fault, and the reason given. */
  readonly safe: { readonly after_s: number; readonly reason: ReasonName } | undefined;
}

/** Steps of a fresh module in which nothing may be allowed: the slow slots' order is known, not their values. */
const STARTUP_STEPS = 32;
/** A limit worked out in turn may rise by what eight steps allow at once. */
const TURN_STEPS = 8;

/** @param target runs the module; by default the one shipped */
export async function watch(scenario: Scenario, target?: Target): Promise<Watched> {
  const { hold_s, dt_s, fixture, faults } = scenario;
  const values = { ...loadProfile(scenario.profile).values, ...scenario.parameters };
  const breaches = new Map<string, number>();
  const over = (name: string, excess: number): void => {
    if (excess > 0) breaches.set(name, Math.max(excess, breaches.get(name) ?? 0));
  };

  const watchCell = (cell: PlantCell, current: number): void => {
    const { temperature_degC: T, voltage_V, net_mAh_cm2: net, stackPressure_MPa: stack } = cell;
    const charge = Math.max(current, 0);
    const discharge = Math.max(-current, 0);
    if (values.cell_hasVoltageWindow > 0.5) {
      over("above the voltage window", voltage_V - values.voltage_max_V - 0.01);
      over("below the voltage window", values.voltage_min_V - voltage_V - 0.01);
    }
    over("charged past the capacity", net - 1.005 * values.cell_capacity_mAh_cm2);
    over("stripped more than there was", -net - values.cell_initialMetal_mAh_cm2 - 0.001);
    const hot = T > values.temperature_hotZero_degC;
    if (hot || T < values.temperature_chargeZero_degC) over("charged outside the temperature table", charge);
    if (hot || T < values.temperature_dischargeZero_degC)
      over("discharged outside the temperature table", discharge);
    if (charge > 0) over("charged under too much pressure", stack - values.pressure_max_MPa - 0.05);
    const contact = values.contact_initial * cell.damage.contactMin;
    const critical =
      values.criticalPlating_mA_cm2 * arrhenius_eV(values.criticalPlating_Ea_eV, T + ZERO_CELSIUS_K);
    over("charged above the critical current", charge - 1.05 * contact * critical);
    over("charged above the cap", charge - 1.0001 * values.cap_charge_mA_cm2);
    over("discharged above the cap", discharge - 1.0001 * values.cap_discharge_mA_cm2);
    over("crack index above the allowed one", cell.damage.crackIndexMax - 1.05 * values.crack_maxIndex);
  };

  let safe: Watched["safe"];
  let before: Moment | undefined;
  let started_s = 0;
  const watchMoment = (moment: Moment): void => {
    const { allowed, time_s } = moment;
    for (const cell of moment.cells) watchCell(cell, moment.current_mA_cm2);
    started_s += hold_s;
    if (started_s <= STARTUP_STEPS * dt_s)
      over("allowed before anything is known", allowed.charge_mA_cm2 + allowed.discharge_mA_cm2);
    const rise = values.slew_up_mA_cm2_s * (hold_s + TURN_STEPS * dt_s);
    for (const way of ["charge_mA_cm2", "discharge_mA_cm2"] as const)
      if (before) over("allowed more too fast", allowed[way] - before.allowed[way] - 1.01 * rise);
    if (fixture.actuator && fixture.start_MPa <= values.pressure_max_MPa)
      for (const { stackPressure_MPa: stack } of moment.cells) {
        over("pressed above the window", stack - values.pressure_max_MPa - 0.1);
        over("pressed below the window", values.pressure_min_MPa - stack - 0.1);
      }
    const disbelieved = allowed.charge_mA_cm2 === 0 && allowed.chargeReason.startsWith("sensor");
    if (disbelieved && before?.allowed.chargeReason === "sensorPressure")
      over("actuator moved without a sensor", Math.abs(allowed.pressure_MPa - before.allowed.pressure_MPa));
    if (disbelieved) safe ??= { after_s: time_s - (faults[0]?.at_s ?? 0), reason: allowed.chargeReason };
    before = moment;
  };

  const result = await simulate(scenario, "betaguard", { ...(target && { target }), onMoment: watchMoment });
  if (result.verdict !== "ok") over(result.verdict, 1);
  if (!result.complete) over("not completed", 1);
  return { result, breaches, safe };
}
