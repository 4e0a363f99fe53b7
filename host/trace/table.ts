/** What a container holds as a table that can be scanned again and again: nothing but the row in sight is in memory. */
import type { OnProgress, OpenFile, Text } from "./decode.js";
import { openParquet } from "./parquet.js";
import { CellRow, cellsOf, type Row } from "./row.js";
import { type Section, Tokeniser } from "./tokenise.js";
import { isWorkbook, readWorkbook } from "./xlsx.js";
import { openZip, type ZipArchive } from "./zip.js";

export interface ScanOptions {
  /** Columns that will be looked at; the others may read as blank. Absent: all. */
  readonly columns?: readonly number[];
  readonly onProgress?: OnProgress | undefined;
}

/** The options with further columns to look at. */
export function withColumns(options: ScanOptions | undefined, more: readonly number[]): ScanOptions {
  return { ...options, ...(options?.columns && { columns: [...options.columns, ...more] }) };
}

/** Visits every row in file order until a visit returns false. Errors: those of the container. */
export type Scan = (visit: (row: Row) => boolean, options?: ScanOptions) => Promise<void>;

export interface SampledRow {
  readonly cells: readonly string[];
  readonly line: number;
}

export interface Table {
  /** Column names, trailing unnamed columns cut. */
  readonly header: readonly string[];
  readonly scan: Scan;
  /** The first rows, for what must be decided before a scan. */
  readonly sample: readonly SampledRow[];
  /** About how many rows a scan will show: memory is set aside for that many. */
  readonly expectedRows: number;
}

export interface Source {
  readonly path: string;
  /** The first lines, for detection; the one line of a Parquet file or workbook is its column names. */
  readonly head: readonly string[];
  readonly text: Text | undefined;
  /** Present where the container holds a table already (Parquet, workbook). */
  readonly table: Table | undefined;
  /** Present for ZIP archives other than workbooks. */
  readonly zip: ZipArchive | undefined;
  /** What was decided about the container. */
  readonly evidence: readonly string[];
}

/** BioLogic headers run past 100 lines; nothing known comes near these. */
const HEAD_LINES = 1000;
const HEAD_BYTES = 4 << 20;
/** Enough to decide a decimal mark. */
const SAMPLE_ROWS = 5000;
/** What stands for the first line of a ZIP archive. */
const ZIP_HEAD = "(ZIP archive)";

/** Errors: E_TRACE_BAD_PARQUET, E_TRACE_BAD_ZIP, E_TRACE_BAD_XLSX, E_TRACE_TOO_LARGE. */
export async function openSource({ path, content }: OpenFile): Promise<Source> {
  const none = { path, text: undefined, table: undefined, zip: undefined, evidence: [] };
  if (content.kind === "text") return { ...none, head: await headOf(content), text: content };
  if (content.kind === "parquet") {
    const { header, scan, rows } = await openParquet(path);
    return { ...none, head: [header.join(",")], table: await makeTable(header, scan, () => rows) };
  }
  const zip = openZip(content.bytes, path);
  if (!isWorkbook(zip)) return { ...none, head: [ZIP_HEAD], zip };
  const { header, rows, lines, evidence } = readWorkbook(zip, path);
  const table = await makeTable(header, scanCells(rows, lines), () => rows.length);
  return { ...none, head: [header.join(",")], table, evidence: [evidence] };
}

async function headOf(text: Text): Promise<string[]> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  let lines = 0;
  for await (const piece of text.read()) {
    let end = 0;
    // A line break may be two characters.
    for (; end < piece.length && lines < 2 * HEAD_LINES; end++)
      if (piece[end] === 0x0a || piece[end] === 0x0d) lines++;
    pieces.push(Buffer.from(piece.subarray(0, end)));
    bytes += end;
    if (lines === 2 * HEAD_LINES || bytes >= HEAD_BYTES) break;
  }
  return text.decode(Buffer.concat(pieces)).split(/\r\n|\n|\r/, HEAD_LINES);
}

/** The delimiter that splits a header line into the most cells. */
export function headerDelimiter(line: string): string {
  const cells = (delimiter: string) => line.split(delimiter).length;
  return [",", "\t", ";"].reduce((best, next) => (cells(next) > cells(best) ? next : best));
}

export function headerCells(line: string, delimiter: string): string[] {
  const quoted = delimiter === "," && line.includes('"');
  const split = quoted
    ? (line.match(/(?<=^|,)(?:\s*"(?:[^"]|"")*"\s*|[^,]*)(?=,|$)/g) ?? [])
    : line.split(delimiter);
  const cells = split.map((cell) =>
    cell
      .trim()
      .replace(/^"(.*)"$/, (_, name: string) => name.replaceAll('""', '"'))
      .trim(),
  );
  while (cells.at(-1) === "") cells.pop();
  return cells;
}

/**
 * The table below `source.head[headerIndex]`, which is its header. Blank lines are not rows.
 * @param headerIndex 0-based line of the column names.
 */
export async function readTable(source: Source, headerIndex: number, delimiter: string): Promise<Table> {
  if (source.table) return source.table;
  const header = headerCells(source.head[headerIndex] ?? "", delimiter);
  return textTable(source, header, delimiter, [{ from: headerIndex + 1, to: Number.POSITIVE_INFINITY }]);
}

/** The rows in some sections of a text. */
export async function textTable(
  { path, text }: Source,
  header: readonly string[],
  delimiter: string,
  sections: readonly Section[],
): Promise<Table> {
  const content = text as Text;
  const scan: Scan = async (visit, { onProgress } = {}) => {
    const tokeniser = new Tokeniser(content, delimiter, sections, path);
    for await (const bytes of content.read(onProgress)) if (!tokeniser.take(bytes, false, visit)) return;
    tokeniser.take(Buffer.alloc(0), true, visit);
  };
  return makeTable(header, scan, (sample) => {
    const cells = sample.reduce((sum, row) => sum + row.cells.reduce((n, cell) => n + cell.length + 1, 0), 0);
    return Math.ceil((content.bytes * sample.length) / Math.max(cells, 1));
  });
}

/** Rows that are strings in memory already. */
export function scanCells(rows: readonly (readonly string[])[], lines: readonly number[]): Scan {
  return async (visit) => {
    for (const [k, cells] of rows.entries()) if (!visit(new CellRow(cells, lines[k] as number))) return;
  };
}

/** @param expectedRows from the first rows, where there are more. */
export async function makeTable(
  header: readonly string[],
  scan: Scan,
  expectedRows: (sample: readonly SampledRow[]) => number,
): Promise<Table> {
  const sample: SampledRow[] = [];
  await scan((row) => sample.push({ cells: cellsOf(row), line: row.line }) < SAMPLE_ROWS);
  return {
    header,
    scan,
    sample,
    expectedRows: sample.length < SAMPLE_ROWS ? sample.length : expectedRows(sample),
  };
}

/** Above this share of rows that cannot be read, a file is refused; one such row alone never is a reason. */
export const MAX_DAMAGED_SHARE = 0.01;

export function isIsolated(damaged: number, rows: number): boolean {
  return damaged <= 1 || damaged <= MAX_DAMAGED_SHARE * rows;
}
