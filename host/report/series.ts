/**
 * What a report keeps of a replay of any length: per column the extremes of a bounded number of runs of steps, and
 * which reason bound the continuous limits when. Feeding the same steps in other chunks gives the same result.
 */
import type { ReplayChunk, ReplayColumn } from "../replay/types.js";
import { continuousReason } from "./reasons.js";

/** Module outputs and inputs a report shows. */
const recordedColumns = [
  "current_mA_cm2",
  "chargeLimit_mA_cm2",
  "chargeLimitContinuous_mA_cm2",
  "dischargeLimit_mA_cm2",
  "dischargeLimitContinuous_mA_cm2",
  "seCharge_mAh_cm2",
  "poreCharge_mAh_cm2",
  "ccCharge_mAh_cm2",
  "contact",
  "supersaturation",
  "void_um",
  "stackPressure_MPa",
  "pressureSetpoint_MPa",
  "sePressure_MPa",
  "crackIndex",
  "intrusion",
  "voltage_V",
  "temperature_degC",
] as const satisfies readonly ReplayColumn[];

/** Sums over sites, so that the extremes of a stacked chart are exact too. */
const stackedColumns = ["seAndPoreCharge_mAh_cm2", "metal_mAh_cm2"] as const;

export const seriesColumns = [...recordedColumns, ...stackedColumns] as const;
export type SeriesColumn = (typeof seriesColumns)[number];

/** Most buckets kept over all cells (a power of two), and most reason runs for one direction. */
export const MAX_BUCKETS = 16_384;
export const MAX_RUNS = 8_192;
/** However many cells there are, each keeps enough of both for the width of a screen. */
const LEAST_KEPT = 1_024;

/** Extremes of one column per bucket, in the order in which they occurred. NaN where nothing was measured. */
export interface Extremes {
  readonly first: Float32Array;
  readonly second: Float32Array;
}

/** Which reason bound a continuous limit: `code[i]` from step `fromStep[i]` until the next run begins. */
export interface ReasonRuns {
  readonly fromStep: Uint32Array;
  readonly code: Uint8Array;
  /** 1: every change is kept. Otherwise runs of fewer steps were added to the run before them. */
  readonly leastSteps: number;
}

/** Least and greatest value of a column over the whole trace and when each first occurred; NaN if never measured. */
export interface Extent {
  readonly low: number;
  readonly lowAt_s: number;
  readonly high: number;
  readonly highAt_s: number;
}

/** Step n of a cell lies between start_s + n·dt_s and start_s + (n + 1)·dt_s. */
export interface CellSeries {
  readonly cell: number;
  readonly start_s: number;
  readonly dt_s: number;
  readonly steps: number;
  /** Steps in every bucket but the last, a power of two. */
  readonly stepsPerBucket: number;
  readonly columns: Readonly<Record<SeriesColumn, Extremes>>;
  readonly extents: Readonly<Record<SeriesColumn, Extent>>;
  readonly chargeReasons: ReasonRuns;
  readonly dischargeReasons: ReasonRuns;
}

/** Extremes of the numbers it was given and which of the two came last. NaN until the first number. */
class Range {
  low = Number.NaN;
  high = Number.NaN;
  rising = true;

  take(value: number): void {
    if (Number.isNaN(value)) return;
    // Negated comparisons, so that the first number replaces NaN.
    if (!(value >= this.low)) {
      this.low = value;
      this.rising = false;
    }
    if (!(value <= this.high)) {
      this.high = value;
      this.rising = true;
    }
  }

  clear(): void {
    this.low = Number.NaN;
    this.high = Number.NaN;
  }
}

/** One column, bucket by bucket, and its extremes over everything. */
class ColumnSeries {
  readonly #first: Float32Array;
  readonly #second: Float32Array;
  readonly #open = new Range();
  readonly extent = { low: Number.NaN, lowAt_s: Number.NaN, high: Number.NaN, highAt_s: Number.NaN };

  constructor(capacity: number) {
    this.#first = new Float32Array(capacity);
    this.#second = new Float32Array(capacity);
  }

  extend(values: ArrayLike<number>, time_s: Float64Array, from: number, to: number): void {
    const { extent } = this;
    for (let i = from; i < to; i++) {
      const value = values[i] as number;
      if (Number.isNaN(value)) continue;
      this.#open.take(value);
      if (!(value >= extent.low)) {
        extent.low = value;
        extent.lowAt_s = time_s[i] as number;
      }
      if (!(value <= extent.high)) {
        extent.high = value;
        extent.highAt_s = time_s[i] as number;
      }
    }
  }

  close(bucket: number): void {
    this.#put(bucket, this.#open);
  }

  /** Merges buckets 2i and 2i+1 into i. */
  halve(): void {
    const merged = new Range();
    for (let i = 0; 2 * i < this.#first.length; i++) {
      for (const bucket of [2 * i, 2 * i + 1]) {
        merged.take(this.#first[bucket] as number);
        merged.take(this.#second[bucket] as number);
      }
      this.#put(i, merged);
    }
  }

  extremes(buckets: number): Extremes {
    return { first: this.#first.slice(0, buckets), second: this.#second.slice(0, buckets) };
  }

  #put(bucket: number, range: Range): void {
    this.#first[bucket] = range.rising ? range.low : range.high;
    this.#second[bucket] = range.rising ? range.high : range.low;
    range.clear();
  }
}

/** Runs of equal reason. When full, the shorter half of them is added to the runs before. */
class ReasonLog {
  #fromStep: number[] = [];
  #code: number[] = [];
  #leastSteps = 1;
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(step: number, code: number): void {
    if (this.#code.at(-1) === code) return;
    if (this.#code.length === this.#capacity) this.#compact(step);
    if (this.#code.at(-1) === code) return;
    this.#fromStep.push(step);
    this.#code.push(code);
  }

  runs(): ReasonRuns {
    return {
      fromStep: Uint32Array.from(this.#fromStep),
      code: Uint8Array.from(this.#code),
      leastSteps: this.#leastSteps,
    };
  }

  #compact(end: number): void {
    const length = this.#fromStep.map((from, i) => (this.#fromStep[i + 1] ?? end) - from);
    const median = [...length].sort((a, b) => a - b)[length.length >> 1] as number;
    this.#leastSteps = Math.max(this.#leastSteps, median + 1);
    const fromStep: number[] = [];
    const code: number[] = [];
    this.#code.forEach((each, i) => {
      const short = (length[i] as number) < this.#leastSteps;
      if (code.length > 0 && (short || code.at(-1) === each)) return;
      fromStep.push(this.#fromStep[i] as number);
      code.push(each);
    });
    this.#fromStep = fromStep;
    this.#code = code;
  }
}

class CellCollector {
  readonly #dt_s: number;
  readonly #columns: readonly ColumnSeries[];
  readonly #charge: ReasonLog;
  readonly #discharge: ReasonLog;
  readonly #capacity: number;
  #start_s = Number.NaN;
  #steps = 0;
  #buckets = 0;
  #stepsPerBucket = 1;
  /** Steps in the open bucket. */
  #open = 0;

  constructor(dt_s: number, buckets: number, runs: number) {
    this.#dt_s = dt_s;
    this.#capacity = buckets;
    this.#columns = seriesColumns.map(() => new ColumnSeries(buckets));
    this.#charge = new ReasonLog(runs);
    this.#discharge = new ReasonLog(runs);
  }

  add(chunk: ReplayChunk): void {
    if (this.#steps === 0) this.#start_s = (chunk.time_s[0] as number) - this.#dt_s;
    const { chargeReasons, dischargeReasons } = chunk.columns;
    for (let i = 0; i < chunk.steps; i++) {
      this.#charge.add(this.#steps + i, continuousReason(chargeReasons[i] as number));
      this.#discharge.add(this.#steps + i, continuousReason(dischargeReasons[i] as number));
    }
    const columns = [...recordedColumns.map((name) => chunk.columns[name]), ...stacked(chunk)];
    for (let at = 0; at < chunk.steps; ) {
      if (this.#buckets === this.#capacity) this.#halve();
      const to = Math.min(chunk.steps, at + this.#stepsPerBucket - this.#open);
      this.#columns.forEach((column, i) => {
        column.extend(columns[i] as ArrayLike<number>, chunk.time_s, at, to);
      });
      this.#open += to - at;
      if (this.#open === this.#stepsPerBucket) this.#close();
      at = to;
    }
    this.#steps += chunk.steps;
  }

  finish(cell: number): CellSeries {
    if (this.#open > 0) this.#close();
    const byColumn = <T>(of: (column: ColumnSeries) => T) =>
      Object.fromEntries(
        seriesColumns.map((name, i) => [name, of(this.#columns[i] as ColumnSeries)]),
      ) as Record<SeriesColumn, T>;
    return {
      cell,
      start_s: this.#start_s,
      dt_s: this.#dt_s,
      steps: this.#steps,
      stepsPerBucket: this.#stepsPerBucket,
      columns: byColumn((column) => column.extremes(this.#buckets)),
      extents: byColumn((column) => column.extent),
      chargeReasons: this.#charge.runs(),
      dischargeReasons: this.#discharge.runs(),
    };
  }

  #close(): void {
    for (const column of this.#columns) column.close(this.#buckets);
    this.#buckets++;
    this.#open = 0;
  }

  #halve(): void {
    for (const column of this.#columns) column.halve();
    this.#buckets /= 2;
    this.#stepsPerBucket *= 2;
  }
}

/** The columns of `stackedColumns`, in their order. */
function stacked({ steps, columns }: ReplayChunk): Float32Array[] {
  const seAndPore = new Float32Array(steps);
  const metal = new Float32Array(steps);
  for (let i = 0; i < steps; i++) {
    const sum = (columns.seCharge_mAh_cm2[i] as number) + (columns.poreCharge_mAh_cm2[i] as number);
    seAndPore[i] = sum;
    metal[i] = sum + (columns.ccCharge_mAh_cm2[i] as number);
  }
  return [seAndPore, metal];
}

/** Feed it every chunk of a replay, then `finish()`. Memory stays below 8 MB whatever the length. */
export class SeriesCollector {
  readonly #newCell: () => CellCollector;
  readonly #cells = new Map<number, CellCollector>();

  /**
   * @param dt_s length of every step
   * @param cells how many cells share the bound on what is kept
   */
  constructor(dt_s: number, cells: number) {
    const share = 2 ** Math.ceil(Math.log2(cells));
    const buckets = Math.max(LEAST_KEPT, MAX_BUCKETS / share);
    const runs = Math.max(LEAST_KEPT, MAX_RUNS / share);
    this.#newCell = () => new CellCollector(dt_s, buckets, runs);
  }

  add(chunk: ReplayChunk): void {
    let cell = this.#cells.get(chunk.cell);
    if (cell === undefined) {
      cell = this.#newCell();
      this.#cells.set(chunk.cell, cell);
    }
    cell.add(chunk);
  }

  /** What was collected, by rising cell number. Call it once, after the last chunk. */
  finish(): CellSeries[] {
    return [...this.#cells].sort(([a], [b]) => a - b).map(([index, collector]) => collector.finish(index));
  }
}
