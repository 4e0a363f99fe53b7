/** Numbers straight from bytes, equal to the last bit to what Number() makes of the same characters. */
import type { DecimalMark } from "./units.js";

const POWERS = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
const ZERO = 0x30;
const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const COMMA = 0x2c;
const SPACE = 0x20;
const TAB = 0x09;

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
  const whole = at;
  for (; at < end; at++) {
    const digit = (bytes[at] as number) - ZERO;
    if (!(digit >= 0 && digit <= 9)) break;
    digits = digits * 10 + digit;
  }
  let count = at - whole;
  let exponent = 0;
  if (at < end && bytes[at] === (mark === "." ? POINT : COMMA)) {
    const fraction = ++at;
    for (; at < end; at++) {
      const digit = (bytes[at] as number) - ZERO;
      if (!(digit >= 0 && digit <= 9)) break;
      digits = digits * 10 + digit;
    }
    exponent = fraction - at;
    count -= exponent;
  }
  // "." and "-" are no numbers.
  if (count === 0) return undefined;
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
