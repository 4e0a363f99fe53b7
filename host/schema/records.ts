/**
 * The fixed-layout records in the module's memory. Every word is an f32 or an i32 on a 4-byte boundary.
 * `min`/`max` are the bounds the module itself keeps a value in, for any input.
 */
import { type Field, f32, f32s, i32, i32s } from "./field.js";

const BIG = 1e9;

/** Once per step, before the cells. */
export const stepInputFields = [
  f32("dt_s", "s", 1e-3, 10, "length of this step"),
  f32("demand_mA_cm2", "mA/cm²", 0, 500, "stripping current the pack asks for; the setpoint serves it"),
] as const;

export const cellInputFields = [
  f32("current_mA_cm2", "mA/cm²", -BIG, BIG, "current density at the anode, charge (plating) positive"),
  f32("voltage_V", "V", -BIG, BIG, "cell voltage"),
  f32("temperature_degC", "°C", -BIG, BIG, "cell temperature"),
  f32("stackPressure_MPa", "MPa", -BIG, BIG, "stack pressure measured at the cell"),
  f32(
    "fixturePressure_MPa",
    "MPa",
    -BIG,
    BIG,
    "pressure the fixture applies before swelling; negative or not a number: keep the last",
  ),
  i32("fresh", 0, 15, "bits: current, voltage, temperature, pressure sample is new in this step"),
] as const;

/** The first words of a cell's state: what is published needs no copy. */
export const cellOutputFields = [
  f32("chargeLimit_mA_cm2", "mA/cm²", 0, 500, "instantaneous charge limit"),
  f32("chargeLimit2s_mA_cm2", "mA/cm²", 0, 500, "… that may be held for 2 s"),
  f32("chargeLimit10s_mA_cm2", "mA/cm²", 0, 500, "… for 10 s"),
  f32("chargeLimitContinuous_mA_cm2", "mA/cm²", 0, 500, "… for the continuous horizon"),
  f32("dischargeLimit_mA_cm2", "mA/cm²", 0, 500, "instantaneous discharge limit (magnitude)"),
  f32("dischargeLimit2s_mA_cm2", "mA/cm²", 0, 500, "… that may be held for 2 s"),
  f32("dischargeLimit10s_mA_cm2", "mA/cm²", 0, 500, "… for 10 s"),
  f32("dischargeLimitContinuous_mA_cm2", "mA/cm²", 0, 500, "… for the continuous horizon"),
  i32("chargeReasons", 0, 0x7fffffff, "one byte per horizon, lowest byte the instantaneous one"),
  i32("dischargeReasons", 0, 0x7fffffff, "the same for discharge"),
  f32("pressureSetpoint_MPa", "MPa", 0, 100, "least stack pressure that serves the demand"),
  i32("pressureReason", 0, 255, "what binds the setpoint"),
  i32("faults", 0, 255, "bits of `faults`; not 0: limits are in the safe state"),
  f32("seCharge_mAh_cm2", "mAh/cm²", 0, 1e6, "metal on the solid electrolyte"),
  f32("poreCharge_mAh_cm2", "mAh/cm²", 0, 1e6, "metal in the interlayer's pores"),
  f32("ccCharge_mAh_cm2", "mAh/cm²", 0, 1e6, "metal at the current collector"),
  f32("seCurrent_mA_cm2", "mA/cm²", -1e3, 1e3, "current into the SE site now"),
  f32("poreCurrent_mA_cm2", "mA/cm²", -1e3, 1e3, "current into the pores now"),
  f32("ccCurrent_mA_cm2", "mA/cm²", -1e3, 1e3, "current into the collector site now"),
  f32("overpotential_mV", "mV", -1e7, 1e7, "η of the site network, plating positive"),
  f32("supersaturation", "1", -1e5, 1e5, "u of vacancies at the stripping interface; 1 nucleates voids"),
  f32("void_um", "µm", 0, 1e4, "void height v"),
  f32("contact", "1", 0, 1, "true contact fraction φ"),
  f32("interfaceResistance_ohm_cm2", "Ω·cm²", 0, 1e9, "R_int, interphase included"),
  f32("sePressure_MPa", "MPa", 0, 1e4, "β-phase pressure at the electrolyte above the stack pressure"),
  f32("crackIndex", "1", 0, 1e9, "K_I/K_IC; 1 drives metal through the electrolyte"),
  f32("stackPressure_MPa", "MPa", 0, 200, "stack pressure in use"),
  f32("intrusion", "1", 0, 10, "creep intrusion ξ; 1 is a short"),
  f32("stackCycleDamage", "1", 0, 1e6, "Miner sum of closed cycles of the stack pressure"),
  f32("seCycleDamage", "1", 0, 1e6, "Miner sum of closed cycles of the pressure at the electrolyte"),
  f32("soluteSeShare", "1", 0, 1, "share of the solute at the SE site"),
  f32("solutePoreShare", "1", 0, 1, "share of the solute in the pores"),
  f32("soluteCcShare", "1", 0, 1, "share of the solute at the collector"),
] as const;

/** After the cells' outputs: the pack is the minimum over its series cells. */
export const packOutputFields = [
  ...cellOutputFields.slice(0, 8),
  i32("chargeReasons", 0, 0x7fffffff, "of the cell that binds, per horizon"),
  i32("dischargeReasons", 0, 0x7fffffff, "of the cell that binds, per horizon"),
  f32("pressureSetpoint_MPa", "MPa", 0, 100, "largest setpoint a cell asks for"),
  i32("pressureReason", 0, 255, "of that cell"),
  i32("faults", 0, 255, "faults of any cell"),
  f32("actuatorCommand_MPa", "MPa", 0, 100, "what to command the fixture, where it has an actuator"),
  i32s(
    "weakestCells",
    8,
    0,
    255,
    "index of the cell that binds each of the eight limits above, in their order",
  ),
] as const;

/** Steps over which each limit but the instantaneous ones is worked out again: one a step, two steps spare. */
export const HORIZON_SLOTS = 8;

/** Slow quantities are spread over this many steps, one slot a step, so that every step costs the same. */
export const SLOTS = 16;

/** Deepest stack of open turning points a streaming rainflow count keeps. */
export const RAINFLOW_DEPTH = 12;

const rainflow = <const P extends string>(prefix: P, what: string) =>
  [
    f32s(`${prefix}Points`, RAINFLOW_DEPTH, "MPa", -1e4, 1e4, `open turning points of ${what}`),
    i32(`${prefix}Depth`, 0, RAINFLOW_DEPTH, "how many of them are in use"),
    f32(`${prefix}Extreme`, "MPa", -1e4, 1e4, "running extreme since the last turning point"),
    i32(`${prefix}Rising`, 0, 1, "1 while the extreme is a maximum"),
    f32(`${prefix}DamageRest`, "1", -BIG, BIG, "rounding kept back by the compensated sum"),
  ] as const;

/** One per cell. Diagnostics are read here too: the host sees every state by name. */
export const cellStateFields = [
  ...cellOutputFields,
  // sensors
  f32("current_mA_cm2", "mA/cm²", -1e3, 1e3, "current in use (last good sample, 0 when stale)"),
  f32("voltage_V", "V", -10, 10, "voltage in use"),
  f32("temperature_degC", "°C", -60, 200, "temperature in use"),
  f32("pressureSample_MPa", "MPa", 0, 200, "last good stack-pressure sample"),
  f32("fixturePressure_MPa", "MPa", 0, 200, "fixture pressure in use"),
  f32("currentAge_s", "s", 0, 1e7, "since the last good sample"),
  f32("voltageAge_s", "s", 0, 1e7, "since the last good sample"),
  f32("temperatureAge_s", "s", 0, 1e7, "since the last good sample"),
  f32("pressureAge_s", "s", 0, 1e7, "since the last good sample"),
  f32("lastCurrent_mA_cm2", "mA/cm²", -1e3, 1e3, "current one step before"),
  f32("restCurrent_mA_cm2", "mA/cm²", -1e3, 1e3, "current at the last turn it stood still"),
  f32("restVoltage_V", "V", -10, 10, "voltage at that turn"),
  i32("settled", 0, 255, "steps since reset, up to the round-robin length"),
  // plating: three sites, always in the order SE, pore, CC, so that one routine serves them by index
  f32("seChargeRest_mAh_cm2", "mAh/cm²", -BIG, BIG, "rounding kept back by the compensated sum"),
  f32("poreChargeRest_mAh_cm2", "mAh/cm²", -BIG, BIG, "rounding kept back"),
  f32("ccChargeRest_mAh_cm2", "mAh/cm²", -BIG, BIG, "rounding kept back"),
  f32("deficit_mAh_cm2", "mAh/cm²", 0, 1e6, "charge stripped by the current that no site held"),
  f32("deficitRest_mAh_cm2", "mAh/cm²", -BIG, BIG, "rounding kept back"),
  f32("selfDischarge_mAh_cm2", "mAh/cm²", 0, 1e6, "metal lost through a conducting interphase"),
  f32("selfDischargeRest_mAh_cm2", "mAh/cm²", -BIG, BIG, "rounding kept back"),
  f32("seConductance_S_cm2", "mA/(cm²·mV)", 0, 1e13, "path conductance at the lagged current"),
  f32("poreConductance_S_cm2", "mA/(cm²·mV)", 0, 1e13, "path conductance at the lagged current"),
  f32("ccConductance_S_cm2", "mA/(cm²·mV)", 0, 1e13, "path conductance at the lagged current"),
  f32("seConductanceRest_S_cm2", "mA/(cm²·mV)", 0, 1e13, "path conductance at zero current (limits)"),
  f32("poreConductanceRest_S_cm2", "mA/(cm²·mV)", 0, 1e13, "path conductance at zero current (limits)"),
  f32("ccConductanceRest_S_cm2", "mA/(cm²·mV)", 0, 1e13, "path conductance at zero current (limits)"),
  f32("seBase_mV", "mV", -1e4, 1e4, "solute part of the SE threshold"),
  f32("poreBase_mV", "mV", -1e4, 1e4, "curvature and solute part of the pore threshold"),
  f32("ccBase_mV", "mV", -1e4, 1e4, "solute part of the collector threshold"),
  f32("seBarrier_mV", "mV", 0, 1e5, "nucleation and opening of the SE site"),
  f32("poreBarrier_mV", "mV", 0, 1e4, "nucleation on the pore wall"),
  f32("ccBarrier_mV", "mV", 0, 1e5, "nucleation and opening at the collector"),
  f32("seThreshold_mV", "mV", -1e7, 1e7, "U at the SE site now"),
  f32("poreThreshold_mV", "mV", -1e7, 1e7, "U in the pores now"),
  f32("ccThreshold_mV", "mV", -1e7, 1e7, "U at the collector now"),
  f32("seOutflow_mA_cm2", "mA/cm²", -1e3, 1e3, "redistribution out of the SE site"),
  f32("chargeTransferRate", "1", 0, 1e38, "Arrhenius factor of charge transfer over 25 °C"),
  f32(
    "interlayer_ohm_cm2",
    "Ω·cm²",
    0,
    1e18,
    "the interlayer's whole thickness to ions, at this temperature",
  ),
  f32("redistribution_mA_cm2_mV", "mA/(cm²·mV)", 0, 1e16, "Coble mobility at this temperature"),
  f32("sharedPath_ohm_cm2", "Ω·cm²", 0, 1e9, "part of that which ions for pores and collector share"),
  f32("poreSteepness", "1", 0, 1e6, "R_ion/6R_ct of the pores: how much the first take before the last"),
  // solute
  f32("soluteCobleRate_per_s_MPa", "1/(s·MPa)", 0, 1e12, "Coble rate of its particles at this temperature"),
  f32("soluteSeCharge_mAh_cm2", "mAh/cm²", 0, 1e6, "SE charge when the solute was last moved"),
  f32("soluteCcCharge_mAh_cm2", "mAh/cm²", 0, 1e6, "collector charge when the solute was last moved"),
  f32(
    "soluteSeDissolved",
    "1",
    0,
    1,
    "part of the SE site's share that is in its metal; the rest is particles",
  ),
  f32("soluteCcDissolved", "1", 0, 1, "the same at the collector"),
  // vacancies, void, contact
  f32s("slabModes", 4, "1", -1e4, 1e4, "modal supersaturation x_k"),
  f32("slabRate_per_s", "1/s", 0, 1e6, "D/L² at this temperature"),
  f32("sustained_mA_cm2", "mA/cm²", 0, 1e6, "j_v + j_alloy at this temperature"),
  f32("creepLimit_mA_cm2", "mA/cm²", 0, 1e6, "j_creep at S₀ and this temperature"),
  f32("vacancyLimit_mA_cm2", "mA/cm²", 1e-7, 1e4, "j_lim through full contact"),
  f32("healRate_per_s", "1/s", 0, 1e3, "healing rate of excess void height"),
  f32("voidRest_um", "µm", -BIG, BIG, "rounding kept back"),
  f32("voidHeld_um", "µm", 0, 1e4, "void height the stack pressure cannot close"),
  f32("contactResistance_ohm_cm2", "Ω·cm²", 0, 1e15, "its part that goes with 1/φ, at full contact"),
  f32("seriesResistance_ohm_cm2", "Ω·cm²", 0, 1e9, "rest of the cell at this temperature"),
  f32("criticalPlating_mA_cm2", "mA/cm²", 0, 1e4, "critical plating current at this temperature"),
  i32("voltageDoubt", 0, 255, "informative steps in a row that contradict the voltage"),
  // interphase
  f32("interphaseSquared_ohm2_cm4", "Ω²·cm⁴", 0, 1e12, "square of the interphase resistance"),
  f32("interphaseSquaredRest", "Ω²·cm⁴", -BIG, BIG, "rounding kept back"),
  f32("spalledDamage", "1", 0, 2e6, "fatigue damage already turned into spallation"),
  // stress
  f32("sePowerLaw_um_s", "µm/s", 0, 1e6, "power-law relaxation speed at 1 MPa, this temperature"),
  f32("creepPressureRatio", "1", 1, 1e4, "pressure at 25 °C under which metal creeps alike, per pressure"),
  f32(
    "seFeedback_mV_per_mA_cm2",
    "Ω·cm²",
    0,
    1e6,
    "pressure built within a step, as a resistance of the SE path",
  ),
  f32(
    "crackHeadroom_mA_cm2",
    "mA/cm²",
    0,
    1e6,
    "SE-side current whose steady pressure is the allowed crack index",
  ),
  f32("pressureRelaxed_MPa", "MPa", -200, 200, "part lost to relaxation"),
  f32("pressureBias_MPa", "MPa", -200, 200, "sensor correction of the model"),
  f32("intrusionRest", "1", -BIG, BIG, "rounding kept back"),
  ...rainflow("stackCycle", "the stack pressure"),
  ...rainflow("seCycle", "the pressure at the electrolyte"),
  // limits
  f32("chargeCeiling_mA_cm2", "mA/cm²", 0, 500, "strictest of the charge constraints that change slowly"),
  i32("chargeCeilingReason", 0, 255, "which one that is"),
  f32("dischargeCeiling_mA_cm2", "mA/cm²", 0, 500, "the same for discharge"),
  i32("dischargeCeilingReason", 0, 255, "which one that is"),
  f32(
    "divertedCc_mA_cm2",
    "mA/cm²",
    0,
    1e7,
    "current the collector alone takes before the SE side begins to",
  ),
  f32(
    "divertedPore_mA_cm2",
    "mA/cm²",
    0,
    1e7,
    "current the pores take beside the collector before the SE side begins to",
  ),
  f32(
    "poreReserve_mAh_cm2",
    "mAh/cm²",
    0,
    1e12,
    "metal the pores take past full before the SE side begins to",
  ),
  f32("diversionLoss", "1", 0, 1, "current the collector loses per current into the pores"),
  f32(
    "currentPerVolt_mA_cm2",
    "mA/(cm²·V)",
    0,
    1e6,
    "current a volt of headroom allows through the cell's resistance",
  ),
] as const;

/** Pack-wide words before the parameters. The snapshot region starts here. */
export const headerFields = [
  i32("magic", 0, 0x7fffffff, "marks a snapshot"),
  i32("layoutHash", -0x80000000, 0x7fffffff, "identifies this layout"),
  i32("cells", 0, 255, "cells in use"),
  i32("steps", 0, 0x7fffffff, "steps since reset (wraps to 0)"),
  i32("crc", -0x80000000, 0x7fffffff, "CRC-32 of the region with this word as 0, set by snapshot()"),
  i32("packFaults", 0, 255, "faults that concern every cell"),
  f32s("slotSteps_s", SLOTS, "s", 0, 10, "the last steps: their sum is the time between runs of a slot"),
  f32s("turnSteps_s", HORIZON_SLOTS, "s", 0, 10, "the last steps: their sum is the time between turns"),
  f32("creepPressureRatio", "1", 1, 1e4, "largest of the cells"),
  f32("pressureCeiling_MPa", "MPa", 0, 100, "S_max(T) of that cell"),
  f32(
    "pressureTarget_MPa",
    "MPa",
    0,
    100,
    "setpoint as the pressure controller follows it, at its own rates",
  ),
  f32("pressureIntegral_MPa", "MPa", -100, 100, "what the fixture turned out to need beyond the target"),
  f32("actuatorCommand_MPa", "MPa", 0, 100, "last command"),
] as const;

/** Constants the module works out once from the parameters. */
export const derivedFields = [
  f32("potentialPerPressure_mV_MPa", "mV/MPa", 0, 1e3, "V_m/F"),
  f32("thickness_um_mAh_cm2", "µm per mAh/cm²", 0, 1e3, "dense metal per areal charge"),
  f32("metalMass_g_Ah", "g/Ah", 0, 1e3, "metal mass per charge"),
  f32("poreCapacity_mAh_cm2", "mAh/cm²", 0, 1e4, "room for metal in the open pores"),
  f32("poreOverfill_mV_cm2_mAh", "mV per mAh/cm²", 0, 1e11, "pore threshold per charge past a full pore"),
  f32("poreCurvature_mV", "mV", 0, 1e6, "Gibbs–Thomson potential of the pore radius"),
  f32("seOpening_mV", "mV", 0, 1e6, "opening potential of the SE/MIEC interface; 0 without an interlayer"),
  f32("poreOpening_mV", "mV", 0, 0, "0: pores are open"),
  f32("ccOpening_mV", "mV", 0, 1e6, "opening potential of the MIEC/collector interface"),
  f32("seNucleation_mV", "mV", 0, 1e3, "nucleation barrier after wetting, without solute"),
  f32("poreNucleation_mV", "mV", 0, 1e3, "… on the pore wall"),
  f32("ccNucleation_mV", "mV", 0, 1e3, "… on the collector"),
  f32("soluteFraction", "1", 0, 1, "X of the solute in the fully plated metal"),
  f32("soluteInventory_mAh_cm2", "mAh/cm²", 0, 1e5, "solute as charge-equivalent per area"),
  f32(
    "soluteCobleRate_per_s_MPa",
    "1/(s·MPa)",
    0,
    1e20,
    "Coble rate of the solute particles at 25 °C per MPa",
  ),
  f32("alloyLimit_mA_cm2", "mA/cm²", 0, 1e13, "j_alloy = F·D̃·ΔX/(V_m·L) at 25 °C"),
  f32("slabRate_per_s", "1/s", 0, 1e9, "D/L² at 25 °C"),
  f32s("slabPole", 4, "1", 0, 1e4, "λ_k·L²/D"),
  f32s("slabGain", 4, "1", 0, 1e3, "b_k"),
  f32("slabFeedthrough", "1", 0, 1, "DC gain of the modes left out"),
  f32("voidMaximum_um", "µm", 0, 1e4, "void height at the least contact"),
  f32("crackPerMPa", "1/MPa", 0, 1e6, "crack index per MPa"),
  f32("crackPressure_MPa", "MPa", 0, 1e6, "β-phase pressure at the allowed crack index"),
  f32("pressureRise_MPa_um", "MPa/µm", 0, 1e9, "M/h_c"),
  f32("growth_um_s_mA_cm2", "µm/s per mA/cm²", 0, 1, "dense metal per charge, as a speed per current"),
  f32("creepExponentInverse", "1", 0, 1, "1/n of power-law creep"),
  f32("sePowerLaw_um_s", "µm/s", 0, 1e9, "power-law relaxation speed at 1 MPa, 25 °C"),
  f32("crackPower", "MPa^n", 0, 1e37, "crackPressure to the power n"),
  f32("redistribution_mA_cm2_mV", "mA/(cm²·mV)", 0, 1e16, "Coble mobility at 25 °C for the metal's grain"),
  f32("fullCharge_mAh_cm2", "mAh/cm²", 0, 1e4, "metal at which charging ends"),
  f32("stackRoom_mAs_MPa", "mA·s/(cm²·MPa)", 0, 1e12, "charge that raises the stack pressure by 1 MPa"),
  f32("crackRoom_mAs_MPa", "mA·s/(cm²·MPa)", 0, 1e12, "charge at the SE that raises its pressure by 1 MPa"),
  f32("continuousRate_per_s", "1/s", 0, 1, "inverse of the continuous horizon"),
  f32("voltageMax_V", "V", -1e12, 1e12, "upper voltage limit; out of reach where no window applies"),
  f32("voltageMin_V", "V", -1e12, 1e12, "lower voltage limit; out of reach where no window applies"),
  f32(
    "feedback_mV_um_MPa_mA",
    "mV·µm·cm²/(MPa·mA·s)",
    0,
    1e6,
    "SE threshold rise per current, per M/h_c and time",
  ),
] as const;

export type StepInput = Record<(typeof stepInputFields)[number]["name"], number>;
export type CellInput = Record<(typeof cellInputFields)[number]["name"], number>;
export type CellOutputName = (typeof cellOutputFields)[number]["name"];
export type CellStateName = (typeof cellStateFields)[number]["name"];
export type PackOutputName = (typeof packOutputFields)[number]["name"];
export type DerivedName = (typeof derivedFields)[number]["name"];

export const recordsOf = (): Record<string, readonly Field[]> => ({
  Header: headerFields,
  Derived: derivedFields,
  CellState: cellStateFields,
  StepInput: stepInputFields,
  CellInput: cellInputFields,
  PackOutput: packOutputFields,
});
