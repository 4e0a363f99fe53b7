/** A logger's text file to the cells of two columns: which one tells the time, and the measured one. */
import { parse } from "csv-parse/sync";
import { BetaguardError } from "../errors.js";
import { nameAndUnit } from "./plain.js";
import { isBlank, readDuration, readNumber, unitScale } from "./units.js";
import { readWallClock } from "./wallclock.js";

export interface LoggerTable {
  readonly timeName: string;
  /** `clock`: dates or epochs. Else what the cells count in: durations, or numbers and their factor to seconds. */
  readonly time: "clock" | "durations" | number;
  /** The unit that the row below the header, else the column's name, gives the measured column. */
  readonly unit: string | undefined;
  /** Parallel: time cell, measured cell, 1-based line. */
  readonly times: readonly string[];
  readonly values: readonly string[];
  readonly lines: readonly number[];
}

const DELIMITERS = [",", "\t", ";"] as const;
/** Preamble, header and the rows that tell the columns apart lie within this many characters. */
const HEAD = 100_000;
const SAMPLE_ROWS = 200;

interface Row {
  readonly cells: readonly string[];
  readonly line: number;
}

/**
 * Finds the header by the column's exact name and the one column that holds a clock, else the one that counts time.
 * Errors: E_JOIN_COLUMN, E_JOIN_CLOCK, E_JOIN_VALUES.
 */
export function readLoggerTable(
  text: string,
  column: string,
  timeColumn: string | undefined,
  path: string,
): LoggerTable {
  const { header, delimiter } = findHeader(text, column, path);
  const value = header.cells.indexOf(column);
  if (header.cells.includes(column, value + 1))
    throw new BetaguardError(
      "E_JOIN_COLUMN",
      `${path}:${header.line}: expected one column ${JSON.stringify(column)}, found several; rename one`,
    );
  const body = tokenise(text, delimiter, path).filter(({ line }) => line > header.line);
  const first = body[0];
  const unitRow = first !== undefined && isUnitRow(first, value) ? first : undefined;
  const rows = unitRow ? body.slice(1) : body;
  const unitOf = (index: number) => unitRow?.cells[index] || nameAndUnit(header.cells[index] ?? "")?.unit;
  const time = findTime(header, rows.slice(0, SAMPLE_ROWS), { value, unitOf, timeColumn }, path);
  return {
    timeName: header.cells[time.index] ?? "",
    time: time.kind,
    unit: unitOf(value),
    times: rows.map(({ cells }) => cells[time.index] ?? ""),
    values: rows.map(({ cells }) => cells[value] ?? ""),
    lines: rows.map(({ line }) => line),
  };
}

function findHeader(text: string, column: string, path: string) {
  const head = text.length > HEAD ? text.slice(0, text.lastIndexOf("\n", HEAD)) : text;
  const tried = DELIMITERS.map((delimiter) => ({ delimiter, rows: tokenise(head, delimiter, path) }));
  const widest = (rows: readonly Row[]) =>
    rows.reduce<Row | undefined>(
      (best, row) => (row.cells.length > (best?.cells.length ?? 0) ? row : best),
      undefined,
    );
  const found = tried.flatMap(({ delimiter, rows }) => {
    const header = rows.find(({ cells }) => cells.includes(column));
    return header ? [{ delimiter, header }] : [];
  });
  const best = found.sort((a, b) => b.header.cells.length - a.header.cells.length)[0];
  if (best) return best;
  const candidates = widest(tried.flatMap(({ rows }) => widest(rows) ?? []))?.cells ?? [];
  throw new BetaguardError(
    "E_JOIN_COLUMN",
    `${path}: expected a column ${JSON.stringify(column)}, found ${candidates.map((name) => JSON.stringify(name)).join(", ")}; name one of them exactly`,
  );
}

/** Errors: E_JOIN_VALUES. */
function tokenise(text: string, delimiter: string, path: string): Row[] {
  const rows: Row[] = [];
  try {
    parse(text, {
      delimiter,
      quote: delimiter !== "\t" && text.includes('"') ? '"' : null,
      relax_quotes: true,
      relax_column_count: true,
      skip_empty_lines: true,
      bom: true,
      record_delimiter: ["\r\n", "\n", "\r"],
      on_record: (cells: string[], { lines }) => {
        rows.push({ cells: cells.map((cell) => cell.trim()), line: lines });
        return null;
      },
    });
  } catch (error) {
    throw new BetaguardError(
      "E_JOIN_VALUES",
      `${path}: expected rows of cells separated by ${JSON.stringify(delimiter)}, found ${(error as Error).message}`,
      { cause: error },
    );
  }
  return rows;
}

/** A row of words where numbers should be, one of them in the measured column. */
function isUnitRow({ cells }: Row, value: number): boolean {
  return !isBlank(cells[value] ?? "") && cells.every((cell) => !/^[-+.,]?\d/.test(cell));
}

interface TimeSearch {
  readonly value: number;
  readonly unitOf: (index: number) => string | undefined;
  readonly timeColumn: string | undefined;
}

/** Errors: E_JOIN_CLOCK when no column or more than one tells the time; E_JOIN_COLUMN when the named one is absent. */
function findTime(
  header: Row,
  rows: readonly Row[],
  { value, unitOf, timeColumn }: TimeSearch,
  path: string,
): { readonly index: number; readonly kind: LoggerTable["time"] } {
  if (timeColumn !== undefined && !header.cells.includes(timeColumn))
    throw new BetaguardError(
      "E_JOIN_COLUMN",
      `${path}:${header.line}: expected a time column ${JSON.stringify(timeColumn)}, found ${header.cells.map((name) => JSON.stringify(name)).join(", ")}; name one of them exactly`,
    );
  const candidates = header.cells.flatMap((name, index) => {
    if (index === value || (timeColumn !== undefined && name !== timeColumn)) return [];
    const cells = rows.map((row) => row.cells[index] ?? "");
    const kind = timeKind(name, cells, unitOf(index));
    return kind === undefined ? [] : [{ index, kind, name }];
  });
  const clocks = candidates.filter(({ kind }) => kind === "clock");
  const [best, second] = clocks.length > 0 ? clocks : candidates;
  if (best && !second) return best;
  throw new BetaguardError(
    "E_JOIN_CLOCK",
    best && second
      ? `${path}:${header.line}: expected one column that tells the time, found ${JSON.stringify(best.name)} and ${JSON.stringify(second.name)}; say which (--logger-time)`
      : `${path}:${header.line}: expected a column of dates, epochs, or seconds with their unit, found ${header.cells.map((name) => JSON.stringify(name)).join(", ")}; write date and time into one column, or the unit of the time into its name`,
  );
}

function timeKind(
  name: string,
  cells: readonly string[],
  unit: string | undefined,
): LoggerTable["time"] | undefined {
  const filled = cells.filter((cell) => !isBlank(cell));
  const first = filled[0] ?? "";
  const dated = /^\d{1,4}[-/.]\w{1,3}[-/.]\d{2,4}[ ,T]/.test(first);
  // A count of something may be as large as an epoch: only the name tells them apart.
  const named = /time|date|stamp|clock|epoch|unix/i.test(name);
  const epoch = named && !Number.isNaN(readNumber(first.replace(",", "."), "."));
  if ((dated || epoch) && readWallClock(filled.map((cell) => cell.replace(/^(\d+),(\d+)$/, "$1.$2"))))
    return "clock";
  if (!Number.isNaN(readDuration(first))) return named ? "durations" : undefined;
  return unitScale("time", /^seconds$/i.test(name) ? "s" : (unit ?? ""));
}
