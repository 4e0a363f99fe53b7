/**
 * What a set of margins and gains is worth: closed loops with the cell as assumed and with cells drawn over what is not
 * known of it, each an independent job; and recorded traces that the limits should not have cut.
 */
import { listProfiles, type Profile } from "../profiles/profile.js";
import { generator } from "../random.js";
import type { ParameterValues } from "../replay/module.js";
import type { Scenario } from "../simulate/scenario.js";
import { DAMAGED, simulate } from "../simulate/simulate.js";
import { type Job, type JobInputs, jobMaker, type Source, scenarioSource } from "../sweep/job.js";
import type { Row } from "../sweep/row.js";
import { latinHypercube } from "../validate/morris.js";
import { assumptionsOf } from "../validate/sensitivity.js";
import type { Evaluation } from "./nsga2.js";

/** Evaluates jobs in any order, in this process or on threads; rows in the jobs' order. */
export type RunJobs = (jobs: readonly Job[]) => Promise<readonly Row[]>;

/** The names are those of `Score`. */
export const OBJECTIVES = ["time_h", "travel_MPa", "cut_s"] as const;

/** Means over all plants, of sums over the scenarios. */
export interface Score {
  /** From the first to the last phase: charging and discharging take as long as the limits make it. */
  readonly time_h: number;
  /** Of it, what was spent charging. */
  readonly chargeTime_h: number;
  readonly travel_MPa: number;
  /** Time in which recorded currents were above the limits; 0 without traces. */
  readonly cut_s: number;
  /** Plants, the cell as assumed among them, and how many of them came to harm in any scenario. */
  readonly plants: number;
  readonly harmed: number;
  /** Of how many of them a charge or discharge came to no end. */
  readonly incomplete: number;
  /** Largest excess over a mark of damage, in shares of it; 0: none was passed. */
  readonly excess: number;
}

export interface Problem {
  readonly inputs: JobInputs;
  /** Values that only the plant has; the first are none: the cell as assumed. */
  readonly plants: readonly ParameterValues[];
  /** Length of a firmware step of each source. */
  readonly steps_s: readonly number[];
  readonly hasTraces: boolean;
}

/** Holds of the plant are made so much longer while candidates are compared, the firmware's steps up to a second. */
const COARSER = 10;
const LONGEST_STEP_s = 1;

/** A drawn cell's phase ends after this many times what the whole scenario takes the cell as assumed. */
const PATIENCE = 3;

/** The scenario in steps as long as a search can afford. Charge times come out by about a hundredth longer. */
async function searched(scenario: Scenario, profile: Profile): Promise<Scenario> {
  const factor = Math.max(Math.min(COARSER, Math.floor(LONGEST_STEP_s / scenario.dt_s)), 1);
  const coarse = { ...scenario, hold_s: factor * scenario.hold_s, dt_s: factor * scenario.dt_s };
  let took_s = 0;
  await simulate(withProfile(coarse, profile), "betaguard", {
    onMoment: ({ time_s }) => {
      took_s = time_s;
    },
  });
  return {
    ...coarse,
    phases: coarse.phases.map((phase) =>
      "most_h" in phase ? { ...phase, most_h: Math.min(phase.most_h, (PATIENCE * took_s) / 3600) } : phase,
    ),
  };
}

/** The scenario with another profile's values, wherever that profile came from. */
export const withProfile = (scenario: Scenario, { values }: Pick<Profile, "values">): Scenario => ({
  ...scenario,
  profile: listProfiles()[0] as string,
  parameters: { ...values, ...scenario.parameters },
});

export interface ProblemOptions {
  readonly profile: Profile;
  readonly scenarios: readonly Scenario[];
  /** Recorded traces, as `traceSource` makes them, of cells that the limits should have let do what they did. */
  readonly traces: readonly Source[];
  /** Cells drawn over what the profile assumes, beside the one as assumed. */
  readonly draws: number;
  /** How far they go from the profile's values towards the ends of its assumed ranges, 0 … 1. */
  readonly spread: number;
  readonly seed: number;
  readonly moduleSha256: string;
  readonly version: string;
}

export async function problemOf(options: ProblemOptions): Promise<Problem> {
  const { profile, scenarios, traces, draws, spread, seed, moduleSha256, version } = options;
  const unknowns = assumptionsOf(profile).varied.filter(({ choice }) => !choice);
  const drawn = latinHypercube(draws, unknowns.length, generator(seed)).map((point) =>
    Object.fromEntries(
      unknowns.map(({ name, at }, d) => {
        const own = profile.values[name];
        return [name, own + spread * (at(point[d] as number) - own)];
      }),
    ),
  );
  const loops: Scenario[] = [];
  for (const scenario of scenarios) loops.push(await searched(scenario, profile));
  return {
    inputs: {
      moduleSha256,
      version,
      sources: [...loops.map(scenarioSource), ...traces],
      profiles: [profile],
    },
    plants: [{}, ...drawn],
    steps_s: loops.map(({ dt_s }) => dt_s),
    hasTraces: traces.length > 0,
  };
}

/** Scores candidates; their jobs are handed over together, so that threads have all of them to share. */
export async function score(
  { inputs, plants, steps_s }: Problem,
  candidates: readonly ParameterValues[],
  run: RunJobs,
): Promise<Score[]> {
  const make = jobMaker(inputs);
  const jobsOf = (parameters: ParameterValues): Job[] =>
    inputs.sources.flatMap(({ kind }, source) =>
      (kind === "simulate" ? plants : [{}]).map((plant) =>
        make({ source, profile: 0, target: "v8", parameters, plant }),
      ),
    );
  const jobs = candidates.map(jobsOf);
  const rows = await run(jobs.flat());
  const perCandidate = jobs[0]?.length ?? 0;
  return candidates.map((_, n) => {
    const own = rows.slice(n * perCandidate, (n + 1) * perCandidate);
    const traces = own.filter(({ kind }) => kind === "replay");
    const loops = steps_s.map((dt_s, source) => ({
      dt_s,
      rows: own.slice(source * plants.length, (source + 1) * plants.length),
    }));
    return scoreOf(inputs, loops, plants.length, traces);
  });
}

function scoreOf(
  { sources }: JobInputs,
  loops: readonly { readonly dt_s: number; readonly rows: readonly Row[] }[],
  plants: number,
  traces: readonly Row[],
): Score {
  const sum = (of: (row: Row, source: number, dt_s: number) => number): number =>
    loops.reduce(
      (all, { dt_s, rows }, source) => all + rows.reduce((s, row) => s + of(row, source, dt_s), 0),
      0,
    );
  const plantsWith = (is: (row: Row) => boolean): number =>
    Array.from({ length: plants }, (_, n) => n).filter((n) => loops.some(({ rows }) => is(rows[n] as Row)))
      .length;
  const cellsOf = (source: number): number => {
    const one = sources[source] as Source;
    return one.kind === "simulate" ? one.scenario.cells.length : 1;
  };
  return {
    time_h: sum((row, source, dt_s) => ((row.cellSteps ?? 0) / cellsOf(source)) * dt_s) / plants / 3600,
    chargeTime_h: sum((row) => row.chargeTime_s ?? 0) / plants / 3600,
    travel_MPa: sum((row) => row.actuatorTravel_MPa ?? 0) / plants,
    cut_s: traces.reduce((all, row) => all + (row.violation_s ?? 0), 0),
    plants,
    harmed: plantsWith((row) => row.verdict !== "ok"),
    incomplete: plantsWith((row) => row.complete !== true),
    excess: Math.max(...loops.flatMap(({ rows }) => rows.map(excessOf))),
  };
}

/** What cannot be simulated counts as wholly harmed. */
const FAILED = 1e6;

/** How far the worst mark of damage was passed, in shares of the mark. */
function excessOf(row: Row): number {
  if (row.verdict === "ok") return 0;
  if (row.verdict === "failed") return FAILED;
  const over = (value: number | null, mark: number): number => Math.max((value ?? 0) / mark - 1, 0);
  return Math.max(
    over(row.seMetal_mAh_cm2, DAMAGED.seMetalShare * (row.throughput_mAh_cm2 ?? 0)),
    over(1 - (row.contactMin ?? 1), 1 - DAMAGED.contact),
    over(row.crackIndexMax, DAMAGED.crackIndex),
    over(row.creepIntrusionMax, DAMAGED.creepIntrusion),
  );
}

/** Plants that may be harmed, and that may be left without an end of a charge or discharge. */
export type Allowed = Pick<Score, "harmed" | "incomplete">;

/** A score as the search sees it: plants above those allowed are what violates, the excess tells two such apart. */
export function evaluationOf(one: Score, allowed: Allowed, hasTraces: boolean): Evaluation {
  const above = Math.max(one.harmed - allowed.harmed, 0) + Math.max(one.incomplete - allowed.incomplete, 0);
  return {
    objectives: OBJECTIVES.filter((name) => name !== "cut_s" || hasTraces).map((name) => one[name]),
    violation: above > 0 ? above + one.excess / (1 + one.excess) : 0,
  };
}
