/** Wall-clock columns: Unix seconds or milliseconds, spreadsheet days, dates in five spellings, bare times of day. */
import { isBlank, readNumber } from "./units.js";

export interface WallClock {
  /** Seconds; NaN where the cell is blank or unreadable. Unix seconds when `absolute`, else from an arbitrary zero. */
  readonly seconds: Float64Array;
  /** False when the date is missing or its order of day and month cannot be told. */
  readonly absolute: boolean;
  readonly evidence: string;
}

const DAY_S = 86_400;
/** Spreadsheet days count from 1899-12-30. */
const SPREADSHEET_EPOCH_DAYS = 25_569;
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** Decodes a wall-clock column, or returns null when more than 1 % of its cells are not one. A date without a zone is read as UTC. */
export function readWallClock(cells: readonly string[]): WallClock | null {
  const filled = cells.filter((cell) => !isBlank(cell));
  const first = filled[0];
  if (first === undefined) return null;
  const clock = Number.isNaN(readNumber(first, "."))
    ? fromText(cells)
    : fromNumbers(cells, readNumber(first, "."));
  if (!clock) return null;
  const readable = clock.seconds.filter((s) => !Number.isNaN(s)).length;
  return readable < 0.99 * filled.length ? null : clock;
}

function fromNumbers(cells: readonly string[], first: number): WallClock | null {
  const numbers = () => Float64Array.from(cells, (cell) => readNumber(cell, "."));
  // 2e4…8e4 days is 1954…2119; 5e8…5e9 s is 1985…2128; the ranges of the three do not meet.
  if (first > 2e4 && first < 8e4)
    return {
      seconds: numbers().map((days) => (days - SPREADSHEET_EPOCH_DAYS) * DAY_S),
      absolute: true,
      evidence: "spreadsheet days since 1899-12-30",
    };
  if (first > 5e8 && first < 5e9) return { seconds: numbers(), absolute: true, evidence: "Unix seconds" };
  if (first > 5e11 && first < 5e12)
    return { seconds: numbers().map((ms) => ms / 1000), absolute: true, evidence: "Unix milliseconds" };
  return null;
}

interface DateParts {
  /** The three date fields as written; null for a bare time of day. */
  readonly fields: readonly [number, number, number] | null;
  readonly order: "ymd" | "dmy" | "dmy-or-mdy" | "none";
  /** In UTC where the cell names its zone: may lie outside the day. */
  readonly secondOfDay: number;
}

const CLOCK = String.raw`(\d{1,2}):(\d{2})(?::(\d{2}(?:[.,]\d*)?))?\s*([AaPp][Mm])?`;
const STAMP = new RegExp(
  String.raw`^\s*(?:(\d{1,4})([-/.])([A-Za-z]{3}|\d{1,2})[-/.](\d{1,4})(?:,?\s+|T))?${CLOCK}(Z|[+-]\d{2}:?\d{2})?\s*$`,
);

function parseStamp(cell: string): DateParts | null {
  const match = STAMP.exec(cell);
  if (!match) return null;
  const [, a, separator, b, c, hour = "", minute = "", second = "0", half, zone = "Z"] = match;
  let hours = Number(hour);
  if (half) hours = (hours % 12) + (half.toLowerCase() === "pm" ? 12 : 0);
  const localSecond = hours * 3600 + Number(minute) * 60 + Number(second.replace(",", "."));
  const secondOfDay = localSecond - zoneOffset_s(zone);
  if (a === undefined || b === undefined || c === undefined)
    return { fields: null, order: "none", secondOfDay };
  const month = MONTHS.indexOf(b.toLowerCase());
  if (month !== -1) return { fields: [Number(a), month + 1, Number(c)], order: "dmy", secondOfDay };
  const order = a.length === 4 ? "ymd" : separator === "." ? "dmy" : "dmy-or-mdy";
  return { fields: [Number(a), Number(b), Number(c)], order, secondOfDay };
}

/** Seconds a clock in the zone `Z`, `+0200` or `+02:00` is ahead of UTC. */
function zoneOffset_s(zone: string): number {
  if (zone === "Z") return 0;
  const offset = Number(zone.slice(1, 3)) * 3600 + Number(zone.slice(-2)) * 60;
  return zone.startsWith("-") ? -offset : offset;
}

function fromText(cells: readonly string[]): WallClock | null {
  const stamps = cells.map(parseStamp);
  const orders = new Set(stamps.flatMap((stamp) => (stamp ? [stamp.order] : [])));
  const [order] = orders;
  if (orders.size !== 1 || order === undefined) return null;
  if (order === "none") return timesOfDay(stamps);
  if (order !== "dmy-or-mdy")
    return dated(stamps, order, true, order === "ymd" ? "year-month-day" : "day-month-year");
  const above12 = (field: 0 | 1) => stamps.some((stamp) => stamp?.fields && stamp.fields[field] > 12);
  if (above12(0) && above12(1)) return null;
  if (above12(0)) return dated(stamps, "dmy", true, "day first (a first field is above 12)");
  if (above12(1)) return dated(stamps, "mdy", true, "month first (a second field is above 12)");
  // Consecutive rows are close together, so the wrong order shows as leaps of months.
  const monthFirst = dated(stamps, "mdy", false, "order of day and month not told by the file");
  const dayFirst = dated(stamps, "dmy", false, monthFirst.evidence);
  return longestStep(dayFirst.seconds) < longestStep(monthFirst.seconds) ? dayFirst : monthFirst;
}

function dated(
  stamps: readonly (DateParts | null)[],
  order: "ymd" | "dmy" | "mdy",
  absolute: boolean,
  evidence: string,
): WallClock {
  const seconds = Float64Array.from(stamps, (stamp) => {
    if (!stamp?.fields) return Number.NaN;
    const [a, b, c] = stamp.fields;
    const [year, month, day] = order === "ymd" ? [a, b, c] : order === "dmy" ? [c, b, a] : [c, a, b];
    return Date.UTC(year < 100 ? year + 2000 : year, month - 1, day) / 1000 + stamp.secondOfDay;
  });
  return { seconds, absolute, evidence: `dates, ${evidence}` };
}

/** Without a date every step back in time is taken for a midnight. */
function timesOfDay(stamps: readonly (DateParts | null)[]): WallClock {
  let midnights = 0;
  let last = Number.NEGATIVE_INFINITY;
  const seconds = Float64Array.from(stamps, (stamp) => {
    if (!stamp) return Number.NaN;
    if (stamp.secondOfDay < last - DAY_S / 2) midnights++;
    last = stamp.secondOfDay;
    return stamp.secondOfDay + midnights * DAY_S;
  });
  return { seconds, absolute: false, evidence: "times of day without a date" };
}

function longestStep(seconds: Float64Array): number {
  let longest = 0;
  for (let k = 1; k < seconds.length; k++) {
    const step = Math.abs((seconds[k] as number) - (seconds[k - 1] as number));
    if (step > longest) longest = step;
  }
  return longest;
}
