/**
 * Stripping interface: vacancies diffuse through the slab, voids open once they are supersaturated, and contact is what
 * the voids leave.
 *
 * Supersaturation u obeys ∂u/∂t = D/L²·∂²u/∂ξ² with −∂u/∂ξ = j_loc/j_lim at the interface, so that a steady current of
 * j_lim = j_v + j_alloy + j_creep just nucleates (u = 1) before a sink.
 */
import { arrhenius_eV, FARADAY_C_MOL } from "./constants.js";
import { Slab, type SlabDrive } from "./slab.js";

export interface ContactParameters {
  readonly molarVolume_cm3_mol: number;
  readonly slab: {
    readonly length_um: number;
    readonly diffusivity_cm2_s: number;
    readonly Ea_eV: number;
    readonly back: "sealed" | "sink";
  };
  /** Stripping currents at 25 °C that vacancies alone and the alloy's gradient alone sustain. */
  readonly vacancy: { readonly limit_mA_cm2: number; readonly Ea_eV: number };
  readonly alloy: { readonly range: number; readonly interdiffusivity_cm2_s: number };
  readonly creep: {
    readonly limit_mA_cm2: number;
    readonly reference_MPa: number;
    readonly exponent: number;
    readonly Ea_eV: number;
  };
  readonly areaFactor: number;
  readonly void: {
    readonly heightScale_um: number;
    readonly healRate_per_s: number;
    readonly closure_MPa: number;
    readonly offset_MPa: number;
  };
  readonly leastContact: number;
  readonly initialContact: number;
}

/** Change of void height over its scale, growing or about to, over which contact counts as constant. */
const CHANGE = 0.002;
/** Supersaturation from which on nucleation is near. */
const NEAR = 0.95;

export class StrippingInterface {
  supersaturation = 0;
  void_um: number;
  time_s = 0;
  readonly #slab: Slab;

  constructor(readonly parameters: ContactParameters) {
    const { slab, initialContact, void: void_ } = parameters;
    this.#slab = new Slab({
      length_cm: 1,
      initial_mol_cm3: 0,
      back: slab.back,
      cells: 40,
      grading: 40,
      tolerance: 1e-5,
    });
    this.void_um = -void_.heightScale_um * Math.log(initialContact);
  }

  get contact(): number {
    const { void: void_, leastContact } = this.parameters;
    return Math.max(Math.exp(-this.void_um / void_.heightScale_um), leastContact);
  }

  /** j_lim through full contact. */
  limit_mA_cm2(temperature_K: number, stack_MPa: number): number {
    const { vacancy, alloy, slab, molarVolume_cm3_mol } = this.parameters;
    // F·D̃·ΔX/(V_m·L) in mA/cm², L in cm.
    const gradient =
      (1000 * FARADAY_C_MOL * alloy.interdiffusivity_cm2_s * alloy.range) /
      (molarVolume_cm3_mol * slab.length_um * 1e-4);
    return (
      vacancy.limit_mA_cm2 * arrhenius_eV(vacancy.Ea_eV, temperature_K) +
      gradient * arrhenius_eV(slab.Ea_eV, temperature_K) +
      this.parameters.creep.limit_mA_cm2 * this.#creep(temperature_K, stack_MPa)
    );
  }

  /** Speed of creep over that at the reference pressure and 25 °C. */
  #creep(temperature_K: number, stack_MPa: number): number {
    const { creep } = this.parameters;
    return arrhenius_eV(creep.Ea_eV, temperature_K) * (stack_MPa / creep.reference_MPa) ** creep.exponent;
  }

  /** Goes on under one current (mA/cm², plating positive), temperature and stack pressure. */
  advance(duration_s: number, current_mA_cm2: number, temperature_K: number, stack_MPa: number): void {
    const { slab, areaFactor } = this.parameters;
    const limit = this.limit_mA_cm2(temperature_K, stack_MPa);
    const rate =
      (slab.diffusivity_cm2_s * arrhenius_eV(slab.Ea_eV, temperature_K)) / (slab.length_um * 1e-4) ** 2;
    let left = duration_s;
    while (left > 1e-9 * duration_s) {
      const part = Math.min(left, this.#steadyFor_s(current_mA_cm2, limit, temperature_K, stack_MPa));
      left -= part;
      const local = -current_mA_cm2 / (this.contact * areaFactor);
      const drive: SlabDrive = {
        flux_mol_cm2_s: () => (-rate * local) / limit,
        diffusivity_cm2_s: () => rate,
      };
      this.#slab.advance(this.time_s + part, drive);
      this.time_s += part;
      this.supersaturation = this.#slab.surface(drive);
      this.#grow(part, current_mA_cm2, limit, temperature_K, stack_MPa);
    }
  }

  /** How long the void height, and with it contact, stays about what it is. */
  #steadyFor_s(current: number, limit: number, temperature_K: number, stack: number): number {
    const { void: void_, leastContact } = this.parameters;
    // Contact that is gone stays so while the void grows on.
    const near = current > 0 || (this.supersaturation > NEAR && this.contact > 1.001 * leastContact);
    const growth = near ? Math.abs(this.#growth_um_s(current, limit)) : 0;
    const healing = void_.healRate_per_s * this.#creep(temperature_K, stack) * this.void_um;
    return (CHANGE * void_.heightScale_um) / (growth + healing + 1e-12);
  }

  /** Void height over a short time, by the midpoint rule. */
  #grow(duration_s: number, current: number, limit: number, temperature_K: number, stack: number): void {
    const { void: void_, leastContact } = this.parameters;
    const most = -void_.heightScale_um * Math.log(leastContact);
    const held = Math.min((void_.heightScale_um * void_.closure_MPa) / (stack + void_.offset_MPa), most);
    const heal = void_.healRate_per_s * this.#creep(temperature_K, stack);
    const start = this.void_um;
    const nucleated = current > 0 || this.supersaturation >= 1;
    const rate = (): number =>
      (nucleated ? this.#growth_um_s(current, limit) : 0) - heal * Math.max(this.void_um - held, 0);
    const bounded = (height: number): number => Math.min(Math.max(height, 0), most);
    this.void_um = bounded(start + (duration_s / 2) * rate());
    this.void_um = bounded(start + duration_s * rate());
  }

  /** Nucleated voids open under what exceeds the limit; plating fills what faces a void. */
  #growth_um_s(current: number, limit: number): number {
    const { areaFactor, molarVolume_cm3_mol } = this.parameters;
    const perCurrent = (molarVolume_cm3_mol * 10) / FARADAY_C_MOL;
    if (current > 0) return -perCurrent * current * (1 - this.contact);
    const excess = -current / (this.contact * areaFactor) - limit;
    return perCurrent * Math.max(excess, 0);
  }
}
