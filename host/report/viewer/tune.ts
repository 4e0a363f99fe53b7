/** The tuning page: the front to choose a point on, its limit maps beside those of the shipped profile. */
import type { TunePageData } from "../../tune/pageData.js";

const SVG = "http://www.w3.org/2000/svg";

function svg(name: string, attributes: Record<string, string | number>, text = ""): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.textContent = text;
  return element;
}

const place = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;

const data = JSON.parse(place("data").textContent ?? "") as TunePageData;
let selected = data.selected;
let direction: "charge" | "discharge" = "charge";
let pressure = 0;

/** Least and most of the values, a twentieth wider; never without extent. */
function extent(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = 0.05 * (high - low) || 0.5;
  return [low - margin, high + margin];
}

function drawFront(): void {
  const [width, height, left, bottom, top, right] = [640, 320, 60, 40, 28, 24];
  const [x0, x1] = extent(data.points.map(({ time_h }) => time_h));
  const [y0, y1] = extent(data.points.map(({ travel_MPa }) => travel_MPa));
  const x = (time: number) => left + ((time - x0) / (x1 - x0)) * (width - left - right);
  const y = (travel: number) => height - bottom - ((travel - y0) / (y1 - y0)) * (height - bottom - top);
  const plot = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": "Pareto front" });
  for (let n = 0; n <= 4; n++) {
    const [time, travel] = [x0 + (n / 4) * (x1 - x0), y0 + (n / 4) * (y1 - y0)];
    plot.append(
      svg("line", { x1: x(time), x2: x(time), y1: top, y2: height - bottom }),
      svg("line", { x1: left, x2: width - right, y1: y(travel), y2: y(travel) }),
      svg("text", { x: x(time), y: height - bottom + 16, "text-anchor": "middle" }, time.toFixed(2)),
      svg("text", { x: left - 6, y: y(travel) + 4, "text-anchor": "end" }, travel.toFixed(2)),
    );
  }
  plot.append(
    svg("text", { x: width / 2, y: height - 6, "text-anchor": "middle" }, "time, h"),
    svg("text", { x: 4, y: 14 }, "actuator travel, MPa"),
  );
  for (const [n, { name, time_h, travel_MPa }] of data.points.entries()) {
    const point = svg("circle", {
      cx: x(time_h),
      cy: y(travel_MPa),
      r: n === selected ? 8 : 5,
      class: `point${n === 0 ? " shipped" : ""}${n === selected ? " selected" : ""}`,
      "data-point": n,
    });
    point.append(svg("title", {}, `${name}: ${time_h.toFixed(3)} h, ${travel_MPa.toFixed(2)} MPa`));
    point.addEventListener("click", () => select(n));
    plot.append(point);
  }
  place("front").replaceChildren(plot);
}

/** Pale to blue, the more the darker; both maps share the scale. */
const colour = (share: number): string => `hsl(205 70% ${(96 - 46 * share).toFixed(1)}%)`;

function drawMap(point: number, most: number): HTMLElement {
  const { temperatures_degC, fills } = data.axes;
  const { name, map } = data.points[point] as TunePageData["points"][number];
  const [cell, row, left, bottom] = [44, 22, 40, 34];
  const height = temperatures_degC.length * row;
  const plot = svg("svg", { viewBox: `0 0 ${left + fills.length * cell} ${height + bottom}` });
  const at = pressure * temperatures_degC.length * fills.length;
  for (const [t, temperature] of temperatures_degC.entries()) {
    const top = height - (t + 1) * row;
    plot.append(svg("text", { x: left - 4, y: top + 15, "text-anchor": "end" }, `${temperature} °C`));
    for (const q of fills.keys()) {
      const value = map[direction][at + t * fills.length + q] as number;
      plot.append(
        svg("rect", { x: left + q * cell, y: top, width: cell, height: row, fill: colour(value / most) }),
        svg(
          "text",
          { x: left + (q + 0.5) * cell, y: top + 15, class: "value" },
          String(Number(value.toPrecision(2))),
        ),
      );
    }
  }
  for (const [q, fill] of fills.entries())
    plot.append(
      svg(
        "text",
        { x: left + (q + 0.5) * cell, y: height + 14, "text-anchor": "middle" },
        `${Math.round(100 * fill)} %`,
      ),
    );
  plot.append(svg("text", { x: left, y: height + 30 }, "metal plated, share of the capacity"));
  const figure = document.createElement("figure");
  const caption = document.createElement("figcaption");
  caption.textContent = point === 0 ? name : `point ${name}`;
  figure.append(caption, plot);
  return figure;
}

function drawMaps(): void {
  const shown = selected === 0 ? [0] : [0, selected];
  const values = shown.flatMap((n) => data.points[n]?.map[direction] ?? []);
  const most = Math.max(...values, 1e-9);
  place("maps").replaceChildren(...shown.map((n) => drawMap(n, most)));
}

function choice(options: readonly string[], chosen: (index: number) => void, name: string): HTMLElement {
  const label = document.createElement("label");
  const menu = document.createElement("select");
  for (const text of options) menu.append(new Option(text));
  menu.addEventListener("change", () => {
    chosen(menu.selectedIndex);
    drawMaps();
  });
  label.append(`${name} `, menu, " ");
  return label;
}

function select(point: number): void {
  selected = point;
  for (const row of document.querySelectorAll<HTMLElement>("#points tr[data-point]"))
    row.classList.toggle("selected", Number(row.dataset.point) === point);
  drawFront();
  drawMaps();
}

place("controls").append(
  choice(
    ["charge", "discharge"],
    (index) => {
      direction = index === 0 ? "charge" : "discharge";
    },
    "limit",
  ),
  choice(
    data.axes.pressures_MPa.map((MPa) => `${MPa} MPa`),
    (index) => {
      pressure = index;
    },
    "fixture pressure S",
  ),
);
for (const row of document.querySelectorAll<HTMLElement>("#points tr[data-point]"))
  row.addEventListener("click", () => select(Number(row.dataset.point)));
select(selected);
