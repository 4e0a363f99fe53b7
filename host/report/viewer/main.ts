/*!
 * Every report carries uPlot, whose licence asks to go with it (kept by the bundler for its `!`):
 *
 * The MIT License (MIT)
 *
 * Copyright (c) 2022 Leon Sorokin
 *
 * Permission is hereby granted, free of charge, to any person obtaining a copy
 * of this software and associated documentation files (the "Software"), to deal
 * in the Software without restriction, including without limitation the rights
 * to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
 * copies of the Software, and to permit persons to whom the Software is
 * furnished to do so, subject to the following conditions:
 *
 * The above copyright notice and this permission notice shall be included in
 * all copies or substantial portions of the Software.
 *
 * THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
 * IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
 * FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
 * AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
 * LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
 * OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN
 * THE SOFTWARE.
 */
/** The report's charts: one time axis, one cursor, one zoom. */
import "./report.css";
import { formatClock, formatDuration } from "../format.js";
import { decodeReport, type ReportData } from "../payload.js";
import { Chart, plotWidth, type Shown } from "./chart.js";
import { panels } from "./panels.js";
import { Toolbar } from "./toolbar.js";
import { type Cell, reasonAt, type TimeRange, View, wholeRange } from "./view.js";

/** Least number of steps on screen. */
const LEAST_STEPS = 10;

/** The embedded data: base64 of raw deflate. */
async function embedded(): Promise<ReportData> {
  const text = document.getElementById("data")?.textContent ?? "";
  const packed = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return decodeReport(new Uint8Array(await new Response(stream).arrayBuffer()));
}

/** A range of at least LEAST_STEPS, moved into the trace and cut to it. */
function within(cell: Cell, { from_s, to_s }: TimeRange): TimeRange {
  const whole = wholeRange(cell);
  const length = Math.min(whole.to_s - whole.from_s, Math.max(to_s - from_s, LEAST_STEPS * cell.dt_s));
  const middle = (from_s + to_s) / 2;
  const from = Math.min(Math.max(middle - length / 2, whole.from_s), whole.to_s - length);
  return { from_s: from, to_s: from + length };
}

class Report {
  readonly #data: ReportData;
  readonly #place: HTMLElement;
  readonly #toolbar: Toolbar;
  readonly #charts: readonly Chart[];
  #cell: Cell;
  #range: TimeRange;
  #width: number;
  #due = false;

  constructor(data: ReportData, place: HTMLElement) {
    this.#data = data;
    this.#place = place;
    this.#cell = data.cells.find(({ cell }) => cell === data.firstCell) ?? (data.cells[0] as Cell);
    this.#range = wholeRange(this.#cell);
    this.#toolbar = new Toolbar(
      data.cells.map(({ cell }) => cell),
      {
        cell: (index) => this.show(this.#range, index),
        magnify: (factor) => this.magnify(factor),
        pan: (share) => this.pan(share),
        reset: () => this.reset(),
      },
    );
    this.#width = place.clientWidth;
    const shown = this.#shown();
    this.#charts = panels.map(
      (panel) =>
        new Chart(panel, shown, this.#width, {
          zoom: (range) => this.show(range),
          reset: () => this.reset(),
          hover: (time_s) => this.#hover(time_s),
        }),
    );
    place.replaceChildren(this.#toolbar.element, ...this.#charts.map(({ element }) => element));
    this.#describe(shown);
    new ResizeObserver(() => this.#resize()).observe(place);
  }

  /** Shows a range of a cell, by default the one on screen. */
  show(range: TimeRange, index = this.#cell.cell): void {
    this.#cell = this.#data.cells.find(({ cell }) => cell === index) ?? this.#cell;
    this.#range = within(this.#cell, range);
    this.#draw();
  }

  reset(): void {
    this.show(wholeRange(this.#cell));
  }

  /** Magnifies around a place between the left end (0) and the right end (1) of the charts. */
  magnify(factor: number, at = 0.5): void {
    const { from_s, to_s } = this.#range;
    const around_s = from_s + at * (to_s - from_s);
    this.show({
      from_s: around_s - (around_s - from_s) / factor,
      to_s: around_s + (to_s - around_s) / factor,
    });
  }

  pan(share: number): void {
    const { from_s, to_s } = this.#range;
    const by = share * (to_s - from_s);
    this.show({ from_s: from_s + by, to_s: to_s + by });
  }

  repaint(): void {
    for (const chart of this.#charts) chart.repaint();
  }

  #shown(): Shown {
    return {
      cell: this.#cell,
      range: this.#range,
      view: new View(this.#cell, this.#range, plotWidth(this.#width)),
      violations: this.#data.violations.filter(({ cell }) => cell === this.#cell.cell),
      thickness_um_mAh_cm2: this.#data.thickness_um_mAh_cm2,
    };
  }

  /** Once per frame, however many events ask for it. */
  #draw(): void {
    if (this.#due) return;
    this.#due = true;
    requestAnimationFrame(() => {
      this.#due = false;
      const shown = this.#shown();
      for (const chart of this.#charts) chart.show(shown);
      this.#describe(shown);
    });
  }

  #describe({ cell, range, view }: Shown): void {
    const whole = wholeRange(cell);
    const isWhole = range.from_s <= whole.from_s && range.to_s >= whole.to_s;
    const span = isWhole
      ? `all ${formatDuration(whole.to_s - whole.from_s)}`
      : `${formatClock(range.from_s)} – ${formatClock(range.to_s)}`;
    const fineness = view.single ? "every step" : `extremes of every ${formatDuration(view.resolution_s)}`;
    this.#toolbar.show(`${span} · ${fineness}`, cell.cell, isWhole);
  }

  #hover(time_s: number | undefined): void {
    const { chargeReasons, dischargeReasons } = this.#cell;
    this.#toolbar.hover(
      time_s === undefined ? "" : formatClock(time_s),
      time_s === undefined
        ? undefined
        : {
            charge: reasonAt(this.#cell, chargeReasons, time_s),
            discharge: reasonAt(this.#cell, dischargeReasons, time_s),
          },
    );
  }

  #resize(): void {
    if (this.#place.clientWidth === this.#width) return;
    this.#width = this.#place.clientWidth;
    for (const chart of this.#charts) chart.resize(this.#width);
    this.#draw();
  }
}

/** Elements of the page that name a moment show it in the charts. */
function wireJumps(report: Report, place: HTMLElement): void {
  const jump = (target: EventTarget | null) => {
    const element = target instanceof Element ? target.closest<HTMLElement>(".jump") : null;
    if (element === null) return;
    const { from, to, cell } = element.dataset;
    report.show({ from_s: Number(from), to_s: Number(to) }, Number(cell));
    place.scrollIntoView({ behavior: "smooth" });
  };
  document.addEventListener("click", ({ target }) => jump(target));
  document.addEventListener("keydown", ({ key, target }) => {
    if (key === "Enter" && target instanceof HTMLTableRowElement) jump(target);
  });
}

function wireKeys(report: Report): void {
  const actions: Readonly<Record<string, () => void>> = {
    "+": () => report.magnify(2),
    "-": () => report.magnify(0.5),
    "0": () => report.reset(),
    ArrowLeft: () => report.pan(-0.25),
    ArrowRight: () => report.pan(0.25),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLSelectElement) return;
    const action = actions[event.key];
    if (action === undefined) return;
    action();
    event.preventDefault();
  });
}

/** The wheel alone scrolls the page; with Ctrl (which a pinch on a touch pad sends) it magnifies, with Shift it pans. */
function wireWheel(report: Report, place: HTMLElement): void {
  place.addEventListener(
    "wheel",
    (event) => {
      const plot = event.target instanceof Element ? event.target.closest(".u-over") : null;
      if (plot === null || !(event.ctrlKey || event.metaKey || event.shiftKey)) return;
      event.preventDefault();
      const { left, width } = plot.getBoundingClientRect();
      const delta = event.deltaY || event.deltaX;
      if (event.shiftKey) report.pan(Math.sign(delta) * 0.1);
      else report.magnify(1.002 ** -delta, (event.clientX - left) / width);
    },
    { passive: false },
  );
}

async function start(place: HTMLElement): Promise<void> {
  const report = new Report(await embedded(), place);
  wireJumps(report, place);
  wireKeys(report);
  wireWheel(report, place);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => report.repaint());
}

const place = document.getElementById("charts");
if (place) void start(place);
