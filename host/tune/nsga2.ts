/**
 * NSGA-II (Deb, Pratap, Agarwal, Meyarivan 2002, doi 10.1109/4235.996017): several objectives to be made small at once,
 * over the unit cube, subject to constraints. Simulated binary crossover and polynomial mutation (Deb, Agrawal 1995).
 * The same seed and the same evaluations give the same result.
 */
import { generator } from "../random.js";
import { latinHypercube } from "../validate/morris.js";

export interface Evaluation {
  /** All to be minimised. */
  readonly objectives: readonly number[];
  /** 0: all constraints are met; else by how much they are not. */
  readonly violation: number;
}

export interface Individual extends Evaluation {
  /** In the unit cube. */
  readonly point: Float64Array;
}

export interface Nsga2Options {
  readonly dimensions: number;
  /** Even. */
  readonly population: number;
  readonly generations: number;
  readonly seed: number;
  /** Points to begin with, among others; what is known to be good. */
  readonly known?: readonly Float64Array[];
  readonly onGeneration?: (generation: number, population: readonly Individual[]) => void;
}

/** Indices of the distributions of crossover and mutation: large ones keep children near their parents. */
const ETA = { crossover: 15, mutation: 20 } as const;
const CROSSOVER = 0.9;

/**
 * Returns the last generation's individuals that no other dominates, by rising first objective. Calls `evaluate` once
 * for the first generation and once for each that follows, with as many points as the population has.
 */
export async function nsga2(
  evaluate: (points: readonly Float64Array[]) => Promise<readonly Evaluation[]>,
  { dimensions, population: size, generations, seed, known = [], onGeneration }: Nsga2Options,
): Promise<Individual[]> {
  const random = generator(seed);
  const evaluated = async (points: readonly Float64Array[]): Promise<Individual[]> => {
    const evaluations = await evaluate(points);
    return points.map((point, n) => ({ ...(evaluations[n] as Evaluation), point }));
  };
  const first = [...known, ...latinHypercube(size, dimensions, random)].slice(0, size);
  let population = ranked(await evaluated(first));
  onGeneration?.(0, population);
  for (let generation = 1; generation <= generations; generation++) {
    const children = await evaluated(offspring(population, random));
    population = ranked([...population, ...children]).slice(0, size);
    onGeneration?.(generation, population);
  }
  return population
    .filter(({ rank }) => rank === 0)
    .sort((a, b) => (a.objectives[0] as number) - (b.objectives[0] as number))
    .map(({ point, objectives, violation }) => ({ point, objectives, violation }));
}

interface Ranked extends Individual {
  /** 0: no other dominates it; 1: none does but those of rank 0; … */
  readonly rank: number;
  /** How far its neighbours of the same rank are. */
  readonly crowding: number;
}

/** Constrained domination: less violation first; among those that meet the constraints, Pareto's. */
export function dominates(a: Evaluation, b: Evaluation): boolean {
  if (a.violation !== b.violation) return a.violation < b.violation;
  let better = false;
  for (const [k, value] of a.objectives.entries()) {
    const other = b.objectives[k] as number;
    if (value > other) return false;
    if (value < other) better = true;
  }
  return better;
}

/** Best first: by rank, within a rank the lonely ones first. */
function ranked(individuals: readonly Individual[]): Ranked[] {
  return fronts(individuals).flatMap((front, rank) => {
    const crowding = crowdingOf(front);
    return front
      .map((individual, n) => ({ ...individual, rank, crowding: crowding[n] as number }))
      .sort((a, b) => b.crowding - a.crowding);
  });
}

/** The individuals by rank. */
function fronts(individuals: readonly Individual[]): Individual[][] {
  const dominated: number[][] = individuals.map(() => []);
  const dominators = new Int32Array(individuals.length);
  for (const [i, a] of individuals.entries()) {
    for (let j = i + 1; j < individuals.length; j++) {
      const b = individuals[j] as Individual;
      const [winner, loser] = dominates(a, b) ? [i, j] : dominates(b, a) ? [j, i] : [-1, -1];
      if (winner < 0) continue;
      (dominated[winner] as number[]).push(loser);
      dominators[loser] = (dominators[loser] as number) + 1;
    }
  }
  const found: Individual[][] = [];
  let front = [...dominators.keys()].filter((n) => dominators[n] === 0);
  while (front.length > 0) {
    found.push(front.map((n) => individuals[n] as Individual));
    front = front.flatMap((n) =>
      (dominated[n] as number[]).filter((loser) => {
        dominators[loser] = (dominators[loser] as number) - 1;
        return dominators[loser] === 0;
      }),
    );
  }
  return found;
}

/** Per individual of a front, the sides of the box between its neighbours, in shares of the front's extent. */
function crowdingOf(front: readonly Individual[]): Float64Array {
  const crowding = new Float64Array(front.length);
  const objectives = front[0]?.objectives.length ?? 0;
  for (let k = 0; k < objectives; k++) {
    const value = (n: number) => (front[n] as Individual).objectives[k] as number;
    const order = [...front.keys()].sort((a, b) => value(a) - value(b));
    const [first, last] = [order[0] as number, order.at(-1) as number];
    const extent = value(last) - value(first);
    crowding[first] = Number.POSITIVE_INFINITY;
    crowding[last] = Number.POSITIVE_INFINITY;
    if (extent === 0) continue;
    for (let i = 1; i < order.length - 1; i++) {
      const n = order[i] as number;
      const gap = value(order[i + 1] as number) - value(order[i - 1] as number);
      crowding[n] = (crowding[n] as number) + gap / extent;
    }
  }
  return crowding;
}

/** As many children as there are parents, chosen by tournaments of two. */
function offspring(parents: readonly Ranked[], random: () => number): Float64Array[] {
  const pick = (): Ranked => parents[Math.floor(random() * parents.length)] as Ranked;
  const tournament = (): Ranked => {
    const [a, b] = [pick(), pick()];
    if (a.rank !== b.rank) return a.rank < b.rank ? a : b;
    return a.crowding >= b.crowding ? a : b;
  };
  const children: Float64Array[] = [];
  while (children.length < parents.length) {
    const pair = crossed(tournament().point, tournament().point, random);
    for (const child of pair) children.push(mutated(child, random));
  }
  return children;
}

function crossed(a: Float64Array, b: Float64Array, random: () => number): [Float64Array, Float64Array] {
  const [one, other] = [a.slice(), b.slice()];
  if (random() >= CROSSOVER) return [one, other];
  for (let d = 0; d < one.length; d++) {
    const [x, y] = [Math.min(a[d] as number, b[d] as number), Math.max(a[d] as number, b[d] as number)];
    if (random() < 0.5 || y - x < 1e-14) continue;
    const u = random();
    // The distribution is cut at the cube's walls, so that no child has to be moved back into it.
    const spread = (wall: number): number => {
      const alpha = 2 - (1 + (2 * wall) / (y - x)) ** -(ETA.crossover + 1);
      return u <= 1 / alpha
        ? (u * alpha) ** (1 / (ETA.crossover + 1))
        : (1 / (2 - u * alpha)) ** (1 / (ETA.crossover + 1));
    };
    const low = inside(0.5 * (x + y - spread(x) * (y - x)));
    const high = inside(0.5 * (x + y + spread(1 - y) * (y - x)));
    const swap = random() < 0.5;
    one[d] = swap ? high : low;
    other[d] = swap ? low : high;
  }
  return [one, other];
}

/** Changes about one coordinate. */
function mutated(point: Float64Array, random: () => number): Float64Array {
  const power = ETA.mutation + 1;
  return point.map((x) => {
    if (random() >= 1 / point.length) return x;
    const u = random();
    const change =
      u < 0.5
        ? (2 * u + (1 - 2 * u) * (1 - x) ** power) ** (1 / power) - 1
        : 1 - (2 * (1 - u) + 2 * (u - 0.5) * x ** power) ** (1 / power);
    return inside(x + change);
  });
}

const inside = (x: number): number => Math.min(Math.max(x, 0), 1);
