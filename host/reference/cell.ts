/** One cell of full-order models, with the physical parameters of a profile. Shares no code with the firmware. */
import type { Profile } from "../profiles/profile.js";
import { FARADAY_C_MOL, ZERO_CELSIUS_K } from "./constants.js";
import { type ContactParameters, StrippingInterface } from "./contact.js";
import { PlatedInterlayer, type PlatingParameters } from "./plating.js";
import type { SoluteParameters } from "./solute.js";
import { growthSpeed_um_s, StackPressure } from "./stress.js";

export interface CellConditions {
  readonly current_mA_cm2: number;
  readonly temperature_degC: number;
  readonly fixture_MPa: number;
  /** Shares of the solute at electrolyte, pores and collector; no full-order model moves it. */
  readonly solute: readonly [number, number, number];
}

export class ReferenceCell {
  readonly plating: PlatedInterlayer;
  readonly interface: StrippingInterface;
  stack_MPa: number;
  readonly #stack: StackPressure;

  constructor(readonly values: Profile["values"]) {
    this.plating = new PlatedInterlayer(platingParameters(values));
    this.interface = new StrippingInterface(contactParameters(values));
    this.#stack = new StackPressure({
      stiffness_MPa_um: values.fixture_stiffness_MPa_um,
      relaxFraction: values.fixture_relaxFraction,
      relaxTime_h: values.fixture_relaxTime_h,
    });
    this.stack_MPa = values.fixture_pressure_MPa;
  }

  /** Current onto the electrolyte if that current began to flow now. */
  seCurrentAt({ current_mA_cm2, temperature_degC, solute }: Omit<CellConditions, "fixture_MPa">): number {
    return this.plating.seCurrentAt({
      current_mA_cm2,
      temperature_K: temperature_degC + ZERO_CELSIUS_K,
      stack_MPa: this.stack_MPa,
      contact: this.interface.contact,
      solute,
    });
  }

  /** Goes on under constant conditions; short against the times of stack pressure and contact. */
  advance(duration_s: number, conditions: CellConditions): void {
    const { current_mA_cm2, temperature_degC, fixture_MPa, solute } = conditions;
    const temperature_K = temperature_degC + ZERO_CELSIUS_K;
    const { contact } = this.interface;
    this.plating.advance(duration_s, {
      current_mA_cm2,
      temperature_K,
      stack_MPa: this.stack_MPa,
      contact,
      solute,
    });
    this.interface.advance(duration_s, current_mA_cm2, temperature_K, this.stack_MPa);
    this.stack_MPa = this.#stack.advance(duration_s, fixture_MPa, this.#swelling_um());
  }

  /** Metal that left the pores lifts the stack; the cathode gives some of it back. */
  #swelling_um(): number {
    const { values, plating } = this;
    const [se, pore, cc] = plating.sites_mAh_cm2();
    const perCharge = 3600 * growthSpeed_um_s(1, values.metal_molarVolume_cm3_mol);
    const initial = values.cell_initialMetal_mAh_cm2;
    const outside = se + cc + Math.max(pore - plating.poreCapacity_mAh_cm2, 0) - initial;
    return perCharge * outside - values.cathode_shrink_um_mAh_cm2 * (se + pore + cc - initial);
  }
}

/** Solute atoms per atom of metal when `loading` milligrams come with each Ah. */
const soluteRatio = (v: Profile["values"]): number =>
  (v.solute_loading_mg_Ah * 1e-3 * FARADAY_C_MOL) / (v.solute_molarMass_g_mol * 3600);

export function contactParameters(v: Profile["values"]): ContactParameters {
  const fraction = soluteRatio(v) / (1 + soluteRatio(v));
  return {
    molarVolume_cm3_mol: v.metal_molarVolume_cm3_mol,
    slab: {
      length_um: v.slab_length_um,
      diffusivity_cm2_s: v.slab_diffusivity_cm2_s,
      Ea_eV: v.slab_diffusion_Ea_eV,
      back: v.slab_sealed > 0.5 ? "sealed" : "sink",
    },
    vacancy: { limit_mA_cm2: v.vacancy_currentLimit_mA_cm2, Ea_eV: v.vacancy_Ea_eV },
    alloy: {
      range: v.alloy_range,
      interdiffusivity_cm2_s:
        (1 - fraction) * v.alloy_soluteDiffusivity_cm2_s + fraction * v.alloy_metalDiffusivity_cm2_s,
    },
    creep: {
      limit_mA_cm2: v.creep_currentLimit_mA_cm2,
      reference_MPa: v.creep_referencePressure_MPa,
      exponent: v.creep_pressureExponent,
      Ea_eV: v.creep_Ea_eV,
    },
    areaFactor: v.strip_areaFactor,
    void: {
      heightScale_um: v.void_heightScale_um,
      healRate_per_s: v.void_healRate_per_s,
      closure_MPa: v.contact_closure_MPa,
      offset_MPa: v.contact_offset_MPa,
    },
    leastContact: v.contact_minimum,
    initialContact: v.contact_initial,
  };
}

export function platingParameters(v: Profile["values"]): PlatingParameters {
  return {
    molarVolume_cm3_mol: v.metal_molarVolume_cm3_mol,
    surfaceEnergy_J_m2: v.metal_surfaceEnergy_J_m2,
    thickness_um: v.interlayer_thickness_um,
    porosity: v.interlayer_porosity,
    poreRadius_nm: v.interlayer_poreRadius_nm,
    ionicConductivity_mS_cm: v.interlayer_conductivity_mS_cm,
    ionic_Ea_eV: v.interlayer_conductivity_Ea_eV,
    stiffness_MPa: v.interlayer_stiffness_MPa,
    se: {
      chargeTransfer_ohm_cm2: v.se_chargeTransfer_ohm_cm2,
      nucleation_mV: v.se_nucleation_mV,
      wettingCosine: v.se_wettingCosine,
      adhesion_J_m2: v.se_adhesion_J_m2,
    },
    pore: {
      chargeTransfer_ohm_cm2: v.pore_chargeTransfer_ohm_cm2,
      nucleation_mV: v.pore_nucleation_mV,
      wettingCosine: v.pore_wettingCosine,
      adhesion_J_m2: 0,
    },
    cc: {
      chargeTransfer_ohm_cm2: v.cc_chargeTransfer_ohm_cm2,
      nucleation_mV: v.cc_nucleation_mV,
      wettingCosine: v.cc_wettingCosine,
      adhesion_J_m2: v.cc_adhesion_J_m2,
    },
    chargeTransfer_Ea_eV: v.chargeTransfer_Ea_eV,
    opening: { flaw_um: v.opening_flaw_um, modulus_GPa: v.opening_modulus_GPa },
    nucleationCharge_mAh_cm2: v.nucleationCharge_mAh_cm2,
    redistribution: {
      mobility_mA_cm2_mV: v.redistribution_uA_cm2_mV * 1e-3 * v.redistribution_grainRatio ** 3,
      Q_kJ_mol: v.redistribution_Q_kJ_mol,
    },
    solute: {
      inventory_mAh_cm2: soluteRatio(v) * v.cell_capacity_mAh_cm2,
      solubility: v.solute_solubility,
      coverShare: v.solute_coverShare,
      transferRelief: v.solute_transferRelief,
    },
    film: {
      modulus_MPa: v.stress_modulus_MPa,
      height_um: v.stress_height_um,
      confinement: v.stress_confinement,
      creepRate_per_s: v.metal_creepRate_per_s,
      creepExponent: v.metal_creepExponent,
      creep_Q_kJ_mol: v.metal_creep_Q_kJ_mol,
    },
    initialMetal_mAh_cm2: v.cell_initialMetal_mAh_cm2,
  };
}

export function soluteParameters(v: Profile["values"]): SoluteParameters {
  return {
    inventory_mAh_cm2: soluteRatio(v) * v.cell_capacity_mAh_cm2,
    solubility: v.solute_solubility,
    return: v.solute_return,
    initialSeShare: v.solute_initialSeShare,
    initialCcShare: v.solute_initialCcShare,
    coble: {
      boundaryDiffusion_nm3_s: v.solute_boundaryDiffusion_nm3_s,
      Q_kJ_mol: v.solute_boundaryDiffusion_Q_kJ_mol,
      grain_nm: v.solute_grain_nm,
      atomicVolume_nm3: v.solute_atomicVolume_nm3,
      mobilityFactor: v.solute_mobilityFactor,
    },
  };
}
