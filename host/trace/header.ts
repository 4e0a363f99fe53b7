/** Finding columns by name, with the coded errors for a missing, doubled or unit-less one. */
import { BetaguardError } from "../errors.js";
import type { ScaledColumn } from "./reader.js";
import { type Quantity, unitScale } from "./units.js";

/** A header row and the file it stands in, for messages. */
export interface Header {
  readonly names: readonly string[];
  readonly path: string;
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
