/**
 * Plating and stripping through the interlayer in time: the distribution over the nodes is quasi-steady, the charges at
 * the nodes and the pressure of the metal at the electrolyte are integrated (Heun, with the step chosen by the change
 * of the currents over it). Thresholds: local pressure, curvature, nucleation and opening until paid, solute.
 */
import { arrhenius_eV, arrhenius_kJ_mol, FARADAY_C_MOL, thermalVoltage_mV } from "./constants.js";
import { distribute, type InterlayerNodes, Scratch } from "./interlayer.js";
import { advanceFilmPressure, growthSpeed_um_s, type StressParameters } from "./stress.js";

/** What a site asks before it takes metal, and what it resists with. */
export interface SiteParameters {
  readonly chargeTransfer_ohm_cm2: number;
  readonly nucleation_mV: number;
  readonly wettingCosine: number;
  /** Adhesion to be overcome before metal opens the interface; 0 for the pores. */
  readonly adhesion_J_m2: number;
}

export interface PlatingParameters {
  readonly molarVolume_cm3_mol: number;
  readonly surfaceEnergy_J_m2: number;
  /** 0: no interlayer, the electrolyte's face is the only site. */
  readonly thickness_um: number;
  readonly porosity: number;
  readonly poreRadius_nm: number;
  readonly ionicConductivity_mS_cm: number;
  readonly ionic_Ea_eV: number;
  /** "Electrons are everywhere in the MIEC": Infinity unless given. */
  readonly electronicConductivity_mS_cm?: number;
  readonly stiffness_MPa: number;
  readonly se: SiteParameters;
  readonly pore: SiteParameters;
  readonly cc: SiteParameters;
  readonly chargeTransfer_Ea_eV: number;
  readonly opening: { readonly flaw_um: number; readonly modulus_GPa: number };
  readonly nucleationCharge_mAh_cm2: number;
  readonly redistribution: { readonly mobility_mA_cm2_mV: number; readonly Q_kJ_mol: number };
  readonly solute: {
    /** Charge equivalent of all solute atoms. */
    readonly inventory_mAh_cm2: number;
    readonly solubility: number;
    readonly coverShare: number;
    readonly transferRelief: number;
  };
  readonly film: StressParameters;
  readonly initialMetal_mAh_cm2: number;
}

/** What the rest of the cell imposes. */
export interface PlatingConditions {
  readonly current_mA_cm2: number;
  readonly temperature_K: number;
  readonly stack_MPa: number;
  readonly contact: number;
  /** Shares of the solute at electrolyte, pores and collector. */
  readonly solute: readonly [number, number, number];
}

/** Change of a node group's current over a step that is let pass, relative to the cell's current. */
const CHANGE = 0.02;
const SHORTEST_STEP_s = 1e-3;
/** A smaller current is none: its overpotential would drown in rounding. */
const LEAST_CURRENT_MA_CM2 = 1e-9;

/** Where something goes, or is: electrolyte, pores, collector. */
type Sites = [number, number, number];

interface Rates {
  /** Into every node, plating positive. */
  readonly current: Float64Array;
  overpotential_mV: number;
  seOutflow_mA_cm2: number;
}

export class PlatedInterlayer {
  /** Metal at the nodes: electrolyte, slices from the electrolyte on, collector. */
  readonly charge_mAh_cm2: Float64Array;
  sePressure_MPa = 0;
  overpotential_mV = 0;
  seCurrent_mA_cm2 = 0;

  readonly #slices: number;
  readonly #perPressure_mV_MPa: number;
  readonly #curvature_mV: number;
  /** Metal at which the pores are full. */
  readonly poreCapacity_mAh_cm2: number;
  /** Last distributions found while plating and while stripping: where Newton starts. */
  readonly #guess: [Float64Array | undefined, Float64Array | undefined] = [undefined, undefined];
  #step_s = 1;
  /** Rates at the start of a step, at its end, and under a nudged pressure. */
  readonly #start: Rates;
  readonly #end: Rates;
  readonly #nudged: Rates;
  readonly #predicted_mAh_cm2: Float64Array;
  /** Potential of the metal that is at the nodes, and what new metal asks. */
  readonly #metal_mV: Float64Array;
  readonly #threshold_mV: Float64Array;
  readonly #nodes: InterlayerNodes;
  readonly #scratch: Scratch;

  constructor(
    readonly parameters: PlatingParameters,
    slices = 100,
  ) {
    const { molarVolume_cm3_mol, surfaceEnergy_J_m2, poreRadius_nm, thickness_um, porosity } = parameters;
    this.#slices = thickness_um > 0 ? slices : 0;
    this.#perPressure_mV_MPa = (1000 * molarVolume_cm3_mol) / FARADAY_C_MOL;
    this.#curvature_mV = (this.#perPressure_mV_MPa * 2 * surfaceEnergy_J_m2 * 1000) / poreRadius_nm;
    this.poreCapacity_mAh_cm2 = (thickness_um * porosity) / (3600 * growthSpeed_um_s(1, molarVolume_cm3_mol));
    const array = (): Float64Array => new Float64Array(this.#slices + 2);
    const rates = (): Rates => ({ current: array(), overpotential_mV: 0, seOutflow_mA_cm2: 0 });
    [this.#start, this.#end, this.#nudged] = [rates(), rates(), rates()];
    this.#predicted_mAh_cm2 = array();
    this.#metal_mV = array();
    this.#threshold_mV = array();
    this.#nodes = { threshold_mV: array(), chargeTransfer_ohm_cm2: array(), most_mA_cm2: array() };
    this.#scratch = new Scratch(this.#slices + 2);
    this.charge_mAh_cm2 = array();
    this.charge_mAh_cm2[thickness_um > 0 ? this.#slices + 1 : 0] = parameters.initialMetal_mAh_cm2;
  }

  /** Metal at electrolyte, pores and collector. */
  sites_mAh_cm2(): Sites {
    return this.#sites(this.charge_mAh_cm2);
  }

  #sites(values: Float64Array): Sites {
    let pores = 0;
    for (let k = 1; k <= this.#slices; k++) pores += values[k] as number;
    return [values[0] as number, pores, values[this.#slices + 1] as number];
  }

  /** Current into the electrolyte's site if that current began to flow now. */
  seCurrentAt(conditions: PlatingConditions): number {
    this.#rate(this.#start, this.charge_mAh_cm2, this.sePressure_MPa, SHORTEST_STEP_s, conditions);
    return this.#start.current[0] as number;
  }

  /** Goes on under constant conditions. */
  advance(duration_s: number, conditions: PlatingConditions): void {
    let left = duration_s;
    while (left > 1e-9 * duration_s) {
      const step = Math.min(this.#step_s, left);
      const change = this.#tryStep(step, conditions);
      if (change > CHANGE && step > SHORTEST_STEP_s) {
        this.#step_s = Math.max(step / 2, SHORTEST_STEP_s);
        continue;
      }
      left -= step;
      if (change < CHANGE / 3 && step === this.#step_s) this.#step_s = Math.min(2 * step, 60);
    }
  }

  /** Takes the step if its currents change little enough; returns the change. */
  #tryStep(step_s: number, conditions: PlatingConditions): number {
    const hours = step_s / 3600;
    const charge = this.charge_mAh_cm2;
    const predicted = this.#predicted_mAh_cm2;
    const [start, end] = [this.#start, this.#end];
    this.#rate(start, charge, this.sePressure_MPa, step_s, conditions);
    const pressure = this.#pressureAfter(step_s, conditions);
    for (let k = 0; k < charge.length; k++)
      predicted[k] = Math.max((charge[k] as number) + (start.current[k] as number) * hours, 0);
    this.#rate(end, predicted, pressure, step_s, conditions);
    const before = this.#sites(start.current);
    const after = this.#sites(end.current);
    const change =
      Math.max(
        Math.abs(after[0] - before[0]),
        Math.abs(after[1] - before[1]),
        Math.abs(after[2] - before[2]),
      ) / Math.max(Math.abs(conditions.current_mA_cm2), 1e-3);
    if (change > CHANGE && step_s > SHORTEST_STEP_s) return change;
    for (let k = 0; k < charge.length; k++) {
      const mean = ((start.current[k] as number) + (end.current[k] as number)) / 2;
      charge[k] = Math.max((charge[k] as number) + mean * hours, 0);
    }
    this.sePressure_MPa = pressure;
    this.overpotential_mV = end.overpotential_mV;
    this.seCurrent_mA_cm2 = (end.current[0] as number) + end.seOutflow_mA_cm2;
    return change;
  }

  /** Film pressure after a step from `#start`, with the current that the rising threshold at the electrolyte diverts. */
  #pressureAfter(step_s: number, conditions: PlatingConditions): number {
    const { film, molarVolume_cm3_mol } = this.parameters;
    const net = this.#start.current[0] as number;
    const from = this.sePressure_MPa;
    const nudge_MPa = 1e-3;
    let slope = 0;
    if (this.#slices > 0 && net > 0) {
      this.#rate(this.#nudged, this.charge_mAh_cm2, from + nudge_MPa, step_s, conditions);
      slope = ((this.#nudged.current[0] as number) - net) / nudge_MPa;
    }
    const speed = (pressure: number): number => {
      const current = net + slope * (pressure - from);
      // Diverted current cannot turn plating into stripping.
      return growthSpeed_um_s(net > 0 ? Math.max(current, 0) : net, molarVolume_cm3_mol);
    };
    return advanceFilmPressure(from, step_s, speed, film, conditions.temperature_K);
  }

  /** Currents into the nodes: the distribution of the cell's current, and Coble redistribution between the sites. */
  #rate(
    rates: Rates,
    charge: Float64Array,
    sePressure_MPa: number,
    step_s: number,
    conditions: PlatingConditions,
  ): void {
    this.#setPotentials(charge, sePressure_MPa, conditions);
    const { current } = rates;
    if (Math.abs(conditions.current_mA_cm2) < LEAST_CURRENT_MA_CM2) {
      current.fill(0);
      rates.overpotential_mV = 0;
    } else this.#distribute(rates, charge, step_s, conditions);
    rates.seOutflow_mA_cm2 = this.#redistribute(current, charge, conditions.temperature_K);
  }

  #distribute(rates: Rates, charge: Float64Array, step_s: number, conditions: PlatingConditions): void {
    const p = this.parameters;
    const { current_mA_cm2: current, temperature_K } = conditions;
    const stripping = current < 0;
    const { threshold_mV, chargeTransfer_ohm_cm2, most_mA_cm2 } = this.#nodes;
    this.#setResistances(chargeTransfer_ohm_cm2, conditions);
    if (stripping) {
      for (let k = 0; k < charge.length; k++) {
        const q = charge[k] as number;
        threshold_mV[k] = -(this.#metal_mV[k] as number);
        if (!(q > 0)) chargeTransfer_ohm_cm2[k] = Number.POSITIVE_INFINITY;
        most_mA_cm2[k] = (q * 3600) / step_s;
      }
    } else {
      threshold_mV.set(this.#threshold_mV);
      most_mA_cm2.fill(Number.POSITIVE_INFINITY);
    }
    const across = (conductivity_mS_cm: number): number => (p.thickness_um * 0.1) / conductivity_mS_cm;
    const path = {
      ionic_ohm_cm2: Math.max(
        across(p.ionicConductivity_mS_cm * arrhenius_eV(p.ionic_Ea_eV, temperature_K)),
        1e-9,
      ),
      electronic_ohm_cm2: across(p.electronicConductivity_mS_cm ?? Number.POSITIVE_INFINITY),
      thermal_mV: thermalVoltage_mV(temperature_K),
    };
    const which = stripping ? 1 : 0;
    const found = distribute(Math.abs(current), path, this.#nodes, this.#guess[which], this.#scratch);
    this.#guess[which] ??= new Float64Array(charge.length);
    this.#guess[which].set(found.overpotential_mV);
    const sign = stripping ? -1 : 1;
    for (let k = 0; k < charge.length; k++) rates.current[k] = sign * (found.current_mA_cm2[k] as number);
    rates.overpotential_mV = sign * (found.overpotential_mV[0] as number);
  }

  /** Charge-transfer resistance of every node, per geometric area. */
  #setResistances(all: Float64Array, { temperature_K, contact, solute }: PlatingConditions): void {
    const { se, pore, cc, chargeTransfer_Ea_eV, thickness_um, solute: law } = this.parameters;
    const rate = arrhenius_eV(chargeTransfer_Ea_eV, temperature_K);
    const of = (site: SiteParameters, share: number): number =>
      (site.chargeTransfer_ohm_cm2 * (1 - law.transferRelief * this.#covered(share))) / rate;
    all.fill(of(pore, solute[1]) * this.#slices);
    all[0] = of(se, solute[0]) / contact;
    all[this.#slices + 1] = thickness_um > 0 ? of(cc, solute[2]) / contact : Number.POSITIVE_INFINITY;
  }

  /** How far a share of the solute makes a site solute-like. */
  #covered(share: number): number {
    const { inventory_mAh_cm2, coverShare } = this.parameters.solute;
    return inventory_mAh_cm2 > 0 ? Math.min(share / coverShare, 1) : 0;
  }

  /** Of every node: the potential of metal that is there, and what new metal asks. */
  #setPotentials(
    charge: Float64Array,
    sePressure_MPa: number,
    { temperature_K, stack_MPa, solute }: PlatingConditions,
  ): void {
    const { se, pore, cc, opening, thickness_um, nucleationCharge_mAh_cm2, stiffness_MPa } = this.parameters;
    const [metal, threshold] = [this.#metal_mV, this.#threshold_mV];
    const slices = this.#slices;
    const thermal = thermalVoltage_mV(temperature_K);
    const perPressure = this.#perPressure_mV_MPa;
    const dissolved = (share: number, metal_mAh_cm2: number): number => {
      const { inventory_mAh_cm2, solubility } = this.parameters.solute;
      const held = share * inventory_mAh_cm2;
      return held > 0 ? thermal * Math.min(held / metal_mAh_cm2, solubility) : 0;
    };
    const barrier = (site: SiteParameters, share: number): number => {
      const wetting = (2 - 3 * site.wettingCosine + site.wettingCosine ** 3) / 4;
      const open_MPa = Math.sqrt(
        (2000 * opening.modulus_GPa * site.adhesion_J_m2) / (Math.PI * opening.flaw_um),
      );
      return (
        site.nucleation_mV * wetting * (1 - this.#covered(share)) +
        (thickness_um > 0 ? perPressure * open_MPa : 0)
      );
    };
    const [seCharge, poreCharge, ccCharge] = this.#sites(charge);
    const unpaid = (q: number, whole: number): number => whole / (q + whole);
    const capacity = this.poreCapacity_mAh_cm2 / slices;
    const poreBase = this.#curvature_mV - dissolved(solute[1], poreCharge);
    const poreBarrier = barrier(pore, solute[1]);
    const poreNucleation = nucleationCharge_mAh_cm2 / slices;
    for (let k = 1; k <= slices; k++) {
      const q = charge[k] as number;
      const overfill = Math.max(q / capacity - 1, 0);
      const u = poreBase + perPressure * stiffness_MPa * overfill;
      metal[k] = u;
      threshold[k] = u + poreBarrier * unpaid(q, poreNucleation);
    }
    metal[0] = perPressure * (stack_MPa + sePressure_MPa) - dissolved(solute[0], seCharge);
    metal[slices + 1] = perPressure * stack_MPa - dissolved(solute[2], ccCharge);
    threshold[0] = (metal[0] as number) + barrier(se, solute[0]) * unpaid(seCharge, nucleationCharge_mAh_cm2);
    threshold[slices + 1] =
      (metal[slices + 1] as number) + barrier(cc, solute[2]) * unpaid(ccCharge, nucleationCharge_mAh_cm2);
  }

  /**
   * Adds what creeps from electrolyte to pores to collector, and back, where metal stands above the neighbour's
   * threshold; returns the net outflow of the electrolyte's site.
   */
  #redistribute(into: Float64Array, charge: Float64Array, temperature_K: number): number {
    const { mobility_mA_cm2_mV, Q_kJ_mol } = this.parameters.redistribution;
    const [metal, threshold] = [this.#metal_mV, this.#threshold_mV];
    const slices = this.#slices;
    if (slices === 0) return 0;
    const mobility = (mobility_mA_cm2_mV * arrhenius_kJ_mol(Q_kJ_mol, temperature_K)) / slices;
    // What is nearly gone leaves in proportion to what is left.
    const held = (k: number): number => Math.min((charge[k] as number) / 1e-4, 1);
    const exchange = (from: number, to: number): number => {
      const there = Math.max((metal[from] as number) - (threshold[to] as number), 0) * held(from);
      const back = Math.max((metal[to] as number) - (threshold[from] as number), 0) * held(to);
      const flow = mobility * (there - back);
      into[from] = (into[from] as number) - flow;
      into[to] = (into[to] as number) + flow;
      return flow;
    };
    let out = 0;
    for (let k = 1; k <= slices; k++) {
      out += exchange(0, k);
      exchange(k, slices + 1);
    }
    return out;
  }
}
