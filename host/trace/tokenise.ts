/** Bytes of a delimited text to rows, piece by piece: cells stay bytes until someone asks for one. */
import { BetaguardError } from "../errors.js";
import type { Text } from "./decode.js";
import { parseNumber } from "./number.js";
import type { Row } from "./row.js";
import { type DecimalMark, isBlank, readNumber } from "./units.js";

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
/** A longer row is no row: a quote that is never closed, or a file without line breaks. */
const MAX_ROW_BYTES = 4 << 20;

/** 0-based lines from `from` up to but not including `to` hold rows; every other line is passed over. */
export interface Section {
  readonly from: number;
  readonly to: number;
}

/**
 * Splits rows at line breaks of any kind and cells at the delimiter. In comma-separated text a cell may stand in
 * double quotes, which may then hold delimiters, line breaks and doubled quotes; a quote anywhere else is a
 * character like any other. Rows of nothing but blank cells are none.
 */
export class Tokeniser implements Row {
  line = 0;
  width = 0;
  readonly #path: string;
  readonly #text: Pick<Text, "decode">;
  readonly #delimiter: number;
  readonly #quotes: boolean;
  readonly #sections: readonly Section[];
  #section = 0;
  #buffer = Buffer.alloc(0);
  /** The part of the buffer that is still to be read. */
  #bytes: Buffer = this.#buffer;
  /** 0-based line that starts where reading has come to. */
  #next = 0;
  #starts = new Int32Array(64);
  #ends = new Int32Array(64);
  /** Cells of this row that hold doubled quotes. */
  readonly #escaped = new Set<number>();

  /** @param delimiter one ASCII character; empty: a row is one cell. */
  constructor(text: Pick<Text, "decode">, delimiter: string, sections: readonly Section[], path: string) {
    this.#text = text;
    this.#path = path;
    this.#delimiter = delimiter === "" ? -1 : delimiter.charCodeAt(0);
    this.#quotes = this.#delimiter === COMMA;
    this.#sections = sections;
  }

  /**
   * Takes the text's next bytes and visits every row that is complete. Returns false once a visit has: then the
   * rest is not wanted. Errors: E_TRACE_BAD_VALUES for a quote that is never closed or a row beyond all measure.
   */
  take(bytes: Buffer, last: boolean, visit: (row: Row) => boolean): boolean {
    this.#append(bytes);
    let at = 0;
    while (at < this.#bytes.length) {
      const isRow = this.#inSection();
      const line = this.#next;
      const end = isRow ? this.#row(at, last) : this.#pass(at, last);
      if (end === -1) break;
      if (isRow && !this.#isBlankRow(at, end)) {
        this.line = line + 1;
        if (!visit(this)) return false;
      }
      at = end;
    }
    this.#bytes = this.#bytes.subarray(at);
    if (this.#bytes.length > MAX_ROW_BYTES)
      throw this.#refuse(`a row longer than ${MAX_ROW_BYTES >> 20} MiB`);
    return true;
  }

  text(column: number): string {
    if (column >= this.width) return "";
    const cell = this.#text.decode(
      this.#bytes.subarray(this.#starts[column] as number, this.#ends[column] as number),
    );
    return this.#escaped.has(column) ? cell.replaceAll('""', '"') : cell;
  }

  number(column: number, mark: DecimalMark): number {
    if (column >= this.width) return Number.NaN;
    const start = this.#starts[column] as number;
    const end = this.#ends[column] as number;
    if (start === end) return Number.NaN;
    return parseNumber(this.#bytes, start, end, mark) ?? readNumber(this.text(column), mark);
  }

  isBlank(column: number): boolean {
    if (column >= this.width) return true;
    const start = this.#starts[column] as number;
    const end = this.#ends[column] as number;
    if (start === end) return true;
    // A cell that ends in a digit is none of the placeholders.
    const final = this.#bytes[end - 1] as number;
    return !(final >= 0x30 && final <= 0x39) && isBlank(this.text(column));
  }

  /** Moves what is left to the front of the buffer and puts the new bytes behind it. */
  #append(bytes: Buffer): void {
    const left = this.#bytes;
    const length = left.length + bytes.length;
    const buffer = length > this.#buffer.length ? Buffer.allocUnsafe(2 * length) : this.#buffer;
    left.copy(buffer, 0);
    bytes.copy(buffer, left.length);
    this.#buffer = buffer;
    this.#bytes = buffer.subarray(0, length);
  }

  #inSection(): boolean {
    while (this.#next >= (this.#sections[this.#section]?.to ?? Number.POSITIVE_INFINITY)) this.#section++;
    return this.#next >= (this.#sections[this.#section]?.from ?? Number.POSITIVE_INFINITY);
  }

  /** Where the line after the one at `at` starts; -1 when that is not known yet. */
  #pass(at: number, last: boolean): number {
    const bytes = this.#bytes;
    let end = at;
    while (end < bytes.length && bytes[end] !== LF && bytes[end] !== CR) end++;
    const next = this.#afterBreak(end, last);
    if (next !== -1) this.#next++;
    return next;
  }

  /** Where the text goes on after the line break at `at`, or after its end; -1 when more bytes must tell. */
  #afterBreak(at: number, last: boolean): number {
    const bytes = this.#bytes;
    if (at + (bytes[at] === CR ? 1 : 0) >= bytes.length) return last ? bytes.length : -1;
    return bytes[at] === CR && bytes[at + 1] === LF ? at + 2 : at + 1;
  }

  /** Splits the row at `from` into cells. Returns where the next one starts; -1 when this one is not complete. */
  #row(from: number, last: boolean): number {
    const bytes = this.#bytes;
    const length = bytes.length;
    const delimiter = this.#delimiter;
    // Digits, letters, points and signs: most bytes are told from the four that matter by one comparison.
    const highest = Math.max(delimiter, QUOTE);
    const quote = this.#quotes ? QUOTE : -1;
    if (this.#escaped.size > 0) this.#escaped.clear();
    let starts: Int32Array = this.#starts;
    let ends: Int32Array = this.#ends;
    let width = 0;
    let start = from;
    let at = from;
    let breaks = 1;
    for (;;) {
      while (at < length && (bytes[at] as number) > highest) at++;
      let byte = at < length ? (bytes[at] as number) : LF;
      let end = at;
      if (byte === quote && at === start) {
        const close = this.#closingQuote(at + 1);
        if (close + 1 >= length && !last) return -1;
        if (close === length) throw this.#refuse("a quote that is never closed");
        for (let k = at; k < close; k++) if (isBreak(bytes, k)) breaks++;
        at = close + 1;
        byte = at < length ? (bytes[at] as number) : LF;
        // Characters behind the closing quote: then it is none, and the cell goes on.
        if (byte !== delimiter && byte !== LF && byte !== CR) continue;
        if (bytes.subarray(start + 1, close).includes('""')) this.#escaped.add(width);
        start++;
        end = close;
      } else if (byte !== delimiter && byte !== LF && byte !== CR) {
        at++;
        continue;
      }
      if (width === starts.length) [starts, ends] = this.#widen();
      starts[width] = start;
      ends[width++] = end;
      if (byte === delimiter) start = ++at;
      else break;
    }
    const next = this.#afterBreak(at, last);
    if (next === -1) return -1;
    this.width = width;
    this.#next += breaks;
    return next;
  }

  #widen(): [Int32Array, Int32Array] {
    const starts = new Int32Array(2 * this.#starts.length);
    const ends = new Int32Array(2 * this.#ends.length);
    starts.set(this.#starts);
    ends.set(this.#ends);
    this.#starts = starts;
    this.#ends = ends;
    return [starts, ends];
  }

  /** The first quote from `at` on that is not doubled; the bytes' length without one. */
  #closingQuote(at: number): number {
    const bytes = this.#bytes;
    let close = bytes.indexOf(QUOTE, at);
    while (close !== -1 && bytes[close + 1] === QUOTE) close = bytes.indexOf(QUOTE, close + 2);
    return close === -1 ? bytes.length : close;
  }

  #isBlankRow(from: number, to: number): boolean {
    const bytes = this.#bytes;
    for (let k = from; k < to; k++) {
      const byte = bytes[k] as number;
      if (byte > SPACE && byte !== this.#delimiter && byte !== QUOTE) return false;
    }
    for (let column = 0; column < this.width; column++) if (this.text(column).trim() !== "") return false;
    return true;
  }

  #refuse(found: string): BetaguardError {
    const expected =
      this.#delimiter === -1
        ? "lines"
        : `rows of cells separated by ${JSON.stringify(String.fromCharCode(this.#delimiter))}`;
    return new BetaguardError(
      "E_TRACE_BAD_VALUES",
      `${this.#path}:${this.#next + 1}: expected ${expected}, found ${found}; export the test again`,
    );
  }
}

function isBreak(bytes: Buffer, at: number): boolean {
  return bytes[at] === LF ? bytes[at - 1] !== CR : bytes[at] === CR;
}
