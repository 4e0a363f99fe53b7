/** What may be tuned: margins, rates and gains. Never a hard cap. */
import type { Profile } from "../profiles/profile.js";
import { type ParameterName, parameters } from "../schema/parameters.js";

/**
 * What stands between a cell and its end whatever a model says: caps, windows, the derating by temperature, how far the
 * metal may press and the electrolyte crack, and whether metal on the electrolyte is allowed at all.
 */
export const HARD_CAPS = [
  "cap_charge_mA_cm2",
  "cap_discharge_mA_cm2",
  "limpHome_discharge_mA_cm2",
  "plating_seAllowed",
  "criticalPlating_mA_cm2",
  "criticalPlating_Ea_eV",
  "crack_maxIndex",
  "cell_capacity_mAh_cm2",
  "voltage_max_V",
  "voltage_min_V",
  "temperature_chargeZero_degC",
  "temperature_chargeFull_degC",
  "temperature_dischargeZero_degC",
  "temperature_dischargeFull_degC",
  "temperature_hotFull_degC",
  "temperature_hotZero_degC",
  "pressure_min_MPa",
  "pressure_max_MPa",
] as const satisfies readonly ParameterName[];

/** In the order in which a report lists them. */
export const TUNABLE = [
  "plating_margin",
  "vacancy_margin",
  "void_allowed_um",
  "hysteresis_mA_cm2",
  "pressure_margin",
  "pressure_gain",
  "pressure_integral_per_s",
  "pressure_deadBand_MPa",
  "pressure_rise_MPa_s",
  "pressure_fall_MPa_s",
] as const satisfies readonly Exclude<ParameterName, (typeof HARD_CAPS)[number]>[];
export type TunableName = (typeof TUNABLE)[number];

export type TunedValues = Readonly<Record<TunableName, number>>;

/** A tunable parameter with the range that the profile and the schema leave it. */
export interface Tunable {
  readonly name: TunableName;
  readonly unit: string;
  readonly shipped: number;
  readonly low: number;
  readonly high: number;
}

/** Those that the profile calls an assumption with a range; what was measured or fixed stays as it is. */
export function tunablesOf(profile: Profile): Tunable[] {
  return TUNABLE.flatMap((name) => {
    const provenance = profile.provenance[name];
    const { unit, min, max } = parameters.find(
      (parameter) => parameter.name === name,
    ) as (typeof parameters)[number];
    if (provenance.kind !== "assumed") return [];
    const low = Math.max(provenance.range[0], min);
    const high = Math.min(provenance.range[1], max);
    return low < high ? [{ name, unit, shipped: profile.values[name], low, high }] : [];
  });
}

/** Ranges of more than a decade are gone through by ratios. */
const byRatio = ({ low, high }: Tunable): boolean => low > 0 && high > 10 * low;

/** Three digits: more say nothing, and fewer distinct points can be told apart by their values. */
const rounded = (value: number): number => Number(value.toPrecision(3));

/** The values that a point of the unit cube stands for. */
export const valuesAt = (tunables: readonly Tunable[], point: ArrayLike<number>): Partial<TunedValues> =>
  Object.fromEntries(
    tunables.map((tunable, d) => {
      const { name, low, high } = tunable;
      const share = point[d] as number;
      const value = byRatio(tunable) ? low * (high / low) ** share : low + (high - low) * share;
      return [name, Math.min(Math.max(rounded(value), low), high)];
    }),
  );

/** The point of the unit cube that the shipped values are. */
export const shippedPoint = (tunables: readonly Tunable[]): Float64Array =>
  Float64Array.from(tunables, (tunable) => {
    const { low, high, shipped } = tunable;
    return byRatio(tunable) ? Math.log(shipped / low) / Math.log(high / low) : (shipped - low) / (high - low);
  });
