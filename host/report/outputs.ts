/**
 * Every output of a replay as tables that other tools read: BDF-style Parquet and CSV, one file per cell as BDF
 * has it. Rows are written as they come; memory is one row group.
 */
import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { fileWriter, ParquetWriter, schemaFromColumnData } from "hyparquet-writer";
import { BetaguardError } from "../errors.js";
import type { ReplayChunk } from "../replay/types.js";
import { cellOutputFields } from "../schema/records.js";
import { continuousReason, reasonOfCode } from "./reasons.js";
import type { RunInfo } from "./run.js";

export interface OutputOptions {
  /** Made if missing. */
  readonly directory: string;
  /** Cells of the replay: more than one gives `outputs.cell0.bdf.parquet`, `outputs.cell1.…`, … */
  readonly cells: number;
  /** Seconds of trace time between rows; absent: one row per step. */
  readonly every_s?: number;
  readonly formats: readonly ("parquet" | "csv")[];
  readonly run: RunInfo;
}

type Rows = Float32Array | Float64Array | Int32Array | string[];

/** One column of the files: how it is called, how it is stored, and where a row's value comes from. */
interface OutputColumn {
  readonly label: string;
  readonly type: "FLOAT" | "DOUBLE" | "INT32" | "STRING";
  readonly value: (chunk: ReplayChunk, step: number) => number | string;
}

const asciiUnits: Readonly<Record<string, string>> = {
  "mA/cm²": "mA/cm2",
  "mAh/cm²": "mAh/cm2",
  "Ω·cm²": "ohm.cm2",
  µm: "um",
  "°C": "degC",
};

/** BDF's `Quantity / unit`: `chargeLimit2s_mA_cm2` → `Charge Limit 2s / mA/cm2`. */
function label(name: string, unit: string): string {
  const words = (name.split("_")[0] as string)
    .replace(/([a-z])(\d)|([a-z\d])([A-Z])/g, "$1$3 $2$4")
    .replace(/^se\b/, "SE")
    .replace(/^cc\b/, "CC")
    .replace(/\bCc\b/, "CC")
    .replace(/^./, (letter) => letter.toUpperCase());
  return `${words} / ${asciiUnits[unit] ?? unit}`;
}

/** Columns in the files' order: BDF's quantities first, then every word of the module's output. */
export function outputColumns(area_cm2: number): OutputColumn[] {
  const reasonName = (name: "chargeReasons" | "dischargeReasons") => (chunk: ReplayChunk, step: number) =>
    reasonOfCode(continuousReason(chunk.columns[name][step] as number));
  return [
    { label: "Test Time / s", type: "DOUBLE", value: ({ time_s }, step) => time_s[step] as number },
    { label: "Voltage / V", type: "FLOAT", value: ({ columns }, step) => columns.voltage_V[step] as number },
    {
      label: "Current / A",
      type: "DOUBLE",
      value: ({ columns }, step) => ((columns.current_mA_cm2[step] as number) * area_cm2) / 1000,
    },
    {
      label: "Surface Temperature / degC",
      type: "FLOAT",
      value: ({ columns }, step) => columns.temperature_degC[step] as number,
    },
    {
      // An f32 times 1e6 is exact in a double, so dividing again gives the module's own value.
      label: "Surface Pressure / Pa",
      type: "DOUBLE",
      value: ({ columns }, step) => (columns.stackPressure_MPa[step] as number) * 1e6,
    },
    {
      label: "Current Density / mA/cm2",
      type: "FLOAT",
      value: ({ columns }, step) => columns.current_mA_cm2[step] as number,
    },
    { label: "Charge Reason", type: "STRING", value: reasonName("chargeReasons") },
    { label: "Discharge Reason", type: "STRING", value: reasonName("dischargeReasons") },
    ...cellOutputFields
      .filter(({ name }) => name !== "stackPressure_MPa")
      .map(
        ({ name, unit, type }): OutputColumn => ({
          label: label(name, unit),
          type: type === "f32" ? "FLOAT" : "INT32",
          value: ({ columns }, step) => columns[name][step] as number,
        }),
      ),
  ];
}

/** Shortest decimal that reads back as the same f32; empty for not-a-number. */
function f32Text(value: number): string {
  if (Number.isNaN(value)) return "";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  for (let digits = 7; digits < 9; digits++) {
    const text = Number(value.toPrecision(digits));
    if (Math.fround(text) === value) return String(text);
  }
  return String(Number(value.toPrecision(9)));
}

/** Fifteen digits hide the rounding of summed step lengths and keep more than any f32 the number was made from. */
const f64Text = (value: number): string => String(Number(value.toPrecision(15)));

/** One file being written under a temporary name; `finish` gives it its own, so that a file in place is whole. */
interface RowSink {
  write(chunk: ReplayChunk, step: number): void;
  finish(): void;
  abandon(): void;
}

const CSV_BUFFER = 1 << 20;

class CsvSink implements RowSink {
  readonly #file: number;
  readonly #columns: readonly OutputColumn[];
  readonly #previous: (number | string)[];
  readonly #texts: string[];
  #text: string;

  constructor(path: string, columns: readonly OutputColumn[]) {
    this.#file = openSync(path, "w");
    this.#columns = columns;
    this.#previous = columns.map(() => "");
    this.#texts = columns.map(() => "");
    this.#text = `${columns.map((column) => column.label).join(",")}\n`;
  }

  write(chunk: ReplayChunk, step: number): void {
    this.#columns.forEach(({ type, value }, i) => {
      const now = value(chunk, step);
      // Most words repeat from step to step, and formatting is what a CSV costs.
      if (Object.is(now, this.#previous[i])) return;
      this.#previous[i] = now;
      this.#texts[i] =
        type === "FLOAT" ? f32Text(now as number) : type === "DOUBLE" ? f64Text(now as number) : String(now);
    });
    this.#text += `${this.#texts.join(",")}\n`;
    if (this.#text.length > CSV_BUFFER) this.#flush();
  }

  finish(): void {
    this.#flush();
    closeSync(this.#file);
  }

  abandon(): void {
    closeSync(this.#file);
  }

  #flush(): void {
    writeSync(this.#file, this.#text);
    this.#text = "";
  }
}

/** Values of all row groups being filled, over all cells. */
const ROW_GROUP_VALUES = 1 << 16;

class ParquetSink implements RowSink {
  readonly #columns: readonly OutputColumn[];
  readonly #rows: Rows[];
  readonly #capacity: number;
  readonly #writer: ParquetWriter;
  #filled = 0;

  constructor(path: string, columns: readonly OutputColumn[], capacity: number, run: RunInfo) {
    this.#columns = columns;
    this.#capacity = capacity;
    this.#rows = columns.map(({ type }) => {
      if (type === "STRING") return new Array<string>(capacity).fill("");
      if (type === "INT32") return new Int32Array(capacity);
      return type === "FLOAT" ? new Float32Array(capacity) : new Float64Array(capacity);
    });
    this.#writer = new ParquetWriter({
      writer: fileWriter(path),
      schema: schemaFromColumnData({
        columnData: columns.map(({ label: name, type }) => ({ name, type, data: [], nullable: false })),
      }),
      kvMetadata: Object.entries(run).map(([key, value]) => ({
        key: `betaguard.${key}`,
        value: String(value),
      })),
      createdBy: `betaguard version ${run.betaguardVersion}`,
    });
  }

  write(chunk: ReplayChunk, step: number): void {
    this.#columns.forEach(({ value }, i) => {
      (this.#rows[i] as (number | string)[])[this.#filled] = value(chunk, step);
    });
    this.#filled++;
    if (this.#filled === this.#capacity) this.#writeGroup();
  }

  finish(): void {
    this.#writeGroup();
    this.#writer.finish();
  }

  /** The package's file writer holds no file open between writes. */
  abandon(): void {}

  #writeGroup(): void {
    if (this.#filled === 0) return;
    this.#writer.write({
      columnData: this.#columns.map(({ label: name, type }, i) => ({
        name,
        data: (this.#rows[i] as Rows).slice(0, this.#filled),
        // Splitting the bytes compresses measured floats; a dictionary would not tell −0 from 0.
        // Ranges help a reader find a time; for the other columns they cost a fifth of the writing.
        statistics: name === "Test Time / s",
        encoding: type === "STRING" ? "RLE_DICTIONARY" : type === "INT32" ? "PLAIN" : "BYTE_STREAM_SPLIT",
      })),
      rowGroupSize: this.#capacity,
    });
    this.#filled = 0;
  }
}

interface OutputFile {
  readonly path: string;
  readonly temporary: string;
  readonly sink: RowSink;
}

/** One cell's files and when its next row is due. */
interface CellOutputs {
  readonly files: readonly OutputFile[];
  start_s: number;
  due_s: number;
}

const cannotWrite = (directory: string, cause: unknown): BetaguardError =>
  new BetaguardError(
    "E_REPORT_WRITE",
    `cannot write outputs to ${directory}: ${(cause as Error).message}; choose a directory that can be written, with room for the files`,
    { cause },
  );

/**
 * Streams chunks into `outputs.bdf.parquet` and `outputs.bdf.csv`. The files appear under their names at `finish()`;
 * until then, and after `abandon()`, nothing half-written carries them.
 * Throws `E_REPORT_WRITE` when the disk refuses.
 */
export class OutputWriter {
  readonly #options: OutputOptions;
  readonly #cells: CellOutputs[];

  constructor(options: OutputOptions) {
    this.#options = options;
    const columns = outputColumns(options.run.area_cm2);
    const capacity = Math.max(4096, Math.floor(ROW_GROUP_VALUES / options.cells));
    this.#cells = this.#guard(() => {
      mkdirSync(options.directory, { recursive: true });
      return Array.from({ length: options.cells }, (_, cell) => {
        const stem = options.cells === 1 ? "outputs" : `outputs.cell${cell}`;
        const files = options.formats.map((format): OutputFile => {
          const path = join(options.directory, `${stem}.bdf.${format}`);
          const temporary = `${path}.partial`;
          const sink =
            format === "csv"
              ? new CsvSink(temporary, columns)
              : new ParquetSink(temporary, columns, capacity, options.run);
          return { path, temporary, sink };
        });
        return { files, start_s: Number.NaN, due_s: Number.NEGATIVE_INFINITY };
      });
    });
  }

  /** Writes the rows of a chunk that are due. Chunks of one cell come in order. */
  write(chunk: ReplayChunk): void {
    const cell = this.#cells[chunk.cell] as CellOutputs;
    const { every_s } = this.#options;
    this.#guard(() => {
      for (let step = 0; step < chunk.steps; step++) {
        if (every_s !== undefined && !isDue(cell, chunk.time_s[step] as number, every_s)) continue;
        for (const { sink } of cell.files) sink.write(chunk, step);
      }
    });
  }

  /** Completes the files and returns their paths. */
  finish(): string[] {
    const files = this.#cells.flatMap((cell) => cell.files);
    return this.#guard(() => {
      for (const { sink } of files) sink.finish();
      for (const { temporary, path } of files) renameSync(temporary, path);
      return files.map(({ path }) => path);
    });
  }

  /** After a failed replay: removes what was begun. */
  abandon(): void {
    for (const { sink, temporary } of this.#cells.flatMap((cell) => cell.files)) {
      sink.abandon();
      rmSync(temporary, { force: true });
    }
  }

  #guard<T>(write: () => T): T {
    try {
      return write();
    } catch (cause) {
      throw cannotWrite(this.#options.directory, cause);
    }
  }
}

/** The first step at or after each multiple of `every_s`, counted from the cell's first step. */
function isDue(cell: CellOutputs, time_s: number, every_s: number): boolean {
  if (Number.isNaN(cell.start_s)) cell.start_s = time_s;
  // A thousandth of a period absorbs the rounding of summed step lengths.
  const elapsed = (time_s - cell.start_s) / every_s + 1e-3;
  if (cell.start_s + Math.floor(elapsed) * every_s < cell.due_s) return false;
  cell.due_s = cell.start_s + (Math.floor(elapsed) + 1) * every_s;
  return true;
}
