/** From what to what the value axes reach. */
import type { Axis, Line } from "./panels.js";
import type { Values } from "./view.js";

export type Limits = [low: number, high: number];

/** Limits above this multiple of the current leave the chart, so that the current stays readable. */
const LIMIT_HEADROOM = 3;

/** Limits of a scale around data, as its axis asks for them; null: no data. Never empty. */
export function padded(low: number | null, high: number | null, { atLeast, atMost, span = 0 }: Axis): Limits {
  const values = [low, high, ...(atLeast ?? [])].filter((value) => value !== null);
  if (values.length === 0) return [0, 1];
  const [floor, ceiling] = atMost ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const least = Math.max(floor, Math.min(...values));
  const most = Math.min(ceiling, Math.max(...values));
  const spread = Math.max(most - least, span) || 0.1 * Math.abs(most) || 1;
  // A quantity that does not go below 0 is not shown below 0.
  if (atLeast && least === 0) return [0, 1.06 * spread];
  const middle = (least + most) / 2;
  return [middle - 0.56 * spread, middle + 0.56 * spread];
}

/** Least and greatest of drawn values, and 0. */
const extremes = (values: Values): Limits =>
  values.reduce<Limits>(
    ([low, high], value) => [Math.min(low, value ?? 0), Math.max(high, value ?? 0)],
    [0, 0],
  );

/**
 * Scale of the current: all of the current, continuous limits up to LIMIT_HEADROOM times it, instantaneous ones a
 * little further. `values` are the lines' as drawn, discharge downwards.
 */
export function limitScale(lines: readonly Line[], values: readonly Values[]): Limits {
  const drawn = (wanted: (line: Line) => boolean): Limits =>
    extremes(values.filter((_, i) => wanted(lines[i] as Line)).flatMap((each) => extremes(each)));
  const current = drawn(({ column }) => column === "current_mA_cm2");
  const continuous = drawn(({ style }) => style === undefined);
  const instantaneous = drawn(({ style }) => style === "light");
  const reach = LIMIT_HEADROOM * Math.max(-current[0], current[1]) || Number.POSITIVE_INFINITY;
  const side = (own: number, held: number, brief: number): number => {
    const inner = Math.max(own, Math.min(reach, held));
    return Math.max(inner, Math.min(brief, 1.25 * inner));
  };
  return [
    -side(-current[0], -continuous[0], -instantaneous[0]),
    side(current[1], continuous[1], instantaneous[1]),
  ];
}

/** A scale widened so that `edge` of its `height` pixels stay free above and below. Never empty. */
export function withEdges([low, high]: Limits, height: number, edge: number): Limits {
  const room = ((high - low || 1) * edge) / Math.max(50, height - 2 * edge);
  return [low - room, high + room];
}
