/** Parquet through DuckDB, a few thousand rows in memory at a time. */
import { resolve } from "node:path";
import type { DuckDBConnection, DuckDBVector } from "@duckdb/node-api";
import { BetaguardError } from "../errors.js";
import { duckdb } from "./duckdb.js";
import { TextRow } from "./row.js";
import type { Scan } from "./table.js";
import type { DecimalMark } from "./units.js";

/** Integers beyond it are not doubles. */
const MAX_EXACT_INTEGER = 2 ** 53;

export interface ParquetTable {
  readonly header: readonly string[];
  readonly rows: number;
  readonly scan: Scan;
}

/** Errors: E_TRACE_BAD_PARQUET. */
export async function openParquet(path: string): Promise<ParquetTable> {
  // DuckDB takes a name for a pattern, and a folder `a=1` for a column.
  const literal = text(resolve(path).replaceAll(/[[*?]/g, "[$&]"));
  const file = `read_parquet(${literal}, hive_partitioning = false)`;
  try {
    const db = await duckdb();
    const query = async (sql: string) => (await db.runAndReadAll(sql)).getRowObjects();
    const described = (await query(`DESCRIBE SELECT * FROM ${file}`)).map((row) => ({
      name: String(row.column_name),
      type: String(row.column_type),
    }));
    // DuckDB takes `T1` and `t1` for one name and renames the second: the file's own names stand in its schema.
    const names = topLevelNames(await query(`SELECT name, num_children FROM parquet_schema(${literal})`));
    const wide = described.filter(({ type }) => /^U?(?:BIG|HUGE)INT$/.test(type)).map(({ name }) => name);
    const extremes = wide.flatMap((name, k) => [
      `min(${quoted(name)}) AS a${k}`,
      `max(${quoted(name)}) AS b${k}`,
    ]);
    const [found = {}] = await query(`SELECT ${["count(*) AS n", ...extremes].join(", ")} FROM ${file}`);
    const inexact = wide.filter((_, k) =>
      [found[`a${k}`], found[`b${k}`]].some((value) => Math.abs(Number(value ?? 0)) > MAX_EXACT_INTEGER),
    );
    const columns = described.map(({ name, type }) =>
      selectColumn(name, inexact.includes(name) ? "VARCHAR" : type),
    );
    const rows = Number(found.n);
    return { header: names, rows, scan: scanOf(db, file, columns, rows, path) };
  } catch (error) {
    throw refused(path, error);
  }
}

/** The root's children among a schema's elements, which are listed depth first. */
function topLevelNames(elements: readonly Record<string, unknown>[]): string[] {
  const names: string[] = [];
  let nested = 0;
  for (const { name, num_children } of elements.slice(1)) {
    if (nested === 0) names.push(String(name));
    else nested--;
    nested += Number(num_children ?? 0);
  }
  return names;
}

/** A column as doubles, else as text. */
function selectColumn(name: string, type: string): string {
  const at = quoted(name);
  const decimals = /^DECIMAL\((\d+),/.exec(type)?.[1];
  if (/^(?:DOUBLE|FLOAT|U?(?:TINY|SMALL|BIG|HUGE)INT|U?INTEGER)$/.test(type) || Number(decimals) <= 15)
    return `coalesce(CAST(${at} AS DOUBLE), 'nan')`;
  if (type === "TIMESTAMP WITH TIME ZONE") return `coalesce(epoch_us(${at}) / 1e6, 'nan')`;
  if (/^(?:TIMESTAMP|DATE)/.test(type))
    return `coalesce(strftime(CAST(${at} AS TIMESTAMP), '%Y-%m-%dT%H:%M:%S.%fZ'), '')`;
  return `coalesce(CAST(${at} AS VARCHAR), '')`;
}

function scanOf(
  db: DuckDBConnection,
  file: string,
  columns: readonly string[],
  rows: number,
  path: string,
): Scan {
  return async (visit, { columns: wanted = columns.map((_, index) => index), onProgress } = {}) => {
    const selected = wanted.map((index) => columns[index]);
    try {
      const result = await db.stream(`SELECT ${selected.join(", ") || "1"} FROM ${file}`);
      const row = new VectorRow(columns.length);
      for (
        let chunk = await result.fetchChunk();
        chunk && chunk.rowCount > 0;
        chunk = await result.fetchChunk()
      ) {
        const count = chunk.rowCount;
        for (const [k, index] of wanted.entries()) row.show(index, chunk.getColumnVector(k));
        for (let k = 0; k < count; k++) {
          row.move(k);
          if (!visit(row)) return;
        }
        onProgress?.(row.line / rows);
      }
    } catch (error) {
      throw refused(path, error);
    }
  };
}

/** A row of a chunk. A null or NaN is "not measured": it reads as a blank cell. */
class VectorRow extends TextRow {
  line = 0;
  readonly width: number;
  /** Of the chunk in sight, by column; absent for one that is not wanted. */
  readonly #vectors: (DuckDBVector | undefined)[];
  #k = 0;

  constructor(width: number) {
    super();
    this.width = width;
    this.#vectors = new Array(width).fill(undefined);
  }

  show(column: number, vector: DuckDBVector): void {
    this.#vectors[column] = vector;
  }

  move(k: number): void {
    this.#k = k;
    this.line++;
  }

  text(column: number): string {
    const value = this.#vectors[column]?.getItem(this.#k);
    return value === undefined || Number.isNaN(value) ? "" : String(value);
  }

  override number(column: number, mark: DecimalMark): number {
    const value = this.#vectors[column]?.getItem(this.#k);
    if (typeof value !== "number") return super.number(column, mark);
    return Number.isFinite(value) ? value : Number.NaN;
  }

  override isBlank(column: number): boolean {
    const value = this.#vectors[column]?.getItem(this.#k);
    return typeof value === "number" ? Number.isNaN(value) : super.isBlank(column);
  }
}

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** An error from DuckDB, or one that says already what was wrong. */
function refused(path: string, error: unknown): unknown {
  if (error instanceof BetaguardError) return error;
  const [found] = (error as Error).message.split("\n");
  return new BetaguardError(
    "E_TRACE_BAD_PARQUET",
    `${path}: expected a whole Parquet file, found ${found}; copy the file again`,
    { cause: error },
  );
}
