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

/** Part of a site's metal that was stripped, 0 … 1. */
function strippedPart(grown: f32, charge: f32): f32 {
  const stripped = max<f32>(-grown, 0.0);
  return stripped / max<f32>(charge + stripped, 0.001);
}

/** Slow slot: Coble rate of the solute's particles at this temperature. */
export function slowSoluteRate(cell: CellState, inverse: f32): void {
  const p = changetype<Parameters>(PARAMS_AT);
  const d = changetype<Derived>(DERIVED_AT);
  const factor = rateFactor_kJ_mol(p.solute_boundaryDiffusion_Q_kJ_mol, inverse);
  cell.soluteCobleRate_per_s_MPa = snap(min<f32>(d.soluteCobleRate_per_s_MPa * factor, 1e12));
}

/** Slow slot: moves the shares after what the charges did in `elapsed` seconds. The three always sum to 1. */
export function slowSolute(cell: CellState, elapsed: f32): void {
  const p = changetype<Parameters>(PARAMS_AT);
  const d = changetype<Derived>(DERIVED_AT);
  const seCharge = cell.seCharge_mAh_cm2;
  const ccCharge = cell.ccCharge_mAh_cm2;
  const seGrown = seCharge - cell.soluteSeCharge_mAh_cm2;
  const ccGrown = ccCharge - cell.soluteCcCharge_mAh_cm2;
  cell.soluteSeCharge_mAh_cm2 = seCharge;
  cell.soluteCcCharge_mAh_cm2 = ccCharge;

  const inventory = d.soluteInventory_mAh_cm2;
  const strain = cell.soluteCobleRate_per_s_MPa * max<f32>(cell.stackPressure_MPa, 0.1) * elapsed;
  const pace = p.solute_mobilityFactor * strain;
  const free = (cell.solutePoreShare * pace) / (pace + 1.0);
  const solubility = p.solute_solubility;
  const se = cell.soluteSeShare;
  const cc = cell.soluteCcShare;
  // New metal dissolves the particles of its own site first, then what has come free in the pores.
  const seRoom = uptake(seGrown, solubility, inventory);
  const ccRoom = uptake(ccGrown, solubility, inventory);
  const seOwn = min<f32>(max<f32>(se - cell.soluteSeDissolved, 0.0), seRoom);
  const ccOwn = min<f32>(max<f32>(cc - cell.soluteCcDissolved, 0.0), ccRoom);
  const toSe = min<f32>(free, seRoom - seOwn);
  const toCc = min<f32>(free - toSe, ccRoom - ccOwn);
  // Stripped metal gives up what it had dissolved: a part goes back to the pores, the rest stays as particles.
  const seLeaves = cell.soluteSeDissolved * strippedPart(seGrown, seCharge);
  const ccLeaves = cell.soluteCcDissolved * strippedPart(ccGrown, ccCharge);
  const back = p.solute_return;
  const seShare = clamp(snap(se + toSe - back * seLeaves), 0.0, 1.0);
  const ccShare = clamp(snap(cc + toCc - back * ccLeaves), 0.0, (1.0 as f32) - seShare);
  cell.soluteSeShare = seShare;
  cell.soluteCcShare = ccShare;
  cell.soluteSeDissolved = clamp(snap(cell.soluteSeDissolved + toSe + seOwn - seLeaves), 0.0, seShare);
  cell.soluteCcDissolved = clamp(snap(cell.soluteCcDissolved + toCc + ccOwn - ccLeaves), 0.0, ccShare);
  cell.solutePoreShare = (1.0 as f32) - seShare - ccShare;
}
