/** Wall-clock columns: Unix seconds or milliseconds, spreadsheet days, dates in five spellings, bare times of day. */
import { ColumnBuilder, Memory } from "./builder.js";
import { CellRow, type Row } from "./row.js";
import type { Stamp, StampDay } from "./stamp.js";

export interface WallClock {
  /** Seconds; NaN where the cell is blank or unreadable. Unix seconds when `absolute`, else from an arbitrary zero. */
  readonly seconds: Float64Array;
  /** False when the date is missing or its order of day and month cannot be told. */
  readonly absolute: boolean;
  /** True for epochs and for dates that all name their zone; else the zone is unknown, and UTC assumed. */
  readonly utc: boolean;
  readonly evidence: string;
}

const DAY_S = 86_400;
/** Spreadsheet days count from 1899-12-30. */
const SPREADSHEET_EPOCH_DAYS = 25_569;

/** Most of the cells must be what the first of them is. */
const MIN_READABLE_SHARE = 0.99;

/** Decodes a wall-clock column, or returns null when more than 1 % of its cells are not one. A date without a zone is read as UTC. */
export function readWallClock(cells: readonly string[]): WallClock | null {
  const clock = new ClockBuilder(new Memory("", cells.length));
  for (const cell of cells) {
    clock.read(new CellRow([cell], 0), 0);
    clock.keep();
  }
  return clock.finish();
}

/** A wall-clock column row by row: what it holds is decided by its first cell, the order of its dates by all. */
export class ClockBuilder {
  #kind: "blank" | "numbers" | "stamps" = "blank";
  /** Numbers as written, or the second of the day of a stamp. */
  readonly #seconds: ColumnBuilder;
  /** A stamp's date fields in one number; NaN without a date. */
  readonly #dates: ColumnBuilder;
  readonly #orders = new Set<StampDay["order"]>();
  readonly #above12 = { first: false, second: false };
  #first = Number.NaN;
  #day: StampDay | undefined;
  #dayDate = Number.NaN;
  #second = Number.NaN;
  #date = Number.NaN;
  #isFilled = false;
  #filled = 0;
  #readable = 0;
  #withoutZone = false;

  constructor(memory: Memory) {
    this.#seconds = new ColumnBuilder(memory, Float64Array);
    this.#dates = new ColumnBuilder(memory, Float64Array);
  }

  /** Reads a row's cell. Returns false when it holds no time of the kind that the first one was. */
  read(row: Row, column: number): boolean {
    this.#second = Number.NaN;
    this.#date = Number.NaN;
    this.#isFilled = !row.isBlank(column);
    if (!this.#isFilled) return false;
    if (this.#kind === "blank") {
      this.#first = row.number(column, ".");
      this.#kind = Number.isNaN(this.#first) ? "stamps" : "numbers";
    }
    if (this.#kind === "numbers") this.#second = row.number(column, ".");
    else this.#readStamp(row.stamp(column));
    return !Number.isNaN(this.#second);
  }

  /** Adds what was read last to the column. */
  keep(): void {
    if (this.#isFilled) this.#filled++;
    if (!Number.isNaN(this.#second)) this.#readable++;
    this.#seconds.push(this.#second);
    this.#dates.push(this.#date);
  }

  /** The clock; null when more than 1 % of the filled cells are not one. The builder is done with. */
  finish(): WallClock | null {
    if (this.#readable < MIN_READABLE_SHARE * this.#filled || this.#filled === 0) return null;
    return this.#kind === "numbers" ? this.#fromNumbers() : this.#fromStamps();
  }

  #readStamp(stamp: Stamp | null): void {
    if (!stamp) return;
    if (stamp.day !== this.#day) this.#readDay(stamp.day);
    this.#second = stamp.secondOfDay;
    this.#date = this.#dayDate;
  }

  #readDay(day: StampDay): void {
    this.#day = day;
    this.#dayDate = Number.NaN;
    this.#orders.add(day.order);
    this.#withoutZone ||= !day.zoned;
    if (!day.fields) return;
    const [a, b, c] = day.fields;
    this.#above12.first ||= a > 12;
    this.#above12.second ||= b > 12;
    this.#dayDate = (a * FIELD + b) * FIELD + c;
  }

  #fromNumbers(): WallClock | null {
    const first = this.#first;
    const numbers = () => this.#seconds.finish();
    // 2e4…8e4 days is 1954…2119; 5e8…5e9 s is 1985…2128; the ranges of the three do not meet.
    if (first > 2e4 && first < 8e4)
      return {
        seconds: numbers().map((days) => (days - SPREADSHEET_EPOCH_DAYS) * DAY_S),
        absolute: true,
        utc: false,
        evidence: "spreadsheet days since 1899-12-30",
      };
    const epoch = { absolute: true, utc: true };
    if (first > 5e8 && first < 5e9) return { ...epoch, seconds: numbers(), evidence: "Unix seconds" };
    if (first > 5e11 && first < 5e12)
      return { ...epoch, seconds: numbers().map((ms) => ms / 1000), evidence: "Unix milliseconds" };
    return null;
  }

  #fromStamps(): WallClock | null {
    const [order] = this.#orders;
    if (this.#orders.size !== 1 || order === undefined) return null;
    const seconds = this.#seconds.finish();
    if (order === "none") return timesOfDay(seconds);
    const dated = (by: DateOrder, absolute: boolean, evidence: string) => ({
      seconds: datedSeconds(seconds, this.#dates.finish(), by),
      absolute,
      utc: !this.#withoutZone,
      evidence: `dates, ${evidence}`,
    });
    if (order !== "dmy-or-mdy")
      return dated(order, true, order === "ymd" ? "year-month-day" : "day-month-year");
    const { first, second } = this.#above12;
    if (first && second) return null;
    if (first) return dated("dmy", true, "day first (a first field is above 12)");
    if (second) return dated("mdy", true, "month first (a second field is above 12)");
    // Consecutive rows are close together, so the wrong order shows as leaps of months.
    const monthFirst = dated("mdy", false, "order of day and month not told by the file");
    const dayFirst = { ...monthFirst, seconds: dated("dmy", false, "").seconds };
    return longestStep(dayFirst.seconds) < longestStep(monthFirst.seconds) ? dayFirst : monthFirst;
  }
}

/** Fields are packed in one number: each has up to four digits. */
const FIELD = 1e4;
type DateOrder = "ymd" | "dmy" | "mdy";

function datedSeconds(secondOfDay: Float64Array, dates: Float64Array, order: DateOrder): Float64Array {
  let date = Number.NaN;
  let midnight_s = Number.NaN;
  return secondOfDay.map((second, k) => {
    if (dates[k] !== date) {
      date = dates[k] as number;
      const [a, b, c] = [Math.floor(date / FIELD ** 2), Math.floor(date / FIELD) % FIELD, date % FIELD];
      const [year, month, day] = order === "ymd" ? [a, b, c] : order === "dmy" ? [c, b, a] : [c, a, b];
      midnight_s = Date.UTC(year < 100 ? year + 2000 : year, month - 1, day) / 1000;
    }
    return midnight_s + second;
  });
}

/** Without a date every step back in time is taken for a midnight. */
function timesOfDay(secondOfDay: Float64Array): WallClock {
  let midnights = 0;
  let last = Number.NEGATIVE_INFINITY;
  const seconds = secondOfDay.map((second) => {
    if (Number.isNaN(second)) return second;
    if (second < last - DAY_S / 2) midnights++;
    last = second;
    return second + midnights * DAY_S;
  });
  return { seconds, absolute: false, utc: false, evidence: "times of day without a date" };
}

function longestStep(seconds: Float64Array): number {
  let longest = 0;
  for (let k = 1; k < seconds.length; k++) {
    const step = Math.abs((seconds[k] as number) - (seconds[k - 1] as number));
    if (step > longest) longest = step;
  }
  return longest;
}
