/**
 * How betaguard fares on cells unlike the one it believes in: the plant's assumed parameters drawn together over their
 * ranges (Latin hypercube), the firmware's as the profile has them. Draws that come to harm are run again with stricter
 * margins, to say how strict one would have to be, and what that costs the cell as assumed.
 */
import { PlantCell, type PlantDamage } from "../plant/cell.js";
import { loadProfile, type Profile } from "../profiles/profile.js";
import { generator } from "../random.js";
import type { ReasonName } from "../schema/codes.js";
import type { ParameterName } from "../schema/parameters.js";
import { latinHypercube } from "../validate/morris.js";
import { type Assumed, assumptionsOf } from "../validate/sensitivity.js";
import type { Scenario } from "./scenario.js";
import { DAMAGED, type SimulationResult, simulate, type Verdict } from "./simulate.js";

const marginNames = ["plating_margin", "vacancy_margin"] as const;
type MarginName = (typeof marginNames)[number];

/** How long the cell as assumed takes. */
export interface DrawnTime {
  readonly charge_s: number;
  /** All phases. */
  readonly scenario_s: number;
  /** Whether all was done that the scenario asks for. */
  readonly complete: boolean;
}

export interface HarmedDraw {
  /** Index in the hypercube that scenario, number of draws and seed determine. */
  readonly draw: number;
  readonly verdict: Verdict;
  /** Whether it does what is published of such a cell. */
  readonly asPublished: boolean;
  readonly damage: PlantDamage;
  /** The margin meant against this harm and its largest value of those tried that keeps the draw whole; none did: 0. */
  readonly margin: MarginName;
  readonly wholeAt: number;
  /** What pushes this draw most the way the harmed ones went, with its value. */
  readonly blamed: readonly { readonly parameter: ParameterName; readonly value: number }[];
}

export interface DrawnResult {
  readonly scenario: string;
  readonly draws: number;
  readonly ok: number;
  readonly damaged: number;
  readonly unsafe: number;
  /** The same of the draws that do what is published of such a cell; undefined where that says nothing. */
  readonly asPublished: { readonly draws: number; readonly ok: number } | undefined;
  /** Draws in which not all was done that the scenario asks for, by the reason that bound longest. */
  readonly incomplete: Readonly<Partial<Record<ReasonName, number>>>;
  readonly time: { readonly nominal: DrawnTime; readonly withoutMargins: DrawnTime };
  /**
   * A margin's value, the draws that it would leave whole, and the time the cell as assumed would take with it; down to
   * the value that saves all that a margin can.
   */
  readonly margins: readonly {
    readonly margin: MarginName;
    readonly value: number;
    readonly ok: number;
    readonly okAsPublished: number;
    readonly time: DrawnTime;
  }[];
  /** Parameters whose mean among the harmed is further from the middle of the range than chance explains, in ranges. */
  readonly blamed: readonly { readonly parameter: ParameterName; readonly shift: number }[];
  readonly harmed: readonly HarmedDraw[];
}

/**
 * A charge that is published to leave the electrolyte free, by profile: drawn independently, parameters also make cells
 * that cannot do it and so are not such cells. E9 (docs/validation.md).
 */
const PUBLISHED: Readonly<
  Record<string, { current_mA_cm2: number; charge_mAh_cm2: number; degC: number; fixture_MPa: number }>
> = { "li-agc-argyrodite": { current_mA_cm2: 3.4, charge_mAh_cm2: 6.8, degC: 60, fixture_MPa: 2 } };
const PUBLISHED_HOLD_s = 20;

/**
 * A draw is gone through in about so many holds, each up to so many times the scenario's, the firmware's steps with it
 * but none above a second. Charge times come out by up to a hundredth longer.
 */
const HOLDS = 3000;
const COARSER = 8;
const LONGEST_STEP_s = 1;
/** A phase ends after this many times what the whole scenario takes the cell as assumed. */
const PATIENCE = 2;
/** Margins that are tried where the shipped one is not strict enough; the last is the strictest there is. */
const STRICTER: readonly number[] = [0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1];
const BLAMED_PER_DRAW = 3;
/** Standard deviations of a mean from which on a shift counts. */
const SIGNIFICANT = 2.5;

export async function simulateDraws(
  fine: Scenario,
  draws: number,
  onProgress: (share: number) => void = () => {},
): Promise<DrawnResult> {
  const scenario = coarser(fine, (await timed(fine)).scenario_s);
  const profile = loadProfile(scenario.profile);
  const shipped = { ...profile.values, ...scenario.parameters };
  const unknowns = assumptionsOf(profile).varied.filter(({ choice }) => !choice);
  const points = latinHypercube(draws, unknowns.length, generator(scenario.seed));
  const nominal = await timed(scenario);
  const withoutMargins = await timed(withParameters(scenario, { plating_margin: 1, vacancy_margin: 1 }));
  const bounded = impatient(scenario, (PATIENCE * nominal.scenario_s) / 3600);
  const drawn = (point: Float64Array, margins: Scenario["parameters"] = {}): Promise<SimulationResult> =>
    simulate(withPlant(withParameters(bounded, margins), unknowns, point), "betaguard");

  const results: SimulationResult[] = [];
  for (const point of points) {
    onProgress((0.7 * results.length) / draws);
    results.push(await drawn(point));
  }
  const asPublished = points.map((point) =>
    doesAsPublished(scenario.profile, { ...shipped, ...valuesAt(unknowns, point) }),
  );
  const harmedAt = points.flatMap((_, n) => (results[n]?.verdict === "ok" ? [] : [n]));
  const shifts = shiftsOf(unknowns, points, harmedAt);
  const harmed: HarmedDraw[] = [];
  for (const [k, draw] of harmedAt.entries()) {
    onProgress(0.7 + (0.3 * k) / harmedAt.length);
    const { verdict, plantDamage: damage, throughput_mAh_cm2 } = results[draw] as SimulationResult;
    const point = points[draw] as Float64Array;
    const margin = marginAgainst(damage, throughput_mAh_cm2);
    const whole = async (value: number): Promise<boolean> =>
      (await drawn(point, { [margin]: value })).verdict === "ok";
    const wholeAt = await largest(stricterThan(shipped[margin]), whole);
    harmed.push({
      draw,
      verdict,
      asPublished: asPublished[draw] as boolean,
      damage,
      margin,
      wholeAt,
      blamed: blamedIn(point, unknowns, shifts),
    });
  }

  const margins: DrawnResult["margins"][number][] = [];
  const ok = draws - harmed.length;
  const published = asPublished.filter(Boolean).length;
  const okAsPublished = published - harmed.filter((one) => one.asPublished).length;
  for (const margin of marginNames) {
    const own = harmed.filter((one) => one.margin === margin);
    if (own.length === 0) continue;
    for (const value of stricterThan(shipped[margin])) {
      const saved = own.filter(({ wholeAt }) => wholeAt >= value);
      margins.push({
        margin,
        value,
        ok: ok + saved.length,
        okAsPublished: okAsPublished + saved.filter((one) => one.asPublished).length,
        time: await timed(withParameters(scenario, { [margin]: value })),
      });
      // A stricter one saves nobody more.
      if (saved.length === own.filter(({ wholeAt }) => wholeAt > 0).length) break;
    }
  }
  const count = (verdict: Verdict) => results.filter((one) => one.verdict === verdict).length;
  return {
    scenario: scenario.name,
    draws,
    ok,
    damaged: count("damaged"),
    unsafe: count("unsafe"),
    asPublished: scenario.profile in PUBLISHED ? { draws: published, ok: okAsPublished } : undefined,
    incomplete: stoppedBy(results),
    time: { nominal, withoutMargins },
    margins,
    blamed: shifts.filter(({ shift, noise }) => Math.abs(shift) > noise),
    harmed,
  };
}

function coarser(scenario: Scenario, length_s: number): Scenario {
  const { hold_s, dt_s } = scenario;
  const most = Math.min(COARSER, LONGEST_STEP_s / dt_s);
  const factor = Math.max(Math.min(Math.round(length_s / HOLDS / hold_s), most), 1);
  return { ...scenario, hold_s: factor * hold_s, dt_s: factor * dt_s };
}

const withParameters = (scenario: Scenario, parameters: Scenario["parameters"]): Scenario => ({
  ...scenario,
  parameters: { ...scenario.parameters, ...parameters },
});

const valuesAt = (unknowns: readonly Assumed[], point: Float64Array): Scenario["parameters"] =>
  Object.fromEntries(unknowns.map(({ name, at }, d) => [name, at(point[d] as number)]));

const withPlant = (scenario: Scenario, unknowns: readonly Assumed[], point: Float64Array): Scenario => ({
  ...scenario,
  cells: scenario.cells.map((own) => ({ ...valuesAt(unknowns, point), ...own })),
});

function doesAsPublished(profile: string, values: Profile["values"]): boolean {
  const published = PUBLISHED[profile];
  if (published === undefined) return true;
  const { current_mA_cm2, charge_mAh_cm2, degC, fixture_MPa } = published;
  const cell = new PlantCell(values, { temperature_degC: degC, fixture_MPa });
  while (cell.net_mAh_cm2 < charge_mAh_cm2) cell.advance(PUBLISHED_HOLD_s, current_mA_cm2, degC, fixture_MPa);
  return cell.damage.seMetal_mAh_cm2 <= DAMAGED.seMetalShare * charge_mAh_cm2;
}

const impatient = (scenario: Scenario, most_h: number): Scenario => ({
  ...scenario,
  phases: scenario.phases.map((phase) =>
    "most_h" in phase ? { ...phase, most_h: Math.min(phase.most_h, most_h) } : phase,
  ),
});

async function timed(scenario: Scenario): Promise<DrawnTime> {
  let scenario_s = 0;
  const { chargeTime_s, complete } = await simulate(scenario, "betaguard", {
    onMoment: ({ time_s }) => {
      scenario_s = time_s;
    },
  });
  return { charge_s: chargeTime_s, scenario_s, complete };
}

/** Metal on the electrolyte and the crack it drives come of charging too fast; lost contact of discharging too fast. */
const marginAgainst = (damage: PlantDamage, throughput_mAh_cm2: number): MarginName =>
  damage.crackIndexMax >= DAMAGED.crackIndex ||
  damage.seMetal_mAh_cm2 > DAMAGED.seMetalShare * throughput_mAh_cm2
    ? "plating_margin"
    : "vacancy_margin";

const stricterThan = (margin: number): readonly number[] => STRICTER.filter((value) => value < margin);

/** The first of falling values that leaves the cell whole, 0 if none does; by bisection, stricter being safer. */
async function largest(
  values: readonly number[],
  whole: (value: number) => Promise<boolean>,
): Promise<number> {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (await whole(values[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return values[low] ?? 0;
}

interface Shift {
  readonly parameter: ParameterName;
  readonly index: number;
  readonly shift: number;
  /** What chance alone makes of the mean of so many points. */
  readonly noise: number;
}

/** A hypercube's mean is 1/2 in every coordinate: what is far from it among the harmed had a part in it. */
function shiftsOf(
  unknowns: readonly Assumed[],
  points: readonly Float64Array[],
  harmed: readonly number[],
): readonly Shift[] {
  if (harmed.length === 0) return [];
  // Standard deviation of the mean of some of a hypercube's points, uniform in the unit interval.
  const noise =
    SIGNIFICANT * Math.sqrt((1 - harmed.length / points.length) / (12 * harmed.length)) || Infinity;
  return unknowns
    .map(({ name }, index) => {
      const sum = harmed.reduce((all, n) => all + ((points[n] as Float64Array)[index] as number), 0);
      return { parameter: name, index, shift: sum / harmed.length - 0.5, noise };
    })
    .sort((a, b) => Math.abs(b.shift) - Math.abs(a.shift));
}

const blamedIn = (
  point: Float64Array,
  unknowns: readonly Assumed[],
  shifts: readonly Shift[],
): HarmedDraw["blamed"] =>
  shifts
    .filter(({ shift, noise }) => Math.abs(shift) > noise)
    .map((one) => ({ ...one, push: one.shift * ((point[one.index] as number) - 0.5) }))
    .filter(({ push }) => push > 0)
    .sort((a, b) => b.push - a.push)
    .slice(0, BLAMED_PER_DRAW)
    .map(({ parameter, index }) => ({
      parameter,
      value: (unknowns[index] as Assumed).at(point[index] as number),
    }));

function stoppedBy(results: readonly SimulationResult[]): DrawnResult["incomplete"] {
  const counts: Partial<Record<ReasonName, number>> = {};
  for (const { complete, limitReasons } of results) {
    if (complete) continue;
    const bound = [...Object.entries(limitReasons.charge), ...Object.entries(limitReasons.discharge)];
    const [longest] = bound.reduce((most, one) => (one[1] > most[1] ? one : most)) as [ReasonName, number];
    counts[longest] = (counts[longest] ?? 0) + 1;
  }
  return counts;
}
