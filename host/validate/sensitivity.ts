/**
 * How much the published limits depend on what the profiles assume: every `assumed` parameter over its own range, alone,
 * in Morris' screening, and all of them together for the limits' bands. Evaluated with the shipped module.
 *
 * Two kinds of assumption are kept apart. What is unknown about a cell makes its limits uncertain; an engineering choice
 * (a hard cap, a margin) moves them too, but is known exactly once it is made, and the caps would drown everything else.
 */
import { listProfiles, loadProfile, type Profile } from "../profiles/profile.js";
import type { Provenance } from "../profiles/provenance.js";
import { generator } from "../random.js";
import { type ParameterName, parameters } from "../schema/parameters.js";
import { type ElementaryEffects, latinHypercube, morris, quantile } from "./morris.js";
import {
  type Condition,
  conditionsOf,
  FORMATION,
  type LimitName,
  limitNames,
  STRESS,
  TestCell,
  UNSLEWED,
  type Values,
} from "./operatingPoints.js";

/** A limit with the profile's own values, and its 5–95 % bands over assumed ranges sampled together. */
export interface LimitBand {
  readonly condition: string;
  readonly name: LimitName;
  readonly nominal: number;
  /** Over everything unknown, with the engineering choices as the profile makes them. */
  readonly low: number;
  readonly high: number;
  /** Over the choices as well. */
  readonly withChoices: { readonly low: number; readonly high: number };
}

/** What one assumed parameter does to one limit; in the limit's unit, over the parameter's whole range. */
export interface LimitSensitivity {
  readonly parameter: ParameterName;
  /** Screened among the choices, with everything unknown nominal; else the other way round. */
  readonly choice: boolean;
  readonly condition: string;
  readonly limit: LimitName;
  readonly mu: number;
  readonly muStar: number;
  readonly sigma: number;
  /** The limit at either end of the range with everything else nominal. */
  readonly local: { readonly atLow: number; readonly atHigh: number };
}

export interface ParameterShare {
  readonly parameter: ParameterName;
  readonly share: number;
}

export interface ProfileSensitivity {
  readonly profile: string;
  readonly conditions: readonly Condition[];
  readonly limits: readonly LimitBand[];
  /** By condition and limit, largest μ* first. A parameter that moves a limit nowhere has no entry for it. */
  readonly ranking: readonly LimitSensitivity[];
  /** The unknowns that matter most, and the choices: mean share of their kind's Σ μ* over all limits and conditions. */
  readonly top3: readonly ParameterShare[];
  readonly topChoices: readonly ParameterShare[];
  /** Assumed parameters that move no limit under any condition. */
  readonly inert: readonly ParameterName[];
  /** Assumed parameters that were not varied: known in use, set by this evaluation, or with a range of one value. */
  readonly held: readonly ParameterName[];
  /** Parameter sets run through the module. */
  readonly evaluations: number;
}

export interface SensitivityOptions {
  /** Two profiles, one temperature and a coarse screening instead of everything. */
  readonly quick?: boolean;
  /** Ids or paths; all shipped profiles by default. */
  readonly profiles?: readonly string[] | undefined;
  readonly onProgress?: ((share: number) => void) | undefined;
}

interface Effort {
  readonly temperatures_degC: readonly number[];
  readonly trajectories: number;
  readonly samples: number;
}
const FULL: Effort = { temperatures_degC: [25, 60], trajectories: 16, samples: 300 };
const QUICK: Effort = { temperatures_degC: [60], trajectories: 4, samples: 80 };
const QUICK_PROFILES = ["li-agc-argyrodite", "li-bare-garnet"];
const SEED = 20210607;

/** Known wherever the limits are used: the fixture's pressure, and what the host takes from the trace and the cell. */
const KNOWN: readonly ParameterName[] = [
  "fixture_pressure_MPa",
  "sensor_hasVoltage",
  "sensor_hasPressure",
  "cell_metalInterfaces",
  "cell_hasVoltageWindow",
];
/** Values drawn independently may cross where no one would configure them so; a crossed pair is exchanged. */
const ORDERED: readonly (readonly [ParameterName, ParameterName])[] = [
  ["temperature_chargeZero_degC", "temperature_chargeFull_degC"],
  ["temperature_dischargeZero_degC", "temperature_dischargeFull_degC"],
  ["temperature_hotFull_degC", "temperature_hotZero_degC"],
  ["voltage_min_V", "voltage_max_V"],
];

/** How a profile marks an assumption that is the engineer's to make. */
const CHOICE = "engineering choice";

/** A parameter that is varied: a point of the unit interval stands for a value of its range. */
export interface Assumed {
  readonly name: ParameterName;
  readonly choice: boolean;
  readonly at: (share: number) => number;
}

/** Log-uniform where the range spans more than a decade, uniform elsewhere. */
function scale([low, high]: readonly [number, number]): (share: number) => number {
  const inside = (value: number) => Math.min(Math.max(value, low), high);
  return low > 0 && high > 10 * low
    ? (share) => inside(low * (high / low) ** share)
    : (share) => inside(low + (high - low) * share);
}

/** The assumed parameters of a profile: those to vary, in schema order, and the names of those held. */
export function assumptionsOf(profile: Profile): { varied: Assumed[]; held: ParameterName[] } {
  const varied: Assumed[] = [];
  const held: ParameterName[] = [];
  for (const { name } of parameters) {
    const provenance: Provenance = profile.provenance[name];
    if (provenance.kind !== "assumed") continue;
    const [low, high] = provenance.range;
    if (low === high || name in UNSLEWED || KNOWN.includes(name)) held.push(name);
    else {
      varied.push({ name, choice: provenance.why.startsWith(CHOICE), at: scale([low, high]) });
    }
  }
  return { varied, held };
}

function ordered(values: Record<ParameterName, number>): Values {
  for (const [lower, upper] of ORDERED) {
    const [a, b] = [values[lower], values[upper]];
    values[lower] = Math.min(a, b);
    values[upper] = Math.max(a, b);
  }
  return values;
}

function ofProfile(
  cell: TestCell,
  profile: Profile,
  effort: Effort,
  onProgress: (share: number) => void,
): ProfileSensitivity {
  const nominal: Values = { ...profile.values, ...UNSLEWED };
  const { varied, held } = assumptionsOf(profile);
  const unknowns = varied.filter(({ choice }) => !choice);
  const choices = varied.filter(({ choice }) => choice);
  const conditions = conditionsOf(cell, nominal, effort.temperatures_degC);
  const outputs = conditions.flatMap(({ name: condition }) =>
    limitNames.map((limit) => ({ condition, limit })),
  );

  const screened = effort.trajectories * (varied.length + 2);
  const total = 1 + 2 * varied.length + screened + 2 * effort.samples;
  let evaluations = 0;
  const evaluate = (changes: Partial<Record<ParameterName, number>>): number[] => {
    onProgress(evaluations++ / total);
    const formed = cell.form(ordered({ ...nominal, ...changes }));
    return conditions.flatMap((condition) => cell.read(formed, condition));
  };
  /** The limits as a function on the unit cube that `group` spans. */
  const over = (group: readonly Assumed[]) => (point: Float64Array) =>
    evaluate(Object.fromEntries(group.map(({ name, at }, d) => [name, at(point[d] as number)])));

  const nominalLimits = evaluate({});
  const screen = (group: readonly Assumed[]): LimitSensitivity[] => {
    const effects = morris(over(group), group.length, effort.trajectories, generator(SEED));
    return group.flatMap(({ name, choice, at }, d) => {
      const [atLow, atHigh] = [evaluate({ [name]: at(0) }), evaluate({ [name]: at(1) })];
      return outputs.map(({ condition, limit }, k) => ({
        parameter: name,
        choice,
        condition,
        limit,
        ...(effects[d]?.[k] as ElementaryEffects),
        local: { atLow: atLow[k] as number, atHigh: atHigh[k] as number },
      }));
    });
  };
  const ofUnknowns = screen(unknowns);
  const ofChoices = screen(choices);

  const sample = (group: readonly Assumed[]) =>
    latinHypercube(effort.samples, group.length, generator(SEED)).map(over(group));
  const uncertain = sample(unknowns);
  const open = sample(varied);
  const limits = outputs.map(({ condition, limit }, k) => ({
    condition,
    name: limit,
    nominal: nominalLimits[k] as number,
    ...band(uncertain, k),
    withChoices: band(open, k),
  }));

  const moves = ({ muStar, local }: LimitSensitivity) => muStar > 0 || local.atLow !== local.atHigh;
  const moving = [...ofUnknowns, ...ofChoices].filter(moves);
  return {
    profile: profile.id,
    conditions,
    limits,
    ranking: outputs.flatMap(({ condition, limit }) =>
      moving
        .filter((entry) => entry.condition === condition && entry.limit === limit)
        .sort((a, b) => b.muStar - a.muStar),
    ),
    top3: shares(ofUnknowns).slice(0, 3),
    topChoices: shares(ofChoices).slice(0, 3),
    inert: varied
      .map(({ name }) => name)
      .filter((name) => moving.every(({ parameter }) => parameter !== name)),
    held,
    evaluations,
  };
}

/** 5–95 % of output `k` over the samples. */
function band(samples: readonly (readonly number[])[], k: number): { low: number; high: number } {
  const values = samples.map((sample) => sample[k] as number);
  return { low: quantile(values, 0.05), high: quantile(values, 0.95) };
}

/**
 * Share of each parameter in Σ μ* of a limit under a condition, averaged over those that move at all: mA/cm² and MPa,
 * large limits and small ones, count alike. Largest first.
 */
function shares(entries: readonly LimitSensitivity[]): ParameterShare[] {
  const totals = new Map<string, number>();
  const key = ({ condition, limit }: LimitSensitivity) => `${limit} ${condition}`;
  for (const entry of entries) totals.set(key(entry), (totals.get(key(entry)) ?? 0) + entry.muStar);
  const moved = [...totals.values()].filter((total) => total > 0).length;
  const sums = new Map<ParameterName, number>();
  for (const entry of entries.filter(({ muStar }) => muStar > 0)) {
    const share = entry.muStar / (totals.get(key(entry)) as number) / moved;
    sums.set(entry.parameter, (sums.get(entry.parameter) ?? 0) + share);
  }
  return [...sums].map(([parameter, share]) => ({ parameter, share })).sort((a, b) => b.share - a.share);
}

/**
 * Sensitivity of the published limits to the assumed parameters of each profile.
 * @throws what `loadProfile` and `loadModule` throw.
 */
export function sensitivity(options: SensitivityOptions = {}): ProfileSensitivity[] {
  const { quick = false, onProgress } = options;
  const names = options.profiles ?? (quick ? QUICK_PROFILES : listProfiles());
  const effort = quick ? QUICK : FULL;
  const cell = new TestCell();
  const results = names.map((name, n) =>
    ofProfile(cell, loadProfile(name), effort, (share) => onProgress?.((n + share) / names.length)),
  );
  onProgress?.(1);
  return results;
}

/** Share of Σ μ* in whole percent, after each name. */
const formatShares = (shares: readonly ParameterShare[]): string =>
  shares.map(({ parameter, share }) => `\`${parameter}\` ${Math.round(100 * share)} %`).join(", ");

const formatLimit = ({ nominal, low, high }: LimitBand): string =>
  `${nominal.toFixed(2)} (${low.toFixed(2)} – ${high.toFixed(2)})`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |\n`).join("");

const method = (): string =>
  [
    "Every assumed parameter over its own range, log-uniform where it spans more than a decade;",
    "the shipped module evaluated at every point. The metal is half full, charged at",
    `C/${1 / FORMATION.cRate} and ${FORMATION.temperature_degC} °C, the voltage in the middle of its window, the pressure the profile's. Limits are read at`,
    `rest, and at rest after stress: ${STRESS.charge_s / 60} min of charge and ${STRESS.strip_s / 60} min of stripping at ${STRESS.overLimit} × the continuous limits that the`,
    `profile publishes there, at most ${STRESS.cRate}C. The setpoint is asked to serve that discharge limit. Limits may rise by`,
    `${UNSLEWED.slew_up_mA_cm2_s} mA/(cm²·s), so that settling takes no time. Shares are of the mean magnitude μ* of Morris' elementary effects; bands`,
    "are 5–95 % over all unknowns sampled together, with the engineering choices as the profile makes them. Where a range lies",
    "to one side of the profile's value, the value may lie outside the band.",
  ].join("\n");

/** Markdown: how it was done, what matters most in each profile, and every limit with its band. */
export function formatSensitivity(results: readonly ProfileSensitivity[]): string {
  const matters = table(
    ["profile", "unknowns that matter most (share of Σ μ*)", "engineering choices that do"],
    results.map(({ profile, top3, topChoices }) => [profile, formatShares(top3), formatShares(topChoices)]),
  );
  const bands = table(
    ["profile", "condition", ...limitNames.map((name) => `\`${name}\``)],
    results.flatMap(({ profile, conditions, limits }) =>
      conditions.map(({ name }) => [
        profile,
        name,
        ...limits.filter(({ condition }) => condition === name).map(formatLimit),
      ]),
    ),
  );
  return `${method()}\n\n${matters}\n${bands}`;
}
