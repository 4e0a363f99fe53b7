/**
 * Where the solute (Ag) goes. It dissolves into the β-phase that grows and follows the metal to its site, at the pace of
 * interface diffusion (5) and up to its solubility; with stripped metal only part of it comes back to the pores. The
 * asymmetry this builds over cycles lowers resistance and barrier at the collector.
 */
import { CellState, DERIVED_AT, Derived, PARAMS_AT, Parameters } from "./layout";
import { clamp, snap, TINY } from "./numeric";
import { rateFactor_kJ_mol } from "./thermo";

/** Share of all solute that new metal at a site can dissolve. */
function uptake(grown: f32, solubility: f32, inventory: f32): f32 {
  return (max<f32>(grown, 0.0) * solubility) / max<f32>(inventory, TINY);
}

/**
 * Share of all solute that comes back from a site when `stripped` leaves it: a full strip from the peak returns the part
 * `back` of what was there, in proportion to the charge; the rest stays at the site as particles.
 */
function release(share: f32, stripped: f32, charge: f32, peak: f32, back: f32): f32 {
  const unreturned = peak * ((1.0 as f32) - back) + (charge + stripped) * back;
  return min<f32>((back * share * stripped) / max<f32>(unreturned, 0.001), share);
}

/** Slow slot: moves the shares after what the charges did in `elapsed` seconds. The three always sum to 1. */
export function slowSolute(cell: CellState, inverse: f32, elapsed: f32): void {
  const p = changetype<Parameters>(PARAMS_AT);
  const d = changetype<Derived>(DERIVED_AT);
  const seCharge = cell.seCharge_mAh_cm2;
  const ccCharge = cell.ccCharge_mAh_cm2;
  const seGrown = seCharge - cell.soluteSeCharge_mAh_cm2;
  const ccGrown = ccCharge - cell.soluteCcCharge_mAh_cm2;
  cell.soluteSeCharge_mAh_cm2 = seCharge;
  cell.soluteCcCharge_mAh_cm2 = ccCharge;
  const sePeak = select<f32>(seCharge, cell.soluteSePeak_mAh_cm2, seGrown > 0.0);
  const ccPeak = select<f32>(ccCharge, cell.soluteCcPeak_mAh_cm2, ccGrown > 0.0);
  cell.soluteSePeak_mAh_cm2 = sePeak;
  cell.soluteCcPeak_mAh_cm2 = ccPeak;

  const inventory = d.soluteInventory_mAh_cm2;
  const strain =
    snap(d.soluteCobleRate_per_s_MPa * rateFactor_kJ_mol(p.solute_boundaryDiffusion_Q_kJ_mol, inverse)) *
    max<f32>(cell.stackPressure_MPa, 0.1) *
    elapsed;
  const pace = p.solute_mobilityFactor * strain;
  const free = (cell.solutePoreShare * pace) / (pace + 1.0);
  const solubility = p.solute_solubility;
  const toSe = min<f32>(free, uptake(seGrown, solubility, inventory));
  const toCc = min<f32>(free - toSe, uptake(ccGrown, solubility, inventory));
  const se = cell.soluteSeShare;
  const cc = cell.soluteCcShare;
  const back = p.solute_return;
  const seBack = release(se, max<f32>(-seGrown, 0.0), seCharge, sePeak, back);
  const ccBack = release(cc, max<f32>(-ccGrown, 0.0), ccCharge, ccPeak, back);
  const seShare = clamp(snap(se + toSe - seBack), 0.0, 1.0);
  const ccShare = clamp(snap(cc + toCc - ccBack), 0.0, (1.0 as f32) - seShare);
  cell.soluteSeShare = seShare;
  cell.soluteCcShare = ccShare;
  cell.solutePoreShare = (1.0 as f32) - seShare - ccShare;
}
