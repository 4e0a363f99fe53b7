/** Text, Parquet or a workbook to rows of cells with source line numbers; rows that do not fit the header become events. */
import { parse } from "csv-parse/sync";
import { type Compressors, parquetMetadata, parquetReadObjects, parquetSchema } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { BetaguardError } from "../errors.js";
import type { DecodedFile } from "./decode.js";
import type { TraceEvent } from "./types.js";
import { isWorkbook, readWorkbook } from "./xlsx.js";
import { openZip, type ZipArchive } from "./zip.js";

export interface Table {
  /** Column names, trailing unnamed columns cut. */
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** 1-based source line of each row; 1-based row number for formats without lines. */
  readonly lines: readonly number[];
  readonly delimiter: string;
}

export interface Source {
  readonly path: string;
  readonly text: string;
  /** The first lines, for detection; the one line of a Parquet file or workbook is its column names. */
  readonly head: readonly string[];
  /** Present where the container holds a table already (Parquet, workbook). */
  readonly table: Table | undefined;
  /** Present for ZIP archives other than workbooks. */
  readonly zip: ZipArchive | undefined;
  /** What was decided about the container. */
  readonly evidence: readonly string[];
}

/** BioLogic headers run past 100 lines; nothing known comes near this. */
const HEAD_LINES = 1000;
/** What stands for the first line of a ZIP archive. */
const ZIP_HEAD = "(ZIP archive)";

export async function openSource(file: DecodedFile): Promise<Source> {
  const none = { path: file.path, text: "", table: undefined, zip: undefined, evidence: [] };
  if (file.content.kind === "parquet") {
    const table = await readParquet(file.content.bytes, file.path);
    return { ...none, head: [table.header.join(",")], table };
  }
  if (file.content.kind === "zip") {
    const zip = openZip(file.content.bytes, file.path);
    if (!isWorkbook(zip)) return { ...none, head: [ZIP_HEAD], zip };
    const { table, evidence } = readWorkbook(zip, file.path);
    return { ...none, head: [table.header.join(",")], table, evidence: [evidence] };
  }
  const text = file.content.text;
  let end = 0;
  for (let line = 0; line < HEAD_LINES && end !== -1; line++) end = text.indexOf("\n", end + 1);
  const head = (end === -1 ? text : text.slice(0, end)).split(/\r\n|\n|\r/);
  return { ...none, text, head };
}

/** The delimiter that splits a header line into the most cells. */
export function headerDelimiter(line: string): string {
  const cells = (delimiter: string) => line.split(delimiter).length;
  return [",", "\t", ";"].reduce((best, next) => (cells(next) > cells(best) ? next : best));
}

export function headerCells(line: string, delimiter: string): string[] {
  const cells = line.split(delimiter).map((cell) =>
    cell
      .trim()
      .replace(/^"(.*)"$/, "$1")
      .trim(),
  );
  while (cells.at(-1) === "") cells.pop();
  return cells;
}

/**
 * Tokenises everything below `source.head[headerIndex]`, which is the header. Blank lines are not rows.
 * @param headerIndex 0-based line of the column names.
 */
export function readTable(source: Source, headerIndex: number, delimiter: string): Table {
  if (source.table) return source.table;
  const header = headerCells(source.head[headerIndex] ?? "", delimiter);
  const rows: string[][] = [];
  const lines: number[] = [];
  const collect = (cells: string[], line: number) => {
    if (cells.every((cell) => cell.trim() === "")) return;
    rows.push(cells);
    lines.push(line);
  };
  const body = source.text.slice(endOfLine(source.text, headerIndex));
  try {
    parse(body, {
      delimiter,
      quote: delimiter === "," && body.includes('"') ? '"' : null,
      relax_quotes: true,
      relax_column_count: true,
      skip_empty_lines: true,
      record_delimiter: ["\r\n", "\n", "\r"],
      on_record: (cells: string[], { lines: bodyLine }) => {
        collect(cells, headerIndex + 1 + bodyLine);
        return null;
      },
    });
  } catch (error) {
    throw new BetaguardError(
      "E_TRACE_BAD_VALUES",
      `${source.path}: expected rows of cells separated by ${JSON.stringify(delimiter)}, found ${(error as Error).message}`,
      { cause: error },
    );
  }
  return { header, rows, lines, delimiter };
}

/** Where the line after the 0-based line `index` starts. */
function endOfLine(text: string, index: number): number {
  const newline = /\r\n|\n|\r/g;
  for (let line = 0; line <= index; line++) if (!newline.exec(text)) return text.length;
  return newline.lastIndex;
}

async function readParquet(bytes: Uint8Array, path: string): Promise<Table> {
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  try {
    const metadata = parquetMetadata(file);
    const header = parquetSchema(metadata).children.map((child) => child.element.name);
    const records = await parquetReadObjects({ file, metadata, compressors: compressors as Compressors });
    const rows = records.map((record) => header.map((name) => parquetCell(record[name])));
    return { header, rows, lines: rows.map((_, k) => k + 1), delimiter: "" };
  } catch (error) {
    throw new BetaguardError(
      "E_TRACE_BAD_PARQUET",
      `${path}: expected a whole Parquet file with flat columns, found ${(error as Error).message}; copy the file again`,
      { cause: error },
    );
  }
}

function parquetCell(value: unknown): string {
  if (value === null || value === undefined) return "";
  return value instanceof Date ? value.toISOString() : String(value);
}

export interface FittingRows {
  readonly table: Table;
  readonly events: readonly TraceEvent[];
  readonly dropped: readonly { readonly rule: string; readonly count: number }[];
}

/** Above this share of rows that cannot be read, a file is refused; one such row alone never is a reason. */
export const MAX_DAMAGED_SHARE = 0.01;

export function isIsolated(damaged: number, rows: number): boolean {
  return damaged <= 1 || damaged <= MAX_DAMAGED_SHARE * rows;
}

/**
 * Leaves out rows whose cells do not line up with the header: with a cell too many or too few, which value belongs
 * to which column is a guess. Empty cells past the header (a trailing delimiter) do no harm.
 * Errors: E_TRACE_BAD_VALUES when such rows are not isolated.
 */
export function fitRows(table: Table, path: string): FittingRows {
  const width = table.header.length;
  const rows: (readonly string[])[] = [];
  const lines: number[] = [];
  const events: TraceEvent[] = [];
  const counts = { long: 0, short: 0, truncated: 0 };
  table.rows.forEach((cells, k) => {
    const line = table.lines[k] as number;
    const long = cells.length > width && cells.slice(width).some((cell) => cell.trim() !== "");
    if (!long && cells.length >= width) {
      rows.push(cells);
      lines.push(line);
      return;
    }
    const kind = long ? "long" : k === table.rows.length - 1 ? "truncated" : "short";
    counts[kind]++;
    events.push({
      type: `${kind}-row`,
      line,
      detail: `expected ${width} cells, found ${cells.length}; row dropped`,
    });
  });
  const misfits = counts.long + counts.short;
  const first = events[0];
  if (first && !isIsolated(misfits, table.rows.length))
    throw new BetaguardError(
      "E_TRACE_BAD_VALUES",
      `${path}:${first.line}: ${first.detail}; ${misfits} of ${table.rows.length} rows do not fit the header, more than the ${100 * MAX_DAMAGED_SHARE} % that are dropped as isolated`,
    );
  const dropped = [
    { rule: "more cells than the header has", count: counts.long },
    { rule: "fewer cells than the header has", count: counts.short },
    { rule: "last row cut short", count: counts.truncated },
  ].filter(({ count }) => count > 0);
  return { table: { ...table, rows, lines }, events, dropped };
}
