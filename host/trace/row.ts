/** One row of a table as a scan shows it. It is reused: what must outlive the visit is read out of it. */
import { type DecimalMark, isBlank, readNumber } from "./units.js";

export interface Row {
  /** 1-based source line; 1-based row number for formats without lines. */
  readonly line: number;
  /** Cells in this row. */
  readonly width: number;
  /** The cell's characters; empty past the row's end. */
  text(column: number): string;
  /** As readNumber of the cell's text. */
  number(column: number, mark: DecimalMark): number;
  /** As isBlank of the cell's text. */
  isBlank(column: number): boolean;
}

/** A row of cells that are strings already. */
export class CellRow implements Row {
  readonly line: number;
  readonly #cells: readonly string[];

  constructor(cells: readonly string[], line: number) {
    this.#cells = cells;
    this.line = line;
  }

  get width(): number {
    return this.#cells.length;
  }

  text(column: number): string {
    return this.#cells[column] ?? "";
  }

  number(column: number, mark: DecimalMark): number {
    return readNumber(this.text(column), mark);
  }

  isBlank(column: number): boolean {
    return isBlank(this.text(column));
  }
}

export const cellsOf = (row: Row): string[] => Array.from({ length: row.width }, (_, k) => row.text(k));
