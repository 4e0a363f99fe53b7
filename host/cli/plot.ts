/** Current and voltage over time as lines of text, for any width of terminal. */

import { continuousAxis } from "../replay/resample.js";
import { formatNumber } from "../report/format.js";
import { MAX_GAP_s, type Trace } from "../trace/index.js";
import { extent } from "../trace/inspect.js";

export interface PlotStyle {
  /** Characters a line may have. */
  readonly width: number;
  /** Braille dots; else ASCII only. */
  readonly unicode: boolean;
  readonly color: boolean;
}

/** What this terminal can show: its width, UTF-8 by the locale, colours unless NO_COLOR is set. */
export function terminalStyle(
  env = process.env,
  stdout: { isTTY?: boolean; columns?: number } = process.stdout,
): PlotStyle {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || "";
  return {
    width: Math.min(Math.max(stdout.columns ?? 80, MIN_WIDTH), MAX_WIDTH),
    unicode: /utf-?8/i.test(locale),
    color: stdout.isTTY === true && !env.NO_COLOR,
  };
}

const MIN_WIDTH = 40;
const MAX_WIDTH = 160;
const PANEL_LINES = 7;
const TICKS_PER_PANEL = 3;
/** Columns between the labels of the time axis. */
const TIME_LABEL_COLUMNS = 10;

interface Quantity {
  readonly name: string;
  readonly unit: string;
  /** In that unit per unit inside. */
  readonly scale: number;
  readonly values: Float64Array;
  readonly paint: number;
}

/** A panel of voltage where there is one, a panel of current, and the time below both. */
export function plotTrace({ columns }: Pick<Trace, "columns">, style: PlotStyle): string[] {
  const time_s = continuousAxis(columns.time_s);
  const { voltage_V, current_A } = columns;
  const quantities = [
    ...(voltage_V
      ? [{ name: "voltage", values: voltage_V, paint: 36, ...prefix("V", voltage_V, style) }]
      : []),
    { name: "current", values: current_A, paint: 33, ...prefix("A", current_A, style) },
  ];
  const panels = quantities.map((quantity) => ({
    quantity,
    ticks: ticks(scaledExtent(quantity), TICKS_PER_PANEL),
  }));
  const labels = panels.map(({ ticks }) => ticks.map((tick) => label(tick, style)));
  const margin = Math.max(...labels.flat().map(({ length }) => length)) + 1;
  const width = style.width - margin - 3;
  const span: Range = [time_s[0] as number, Math.max(time_s.at(-1) as number, (time_s[0] as number) + 1e-3)];
  const axis = timeUnit(span[1] - span[0]);
  return [
    ...panels.flatMap(({ quantity, ticks }) =>
      panel(quantity, ticks, time_s, span, { ...style, width, margin }),
    ),
    ...timeAxis(span, axis, { ...style, width, margin }),
  ];
}

type Range = readonly [number, number];
type Frame = PlotStyle & { readonly margin: number };

function panel(
  { name, unit, scale, values, paint }: Quantity,
  tickValues: readonly number[],
  time_s: Float64Array,
  span: Range,
  frame: Frame,
): string[] {
  const range: Range = [tickValues[0] as number, tickValues.at(-1) as number];
  const canvas = new Canvas(frame.width, PANEL_LINES, frame.unicode);
  const x = (t: number) => Math.round(((t - span[0]) / (span[1] - span[0])) * (canvas.dotsAcross - 1));
  const y = (value: number) =>
    Math.round(((range[1] - value) / (range[1] - range[0])) * (canvas.dotsDown - 1));
  let from: readonly [number, number] | undefined;
  for (const [row, value] of values.entries()) {
    if (Number.isNaN(value)) {
      from = undefined;
      continue;
    }
    const to = [x(time_s[row] as number), y(value * scale)] as const;
    const pause = row > 0 && (time_s[row] as number) - (time_s[row - 1] as number) > MAX_GAP_s;
    canvas.line(from && !pause ? from : to, to);
    from = to;
  }
  const rowOf = (tick: number) => Math.round((y(tick) / (canvas.dotsDown - 1)) * (PANEL_LINES - 1));
  const labelled = new Map(tickValues.map((tick) => [rowOf(tick), label(tick, frame)]));
  const edge = frame.unicode ? ["┤", "│"] : ["+", "|"];
  const color = (text: string) => (frame.color ? `\u001b[${paint}m${text}\u001b[0m` : text);
  return [
    `${" ".repeat(frame.margin)} ${name} / ${unit}`,
    ...canvas.lines().map((line, k) => {
      const text = labelled.get(k);
      return `${(text ?? "").padStart(frame.margin)} ${edge[text === undefined ? 1 : 0]}${color(line)}`.trimEnd();
    }),
  ];
}

function timeAxis([start, end]: Range, { unit, seconds }: TimeUnit, frame: Frame): string[] {
  const span = (end - start) / seconds;
  const marks = ticks([0, span], Math.max(2, Math.floor(frame.width / TIME_LABEL_COLUMNS))).filter(
    (tick) => tick >= 0 && tick <= span * (1 + 1e-9),
  );
  const line = new Array<string>(frame.width).fill(frame.unicode ? "─" : "-");
  const texts = new Array<string>(frame.width + 1).fill(" ");
  for (const mark of marks) {
    const at = Math.round((mark / span) * (frame.width - 1));
    line[at] = frame.unicode ? "┴" : "+";
    const text = formatNumber(mark);
    const begin = Math.min(Math.max(0, at - (text.length >> 1)), frame.width - text.length);
    for (const [k, character] of [...text].entries()) texts[begin + k] = character;
  }
  const corner = frame.unicode ? "└" : "+";
  const indent = " ".repeat(frame.margin + 1);
  return [
    `${indent}${corner}${line.join("")}`,
    `${indent} ${texts.join("").trimEnd()}`,
    `${indent} time since the first row / ${unit}`,
  ];
}

/** Dots that are lit, and the characters that show them. */
class Canvas {
  readonly dotsAcross: number;
  readonly dotsDown: number;
  readonly #across: number;
  readonly #down: number;
  readonly #columns: number;
  readonly #unicode: boolean;
  /** Per character, a bit per dot. */
  readonly #cells: Uint8Array;

  constructor(columns: number, lines: number, unicode: boolean) {
    [this.#across, this.#down] = unicode ? [2, 4] : [1, 2];
    this.dotsAcross = columns * this.#across;
    this.dotsDown = lines * this.#down;
    this.#columns = columns;
    this.#unicode = unicode;
    this.#cells = new Uint8Array(columns * lines);
  }

  /** Lights every dot from one to the other. */
  line([x0, y0]: readonly [number, number], [x1, y1]: readonly [number, number]): void {
    const steps = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0), 1);
    for (let k = 0; k <= steps; k++)
      this.#light(Math.round(x0 + ((x1 - x0) * k) / steps), Math.round(y0 + ((y1 - y0) * k) / steps));
  }

  lines(): string[] {
    const characters = Array.from(this.#cells, (dots) =>
      this.#unicode ? (dots === 0 ? " " : String.fromCodePoint(0x2800 + dots)) : (" '.:"[dots] as string),
    );
    return Array.from({ length: characters.length / this.#columns }, (_, k) =>
      characters.slice(k * this.#columns, (k + 1) * this.#columns).join(""),
    );
  }

  #light(x: number, y: number): void {
    const cell = Math.floor(y / this.#down) * this.#columns + Math.floor(x / this.#across);
    const bit = this.#unicode ? (BRAILLE[y % 4]?.[x % 2] as number) : 1 << (y % 2);
    this.#cells[cell] = (this.#cells[cell] as number) | bit;
  }
}

/** Bits of the dots of U+2800…U+28FF, by row and column. */
const BRAILLE = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

const label = (tick: number, { unicode }: PlotStyle): string => {
  const text = formatNumber(tick);
  return unicode ? text : text.replace("−", "-");
};

function scaledExtent({ values, scale }: Quantity): Range {
  const [least, most] = extent(values) ?? [0, 0];
  return [least * scale, most * scale];
}

/** Multiples of 1, 2 or 5 times a power of ten that enclose the range, about `count` of them. */
function ticks([least, most]: Range, count: number): number[] {
  // A constant gets room on both sides.
  const width = most > least ? most - least : Math.abs(most) || 1;
  const [low, high] = most > least ? [least, most] : [least - width / 2, most + width / 2];
  const power = 10 ** Math.floor(Math.log10(width / count));
  const step = ([1, 2, 5, 10].find((factor) => factor * power * count >= width * (1 - 1e-9)) ?? 10) * power;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, k) => Number(((first + k) * step).toPrecision(12)));
}

/** The unit in which the largest value is at least a half. */
function prefix(
  unit: "A" | "V",
  values: Float64Array,
  { unicode }: PlotStyle,
): { unit: string; scale: number } {
  const [least, most] = extent(values) ?? [0, 0];
  const largest = Math.max(Math.abs(least), Math.abs(most));
  if (largest >= 0.5 || largest === 0) return { unit, scale: 1 };
  if (largest >= 0.5e-3) return { unit: `m${unit}`, scale: 1e3 };
  if (largest >= 0.5e-6) return { unit: `${unicode ? "µ" : "u"}${unit}`, scale: 1e6 };
  return { unit: `n${unit}`, scale: 1e9 };
}

interface TimeUnit {
  readonly unit: string;
  readonly seconds: number;
}

function timeUnit(span_s: number): TimeUnit {
  if (span_s < 300) return { unit: "s", seconds: 1 };
  if (span_s < 5 * 3600) return { unit: "min", seconds: 60 };
  return span_s < 5 * 86_400 ? { unit: "h", seconds: 3600 } : { unit: "d", seconds: 86_400 };
}
