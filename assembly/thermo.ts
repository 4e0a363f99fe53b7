/**
 * Thermodynamic relations every model shares. Equation numbers are those of Kim & Li, Energy Material Advances 2021.
 * Units: mV, MPa, K, cm³/mol, nm; potentials of atoms in meV.
 */
import { exp, log } from "./math";

/** Charge of a mole of electrons, C/mol (CODATA 2018). */
const FARADAY_C_MOL: f32 = 96485.332;
/** Boltzmann's constant over the elementary charge, mV/K; also meV/K per atom. */
const BOLTZMANN_MV_K: f32 = 0.08617333;
/** Boltzmann's constant in MPa·nm³/K. */
const BOLTZMANN_MPA_NM3_K: f32 = 0.01380649;
/** 1 eV and 1 kJ/mol as a temperature, K. */
const KELVIN_PER_EV: f32 = 11604.518;
const KELVIN_PER_KJ_MOL: f32 = 120.27236;
export const REFERENCE_K: f32 = 298.15;
export const ZERO_CELSIUS_K: f32 = 273.15;
export const SECONDS_PER_HOUR: f32 = 3600.0;

/** V_m/F: potential that balances a pressure, from (1) and (2). Li: 0.1348 mV/MPa. */
export function potentialPerPressure_mV_MPa(molarVolume_cm3_mol: f32): f32 {
  return (molarVolume_cm3_mol * 1000.0) / FARADAY_C_MOL;
}

/** Pressure at which an overpotential is in equilibrium with the metal, (1)–(2): 0.135 V is 1.0 GPa in Li. */
export function equilibriumPressure_MPa(overpotential_mV: f32, molarVolume_cm3_mol: f32): f32 {
  return overpotential_mV / potentialPerPressure_mV_MPa(molarVolume_cm3_mol);
}

/** Thickness of dense metal per areal charge, µm per mAh/cm². Li: 4.853. */
export function thickness_um_mAh_cm2(molarVolume_cm3_mol: f32): f32 {
  return (molarVolume_cm3_mol * 36000.0) / FARADAY_C_MOL;
}

/** Metal mass per charge. Li: 0.2589 g/Ah. */
export function metalMass_g_Ah(molarMass_g_mol: f32): f32 {
  return (molarMass_g_mol * SECONDS_PER_HOUR) / FARADAY_C_MOL;
}

/** kT/e, mV; kT of an atom, meV. */
export function thermalPotential_mV(temperature_K: f32): f32 {
  return BOLTZMANN_MV_K * temperature_K;
}

/** Chemical potential of the metal with an atomic fraction of solute in it, Raoult's law (3), meV. */
export function solventPotential_meV(soluteFraction: f32, temperature_K: f32): f32 {
  return thermalPotential_mV(temperature_K) * log((1.0 as f32) - soluteFraction);
}

/** Chemical potential of a dilute solute, Henry's law (4), meV. */
export function solutePotential_meV(gammaInfinite: f32, soluteFraction: f32, temperature_K: f32): f32 {
  return thermalPotential_mV(temperature_K) * log(gammaInfinite * soluteFraction);
}

/** Atomic fraction of solute in the metal when `loading` milligrams of it come with each Ah. */
export function soluteFraction(loading_mg_Ah: f32, molarMass_g_mol: f32): f32 {
  const perMetalAtom = soluteAtomRatio(loading_mg_Ah, molarMass_g_mol);
  return perMetalAtom / ((1.0 as f32) + perMetalAtom);
}

/** Solute atoms per metal atom for the same loading. */
export function soluteAtomRatio(loading_mg_Ah: f32, molarMass_g_mol: f32): f32 {
  return (loading_mg_Ah * FARADAY_C_MOL) / (molarMass_g_mol * 3600000.0);
}

/**
 * Coble creep rate per stress, 1/(s·MPa): ε̇/σ = 42π·Ω·δD_b/(kT·d³). The form of (5), prefactor of Frost & Ashby,
 * Deformation-Mechanism Maps (1982), ch. 2.
 */
export function cobleRate_per_s_MPa(
  atomicVolume_nm3: f32,
  boundaryDiffusion_nm3_s: f32,
  activation_kJ_mol: f32,
  grain_nm: f32,
  temperature_K: f32,
): f32 {
  const diffusion = boundaryDiffusion_nm3_s * exp((-activation_kJ_mol * KELVIN_PER_KJ_MOL) / temperature_K);
  const perGrain = diffusion / (grain_nm * grain_nm * grain_nm);
  return (perGrain * atomicVolume_nm3 * 131.94689) / (BOLTZMANN_MPA_NM3_K * temperature_K);
}

/** Interdiffusivity D̃ = X_metal·D_solute + X_solute·D_metal, (6). */
export function interdiffusivity(soluteFraction: f32, solute: f32, metal: f32): f32 {
  return ((1.0 as f32) - soluteFraction) * solute + soluteFraction * metal;
}

/** Alloy-limited stripping current j = F·D̃·ΔX/(V_m·L), mA/cm²; diffusivity in cm²/s, length in µm. */
export function alloyLimit_mA_cm2(
  diffusivity_cm2_s: f32,
  range: f32,
  molarVolume_cm3_mol: f32,
  length_um: f32,
): f32 {
  return (FARADAY_C_MOL * 10000000.0 * diffusivity_cm2_s * range) / (molarVolume_cm3_mol * length_um);
}

/** 1/T₀ − 1/T with T₀ = 25 °C, 1/K: the temperature of every Arrhenius factor, without cancellation near T₀. */
export function inverseTemperature(temperature_K: f32): f32 {
  return (temperature_K - REFERENCE_K) / (REFERENCE_K * temperature_K);
}

/** Factor by which a rate with this activation energy differs from 25 °C. */
export function rateFactor_eV(activation_eV: f32, inverse: f32): f32 {
  return exp(activation_eV * KELVIN_PER_EV * inverse);
}

/** The same with the activation energy in kJ/mol. */
export function rateFactor_kJ_mol(activation_kJ_mol: f32, inverse: f32): f32 {
  return exp(activation_kJ_mol * KELVIN_PER_KJ_MOL * inverse);
}

/** Wetting factor f(θ) = (2 − 3cosθ + cos³θ)/4 of heterogeneous nucleation; not below 0 where cosθ rounds to 1. */
export function wettingFactor(cosine: f32): f32 {
  return max<f32>(((2.0 as f32) - cosine * 3.0 + cosine * cosine * cosine) * 0.25, 0.0);
}

/** Pressure that opens an interface of adhesion Γ from a flaw a: sqrt(2E*Γ/(πa)), MPa from GPa, J/m², µm. */
export function openingPressure_MPa(modulus_GPa: f32, adhesion_J_m2: f32, flaw_um: f32): f32 {
  return sqrt<f32>((modulus_GPa * adhesion_J_m2 * 2000.0) / (flaw_um * 3.1415927));
}

/** Gibbs–Thomson pressure 2γ/r, MPa from J/m² and nm. */
export function curvaturePressure_MPa(surfaceEnergy_J_m2: f32, radius_nm: f32): f32 {
  return (surfaceEnergy_J_m2 * 2000.0) / radius_nm;
}
