/** A trace as a BDF file: what was understood in BDF's columns, the vendor's own columns beside them, and where all of it came from. */
import { createHash } from "node:crypto";
import { existsSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { BetaguardError } from "../errors.js";
import { claimedQuantity } from "./bdf.js";
import { type BdfColumn, type BdfFormat, type BdfValue, bdfWriter } from "./bdffile.js";
import type { OnProgress } from "./decode.js";
import { joinLoggers, type LoggerJoin } from "./join.js";
import type { ColumnMap } from "./plain.js";
import { type ReadRecording, readRecording, readTrace } from "./read.js";
import type { Row } from "./row.js";
import type { Trace, TraceColumns, TraceJoin } from "./types.js";
import { type DecimalMark, readNumber } from "./units.js";

export interface ConvertOptions {
  readonly map?: ColumnMap | undefined;
  /** What to join; a displacement has no column in BDF. */
  readonly loggers?: readonly LoggerJoin[] | undefined;
  /** Overwrite what is there. */
  readonly force?: boolean | undefined;
  readonly betaguardVersion: string;
  readonly onProgress?: OnProgress | undefined;
}

/** What went into a file, and what it says of itself: Parquet metadata, or the JSON beside a CSV. */
export interface Conversion {
  readonly betaguardVersion: string;
  readonly source: string;
  readonly sourceSha256: string;
  readonly format: string;
  readonly dialect: string;
  /** Every decision taken in reading the source, each with what it rests on. */
  readonly evidence: readonly string[];
  readonly warnings: readonly string[];
  readonly rowsRead: number;
  readonly rows: number;
  readonly dropped: Trace["dropped"];
  /** How many events of each type the source had. */
  readonly events: Readonly<Record<string, number>>;
  /** Columns joined from loggers, each with its file's name. */
  readonly joins: readonly TraceJoin[];
  readonly columns: readonly ConvertedColumn[];
}

export interface ConvertedColumn {
  readonly name: string;
  /** The source's column that is here under this name; absent for a column of the trace. */
  readonly sourceColumn?: string;
}

/** BDF's names of the trace's columns and the quantity each is for its reader; the temperature's depends on the source. */
const OWN: readonly { readonly key: keyof TraceColumns; readonly name: string; readonly quantity: string }[] =
  [
    { key: "time_s", name: "Test Time / s", quantity: "test time" },
    { key: "voltage_V", name: "Voltage / V", quantity: "voltage" },
    { key: "current_A", name: "Current / A", quantity: "current" },
    { key: "unixTime_s", name: "Unix Time / s", quantity: "unix time" },
    { key: "cycle", name: "Cycle Count / 1", quantity: "cycle" },
    { key: "step", name: "Step Count / 1", quantity: "step count" },
    { key: "stepTime_s", name: "Step Time / s", quantity: "step time" },
    { key: "surfacePressure_Pa", name: "Surface Pressure / Pa", quantity: "surface pressure" },
    { key: "appliedPressure_Pa", name: "Applied Pressure / Pa", quantity: "applied pressure" },
  ];
const TEMPERATURES: Readonly<Record<string, string>> = {
  "surface temperature": "Surface Temperature / degC",
  "ambient temperature": "Ambient Temperature / degC",
  ...Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`temperature t${n}`, `Temperature T${n} / degC`])),
};
/** A vendor's sensor, of which nothing says more. */
const SOME_SENSOR = "temperature t1";

/** Digits that a double holds whatever they are, and those that tell any double from its neighbours. */
const MAX_DIGITS = 17;

/**
 * Converts `source` to the BDF file `target` (`….parquet`, `….csv` or `….gz`), reads it back and compares it bit for
 * bit with what was read from the source before it gets its name.
 * Errors: those of readTrace and joinLoggers; E_CONVERT_FORMAT, E_CONVERT_EXISTS, E_CONVERT_WRITE, E_CONVERT_INEXACT.
 */
export async function convertTrace(
  source: string,
  target: string,
  options: ConvertOptions,
): Promise<Conversion> {
  const format = formatOf(target);
  const beside = format === "parquet" ? undefined : `${target}.json`;
  if (resolve(source) === resolve(target))
    throw new BetaguardError(
      "E_CONVERT_EXISTS",
      `${target}: expected another file than the trace itself; choose another name`,
    );
  if (options.loggers?.some(({ channel }) => channel.quantity === "displacement"))
    throw new BetaguardError(
      "E_CONVERT_FORMAT",
      `${target}: expected a logger of pressure or temperature, found one of displacement, for which BDF has no column; leave it out`,
    );
  const present = [target, beside].find((path) => path !== undefined && existsSync(path));
  if (present !== undefined && !options.force)
    throw new BetaguardError(
      "E_CONVERT_EXISTS",
      `${present}: expected no file of this name, found one; choose another name or overwrite it with --force`,
    );
  const partial = `${target}.partial`;
  try {
    const { conversion, digests } = await write(source, partial, format, options);
    await verify(partial, digests, target);
    renameSync(partial, target);
    if (beside !== undefined) writeFileSync(beside, `${JSON.stringify(conversion, null, 2)}\n`);
    return conversion;
  } catch (error) {
    rmSync(partial, { force: true });
    if (error instanceof BetaguardError || (error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new BetaguardError(
      "E_CONVERT_WRITE",
      `${target}: expected to write there, found ${(error as Error).message}; choose a directory that can be written`,
      { cause: error },
    );
  }
}

function formatOf(target: string): BdfFormat {
  if (target.endsWith(".parquet")) return "parquet";
  if (target.endsWith(".csv")) return "csv";
  if (target.endsWith(".gz")) return "csv.gz";
  throw new BetaguardError(
    "E_CONVERT_FORMAT",
    `${target}: expected a name that ends in .parquet, .csv or .gz; e.g. run.bdf.parquet`,
  );
}

/** SHA-256 of each of a trace's columns, by its key. */
type Digests = Readonly<Record<string, string>>;

async function write(
  source: string,
  target: string,
  format: BdfFormat,
  { map, loggers = [], betaguardVersion, onProgress }: ConvertOptions,
): Promise<{ conversion: Conversion; digests: Digests }> {
  const recorded = await readRecording(source, { map, onProgress });
  const read = { ...recorded, trace: await joinLoggers(recorded.trace, loggers) };
  const { trace, recording } = read;
  const own = ownColumns(read);
  const kept = await keptColumns(read, own);
  const conversion: Conversion = {
    betaguardVersion,
    source: basename(source),
    sourceSha256: trace.sha256,
    format: trace.format,
    dialect: trace.dialect,
    evidence: trace.evidence,
    warnings: trace.warnings,
    rowsRead: trace.rowsRead,
    rows: trace.rows,
    dropped: trace.dropped,
    events: countByType(trace),
    joins: (trace.joins ?? []).map((join) => ({ ...join, loggerPath: basename(join.loggerPath) })),
    columns: [
      ...own.map(({ name }) => ({ name })),
      ...kept.map(({ name, index }) => ({ name, sourceColumn: recording.table.header[index] as string })),
    ],
  };
  const columns: BdfColumn[] = [...own.map(({ name }) => ({ name, type: "DOUBLE" as const })), ...kept];
  const metadata = Object.entries(conversion).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const writer = bdfWriter(target, format, columns, Object.fromEntries(metadata));
  try {
    const values = new Array<BdfValue>(columns.length);
    const asText = format !== "parquet";
    await eachUsed(
      read,
      kept.map(({ index }) => index),
      (row, k) => {
        let at = 0;
        for (const { values: column } of own) values[at++] = column?.[k];
        for (const { index, type } of kept)
          values[at++] = type === "DOUBLE" && !asText ? row.number(index, read.decimalMark) : row.text(index);
        writer.write(values);
      },
    );
    writer.finish();
  } catch (error) {
    writer.abandon();
    throw error;
  }
  return { conversion, digests: digestsOf(trace) };
}

interface OwnColumn {
  readonly name: string;
  readonly quantity: string;
  /** Absent for a voltage that was not measured: BDF wants its column all the same. */
  readonly values: Float64Array | undefined;
}

function ownColumns({ trace, recording, temperature }: ReadRecording): OwnColumn[] {
  const own: OwnColumn[] = OWN.filter(({ key }) => key === "voltage_V" || trace.columns[key]).map(
    ({ key, ...column }) => ({ ...column, values: trace.columns[key] }),
  );
  const { temperature_degC } = trace.columns;
  if (temperature_degC === undefined) return own;
  const quantity = trace.joins?.some(({ column }) => column === "temperature_degC")
    ? "surface temperature"
    : ownTemperature(trace, recording.table.header[temperature as number] ?? "");
  return [...own, { name: TEMPERATURES[quantity] as string, quantity, values: temperature_degC }];
}

function ownTemperature({ format }: Trace, name: string): string {
  const claimed = claimedQuantity(name) ?? "";
  return format === "bdf" && claimed in TEMPERATURES ? claimed : SOME_SENSOR;
}

interface KeptColumn extends BdfColumn {
  /** In the source. */
  readonly index: number;
}

/**
 * The source's columns under their own names. A name that the BDF reader would take for one of the trace's columns
 * goes unless its numbers differ: then it is kept as `name (source)`.
 */
async function keptColumns(read: ReadRecording, own: readonly OwnColumn[]): Promise<KeptColumn[]> {
  const { trace, recording } = read;
  // Two currents that differ: of the counters, too, only some are right.
  const doubtful = trace.events.some(({ type }) => type === "current-unit");
  const found = recording.table.header.map((name, index) => {
    const quantity = claimedQuantity(name);
    const rival =
      quantity === "vendor"
        ? name === "Current"
          ? own.find((column) => column.quantity === "current")
          : undefined
        : own.find((column) => column.quantity === quantity);
    return { index, name, quantity, rival, isNumber: true, isSame: true };
  });
  await eachUsed(
    read,
    found.map(({ index }) => index),
    (row, k) => {
      for (const column of found) {
        if (column.isNumber) column.isNumber = isExact(row, column.index, read.decimalMark);
        if (column.isSame && column.rival)
          column.isSame = Object.is(
            row.number(column.index, read.decimalMark),
            column.rival.values?.[k] ?? Number.NaN,
          );
      }
    },
  );
  const names = new Set(own.map(({ name }) => name));
  return found.flatMap(({ index, name, quantity, rival, isNumber, isSame }) => {
    if (rival && isSame && quantity !== "vendor") return [];
    const aside = rival ? !isSame : quantity !== undefined && doubtful;
    const unique = uniqueName(aside ? `${name} (source)` : name, names);
    names.add(unique);
    return [{ index, name: unique, type: isNumber ? ("DOUBLE" as const) : ("STRING" as const) }];
  });
}

/** Vendors repeat names, or give none. */
function uniqueName(name: string, taken: ReadonlySet<string>): string {
  const wanted = name.replaceAll(/\s+/g, " ").trim() || "unnamed";
  let unique = wanted;
  for (let n = 2; taken.has(unique); n++) unique = `${wanted} (${n})`;
  return unique;
}

/** True for an empty cell, and for one whose number a double holds without loss. */
function isExact(row: Row, column: number, mark: DecimalMark): boolean {
  const cell = row.text(column);
  if (cell === "") return true;
  const digits = cell.replace(/e.*$/i, "").replaceAll(/\D/g, "").replace(/^0+/, "");
  // "007" is a name.
  if (/^[+-]?0\d/.test(cell) || digits.length > MAX_DIGITS || cell.trim() !== cell) return false;
  // "1,234" is a thousand to one and more than one to another.
  const value = mark === "." && cell.includes(",") ? Number.NaN : readNumber(cell, mark);
  return Number.isInteger(value) ? Number.isSafeInteger(value) : !Number.isNaN(value);
}

async function eachUsed(
  { recording, used }: ReadRecording,
  columns: readonly number[],
  visit: (row: Row, k: number) => void,
): Promise<void> {
  let at = 0;
  let k = 0;
  await recording.table.scan(
    (row) => {
      if (used[at++] === 1) visit(row, k++);
      return true;
    },
    { columns },
  );
}

function countByType({ events }: Trace): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { type } of events) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}

/** Errors: E_CONVERT_INEXACT. */
async function verify(path: string, expected: Digests, target: string): Promise<void> {
  const refuse = (found: string, cause?: unknown) =>
    new BetaguardError(
      "E_CONVERT_INEXACT",
      `${target}: expected the file to read back as the trace it was made from, found ${found}; nothing was kept, please report this trace`,
      { cause },
    );
  const found = await readTrace(path).then(digestsOf, (error: unknown) => {
    throw refuse((error as Error).message, error);
  });
  const differing = [...new Set([...Object.keys(expected), ...Object.keys(found)])].filter(
    (key) => expected[key] !== found[key],
  );
  if (differing.length > 0) throw refuse(`that ${differing.join(", ")} differ`);
}

const DIGEST_ROWS = 1 << 16;

function digestsOf({ columns }: Trace): Digests {
  const digests: Record<string, string> = {};
  for (const [key, column] of Object.entries(columns) as [string, Float64Array][]) {
    const hash = createHash("sha256");
    for (let at = 0; at < column.length; at += DIGEST_ROWS) {
      // One spelling of "not a number", whatever made it.
      const part = column
        .slice(at, at + DIGEST_ROWS)
        .map((value) => (Number.isNaN(value) ? Number.NaN : value));
      hash.update(part);
    }
    digests[key] = hash.digest("hex");
  }
  return digests;
}
