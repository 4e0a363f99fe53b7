/** What is left of the data after a fit: how large it is, and over how many rows it hangs together. */
import { type Channel, channels, channelUnit, type Observation } from "./observe.js";
import type { ChannelNoise, Noise } from "./types.js";

/** Before anything is fitted: noise of 1 % of the channel's range. */
const FIRST_NOISE = 0.01;
/** Least noise, as a part of the channel's range: what f32 leaves. */
const LEAST_NOISE = 1e-6;
/** White noise has autocorrelations within this many standard deviations, 1/√n (Bartlett 1946). */
const BARTLETT = 2;
/** Of fewer residuals no autocorrelation can be told. */
const FEWEST = 16;

/** Largest less smallest of a channel over all traces, or the largest magnitude where all are alike. */
function range(observations: readonly Observation[]): number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { measured } of observations)
    for (const value of measured) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  return high - low || Math.abs(high) || 1;
}

function byChannel(
  observations: readonly Observation[],
  of: (channel: Channel, indices: readonly number[]) => ChannelNoise,
): Noise {
  return Object.fromEntries(
    channels.flatMap((channel) => {
      const indices = observations.flatMap((observation, n) => (observation.channel === channel ? [n] : []));
      return indices.length > 0 ? [[channel, of(channel, indices)]] : [];
    }),
  );
}

/** The noise assumed before anything is fitted. */
export const firstNoise = (observations: readonly Observation[]): Noise =>
  byChannel(observations, (channel, indices) => ({
    unit: channelUnit[channel],
    deviation: FIRST_NOISE * range(indices.map((n) => observations[n] as Observation)),
    correlationLength: 1,
  }));

/**
 * The noise a fit leaves.
 * @param residuals measured − predicted, one array per observation, in the channel's unit
 * @param fitted how many parameters were fitted to all of them
 */
export function noiseLeft(
  observations: readonly Observation[],
  residuals: readonly Float64Array[],
  fitted: number,
): Noise {
  const rows = residuals.reduce((sum, { length }) => sum + length, 0);
  return byChannel(observations, (channel, indices) => {
    const own = indices.map((n) => residuals[n] as Float64Array);
    const count = own.reduce((sum, { length }) => sum + length, 0);
    const squares = own.reduce((sum, values) => sum + values.reduce((s, r) => s + r * r, 0), 0);
    const least = LEAST_NOISE * range(indices.map((n) => observations[n] as Observation));
    return {
      unit: channelUnit[channel],
      // Every channel gives up its share of the degrees of freedom.
      deviation: Math.max(Math.sqrt(squares / count / (1 - fitted / rows)), least),
      correlationLength:
        own.reduce((sum, values) => sum + values.length * correlationLength(values), 0) / count,
    };
  });
}

/**
 * How many residuals in a row count as one independent one: 1 + 2·Σ autocorrelations, up to where pairs of them sum to
 * less than nothing (Geyer 1992). 1 for white noise; large where the model does not follow the data.
 */
export function correlationLength(residuals: Float64Array): number {
  const n = residuals.length;
  const variance = residuals.reduce((sum, r) => sum + r * r, 0);
  if (n < FEWEST || variance === 0) return 1;
  const correlation = (lag: number) => {
    let sum = 0;
    for (let k = lag; k < n; k++) sum += (residuals[k] as number) * (residuals[k - lag] as number);
    return sum / variance;
  };
  const first = correlation(1);
  if (first < BARTLETT / Math.sqrt(n)) return 1;
  let length = 1 + 2 * first;
  for (let lag = 2; lag + 1 < n / 2; lag += 2) {
    const pair = correlation(lag) + correlation(lag + 1);
    if (pair <= 0) break;
    length += 2 * pair;
  }
  return length;
}
