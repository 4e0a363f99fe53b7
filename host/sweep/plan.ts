/** A sweep as a whole: which jobs there are, and which of them make a part of the results. */
import { createHash } from "node:crypto";
import { DEFAULT_DT_s } from "../replay/replay.js";
import { Resampler } from "../replay/resample.js";
import type { ParameterName } from "../schema/parameters.js";
import { type Point, type Varied, variedLabel } from "./design.js";
import { type Job, type JobInputs, jobMaker, type Source } from "./job.js";

/** The unit in which results are written, and lost with a process: a few seconds of a thread's work. */
export interface Part {
  /** Content hash of its jobs. */
  readonly name: string;
  readonly jobs: readonly Job[];
}

export interface Plan {
  /** Content hash of all parts: equal hashes, equal results. */
  readonly sha256: string;
  readonly inputs: JobInputs;
  /** The varied parameters as after --vary. */
  readonly labels: readonly string[];
  readonly jobs: number;
  readonly parts: readonly Part[];
}

const MOST_JOBS_PER_PART = 256;
const PART_cellSteps = 2_000_000;
/** A simulated charge and discharge are some 10⁵ steps, and the plant costs more than they do. */
const SIMULATION_cellSteps = PART_cellSteps / 4;
/** Boards are slower than V8 by about that, most of them by more. */
const BOARD_FACTOR = 20;

/**
 * Every point on every combination of profile, source and target.
 * @param pairs indices of the profile and the source of each combination
 * @throws E_TRACE_WINDOW where a trace has nothing to replay
 */
export function planSweep(
  inputs: JobInputs,
  pairs: readonly { readonly profile: number; readonly source: number }[],
  targets: readonly string[],
  varied: readonly Varied[],
  points: readonly Point[],
): Plan {
  const make = jobMaker(inputs);
  const costs = inputs.sources.map(costOf);
  const taken = new Set<string>();
  const parts: Part[] = [];
  let jobs: Job[] = [];
  let cost = 0;
  const finishPart = () => {
    if (jobs.length > 0) parts.push({ name: hashOf(jobs.map(({ id }) => id)), jobs });
    jobs = [];
    cost = 0;
  };
  for (const point of points) {
    const values = (plantOnly: boolean) =>
      Object.fromEntries(
        varied.flatMap((one, d) => (one.plantOnly === plantOnly ? [[one.name, point[d]]] : [])),
      ) as Partial<Record<ParameterName, number>>;
    const parameters = values(false);
    const plant = values(true);
    for (const pair of pairs) {
      for (const target of targets) {
        const job = make({ ...pair, target, parameters, plant });
        // A trace given twice is the same job twice.
        if (taken.has(job.id)) continue;
        taken.add(job.id);
        jobs.push(job);
        cost += (costs[pair.source] as number) * (target === "v8" ? 1 : BOARD_FACTOR);
        if (jobs.length === MOST_JOBS_PER_PART || cost >= PART_cellSteps) finishPart();
      }
    }
  }
  finishPart();
  return {
    sha256: hashOf(parts.map(({ name }) => name)),
    inputs,
    labels: varied.map(variedLabel),
    jobs: taken.size,
    parts,
  };
}

/** Enough of a SHA-256 that no two are ever the same, as a name one can read. */
const hashOf = (names: readonly string[]): string =>
  createHash("sha256").update(names.join()).digest("hex").slice(0, 32);

function costOf(source: Source): number {
  if (source.kind === "simulate") return SIMULATION_cellSteps;
  const { options, trace } = source;
  const resampler = new Resampler(trace, { ...options, dt_s: options.dt_s ?? DEFAULT_DT_s });
  return resampler.steps * (options.cells ?? 1);
}
