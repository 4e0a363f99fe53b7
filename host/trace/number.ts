/** Numbers and durations straight from bytes, equal to the last bit to what Number() makes of the same characters. */
import type { DecimalMark } from "./units.js";

export const POWERS = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
const ZERO = 0x30;
const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const COMMA = 0x2c;
const SPACE = 0x20;
const TAB = 0x09;
const COLON = 0x3a;
const DAY = 0x64;
/** So many digits fit an integer of 32 bits, whatever they are. */
export const INTEGER_DIGITS = 9;
/** So many digits are a double, whatever they are. */
const EXACT_DIGITS = 15;

export const isDigit = (byte: number): boolean => byte >= ZERO && byte <= ZERO + 9;

/** Whether the bytes from `from` on are the first `length` of `other`. */
export function isSame(bytes: Uint8Array, from: number, other: Uint8Array, length: number): boolean {
  for (let k = 0; k < length; k++) if (bytes[from + k] !== other[k]) return false;
  return true;
}

/**
 * The number of a cell `[+-]digits[.digits][e[+-]digits]` with white space around it, NaN where it is out of range;
 * undefined for any other spelling, which readNumber decides.
 *
 * Up to 2⁵³ the digits are an exact double, and so is a power of ten up to 10²²: one multiplication or division of
 * the two rounds once, which is the correctly rounded result (Clinger 1990). Anything longer goes to Number().
 */
export function parseNumber(bytes: Buffer, from: number, to: number, mark: DecimalMark): number | undefined {
  let start = from;
  let end = to;
  while (start < end && (bytes[start] === SPACE || bytes[start] === TAB)) start++;
  while (end > start && (bytes[end - 1] === SPACE || bytes[end - 1] === TAB)) end--;
  const negative = bytes[start] === MINUS;
  let at = negative || bytes[start] === PLUS ? start + 1 : start;
  let digits = 0;
  // Up to nine more behind them: integers are faster.
  let low = 0;
  let lowDigits = 0;
  const whole = at;
  for (; at < end; at++) {
    const digit = (bytes[at] as number) - ZERO;
    if (!(digit >= 0 && digit <= 9)) break;
    low = (low * 10 + digit) | 0;
    if (++lowDigits < INTEGER_DIGITS) continue;
    digits = digits * 1e9 + low;
    low = 0;
    lowDigits = 0;
  }
  let count = at - whole;
  let exponent = 0;
  if (at < end && bytes[at] === (mark === "." ? POINT : COMMA)) {
    const fraction = ++at;
    for (; at < end; at++) {
      const digit = (bytes[at] as number) - ZERO;
      if (!(digit >= 0 && digit <= 9)) break;
      low = (low * 10 + digit) | 0;
      if (++lowDigits < INTEGER_DIGITS) continue;
      digits = digits * 1e9 + low;
      low = 0;
      lowDigits = 0;
    }
    exponent = fraction - at;
    count -= exponent;
  }
  // "." and "-" are no numbers.
  if (count === 0) return undefined;
  digits = digits * (POWERS[lowDigits] as number) + low;
  if (at < end) {
    if (((bytes[at] as number) | 0x20) !== 0x65) return undefined;
    at++;
    const below = bytes[at] === MINUS;
    if (below || bytes[at] === PLUS) at++;
    if (at === end) return undefined;
    let written = 0;
    for (; at < end; at++) {
      const digit = (bytes[at] as number) - ZERO;
      if (!(digit >= 0 && digit <= 9)) return undefined;
      written = written * 10 + digit;
    }
    exponent += below ? -written : written;
  }
  if (digits <= Number.MAX_SAFE_INTEGER && exponent >= -22 && exponent <= 22) {
    const value =
      exponent < 0 ? digits / (POWERS[-exponent] as number) : digits * (POWERS[exponent] as number);
    return negative ? -value : value;
  }
  const text = bytes.toString("latin1", start, end);
  const value = Number(mark === "." ? text : text.replace(",", "."));
  return Number.isFinite(value) ? value : Number.NaN;
}

/**
 * The seconds of a cell `[days d ]hours:minutes:seconds[.digits]` with spaces around it; undefined for any other
 * spelling, which readDuration decides.
 */
export function parseDuration(bytes: Buffer, from: number, to: number): number | undefined {
  let at = from;
  let end = to;
  while (at < end && bytes[at] === SPACE) at++;
  while (end > at && bytes[end - 1] === SPACE) end--;
  let whole = 0;
  let field = 0;
  let first = at;
  let hasDays = false;
  let colons = 0;
  for (; at < end; at++) {
    const byte = bytes[at] as number;
    if (isDigit(byte)) {
      field = field * 10 + byte - ZERO;
      continue;
    }
    if (at === first || at - first > (colons === 0 ? 9 : 2)) return undefined;
    if (byte === COLON && colons < 2) {
      whole = (whole + field) * 60;
      colons++;
    } else if (byte === DAY && colons === 0 && !hasDays && bytes[at + 1] === SPACE) {
      whole = field * 24;
      hasDays = true;
      while (bytes[at + 1] === SPACE) at++;
    } else break;
    field = 0;
    first = at + 1;
  }
  const digits = at - first;
  if (colons < 2 || digits === 0 || digits > 2) return undefined;
  if (at === end) return whole + field;
  const decimals = end - at - 1;
  if ((bytes[at] !== POINT && bytes[at] !== COMMA) || digits + decimals > EXACT_DIGITS) return undefined;
  for (at++; at < end; at++) {
    const digit = (bytes[at] as number) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return undefined;
    field = field * 10 + digit;
  }
  return whole + field / (POWERS[decimals] as number);
}
