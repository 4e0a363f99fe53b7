/** Finding columns by name, with the coded errors for a missing, doubled or unit-less one. */
import { BetaguardError } from "../errors.js";
import type { Accumulator, Evidence, ScaledColumn, TimeColumn } from "./reader.js";
import { headerCells, headerDelimiter, readTable, type Source, type Table } from "./table.js";
import { type Quantity, unitScale } from "./units.js";

/** A header row and the file it stands in, for messages. */
export interface Header {
  readonly names: readonly string[];
  readonly path: string;
}

/** Longest preamble known: PEC's test description. */
const MAX_PREAMBLE = 200;

/** 0-based line of the first header below a preamble that has a column for every pattern; -1 without one. */
export function findHeader({ head }: Source, patterns: readonly RegExp[]): number {
  return head.slice(0, MAX_PREAMBLE).findIndex((line) => {
    const names = headerCells(line, headerDelimiter(line));
    return patterns.every((pattern) => names.some((name) => pattern.test(name)));
  });
}

/** The table below the header that was detected. Errors: E_TRACE_BAD_VALUES. */
export async function openTable(
  source: Source,
  { headerIndex }: Evidence,
): Promise<{ readonly table: Table; readonly header: Header }> {
  const table = await readTable(source, headerIndex, headerDelimiter(source.head[headerIndex] ?? ""));
  return { table, header: { names: table.header, path: source.path } };
}

/** Index of the one column whose name matches, or undefined. Errors: E_TRACE_DUPLICATE_COLUMN. */
export function findColumn({ names, path }: Header, pattern: RegExp): number | undefined {
  const found = names.flatMap((name, index) => (pattern.test(name.trim()) ? [index] : []));
  if (found.length > 1)
    throw new BetaguardError(
      "E_TRACE_DUPLICATE_COLUMN",
      `${path}: expected one column for ${pattern.source}, found ${found.map((index) => JSON.stringify(names[index])).join(" and ")}; remove the wrong one`,
    );
  return found[0];
}

/**
 * Like findColumn; `pattern` captures the unit in its first group. `byDefinition` is the unit of dialects whose names
 * carry none. Errors: also E_TRACE_UNKNOWN_UNIT.
 */
export function findScaled(
  header: Header,
  pattern: RegExp,
  quantity: Quantity,
  byDefinition = "",
): ScaledColumn | undefined {
  const index = findColumn(header, pattern);
  if (index === undefined) return undefined;
  const name = (header.names[index] ?? "").trim();
  const unit = pattern.exec(name)?.[1] ?? byDefinition;
  const scale = unitScale(quantity, unit.trim());
  if (scale === undefined)
    throw new BetaguardError(
      "E_TRACE_UNKNOWN_UNIT",
      `${header.path}: expected a unit of ${quantity} in the column name ${JSON.stringify(name)}, found ${JSON.stringify(unit)}; correct the header`,
    );
  return { index, scale };
}

/**
 * A time column whose unit may be missing, or a spelling of durations ("hh:mm:ss"): then its cells, or the wall clock,
 * must tell. Errors: as findScaled.
 */
export function findTime(header: Header, pattern: RegExp): TimeColumn | undefined {
  const index = findColumn(header, pattern);
  if (index === undefined) return undefined;
  const unit = pattern.exec((header.names[index] ?? "").trim())?.[1];
  return unit === undefined || /\bh+:m/.test(unit)
    ? { index, scale: null }
    : findScaled(header, pattern, "time");
}

/** The cycler's own capacities, each name's first group capturing its unit. Errors: as findScaled. */
export function findCapacities(
  header: Header,
  patterns: readonly (readonly [RegExp, Accumulator["counts"]])[],
  byDefinition?: string,
): Accumulator[] {
  return patterns.flatMap(([pattern, counts]) => {
    const column = findScaled(header, pattern, "capacity", byDefinition);
    return column ? [{ ...column, counts, quantity: "capacity" as const }] : [];
  });
}

/** Every column whose name matches, in file order, all in one unit. */
export function findAll({ names }: Header, pattern: RegExp, scale = 1): ScaledColumn[] {
  return names.flatMap((name, index) => (pattern.test(name.trim()) ? [{ index, scale }] : []));
}

/** The column, or E_TRACE_MISSING_COLUMN saying what was expected. */
export function required<T>(column: T | undefined, expected: string, { names, path }: Header): T {
  if (column !== undefined) return column;
  throw new BetaguardError(
    "E_TRACE_MISSING_COLUMN",
    `${path}: expected a column ${expected}, found ${listNames(names)}; export it too`,
  );
}

/** The measured current, or E_TRACE_NO_CURRENT: without one a trace cannot be replayed. */
export function requiredCurrent<T>(column: T | undefined, expected: string, { names, path }: Header): T {
  if (column !== undefined) return column;
  throw new BetaguardError(
    "E_TRACE_NO_CURRENT",
    `${path}: expected a measured current (${expected}), found ${listNames(names)}; a table without current (open circuit) cannot be replayed`,
  );
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 12).join(", ");
  return names.length > 12 ? `${shown}, … (${names.length} columns)` : shown;
}

/** The optional entries of a record that are defined: what exactOptionalPropertyTypes asks for. */
export function defined<T extends Record<string, unknown>>(
  entries: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as never;
}
