/** One row of a table as a scan shows it. It is reused: what must outlive the visit is read out of it. */
import { readStamp, type Stamp } from "./stamp.js";
import { type DecimalMark, isBlank, readDuration, readNumber } from "./units.js";

export interface Row {
  /** 1-based source line; 1-based row number for formats without lines. */
  readonly line: number;
  /** Cells in this row. */
  readonly width: number;
  /** The cell's characters; empty past the row's end. */
  text(column: number): string;
  /** As readNumber of the cell's text. */
  number(column: number, mark: DecimalMark): number;
  /** As readDuration of the cell's text. */
  duration(column: number): number;
  /** As readStamp of the cell's text. */
  stamp(column: number): Stamp | null;
  /** As isBlank of the cell's text. */
  isBlank(column: number): boolean;
}

/** What its cells' characters say. */
export abstract class TextRow implements Row {
  abstract readonly line: number;
  abstract readonly width: number;
  abstract text(column: number): string;

  number(column: number, mark: DecimalMark): number {
    return readNumber(this.text(column), mark);
  }

  duration(column: number): number {
    return readDuration(this.text(column));
  }

  stamp(column: number): Stamp | null {
    return readStamp(this.text(column));
  }

  isBlank(column: number): boolean {
    return isBlank(this.text(column));
  }
}

/** A row of cells that are strings already. */
export class CellRow extends TextRow {
  readonly line: number;
  readonly #cells: readonly string[];

  constructor(cells: readonly string[], line: number) {
    super();
    this.#cells = cells;
    this.line = line;
  }

  get width(): number {
    return this.#cells.length;
  }

  text(column: number): string {
    return this.#cells[column] ?? "";
  }
}

export const cellsOf = (row: Row): string[] => Array.from({ length: row.width }, (_, k) => row.text(k));
