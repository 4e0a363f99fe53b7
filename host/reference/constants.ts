/** Constants of nature in f64 (CODATA 2018) and what the reference models share of thermodynamics. */

/** C/mol. */
export const FARADAY_C_MOL = 96485.33212;
const GAS_J_MOL_K = 8.314462618;
const ELECTRONVOLT_J_MOL = FARADAY_C_MOL;
/** k in MPa·nm³/K. */
export const BOLTZMANN_MPA_NM3_K = 1.380649e-2;
export const ZERO_CELSIUS_K = 273.15;
const REFERENCE_K = 298.15;

/** RT/F in mV. */
export const thermalVoltage_mV = (temperature_K: number): number =>
  (1000 * GAS_J_MOL_K * temperature_K) / FARADAY_C_MOL;

/** Factor by which a thermally activated rate differs from its value at 25 °C; activation energy in J/mol. */
const arrhenius = (activation_J_mol: number, temperature_K: number): number =>
  Math.exp((activation_J_mol / GAS_J_MOL_K) * (1 / REFERENCE_K - 1 / temperature_K));

export const arrhenius_eV = (activation_eV: number, temperature_K: number): number =>
  arrhenius(activation_eV * ELECTRONVOLT_J_MOL, temperature_K);

export const arrhenius_kJ_mol = (activation_kJ_mol: number, temperature_K: number): number =>
  arrhenius(activation_kJ_mol * 1000, temperature_K);

/** exp(−Q/RT). */
export const boltzmann_kJ_mol = (activation_kJ_mol: number, temperature_K: number): number =>
  Math.exp((-1000 * activation_kJ_mol) / (GAS_J_MOL_K * temperature_K));
