/**
 * Pressure of the β-phase at the electrolyte: growth compresses a film of height h, power-law and Coble creep let it
 * out again,
 *
 *     dσ/dt = (M/h)·[g(σ) − a·σⁿ − c·σ],   a = h·ε̇₀·κ⁻ⁿ,
 *
 * with ε̇₀ the creep rate at 1 MPa and κ the pressure per flow stress of a film squeezed between plates. Metal carries
 * no tension against the electrolyte: σ ≥ 0. Steady: σ = (g/a)^(1/n) without Coble creep, g/c without the power law.
 */
import { arrhenius_kJ_mol, FARADAY_C_MOL } from "./constants.js";
import { integrateStiff } from "./stiff.js";

export interface StressParameters {
  /** Confined modulus M. */
  readonly modulus_MPa: number;
  readonly height_um: number;
  readonly confinement: number;
  readonly creepRate_per_s: number;
  readonly creepExponent: number;
  readonly creep_Q_kJ_mol: number;
  /** Coble (diffusional) relaxation per pressure at 25 °C; its activation energy. */
  readonly coble_um_s_MPa?: number;
  readonly coble_Q_kJ_mol?: number;
}

const TOLERANCE = { relative: 1e-7, absolute: 1e-8, floor: 0 };

/** Growth speed of dense metal, µm/s, under a current in mA/cm². */
export const growthSpeed_um_s = (current_mA_cm2: number, molarVolume_cm3_mol: number): number =>
  (current_mA_cm2 * 1e-3 * molarVolume_cm3_mol * 1e4) / FARADAY_C_MOL;

/** a of the power law, µm/s at 1 MPa. */
export const powerLaw_um_s = (p: StressParameters, temperature_K: number): number =>
  (p.height_um * p.creepRate_per_s * arrhenius_kJ_mol(p.creep_Q_kJ_mol, temperature_K)) /
  p.confinement ** p.creepExponent;

/**
 * Pressure after `duration_s` at one temperature, from `start_MPa`. `growth_um_s` may depend on the pressure: pressure
 * raises the potential of the metal and diverts the current.
 */
export function advanceFilmPressure(
  start_MPa: number,
  duration_s: number,
  growth_um_s: (pressure_MPa: number) => number,
  p: StressParameters,
  temperature_K: number,
): number {
  const a = powerLaw_um_s(p, temperature_K);
  const c = (p.coble_um_s_MPa ?? 0) * arrhenius_kJ_mol(p.coble_Q_kJ_mol ?? 0, temperature_K);
  const stiffness = p.modulus_MPa / p.height_um;
  const rate = (pressure: number): number => {
    const pressed = Math.max(pressure, 0);
    return stiffness * (growth_um_s(pressed) - a * pressed ** p.creepExponent - c * pressed);
  };
  return integrateStiff(rate, start_MPa, duration_s, TOLERANCE);
}

export interface StackParameters {
  /** k_fix; 0 holds the pressure. */
  readonly stiffness_MPa_um: number;
  /** Part of the elastic pressure that relaxes away, and its time constant. */
  readonly relaxFraction: number;
  readonly relaxTime_h: number;
}

/**
 * Stack pressure S = P − r with P what the fixture and the swelling make, and the Maxwell relaxation
 * dr/dt = (fraction·P − r)/τ, exact for a P that stays as it is.
 */
export class StackPressure {
  #relaxed_MPa = 0;

  constructor(readonly parameters: StackParameters) {}

  /** The pressure at the end of `duration_s` with that fixture pressure and swelling. */
  advance(duration_s: number, fixture_MPa: number, swelling_um: number): number {
    const { stiffness_MPa_um, relaxFraction, relaxTime_h } = this.parameters;
    const elastic = fixture_MPa + stiffness_MPa_um * swelling_um;
    const target = relaxFraction * elastic;
    this.#relaxed_MPa = target + (this.#relaxed_MPa - target) * Math.exp(-duration_s / (relaxTime_h * 3600));
    return Math.max(elastic - this.#relaxed_MPa, 0);
  }
}
