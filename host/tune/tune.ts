/** The search for margins and gains: a front between time and actuator travel, and a proof of it on other cells. */
import { hypervolume } from "./hypervolume.js";
import { type Individual, nsga2 } from "./nsga2.js";
import {
  type Allowed,
  evaluationOf,
  OBJECTIVES,
  type Problem,
  type RunJobs,
  type Score,
  score,
} from "./problem.js";
import { shippedPoint, type Tunable, type TunedValues, valuesAt } from "./tunable.js";

export interface TunedPoint {
  readonly values: Partial<TunedValues>;
  /** On the plants of the search, and on others that had no say in it. */
  readonly score: Score;
  readonly proof: Score;
}

export interface TuneResult {
  readonly tunables: readonly Tunable[];
  readonly objectives: readonly (keyof Score)[];
  /** The profile as it is. */
  readonly shipped: TunedPoint;
  /** Points of which none is better in every objective, by rising time; where no point is allowed, the least harmful. */
  readonly front: readonly TunedPoint[];
  /** Index of the one that is suggested. */
  readonly suggested: number;
  /** Whether the points keep to the harm that was allowed. */
  readonly feasible: boolean;
  /** Of each generation: area between its front and the worst corner of the first one's, over that of the last. */
  readonly progress: readonly number[];
  readonly evaluations: number;
}

export interface SearchOptions {
  readonly tunables: readonly Tunable[];
  readonly population: number;
  readonly generations: number;
  readonly seed: number;
  /** Drawn cells that may come to harm; absent: as many as with the profile as it is. */
  readonly allowedHarmed?: number | undefined;
  readonly onProgress?: (share: number) => void;
}

/**
 * @param problem with the plants of the search
 * @param proof the same with others
 */
export async function search(
  problem: Problem,
  proof: Problem,
  run: RunJobs,
  { tunables, population, generations, seed, allowedHarmed, onProgress = () => {} }: SearchOptions,
): Promise<TuneResult> {
  const [shipped] = await score(problem, [{}], run);
  const [shippedProof] = await score(proof, [{}], run);
  const allowed: Allowed = {
    harmed: allowedHarmed ?? (shipped as Score).harmed,
    incomplete: (shipped as Score).incomplete,
  };
  const fronts: (readonly [number, number])[][] = [];
  let scores: readonly Score[] = [];
  const found = await nsga2(
    async (points) => {
      scores = await score(
        problem,
        points.map((point) => valuesAt(tunables, point)),
        run,
      );
      return scores.map((one) => evaluationOf(one, allowed, problem.hasTraces));
    },
    {
      dimensions: tunables.length,
      population,
      generations,
      seed,
      known: [shippedPoint(tunables)],
      onGeneration: (generation, individuals) => {
        fronts.push(
          individuals
            .filter(({ violation }) => violation === 0)
            .map(({ objectives }) => [objectives[0] as number, objectives[1] as number]),
        );
        onProgress((0.9 * (generation + 1)) / (generations + 1));
      },
    },
  );
  const kept = distinct(found);
  const values = kept.map(({ point }) => valuesAt(tunables, point));
  const onSearched = await score(problem, values, run);
  const onOthers = await score(proof, values, run);
  onProgress(1);
  const front = values.map((one, n) => ({
    values: one,
    score: onSearched[n] as Score,
    proof: onOthers[n] as Score,
  }));
  const objectives = OBJECTIVES.filter((name) => name !== "cut_s" || problem.hasTraces);
  const own: TunedPoint = {
    values: valuesAt(tunables, shippedPoint(tunables)),
    score: shipped as Score,
    proof: shippedProof as Score,
  };
  return {
    tunables,
    objectives,
    shipped: own,
    front,
    suggested: suggestedOf(front, own, objectives),
    feasible: kept.every(({ violation }) => violation === 0),
    progress: progressOf(fronts),
    evaluations: population * (generations + 1),
  };
}

/** One point of those that come to the same. */
const distinct = (found: readonly Individual[]): Individual[] => [
  ...new Map(found.map((one) => [one.objectives.join(" "), one])).values(),
];

/**
 * Among the points that harm no more of the other plants than the shipped profile does, the one nearest to what no
 * point reaches: the least of every objective at once, each in shares of the front's extent.
 */
function suggestedOf(
  front: readonly TunedPoint[],
  shipped: TunedPoint,
  objectives: readonly (keyof Score)[],
): number {
  const least = Math.min(...front.map(({ proof }) => proof.harmed));
  const most = Math.max(least, shipped.proof.harmed);
  const distance = ({ proof, score: own }: TunedPoint): number => {
    if (proof.harmed > most) return Number.POSITIVE_INFINITY;
    return objectives.reduce((sum, name) => {
      const all = front.map((point) => point.score[name]);
      const [low, high] = [Math.min(...all), Math.max(...all)];
      return sum + (high > low ? ((own[name] - low) / (high - low)) ** 2 : 0);
    }, 0);
  };
  const distances = front.map(distance);
  return distances.indexOf(Math.min(...distances));
}

function progressOf(fronts: readonly (readonly (readonly [number, number])[])[]): number[] {
  const all = fronts.flat();
  if (all.length === 0) return fronts.map(() => 0);
  const corner = [Math.max(...all.map(([a]) => a)), Math.max(...all.map(([, b]) => b))] as const;
  const areas = fronts.map((front) => hypervolume(front, corner));
  const last = areas.at(-1) as number;
  return areas.map((area) => (last > 0 ? area / last : 0));
}
