/** Bytes of a delimited text to rows, piece by piece: cells stay bytes until someone asks for one. */
import { BetaguardError } from "../errors.js";
import type { Text } from "./decode.js";
import { INTEGER_DIGITS, isDigit, isSame, POWERS, parseDuration, parseNumber } from "./number.js";
import type { Row } from "./row.js";
import { readStamp, type Stamp, StampCells } from "./stamp.js";
import { type DecimalMark, isBlank, readDuration, readNumber } from "./units.js";

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
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
  /** Its bytes from #from to #to are still to be read; the one behind them is a line feed, where a loop may stop. */
  #buffer = Buffer.alloc(1);
  #from = 0;
  #to = 0;
  /** 0-based line that starts where reading has come to. */
  #next = 0;
  #starts = new Int32Array(64);
  #ends = new Int32Array(64);
  /** What plain numbers among the cells are; NaN for any other cell. */
  #values = new Float64Array(64);
  /** Cells of this row that hold doubled quotes. */
  readonly #escaped = new Set<number>();
  readonly #texts: TextCells[] = [];
  readonly #stamps: StampCells[] = [];

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
    while (this.#from < this.#to) {
      const isRow = this.#inSection();
      const line = this.#next;
      const end = isRow ? this.#row(this.#from, last) : this.#pass(this.#from, last);
      if (end === -1) break;
      if (isRow && !this.#isBlankRow(this.#from, end)) {
        this.line = line + 1;
        if (!visit(this)) return false;
      }
      this.#from = end;
    }
    if (this.#to - this.#from > MAX_ROW_BYTES)
      throw this.#refuse(`a row longer than ${MAX_ROW_BYTES >> 20} MiB`);
    return true;
  }

  text(column: number): string {
    if (column >= this.width) return "";
    const start = this.#starts[column] as number;
    const end = this.#ends[column] as number;
    if (start === end) return "";
    if (this.#escaped.has(column))
      return this.#text.decode(this.#buffer.subarray(start, end)).replaceAll('""', '"');
    let cells = this.#texts[column];
    if (cells === undefined) {
      cells = new TextCells(this.#text);
      this.#texts[column] = cells;
    }
    return cells.read(this.#buffer, start, end);
  }

  number(column: number, mark: DecimalMark): number {
    if (column >= this.width) return Number.NaN;
    const value = this.#values[column] as number;
    if (!Number.isNaN(value)) return value;
    const start = this.#starts[column] as number;
    const end = this.#ends[column] as number;
    if (start === end) return Number.NaN;
    return parseNumber(this.#buffer, start, end, mark) ?? readNumber(this.text(column), mark);
  }

  duration(column: number): number {
    if (column >= this.width) return Number.NaN;
    const start = this.#starts[column] as number;
    const end = this.#ends[column] as number;
    return parseDuration(this.#buffer, start, end) ?? readDuration(this.text(column));
  }

  stamp(column: number): Stamp | null {
    if (column >= this.width) return null;
    let cells = this.#stamps[column];
    if (cells === undefined) {
      cells = new StampCells();
      this.#stamps[column] = cells;
    }
    const start = this.#starts[column] as number;
    const end = this.#ends[column] as number;
    const stamp = cells.read(this.#buffer, start, end);
    return stamp === undefined ? cells.learn(this.#buffer, start, end, readStamp(this.text(column))) : stamp;
  }

  isBlank(column: number): boolean {
    if (column >= this.width) return true;
    if (!Number.isNaN(this.#values[column] as number)) return false;
    const start = this.#starts[column] as number;
    const end = this.#ends[column] as number;
    if (start === end) return true;
    // A cell that begins or ends with a digit is none of the placeholders.
    const isPlain = isDigit(this.#buffer[start] as number) || isDigit(this.#buffer[end - 1] as number);
    return !isPlain && isBlank(this.text(column));
  }

  /** Moves what is left to the front of the buffer and puts the new bytes behind it. */
  #append(bytes: Buffer): void {
    const left = this.#to - this.#from;
    const length = left + bytes.length;
    const buffer = length < this.#buffer.length ? this.#buffer : Buffer.allocUnsafe(2 * length + 1);
    this.#buffer.copy(buffer, 0, this.#from, this.#to);
    bytes.copy(buffer, left);
    buffer[length] = LF;
    this.#buffer = buffer;
    this.#from = 0;
    this.#to = length;
  }

  #inSection(): boolean {
    while (this.#next >= (this.#sections[this.#section]?.to ?? Number.POSITIVE_INFINITY)) this.#section++;
    return this.#next >= (this.#sections[this.#section]?.from ?? Number.POSITIVE_INFINITY);
  }

  /** Where the line after the one at `at` starts; -1 when that is not known yet. */
  #pass(at: number, last: boolean): number {
    const bytes = this.#buffer;
    let end = at;
    while (bytes[end] !== LF && bytes[end] !== CR) end++;
    const next = this.#afterBreak(end, last);
    if (next !== -1) this.#next++;
    return next;
  }

  /** Where the text goes on after the line break at `at`, or after its end; -1 when more bytes must tell. */
  #afterBreak(at: number, last: boolean): number {
    const bytes = this.#buffer;
    if (at + (bytes[at] === CR ? 1 : 0) >= this.#to) return last ? this.#to : -1;
    return bytes[at] === CR && bytes[at + 1] === LF ? at + 2 : at + 1;
  }

  /**
   * Splits the row at `from` into cells, and reads the plain numbers among them on the way, as parseNumber does.
   * Returns where the next one starts; -1 when this one is not complete.
   */
  #row(from: number, last: boolean): number {
    const bytes = this.#buffer;
    const length = this.#to;
    const delimiter = this.#delimiter;
    // Digits, letters, points and signs: most bytes are told from the four that matter by one comparison.
    const highest = Math.max(delimiter, QUOTE);
    const quote = this.#quotes ? QUOTE : -1;
    if (this.#escaped.size > 0) this.#escaped.clear();
    let starts: Int32Array = this.#starts;
    let ends: Int32Array = this.#ends;
    let values: Float64Array = this.#values;
    let width = 0;
    let start = from;
    let at = from;
    let breaks = 1;
    for (;;) {
      if (width === starts.length) {
        this.#widen();
        starts = this.#starts;
        ends = this.#ends;
        values = this.#values;
      }
      let value = Number.NaN;
      const negative = bytes[at] === MINUS;
      if (negative) at++;
      const whole = at;
      let integer = 0;
      let digit = (bytes[at] as number) - ZERO;
      while (digit >= 0 && digit <= 9) {
        integer = (integer * 10 + digit) | 0;
        digit = (bytes[++at] as number) - ZERO;
      }
      const digits = at - whole;
      let fraction = 0;
      let decimals = 0;
      if (bytes[at] === POINT) {
        const point = at;
        digit = (bytes[++at] as number) - ZERO;
        while (digit >= 0 && digit <= 9) {
          fraction = (fraction * 10 + digit) | 0;
          digit = (bytes[++at] as number) - ZERO;
        }
        decimals = at - point - 1;
      }
      let byte = bytes[at] as number;
      let end = -1;
      if (byte === delimiter || byte === LF || byte === CR) {
        end = at;
        if (digits + decimals > 0 && digits <= INTEGER_DIGITS && decimals <= INTEGER_DIGITS) {
          const power = POWERS[decimals] as number;
          const all = integer * power + fraction;
          if (all <= Number.MAX_SAFE_INTEGER) value = negative ? -(all / power) : all / power;
        }
      } else if (byte === quote && at === start) {
        const close = this.#closingQuote(at + 1);
        if (close + 1 >= length && !last) return -1;
        if (close === length) throw this.#refuse("a quote that is never closed");
        for (let k = at; k < close; k++) if (isBreak(bytes, k)) breaks++;
        at = close + 1;
        byte = bytes[at] as number;
        // Characters behind the closing quote: then it is none, and the cell goes on.
        if (byte === delimiter || byte === LF || byte === CR) {
          if (bytes.subarray(start + 1, close).includes('""')) this.#escaped.add(width);
          start++;
          end = close;
        }
      }
      if (end === -1) {
        while (byte !== delimiter && byte !== LF && byte !== CR)
          do byte = bytes[++at] as number;
          while (byte > highest);
        end = at;
      }
      starts[width] = start;
      ends[width] = end;
      values[width++] = value;
      if (byte !== delimiter) break;
      start = ++at;
    }
    const next = this.#afterBreak(at, last);
    if (next === -1) return -1;
    this.width = width;
    this.#next += breaks;
    return next;
  }

  #widen(): void {
    const { length } = this.#starts;
    const [starts, ends, values] = [this.#starts, this.#ends, this.#values];
    this.#starts = new Int32Array(2 * length);
    this.#ends = new Int32Array(2 * length);
    this.#values = new Float64Array(2 * length);
    this.#starts.set(starts);
    this.#ends.set(ends);
    this.#values.set(values);
  }

  /** The first quote from `at` on that is not doubled; where the bytes end without one. */
  #closingQuote(at: number): number {
    const bytes = this.#buffer.subarray(0, this.#to);
    let close = bytes.indexOf(QUOTE, at);
    while (close !== -1 && bytes[close + 1] === QUOTE) close = bytes.indexOf(QUOTE, close + 2);
    return close === -1 ? bytes.length : close;
  }

  #isBlankRow(from: number, to: number): boolean {
    const bytes = this.#buffer;
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

/** The cells of one column as text: a state, say, is the same in many rows. */
class TextCells {
  readonly #decoder: Pick<Text, "decode">;
  #bytes = Buffer.alloc(0);
  #text = "";

  constructor(decoder: Pick<Text, "decode">) {
    this.#decoder = decoder;
  }

  read(bytes: Buffer, from: number, to: number): string {
    if (to - from !== this.#bytes.length || !isSame(bytes, from, this.#bytes, to - from)) {
      this.#bytes = Buffer.from(bytes.subarray(from, to));
      this.#text = this.#decoder.decode(this.#bytes);
    }
    return this.#text;
  }
}

function isBreak(bytes: Buffer, at: number): boolean {
  return bytes[at] === LF ? bytes[at - 1] !== CR : bytes[at] === CR;
}
