/** Which columns of a logger's file hold the time and the measured quantity, and where its samples begin. */
import { BetaguardError } from "../errors.js";
import { nameAndUnit } from "./plain.js";
import { headerCells, readTable, type SampledRow, type Source, type Table } from "./table.js";
import { isBlank, readDuration, readNumber, unitScale } from "./units.js";
import { readWallClock } from "./wallclock.js";

export interface LoggerTable {
  readonly table: Table;
  /** Its samples stand below this line: a row of units may follow the header. */
  readonly below: number;
  /** The measured column. */
  readonly value: number;
  /** The unit that the row below the header, else the column's name, gives it. */
  readonly unit: string | undefined;
  readonly time: TimeColumn;
}

interface TimeColumn {
  readonly index: number;
  /** `clock`: dates or epochs. Else what the cells count in: durations, or numbers and their factor to seconds. */
  readonly kind: "clock" | "durations" | number;
}

const DELIMITERS = [",", "\t", ";"] as const;
/** Enough to tell a clock from a count. */
const SAMPLE_ROWS = 200;

/**
 * Finds the header by the column's exact name and the one column that holds a clock, else the one that counts time.
 * Errors: E_JOIN_COLUMN, E_JOIN_CLOCK, those of readTable.
 */
export async function openLoggerTable(
  source: Source,
  column: string,
  timeColumn: string | undefined,
): Promise<LoggerTable> {
  const { path } = source;
  const { index, names, delimiter } = findHeader(source, column);
  const value = names.indexOf(column);
  if (names.includes(column, value + 1))
    throw new BetaguardError(
      "E_JOIN_COLUMN",
      `${path}:${index + 1}: expected one column ${JSON.stringify(column)}, found several; rename one`,
    );
  const table = await readTable(source, index, delimiter);
  const [first] = table.sample;
  const unitRow = first && isUnitRow(first.cells, value) ? first : undefined;
  const unitOf = (at: number) => unitRow?.cells[at]?.trim() || nameAndUnit(names[at] ?? "")?.unit;
  const rows = table.sample.slice(unitRow ? 1 : 0, SAMPLE_ROWS);
  const time = findTime({ names, rows, value, unitOf, timeColumn, path });
  return { table, below: unitRow?.line ?? 0, value, unit: unitOf(value), time };
}

/** Errors: E_JOIN_COLUMN, listing the columns of the line that has most. */
function findHeader(source: Source, column: string) {
  const lines = source.head.flatMap((line, index) =>
    DELIMITERS.map((delimiter) => ({ index, delimiter, names: headerCells(line, delimiter) })),
  );
  const widest = (some: typeof lines) =>
    some.reduce((best, next) => (next.names.length > best.names.length ? next : best), {
      index: 0,
      delimiter: ",",
      names: [] as string[],
    });
  const found = lines.filter(({ names }) => names.includes(column));
  if (found.length > 0) return widest(found);
  throw new BetaguardError(
    "E_JOIN_COLUMN",
    `${source.path}: expected a column ${JSON.stringify(column)}, found ${quoted(widest(lines).names)}; name one of them exactly`,
  );
}

const MOST_NAMES = 40;
const quoted = (names: readonly string[]): string =>
  names
    .slice(0, MOST_NAMES)
    .map((name) => JSON.stringify(name.slice(0, 80)))
    .join(", ");

/** A row of words where numbers should be, one of them in the measured column. */
function isUnitRow(cells: readonly string[], value: number): boolean {
  return !isBlank(cells[value] ?? "") && cells.every((cell) => !/^\s*[-+.,]?\d/.test(cell));
}

interface TimeSearch {
  readonly names: readonly string[];
  readonly rows: readonly SampledRow[];
  readonly value: number;
  readonly unitOf: (index: number) => string | undefined;
  readonly timeColumn: string | undefined;
  readonly path: string;
}

/** Errors: E_JOIN_CLOCK when no column or more than one tells the time; E_JOIN_COLUMN when the named one is absent. */
function findTime({ names, rows, value, unitOf, timeColumn, path }: TimeSearch): TimeColumn {
  if (timeColumn !== undefined && !names.includes(timeColumn))
    throw new BetaguardError(
      "E_JOIN_COLUMN",
      `${path}: expected a time column ${JSON.stringify(timeColumn)}, found ${quoted(names)}; name one of them exactly`,
    );
  const candidates = names.flatMap((name, index) => {
    if (index === value || (timeColumn !== undefined && name !== timeColumn)) return [];
    const cells = rows.map((row) => row.cells[index] ?? "");
    const kind = timeKind(name, cells, unitOf(index));
    return kind === undefined ? [] : [{ index, kind }];
  });
  const clocks = candidates.filter(({ kind }) => kind === "clock");
  const [best, second] = clocks.length > 0 ? clocks : candidates;
  if (best && !second) return best;
  throw new BetaguardError(
    "E_JOIN_CLOCK",
    best && second
      ? `${path}: expected one column that tells the time, found ${quoted([best, second].map(({ index }) => names[index] ?? ""))}; say which (--logger-time)`
      : `${path}: expected a column of dates, epochs, or seconds with their unit, found ${quoted(names)}; write date and time into one column, or the unit of the time into its name`,
  );
}

function timeKind(
  name: string,
  cells: readonly string[],
  unit: string | undefined,
): TimeColumn["kind"] | undefined {
  const first = cells.find((cell) => !isBlank(cell))?.trim() ?? "";
  const dated = /^\d{1,4}[-/.]\w{1,3}[-/.]\d{2,4}[ ,T]/.test(first);
  // A count of something may be as large as an epoch: only the name tells them apart.
  const named = /time|date|stamp|clock|epoch|unix/i.test(name);
  if ((dated || (named && !Number.isNaN(readNumber(first, ".")))) && readWallClock(cells)) return "clock";
  if (!Number.isNaN(readDuration(first))) return named ? "durations" : undefined;
  return unitScale("time", /^seconds$/i.test(name) ? "s" : (unit ?? ""));
}
