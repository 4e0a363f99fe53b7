/** One panel: its key with the values at the cursor, and the uPlot chart below it. */
import uPlot from "uplot";
import { formatNumber } from "../format.js";
import type { ViolationMark } from "../payload.js";
import { BAND_HEIGHT, drawBands, drawForbidden, drawMark, drawViolations } from "./limits.js";
import type { Axis, Line, Panel, Side } from "./panels.js";
import { type Limits, limitScale, padded, withEdges } from "./scales.js";
import { color } from "./theme.js";
import { tickLabel, tickSteps_s } from "./timeaxis.js";
import type { Cell, TimeRange, Values, View } from "./view.js";

/** What all charts show at the moment. */
export interface Shown {
  readonly cell: Cell;
  readonly range: TimeRange;
  readonly view: View;
  readonly violations: readonly ViolationMark[];
  readonly thickness_um_mAh_cm2: number;
}

export interface ChartEvents {
  zoom(range: TimeRange): void;
  reset(): void;
  /** Time under the cursor, undefined when it has left. */
  hover(time_s: number | undefined): void;
}

const SYNC_KEY = "trace";
/** Above and below the current's lines: a band and some air. */
const EDGE = BAND_HEIGHT + 14;
const NARROW = 640;

/** Room beside the plot, equal in all panels so that their time axes lie above each other. */
const axisWidth = (width: number): number => (width < NARROW ? 50 : 66);

/** Pixels across the plotting area of a chart of this width: how many groups of steps are worth drawing. */
export const plotWidth = (width: number): number => Math.max(50, width - 2 * axisWidth(width));

export class Chart {
  readonly element = document.createElement("section");
  readonly #panel: Panel;
  readonly #plot: uPlot;
  readonly #outputs: readonly HTMLElement[];
  #shown: Shown;
  /** Values written at the cursor, by line. */
  #values: readonly Values[] = [];

  constructor(panel: Panel, shown: Shown, width: number, events: ChartEvents) {
    this.#panel = panel;
    this.#shown = shown;
    this.element.className = "panel";
    this.#outputs = panel.lines.map(() => document.createElement("b"));
    this.element.append(this.#head());
    this.#plot = new uPlot(this.#options(width, events), [[], ...panel.lines.map(() => [])], this.element);
    this.show(shown);
  }

  show(shown: Shown): void {
    this.#shown = shown;
    const { view, range } = shown;
    const { lines } = this.#panel;
    this.#values = lines.map(({ column, value }) => view.values(value ?? column));
    const drawn = lines.map(({ column, sign }) => view.values(column, sign));
    this.#plot.batch(() => {
      this.#plot.setData([view.time_s, ...drawn], false);
      this.#plot.setScale("x", { min: range.from_s, max: range.to_s });
    });
    this.#writeValues(undefined);
  }

  resize(width: number): void {
    this.#plot.setSize({ width, height: this.#panel.height });
  }

  /** After a change of colours. */
  repaint(): void {
    this.#plot.redraw(false);
  }

  #head(): HTMLElement {
    const head = document.createElement("div");
    head.className = "panel-head";
    const title = document.createElement("h2");
    title.textContent = this.#panel.title;
    const unit = document.createElement("span");
    unit.className = "quiet";
    unit.textContent = this.#panel.unit ?? "";
    title.append(" ", unit);
    // The line drawn last lies on top and is named first.
    const keys = this.#panel.lines.map((line, i) => {
      const key = document.createElement("span");
      key.className = "key";
      const sample = document.createElement("i");
      sample.className = line.style === "area" ? "box" : (line.style ?? "");
      sample.style.setProperty("--line", `var(--${line.color})`);
      key.append(sample, line.label, " ", this.#outputs[i] as HTMLElement);
      return key;
    });
    if (this.#panel.limits) {
      const key = document.createElement("span");
      key.className = "key violations";
      const sample = document.createElement("i");
      sample.className = "hatch";
      key.append(sample, "over a limit");
      keys.push(key);
    }
    head.append(title, ...keys.reverse());
    return head;
  }

  /** Puts the values at a point of the view into the key; nothing without a point. */
  #writeValues(index: number | null | undefined): void {
    this.#panel.lines.forEach(({ unit }, line) => {
      const values = this.#values[line] as Values;
      const output = this.#outputs[line] as HTMLElement;
      if (!values.some((value) => value !== null)) {
        output.textContent = "not recorded";
        return;
      }
      if (typeof index !== "number") {
        output.textContent = "";
        return;
      }
      const [low, high] = this.#extremesAt(values, index);
      const [least, most] = [formatNumber(low, 3), formatNumber(high, 3)];
      const text = least === most ? formatNumber((low + high) / 2) : `${least} … ${most}`;
      output.textContent = unit === undefined ? text : `${text} ${unit}`;
    });
  }

  /** Both extremes of the group a point belongs to. */
  #extremesAt(values: Values, index: number): Limits {
    const pair = this.#shown.view.single ? [index] : [index & ~1, index | 1];
    const numbers = pair.map((i) => values[i] ?? Number.NaN);
    return [Math.min(...numbers), Math.max(...numbers)];
  }

  #options(width: number, events: ChartEvents): uPlot.Options {
    const panel = this.#panel;
    const size = axisWidth(width);
    const axisOf = (side: Side): Axis => panel[side] ?? panel.left;
    const range = (side: Side) => (u: uPlot, low: number | null, high: number | null) =>
      panel.limits
        ? withEdges(
            limitScale(panel.lines, u.data.slice(1) as Values[]),
            u.bbox.height / devicePixelRatio,
            EDGE,
          )
        : padded(low, high, axisOf(side));
    const quiet = () => color("quiet");
    const grid = { stroke: () => color("grid"), width: 1 };
    const font = "12px system-ui, sans-serif";
    const common = { font, labelFont: font, stroke: quiet, ticks: { ...grid, size: 4 }, labelGap: 0 };
    const valueAxis = (side: Side, label: string): uPlot.Axis => ({
      ...common,
      scale: side,
      side: side === "left" ? 3 : 1,
      size: size - 20,
      label,
      labelSize: 20,
      gap: 4,
      grid: side === "left" ? grid : { show: false },
      values: (u, ticks) =>
        u.data.some((values, i) => i > 0 && this.#isOn(i - 1, side) && values.some((value) => value !== null))
          ? ticks.map((tick) => formatNumber(tick, 6))
          : ticks.map(() => ""),
    });
    return {
      width,
      height: panel.height,
      legend: { show: false },
      padding: [6, panel.right ? 0 : size, 0, 0],
      cursor: {
        y: false,
        drag: { x: true, y: false, setScale: false },
        sync: {
          key: SYNC_KEY,
          scales: ["x", null],
          filters: { pub: (type) => type === "mousemove" || type === "mouseleave" },
        },
        bind: {
          dblclick: () => () => {
            events.reset();
            return null;
          },
        },
        points: { size: 7 },
      },
      scales: {
        x: { time: false, auto: false },
        left: { range: range("left") },
        right: panel.stacked
          ? {
              from: "left",
              range: (_, low, high) =>
                [low, high].map((value) => value * this.#shown.thickness_um_mAh_cm2) as Limits,
            }
          : { range: range("right") },
      },
      axes: [
        {
          ...common,
          grid,
          size: 26,
          gap: 3,
          space: 90,
          incrs: tickSteps_s,
          values: (_, ticks, __, ___, step) => ticks.map((tick) => tickLabel(tick, step)),
        },
        valueAxis("left", panel.left.label),
        ...(panel.right ? [valueAxis("right", panel.right.label)] : []),
      ],
      series: [{}, ...panel.lines.map(seriesOf)],
      ...(panel.stacked ? { bands: stackedBands(panel.lines) } : {}),
      hooks: {
        drawAxes: [(u) => this.#drawBelow(u)],
        draw: [(u) => this.#drawAbove(u)],
        setCursor: [
          ({ cursor, posToVal }) => {
            const inside = typeof cursor.left === "number" && cursor.left >= 0;
            this.#writeValues(inside ? cursor.idx : undefined);
            events.hover(inside ? posToVal(cursor.left as number, "x") : undefined);
          },
        ],
        setSelect: [
          (u) => {
            const { left, width: selected } = u.select;
            if (selected < 3) return;
            events.zoom({ from_s: u.posToVal(left, "x"), to_s: u.posToVal(left + selected, "x") });
            u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          },
        ],
      },
    };
  }

  #isOn(line: number, side: Side): boolean {
    return this.#panel.stacked === true || this.#panel.lines[line]?.axis === side;
  }

  #drawBelow(u: uPlot): void {
    const { cell, range, violations } = this.#shown;
    const { lines, limits } = this.#panel;
    if (limits) {
      const line = (column: Line["column"]) => lines.findIndex((each) => each.column === column) + 1;
      drawForbidden(u, cell, range, "charge", line("chargeLimitContinuous_mA_cm2"));
      drawForbidden(u, cell, range, "discharge", line("dischargeLimitContinuous_mA_cm2"));
    }
    drawViolations(u, violations, limits ? 1 : 0.4);
    for (const side of ["left", "right"] as const) {
      const mark = this.#panel[side]?.mark;
      if (mark) drawMark(u, side, mark.value, mark.label);
    }
  }

  #drawAbove(u: uPlot): void {
    if (!this.#panel.limits) return;
    const { cell, range } = this.#shown;
    drawBands(u, cell, range, "charge");
    drawBands(u, cell, range, "discharge");
  }
}

function seriesOf(line: Line): uPlot.Series {
  return {
    scale: line.axis,
    stroke: () => color(line.color),
    width: line.style === "light" ? 1 : 1.5,
    points: { show: (u) => (u.data[0].length < 40 ? true : undefined) as boolean, size: 5 },
    ...(line.style === "dashed" ? { dash: [6, 4] } : {}),
    ...(line.style === "area" ? { fill: () => `${color(line.color)}66` } : {}),
  };
}

/** Each area ends where the next one begins; the last reaches down to 0 by its own fill. */
const stackedBands = (lines: readonly Line[]): uPlot.Band[] =>
  lines.slice(1).map((_, i) => ({ series: [i + 1, i + 2] }));
