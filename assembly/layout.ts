// Generated from host/schema by `npm run generate`. Do not edit.

export const ABI_VERSION: i32 = 1;
export const LAYOUT_HASH: i32 = -1359210656;
export const MAX_CELLS: i32 = 24;
export const SLOTS: i32 = 16;
export const HORIZON_SLOTS: i32 = 8;
export const RAINFLOW_DEPTH: i32 = 12;
export const PARAMETER_COUNT: i32 = 131;
export const STAGING_BYTES: i32 = 48000;
export const CELL_BYTES: usize = 580;
export const CELL_OUTPUT_BYTES: usize = 132;
export const HEADER_AT: usize = 2112;
export const PARAMS_AT: usize = 2252;
export const DERIVED_AT: usize = 2776;
export const CELLS_AT: usize = 2944;
export const STEP_INPUT_AT: usize = 16864;
export const CELL_INPUT_AT: usize = 16872;
export const PACK_OUTPUT_AT: usize = 17448;
export const STAGING_AT: usize = 17536;

export const enum Reason {
  none = 0,
  startup = 1,
  recovering = 2,
  platingSe = 3,
  crack = 4,
  localCurrent = 5,
  stackPressure = 6,
  capacity = 7,
  voltage = 8,
  temperature = 9,
  intrusion = 10,
  vacancy = 11,
  metalLeft = 12,
  sensorCurrent = 13,
  sensorVoltage = 14,
  sensorTemperature = 15,
  sensorPressure = 16,
  clock = 17,
  state = 18,
  selfCheck = 19,
  windowMin = 20,
  windowMax = 21,
}

export const enum Fault {
  current = 1,
  voltage = 2,
  temperature = 4,
  pressure = 8,
  clock = 16,
  state = 32,
  selfCheck = 64,
}

export const enum Fresh {
  current = 1,
  voltage = 2,
  temperature = 4,
  pressure = 8,
}

export const enum Status {
  ok = 0,
  badCellCount = 1,
  unknownParameter = 2,
  parameterOutOfRange = 3,
  badCount = 4,
  badMagic = 5,
  badVersion = 6,
  badCrc = 7,
  notReset = 8,
}

// @ts-ignore: decorator
@unmanaged
export class Parameters {
  metal_molarVolume_cm3_mol: f32;
  metal_molarMass_g_mol: f32;
  metal_surfaceEnergy_J_m2: f32;
  metal_creepRate_per_s: f32;
  metal_creepExponent: f32;
  metal_creep_Q_kJ_mol: f32;
  interlayer_thickness_um: f32;
  interlayer_porosity: f32;
  interlayer_poreRadius_nm: f32;
  interlayer_conductivity_mS_cm: f32;
  interlayer_conductivity_Ea_eV: f32;
  interlayer_stiffness_MPa: f32;
  se_chargeTransfer_ohm_cm2: f32;
  pore_chargeTransfer_ohm_cm2: f32;
  cc_chargeTransfer_ohm_cm2: f32;
  chargeTransfer_Ea_eV: f32;
  se_nucleation_mV: f32;
  pore_nucleation_mV: f32;
  cc_nucleation_mV: f32;
  se_wettingCosine: f32;
  pore_wettingCosine: f32;
  cc_wettingCosine: f32;
  se_adhesion_J_m2: f32;
  cc_adhesion_J_m2: f32;
  opening_flaw_um: f32;
  opening_modulus_GPa: f32;
  nucleationCharge_mAh_cm2: f32;
  redistribution_uA_cm2_mV: f32;
  redistribution_Q_kJ_mol: f32;
  redistribution_grainRatio: f32;
  solute_loading_mg_Ah: f32;
  solute_molarMass_g_mol: f32;
  solute_solubility: f32;
  solute_initialSeShare: f32;
  solute_initialCcShare: f32;
  solute_coverShare: f32;
  solute_transferRelief: f32;
  solute_return: f32;
  solute_grain_nm: f32;
  solute_boundaryDiffusion_nm3_s: f32;
  solute_boundaryDiffusion_Q_kJ_mol: f32;
  solute_atomicVolume_nm3: f32;
  solute_mobilityFactor: f32;
  vacancy_currentLimit_mA_cm2: f32;
  vacancy_Ea_eV: f32;
  slab_length_um: f32;
  slab_diffusivity_cm2_s: f32;
  slab_diffusion_Ea_eV: f32;
  slab_sealed: f32;
  alloy_range: f32;
  alloy_metalDiffusivity_cm2_s: f32;
  alloy_soluteDiffusivity_cm2_s: f32;
  creep_currentLimit_mA_cm2: f32;
  creep_referencePressure_MPa: f32;
  creep_pressureExponent: f32;
  creep_Ea_eV: f32;
  strip_areaFactor: f32;
  void_heightScale_um: f32;
  void_healRate_per_s: f32;
  contact_closure_MPa: f32;
  contact_offset_MPa: f32;
  contact_minimum: f32;
  contact_initial: f32;
  interphase_initial_ohm_cm2: f32;
  interphase_growth_ohm_cm2_sqrth: f32;
  interphase_Ea_eV: f32;
  interphase_spall_ohm2_cm4: f32;
  interphase_leak_mA_cm2: f32;
  stress_modulus_MPa: f32;
  stress_height_um: f32;
  stress_confinement: f32;
  crack_flaw_um: f32;
  crack_shape: f32;
  crack_toughness_MPa_sqrtm: f32;
  fixture_pressure_MPa: f32;
  fixture_stiffness_MPa_um: f32;
  fixture_relaxFraction: f32;
  fixture_relaxTime_h: f32;
  cathode_shrink_um_mAh_cm2: f32;
  intrusion_lnTime: f32;
  intrusion_perMPa: f32;
  intrusion_onset_MPa: f32;
  intrusion_onsetWidth_MPa: f32;
  intrusion_minCurrent_mA_cm2: f32;
  fatigue_strength_MPa: f32;
  fatigue_exponent: f32;
  series_resistance_ohm_cm2: f32;
  series_Ea_eV: f32;
  observer_gain: f32;
  observer_minStep_mA_cm2: f32;
  observer_tolerance: f32;
  pressureSensor_gain_per_s: f32;
  pressureSensor_tolerance_MPa: f32;
  sensor_timeout_s: f32;
  sensor_maxCurrent_mA_cm2: f32;
  sensor_hasVoltage: f32;
  sensor_hasPressure: f32;
  cell_metalInterfaces: f32;
  cell_hasVoltageWindow: f32;
  cap_charge_mA_cm2: f32;
  cap_discharge_mA_cm2: f32;
  limpHome_discharge_mA_cm2: f32;
  plating_margin: f32;
  plating_seAllowed: f32;
  criticalPlating_mA_cm2: f32;
  criticalPlating_Ea_eV: f32;
  crack_maxIndex: f32;
  cell_capacity_mAh_cm2: f32;
  cell_initialMetal_mAh_cm2: f32;
  voltage_max_V: f32;
  voltage_min_V: f32;
  temperature_chargeZero_degC: f32;
  temperature_chargeFull_degC: f32;
  temperature_dischargeZero_degC: f32;
  temperature_dischargeFull_degC: f32;
  temperature_hotFull_degC: f32;
  temperature_hotZero_degC: f32;
  vacancy_margin: f32;
  void_allowed_um: f32;
  horizon_continuous_s: f32;
  slew_up_mA_cm2_s: f32;
  slew_down_mA_cm2_s: f32;
  hysteresis_mA_cm2: f32;
  pressure_min_MPa: f32;
  pressure_max_MPa: f32;
  pressure_margin: f32;
  pressure_gain: f32;
  pressure_integral_per_s: f32;
  pressure_deadBand_MPa: f32;
  pressure_rise_MPa_s: f32;
  pressure_fall_MPa_s: f32;
}

// @ts-ignore: decorator
@unmanaged
export class Header {
  magic: i32;
  layoutHash: i32;
  cells: i32;
  steps: i32;
  crc: i32;
  packFaults: i32;
  slotSteps_s_0: f32;
  slotSteps_s_1: f32;
  slotSteps_s_2: f32;
  slotSteps_s_3: f32;
  slotSteps_s_4: f32;
  slotSteps_s_5: f32;
  slotSteps_s_6: f32;
  slotSteps_s_7: f32;
  slotSteps_s_8: f32;
  slotSteps_s_9: f32;
  slotSteps_s_10: f32;
  slotSteps_s_11: f32;
  slotSteps_s_12: f32;
  slotSteps_s_13: f32;
  slotSteps_s_14: f32;
  slotSteps_s_15: f32;
  turnSteps_s_0: f32;
  turnSteps_s_1: f32;
  turnSteps_s_2: f32;
  turnSteps_s_3: f32;
  turnSteps_s_4: f32;
  turnSteps_s_5: f32;
  turnSteps_s_6: f32;
  turnSteps_s_7: f32;
  creepPressureRatio: f32;
  pressureCeiling_MPa: f32;
  pressureTarget_MPa: f32;
  pressureIntegral_MPa: f32;
  actuatorCommand_MPa: f32;
}

// @ts-ignore: decorator
@unmanaged
export class Derived {
  potentialPerPressure_mV_MPa: f32;
  thickness_um_mAh_cm2: f32;
  metalMass_g_Ah: f32;
  poreCapacity_mAh_cm2: f32;
  poreOverfill_mV_cm2_mAh: f32;
  poreCurvature_mV: f32;
  seOpening_mV: f32;
  poreOpening_mV: f32;
  ccOpening_mV: f32;
  seNucleation_mV: f32;
  poreNucleation_mV: f32;
  ccNucleation_mV: f32;
  soluteFraction: f32;
  soluteInventory_mAh_cm2: f32;
  soluteCobleRate_per_s_MPa: f32;
  alloyLimit_mA_cm2: f32;
  slabRate_per_s: f32;
  slabPole_0: f32;
  slabPole_1: f32;
  slabPole_2: f32;
  slabPole_3: f32;
  slabGain_0: f32;
  slabGain_1: f32;
  slabGain_2: f32;
  slabGain_3: f32;
  slabFeedthrough: f32;
  voidMaximum_um: f32;
  crackPerMPa: f32;
  crackPressure_MPa: f32;
  pressureRise_MPa_um: f32;
  growth_um_s_mA_cm2: f32;
  creepExponentInverse: f32;
  sePowerLaw_um_s: f32;
  crackPower: f32;
  redistribution_mA_cm2_mV: f32;
  fullCharge_mAh_cm2: f32;
  stackRoom_mAs_MPa: f32;
  crackRoom_mAs_MPa: f32;
  continuousRate_per_s: f32;
  voltageMax_V: f32;
  voltageMin_V: f32;
  feedback_mV_um_MPa_mA: f32;
}

// @ts-ignore: decorator
@unmanaged
export class CellState {
  chargeLimit_mA_cm2: f32;
  chargeLimit2s_mA_cm2: f32;
  chargeLimit10s_mA_cm2: f32;
  chargeLimitContinuous_mA_cm2: f32;
  dischargeLimit_mA_cm2: f32;
  dischargeLimit2s_mA_cm2: f32;
  dischargeLimit10s_mA_cm2: f32;
  dischargeLimitContinuous_mA_cm2: f32;
  chargeReasons: i32;
  dischargeReasons: i32;
  pressureSetpoint_MPa: f32;
  pressureReason: i32;
  faults: i32;
  seCharge_mAh_cm2: f32;
  poreCharge_mAh_cm2: f32;
  ccCharge_mAh_cm2: f32;
  seCurrent_mA_cm2: f32;
  poreCurrent_mA_cm2: f32;
  ccCurrent_mA_cm2: f32;
  overpotential_mV: f32;
  supersaturation: f32;
  void_um: f32;
  contact: f32;
  interfaceResistance_ohm_cm2: f32;
  sePressure_MPa: f32;
  crackIndex: f32;
  stackPressure_MPa: f32;
  intrusion: f32;
  stackCycleDamage: f32;
  seCycleDamage: f32;
  soluteSeShare: f32;
  solutePoreShare: f32;
  soluteCcShare: f32;
  current_mA_cm2: f32;
  voltage_V: f32;
  temperature_degC: f32;
  pressureSample_MPa: f32;
  fixturePressure_MPa: f32;
  currentAge_s: f32;
  voltageAge_s: f32;
  temperatureAge_s: f32;
  pressureAge_s: f32;
  lastCurrent_mA_cm2: f32;
  restCurrent_mA_cm2: f32;
  restVoltage_V: f32;
  settled: i32;
  seChargeRest_mAh_cm2: f32;
  poreChargeRest_mAh_cm2: f32;
  ccChargeRest_mAh_cm2: f32;
  deficit_mAh_cm2: f32;
  deficitRest_mAh_cm2: f32;
  selfDischarge_mAh_cm2: f32;
  selfDischargeRest_mAh_cm2: f32;
  seConductance_S_cm2: f32;
  poreConductance_S_cm2: f32;
  ccConductance_S_cm2: f32;
  seConductanceRest_S_cm2: f32;
  poreConductanceRest_S_cm2: f32;
  ccConductanceRest_S_cm2: f32;
  seBase_mV: f32;
  poreBase_mV: f32;
  ccBase_mV: f32;
  seBarrier_mV: f32;
  poreBarrier_mV: f32;
  ccBarrier_mV: f32;
  seThreshold_mV: f32;
  poreThreshold_mV: f32;
  ccThreshold_mV: f32;
  seOutflow_mA_cm2: f32;
  chargeTransferRate: f32;
  interlayer_ohm_cm2: f32;
  redistribution_mA_cm2_mV: f32;
  sharedPath_ohm_cm2: f32;
  poreSteepness: f32;
  soluteCobleRate_per_s_MPa: f32;
  soluteSeCharge_mAh_cm2: f32;
  soluteCcCharge_mAh_cm2: f32;
  soluteSeDissolved: f32;
  soluteCcDissolved: f32;
  slabModes_0: f32;
  slabModes_1: f32;
  slabModes_2: f32;
  slabModes_3: f32;
  slabRate_per_s: f32;
  sustained_mA_cm2: f32;
  creepLimit_mA_cm2: f32;
  vacancyLimit_mA_cm2: f32;
  healRate_per_s: f32;
  voidRest_um: f32;
  voidHeld_um: f32;
  contactResistance_ohm_cm2: f32;
  seriesResistance_ohm_cm2: f32;
  criticalPlating_mA_cm2: f32;
  voltageDoubt: i32;
  interphaseSquared_ohm2_cm4: f32;
  interphaseSquaredRest: f32;
  spalledDamage: f32;
  sePowerLaw_um_s: f32;
  creepPressureRatio: f32;
  seFeedback_mV_per_mA_cm2: f32;
  crackHeadroom_mA_cm2: f32;
  pressureRelaxed_MPa: f32;
  pressureBias_MPa: f32;
  intrusionRest: f32;
  stackCyclePoints_0: f32;
  stackCyclePoints_1: f32;
  stackCyclePoints_2: f32;
  stackCyclePoints_3: f32;
  stackCyclePoints_4: f32;
  stackCyclePoints_5: f32;
  stackCyclePoints_6: f32;
  stackCyclePoints_7: f32;
  stackCyclePoints_8: f32;
  stackCyclePoints_9: f32;
  stackCyclePoints_10: f32;
  stackCyclePoints_11: f32;
  stackCycleDepth: i32;
  stackCycleExtreme: f32;
  stackCycleRising: i32;
  stackCycleDamageRest: f32;
  seCyclePoints_0: f32;
  seCyclePoints_1: f32;
  seCyclePoints_2: f32;
  seCyclePoints_3: f32;
  seCyclePoints_4: f32;
  seCyclePoints_5: f32;
  seCyclePoints_6: f32;
  seCyclePoints_7: f32;
  seCyclePoints_8: f32;
  seCyclePoints_9: f32;
  seCyclePoints_10: f32;
  seCyclePoints_11: f32;
  seCycleDepth: i32;
  seCycleExtreme: f32;
  seCycleRising: i32;
  seCycleDamageRest: f32;
  chargeCeiling_mA_cm2: f32;
  chargeCeilingReason: i32;
  dischargeCeiling_mA_cm2: f32;
  dischargeCeilingReason: i32;
  divertedCc_mA_cm2: f32;
  divertedPore_mA_cm2: f32;
  poreReserve_mAh_cm2: f32;
  diversionLoss: f32;
  currentPerVolt_mA_cm2: f32;
}

// @ts-ignore: decorator
@unmanaged
export class StepInput {
  dt_s: f32;
  demand_mA_cm2: f32;
}

// @ts-ignore: decorator
@unmanaged
export class CellInput {
  current_mA_cm2: f32;
  voltage_V: f32;
  temperature_degC: f32;
  stackPressure_MPa: f32;
  fixturePressure_MPa: f32;
  fresh: i32;
}

// @ts-ignore: decorator
@unmanaged
export class PackOutput {
  chargeLimit_mA_cm2: f32;
  chargeLimit2s_mA_cm2: f32;
  chargeLimit10s_mA_cm2: f32;
  chargeLimitContinuous_mA_cm2: f32;
  dischargeLimit_mA_cm2: f32;
  dischargeLimit2s_mA_cm2: f32;
  dischargeLimit10s_mA_cm2: f32;
  dischargeLimitContinuous_mA_cm2: f32;
  chargeReasons: i32;
  dischargeReasons: i32;
  pressureSetpoint_MPa: f32;
  pressureReason: i32;
  faults: i32;
  actuatorCommand_MPa: f32;
  weakestCells_0: i32;
  weakestCells_1: i32;
  weakestCells_2: i32;
  weakestCells_3: i32;
  weakestCells_4: i32;
  weakestCells_5: i32;
  weakestCells_6: i32;
  weakestCells_7: i32;
}

/** min, max of each parameter, in id order. */
export const PARAMETER_RANGES: usize = memory.data<f32>([
  5e+0, 6e+1, // metal_molarVolume_cm3_mol
  1e+0, 2e+2, // metal_molarMass_g_mol
  5e-2, 2e+0, // metal_surfaceEnergy_J_m2
  1e-12, 1e+1, // metal_creepRate_per_s
  3.1e+0, 9e+0, // metal_creepExponent
  5e+0, 1.5e+2, // metal_creep_Q_kJ_mol
  0e+0, 2e+2, // interlayer_thickness_um
  1e-2, 9.5e-1, // interlayer_porosity
  1e+0, 1e+5, // interlayer_poreRadius_nm
  1e-6, 1e+2, // interlayer_conductivity_mS_cm
  5e-2, 1.5e+0, // interlayer_conductivity_Ea_eV
  1e+0, 1e+5, // interlayer_stiffness_MPa
  1e-2, 1e+4, // se_chargeTransfer_ohm_cm2
  1e-2, 1e+4, // pore_chargeTransfer_ohm_cm2
  1e-2, 1e+4, // cc_chargeTransfer_ohm_cm2
  5e-2, 1.5e+0, // chargeTransfer_Ea_eV
  0e+0, 2e+2, // se_nucleation_mV
  0e+0, 2e+2, // pore_nucleation_mV
  0e+0, 2e+2, // cc_nucleation_mV
  -1e+0, 1e+0, // se_wettingCosine
  -1e+0, 1e+0, // pore_wettingCosine
  -1e+0, 1e+0, // cc_wettingCosine
  0e+0, 2e+2, // se_adhesion_J_m2
  0e+0, 2e+2, // cc_adhesion_J_m2
  1e-2, 1e+3, // opening_flaw_um
  1e-2, 5e+2, // opening_modulus_GPa
  1e-5, 1e+0, // nucleationCharge_mAh_cm2
  0e+0, 1e+3, // redistribution_uA_cm2_mV
  5e+0, 1.5e+2, // redistribution_Q_kJ_mol
  1e-2, 1e+2, // redistribution_grainRatio
  0e+0, 1e+4, // solute_loading_mg_Ah
  1e+0, 3e+2, // solute_molarMass_g_mol
  1e-6, 1e+0, // solute_solubility
  0e+0, 1e+0, // solute_initialSeShare
  0e+0, 1e+0, // solute_initialCcShare
  1e-3, 1e+0, // solute_coverShare
  0e+0, 9.5e-1, // solute_transferRelief
  0e+0, 1e+0, // solute_return
  1e+0, 1e+5, // solute_grain_nm
  0e+0, 1e+20, // solute_boundaryDiffusion_nm3_s
  5e+0, 3e+2, // solute_boundaryDiffusion_Q_kJ_mol
  1e-3, 1e-1, // solute_atomicVolume_nm3
  0e+0, 1e+12, // solute_mobilityFactor
  1e-6, 1e+3, // vacancy_currentLimit_mA_cm2
  0e+0, 1.5e+0, // vacancy_Ea_eV
  1e-1, 1e+4, // slab_length_um
  1e-18, 1e-3, // slab_diffusivity_cm2_s
  0e+0, 1.5e+0, // slab_diffusion_Ea_eV
  0e+0, 1e+0, // slab_sealed
  0e+0, 1e+0, // alloy_range
  0e+0, 1e-3, // alloy_metalDiffusivity_cm2_s
  0e+0, 1e-3, // alloy_soluteDiffusivity_cm2_s
  0e+0, 1e+3, // creep_currentLimit_mA_cm2
  1e-1, 1e+2, // creep_referencePressure_MPa
  3e-1, 8e+0, // creep_pressureExponent
  0e+0, 1.5e+0, // creep_Ea_eV
  1e-1, 1e+3, // strip_areaFactor
  1e-3, 1e+2, // void_heightScale_um
  0e+0, 1e+0, // void_healRate_per_s
  0e+0, 2e+2, // contact_closure_MPa
  1e-2, 5e+1, // contact_offset_MPa
  1e-3, 5e-1, // contact_minimum
  1e-3, 1e+0, // contact_initial
  0e+0, 1e+4, // interphase_initial_ohm_cm2
  0e+0, 1e+3, // interphase_growth_ohm_cm2_sqrth
  0e+0, 1.5e+0, // interphase_Ea_eV
  0e+0, 1e+8, // interphase_spall_ohm2_cm4
  0e+0, 1e+1, // interphase_leak_mA_cm2
  1e+0, 1e+6, // stress_modulus_MPa
  1e-2, 1e+3, // stress_height_um
  1e+0, 1e+3, // stress_confinement
  1e-3, 1e+3, // crack_flaw_um
  5e-1, 2e+0, // crack_shape
  1e-2, 1e+1, // crack_toughness_MPa_sqrtm
  0e+0, 1e+2, // fixture_pressure_MPa
  0e+0, 1e+1, // fixture_stiffness_MPa_um
  0e+0, 9e-1, // fixture_relaxFraction
  1e-2, 1e+4, // fixture_relaxTime_h
  -2e+0, 2e+0, // cathode_shrink_um_mAh_cm2
  0e+0, 2e+1, // intrusion_lnTime
  0e+0, 2e+0, // intrusion_perMPa
  0e+0, 1e+2, // intrusion_onset_MPa
  1e-1, 2e+1, // intrusion_onsetWidth_MPa
  0e+0, 1e+0, // intrusion_minCurrent_mA_cm2
  1e-2, 1e+4, // fatigue_strength_MPa
  1e+0, 1e+1, // fatigue_exponent
  0e+0, 1e+4, // series_resistance_ohm_cm2
  0e+0, 1.5e+0, // series_Ea_eV
  0e+0, 1e+0, // observer_gain
  1e-4, 1e+2, // observer_minStep_mA_cm2
  1e+0, 1e+2, // observer_tolerance
  0e+0, 1e+1, // pressureSensor_gain_per_s
  1e-2, 1e+2, // pressureSensor_tolerance_MPa
  1e-1, 6e+1, // sensor_timeout_s
  1e-1, 1e+3, // sensor_maxCurrent_mA_cm2
  0e+0, 1e+0, // sensor_hasVoltage
  0e+0, 1e+0, // sensor_hasPressure
  1e+0, 2e+0, // cell_metalInterfaces
  0e+0, 1e+0, // cell_hasVoltageWindow
  0e+0, 5e+2, // cap_charge_mA_cm2
  0e+0, 5e+2, // cap_discharge_mA_cm2
  0e+0, 1e+2, // limpHome_discharge_mA_cm2
  1e-1, 1e+0, // plating_margin
  0e+0, 1e+0, // plating_seAllowed
  1e-3, 5e+2, // criticalPlating_mA_cm2
  0e+0, 1.5e+0, // criticalPlating_Ea_eV
  5e-2, 1e+0, // crack_maxIndex
  1e-2, 2e+2, // cell_capacity_mAh_cm2
  0e+0, 1e+3, // cell_initialMetal_mAh_cm2
  -1e+1, 1e+1, // voltage_max_V
  -1e+1, 1e+1, // voltage_min_V
  -6e+1, 1e+2, // temperature_chargeZero_degC
  -6e+1, 1.5e+2, // temperature_chargeFull_degC
  -6e+1, 1e+2, // temperature_dischargeZero_degC
  -6e+1, 1.5e+2, // temperature_dischargeFull_degC
  0e+0, 2e+2, // temperature_hotFull_degC
  0e+0, 2e+2, // temperature_hotZero_degC
  1e-1, 1e+0, // vacancy_margin
  0e+0, 1e+1, // void_allowed_um
  3e+1, 3.6e+4, // horizon_continuous_s
  1e-3, 1e+3, // slew_up_mA_cm2_s
  1e-3, 1e+4, // slew_down_mA_cm2_s
  0e+0, 1e+1, // hysteresis_mA_cm2
  0e+0, 1e+2, // pressure_min_MPa
  1e-1, 1e+2, // pressure_max_MPa
  1e+0, 1e+1, // pressure_margin
  0e+0, 5e+0, // pressure_gain
  0e+0, 1e+0, // pressure_integral_per_s
  0e+0, 1e+0, // pressure_deadBand_MPa
  1e-4, 1e+1, // pressure_rise_MPa_s
  1e-5, 1e+1, // pressure_fall_MPa_s
]);
