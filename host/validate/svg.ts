/** A line plot with axes, units and a legend as SVG text. Published points are rings, a reference is black, ours coloured. */
import { formatNumber } from "../report/format.js";
import type { Plot } from "./checks.js";

const WIDTH = 560;
const HEIGHT = 340;
const FRAME = { left: 64, right: 16, top: 54, bottom: 46 };
const COLOURS = ["#1f6feb", "#d1491b", "#1a7f37", "#8250df"];
const PUBLISHED = "#24292f";

const escapeXml = (text: string): string =>
  text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

/** Round steps, 1, 2 or 5 times a power of ten, that cover a range with about five ticks. */
function linearTicks(low: number, high: number): number[] {
  const raw = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= raw) ?? 10) * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, n) => (first + n) * step);
}

const logTicks = (low: number, high: number): number[] =>
  Array.from({ length: Math.ceil(Math.log10(high)) - Math.floor(Math.log10(low)) + 1 }, (_, n) => n)
    .flatMap((n) => [1, 2, 5].map((factor) => factor * 10 ** (Math.floor(Math.log10(low)) + n)))
    .filter((tick) => tick >= low * 0.999 && tick <= high * 1.001);

export function svgPlot({ title, x, y, logY = false, series }: Plot): string {
  const points = series.flatMap((one) => one.points).filter(([px, py]) => Number.isFinite(px + py));
  const xs = points.map(([px]) => px);
  const ys = points.map(([, py]) => py);
  const xLow = Math.min(0, ...xs);
  const xHigh = Math.max(...xs) * 1.04;
  const yLow = logY ? Math.min(...ys) / 1.3 : Math.min(0, ...ys);
  const yHigh = logY ? Math.max(...ys) * 1.3 : Math.max(...ys, 1e-9) * 1.08;
  const scale = (value: number) => (logY ? Math.log10(value) : value);
  const inner = { width: WIDTH - FRAME.left - FRAME.right, height: HEIGHT - FRAME.top - FRAME.bottom };
  const atX = (value: number) => FRAME.left + (inner.width * (value - xLow)) / (xHigh - xLow);
  const atY = (value: number) =>
    FRAME.top + inner.height * (1 - (scale(value) - scale(yLow)) / (scale(yHigh) - scale(yLow)));
  const fixed = (value: number) => value.toFixed(1);
  const right = WIDTH - FRAME.right;
  const bottom = HEIGHT - FRAME.bottom;

  const grid = [
    ...linearTicks(xLow, xHigh).map((tick) => {
      const at = fixed(atX(tick));
      return `<path d="M${at} ${FRAME.top}V${bottom}" stroke="#e4e7eb"/><text x="${at}" y="${bottom + 16}" text-anchor="middle">${formatNumber(tick, 3)}</text>`;
    }),
    ...(logY ? logTicks : linearTicks)(yLow, yHigh).map((tick) => {
      const at = fixed(atY(tick));
      return `<path d="M${FRAME.left} ${at}H${right}" stroke="#e4e7eb"/><text x="${FRAME.left - 6}" y="${Number(at) + 4}" text-anchor="end">${formatNumber(tick, 3)}</text>`;
    }),
  ];
  // No text can be measured here: 7 px a letter is a little more than any of these fonts takes.
  const legendWidths = series.map(({ name }) => 32 + 7 * name.length);
  const drawn = series.map(({ name, points: own }, n) => {
    const published = name.startsWith("published");
    const colour = published || name === "reference" ? PUBLISHED : (COLOURS[n % COLOURS.length] as string);
    const at = own
      .filter(([px, py]) => Number.isFinite(px + py))
      .map(([px, py]) => `${fixed(atX(px))} ${fixed(atY(py))}`);
    const line = published
      ? ""
      : `<path d="M${at.join("L")}" fill="none" stroke="${colour}" stroke-width="2"/>`;
    const dots =
      at.length > 30
        ? ""
        : at
            .map((point) => {
              const [cx, cy] = point.split(" ");
              return `<circle cx="${cx}" cy="${cy}" r="${published ? 5 : 2.5}" fill="${published ? "none" : colour}" stroke="${colour}" stroke-width="2"/>`;
            })
            .join("");
    const legendX = FRAME.left + legendWidths.slice(0, n).reduce((sum, width) => sum + width, 0);
    const legend = `<circle cx="${legendX + 6}" cy="38" r="4" fill="${published ? "none" : colour}" stroke="${colour}" stroke-width="2"/><text x="${legendX + 16}" y="42">${escapeXml(name)}</text>`;
    return line + dots + legend;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" fill="#24292f">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${WIDTH / 2}" y="20" text-anchor="middle" font-size="13">${escapeXml(title)}</text>`,
    ...grid,
    `<path d="M${FRAME.left} ${FRAME.top}V${bottom}H${right}" fill="none" stroke="#57606a"/>`,
    ...drawn,
    `<text x="${FRAME.left + inner.width / 2}" y="${HEIGHT - 10}" text-anchor="middle">${escapeXml(x)}</text>`,
    `<text transform="translate(14 ${FRAME.top + inner.height / 2}) rotate(-90)" text-anchor="middle">${escapeXml(y)}</text>`,
    "</svg>\n",
  ].join("\n");
}
