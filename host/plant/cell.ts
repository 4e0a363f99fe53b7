/**
 * A cell that can be damaged: the full-order models of host/reference with their solute, interphase, heat, terminal
 * voltage and the marks that misuse leaves. It shares no code with the firmware and knows none of its reduced models;
 * a profile's values are its physics, so a cell unlike the one the firmware believes in is one with other values.
 */
import type { Profile } from "../profiles/profile.js";
import { ReferenceCell, soluteParameters } from "../reference/cell.js";
import { arrhenius_eV, arrhenius_kJ_mol, ZERO_CELSIUS_K } from "../reference/constants.js";
import { Solute } from "../reference/solute.js";

/** What misuse has left, the worst so far. */
export interface PlantDamage {
  /** Most metal on the electrolyte at a time; 0 where that is the design. */
  seMetal_mAh_cm2: number;
  voidMax_um: number;
  /** Least contact, as a part of what the cell was put together with. */
  contactMin: number;
  /** K_I/K_IC; at 1 metal drives a crack through the electrolyte. */
  crackIndexMax: number;
  /** Creep intrusion; at 1 the cell is shorted. */
  creepIntrusion: number;
}

/** Heat of one cell with its share of the fixture; assumed, for a pouch of some 200 µm between steel plates. */
export interface Thermal {
  readonly capacity_J_K_cm2: number;
  readonly toAmbient_mW_K_cm2: number;
}

export const THERMAL: Thermal = { capacity_J_K_cm2: 0.3, toAmbient_mW_K_cm2: 1 };

export class PlantCell {
  readonly damage: PlantDamage;
  temperature_degC: number;
  /** Charge through the cell since the start, both ways and net. */
  throughput_mAh_cm2 = 0;
  net_mAh_cm2 = 0;
  readonly #cell: ReferenceCell;
  readonly #solute: Solute;
  readonly #thermal: Thermal;
  readonly #firstContact: number;
  #interphaseSquared_ohm2_cm4: number;
  #current_mA_cm2 = 0;

  constructor(
    readonly values: Profile["values"],
    start: { readonly temperature_degC: number; readonly fixture_MPa: number },
    thermal: Thermal = THERMAL,
  ) {
    this.#cell = new ReferenceCell(values);
    this.#cell.stack_MPa = start.fixture_MPa;
    this.#solute = new Solute(soluteParameters(values), this.#interfaceMetal());
    this.#thermal = thermal;
    this.#firstContact = this.#cell.interface.contact;
    this.#interphaseSquared_ohm2_cm4 = values.interphase_initial_ohm_cm2 ** 2;
    this.temperature_degC = start.temperature_degC;
    this.damage = {
      seMetal_mAh_cm2: 0,
      voidMax_um: this.#cell.interface.void_um,
      contactMin: 1,
      crackIndexMax: 0,
      creepIntrusion: 0,
    };
  }

  get stackPressure_MPa(): number {
    return this.#cell.stack_MPa;
  }

  /** Metal at electrolyte, pores and collector. */
  get sites_mAh_cm2(): [number, number, number] {
    return this.#cell.plating.sites_mAh_cm2();
  }

  get metal_mAh_cm2(): number {
    return this.sites_mAh_cm2.reduce((sum, q) => sum + q, 0);
  }

  /**
   * Terminal voltage under the present current: a layered oxide as a straight line over the charge (a symmetric cell:
   * none), what the rest of the cell and the interphase drop, and the overpotential of the metal.
   */
  get voltage_V(): number {
    const { cell_metalInterfaces: interfaces } = this.values;
    const open_V = interfaces === 2 ? 0 : 3.55 + (0.5 * this.net_mAh_cm2) / this.values.cell_capacity_mAh_cm2;
    const atInterfaces =
      this.#cell.plating.overpotential_mV + this.#current_mA_cm2 * this.#interphase_ohm_cm2;
    return open_V + (this.#current_mA_cm2 * this.#series_ohm_cm2 + interfaces * atInterfaces) / 1000;
  }

  /** Part of a charging current that would plate on the electrolyte if it began to flow now. */
  seShareAt(current_mA_cm2: number): number {
    const { temperature_degC } = this;
    const { shares: solute } = this.#solute;
    return this.#cell.seCurrentAt({ current_mA_cm2, temperature_degC, solute }) / current_mA_cm2;
  }

  /** Goes on under constant conditions; short against the times of stack pressure, contact and heat. */
  advance(duration_s: number, current_mA_cm2: number, ambient_degC: number, fixture_MPa: number): void {
    const { values, damage } = this;
    const hours = duration_s / 3600;
    const temperature_K = this.temperature_degC + ZERO_CELSIUS_K;
    this.#current_mA_cm2 = current_mA_cm2;
    this.#cell.advance(duration_s, {
      current_mA_cm2,
      temperature_degC: this.temperature_degC,
      fixture_MPa,
      solute: this.#solute.shares,
    });
    this.#solute.advance(duration_s, this.#interfaceMetal(), temperature_K, this.stackPressure_MPa);
    this.#interphaseSquared_ohm2_cm4 +=
      values.interphase_growth_ohm_cm2_sqrth ** 2 *
      arrhenius_eV(values.interphase_Ea_eV, temperature_K) *
      hours;
    this.throughput_mAh_cm2 += Math.abs(current_mA_cm2) * hours;
    this.net_mAh_cm2 += current_mA_cm2 * hours;
    this.#heat(duration_s, current_mA_cm2, ambient_degC);

    if (values.plating_seAllowed < 0.5)
      damage.seMetal_mAh_cm2 = Math.max(damage.seMetal_mAh_cm2, this.sites_mAh_cm2[0]);
    damage.voidMax_um = Math.max(damage.voidMax_um, this.#cell.interface.void_um);
    damage.contactMin = Math.min(damage.contactMin, this.#cell.interface.contact / this.#firstContact);
    damage.crackIndexMax = Math.max(damage.crackIndexMax, this.#crackIndex());
    damage.creepIntrusion += this.#intrusion_per_h(current_mA_cm2) * hours;
  }

  /** K_I/K_IC, K_I = Y·σ·√(πa), of the pressure the metal makes at the electrolyte. */
  #crackIndex(): number {
    const { crack_shape, crack_flaw_um, crack_toughness_MPa_sqrtm } = this.values;
    const intensity =
      crack_shape * this.#cell.plating.sePressure_MPa * Math.sqrt(Math.PI * crack_flaw_um * 1e-6);
    return intensity / crack_toughness_MPa_sqrtm;
  }

  /**
   * 1/t_short = exp(b·S − a) per hour, published from the onset on at 25 °C; only under current. Heat counts as pressure:
   * S is the one under which power-law creep would be as fast at 25 °C. Cold is not known to spare the cell.
   */
  #intrusion_per_h(current_mA_cm2: number): number {
    const { values } = this;
    const { metal_creep_Q_kJ_mol, metal_creepExponent } = values;
    const faster = arrhenius_kJ_mol(metal_creep_Q_kJ_mol, this.temperature_degC + ZERO_CELSIUS_K);
    const stack = this.stackPressure_MPa * Math.max(faster, 1) ** (1 / metal_creepExponent);
    if (Math.abs(current_mA_cm2) <= values.intrusion_minCurrent_mA_cm2) return 0;
    const onset = (stack - values.intrusion_onset_MPa) / values.intrusion_onsetWidth_MPa;
    const share = Math.min(Math.max(onset, 0), 1);
    return share * Math.exp(values.intrusion_perMPa * stack - values.intrusion_lnTime);
  }

  #heat(duration_s: number, current_mA_cm2: number, ambient_degC: number): void {
    const { capacity_J_K_cm2, toAmbient_mW_K_cm2 } = this.#thermal;
    const drop_mV =
      current_mA_cm2 * (this.#series_ohm_cm2 + this.#interphase_ohm_cm2) +
      this.#cell.plating.overpotential_mV;
    const steady_degC = ambient_degC + (Math.abs(drop_mV * current_mA_cm2) * 1e-3) / toAmbient_mW_K_cm2;
    const rate_per_s = (toAmbient_mW_K_cm2 * 1e-3) / capacity_J_K_cm2;
    this.temperature_degC =
      steady_degC + (this.temperature_degC - steady_degC) * Math.exp(-duration_s * rate_per_s);
  }

  get #interphase_ohm_cm2(): number {
    return Math.sqrt(this.#interphaseSquared_ohm2_cm4);
  }

  get #series_ohm_cm2(): number {
    const { series_resistance_ohm_cm2, series_Ea_eV } = this.values;
    return series_resistance_ohm_cm2 / arrhenius_eV(series_Ea_eV, this.temperature_degC + ZERO_CELSIUS_K);
  }

  #interfaceMetal(): { se_mAh_cm2: number; cc_mAh_cm2: number } {
    const [se_mAh_cm2, , cc_mAh_cm2] = this.#cell.plating.sites_mAh_cm2();
    return { se_mAh_cm2, cc_mAh_cm2 };
  }
}
