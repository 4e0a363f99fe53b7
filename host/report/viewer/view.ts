/** The part of a cell's series that is on screen, thinned to what its width can show without losing an extreme. */
import type { ReportData } from "../payload.js";
import type { Extremes, ReasonRuns, SeriesColumn } from "../series.js";

export type Cell = ReportData["cells"][number];

/** Times on the trace's clock. */
export interface TimeRange {
  readonly from_s: number;
  readonly to_s: number;
}

export const wholeRange = (cell: Cell): TimeRange => ({
  from_s: cell.start_s,
  to_s: cell.start_s + cell.steps * cell.dt_s,
});

/** Values for uPlot; null where nothing was measured. */
export type Values = (number | null)[];

const finite = (value: number, sign: number): number | null => (Number.isNaN(value) ? null : sign * value);

/**
 * Groups of buckets, one to at most `columns` of them, that cover a time range and one group either side. A group
 * gives two points, its extremes in the order in which they occurred: drawn as a line, that covers the pixels which
 * the line through every step would cover.
 */
export class View {
  readonly time_s: number[] = [];
  readonly #cell: Cell;
  readonly #groups: (readonly [from: number, to: number])[] = [];
  /** Every group is one step and gives one point, not two equal ones. */
  readonly single: boolean;

  constructor(cell: Cell, { from_s, to_s }: TimeRange, columns: number) {
    this.#cell = cell;
    const bucket_s = cell.stepsPerBucket * cell.dt_s;
    const buckets = Math.ceil(cell.steps / cell.stepsPerBucket);
    const visible = (to_s - from_s) / bucket_s;
    const size = Math.max(1, Math.ceil(visible / columns));
    // Groups start at multiples of their size, so that panning does not change them.
    const first = Math.floor((from_s - cell.start_s) / bucket_s / size) - 1;
    const last = Math.ceil((to_s - cell.start_s) / bucket_s / size) + 1;
    this.single = size === 1 && cell.stepsPerBucket === 1;
    for (let group = Math.max(0, first); group < last && group * size < buckets; group++) {
      const from = group * size;
      const to = Math.min(buckets, from + size);
      this.#groups.push([from, to]);
      const step = from * cell.stepsPerBucket;
      const end = Math.min(cell.steps, to * cell.stepsPerBucket);
      this.time_s.push(cell.start_s + (step + 1) * cell.dt_s);
      if (!this.single) this.time_s.push(cell.start_s + end * cell.dt_s);
    }
  }

  /** Seconds of trace in one pair of points. */
  get resolution_s(): number {
    const [from, to] = this.#groups[0] ?? [0, 1];
    return (to - from) * this.#cell.stepsPerBucket * this.#cell.dt_s;
  }

  /** One column at `time_s`, times `sign`. */
  values(column: SeriesColumn, sign = 1): Values {
    const { first, second } = this.#cell.columns[column];
    const values: Values = [];
    for (const [from, to] of this.#groups) {
      if (this.single) values.push(finite(first[from] as number, sign));
      else pushExtremes(values, first, second, from, to, sign);
    }
    return values;
  }
}

function pushExtremes(
  values: Values,
  first: Extremes["first"],
  second: Extremes["second"],
  from: number,
  to: number,
  sign: number,
): void {
  let low = Number.NaN;
  let high = Number.NaN;
  let rising = true;
  for (let i = 2 * from; i < 2 * to; i++) {
    const value = ((i & 1) === 0 ? first : second)[i >> 1] as number;
    if (Number.isNaN(value)) continue;
    if (!(value >= low)) {
      low = value;
      rising = false;
    }
    if (!(value <= high)) {
      high = value;
      rising = true;
    }
  }
  values.push(finite(rising ? low : high, sign), finite(rising ? high : low, sign));
}

/** Code of the reason at a time, undefined outside the trace. */
export function reasonAt(cell: Cell, { fromStep, code }: ReasonRuns, time_s: number): number | undefined {
  const step = (time_s - cell.start_s) / cell.dt_s;
  if (!(step >= 0 && step <= cell.steps)) return undefined;
  let low = 0;
  let high = fromStep.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((fromStep[middle] as number) <= step) low = middle;
    else high = middle;
  }
  return code[low];
}

/** Stretches of one reason in pixels; where several share a pixel, the longest has it. */
export interface Band {
  readonly code: number;
  readonly from: number;
  readonly to: number;
}

export function reasonBands(cell: Cell, runs: ReasonRuns, range: TimeRange, width: number): Band[] {
  const { fromStep, code } = runs;
  const codes = new Int16Array(width).fill(-1);
  const shares = new Float64Array(width);
  const pixel = (step: number) =>
    ((cell.start_s + step * cell.dt_s - range.from_s) / (range.to_s - range.from_s)) * width;
  for (let run = 0; run < fromStep.length; run++) {
    const from = pixel(fromStep[run] as number);
    const to = pixel(fromStep[run + 1] ?? cell.steps);
    if (to <= 0 || from >= width) continue;
    for (let x = Math.max(0, Math.floor(from)); x < Math.min(width, to); x++) {
      const share = Math.min(to, x + 1) - Math.max(from, x);
      if (share <= (shares[x] as number)) continue;
      shares[x] = share;
      codes[x] = code[run] as number;
    }
  }
  const bands: Band[] = [];
  for (let x = 0; x < width; ) {
    let end = x + 1;
    while (end < width && codes[end] === codes[x]) end++;
    if ((codes[x] as number) >= 0) bands.push({ code: codes[x] as number, from: x, to: end });
    x = end;
  }
  return bands;
}
