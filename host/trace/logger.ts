/** A separate logger's file (pressure, temperature or displacement) as samples that joinLogger can use. */
import { BetaguardError } from "../errors.js";
import { ColumnBuilder, Memory } from "./builder.js";
import { openFile } from "./decode.js";
import { type LoggerTable, openLoggerTable } from "./loggertable.js";
import { isIsolated, MAX_DAMAGED_SHARE, openSource, type Table } from "./table.js";
import type { TraceEvent, TraceJoin } from "./types.js";
import { type DecimalMark, decideDecimalMark, unitScale } from "./units.js";
import { ClockBuilder, type WallClock } from "./wallclock.js";

interface Quantity {
  readonly column: TraceJoin["column"];
  /** The unit inside. */
  readonly unit: string;
  /** A sample below it is a placeholder: the sensor is not connected. */
  readonly least: number;
  readonly most: number;
  readonly units: string;
  readonly convert: (unit: string) => ((value: number) => number) | undefined;
}

const scaledBy = (scale: number | undefined) =>
  scale === undefined ? undefined : (value: number) => value * scale;

const MICROMETRES: Readonly<Record<string, number>> = {
  um: 1,
  µm: 1,
  μm: 1,
  micrometer: 1,
  mm: 1e3,
  nm: 1e-3,
};

export const LOGGED = {
  pressure: {
    column: "surfacePressure_Pa",
    unit: "Pa",
    // A load cell's zero drifts below nothing; 1 GPa crushes any cell.
    least: -1e6,
    most: 1e9,
    units: "Pa, kPa, MPa, bar, psi",
    convert: (unit) => scaledBy(unitScale("pressure", unit)),
  },
  temperature: {
    column: "temperature_degC",
    unit: "°C",
    least: -100,
    most: 200,
    units: "degC, K",
    convert: (unit) =>
      /^(?:K|kelvin)$/.test(unit) ? (kelvin) => kelvin - 273.15 : scaledBy(unitScale("temperature", unit)),
  },
  displacement: {
    column: "displacement_um",
    unit: "µm",
    least: -1e5,
    most: 1e5,
    units: "um, mm, nm",
    convert: (unit) => scaledBy(Object.hasOwn(MICROMETRES, unit) ? MICROMETRES[unit] : undefined),
  },
} as const satisfies Readonly<Record<string, Quantity>>;

export type LoggedQuantity = keyof typeof LOGGED;

export interface LoggerChannel {
  readonly quantity: LoggedQuantity;
  /** The measured column's exact name. */
  readonly column: string;
  /** Needed where neither the column's name nor a row of units says it. */
  readonly unit?: string | undefined;
  /** Needed where more than one column tells the time. */
  readonly timeColumn?: string | undefined;
}

export interface Logger {
  readonly path: string;
  /** Hex SHA-256 of the file's bytes. */
  readonly sha256: string;
  readonly channel: LoggerChannel;
  /** True: Unix seconds. False: seconds from the logger's own zero. */
  readonly absolute: boolean;
  /** Of an absolute time: see Trace.unixTimeIsUtc. */
  readonly utc: boolean;
  /** Never falling; of equal times the last holds. */
  readonly time_s: Float64Array;
  /** Pa, °C or µm; every sample measured. */
  readonly value: Float64Array;
  readonly evidence: readonly string[];
  readonly warnings: readonly string[];
  /** Their lines are the logger file's. */
  readonly events: readonly TraceEvent[];
}

/**
 * Reads one channel of a logger's file: text, gzip, Parquet or a workbook. Errors: those of openFile and openSource,
 * E_JOIN_COLUMN, E_JOIN_CLOCK, E_JOIN_UNIT, E_JOIN_VALUES (damaged, out of order, or nothing measured).
 */
export async function readLogger(path: string, channel: LoggerChannel): Promise<Logger> {
  const file = await openFile(path);
  const source = await openSource(file);
  if (source.zip)
    throw new BetaguardError(
      "E_JOIN_VALUES",
      `${path}: expected a logger's table, found an archive; export it as CSV`,
    );
  const opened = await openLoggerTable(source, channel.column, channel.timeColumn);
  const { unit, convert, warnings } = unitOf(channel, opened, path);
  const columns = await readColumns(opened, path);
  const values = inside(columns.values, convert, channel, unit, path);
  const samples = collect(columns, values, path);
  const timeName = JSON.stringify(opened.table.header[opened.time.index]);
  return {
    path,
    sha256: file.sha256,
    channel,
    absolute: columns.clock.absolute,
    utc: columns.clock.utc,
    ...samples,
    evidence: [
      `${channel.quantity} logger: ${path} (SHA-256 ${file.sha256.slice(0, 12)}…), ${JSON.stringify(channel.column)} in ${unit} (${channel.unit === undefined ? "as the file says" : "as declared"})`,
      `${channel.quantity} logger's time: ${timeName}, ${columns.clock.evidence}`,
    ],
    warnings,
  };
}

/** Errors: E_JOIN_UNIT. */
function unitOf(
  { quantity, column, unit: declared }: LoggerChannel,
  { unit: own }: LoggerTable,
  path: string,
) {
  const { convert, units }: Quantity = LOGGED[quantity];
  const unit = declared ?? own ?? "";
  const toInside = convert(unit);
  const name = JSON.stringify(column);
  if (!toInside)
    throw new BetaguardError(
      "E_JOIN_UNIT",
      `${path}: expected a unit of ${quantity} (${units}) for ${name}, found ${unit === "" ? "none" : JSON.stringify(unit)}; declare it with --${quantity}-unit`,
    );
  const overruled = own !== undefined && own !== unit && convert(own) !== undefined;
  const warnings = overruled ? [`${path}: ${name} says ${own}, read as ${unit} as declared`] : [];
  return { unit, convert: toInside, warnings };
}

interface LoggerColumns {
  readonly clock: WallClock;
  /** As written; NaN where blank, infinite where no number. */
  readonly values: Float64Array;
  readonly lines: Int32Array;
}

/** Errors: E_JOIN_CLOCK, E_JOIN_VALUES. */
async function readColumns({ table, below, value, time }: LoggerTable, path: string): Promise<LoggerColumns> {
  const mark = decimalMark(table, typeof time.kind === "number" ? [value, time.index] : [value], path);
  const memory = new Memory(path, table.expectedRows);
  const clock = time.kind === "clock" ? new ClockBuilder(memory) : undefined;
  const seconds = new ColumnBuilder(memory, Float64Array);
  const values = new ColumnBuilder(memory, Float64Array);
  const lines = new ColumnBuilder(memory, Int32Array);
  await table.scan(
    (row) => {
      if (row.line <= below) return true;
      if (clock) {
        clock.read(row, time.index);
        clock.keep();
      } else if (time.kind === "durations") seconds.push(row.duration(time.index));
      else seconds.push(row.number(time.index, mark) * (time.kind as number));
      const number = row.number(value, mark);
      values.push(Number.isNaN(number) && !row.isBlank(value) ? Number.POSITIVE_INFINITY : number);
      lines.push(row.line);
      return true;
    },
    { columns: [time.index, value] },
  );
  const counted = (evidence: string) => ({
    seconds: seconds.finish(),
    absolute: false,
    utc: false,
    evidence,
  });
  const made = clock
    ? clock.finish()
    : counted(
        time.kind === "durations" ? "durations since its start" : `numbers of ${time.kind} s since its start`,
      );
  if (!made || (clock && !made.absolute))
    throw new BetaguardError(
      "E_JOIN_CLOCK",
      `${path}: expected dates or epochs in ${JSON.stringify(table.header[time.index])}, found ${made ? made.evidence : "cells that are neither in more than 1 % of the rows"}; export the time as ISO 8601 or Unix seconds`,
    );
  return { clock: made, values: values.finish(), lines: lines.finish() };
}

function decimalMark({ sample }: Table, columns: readonly number[], path: string): DecimalMark {
  const decision = decideDecimalMark(
    sample.flatMap(({ cells }) => columns.map((index) => cells[index] ?? "")),
  );
  if (decision) return decision.mark;
  throw new BetaguardError(
    "E_JOIN_VALUES",
    `${path}: expected one decimal mark, found commas that may be decimal marks or thousands separators`,
  );
}

/** In the unit inside; NaN where not measured, infinite where no plausible number. Errors: E_JOIN_UNIT, E_JOIN_VALUES. */
function inside(
  values: Float64Array,
  convert: (value: number) => number,
  { quantity, column }: LoggerChannel,
  unit: string,
  path: string,
): Float64Array {
  const { least, most, unit: unitInside }: Quantity = LOGGED[quantity];
  const numbers = values.map((value) => (Number.isFinite(value) ? convert(value) : value));
  const measured = numbers.filter((value) => Number.isFinite(value) && value >= least);
  if (measured.length === 0 || measured.every((value) => value === convert(0)))
    throw new BetaguardError(
      "E_JOIN_VALUES",
      `${path}: expected a measured ${quantity} in ${JSON.stringify(column)}, found ${measured.length === 0 ? "no number that could be one" : "only zeros"}; name the channel that was connected`,
    );
  const beyond = measured.filter((value) => value > most).length;
  if (!isIsolated(beyond, measured.length))
    throw new BetaguardError(
      "E_JOIN_UNIT",
      `${path}: expected a ${quantity} of at most ${most} ${unitInside}, found ${beyond} of ${measured.length} samples above it when read in ${unit}; correct --${quantity}-unit`,
    );
  return numbers.map((value) =>
    value < least ? Number.NaN : value > most ? Number.POSITIVE_INFINITY : value,
  );
}

/** Keeps what can be used; the rest becomes an event per kind, or E_JOIN_VALUES where it is not isolated. */
function collect({ clock, lines }: LoggerColumns, numbers: Float64Array, path: string) {
  const time_s = new Float64Array(numbers.length);
  const value = new Float64Array(numbers.length);
  const found = {
    "logger-cell": { count: 0, line: 0, what: "samples without a readable time or value, left out" },
    "logger-order": { count: 0, line: 0, what: "samples stamped earlier than one before them, left out" },
    "logger-duplicate": {
      count: 0,
      line: 0,
      what: "samples at the time of the one before, with another value; the later one holds",
    },
  };
  let kept = 0;
  const note = (type: keyof typeof found, k: number) => {
    if (found[type].count++ === 0) found[type].line = lines[k] as number;
  };
  for (const [k, number] of numbers.entries()) {
    const t = clock.seconds[k] as number;
    const last = kept === 0 ? Number.NEGATIVE_INFINITY : (time_s[kept - 1] as number);
    if (Number.isNaN(number)) continue;
    if (!Number.isFinite(t) || !Number.isFinite(number)) note("logger-cell", k);
    else if (t < last) note("logger-order", k);
    else {
      if (t === last && number !== value[kept - 1]) note("logger-duplicate", k);
      time_s[kept] = t;
      value[kept++] = number;
    }
  }
  const events = (Object.keys(found) as (keyof typeof found)[]).flatMap((type): TraceEvent[] => {
    const { count, line, what } = found[type];
    if (count === 0) return [];
    const detail = `${path}:${line}: ${count} ${what}`;
    if (type !== "logger-duplicate" && !isIsolated(count, numbers.length))
      throw new BetaguardError(
        "E_JOIN_VALUES",
        `${detail}; expected at most ${100 * MAX_DAMAGED_SHARE} % of ${numbers.length} like this; correct the logger's file`,
      );
    return [{ type, line, detail }];
  });
  return { time_s: time_s.subarray(0, kept), value: value.subarray(0, kept), events };
}
