/** Parquet through DuckDB, a few thousand rows in memory at a time. */
import { resolve } from "node:path";
import type { DuckDBConnection, DuckDBVector } from "@duckdb/node-api";
import { BetaguardError } from "../errors.js";
import { duckdb } from "./duckdb.js";
import type { Row } from "./row.js";
import type { Scan } from "./table.js";
import { type DecimalMark, isBlank, readNumber } from "./units.js";

/** Integers beyond it are not doubles. */
const MAX_EXACT_INTEGER = 2 ** 53;

interface Column {
  /** Whether its values are read as doubles; else as text. */
  readonly isNumber: boolean;
  readonly sql: string;
}

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
      columnOf(name, inexact.includes(name) ? "VARCHAR" : type),
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

function columnOf(name: string, type: string): Column {
  const at = quoted(name);
  const decimals = /^DECIMAL\((\d+),/.exec(type)?.[1];
  if (/^(?:DOUBLE|FLOAT|U?(?:TINY|SMALL|BIG|HUGE)INT|U?INTEGER)$/.test(type) || Number(decimals) <= 15)
    return { isNumber: true, sql: `coalesce(CAST(${at} AS DOUBLE), 'nan')` };
  if (type === "TIMESTAMP WITH TIME ZONE")
    return { isNumber: true, sql: `coalesce(epoch_us(${at}) / 1e6, 'nan')` };
  if (/^(?:TIMESTAMP|DATE)/.test(type))
    return {
      isNumber: false,
      sql: `coalesce(strftime(CAST(${at} AS TIMESTAMP), '%Y-%m-%dT%H:%M:%S.%fZ'), '')`,
    };
  return { isNumber: false, sql: `coalesce(CAST(${at} AS VARCHAR), '')` };
}

function scanOf(
  db: DuckDBConnection,
  file: string,
  columns: readonly Column[],
  rows: number,
  path: string,
): Scan {
  return async (visit, { columns: wanted = columns.map((_, index) => index), onProgress } = {}) => {
    const selected = wanted.map((index) => (columns[index] as Column).sql);
    try {
      const result = await db.stream(`SELECT ${selected.join(", ") || "1"} FROM ${file}`);
      const row = new VectorRow(columns);
      for (
        let chunk = await result.fetchChunk();
        chunk && chunk.rowCount > 0;
        chunk = await result.fetchChunk()
      ) {
        const count = chunk.rowCount;
        row.show(new Map(wanted.map((index, k) => [index, chunk.getColumnVector(k)])));
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
class VectorRow implements Row {
  line = 0;
  readonly width: number;
  readonly #columns: readonly Column[];
  #vectors: ReadonlyMap<number, DuckDBVector> = new Map();
  #k = 0;

  constructor(columns: readonly Column[]) {
    this.#columns = columns;
    this.width = columns.length;
  }

  show(vectors: ReadonlyMap<number, DuckDBVector>): void {
    this.#vectors = vectors;
  }

  move(k: number): void {
    this.#k = k;
    this.line++;
  }

  text(column: number): string {
    const value = this.#vectors.get(column)?.getItem(this.#k);
    return value === undefined || Number.isNaN(value) ? "" : String(value);
  }

  number(column: number, mark: DecimalMark): number {
    if (!this.#columns[column]?.isNumber) return readNumber(this.text(column), mark);
    const value = this.#vectors.get(column)?.getItem(this.#k) as number;
    return Number.isFinite(value) ? value : Number.NaN;
  }

  isBlank(column: number): boolean {
    return this.#columns[column]?.isNumber
      ? Number.isNaN(this.#vectors.get(column)?.getItem(this.#k))
      : isBlank(this.text(column));
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
