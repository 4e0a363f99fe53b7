/** A separate logger's file (pressure, temperature or displacement) as samples that joinLogger can use. */
import { BetaguardError } from "../errors.js";
import { openFile, wholeText } from "./decode.js";
import { type LoggerTable, readLoggerTable } from "./loggertable.js";
import { isIsolated, MAX_DAMAGED_SHARE } from "./table.js";
import type { TraceEvent, TraceJoin } from "./types.js";
import {
  type DecimalMark,
  decideDecimalMark,
  isBlank,
  readDuration,
  readNumber,
  unitScale,
} from "./units.js";
import { readWallClock, type WallClock } from "./wallclock.js";

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
 * Reads one channel of a logger's text file. Errors: those of openFile and wholeText, E_JOIN_COLUMN, E_JOIN_CLOCK, E_JOIN_UNIT,
 * E_JOIN_VALUES (damaged, out of order, or nothing measured).
 */
export async function readLogger(path: string, channel: LoggerChannel): Promise<Logger> {
  const { sha256, content } = await openFile(path);
  if (content.kind !== "text")
    throw new BetaguardError(
      "E_JOIN_VALUES",
      `${path}: expected a logger's text file, found ${content.kind}; export it as CSV`,
    );
  const table = readLoggerTable(await wholeText(content, path), channel.column, channel.timeColumn, path);
  const unit = channel.unit ?? table.unit ?? "";
  const mark = decimalMark(table, path);
  const clock = readTimes(table, mark, path);
  const samples = collect(table, clock.seconds, readValues(table, channel, unit, mark, path), path);
  const name = JSON.stringify(channel.column);
  const declaredOver =
    channel.unit !== undefined && table.unit !== undefined && LOGGED[channel.quantity].convert(table.unit)
      ? table.unit
      : undefined;
  return {
    path,
    sha256,
    channel,
    absolute: clock.absolute,
    utc: clock.utc,
    time_s: samples.time_s,
    value: samples.value,
    evidence: [
      `${channel.quantity} logger: ${path} (SHA-256 ${sha256.slice(0, 12)}…), ${name} in ${unit} (${channel.unit === undefined ? "as the file says" : "as declared"})`,
      `${channel.quantity} logger's time: ${JSON.stringify(table.timeName)}, ${clock.evidence}`,
    ],
    warnings:
      declaredOver === undefined || declaredOver === unit
        ? []
        : [`${path}: ${name} says ${declaredOver}, read as ${unit} as declared`],
    events: samples.events,
  };
}

function decimalMark(table: LoggerTable, path: string): DecimalMark {
  const cells = typeof table.time === "number" ? [...table.values, ...table.times] : table.values;
  const decision = decideDecimalMark(cells);
  if (decision) return decision.mark;
  throw new BetaguardError(
    "E_JOIN_VALUES",
    `${path}: expected one decimal mark, found commas that may be decimal marks or thousands separators`,
  );
}

/** Errors: E_JOIN_CLOCK. */
function readTimes({ times, time, timeName }: LoggerTable, mark: DecimalMark, path: string): WallClock {
  if (time === "durations")
    return {
      seconds: Float64Array.from(times, readDuration),
      absolute: false,
      utc: false,
      evidence: "durations since its start",
    };
  if (time !== "clock")
    return {
      seconds: Float64Array.from(times, (cell) => readNumber(cell, mark) * time),
      absolute: false,
      utc: false,
      evidence: `numbers of ${time} s since its start`,
    };
  const clock = readWallClock(times.map((cell) => cell.replace(/^(\d+),(\d+)$/, "$1.$2")));
  if (clock?.absolute) return { ...clock, evidence: `wall clock, ${clock.evidence}` };
  throw new BetaguardError(
    "E_JOIN_CLOCK",
    `${path}: expected dates or epochs in ${JSON.stringify(timeName)}, found ${clock ? clock.evidence : "cells that are neither in more than 1 % of the rows"}; export the time as ISO 8601 or Unix seconds`,
  );
}

/** In the unit inside; NaN where not measured, infinite where a cell holds no plausible number. Errors: E_JOIN_UNIT. */
function readValues(
  { values }: LoggerTable,
  { quantity, column }: LoggerChannel,
  unit: string,
  mark: DecimalMark,
  path: string,
): Float64Array {
  const { convert, units, least, most, unit: inside }: Quantity = LOGGED[quantity];
  const toInside = convert(unit);
  if (!toInside)
    throw new BetaguardError(
      "E_JOIN_UNIT",
      `${path}: expected a unit of ${quantity} (${units}) for ${JSON.stringify(column)}, found ${unit === "" ? "none" : JSON.stringify(unit)}; declare it with --${quantity}-unit`,
    );
  const numbers = Float64Array.from(values, (cell) => {
    if (isBlank(cell)) return Number.NaN;
    const value = toInside(readNumber(cell, mark));
    return Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
  });
  const measured = numbers.filter((value) => Number.isFinite(value) && value >= least);
  if (measured.length === 0 || measured.every((value) => value === toInside(0)))
    throw new BetaguardError(
      "E_JOIN_VALUES",
      `${path}: expected a measured ${quantity} in ${JSON.stringify(column)}, found ${measured.length === 0 ? "no number that could be one" : "only zeros"}; name the channel that was connected`,
    );
  const beyond = measured.filter((value) => value > most).length;
  if (!isIsolated(beyond, measured.length))
    throw new BetaguardError(
      "E_JOIN_UNIT",
      `${path}: expected a ${quantity} of at most ${most} ${inside}, found ${beyond} of ${measured.length} samples above it when read in ${unit}; correct --${quantity}-unit`,
    );
  return numbers.map((value) =>
    value < least ? Number.NaN : value > most ? Number.POSITIVE_INFINITY : value,
  );
}

/** Keeps what can be used; the rest becomes an event per kind, or E_JOIN_VALUES where it is not isolated. */
function collect(
  { lines, times, values }: LoggerTable,
  seconds: Float64Array,
  numbers: Float64Array,
  path: string,
) {
  const time_s: number[] = [];
  const value: number[] = [];
  const damaged: number[] = [];
  const backward: number[] = [];
  const repeated: number[] = [];
  for (const [k, number] of numbers.entries()) {
    const t = seconds[k] as number;
    const last = time_s.at(-1) ?? Number.NEGATIVE_INFINITY;
    if (Number.isNaN(number)) continue;
    if (Number.isNaN(t) || !Number.isFinite(number)) damaged.push(k);
    else if (t < last) backward.push(k);
    else {
      if (t === last && number !== value.at(-1)) repeated.push(k);
      time_s.push(t);
      value.push(number);
    }
  }
  const found = [
    { type: "logger-cell", rows: damaged, what: "samples without a readable time or value, left out" },
    { type: "logger-order", rows: backward, what: "samples stamped earlier than one before them, left out" },
    {
      type: "logger-duplicate",
      rows: repeated,
      what: "samples at the time of the one before, with another value; the later one holds",
    },
  ] as const;
  const events = found.flatMap(({ type, rows, what }): TraceEvent[] => {
    const k = rows[0];
    if (k === undefined) return [];
    const line = lines[k] as number;
    const detail = `${path}:${line}: ${rows.length} ${what} (first: ${JSON.stringify(times[k])}, ${JSON.stringify(values[k])})`;
    if (type !== "logger-duplicate" && !isIsolated(rows.length, numbers.length))
      throw new BetaguardError(
        "E_JOIN_VALUES",
        `${detail}; expected at most ${100 * MAX_DAMAGED_SHARE} % of ${numbers.length} like this; correct the logger's file`,
      );
    return [{ type, line, detail }];
  });
  return { time_s: Float64Array.from(time_s), value: Float64Array.from(value), events };
}
