/** Ticks of the trace's clock: at round minutes and hours, written h:mm or h:mm:ss as far as they need. */
import { formatClock } from "../format.js";

const MINUTE = 60;
const HOUR = 3600;

/** Distances between ticks, s. */
export const tickSteps_s: number[] = [
  ...[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12, 24, 48, 96, 240, 480, 960, 2400, 4800, 9600, 24_000].map((hours) => hours * HOUR),
];

export function tickLabel(time_s: number, step_s: number): string {
  if (step_s < 0.1) return `${formatClock(Math.floor(time_s))}${(time_s % 1).toFixed(3).slice(1)}`;
  const clock = formatClock(time_s);
  return step_s >= MINUTE ? clock.replace(/:\d\d$/, "") : clock;
}
