/** Sampling the unit cube, and Morris' screening of a function on it. Everything is drawn from a seeded generator. */

/** 0 … length − 1 in random order (Fisher–Yates). */
function shuffled(length: number, random: () => number): number[] {
  const order = Array.from({ length }, (_, i) => i);
  for (let i = length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return order;
}

/**
 * Latin hypercube: of every coordinate, each of `samples` equal slices holds exactly one point (McKay et al. 1979).
 * Returns `samples` points of `dimensions` coordinates.
 */
export function latinHypercube(samples: number, dimensions: number, random: () => number): Float64Array[] {
  const points = Array.from({ length: samples }, () => new Float64Array(dimensions));
  for (let d = 0; d < dimensions; d++) {
    const slices = shuffled(samples, random);
    for (const [n, point] of points.entries()) point[d] = ((slices[n] as number) + random()) / samples;
  }
  return points;
}

/** What one input does to one output, in units of the output over the input's whole range. */
export interface ElementaryEffects {
  /** Mean effect: its sign tells the direction, where there is one. */
  readonly mu: number;
  /** Mean magnitude of the effects. */
  readonly muStar: number;
  /** Their standard deviation: interaction with other inputs, or curvature. */
  readonly sigma: number;
}

/** Levels of the grid: 0, ⅓, ⅔, 1. */
const LEVELS = 4;
/** With p/2(p − 1) every level is visited equally often (Morris 1991). */
const STEP = LEVELS / (2 * (LEVELS - 1));

/**
 * Elementary effects of every input on every output (Morris 1991, μ* after Campolongo et al. 2007): `trajectories`
 * random walks over a four-level grid of the unit cube, each changing every input once. Calls `evaluate`
 * `trajectories` × (`dimensions` + 1) times with a point it must not keep.
 *
 * Returns one row per input, in it one entry per output.
 */
export function morris(
  evaluate: (point: Float64Array) => readonly number[],
  dimensions: number,
  trajectories: number,
  random: () => number,
): ElementaryEffects[][] {
  /** Effects by input, then output, then trajectory. */
  const effects: number[][][] = Array.from({ length: dimensions }, () => []);
  const point = new Float64Array(dimensions);
  for (let t = 0; t < trajectories; t++) {
    for (let d = 0; d < dimensions; d++) point[d] = Math.floor(random() * LEVELS) / (LEVELS - 1);
    let before = evaluate(point);
    for (const d of shuffled(dimensions, random)) {
      // From the lower half of the levels the step leads up, from the upper half down.
      const step = (point[d] as number) < 0.5 ? STEP : -STEP;
      point[d] = (point[d] as number) + step;
      const after = evaluate(point);
      const ofInput = effects[d] as number[][];
      for (const [k, value] of after.entries()) {
        const ofOutput = ofInput[k] ?? [];
        ofOutput.push((value - (before[k] as number)) / step);
        ofInput[k] = ofOutput;
      }
      before = after;
    }
  }
  return effects.map((ofInput) => ofInput.map(summarize));
}

function summarize(effects: readonly number[]): ElementaryEffects {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const mu = mean(effects);
  const squares = effects.reduce((sum, effect) => sum + (effect - mu) ** 2, 0);
  return {
    mu,
    muStar: mean(effects.map(Math.abs)),
    sigma: Math.sqrt(squares / Math.max(effects.length - 1, 1)),
  };
}

/** The value below which `share` of `values` lie, interpolated linearly between neighbours. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)] as number;
  const above = sorted[Math.ceil(at)] as number;
  return below + (above - below) * (at - Math.floor(at));
}
