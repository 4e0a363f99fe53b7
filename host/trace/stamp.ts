/** Dates and times of day as cyclers stamp their rows, in five spellings. */
import { isDigit, isSame, parseDuration } from "./number.js";

/** What the rows of one day have in common. */
export interface StampDay {
  /** The three date fields as written; null for a bare time of day. */
  readonly fields: readonly [number, number, number] | null;
  readonly order: "ymd" | "dmy" | "dmy-or-mdy" | "none";
  readonly zoned: boolean;
}

export interface Stamp {
  readonly day: StampDay;
  /** In UTC where the cell names its zone: may lie outside the day. */
  readonly secondOfDay: number;
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const CLOCK = String.raw`(\d{1,2}):(\d{2})(?::(\d{2}(?:[.,]\d*)?))?\s*([AaPp][Mm])?`;
const STAMP = new RegExp(
  String.raw`^\s*(?:(\d{1,4})([-/.])([A-Za-z]{3}|\d{1,2})[-/.](\d{1,4})(?:,?\s+|T))?${CLOCK}(Z|[+-]\d{2}:?\d{2})?\s*$`,
);

/** The cell's date and time; null when it holds none. */
export function readStamp(cell: string): Stamp | null {
  const match = STAMP.exec(cell);
  if (!match) return null;
  const [, a, separator, b, c, hour = "", minute = "", second = "0", half, zone] = match;
  let hours = Number(hour);
  if (half) hours = (hours % 12) + (half.toLowerCase() === "pm" ? 12 : 0);
  const localSecond = hours * 3600 + Number(minute) * 60 + Number(second.replace(",", "."));
  const stamp = (order: StampDay["order"], fields: StampDay["fields"]) => ({
    day: { fields, order, zoned: zone !== undefined },
    secondOfDay: localSecond - zoneOffset_s(zone ?? "Z"),
  });
  if (a === undefined || b === undefined || c === undefined) return stamp("none", null);
  const month = MONTHS.indexOf(b.toLowerCase());
  if (month !== -1) return stamp("dmy", [Number(a), month + 1, Number(c)]);
  const order = a.length === 4 ? "ymd" : separator === "." ? "dmy" : "dmy-or-mdy";
  return stamp(order, [Number(a), Number(b), Number(c)]);
}

/** Seconds a clock in the zone `Z`, `+0200` or `+02:00` is ahead of UTC. */
function zoneOffset_s(zone: string): number {
  if (zone === "Z") return 0;
  const offset = Number(zone.slice(1, 3)) * 3600 + Number(zone.slice(-2)) * 60;
  return zone.startsWith("-") ? -offset : offset;
}

const COLON = 0x3a;
/** Bytes of `hh:mm:ss`. */
const CLOCK_BYTES = 8;
/** A longer cell is always read as text. */
const MAX_BYTES = 64;

/** The cells of one column as bytes: only the first stamp of a day is read as text. */
export class StampCells {
  readonly #cell = new Uint8Array(MAX_BYTES);
  #length = -1;
  #stamp: Stamp | null = null;
  /** Where in the cell an `hh:mm:ss[.digits]` begins that it ends with; -1 without one. */
  #clock = -1;

  /** The stamp in the bytes from `from` to `to`; undefined where `learn` must be told what their text says. */
  read(bytes: Buffer, from: number, to: number): Stamp | null | undefined {
    const length = to - from;
    if (length === this.#length && isSame(bytes, from, this.#cell, length)) return this.#stamp;
    const clock = this.#clock;
    if (
      !this.#stamp ||
      clock === -1 ||
      length > MAX_BYTES ||
      clockIn(bytes, from + clock, to) !== from + clock
    )
      return undefined;
    if (!isSame(bytes, from, this.#cell, clock)) return undefined;
    const secondOfDay = parseDuration(bytes, from + clock, to);
    if (secondOfDay === undefined) return undefined;
    this.#keep(bytes, from, length);
    this.#stamp = { day: this.#stamp.day, secondOfDay };
    return this.#stamp;
  }

  learn(bytes: Buffer, from: number, to: number, stamp: Stamp | null): Stamp | null {
    const length = to - from;
    this.#stamp = stamp;
    this.#length = -1;
    this.#clock = -1;
    if (length > MAX_BYTES) return stamp;
    this.#keep(bytes, from, length);
    const clock = clockIn(bytes, from, to);
    if (clock !== -1 && parseDuration(bytes, clock, to) !== undefined) this.#clock = clock - from;
    return stamp;
  }

  #keep(bytes: Buffer, from: number, length: number): void {
    for (let k = 0; k < length; k++) this.#cell[k] = bytes[from + k] as number;
    this.#length = length;
  }
}

/** Where the first `hh:mm:ss` begins, digits taken for granted where parseDuration looks for them; -1 without one. */
function clockIn(bytes: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] !== COLON) at++;
  const clock = at - 2;
  const end = clock + CLOCK_BYTES;
  const fits =
    clock >= from &&
    end <= to &&
    bytes[clock + 5] === COLON &&
    isDigit(bytes[clock] as number) &&
    isDigit(bytes[end - 1] as number);
  return fits ? clock : -1;
}
