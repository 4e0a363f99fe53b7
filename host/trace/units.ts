/** Units, numbers and durations as cyclers write them. */

export type Quantity = "time" | "current" | "voltage" | "temperature" | "pressure" | "capacity" | "energy";

/** Factors to s, A, V, °C, Pa, Ah, Wh. Both micro signs occur; "?" and U+FFFD stand where an export destroyed the µ or °. */
const SCALES: Readonly<Record<Quantity, Readonly<Record<string, number>>>> = {
  time: {
    s: 1,
    sec: 1,
    Sec: 1,
    second: 1,
    seconds: 1,
    Seconds: 1,
    ms: 1e-3,
    millisecond: 1e-3,
    min: 60,
    Min: 60,
    minute: 60,
    h: 3600,
    hour: 3600,
  },
  current: {
    ...{ A: 1, ampere: 1, amps: 1, mA: 1e-3, milliampere: 1e-3, nA: 1e-9 },
    ...{ uA: 1e-6, µA: 1e-6, μA: 1e-6, "?A": 1e-6, "\ufffdA": 1e-6, microampere: 1e-6 },
  },
  voltage: { V: 1, volt: 1, volts: 1, mV: 1e-3, millivolt: 1e-3 },
  temperature: { degC: 1, "°C": 1, "℃": 1, C: 1, "?": 1, "?C": 1, "\ufffdC": 1, celsius: 1 },
  pressure: {
    ...{ Pa: 1, pascal: 1, kPa: 1e3, kilopascal: 1e3, MPa: 1e6, megapascal: 1e6 },
    // psi: 1 lbf/in² = 6894.757293168 Pa (NIST SP 811).
    ...{ bar: 1e5, psi: 6894.757293168, Psi: 6894.757293168, PSI: 6894.757293168 },
  },
  capacity: {
    ...{ Ah: 1, ah: 1, ampere_hour: 1, mAh: 1e-3, mah: 1e-3, "mA.h": 1e-3, milliampere_hour: 1e-3 },
    ...{ As: 1 / 3600, C: 1 / 3600, mAs: 1e-3 / 3600 },
  },
  energy: { Wh: 1, wh: 1, watt_hour: 1, mWh: 1e-3, "W.h": 1, Ws: 1 / 3600, J: 1 / 3600, mWs: 1e-3 / 3600 },
};

/** Factor from `unit` to the unit the trace uses inside, or undefined when the unit is not one of the quantity's. */
export function unitScale(quantity: Quantity, unit: string): number | undefined {
  const scales = SCALES[quantity];
  return Object.hasOwn(scales, unit) ? scales[unit] : undefined;
}

export type DecimalMark = "." | ",";

const PLAIN = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const GROUPED = /^[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?$/;

/** The cell's number, or NaN when it holds none. Accepts thousands groups ("18,000.05") where the mark is a point. */
export function readNumber(cell: string, mark: DecimalMark): number {
  let digits = cell.trim();
  if (mark === ",") digits = digits.replace(",", ".");
  else if (GROUPED.test(digits)) digits = digits.replaceAll(",", "");
  if (!PLAIN.test(digits)) return Number.NaN;
  const value = Number(digits);
  return Number.isFinite(value) ? value : Number.NaN;
}

/** "Not measured": the placeholders cyclers write into an optional cell. */
export function isBlank(cell: string): boolean {
  return /^\s*(?:|n\/?a|-{1,3}|null|none)\s*$/i.test(cell);
}

/** Seconds from `HH:MM:SS[.fff]` (hours may pass 24) or Maccor's `1d 10:10:5.47`; NaN when it is neither. */
export function readDuration(cell: string): number {
  const match = /^\s*(?:(\d+)d\s+)?(\d+):(\d{1,2}):(\d{1,2}(?:[.,]\d*)?)\s*$/.exec(cell);
  if (!match) return Number.NaN;
  const [, days = "0", hours = "", minutes = "", seconds = ""] = match;
  return (
    ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds.replace(",", "."))
  );
}

export interface DecimalDecision {
  readonly mark: DecimalMark;
  readonly evidence: string;
}

/**
 * Decides the decimal mark from cells of numeric columns. Undefined when both marks occur, or when every comma could
 * as well be a thousands separator ("1,020") and no point tells.
 */
export function decideDecimalMark(cells: Iterable<string>): DecimalDecision | undefined {
  let points = 0;
  let grouped = 0;
  let commas = 0;
  for (const cell of cells) {
    const text = cell.trim();
    if (/^[+-]?[\d,]*\.\d*(?:[eE][+-]?\d+)?$/.test(text)) points++;
    else if (GROUPED.test(text)) grouped++;
    else if (/^[+-]?\d*,\d+(?:[eE][+-]?\d+)?$/.test(text)) commas++;
  }
  if (commas === 0 && (points > 0 || grouped === 0))
    return {
      mark: ".",
      evidence: `decimal mark: point (${points} cells with a point, none with a decimal comma)`,
    };
  if (points > 0 || commas === 0) return undefined;
  return { mark: ",", evidence: `decimal mark: comma (${commas} cells with a comma, none with a point)` };
}
