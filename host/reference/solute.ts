/**
 * Where the solute is, in f64. Particles in the pores come free at the Coble rate of equation (5),
 *
 *     ε̇ = 42π·δD·Ω·S/(d³·k·T),
 *
 * metal that grows at an interface dissolves first the particles beside it, then what came free, up to its solubility;
 * metal that is stripped gives up what it held: part of it goes back into the pores, the rest stays as particles.
 */
import { BOLTZMANN_MPA_NM3_K, boltzmann_kJ_mol } from "./constants.js";

export interface SoluteParameters {
  /** Charge equivalent of all solute atoms; 0: none. */
  readonly inventory_mAh_cm2: number;
  readonly solubility: number;
  readonly return: number;
  readonly initialSeShare: number;
  readonly initialCcShare: number;
  readonly coble: {
    readonly boundaryDiffusion_nm3_s: number;
    readonly Q_kJ_mol: number;
    readonly grain_nm: number;
    readonly atomicVolume_nm3: number;
    /** Solute that comes free per unit of strain. */
    readonly mobilityFactor: number;
  };
}

interface Site {
  share: number;
  /** Part of the share that is in the metal. */
  dissolved: number;
  metal_mAh_cm2: number;
}

export class Solute {
  readonly #se: Site;
  readonly #cc: Site;

  constructor(
    readonly parameters: SoluteParameters,
    metal: { readonly se_mAh_cm2: number; readonly cc_mAh_cm2: number },
  ) {
    const { initialSeShare, initialCcShare } = parameters;
    const site = (share: number, metal_mAh_cm2: number): Site => ({
      share,
      dissolved: metal_mAh_cm2 > 0 ? share : 0,
      metal_mAh_cm2,
    });
    this.#se = site(initialSeShare, metal.se_mAh_cm2);
    this.#cc = site(initialCcShare, metal.cc_mAh_cm2);
  }

  /** Shares at electrolyte, pores and collector. */
  get shares(): [number, number, number] {
    return [this.#se.share, 1 - this.#se.share - this.#cc.share, this.#cc.share];
  }

  /** Moves the solute after `duration_s` in which the metal came to be what is given. */
  advance(
    duration_s: number,
    metal: { readonly se_mAh_cm2: number; readonly cc_mAh_cm2: number },
    temperature_K: number,
    stack_MPa: number,
  ): void {
    const { inventory_mAh_cm2, coble } = this.parameters;
    if (inventory_mAh_cm2 <= 0) return;
    const strain = this.#cobleRate_per_s_MPa(temperature_K) * stack_MPa * duration_s;
    const free = this.shares[1] * -Math.expm1(-coble.mobilityFactor * strain);
    const wants = [this.#grow(this.#se, metal.se_mAh_cm2), this.#grow(this.#cc, metal.cc_mAh_cm2)] as const;
    const part = Math.min(1, free / Math.max(wants[0] + wants[1], 1e-30));
    for (const [k, site] of [this.#se, this.#cc].entries()) {
      const taken = part * (wants[k] as number);
      site.share += taken;
      site.dissolved += taken;
    }
  }

  /** Lets a site's metal become `metal_mAh_cm2`; returns the share it would still dissolve from the pores. */
  #grow(site: Site, metal_mAh_cm2: number): number {
    const grown = metal_mAh_cm2 - site.metal_mAh_cm2;
    const before = site.metal_mAh_cm2;
    site.metal_mAh_cm2 = metal_mAh_cm2;
    if (grown >= 0) {
      const room = (grown * this.parameters.solubility) / this.parameters.inventory_mAh_cm2;
      const own = Math.min(site.share - site.dissolved, room);
      site.dissolved += own;
      return room - own;
    }
    const leaves = site.dissolved * Math.min(-grown / before, 1);
    site.dissolved -= leaves;
    site.share -= this.parameters.return * leaves;
    return 0;
  }

  #cobleRate_per_s_MPa(temperature_K: number): number {
    const { boundaryDiffusion_nm3_s, Q_kJ_mol, grain_nm, atomicVolume_nm3 } = this.parameters.coble;
    const diffusion = boundaryDiffusion_nm3_s * boltzmann_kJ_mol(Q_kJ_mol, temperature_K);
    return (
      (42 * Math.PI * diffusion * atomicVolume_nm3) / (grain_nm ** 3 * BOLTZMANN_MPA_NM3_K * temperature_K)
    );
  }
}
