/** What the specs share: the module's records where the module lays them, and a plain cell in them. */
import { resetCell } from "../cell";
import {
  CELLS_AT,
  CellState,
  DERIVED_AT,
  Derived,
  HEADER_AT,
  PARAMS_AT,
  Parameters,
  STAGING_AT,
} from "../layout";
import { setParameters } from "../parameters";
import { clearWords } from "../words";

export const parameters: Parameters = changetype<Parameters>(PARAMS_AT);
export const derived: Derived = changetype<Derived>(DERIVED_AT);
export const cell: CellState = changetype<CellState>(CELLS_AT);

/** Lithium on an electrolyte at 25 °C: what no parameter asks for is absent. */
export function plain(): void {
  clearWords(HEADER_AT, STAGING_AT - HEADER_AT);
  const p = parameters;
  p.metal_molarVolume_cm3_mol = 13.008;
  p.metal_molarMass_g_mol = 6.94;
  p.metal_surfaceEnergy_J_m2 = 0.5;
  p.metal_creepRate_per_s = 0.0077;
  p.metal_creepExponent = 6.56;
  p.metal_creep_Q_kJ_mol = 37;
  p.interlayer_porosity = 0.5;
  p.interlayer_poreRadius_nm = 1000;
  p.interlayer_conductivity_mS_cm = 1;
  p.interlayer_stiffness_MPa = 1000;
  p.se_chargeTransfer_ohm_cm2 = 10;
  p.pore_chargeTransfer_ohm_cm2 = 10;
  p.cc_chargeTransfer_ohm_cm2 = 10;
  p.opening_flaw_um = 10;
  p.opening_modulus_GPa = 5;
  p.nucleationCharge_mAh_cm2 = 0.01;
  p.redistribution_grainRatio = 1;
  p.solute_molarMass_g_mol = 107.868;
  p.solute_solubility = 0.01;
  p.solute_coverShare = 1;
  p.solute_grain_nm = 60;
  p.solute_atomicVolume_nm3 = 0.01705;
  p.vacancy_currentLimit_mA_cm2 = 1;
  p.slab_length_um = 10;
  p.slab_diffusivity_cm2_s = 1e-9;
  p.creep_referencePressure_MPa = 3;
  p.creep_pressureExponent = 2;
  p.strip_areaFactor = 1;
  p.void_heightScale_um = 1;
  p.contact_offset_MPa = 1;
  p.contact_minimum = 0.01;
  p.contact_initial = 1;
  p.stress_modulus_MPa = 14870;
  p.stress_height_um = 1;
  p.stress_confinement = 10;
  p.crack_flaw_um = 3;
  p.crack_shape = 1.12;
  p.crack_toughness_MPa_sqrtm = 0.23;
  p.crack_maxIndex = 0.5;
  p.fixture_pressure_MPa = 2;
  p.fixture_relaxTime_h = 1;
  p.intrusion_onset_MPa = 100;
  p.intrusion_onsetWidth_MPa = 2;
  p.fatigue_strength_MPa = 1;
  p.fatigue_exponent = 3;
  p.pressureSensor_tolerance_MPa = 1;
  p.sensor_timeout_s = 2;
  p.sensor_maxCurrent_mA_cm2 = 100;
  p.cell_metalInterfaces = 1;
  p.cap_charge_mA_cm2 = 50;
  p.cap_discharge_mA_cm2 = 60;
  p.limpHome_discharge_mA_cm2 = 0.05;
  p.plating_margin = 1;
  p.plating_seAllowed = 1;
  p.criticalPlating_mA_cm2 = 100;
  p.cell_capacity_mAh_cm2 = 5;
  p.cell_initialMetal_mAh_cm2 = 20;
  p.temperature_chargeZero_degC = -10;
  p.temperature_chargeFull_degC = 10;
  p.temperature_dischargeZero_degC = -30;
  p.temperature_dischargeFull_degC = 0;
  p.temperature_hotFull_degC = 80;
  p.temperature_hotZero_degC = 100;
  p.vacancy_margin = 1;
  p.horizon_continuous_s = 60;
  p.slew_up_mA_cm2_s = 1000;
  p.slew_down_mA_cm2_s = 1000;
  p.pressure_max_MPa = 10;
  p.pressure_margin = 1;
  apply();
}

/** Works the constants out again after parameters have changed, and starts the cell afresh. */
export function apply(): void {
  setParameters(0);
  resetCell(cell);
}
