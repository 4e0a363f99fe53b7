/** Plain tables of nobody's format: columns whose names say quantity and unit, or columns the user names. */
import { BetaguardError } from "../errors.js";
import { defined, findColumn, type Header, openTable, required } from "./header.js";
import type { Evidence, Reader, Recording, ScaledColumn } from "./reader.js";
import { headerCells, headerDelimiter, type Source } from "./table.js";
import { type Quantity, unitScale } from "./units.js";

/** Quantities with a unit, and what a name may call them when nobody says which column is which. */
const QUANTITIES = {
  time: /^(?:seconds|(?:test |elapsed )?time|t)$/,
  current: /^(?:amps|(?:cell )?current|i)$/,
  voltage: /^(?:volts|(?:cell )?voltage|[vu])$/,
  temperature: /^(?:cell )?temperature$/,
  pressure: /^(?:(?:stack|surface) )?pressure$/,
} as const satisfies Partial<Record<Quantity, RegExp>>;
/** Columns without a unit. */
const PLAIN_COLUMNS = {
  clock: /^(?:date ?time|timestamp)$/,
  state: /^state$/,
  step: /^step$/,
  cycle: /^cycle$/,
} as const;

type Measured = keyof typeof QUANTITIES;
type Counted = keyof typeof PLAIN_COLUMNS;

/**
 * Which column holds what, by its exact name: `{ time: "Zeit", time_unit: "h", current: "Strom [mA]" }`. A unit may
 * be left out where the column's name ends in one. `pressure` is measured at the cell. `sign` declares what a positive
 * current is; without it the file's state column or voltage must confirm one that is never negative.
 */
export type ColumnMap = { readonly time: string; readonly current: string } & {
  readonly [key in Measured | Counted | `${Measured}_unit`]?: string;
} & { readonly sign?: "charge-positive" | "discharge-positive" };

const MEASURED = Object.keys(QUANTITIES) as Measured[];
const COLUMNS = [...MEASURED, ...(Object.keys(PLAIN_COLUMNS) as Counted[])];

/** Every key a ColumnMap may have. */
export const MAP_KEYS: readonly string[] = [...COLUMNS, ...MEASURED.map((key) => `${key}_unit`), "sign"];

/** `Current (mA)`, `I [A]`, `time/s`, `stack_pressure_bar`: the words and what follows them, which may be a unit. */
export function nameAndUnit(name: string): { readonly words: string; readonly unit: string } | undefined {
  const [, words, unit] =
    /^(.+?)\s*[([]\s*([^)\]]+?)\s*[)\]]$/.exec(name) ??
    /^(.+?)\s*\/\s*(\S+)$/.exec(name) ??
    /^(.+)[_ ](\S+)$/.exec(name) ??
    [];
  return words === undefined || unit === undefined ? undefined : { words, unit };
}

/** `Amps`, `Current (mA)`, `I/A`, `current_A`: the quantity's words in lower case and the factor of its unit. */
function parseName(name: string, quantity: Quantity): { words: string; scale: number } | undefined {
  const bare = /^(?:seconds|amps|volts)$/i.test(name) ? { words: name, unit: name.toLowerCase() } : undefined;
  const { words = "", unit = "" } = bare ?? nameAndUnit(name) ?? {};
  const scale = unitScale(quantity, unit);
  if (scale === undefined) return undefined;
  return { words: words.replaceAll(/[_\s]+/g, " ").toLowerCase(), scale };
}

/** The map a header states by itself; undefined unless time, current and voltage stand in one column each. */
function ownMap(names: readonly string[]): ColumnMap | undefined {
  const one = (fits: (name: string) => boolean) => {
    const found = names.filter(fits);
    return found.length === 1 ? found[0] : undefined;
  };
  const measured = MEASURED.map((quantity) => [
    quantity,
    one((name) => QUANTITIES[quantity].test(parseName(name, quantity)?.words ?? "")),
  ]);
  const counted = Object.entries(PLAIN_COLUMNS).map(([key, pattern]) => [
    key,
    one((name) => pattern.test(name.replaceAll("_", " ").toLowerCase())),
  ]);
  const map: Partial<ColumnMap> = defined(Object.fromEntries([...measured, ...counted]));
  const { time, current, voltage } = map;
  return time && current && voltage ? { ...map, time, current } : undefined;
}

function detectOwn(source: Source): Evidence | null {
  const line = source.head[0] ?? "";
  const map = ownMap(headerCells(line, headerDelimiter(line)));
  if (!map) return null;
  const reasons = [`line 1 names quantities with units: ${map.time}, ${map.current}, ${map.voltage}`];
  return { dialect: "plain-csv", strength: "generic", reasons, headerIndex: 0 };
}

/** Errors: E_TRACE_MISSING_COLUMN, naming the columns of the line that comes closest. */
function detectMapped(source: Source, map: ColumnMap): Evidence {
  const wanted = COLUMNS.flatMap((key) => map[key] ?? []);
  const lines = source.head.map((line) => headerCells(line, headerDelimiter(line)));
  const matches = lines.map((names) => wanted.filter((name) => names.includes(name)).length);
  const headerIndex = matches.indexOf(Math.max(...matches));
  const names = lines[headerIndex] ?? [];
  const absent = wanted.filter((name) => !names.includes(name));
  if (absent.length > 0)
    throw new BetaguardError(
      "E_TRACE_MISSING_COLUMN",
      `${source.path}:${headerIndex + 1}: expected the columns of the map, found no ${absent.map((name) => JSON.stringify(name)).join(" and no ")} among ${names.join(", ")}; correct the map`,
    );
  const reasons = [`columns as declared, found in line ${headerIndex + 1}`];
  return { dialect: "plain-mapped", strength: "signature", reasons, headerIndex };
}

async function read(source: Source, evidence: Evidence, map: ColumnMap): Promise<Recording> {
  const { table, header } = await openTable(source, evidence);
  const index = (name: string | undefined) => (name === undefined ? undefined : columnNamed(name, header));
  const measured = (quantity: Measured) => {
    const at = index(map[quantity]);
    return at === undefined ? undefined : { index: at, scale: scaleOf(quantity, map, source.path) };
  };
  const scaled = (quantity: Measured): ScaledColumn | undefined => {
    const column = measured(quantity);
    if (column?.scale === null) throw unknownUnit(quantity, map[quantity], source.path);
    return column as ScaledColumn | undefined;
  };
  const current = required(scaled("current"), "of the current", header);
  const temperature = scaled("temperature");
  return {
    table,
    evidence: [describeMap(map)],
    warnings: [],
    time: required(measured("time"), "of the time", header),
    current: [map.sign === "discharge-positive" ? { ...current, scale: -current.scale } : current],
    sign: map.sign ? "signed" : "maybe-unsigned",
    temperatures: temperature ? [temperature] : [],
    accumulators: [],
    ...defined({
      voltage: scaled("voltage"),
      surfacePressure: scaled("pressure"),
      wallClock: index(map.clock),
      state: index(map.state),
      step: index(map.step),
      cycle: index(map.cycle),
    }),
  };
}

function describeMap(map: ColumnMap): string {
  const columns = COLUMNS.filter((key) => map[key] !== undefined).map((key) => {
    const unit = map[`${key as Measured}_unit`];
    return `${key} from ${JSON.stringify(map[key])}${unit === undefined ? "" : ` in ${unit}`}`;
  });
  return `columns: ${columns.join(", ")}${map.sign === undefined ? "" : `; declared ${map.sign}`}`;
}

/** Errors: E_TRACE_DUPLICATE_COLUMN. */
function columnNamed(name: string, header: Header): number | undefined {
  return findColumn(header, new RegExp(`^${name.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&")}$`));
}

/** The declared unit's factor, else that of the unit in the name; null where neither says one. Errors: E_TRACE_UNKNOWN_UNIT. */
function scaleOf(quantity: Measured, map: ColumnMap, path: string): number | null {
  const unit = map[`${quantity}_unit`];
  if (unit === undefined) return parseName(map[quantity] ?? "", quantity)?.scale ?? null;
  const scale = unitScale(quantity, unit);
  if (scale === undefined) throw unknownUnit(quantity, map[quantity], path, unit);
  return scale;
}

function unknownUnit(
  quantity: Measured,
  name: string | undefined,
  path: string,
  unit?: string,
): BetaguardError {
  const found = unit === undefined ? "none in its name and none declared" : JSON.stringify(unit);
  return new BetaguardError(
    "E_TRACE_UNKNOWN_UNIT",
    `${path}: expected a unit of ${quantity} for the column ${JSON.stringify(name)}, found ${found}; declare it as ${quantity}_unit`,
  );
}

/** A CSV whose first line alone says what is in which column. */
export const plain: Reader = {
  format: "plain",
  expects: "one column each for time, current and voltage with their units, as `Seconds`, `Amps`, `Volts`",
  detect: detectOwn,
  read: (source, evidence) => {
    const line = source.head[0] ?? "";
    return read(source, evidence, ownMap(headerCells(line, headerDelimiter(line))) as ColumnMap);
  },
};

/** A table whose columns the user named. */
export function mapped(map: ColumnMap): Reader {
  return {
    format: "plain",
    expects: "the columns of the map",
    detect: (source) => detectMapped(source, map),
    read: (source, evidence) => read(source, evidence, map),
  };
}
