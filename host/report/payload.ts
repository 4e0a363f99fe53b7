/**
 * The series of a report as bytes that deflate well: floats become differences of their bit patterns, split into
 * byte planes, so that smooth and constant columns all but vanish. Runs in Node (encode) and in the browser (decode).
 */
import {
  type CellSeries,
  type Extremes,
  type ReasonRuns,
  type SeriesColumn,
  seriesColumns,
} from "./series.js";

/** The current was above a limit, as the viewer needs it. */
export interface ViolationMark {
  readonly from_s: number;
  readonly to_s: number;
  readonly kind: "charge" | "discharge";
  readonly cell: number;
}

/** Everything the viewer draws. */
export interface ReportData {
  /** Dense metal per areal charge, µm per mAh/cm². */
  readonly thickness_um_mAh_cm2: number;
  readonly violations: readonly ViolationMark[];
  /** The cell to show first. */
  readonly firstCell: number;
  readonly cells: readonly Omit<CellSeries, "extents">[];
}

interface Head extends Omit<ReportData, "cells"> {
  readonly cells: readonly (Pick<CellSeries, "cell" | "start_s" | "dt_s" | "steps" | "stepsPerBucket"> & {
    readonly runs: readonly { readonly count: number; readonly leastSteps: number }[];
  })[];
}

/** Small magnitudes of either sign to small unsigned numbers: 0, −1, 1, −2 → 0, 1, 2, 3. */
const zigzag = (value: number): number => ((value << 1) ^ (value >> 31)) >>> 0;
const unzigzag = (value: number): number => (value >>> 1) ^ -(value & 1);

/** Words as four planes: all lowest bytes, then all second ones, … */
function split(words: Uint32Array): Uint8Array {
  const planes = new Uint8Array(4 * words.length);
  for (let plane = 0; plane < 4; plane++)
    for (let i = 0; i < words.length; i++)
      planes[plane * words.length + i] = (words[i] as number) >>> (8 * plane);
  return planes;
}

class Reader {
  #at = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  take(length: number): Uint8Array {
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  words(count: number): Uint32Array {
    const planes = this.take(4 * count);
    const words = new Uint32Array(count);
    for (let plane = 0; plane < 4; plane++)
      for (let i = 0; i < count; i++)
        words[i] = ((words[i] as number) | ((planes[plane * count + i] as number) << (8 * plane))) >>> 0;
    return words;
  }
}

/** First and second extremes interleaved in time: each differs little from the one before it. */
function encodeExtremes({ first, second }: Extremes): Uint8Array {
  const bits = [first, second].map(
    ({ buffer, byteOffset, length }) => new Int32Array(buffer, byteOffset, length),
  );
  const words = new Uint32Array(2 * first.length);
  let before = 0;
  for (let i = 0; i < words.length; i++) {
    const now = (bits[i & 1] as Int32Array)[i >> 1] as number;
    words[i] = zigzag((now - before) | 0);
    before = now;
  }
  return split(words);
}

function decodeExtremes(reader: Reader, count: number): Extremes {
  const first = new Float32Array(count);
  const second = new Float32Array(count);
  const bits = [new Int32Array(first.buffer), new Int32Array(second.buffer)];
  let now = 0;
  reader.words(2 * count).forEach((word, i) => {
    now = (now + unzigzag(word)) | 0;
    (bits[i & 1] as Int32Array)[i >> 1] = now;
  });
  return { first, second };
}

/** Step numbers, as differences. */
function encodeSteps(steps: Uint32Array): Uint8Array {
  return split(steps.map((step, i) => step - (i === 0 ? 0 : (steps[i - 1] as number))));
}

function decodeSteps(reader: Reader, count: number): Uint32Array {
  let step = 0;
  return reader.words(count).map((difference) => {
    step += difference;
    return step;
  });
}

const runsOf = (cell: ReportData["cells"][number]): ReasonRuns[] => [
  cell.chargeReasons,
  cell.dischargeReasons,
];

/** Bytes to deflate: length of the head, the head as JSON, then the arrays in the head's order. */
export function encodeReport({ cells, ...rest }: ReportData): Uint8Array {
  const head: Head = {
    ...rest,
    cells: cells.map((series) => {
      const { cell, start_s, dt_s, steps, stepsPerBucket } = series;
      const runs = runsOf(series).map(({ code, leastSteps }) => ({ count: code.length, leastSteps }));
      return { cell, start_s, dt_s, steps, stepsPerBucket, runs };
    }),
  };
  const json = new TextEncoder().encode(JSON.stringify(head));
  const parts: Uint8Array[] = [split(Uint32Array.of(json.length)), json];
  for (const cell of cells) {
    for (const name of seriesColumns) parts.push(encodeExtremes(cell.columns[name]));
    for (const { fromStep, code } of runsOf(cell)) parts.push(encodeSteps(fromStep), code);
  }
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The inverse: the same numbers to the bit. */
export function decodeReport(bytes: Uint8Array): ReportData {
  const reader = new Reader(bytes);
  const [length = 0] = reader.words(1);
  const { cells, ...rest } = JSON.parse(new TextDecoder().decode(reader.take(length))) as Head;
  return {
    ...rest,
    cells: cells.map(({ runs, ...cell }) => {
      const buckets = Math.ceil(cell.steps / cell.stepsPerBucket);
      const columns = Object.fromEntries(
        seriesColumns.map((name) => [name, decodeExtremes(reader, buckets)]),
      ) as Record<SeriesColumn, Extremes>;
      const [chargeReasons, dischargeReasons] = runs.map(
        ({ count, leastSteps }): ReasonRuns => ({
          fromStep: decodeSteps(reader, count),
          code: reader.take(count),
          leastSteps,
        }),
      ) as [ReasonRuns, ReasonRuns];
      return { ...cell, columns, chargeReasons, dischargeReasons };
    }),
  };
}
