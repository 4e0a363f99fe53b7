/** Tables written as BDF files, row by row: Parquet, CSV, or CSV in gzip. Memory is one batch of rows. */
import { closeSync, openSync, writeSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { fileWriter, ParquetWriter, schemaFromColumnData } from "hyparquet-writer";

export interface BdfColumn {
  readonly name: string;
  readonly type: "DOUBLE" | "STRING";
}

/** NaN and undefined are "not measured": an empty cell, a null. */
export type BdfValue = number | string | undefined;

export interface BdfWriter {
  write(row: readonly BdfValue[]): void;
  finish(): void;
  /** After a failure: the file stays as it is, for the caller to remove. */
  abandon(): void;
}

export type BdfFormat = "parquet" | "csv" | "csv.gz";

const CSV_BUFFER = 1 << 20;
const ROW_GROUP = 1 << 16;

/** @param metadata goes into a Parquet file; a CSV has no place for it. */
export function bdfWriter(
  path: string,
  format: BdfFormat,
  columns: readonly BdfColumn[],
  metadata: Readonly<Record<string, string>>,
): BdfWriter {
  return format === "parquet"
    ? new ParquetBdf(path, columns, metadata)
    : new CsvBdf(path, columns, format === "csv.gz");
}

/** The shortest decimal that reads back as the same double. */
const decimal = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));

const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

class CsvBdf implements BdfWriter {
  readonly #file: number;
  readonly #gzip: boolean;
  #text: string;

  constructor(path: string, columns: readonly BdfColumn[], gzip: boolean) {
    this.#file = openSync(path, "w");
    this.#gzip = gzip;
    this.#text = `${columns.map(({ name }) => quoted(name)).join(",")}\n`;
  }

  write(row: readonly BdfValue[]): void {
    this.#text += `${row.map(cellOf).join(",")}\n`;
    if (this.#text.length > CSV_BUFFER) this.#flush();
  }

  finish(): void {
    this.#flush();
    closeSync(this.#file);
  }

  abandon(): void {
    closeSync(this.#file);
  }

  /** A gzip file may have several members one behind the other. */
  #flush(): void {
    writeSync(this.#file, this.#gzip ? gzipSync(this.#text) : Buffer.from(this.#text));
    this.#text = "";
  }
}

function cellOf(value: BdfValue): string {
  if (value === undefined) return "";
  if (typeof value === "string") return quoted(value);
  return Number.isNaN(value) ? "" : decimal(value);
}

class ParquetBdf implements BdfWriter {
  readonly #columns: readonly BdfColumn[];
  readonly #writer: ParquetWriter;
  #values: (number | string | null)[][];

  constructor(path: string, columns: readonly BdfColumn[], metadata: Readonly<Record<string, string>>) {
    this.#columns = columns;
    this.#values = columns.map(() => []);
    this.#writer = new ParquetWriter({
      writer: fileWriter(path),
      schema: schemaFromColumnData({
        columnData: columns.map(({ name, type }) => ({ name, type, data: [], nullable: true })),
      }),
      kvMetadata: Object.entries(metadata).map(([key, value]) => ({ key: `betaguard.${key}`, value })),
      createdBy: `betaguard version ${metadata.betaguardVersion}`,
    });
  }

  write(row: readonly BdfValue[]): void {
    for (let k = 0; k < row.length; k++) {
      const value = row[k];
      this.#values[k]?.push(value === undefined || Number.isNaN(value) ? null : value);
    }
    if (this.#values[0]?.length === ROW_GROUP) this.#writeGroup();
  }

  finish(): void {
    this.#writeGroup();
    this.#writer.finish();
  }

  /** The package's file writer holds no file open between writes. */
  abandon(): void {}

  #writeGroup(): void {
    this.#writer.write({
      columnData: this.#columns.map(({ name, type }, k) => ({
        name,
        data: this.#values[k] as (number | string | null)[],
        // A dictionary would not tell −0 from 0.
        encoding: type === "STRING" ? "RLE_DICTIONARY" : "BYTE_STREAM_SPLIT",
      })),
      rowGroupSize: ROW_GROUP,
    });
    this.#values = this.#columns.map(() => []);
  }
}
