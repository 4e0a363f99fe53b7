/**
 * A trace as fixed steps. Between two rows the current is what host/trace/integral.ts integrates: a line within a
 * cycler step, the old and then the new current across a step edge, rest across a gap. A step carries the mean of that
 * current over its length, and what rounding to f32 leaves out is owed to the next step: the steps move the file's
 * charge. Voltage is averaged the same way, so that a jump in current and its jump in voltage share a step; the slow
 * quantities keep the last row's value.
 */
import { BetaguardError } from "../errors.js";
import { intervalCurrent_A, MAX_GAP_s, stepChanges } from "../trace/integral.js";
import type { Trace, TraceColumns } from "../trace/types.js";

export interface ResampleOptions {
  readonly area_cm2: number;
  readonly dt_s: number;
  /** Part of the trace to take, on the continuous time axis; the whole of it by default. */
  readonly from_s?: number | undefined;
  readonly to_s?: number | undefined;
  /** Most steps; by default as many as the window holds. */
  readonly steps?: number | undefined;
}

/** A run of steps. NaN means not measured. Reused: `fill` overwrites it. */
export interface StepChunk {
  /** End of each step on the continuous time axis. */
  readonly time_s: Float64Array;
  readonly current_mA_cm2: Float32Array;
  readonly voltage_V: Float32Array;
  readonly temperature_degC: Float32Array;
  readonly surfacePressure_MPa: Float32Array;
  readonly appliedPressure_MPa: Float32Array;
}

export const stepChunk = (steps: number): StepChunk => ({
  time_s: new Float64Array(steps),
  current_mA_cm2: new Float32Array(steps),
  voltage_V: new Float32Array(steps),
  temperature_degC: new Float32Array(steps),
  surfacePressure_MPa: new Float32Array(steps),
  appliedPressure_MPa: new Float32Array(steps),
});

/** Shorter than any recorded interval, longer than the rounding of a year's axis. */
const EPSILON_s = 1e-7;

export class Resampler {
  /** Steps in the window; the last one may reach past the trace's end and is at rest there. */
  readonly steps: number;
  readonly start_s: number;
  readonly end_s: number;
  /** What was decided about duplicate times, backward jumps and gaps inside the window. */
  readonly notes: readonly string[];
  /** Charge and discharge of the trace that the steps so far have covered, by the rule of integrateCurrent. */
  charge_mAh_cm2 = 0;
  discharge_mAh_cm2 = 0;

  readonly #columns: TraceColumns;
  readonly #axis_s: Float64Array;
  readonly #voltage: Float64Array | undefined;
  readonly #temperature: Float64Array | undefined;
  readonly #surfacePressure: Float64Array | undefined;
  readonly #appliedPressure: Float64Array | undefined;
  readonly #dt_s: number;
  /** The module multiplies by the f32 of dt, so that is the length that has to move the charge. */
  readonly #moduleDt_s: number;
  readonly #perAmpere: number;

  #done = 0;
  #position_s: number;
  /** Row at the end of the interval in progress. */
  #row = 0;
  /** The piece of it in progress: a line in current and one in voltage. */
  #pieceStart_s = 0;
  #pieceEnd_s = 0;
  #current_A = 0;
  #currentSlope = 0;
  #pieceVoltage = 0;
  #voltageSlope = 0;
  #secondPiece = false;
  #intervalCharge_As = 0;
  /** Charge per area the steps still have to move because f32 could not hold it. */
  #owed_mAs_cm2 = 0;

  /** @throws E_TRACE_WINDOW when no two rows at different times lie in the window. */
  constructor(trace: Trace, options: ResampleOptions) {
    const { columns } = trace;
    this.#columns = columns;
    this.#axis_s = continuousAxis(columns.time_s);
    const measured = (column: keyof TraceColumns) => {
      const joined = trace.joins?.some((join) => join.column === column) ?? false;
      return held(columns[column], this.#axis_s, joined ? 0 : MAX_GAP_s);
    };
    this.#voltage = measured("voltage_V");
    this.#temperature = measured("temperature_degC");
    this.#surfacePressure = measured("surfacePressure_Pa");
    this.#appliedPressure = measured("appliedPressure_Pa");
    this.#dt_s = options.dt_s;
    this.#moduleDt_s = Math.fround(options.dt_s);
    this.#perAmpere = 1000 / options.area_cm2;

    const first = this.#axis_s[0] ?? Number.NaN;
    const last = this.#axis_s.at(-1) ?? Number.NaN;
    this.start_s = Math.max(first, options.from_s ?? first);
    const most_s = (options.steps ?? Number.POSITIVE_INFINITY) * options.dt_s;
    this.end_s = Math.min(last, options.to_s ?? last, this.start_s + most_s);
    if (!(this.end_s > this.start_s)) {
      throw new BetaguardError(
        "E_TRACE_WINDOW",
        `${trace.path}: expected two rows at different times in the window, found rows from ${first} to ${last} s and the window ${options.from_s ?? "start"} to ${options.to_s ?? "end"}; change --from and --to`,
      );
    }
    this.steps = Math.ceil((this.end_s - this.start_s - EPSILON_s) / this.#dt_s);
    this.#position_s = this.start_s;
    this.notes = axisNotes(columns.time_s, this.#axis_s, this.start_s, this.end_s);
    while ((this.#axis_s[this.#row] as number) <= this.start_s) this.#row++;
    this.#beginInterval();
    while (this.#pieceEnd_s <= this.start_s) this.#nextPiece();
  }

  /** Writes up to `limit` next steps to the start of `chunk` and returns how many; 0 at the end of the window. */
  fill(chunk: StepChunk, limit: number): number {
    const count = Math.min(limit, this.steps - this.#done, chunk.time_s.length);
    for (let n = 0; n < count; n++) {
      this.#done++;
      const end = this.start_s + this.#done * this.#dt_s;
      this.#step(chunk, n, end, this.#done === this.steps ? this.end_s : end);
    }
    return count;
  }

  #step(chunk: StepChunk, n: number, end_s: number, covered_s: number): void {
    const from_s = this.#position_s;
    let charge_As = 0;
    let voltage_Vs = 0;
    while (this.#pieceEnd_s < covered_s) {
      const length = this.#pieceEnd_s - this.#position_s;
      const moved = this.#meanCurrent(this.#pieceEnd_s) * length;
      charge_As += moved;
      this.#intervalCharge_As += moved;
      voltage_Vs += this.#meanVoltage(this.#pieceEnd_s) * length;
      this.#position_s = this.#pieceEnd_s;
      this.#nextPiece();
    }
    const length = covered_s - this.#position_s;
    const moved = this.#meanCurrent(covered_s) * length;
    charge_As += moved;
    this.#intervalCharge_As += moved;
    voltage_Vs += this.#meanVoltage(covered_s) * length;
    this.#position_s = covered_s;
    if (covered_s === this.end_s) this.#tally();

    // The row last passed: `row` itself only once the step reaches it.
    const row = (this.#axis_s[this.#row] as number) <= covered_s + EPSILON_s ? this.#row : this.#row - 1;
    chunk.time_s[n] = end_s;
    chunk.current_mA_cm2[n] = charge_As === 0 ? 0 : this.#current(charge_As * this.#perAmpere);
    chunk.voltage_V[n] = voltage_Vs / (covered_s - from_s);
    chunk.temperature_degC[n] = valueAt(this.#temperature, row);
    chunk.surfacePressure_MPa[n] = valueAt(this.#surfacePressure, row) * 1e-6;
    chunk.appliedPressure_MPa[n] = valueAt(this.#appliedPressure, row) * 1e-6;
  }

  /** The f32 current that moves the charge of this step and what the steps before still owe. */
  #current(charge_mAs_cm2: number): number {
    const due = this.#owed_mAs_cm2 + charge_mAs_cm2;
    const current = Math.fround(due / this.#moduleDt_s);
    this.#owed_mAs_cm2 = due - current * this.#moduleDt_s;
    return current;
  }

  #meanCurrent(to_s: number): number {
    const middle = (this.#position_s + to_s) / 2;
    return this.#current_A + this.#currentSlope * (middle - this.#pieceStart_s);
  }

  #meanVoltage(to_s: number): number {
    const middle = (this.#position_s + to_s) / 2;
    return this.#pieceVoltage + this.#voltageSlope * (middle - this.#pieceStart_s);
  }

  #tally(): void {
    const moved = (this.#intervalCharge_As * this.#perAmpere) / 3600;
    if (moved > 0) this.charge_mAh_cm2 += moved;
    else this.discharge_mAh_cm2 -= moved;
    this.#intervalCharge_As = 0;
  }

  #nextPiece(): void {
    if (this.#secondPiece) {
      this.#secondPiece = false;
      this.#hold(this.#pieceEnd_s, this.#row);
      return;
    }
    this.#tally();
    do this.#row++;
    while ((this.#axis_s[this.#row] as number) <= this.#pieceEnd_s);
    this.#beginInterval();
  }

  #beginInterval(): void {
    const k = this.#row;
    const start = this.#axis_s[k - 1] as number;
    const length = (this.#axis_s[k] as number) - start;
    const recorded = (this.#columns.time_s[k] as number) - (this.#columns.time_s[k - 1] as number);
    if (length > MAX_GAP_s || recorded > MAX_GAP_s) {
      this.#hold(start, k);
      this.#current_A = 0;
      return;
    }
    const before = this.#columns.current_A[k - 1] as number;
    const after = this.#columns.current_A[k] as number;
    if (!stepChanges(this.#columns, k)) {
      this.#pieceStart_s = start;
      this.#pieceEnd_s = start + length;
      this.#current_A = before;
      this.#currentSlope = (after - before) / length;
      this.#pieceVoltage = valueAt(this.#voltage, k - 1);
      this.#voltageSlope = (valueAt(this.#voltage, k) - this.#pieceVoltage) / length;
      return;
    }
    // Where the edge lies follows from the mean current, so that the steps and the integral cannot disagree.
    const newShare = after === before ? 1 : (intervalCurrent_A(this.#columns, k) - before) / (after - before);
    const edge = start + length * (1 - newShare);
    this.#secondPiece = edge > start && edge < start + length;
    this.#hold(start, edge > start ? k - 1 : k);
    if (this.#secondPiece) this.#pieceEnd_s = edge;
  }

  /** A piece from `start_s` to the end of the interval with the current and voltage of one row. */
  #hold(start_s: number, row: number): void {
    this.#pieceStart_s = start_s;
    this.#pieceEnd_s = this.#axis_s[this.#row] as number;
    this.#current_A = this.#columns.current_A[row] as number;
    this.#currentSlope = 0;
    this.#pieceVoltage = valueAt(this.#voltage, row);
    this.#voltageSlope = 0;
  }
}

/**
 * The recorded time without its backward jumps: after one, time goes on from where it was, by the rows' own steps. A
 * row that alone is stamped too early takes no time.
 */
export function continuousAxis(time_s: Float64Array): Float64Array {
  if (time_s.every((t, k) => k === 0 || !(t < (time_s[k - 1] as number)))) return time_s;
  const axis = new Float64Array(time_s.length);
  let offset = 0;
  for (let k = 0; k < time_s.length; k++) {
    const back = k === 0 ? 0 : (time_s[k - 1] as number) - (time_s[k] as number);
    const alone = isStampedEarly(time_s, k);
    if (back > 0 && !alone) offset += back;
    axis[k] = alone ? (axis[k - 1] as number) : (time_s[k] as number) + offset;
  }
  return axis;
}

/** True where the next row carries on from the one before, and no charge is counted up to it for its distance. */
function isStampedEarly(time_s: Float64Array, k: number): boolean {
  const [before, now, after] = [time_s[k - 1], time_s[k], time_s[k + 1]] as [number, number, number];
  return now < before && after >= before && after - now > MAX_GAP_s;
}

/**
 * A measured column with its unmeasured rows: they keep the last value for `longest_s`, the rows before the first
 * measurement take that one. A joined column is held for nothing: how old a value may be was its tolerance.
 */
function held(
  column: Float64Array | undefined,
  axis_s: Float64Array,
  longest_s: number,
): Float64Array | undefined {
  if (!column?.some(Number.isNaN)) return column;
  let last = column.findIndex((value) => !Number.isNaN(value));
  return column.map((value, k) => {
    if (!Number.isNaN(value)) last = k;
    const age = Math.abs((axis_s[k] as number) - (axis_s[last] as number));
    return age <= longest_s ? (column[last] as number) : Number.NaN;
  });
}

/** NaN where the column is absent. */
const valueAt = (column: Float64Array | undefined, k: number): number => column?.[k] ?? Number.NaN;

function axisNotes(time_s: Float64Array, axis_s: Float64Array, start_s: number, end_s: number): string[] {
  const found = { duplicate: 0, back: 0, early: 0, gap: 0 };
  let gap_s = 0;
  let firstBack = "";
  for (let k = 1; k < time_s.length; k++) {
    const from = axis_s[k - 1] as number;
    const to = axis_s[k] as number;
    if (from < start_s || to > end_s) continue;
    const advance = (time_s[k] as number) - (time_s[k - 1] as number);
    if (advance === 0) found.duplicate++;
    else if (isStampedEarly(time_s, k)) found.early++;
    else if (advance < 0) {
      if (found.back++ === 0) firstBack = `from ${time_s[k - 1]} to ${time_s[k]} s`;
    } else if (to - from > MAX_GAP_s) {
      found.gap++;
      gap_s += to - from;
    }
  }
  const notes: string[] = [];
  if (found.duplicate > 0)
    notes.push(`${found.duplicate} repeated times: rows of no length, they move no charge`);
  if (found.back > 0)
    notes.push(
      `time runs back ${found.back} times, first ${firstBack}: the replay's time goes on from there by the rows' own steps`,
    );
  if (found.early > 0)
    notes.push(
      `${found.early} rows stamped too early between rows that carry on: they take no time, and no charge is counted beside them`,
    );
  if (found.gap > 0)
    notes.push(`${found.gap} gaps above ${MAX_GAP_s} s, ${Math.round(gap_s)} s together: replayed as rest`);
  return notes;
}
