/** One scan of a table to columns: which rows are used, which are dropped, and by which rule. */
import { BetaguardError } from "../errors.js";
import { ColumnBuilder, Memory } from "./builder.js";
import type { OnProgress } from "./decode.js";
import type { EventLog } from "./events.js";
import type { Recording, ScaledColumn } from "./reader.js";
import type { Row } from "./row.js";
import { type Direction, directionCode } from "./sign.js";
import { isIsolated, MAX_DAMAGED_SHARE } from "./table.js";
import { type ParsedTime, TimeBuilder } from "./timecolumn.js";
import type { TraceEventType } from "./types.js";
import { type DecimalDecision, type DecimalMark, decideDecimalMark } from "./units.js";
import { ClockBuilder, type WallClock } from "./wallclock.js";

/** Below this no cell is tested; an unplugged thermocouple reads about −2500 °C. */
const MIN_TEMPERATURE_degC = -100;

/** Rows between two looks at the memory taken. */
const CHECK_ROWS = 1 << 14;

/** What a scan found. Every array has one entry per used row. */
export interface Collected {
  /** Rows in the table: those used and those dropped. */
  readonly rowsRead: number;
  readonly dropped: readonly { readonly rule: string; readonly count: number }[];
  readonly decimal: DecimalDecision;
  /** One entry per row read: 1 where it is used. */
  readonly used: Int8Array;
  /** Source line of each used row. */
  readonly lines: Int32Array;
  readonly time: ParsedTime;
  readonly stepTime: ParsedTime | undefined;
  /** Null where the column cannot be read. */
  readonly clock: WallClock | null | undefined;
  /** In A, one array per candidate. */
  readonly currents: readonly Float64Array[];
  readonly voltage: Float64Array | undefined;
  readonly cycle: Float64Array | undefined;
  readonly step: Float64Array | undefined;
  /** Codes of directionCode. */
  readonly states: Int8Array | undefined;
  /** One array per accumulator of the recording. */
  readonly counters: readonly Float64Array[];
  readonly temperature: Sensor | undefined;
  readonly surfacePressure: Sensor | undefined;
  readonly appliedPressure: Sensor | undefined;
}

/** A quantity the file has columns for: the first that was measured, or none of them. */
export interface Sensor {
  readonly candidates: readonly ScaledColumn[];
  readonly measured: { readonly column: ScaledColumn; readonly values: Float64Array } | undefined;
}

/** What a damaged row is called, by its event. */
const RULES = {
  "long-row": "more cells than the header has",
  "short-row": "fewer cells than the header has",
  "truncated-row": "last row cut short",
  "unreadable-cell": "row with an unreadable time, current or voltage",
} as const satisfies Partial<Record<TraceEventType, string>>;
type Damage = keyof typeof RULES;

interface NumberColumn extends ScaledColumn {
  readonly values: ColumnBuilder;
}

interface FirstDamage {
  readonly line: number;
  readonly detail: string;
}

export interface CollectOptions {
  readonly onProgress?: OnProgress | undefined;
  /** Bytes that the columns may take. */
  readonly memory?: number | undefined;
}

/**
 * Reads every row once. A row whose cells do not line up with the header is dropped: with a cell too many or too
 * few, which value belongs to which column is a guess (empty cells past the header, a trailing delimiter, do no
 * harm). So is, by rule, a row without a current, and with an event one whose time, current or voltage is no number.
 * Errors: E_TRACE_NO_ROWS, E_TRACE_NO_CURRENT, E_TRACE_BAD_VALUES, E_TRACE_TOO_LARGE.
 */
export async function collect(
  recording: Recording,
  path: string,
  events: EventLog,
  options: CollectOptions = {},
): Promise<Collected> {
  const collector = new Collector(recording, path, events, options.memory);
  await recording.table.scan((row) => collector.take(row), {
    columns: usedColumns(recording),
    onProgress: options.onProgress,
  });
  return collector.finish();
}

class Collector {
  readonly #recording: Recording;
  readonly #path: string;
  readonly #events: EventLog;
  readonly #memory: Memory;
  readonly #decimal: DecimalDecision;
  readonly #width: number;

  #rowsRead = 0;
  #excluded = 0;
  #withoutCurrent = 0;
  readonly #damaged: Record<Damage, number> = {
    "long-row": 0,
    "short-row": 0,
    "truncated-row": 0,
    "unreadable-cell": 0,
  };
  readonly #firstDamage: Partial<Record<Damage, FirstDamage>> = {};
  /** A short row, until it is known whether it is the last. */
  #short: FirstDamage | undefined;

  readonly #isUsed: ColumnBuilder<Int8Array>;
  readonly #lines: ColumnBuilder<Int32Array>;
  readonly #time: TimeBuilder;
  readonly #stepTime: TimeBuilder | undefined;
  readonly #clock: ClockBuilder | undefined;
  readonly #currents: readonly ColumnBuilder[];
  readonly #voltage: ColumnBuilder | undefined;
  readonly #cycle: NumberColumn | undefined;
  readonly #step: NumberColumn | undefined;
  readonly #counters: readonly NumberColumn[];
  /** These three in one list. */
  readonly #numbers: readonly NumberColumn[];
  readonly #states: ColumnBuilder<Int8Array> | undefined;
  readonly #directions = new Map<string, Direction>();
  readonly #temperature: SensorBuilder;
  readonly #surfacePressure: SensorBuilder;
  readonly #appliedPressure: SensorBuilder;
  /** Of the row in sight. */
  readonly #current_A: Float64Array;
  #voltage_V = Number.NaN;

  constructor(recording: Recording, path: string, events: EventLog, bytes: number | undefined) {
    const { table } = recording;
    const memory = new Memory(path, table.expectedRows, bytes);
    this.#memory = memory;
    const column = () => new ColumnBuilder(memory, Float64Array);
    const numbers = ({ index, scale }: ScaledColumn) => ({ index, scale, values: column() });
    const counts = (index: number | undefined) =>
      index === undefined ? undefined : numbers({ index, scale: 1 });
    this.#recording = recording;
    this.#path = path;
    this.#events = events;
    this.#width = table.header.length;
    this.#decimal = decimalMark(recording, path);
    const { mark } = this.#decimal;
    this.#isUsed = new ColumnBuilder(memory, Int8Array);
    this.#lines = new ColumnBuilder(memory, Int32Array);
    this.#time = new TimeBuilder(table, recording.time, mark, memory);
    this.#stepTime = recording.stepTime && new TimeBuilder(table, recording.stepTime, mark, memory);
    this.#clock = recording.wallClock === undefined ? undefined : new ClockBuilder(memory);
    this.#currents = recording.current.map(column);
    this.#voltage = recording.voltage && column();
    this.#cycle = counts(recording.cycle);
    this.#step = counts(recording.step);
    this.#counters = recording.accumulators.map(numbers);
    this.#numbers = [this.#cycle, this.#step, ...this.#counters].filter((one) => one !== undefined);
    this.#states = recording.state === undefined ? undefined : new ColumnBuilder(memory, Int8Array);
    this.#temperature = new SensorBuilder(recording.temperatures, MIN_TEMPERATURE_degC, mark, memory);
    const pressure = (at: ScaledColumn | undefined) =>
      new SensorBuilder(at ? [at] : [], Number.NEGATIVE_INFINITY, mark, memory);
    this.#surfacePressure = pressure(recording.surfacePressure);
    this.#appliedPressure = pressure(recording.appliedPressure);
    this.#current_A = new Float64Array(recording.current.length);
  }

  take(row: Row): true {
    this.#rowsRead++;
    const used = this.#lines.length;
    this.#settleShort("short-row");
    const { width } = row;
    if (width < this.#width) this.#short = { line: row.line, detail: this.#misfit(width) };
    else if (width > this.#width && this.#hasCellsPast(row))
      this.#damage("long-row", { line: row.line, detail: this.#misfit(width) });
    else if (this.#recording.excluded?.test(row)) this.#excluded++;
    else if (this.#lacksCurrent(row)) this.#withoutCurrent++;
    else {
      const wrong = this.#readNumbers(row);
      if (wrong === -1) this.#keep(row);
      else this.#damageCell(row, wrong);
    }
    this.#isUsed.push(this.#lines.length - used);
    if (this.#rowsRead % CHECK_ROWS === 0) this.#memory.check(this.#lines.length);
    return true;
  }

  finish(): Collected {
    this.#settleShort("truncated-row");
    this.#memory.check(this.#lines.length);
    this.#refuseDamaged();
    const time = this.#time.finish();
    if (!time)
      throw this.#tooMuchDamage(
        {
          line: this.#lines.finish()[0] as number,
          detail: "expected timestamps that spell day, month and year in one order, found several",
        },
        this.#rowsRead,
      );
    return {
      rowsRead: this.#rowsRead,
      dropped: [
        ...(["long-row", "short-row", "truncated-row"] as const).map(this.#droppedAs),
        { rule: this.#recording.excluded?.rule ?? "", count: this.#excluded },
        { rule: "row without a current", count: this.#withoutCurrent },
        this.#droppedAs("unreadable-cell"),
      ].filter(({ count }) => count > 0),
      decimal: this.#decimal,
      used: this.#isUsed.finish(),
      lines: this.#lines.finish(),
      time,
      stepTime: this.#stepTime?.finish(),
      clock: this.#clock?.finish(),
      currents: this.#currents.map((column) => column.finish()),
      voltage: this.#voltage?.finish(),
      cycle: this.#cycle?.values.finish(),
      step: this.#step?.values.finish(),
      states: this.#states?.finish(),
      counters: this.#counters.map(({ values }) => values.finish()),
      temperature: this.#temperature.finish(),
      surfacePressure: this.#surfacePressure.finish(),
      appliedPressure: this.#appliedPressure.finish(),
    };
  }

  /**
   * Reads time, voltage and current of a row, which must be numbers; a blank voltage is "not measured". Returns the
   * column that holds none, or -1.
   */
  #readNumbers(row: Row): number {
    const { time, current, voltage } = this.#recording;
    const { mark } = this.#decimal;
    if (!this.#time.read(row)) return time.index;
    if (voltage) {
      this.#voltage_V = numberAt(row, voltage, mark);
      if (Number.isNaN(this.#voltage_V) && !row.isBlank(voltage.index)) return voltage.index;
    }
    for (let k = 0; k < current.length; k++) {
      const at = current[k] as ScaledColumn;
      const amperes = numberAt(row, at, mark);
      if (Number.isNaN(amperes)) return at.index;
      this.#current_A[k] = amperes;
    }
    return -1;
  }

  #keep(row: Row): void {
    const { wallClock, state } = this.#recording;
    const { mark } = this.#decimal;
    this.#lines.push(row.line);
    this.#time.keep();
    for (let k = 0; k < this.#currents.length; k++) this.#currents[k]?.push(this.#current_A[k] as number);
    this.#voltage?.push(this.#voltage_V);
    if (this.#stepTime) {
      this.#stepTime.read(row);
      this.#stepTime.keep();
    }
    if (this.#clock) {
      this.#clock.read(row, wallClock as number);
      this.#clock.keep();
    }
    for (let k = 0; k < this.#numbers.length; k++) {
      const { index, scale, values } = this.#numbers[k] as NumberColumn;
      values.push(row.number(index, mark) * scale);
    }
    this.#states?.push(directionCode(row.text(state as number), this.#directions));
    this.#temperature.push(row);
    this.#surfacePressure.push(row);
    this.#appliedPressure.push(row);
  }

  #damageCell(row: Row, column: number): void {
    const name = this.#recording.table.header[column];
    const found = JSON.stringify(row.text(column).slice(0, 40));
    this.#damage("unreadable-cell", {
      line: row.line,
      detail: `${name}: expected a number, found ${found}; row dropped`,
    });
  }

  #lacksCurrent(row: Row): boolean {
    for (const { index } of this.#recording.current) if (row.isBlank(index)) return true;
    return false;
  }

  #hasCellsPast(row: Row): boolean {
    for (let column = this.#width; column < row.width; column++)
      if (row.text(column).trim() !== "") return true;
    return false;
  }

  #misfit(width: number): string {
    return `expected ${this.#width} cells, found ${width}; row dropped`;
  }

  #settleShort(type: "short-row" | "truncated-row"): void {
    if (this.#short) this.#damage(type, this.#short);
    this.#short = undefined;
  }

  #damage(type: Damage, damage: FirstDamage): void {
    this.#damaged[type]++;
    this.#firstDamage[type] ??= damage;
    this.#events.add({ type, ...damage });
  }

  readonly #droppedAs = (type: Damage) => ({ rule: RULES[type], count: this.#damaged[type] });

  /** Errors: E_TRACE_BAD_VALUES when damaged rows are not isolated; E_TRACE_NO_ROWS, E_TRACE_NO_CURRENT. */
  #refuseDamaged(): void {
    const { "long-row": long, "short-row": short, "truncated-row": truncated } = this.#damaged;
    if (!isIsolated(long + short, this.#rowsRead))
      throw this.#tooMuchDamage(
        this.#firstDamage["long-row"] ?? this.#firstDamage["short-row"],
        long + short,
      );
    const fitting = this.#rowsRead - long - short - truncated;
    const unreadable = this.#damaged["unreadable-cell"];
    if (unreadable > 0 && (unreadable === fitting || !isIsolated(unreadable, fitting)))
      throw this.#tooMuchDamage(this.#firstDamage["unreadable-cell"], unreadable);
    if (this.#lines.length > 0) return;
    if (this.#withoutCurrent + this.#excluded > 0)
      throw new BetaguardError(
        "E_TRACE_NO_CURRENT",
        `${this.#path}: expected rows with a measured current, found none in ${this.#rowsRead} rows (an impedance or open-circuit table cannot be replayed)`,
      );
    throw new BetaguardError(
      "E_TRACE_NO_ROWS",
      `${this.#path}: expected data rows below the column names, found none`,
    );
  }

  #tooMuchDamage(first: FirstDamage | undefined, count: number): BetaguardError {
    return new BetaguardError(
      "E_TRACE_BAD_VALUES",
      `${this.#path}:${first?.line}: ${first?.detail}; ${count} of ${this.#rowsRead} rows are like this, more than the ${100 * MAX_DAMAGED_SHARE} % that are dropped as isolated`,
    );
  }
}

/** Reads every candidate until one was measured; from then on only that one and those preferred to it. */
class SensorBuilder {
  readonly #candidates: readonly ScaledColumn[];
  readonly #columns: readonly ColumnBuilder[];
  readonly #least: number;
  readonly #mark: DecimalMark;
  /** Candidates from here on are not wanted. */
  #wanted: number;
  #measured = -1;

  /** @param least a value below it is a placeholder. */
  constructor(candidates: readonly ScaledColumn[], least: number, mark: DecimalMark, memory: Memory) {
    this.#candidates = candidates;
    this.#columns = candidates.map(() => new ColumnBuilder(memory, Float64Array));
    this.#least = least;
    this.#mark = mark;
    this.#wanted = candidates.length;
  }

  push(row: Row): void {
    for (let k = 0; k < this.#wanted; k++) {
      const { index, scale } = this.#candidates[k] as ScaledColumn;
      const value = row.number(index, this.#mark) * scale;
      const isMeasured = value >= this.#least;
      this.#columns[k]?.push(isMeasured ? value : Number.NaN);
      // An all-zero column is an unconnected sensor.
      if (isMeasured && value !== 0 && k !== this.#measured) this.#prefer(k);
    }
  }

  finish(): Sensor | undefined {
    if (this.#candidates.length === 0) return undefined;
    const column = this.#candidates[this.#measured];
    return {
      candidates: this.#candidates,
      measured: column && { column, values: (this.#columns[this.#measured] as ColumnBuilder).finish() },
    };
  }

  #prefer(k: number): void {
    for (const worse of this.#columns.slice(k + 1, this.#wanted)) worse.drop();
    this.#measured = k;
    this.#wanted = k + 1;
  }
}

/** "+ 0": a rest written as -0.0 is a rest. */
function numberAt(row: Row, { index, scale }: ScaledColumn, mark: DecimalMark): number {
  return row.number(index, mark) * scale + 0;
}

function usedColumns(recording: Recording): number[] {
  const { time, stepTime, wallClock, current, state, voltage, temperatures, cycle, step } = recording;
  const { surfacePressure, appliedPressure, accumulators, excluded } = recording;
  const scaled = [time, stepTime, ...current, voltage, ...temperatures, surfacePressure, appliedPressure];
  const indices = [...scaled, ...accumulators].map((column) => column?.index);
  const all = [...indices, wallClock, state, cycle, step, excluded?.column];
  return [...new Set(all.filter((index) => index !== undefined))];
}

/** Errors: E_TRACE_BAD_VALUES. */
function decimalMark({ table, time, current, voltage }: Recording, path: string): DecimalDecision {
  const columns = [time, ...current, ...(voltage ? [voltage] : [])];
  const decision = decideDecimalMark(
    table.sample
      .filter(({ cells }) => cells.length >= table.header.length)
      .flatMap(({ cells }) => columns.map(({ index }) => cells[index] ?? "")),
  );
  if (decision) return decision;
  throw new BetaguardError(
    "E_TRACE_BAD_VALUES",
    `${path}: expected one decimal mark in ${columns.map(({ index }) => table.header[index]).join(", ")}, found commas that may be decimal marks or thousands separators`,
  );
}
