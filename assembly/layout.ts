// Generated from host/schema by `npm run generate`. Do not edit.

export const ABI_VERSION: i32 = 1;
export const LAYOUT_HASH: i32 = 78665741;
export const MAX_CELLS: i32 = 24;
export const SLOTS: i32 = 8;
export const RAINFLOW_DEPTH: i32 = 12;
export const PARAMETER_COUNT: i32 = 126;
export const STATIC_END: usize = 2048;
export const STAGING_BYTES: i32 = 47864;
export const CELL_BYTES: usize = 480;
export const HEADER_AT: usize = 2048;
export const PARAMS_AT: usize = 2104;
export const DERIVED_AT: usize = 2608;
export const CELLS_AT: usize = 2724;
export const STEP_INPUT_AT: usize = 14244;
export const CELL_INPUT_AT: usize = 14252;
export const CELL_OUTPUT_AT: usize = 14828;
export const PACK_OUTPUT_AT: usize = 17612;
export const STAGING_AT: usize = 17672;

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
  slotSteps_s0: f32;
  slotSteps_s1: f32;
  slotSteps_s2: f32;
  slotSteps_s3: f32;
  slotSteps_s4: f32;
  slotSteps_s5: f32;
  slotSteps_s6: f32;
  slotSteps_s7: f32;
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
  ccOpening_mV: f32;
  seNucleation_mV: f32;
  poreNucleation_mV: f32;
  ccNucleation_mV: f32;
  soluteFraction: f32;
  soluteInventory_mAh_cm2: f32;
  soluteCobleRate_per_s_MPa: f32;
  alloyLimit_mA_cm2: f32;
  slabRate_per_s: f32;
  slabPole0: f32;
  slabPole1: f32;
  slabPole2: f32;
  slabPole3: f32;
  slabGain0: f32;
  slabGain1: f32;
  slabGain2: f32;
  slabGain3: f32;
  slabFeedthrough: f32;
  voidMaximum_um: f32;
  crackPerMPa: f32;
  crackPressure_MPa: f32;
  pressureRise_per_um: f32;
}

// @ts-ignore: decorator
@unmanaged
export class CellState {
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
  lastVoltage_V: f32;
  faults: i32;
  settled: i32;
  seCharge_mAh_cm2: f32;
  seChargeRest_mAh_cm2: f32;
  poreCharge_mAh_cm2: f32;
  poreChargeRest_mAh_cm2: f32;
  ccCharge_mAh_cm2: f32;
  ccChargeRest_mAh_cm2: f32;
  deficit_mAh_cm2: f32;
  deficitRest_mAh_cm2: f32;
  selfDischarge_mAh_cm2: f32;
  selfDischargeRest_mAh_cm2: f32;
  seCurrent_mA_cm2: f32;
  poreCurrent_mA_cm2: f32;
  ccCurrent_mA_cm2: f32;
  seConductance_S_cm2: f32;
  poreConductance_S_cm2: f32;
  ccConductance_S_cm2: f32;
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
  redistribution_mA_cm2_mV: f32;
  soluteSeShare: f32;
  solutePoreShare: f32;
  soluteCcShare: f32;
  soluteSeCharge_mAh_cm2: f32;
  soluteCcCharge_mAh_cm2: f32;
  slabModes0: f32;
  slabModes1: f32;
  slabModes2: f32;
  slabModes3: f32;
  slabRate_per_s: f32;
  vacancyLimit_mA_cm2: f32;
  healRate_per_s: f32;
  void_um: f32;
  voidRest_um: f32;
  voidHeld_um: f32;
  contact: f32;
  interfaceResistance_ohm_cm2: f32;
  contactResistance_ohm_cm2: f32;
  seriesResistance_ohm_cm2: f32;
  criticalPlating_mA_cm2: f32;
  voltageDoubt: i32;
  interphaseSquared_ohm2_cm4: f32;
  interphaseSquaredRest: f32;
  leak_mA_cm2: f32;
  spalledDamage: f32;
  sePressure_MPa: f32;
  sePowerLaw_um_s: f32;
  seFeedback_mV_per_mA_cm2: f32;
  crackHeadroom_mA_cm2: f32;
  stackPressure_MPa: f32;
  pressureRelaxed_MPa: f32;
  pressureBias_MPa: f32;
  pressureResidual_MPa: f32;
  intrusion: f32;
  intrusionRest: f32;
  stackCyclePoints0: f32;
  stackCyclePoints1: f32;
  stackCyclePoints2: f32;
  stackCyclePoints3: f32;
  stackCyclePoints4: f32;
  stackCyclePoints5: f32;
  stackCyclePoints6: f32;
  stackCyclePoints7: f32;
  stackCyclePoints8: f32;
  stackCyclePoints9: f32;
  stackCyclePoints10: f32;
  stackCyclePoints11: f32;
  stackCycleDepth: i32;
  stackCycleExtreme: f32;
  stackCycleRising: i32;
  stackCycleDamage: f32;
  stackCycleDamageRest: f32;
  seCyclePoints0: f32;
  seCyclePoints1: f32;
  seCyclePoints2: f32;
  seCyclePoints3: f32;
  seCyclePoints4: f32;
  seCyclePoints5: f32;
  seCyclePoints6: f32;
  seCyclePoints7: f32;
  seCyclePoints8: f32;
  seCyclePoints9: f32;
  seCyclePoints10: f32;
  seCyclePoints11: f32;
  seCycleDepth: i32;
  seCycleExtreme: f32;
  seCycleRising: i32;
  seCycleDamage: f32;
  seCycleDamageRest: f32;
  chargeLimits_mA_cm20: f32;
  chargeLimits_mA_cm21: f32;
  chargeLimits_mA_cm22: f32;
  chargeLimits_mA_cm23: f32;
  dischargeLimits_mA_cm20: f32;
  dischargeLimits_mA_cm21: f32;
  dischargeLimits_mA_cm22: f32;
  dischargeLimits_mA_cm23: f32;
  pressureSetpoint_MPa: f32;
  pressureReason: i32;
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
export class CellOutput {
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
  overpotential_mV: f32;
  supersaturation: f32;
  void_um: f32;
  contact: f32;
  interfaceResistance_ohm_cm2: f32;
  sePressure_MPa: f32;
  crackIndex: f32;
  stackPressure_MPa: f32;
  intrusion: f32;
  stackFatigue: f32;
  seFatigue: f32;
  soluteCcShare: f32;
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
  weakestChargeCell: i32;
  weakestDischargeCell: i32;
}

/** min, max of each parameter, in id order. */
export const PARAMETER_RANGES: usize = memory.data<f32>([
  5, 60, // metal_molarVolume_cm3_mol
  1, 200, // metal_molarMass_g_mol
  0.05, 2, // metal_surfaceEnergy_J_m2
  1e-12, 10, // metal_creepRate_per_s
  1.5, 9, // metal_creepExponent
  5, 150, // metal_creep_Q_kJ_mol
  0, 200, // interlayer_thickness_um
  0.01, 0.95, // interlayer_porosity
  1, 100000, // interlayer_poreRadius_nm
  0.000001, 100, // interlayer_conductivity_mS_cm
  0.05, 1.5, // interlayer_conductivity_Ea_eV
  1, 100000, // interlayer_stiffness_MPa
  0.01, 10000, // se_chargeTransfer_ohm_cm2
  0.01, 10000, // pore_chargeTransfer_ohm_cm2
  0.01, 10000, // cc_chargeTransfer_ohm_cm2
  0.05, 1.5, // chargeTransfer_Ea_eV
  0, 200, // se_nucleation_mV
  0, 200, // pore_nucleation_mV
  0, 200, // cc_nucleation_mV
  -1, 1, // se_wettingCosine
  -1, 1, // pore_wettingCosine
  -1, 1, // cc_wettingCosine
  0, 200, // se_adhesion_J_m2
  0, 200, // cc_adhesion_J_m2
  0.01, 1000, // opening_flaw_um
  0.01, 500, // opening_modulus_GPa
  0.00001, 1, // nucleationCharge_mAh_cm2
  0, 1000, // redistribution_uA_cm2_mV
  5, 150, // redistribution_Q_kJ_mol
  0.01, 100, // redistribution_grainRatio
  0, 10000, // solute_loading_mg_Ah
  1, 300, // solute_molarMass_g_mol
  0.000001, 1, // solute_solubility
  0, 1, // solute_initialSeShare
  0, 1, // solute_initialCcShare
  0.001, 1, // solute_coverShare
  0, 0.95, // solute_transferRelief
  0, 1, // solute_return
  1, 100000, // solute_grain_nm
  0, 100000000000000000000, // solute_boundaryDiffusion_nm3_s
  5, 300, // solute_boundaryDiffusion_Q_kJ_mol
  0.001, 0.1, // solute_atomicVolume_nm3
  0, 1000000000000, // solute_mobilityFactor
  0.000001, 1000, // vacancy_currentLimit_mA_cm2
  0, 1.5, // vacancy_Ea_eV
  0.1, 10000, // slab_length_um
  1e-18, 0.001, // slab_diffusivity_cm2_s
  0, 1.5, // slab_diffusion_Ea_eV
  0, 1, // slab_sealed
  0, 1, // alloy_range
  0, 0.001, // alloy_metalDiffusivity_cm2_s
  0, 0.001, // alloy_soluteDiffusivity_cm2_s
  0, 1000, // creep_currentLimit_mA_cm2
  0.1, 100, // creep_referencePressure_MPa
  0.3, 8, // creep_pressureExponent
  0, 1.5, // creep_Ea_eV
  0.1, 1000, // strip_areaFactor
  0.001, 100, // void_heightScale_um
  0, 1, // void_healRate_per_s
  0, 200, // contact_closure_MPa
  0.01, 50, // contact_offset_MPa
  0.001, 0.5, // contact_minimum
  0.001, 1, // contact_initial
  0, 10000, // interphase_initial_ohm_cm2
  0, 1000, // interphase_growth_ohm_cm2_sqrth
  0, 1.5, // interphase_Ea_eV
  0, 100000000, // interphase_spall_ohm2_cm4
  0, 10, // interphase_leak_mA_cm2
  1, 1000000, // stress_modulus_MPa
  0.01, 1000, // stress_height_um
  1, 1000, // stress_confinement
  0.001, 1000, // crack_flaw_um
  0.5, 2, // crack_shape
  0.01, 10, // crack_toughness_MPa_sqrtm
  0, 100, // fixture_pressure_MPa
  0, 10, // fixture_stiffness_MPa_um
  0, 0.9, // fixture_relaxFraction
  0.01, 10000, // fixture_relaxTime_h
  -2, 2, // cathode_shrink_um_mAh_cm2
  0, 20, // intrusion_lnTime
  0, 2, // intrusion_perMPa
  0, 100, // intrusion_onset_MPa
  0.1, 20, // intrusion_onsetWidth_MPa
  0, 1, // intrusion_minCurrent_mA_cm2
  0.01, 10000, // fatigue_strength_MPa
  1, 10, // fatigue_exponent
  0, 10000, // series_resistance_ohm_cm2
  0, 1.5, // series_Ea_eV
  0, 1, // observer_gain
  0.0001, 100, // observer_minStep_mA_cm2
  1, 100, // observer_tolerance
  0, 10, // pressureSensor_gain_per_s
  0.01, 100, // pressureSensor_tolerance_MPa
  0.1, 60, // sensor_timeout_s
  0.1, 1000, // sensor_maxCurrent_mA_cm2
  0, 1, // sensor_hasVoltage
  0, 1, // sensor_hasPressure
  1, 2, // cell_metalInterfaces
  0, 1, // cell_hasVoltageWindow
  0, 500, // cap_charge_mA_cm2
  0, 500, // cap_discharge_mA_cm2
  0, 100, // limpHome_discharge_mA_cm2
  0.1, 1, // plating_margin
  0, 1, // plating_seAllowed
  0.001, 500, // criticalPlating_mA_cm2
  0, 1.5, // criticalPlating_Ea_eV
  0.05, 1, // crack_maxIndex
  0.01, 200, // cell_capacity_mAh_cm2
  0, 1000, // cell_initialMetal_mAh_cm2
  -10, 10, // voltage_max_V
  -10, 10, // voltage_min_V
  -60, 100, // temperature_chargeZero_degC
  -60, 150, // temperature_chargeFull_degC
  -60, 100, // temperature_dischargeZero_degC
  -60, 150, // temperature_dischargeFull_degC
  0, 200, // temperature_hotFull_degC
  0, 200, // temperature_hotZero_degC
  0.1, 1, // vacancy_margin
  0, 10, // void_allowed_um
  30, 36000, // horizon_continuous_s
  0.001, 1000, // slew_up_mA_cm2_s
  0.001, 10000, // slew_down_mA_cm2_s
  0, 10, // hysteresis_mA_cm2
  0, 100, // pressure_min_MPa
  0.1, 100, // pressure_max_MPa
  1, 10, // pressure_margin
]);
