/** Columns that grow row by row, within the memory a trace may take. */
import { BetaguardError } from "../errors.js";

/** A table and a replay of it stay below 1 GiB with this; docs/traces.md says how it was measured. */
export const MAX_TABLE_BYTES = 512 * 1024 * 1024;
/** More than the estimate by this, so that a slightly longer table needs no copy. */
const SLACK = 1.02;
const GROWTH = 1.5;
const MIN_ROWS = 1024;

/** What the columns of one trace take together. Memory that is set aside but not written to is not taken. */
export class Memory {
  readonly #path: string;
  readonly #expectedRows: number;
  readonly #most: number;
  #bytesPerRow = 0;

  /** @param most bytes; MAX_TABLE_BYTES unless a test says otherwise. */
  constructor(path: string, expectedRows: number, most = MAX_TABLE_BYTES) {
    this.#path = path;
    this.#expectedRows = expectedRows;
    this.#most = most;
  }

  /** Rows to set aside at first: about as many as there will be. */
  get firstCapacity(): number {
    const most = this.#most / Float64Array.BYTES_PER_ELEMENT;
    return Math.ceil(Math.max(MIN_ROWS, Math.min(this.#expectedRows * SLACK, most)));
  }

  /** A column has begun to take memory, or has stopped to. */
  addColumn(bytesPerRow: number): void {
    this.#bytesPerRow += bytesPerRow;
  }

  /** Errors: E_TRACE_TOO_LARGE when so many rows take more than is allowed. */
  check(rows: number): void {
    if (rows * this.#bytesPerRow <= this.#most) return;
    const MiB = (bytes: number) => Math.ceil(bytes / 1024 / 1024);
    const expected = Math.max(rows, this.#expectedRows);
    throw new BetaguardError(
      "E_TRACE_TOO_LARGE",
      `${this.#path}: expected a table of at most ${MiB(this.#most)} MiB, found about ${expected} rows that need ${MiB(expected * this.#bytesPerRow)} MiB; split the test into several files`,
    );
  }
}

interface Kind<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): T;
}

/** One column. While every value is the same it takes no memory: a column that was never measured costs nothing. */
export class ColumnBuilder<T extends Float64Array | Int32Array | Int8Array = Float64Array> {
  length = 0;
  readonly #memory: Memory;
  readonly #kind: Kind<T>;
  /** Absent while every value is #constant. */
  #values: T | undefined;
  #capacity = 0;
  #constant = Number.NaN;

  constructor(memory: Memory, kind: Kind<T>) {
    this.#memory = memory;
    this.#kind = kind;
  }

  push(value: number): void {
    if (this.length < this.#capacity) (this.#values as T)[this.length++] = value;
    else if (this.#values === undefined && (this.length === 0 || Object.is(value, this.#constant))) {
      this.#constant = value;
      this.length++;
    } else {
      this.#grow();
      this.push(value);
    }
  }

  /** The column; the builder is done with. */
  finish(): T {
    if (this.#values === undefined) this.#grow();
    return (this.#values as T).subarray(0, this.length) as T;
  }

  /** Gives the memory back: the column is not wanted. */
  drop(): void {
    if (this.#values) this.#memory.addColumn(-this.#kind.BYTES_PER_ELEMENT);
    this.#values = undefined;
    this.#capacity = 0;
  }

  #grow(): void {
    const old = this.#values;
    const capacity = old
      ? Math.ceil(GROWTH * old.length)
      : Math.max(this.length + 1, this.#memory.firstCapacity);
    const grown = new this.#kind(capacity);
    if (old) grown.set(old);
    else {
      grown.fill(this.#constant, 0, this.length);
      this.#memory.addColumn(this.#kind.BYTES_PER_ELEMENT);
    }
    this.#values = grown;
    this.#capacity = capacity;
  }
}
