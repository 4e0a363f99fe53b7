/** Numbers and times as people read them; shared by the terminal, the report and its viewer. */

/** Four significant digits, no trailing zeros, no exponent between 1e-4 and 1e6; "–" for what is not a number. */
export function formatNumber(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const magnitude = Math.abs(value);
  if (magnitude >= 1e6 || magnitude < 1e-4) {
    const [mantissa = "", exponent = "0"] = value.toExponential(2).split("e");
    return `${Number(mantissa)}e${Number(exponent)}`;
  }
  return String(Number(value.toPrecision(digits))).replace("-", "−");
}

/** A position on the trace's clock: `1:02:03`, `0:00:03.5`. */
export function formatClock(time_s: number): string {
  if (!Number.isFinite(time_s)) return "–";
  const tenths = Math.round(Math.abs(time_s) * 10);
  const seconds = Math.floor(tenths / 10);
  const two = (n: number) => String(n).padStart(2, "0");
  const fraction = tenths % 10 === 0 ? "" : `.${tenths % 10}`;
  const sign = time_s < 0 && tenths > 0 ? "−" : "";
  return `${sign}${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}${fraction}`;
}

/** A length of time in the two units that matter: `12 h 30 min`, `4.2 s`. */
export function formatDuration(duration_s: number): string {
  if (!Number.isFinite(duration_s)) return "–";
  if (duration_s < 59.95) return `${formatNumber(duration_s, 3)} s`;
  const pair = (large: number, largeUnit: string, small: number, smallUnit: string) =>
    small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
  const minutes = Math.round(duration_s / 60);
  if (duration_s < 3600 && minutes < 60) {
    const seconds = Math.round(duration_s);
    return pair(Math.floor(seconds / 60), "min", seconds % 60, "s");
  }
  if (minutes < 48 * 60) return pair(Math.floor(minutes / 60), "h", minutes % 60, "min");
  const hours = Math.round(duration_s / 3600);
  return pair(Math.floor(hours / 24), "d", hours % 24, "h");
}

/** 12345 → "12,345". */
export const formatCount = (count: number): string => count.toLocaleString("en-US");

/** "1 time", "3 times". */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;
