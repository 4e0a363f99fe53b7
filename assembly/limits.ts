/**
 * What the cell may do. Each limit is the strictest of its constraints, never a product of them, and names the one that
 * binds. Four horizons: now, 2 s, 10 s, continuous. Limits rise and fall at a slew rate and rise with hysteresis; a
 * fault acts at once, on all of them.
 *
 * The instantaneous limits are worked out in every step; the other horizons in turn, one a step; the ceiling that only
 * slow quantities set, in a slow slot.
 */
import {
  CellState,
  DERIVED_AT,
  Derived,
  Fault,
  HEADER_AT,
  Header,
  PARAMS_AT,
  Parameters,
  Reason,
  SLOTS,
} from "./layout";
import { clamp, ramp, TINY, UNBOUNDED } from "./numeric";
import { SECONDS_PER_HOUR } from "./thermo";

/** "Now" looks this far ahead. */
const INSTANT_S: f32 = 0.5;
const SHORT_S: f32 = 2.0;
const LONG_S: f32 = 10.0;
/**
 * Part of the interlayer's resistance by which the way to the pores grows until the last is full: in the full-order model
 * 0.6 at currents that stand at the onset over 12 mV, 0.9 over 6 mV and less.
 */
const FILLING: f32 = 0.9;
/** Intrusion at which charging begins to be derated; at 1, a short, it is over. */
const INTRUSION_DERATE: f32 = 0.8;
/** Every slow slot has run at least once, and those that use another's result twice. */
const SETTLED: i32 = 2 * SLOTS;
/** A reason in each of the four bytes. */
const ALL_HORIZONS: i32 = 0x01010101;

/**
 * Moves a published limit at `at` towards its target and returns the horizon's reason. `bound` names the target's
 * constraint; Reason.none means the cap.
 */
function publish(at: usize, target: f32, bound: i32, cap: f32, dt: f32): i32 {
  const p = changetype<Parameters>(PARAMS_AT);
  const previous = load<f32>(at);
  const free = i32(bound == Reason.none);
  const rises = i32(target - previous > p.hysteresis_mA_cm2) | free;
  const highest = previous + select<f32>(p.slew_up_mA_cm2_s * dt, 0.0, rises);
  // The cap may have been lowered since: it is followed at once, not at the slew rate.
  const published = min<f32>(max<f32>(target, previous - p.slew_down_mA_cm2_s * dt), min<f32>(highest, cap));
  store<f32>(at, published);
  return select<i32>(Reason.recovering, bound, free & i32(published < cap));
}

/** Charge limit over one horizon, of which `perSecond` is the inverse. */
function publishCharge(cell: CellState, horizon: i32, perSecond: f32, dt: f32): void {
  const p = changetype<Parameters>(PARAMS_AT);
  const d = changetype<Derived>(DERIVED_AT);
  const ceiling = cell.chargeCeiling_mA_cm2;

  const perHour = perSecond * SECONDS_PER_HOUR;
  // Pores take their part only as long as they have room, and on the way they share cost the collector some of its own.
  const poreRoom = max<f32>(d.poreCapacity_mAh_cm2 - cell.poreCharge_mAh_cm2, 0.0) + cell.poreReserve_mAh_cm2;
  const viaPore = min<f32>(cell.divertedPore_mA_cm2, poreRoom * perHour);
  const diverted = max<f32>(cell.divertedCc_mA_cm2 - cell.diversionLoss * viaPore, 0.0) + viaPore;
  const plating = select<f32>(UNBOUNDED, diverted * p.plating_margin, p.plating_seAllowed > 0.5);

  // Beyond that, what creep carries off at the allowed crack index, and the rise to it spread over the horizon.
  const rise = (d.crackPressure_MPa - cell.sePressure_MPa) * d.crackRoom_mAs_MPa;
  const crack = max<f32>(diverted + cell.crackHeadroom_mA_cm2 + rise * perSecond, 0.0);
  const stack = max<f32>(p.pressure_max_MPa - cell.stackPressure_MPa, 0.0) * d.stackRoom_mAs_MPa * perSecond;
  const metal = cell.seCharge_mAh_cm2 + cell.poreCharge_mAh_cm2 + cell.ccCharge_mAh_cm2;
  const capacity = max<f32>(d.fullCharge_mAh_cm2 - metal, 0.0) * perHour;
  const voltage = max<f32>(
    cell.current_mA_cm2 + (d.voltageMax_V - cell.voltage_V) * cell.currentPerVolt_mA_cm2,
    0.0,
  );

  const strictest = min<f32>(
    min<f32>(min<f32>(ceiling, voltage), min<f32>(plating, crack)),
    min<f32>(stack, capacity),
  );
  let bound = cell.chargeCeilingReason;
  bound = select<i32>(Reason.capacity, bound, capacity == strictest);
  bound = select<i32>(Reason.stackPressure, bound, stack == strictest);
  bound = select<i32>(Reason.voltage, bound, voltage == strictest);
  bound = select<i32>(Reason.crack, bound, crack == strictest);
  bound = select<i32>(Reason.platingSe, bound, plating == strictest);
  const at = changetype<usize>(cell);
  const limitAt = at + offsetof<CellState>("chargeLimit_mA_cm2") + ((<usize>horizon) << 2);
  const reason = publish(limitAt, strictest, bound, p.cap_charge_mA_cm2, dt);
  store<u8>(at + <usize>horizon, reason, offsetof<CellState>("chargeReasons"));
}

/** Discharge limit over one horizon. */
function publishDischarge(cell: CellState, horizon: i32, perSecond: f32, dt: f32): void {
  const p = changetype<Parameters>(PARAMS_AT);
  const d = changetype<Derived>(DERIVED_AT);
  const ceiling = cell.dischargeCeiling_mA_cm2;
  // What the vacancies sustain through the contact that is left, and the void allowed to open spread over the horizon.
  const voidRoom = max<f32>(p.void_allowed_um - cell.void_um, 0.0) / d.growth_um_s_mA_cm2;
  const local = p.vacancy_margin * cell.vacancyLimit_mA_cm2 + voidRoom * perSecond;
  const vacancy = cell.contact * p.strip_areaFactor * local;
  const metal = cell.seCharge_mAh_cm2 + cell.poreCharge_mAh_cm2 + cell.ccCharge_mAh_cm2;
  const left = metal * SECONDS_PER_HOUR * perSecond;
  const voltage = max<f32>(
    (cell.voltage_V - d.voltageMin_V) * cell.currentPerVolt_mA_cm2 - cell.current_mA_cm2,
    0.0,
  );

  const strictest = min<f32>(min<f32>(ceiling, voltage), min<f32>(vacancy, left));
  let bound = cell.dischargeCeilingReason;
  bound = select<i32>(Reason.voltage, bound, voltage == strictest);
  bound = select<i32>(Reason.metalLeft, bound, left == strictest);
  bound = select<i32>(Reason.vacancy, bound, vacancy == strictest);
  const at = changetype<usize>(cell);
  const limitAt = at + offsetof<CellState>("dischargeLimit_mA_cm2") + ((<usize>horizon) << 2);
  const reason = publish(limitAt, strictest, bound, p.cap_discharge_mA_cm2, dt);
  store<u8>(at + <usize>horizon, reason, offsetof<CellState>("dischargeReasons"));
}

/** Inverse of a horizon's length: 0 now, 1 2 s, 2 10 s, 3 continuous. */
function horizonRate(horizon: i32): f32 {
  const d = changetype<Derived>(DERIVED_AT);
  const bounded = select<f32>((1.0 as f32) / SHORT_S, (1.0 as f32) / LONG_S, horizon == 1);
  return select<f32>(d.continuousRate_per_s, bounded, horizon == 3);
}

/** Works out one of the longer horizons (1 … 3), `elapsed` seconds after its last turn. */
export function turnCharge(cell: CellState, horizon: i32, elapsed: f32): void {
  publishCharge(cell, horizon, horizonRate(horizon), elapsed);
}

/** The same for discharge. */
export function turnDischarge(cell: CellState, horizon: i32, elapsed: f32): void {
  publishDischarge(cell, horizon, horizonRate(horizon), elapsed);
}

/**
 * 0 when every state is a number, else the fault's bit. NaN and infinity survive minimum, maximum and sum: those of
 * charges, void, contact and pressures show in the instantaneous limits.
 */
function stateFault(cell: CellState): i32 {
  const sum =
    cell.chargeLimit_mA_cm2 +
    cell.chargeLimit2s_mA_cm2 +
    cell.chargeLimit10s_mA_cm2 +
    cell.chargeLimitContinuous_mA_cm2 +
    cell.dischargeLimit_mA_cm2 +
    cell.dischargeLimit2s_mA_cm2 +
    cell.dischargeLimit10s_mA_cm2 +
    cell.dischargeLimitContinuous_mA_cm2 +
    cell.interfaceResistance_ohm_cm2 +
    cell.intrusion +
    cell.supersaturation +
    cell.overpotential_mV;
  return select<i32>(0, Fault.state, sum - sum == 0.0);
}

/** Publishes the instantaneous limits, then acts on faults. */
export function stepLimits(cell: CellState, dt: f32): void {
  const p = changetype<Parameters>(PARAMS_AT);
  const instant: f32 = (1.0 as f32) / INSTANT_S;
  publishCharge(cell, 0, instant, dt);
  publishDischarge(cell, 0, instant, dt);

  const faults = cell.faults | stateFault(cell);
  cell.faults = faults;
  // While the coefficients settle nothing is allowed at all; a fault leaves the limp-home discharge.
  const starting = i32(cell.settled < SETTLED);
  if (starting | faults) {
    // No input makes a state fault, so memory is not to be trusted: it stays, for all cells, until the next reset.
    changetype<Header>(HEADER_AT).packFaults |= faults & Fault.state;
    const limp = select<f32>(0.0, min<f32>(p.limpHome_discharge_mA_cm2, p.cap_discharge_mA_cm2), starting);
    // Fault bits and their reasons are in the same order.
    const reason = select<i32>(Reason.sensorCurrent + ctz<i32>(faults), Reason.startup, faults);
    cell.chargeReasons = reason * ALL_HORIZONS;
    cell.dischargeReasons = reason * ALL_HORIZONS;
    cell.chargeLimit_mA_cm2 = 0.0;
    cell.chargeLimit2s_mA_cm2 = 0.0;
    cell.chargeLimit10s_mA_cm2 = 0.0;
    cell.chargeLimitContinuous_mA_cm2 = 0.0;
    cell.dischargeLimit_mA_cm2 = limp;
    cell.dischargeLimit2s_mA_cm2 = limp;
    cell.dischargeLimit10s_mA_cm2 = limp;
    cell.dischargeLimitContinuous_mA_cm2 = limp;
  }
}

/**
 * Slow slot: what the other sites take before the SE side begins to. At the SE side's threshold without the pressure
 * already there, since that pressure is the damage, not a reserve.
 *
 * With Δ the onset less the site's threshold, G its own conductance and s the way both share: the collector alone takes
 * Δ·G/(1 + s·G), and gives up s·G/(1 + s·G) of what the pores take; the pores likewise.
 *
 * Pores fill from the electrolyte on. When tanh(ν)/ν of their room is taken the first are full, and the way to the rest
 * grows until the pressure of full pores spreads the metal again. The split of the current (plating.ts) does without
 * this; the limit must not, or the SE side would begin before it.
 */
export function slowDiversion(cell: CellState): void {
  const d = changetype<Derived>(DERIVED_AT);
  const onset = cell.seThreshold_mV - d.potentialPerPressure_mV_MPa * cell.sePressure_MPa;
  const reserve_mV = max<f32>(onset - cell.poreThreshold_mV, 0.0);
  const capacity = max<f32>(d.poreCapacity_mAh_cm2, 1e-6);
  const filled = cell.poreCharge_mAh_cm2 / capacity;
  // Part of the way from the first full pore to the last; tanh(ν)/ν as (1 + 0.4q)/(1 + 2.4q), q = ν²/6.
  const q = cell.poreSteepness;
  const front = clamp((filled * (q * 2.4 + 1.0) - (q * 0.4 + 1.0)) / (q * 2.0 + TINY), 0.0, 1.0);
  const overfill_mV = max<f32>(filled - 1.0, 0.0) * capacity * d.poreOverfill_mV_cm2_mAh;
  const spread = reserve_mV / (reserve_mV + overfill_mV + TINY);
  const longer = FILLING * cell.interlayer_ohm_cm2 * front * spread;
  const poreG = cell.poreConductanceRest_S_cm2 / (cell.poreConductanceRest_S_cm2 * longer + 1.0);
  const ccG = cell.ccConductanceRest_S_cm2;
  const shared = cell.sharedPath_ohm_cm2;
  const ccK = shared * ccG + 1.0;
  const poreK = shared * poreG + 1.0;
  const ccAlone = min<f32>((max<f32>(onset - cell.ccThreshold_mV, 0.0) * ccG) / ccK, UNBOUNDED);
  const poreAlone = min<f32>((reserve_mV * poreG) / poreK, UNBOUNDED);
  const ccLoss = (ccK - 1.0) / ccK;
  const poreLoss = (poreK - 1.0) / poreK;
  // Both: i_cc = ccAlone − ccLoss·i_pore, i_pore = poreAlone − poreLoss·i_cc, neither negative.
  const both = max<f32>(ccAlone - ccLoss * poreAlone, 0.0) * ((poreK / (ccK + poreK - 1.0)) * ccK);
  cell.divertedCc_mA_cm2 = ccAlone;
  cell.divertedPore_mA_cm2 = max<f32>(poreAlone - poreLoss * min<f32>(ccAlone, both), 0.0);
  cell.diversionLoss = ccLoss;
  // Pores take metal past full until its pressure has brought them to the onset, too.
  cell.poreReserve_mAh_cm2 = reserve_mV / d.poreOverfill_mV_cm2_mAh;
}

/** Slow slot: the constraints that temperature, contact and intrusion set, and the resistance of the voltage window. */
export function slowCeilings(cell: CellState): void {
  const p = changetype<Parameters>(PARAMS_AT);
  const temperature = cell.temperature_degC;
  const hot = ramp(temperature, p.temperature_hotZero_degC, p.temperature_hotFull_degC);
  const warm = ramp(temperature, p.temperature_chargeZero_degC, p.temperature_chargeFull_degC);
  const thawed = ramp(temperature, p.temperature_dischargeZero_degC, p.temperature_dischargeFull_degC);

  const chargeCap = p.cap_charge_mA_cm2;
  const byTemperature = chargeCap * min<f32>(warm, hot);
  const byContact = cell.contact * cell.criticalPlating_mA_cm2;
  const byIntrusion = chargeCap * ramp(cell.intrusion, 1.0, INTRUSION_DERATE);
  const ceiling = min<f32>(min<f32>(chargeCap, byTemperature), min<f32>(byContact, byIntrusion));
  let bound: i32 = Reason.none;
  bound = select<i32>(Reason.localCurrent, bound, byContact == ceiling);
  bound = select<i32>(Reason.temperature, bound, byTemperature == ceiling);
  bound = select<i32>(Reason.intrusion, bound, byIntrusion == ceiling);
  cell.chargeCeiling_mA_cm2 = ceiling;
  cell.chargeCeilingReason = select<i32>(bound, Reason.none, ceiling < chargeCap);

  const dischargeCap = p.cap_discharge_mA_cm2;
  const dischargeCeiling = dischargeCap * min<f32>(thawed, hot);
  cell.dischargeCeiling_mA_cm2 = dischargeCeiling;
  cell.dischargeCeilingReason = select<i32>(Reason.temperature, Reason.none, dischargeCeiling < dischargeCap);

  const resistance =
    cell.interfaceResistance_ohm_cm2 * p.cell_metalInterfaces + cell.seriesResistance_ohm_cm2;
  cell.currentPerVolt_mA_cm2 = (1000.0 as f32) / max<f32>(resistance, 0.001);
}
