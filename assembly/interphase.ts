/**
 * Corrosion of the electrolyte by the metal, "a drought or a flood": a passivating layer adds resistance that grows
 * as √t and again wherever stress cycles spall it; conducting products leak charge instead.
 */
import { CellState, PARAMS_AT, Parameters } from "./layout";
import { accumulate, LARGEST_CHARGE_MAH_CM2 } from "./numeric";
import { rateFactor_eV, SECONDS_PER_HOUR } from "./thermo";

const LARGEST_OHM2_CM4: f32 = 1e12;

/** Slow slot: growth of R_ip² and the metal lost to self-discharge in `elapsed` seconds. */
export function slowInterphase(cell: CellState, inverse: f32, elapsed: f32): void {
  const p = changetype<Parameters>(PARAMS_AT);
  const hours = elapsed / SECONDS_PER_HOUR;
  const rate = rateFactor_eV(p.interphase_Ea_eV, inverse);
  const fatigue = cell.stackCycleDamage + cell.seCycleDamage;
  const spalled = max<f32>(fatigue - cell.spalledDamage, 0.0);
  cell.spalledDamage = fatigue;
  const growth = p.interphase_growth_ohm_cm2_sqrth;
  const at = changetype<usize>(cell);
  // R² grows linearly in time when R grows as its root; spallation exposes fresh electrolyte.
  accumulate(
    at + offsetof<CellState>("interphaseSquared_ohm2_cm4"),
    at + offsetof<CellState>("interphaseSquaredRest"),
    growth * growth * rate * hours + p.interphase_spall_ohm2_cm4 * spalled,
    LARGEST_OHM2_CM4,
  );

  // The leak is at the electrolyte: only metal that touches it is lost.
  const leak = p.interphase_leak_mA_cm2 * rate * (fatigue + 1.0);
  const lost = min<f32>(leak * hours, cell.seCharge_mAh_cm2);
  accumulate(
    at + offsetof<CellState>("seCharge_mAh_cm2"),
    at + offsetof<CellState>("seChargeRest_mAh_cm2"),
    -lost,
    LARGEST_CHARGE_MAH_CM2,
  );
  accumulate(
    at + offsetof<CellState>("selfDischarge_mAh_cm2"),
    at + offsetof<CellState>("selfDischargeRest_mAh_cm2"),
    lost,
    LARGEST_CHARGE_MAH_CM2,
  );
}
