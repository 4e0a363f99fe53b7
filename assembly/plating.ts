/**
 * Where the metal plates: three sites in parallel — the solid electrolyte (SE), the interlayer's pores, the current
 * collector (CC) — each behind a path resistance and a threshold. Physics: (1)–(4), Gibbs–Thomson, nucleation, opening.
 *
 * Fast part, every step: thresholds from the charges and pressures of now, the exact split of the current, the charges.
 * Slow part, one site per step in turn: what depends on temperature, contact and solute.
 */
import { CellState, DERIVED_AT, Derived, PARAMS_AT, Parameters } from "./layout";
import { asinh } from "./math";
import { accumulate, clamp, LARGEST_CHARGE_MAH_CM2, snap, TINY, UNBOUNDED } from "./numeric";
import { rateFactor_eV, rateFactor_kJ_mol, SECONDS_PER_HOUR, thermalPotential_mV } from "./thermo";

const LARGEST_OHM_CM2: f32 = 1e9;
/** Resistances below it are as good as none; products of conductances and potentials stay finite. */
const SMALLEST_OHM_CM2: f32 = 1e-9;
/** Enough to keep any current out of an overfull pore. */
const LARGEST_OVERFILL_MV: f32 = 1e6;

/** η at which a subset of the sites carries the current: (j + Σ g·U)/Σ g; out of reach for a subset without a path. */
function level(current: f32, weighted: f32, conductance: f32): f32 {
  return (current + weighted) / (conductance + TINY);
}

/** Part of a barrier still to be paid at a site that holds `charge`: 1 − w = q_w/(q + q_w). */
function unpaid(charge: f32, nucleationCharge: f32): f32 {
  return nucleationCharge / (charge + nucleationCharge);
}

/** Splits the cell's current over the sites and moves the charges. */
export function stepPlating(cell: CellState, dt: f32): void {
  const p = changetype<Parameters>(PARAMS_AT);
  const d = changetype<Derived>(DERIVED_AT);
  const current = cell.current_mA_cm2;
  const magnitude = abs<f32>(current);
  const plating = i32(current >= 0.0);
  const seCharge = cell.seCharge_mAh_cm2;
  const poreCharge = cell.poreCharge_mAh_cm2;
  const ccCharge = cell.ccCharge_mAh_cm2;

  // Potential of the metal that is there, then what a site without metal asks on top.
  const perPressure = d.potentialPerPressure_mV_MPa;
  const stack_mV = perPressure * cell.stackPressure_MPa;
  const seMetal = stack_mV + perPressure * cell.sePressure_MPa + cell.seBase_mV;
  const overfill = max<f32>(poreCharge - d.poreCapacity_mAh_cm2, 0.0);
  const poreMetal = min<f32>(overfill * d.poreOverfill_mV_cm2_mAh, LARGEST_OVERFILL_MV) + cell.poreBase_mV;
  const ccMetal = stack_mV + cell.ccBase_mV;
  const nucleationCharge = p.nucleationCharge_mAh_cm2;
  const seThreshold = seMetal + unpaid(seCharge, nucleationCharge) * cell.seBarrier_mV;
  const poreThreshold = poreMetal + unpaid(poreCharge, nucleationCharge) * cell.poreBarrier_mV;
  const ccThreshold = ccMetal + unpaid(ccCharge, nucleationCharge) * cell.ccBarrier_mV;
  cell.seThreshold_mV = seThreshold;
  cell.poreThreshold_mV = poreThreshold;
  cell.ccThreshold_mV = ccThreshold;

  // Stripping is the same network upside down, over the sites that hold metal.
  const se = select<f32>(seThreshold, -seMetal, plating);
  const pore = select<f32>(poreThreshold, -poreMetal, plating);
  const cc = select<f32>(ccThreshold, -ccMetal, plating);
  // Pressure that plating at the SE builds within the step acts like a resistance; without it a long step would
  // plate and stop plating in turn.
  const seLinear = cell.seConductance_S_cm2;
  const seStiff = seLinear / (seLinear * cell.seFeedback_mV_per_mA_cm2 + 1.0);
  const seG = select<f32>(seStiff, select<f32>(seLinear, 0.0, seCharge > 0.0), plating);
  const poreG = select<f32>(cell.poreConductance_S_cm2, 0.0, plating | i32(poreCharge > 0.0));
  const ccG = select<f32>(cell.ccConductance_S_cm2, 0.0, plating | i32(ccCharge > 0.0));

  // Pores and collector lie behind the way their ions share, s: a group of sites of conductance G and Σ g·U behind it
  // carries the current at (j·k + Σ g·U)/G, k = 1 + s·G, and with the SE beside it at (…). The sum of the currents is
  // convex in η and equals the largest of its sums over subsets of sites, so the η that carries the current is the least
  // of the subsets' levels: exact, without sorting or iterating.
  const shared = cell.sharedPath_ohm_cm2;
  const seW = se * seG;
  const poreW = pore * poreG;
  const ccW = cc * ccG;
  const bothG = poreG + ccG;
  const bothW = poreW + ccW;
  const withSe = magnitude + seW;
  const poreK = shared * poreG + 1.0;
  const ccK = shared * ccG + 1.0;
  const bothK = shared * bothG + 1.0;
  const behindAlone = min<f32>(
    min<f32>(level(magnitude * poreK, poreW, poreG), level(magnitude * ccK, ccW, ccG)),
    level(magnitude * bothK, bothW, bothG),
  );
  const besideSe = min<f32>(
    min<f32>(level(withSe * poreK, poreW, seG * poreK + poreG), level(withSe * ccK, ccW, seG * ccK + ccG)),
    level(withSe * bothK, bothW, seG * bothK + bothG),
  );
  const eta = min<f32>(min<f32>(behindAlone, besideSe), withSe / (seG + TINY));

  let seI = max<f32>((eta - se) * seG, 0.0);
  const behind = eta - shared * max<f32>(magnitude - seI, 0.0);
  let poreI = max<f32>((behind - pore) * poreG, 0.0);
  let ccI = max<f32>((behind - cc) * ccG, 0.0);
  // Rounding must not make or lose charge: scale to the current.
  const scale = magnitude / (seI + poreI + ccI + TINY);
  seI *= scale;
  poreI *= scale;
  ccI *= scale;

  // A stripped site gives no more than it has; the others take over, and what none has is a deficit. In plating only
  // what rounding left over is to be placed, at the site made for the metal.
  const perStep = SECONDS_PER_HOUR / max<f32>(dt, 0.001);
  const layered = ccG > 0.0;
  const seMost = select<f32>(select<f32>(seI, UNBOUNDED, layered), seCharge * perStep, plating);
  const poreMost = select<f32>(poreI, poreCharge * perStep, plating);
  const ccMost = select<f32>(select<f32>(UNBOUNDED, ccI, layered), ccCharge * perStep, plating);
  const seTaken = min<f32>(seI, seMost);
  const poreTaken = min<f32>(poreI, poreMost);
  const ccTaken = min<f32>(ccI, ccMost);
  const over = max<f32>(magnitude - seTaken - poreTaken - ccTaken, 0.0);
  const spare = seMost - seTaken + (poreMost - poreTaken) + (ccMost - ccTaken);
  const spill = min<f32>(over / (spare + TINY), 1.0);
  const sign = select<f32>(1.0, -1.0, plating);
  seI = snap(sign * (seTaken + (seMost - seTaken) * spill));
  poreI = snap(sign * (poreTaken + (poreMost - poreTaken) * spill));
  ccI = snap(sign * (ccTaken + (ccMost - ccTaken) * spill));
  cell.seCurrent_mA_cm2 = seI;
  cell.poreCurrent_mA_cm2 = poreI;
  cell.ccCurrent_mA_cm2 = ccI;

  const hours = dt / SECONDS_PER_HOUR;
  const at = changetype<usize>(cell);
  accumulate(
    at + offsetof<CellState>("seCharge_mAh_cm2"),
    at + offsetof<CellState>("seChargeRest_mAh_cm2"),
    seI * hours,
    LARGEST_CHARGE_MAH_CM2,
  );
  accumulate(
    at + offsetof<CellState>("poreCharge_mAh_cm2"),
    at + offsetof<CellState>("poreChargeRest_mAh_cm2"),
    poreI * hours,
    LARGEST_CHARGE_MAH_CM2,
  );
  accumulate(
    at + offsetof<CellState>("ccCharge_mAh_cm2"),
    at + offsetof<CellState>("ccChargeRest_mAh_cm2"),
    ccI * hours,
    LARGEST_CHARGE_MAH_CM2,
  );
  accumulate(
    at + offsetof<CellState>("deficit_mAh_cm2"),
    at + offsetof<CellState>("deficitRest_mAh_cm2"),
    (over - spare * spill) * hours,
    LARGEST_CHARGE_MAH_CM2,
  );
  cell.overpotential_mV = sign * min<f32>(eta, UNBOUNDED);
}

/** Slow slot: what charge transfer and the ions' way through the interlayer are at this temperature. */
export function slowPathRates(cell: CellState, inverse: f32): void {
  const p = changetype<Parameters>(PARAMS_AT);
  cell.chargeTransferRate = rateFactor_eV(p.chargeTransfer_Ea_eV, inverse);
  // t_int/σ in µm and mS/cm is a tenth of Ω·cm².
  cell.interlayer_ohm_cm2 =
    (p.interlayer_thickness_um * 0.1) /
    (p.interlayer_conductivity_mS_cm * rateFactor_eV(p.interlayer_conductivity_Ea_eV, inverse));
}

/** Slow slot: Coble mobility; without an interlayer there is nowhere to go. */
export function slowMobility(cell: CellState, inverse: f32): void {
  const p = changetype<Parameters>(PARAMS_AT);
  const d = changetype<Derived>(DERIVED_AT);
  const rate = d.redistribution_mA_cm2_mV * rateFactor_kJ_mol(p.redistribution_Q_kJ_mol, inverse);
  cell.redistribution_mA_cm2_mV = select<f32>(rate, 0.0, p.interlayer_thickness_um > 0.0);
}

/**
 * Slow slots: path resistance and threshold of one site (0 SE, 1 pore, 2 CC) at this temperature, contact and solute.
 * The fields of the three sites lie in a row, so a site is an offset.
 */
export function slowSite(cell: CellState, site: usize, temperature_K: f32): void {
  const p = changetype<Parameters>(PARAMS_AT);
  const d = changetype<Derived>(DERIVED_AT);
  const word = site << 2;
  const params = PARAMS_AT + word;
  const derived = DERIVED_AT + word;
  const state = changetype<usize>(cell) + word;
  const thermal = thermalPotential_mV(temperature_K);

  // Solute: a covering share takes away the nucleation barrier and part of the charge-transfer resistance (Ag, Au, Mg
  // nucleate the metal at ≈ 0 mV); what is dissolved lowers the metal's potential by (RT/F)·X.
  const inventory = d.soluteInventory_mAh_cm2;
  const share = load<f32>(state, offsetof<CellState>("soluteSeShare"));
  const bare = (1.0 as f32) - select<f32>(min<f32>(share / p.solute_coverShare, 1.0), 0.0, inventory > 0.0);
  const charge = load<f32>(state, offsetof<CellState>("seCharge_mAh_cm2"));
  const dissolved = min<f32>((share * inventory) / max<f32>(charge, 1e-3), p.solute_solubility);
  // Only the pores are curved; only the flat sites lose contact.
  const inPore = i32(site == 1);
  store<f32>(
    state,
    snap(select<f32>(d.poreCurvature_mV, 0.0, inPore) - thermal * dissolved),
    offsetof<CellState>("seBase_mV"),
  );
  store<f32>(
    state,
    load<f32>(derived, offsetof<Derived>("seNucleation_mV")) * bare +
      load<f32>(derived, offsetof<Derived>("seOpening_mV")),
    offsetof<CellState>("seBarrier_mV"),
  );

  const relief = p.solute_transferRelief;
  const fullContact =
    (load<f32>(params, offsetof<Parameters>("se_chargeTransfer_ohm_cm2")) *
      ((1.0 as f32) - relief + relief * bare)) /
    cell.chargeTransferRate;
  const chargeTransfer = fullContact / select<f32>(1.0, cell.contact, inPore);
  // Porous electrode of ionic resistance R and reaction r, ν² = R/r: as a T of two arms r·ν·tanh(ν/2) and a stem
  // r·ν/sinh ν. The first arm is shared with the collector, the stem is the pores' own; the second arm is taken as what
  // is left of R, which it is when the pores rest. Padé in ν².
  const whole = cell.interlayer_ohm_cm2;
  const q = whole / (chargeTransfer * 6.0);
  const arm = min<f32>((whole * (q * 0.1 + 1.0)) / (q * 1.2 + 2.0), LARGEST_OHM_CM2);
  cell.sharedPath_ohm_cm2 = select<f32>(arm, cell.sharedPath_ohm_cm2, inPore);
  cell.poreSteepness = select<f32>(min<f32>(q, 1000000.0), cell.poreSteepness, inPore);
  const stem = chargeTransfer / select<f32>(q * (q * 0.3 + 1.0) + 1.0, 1.0, inPore);
  const ionic = select<f32>(max<f32>(whole - cell.sharedPath_ohm_cm2, 0.0), 0.0, site == 2);
  const layered = i32(p.interlayer_thickness_um > 0.0);
  const present = layered | i32(site == 0);
  const current = load<f32>(state, offsetof<CellState>("seCurrent_mA_cm2"));
  // Butler–Volmer as a lagged secant: R_ct·asinh(u)/u with u = j/2i₀ and i₀ = RT/(F·R_ct).
  const u = max<f32>((abs<f32>(current) * chargeTransfer) / (thermal * 2.0), 1e-3);
  store<f32>(
    state,
    select<f32>((1.0 as f32) / max<f32>((stem * asinh(u)) / u + ionic, SMALLEST_OHM_CM2), 0.0, present),
    offsetof<CellState>("seConductance_S_cm2"),
  );
  store<f32>(
    state,
    select<f32>((1.0 as f32) / max<f32>(stem + ionic, SMALLEST_OHM_CM2), 0.0, present),
    offsetof<CellState>("seConductanceRest_S_cm2"),
  );
  // The site that carries the metal is the interface whose resistance is observed.
  cell.contactResistance_ohm_cm2 = select<f32>(
    fullContact,
    cell.contactResistance_ohm_cm2,
    site == select<usize>(2, 0, layered),
  );
}

/** Slow slot: resistance of the interface that carries the metal, collector or electrolyte. */
export function slowInterface(cell: CellState): void {
  const p = changetype<Parameters>(PARAMS_AT);
  const conductance = select<f32>(
    cell.ccConductanceRest_S_cm2,
    cell.seConductanceRest_S_cm2,
    p.interlayer_thickness_um > 0.0,
  );
  // Before the first turn of the sites there is no conductance yet.
  cell.interfaceResistance_ohm_cm2 = min<f32>(
    (1.0 as f32) / (conductance + TINY) +
      cell.sharedPath_ohm_cm2 +
      sqrt<f32>(cell.interphaseSquared_ohm2_cm4),
    LARGEST_OHM_CM2,
  );
}

/**
 * Metal handed from a site to its neighbour within `elapsed` seconds, mAh/cm² (negative: the other way). It flows when
 * the donor's potential exceeds the acceptor's threshold; `stiffness` is how fast the difference falls per charge
 * moved, so the implicit step cannot overshoot at any length.
 */
function handOver(
  donorMetal: f32,
  donorThreshold: f32,
  acceptorMetal: f32,
  acceptorThreshold: f32,
  mobility: f32,
  stiffness: f32,
  donorCharge: f32,
  acceptorCharge: f32,
): f32 {
  const drive = max<f32>(donorMetal - acceptorThreshold, 0.0) - max<f32>(acceptorMetal - donorThreshold, 0.0);
  const moved = (mobility * drive) / (mobility * stiffness + 1.0);
  // Half of a donor at most: both of the pore's neighbours may draw on it.
  return clamp(moved, acceptorCharge * -0.5, donorCharge * 0.5);
}

/** Slow slot: Coble redistribution SE ↔ PORE ↔ CC, (5), and what it takes off the pressure at the electrolyte. */
export function slowRedistribution(cell: CellState, elapsed: f32): void {
  const d = changetype<Derived>(DERIVED_AT);
  const hours = elapsed / SECONDS_PER_HOUR;
  const mobility = cell.redistribution_mA_cm2_mV * hours;
  const perPressure = d.potentialPerPressure_mV_MPa;
  const stack_mV = perPressure * cell.stackPressure_MPa;
  const seMetal = stack_mV + perPressure * cell.sePressure_MPa + cell.seBase_mV;
  const overfill = max<f32>(cell.poreCharge_mAh_cm2 - d.poreCapacity_mAh_cm2, 0.0);
  const poreMetal = min<f32>(overfill * d.poreOverfill_mV_cm2_mAh, LARGEST_OVERFILL_MV) + cell.poreBase_mV;
  const ccMetal = stack_mV + cell.ccBase_mV;
  const seStiffness = perPressure * d.pressureRise_MPa_um * d.thickness_um_mAh_cm2;
  const poreStiffness = d.poreOverfill_mV_cm2_mAh;

  const seToPore = handOver(
    seMetal,
    cell.seThreshold_mV,
    poreMetal,
    cell.poreThreshold_mV,
    mobility,
    seStiffness + poreStiffness,
    cell.seCharge_mAh_cm2,
    cell.poreCharge_mAh_cm2,
  );
  const poreToCc = handOver(
    poreMetal,
    cell.poreThreshold_mV,
    ccMetal,
    cell.ccThreshold_mV,
    mobility,
    poreStiffness,
    cell.poreCharge_mAh_cm2,
    cell.ccCharge_mAh_cm2,
  );
  const at = changetype<usize>(cell);
  accumulate(
    at + offsetof<CellState>("seCharge_mAh_cm2"),
    at + offsetof<CellState>("seChargeRest_mAh_cm2"),
    -seToPore,
    LARGEST_CHARGE_MAH_CM2,
  );
  accumulate(
    at + offsetof<CellState>("poreCharge_mAh_cm2"),
    at + offsetof<CellState>("poreChargeRest_mAh_cm2"),
    seToPore - poreToCc,
    LARGEST_CHARGE_MAH_CM2,
  );
  accumulate(
    at + offsetof<CellState>("ccCharge_mAh_cm2"),
    at + offsetof<CellState>("ccChargeRest_mAh_cm2"),
    poreToCc,
    LARGEST_CHARGE_MAH_CM2,
  );
  cell.seOutflow_mA_cm2 = clamp(seToPore / max<f32>(hours, 1e-7), -1000.0, 1000.0);
}
