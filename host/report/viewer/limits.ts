/** What the chart of current against limits carries besides its lines: reasons and violations. */
import type uPlot from "uplot";
import type { ViolationMark } from "../payload.js";
import { reasonLabel, reasonOfCode } from "../reasons.js";
import { color, reasonColor } from "./theme.js";
import { type Cell, reasonBands, type TimeRange } from "./view.js";

/** Height of the bands along the upper (charge) and lower (discharge) edge, CSS pixels. */
export const BAND_HEIGHT = 18;

type Side = "charge" | "discharge";

/** Fills what lies beyond a continuous limit in the colour of the reason that set it. Before the lines. */
export function drawForbidden(u: uPlot, cell: Cell, range: TimeRange, side: Side, limit: number): void {
  const { ctx, bbox } = u;
  const [times, values] = [u.data[0], u.data[limit] as (number | null)[]];
  const edge = side === "charge" ? bbox.top : bbox.top + bbox.height;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  const beyond = new Path2D();
  let open = false;
  let x = 0;
  values.forEach((value, i) => {
    if (value === null) return;
    x = u.valToPos(times[i] as number, "x", true);
    const y = u.valToPos(value, "left", true);
    if (open) beyond.lineTo(x, y);
    else {
      beyond.moveTo(x, edge);
      beyond.lineTo(x, y);
      open = true;
    }
  });
  if (open) beyond.lineTo(x, edge);
  ctx.clip(beyond);
  ctx.globalAlpha = 0.2;
  const scale = devicePixelRatio;
  for (const band of bandsOf(u, cell, range, side)) {
    ctx.fillStyle = reasonColor(reasonOfCode(band.code));
    ctx.fillRect(bbox.left + band.from * scale, bbox.top, (band.to - band.from) * scale, bbox.height);
  }
  ctx.restore();
}

const bandsOf = (u: uPlot, cell: Cell, range: TimeRange, side: Side) =>
  reasonBands(
    cell,
    side === "charge" ? cell.chargeReasons : cell.dischargeReasons,
    range,
    Math.max(1, Math.round(u.bbox.width / devicePixelRatio)),
  );

/** The bands along an edge, named where there is room. After the lines. */
export function drawBands(u: uPlot, cell: Cell, range: TimeRange, side: Side): void {
  const { ctx, bbox } = u;
  const scale = devicePixelRatio;
  const height = BAND_HEIGHT * scale;
  const top = side === "charge" ? bbox.top : bbox.top + bbox.height - height;
  ctx.save();
  ctx.fillStyle = color("card");
  ctx.fillRect(bbox.left, top, bbox.width, height);
  ctx.font = `${11.5 * scale}px system-ui, sans-serif`;
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  for (const { code, from, to } of bandsOf(u, cell, range, side)) {
    const reason = reasonOfCode(code);
    const left = bbox.left + from * scale;
    const width = (to - from) * scale;
    ctx.fillStyle = reasonColor(reason);
    ctx.fillRect(left, top, width, height);
    const text = reasonLabel(reason);
    if (ctx.measureText(text).width + 12 * scale > width) continue;
    ctx.fillStyle = inkOn(ctx.fillStyle);
    ctx.fillText(text, left + 6 * scale, top + height / 2 + scale);
  }
  ctx.restore();
}

/** Black or white, whichever stands out on a colour `#rrggbb` (WCAG relative luminance, cut where both are equal). */
function inkOn(background: string): string {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(background.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000000" : "#ffffff";
}

/** Diagonal lines over a light tint: told from the reasons' plain tints without seeing their hue. */
function hatch(ctx: CanvasRenderingContext2D): CanvasPattern | string {
  const size = 7 * devicePixelRatio;
  const tile = new OffscreenCanvas(size, size);
  const paint = tile.getContext("2d");
  if (paint === null) return color("violation");
  paint.fillStyle = color("violation");
  paint.strokeStyle = color("violation");
  paint.globalAlpha = 0.13;
  paint.fillRect(0, 0, size, size);
  paint.globalAlpha = 0.6;
  paint.lineWidth = 1.2 * devicePixelRatio;
  paint.beginPath();
  // Two more lines across the corners, so that tiles join.
  for (const shift of [-size, 0, size]) {
    paint.moveTo(shift - 1, size + 1);
    paint.lineTo(shift + size + 1, -1);
  }
  paint.stroke();
  return ctx.createPattern(tile, "repeat") ?? color("violation");
}

/** Hatches the time spent above a limit, at least two pixels each. */
export function drawViolations(u: uPlot, violations: readonly ViolationMark[], opacity: number): void {
  const { ctx, bbox } = u;
  const least = 2 * devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.globalAlpha = opacity;
  ctx.fillStyle = hatch(ctx);
  let filled = Number.NEGATIVE_INFINITY;
  for (const { from_s, to_s } of violations) {
    const from = Math.max(filled, u.valToPos(from_s, "x", true));
    const to = Math.max(u.valToPos(to_s, "x", true), u.valToPos(from_s, "x", true) + least);
    if (to <= from) continue;
    // Where two overlap on screen the hatch stays as light as one.
    ctx.fillRect(from, bbox.top, to - from, bbox.height);
    filled = to;
  }
  ctx.restore();
}

/** A dashed line at a value with a meaning, named at its right end. */
export function drawMark(u: uPlot, axis: "left" | "right", value: number, label: string): void {
  const { ctx, bbox } = u;
  const y = Math.round(u.valToPos(value, axis, true));
  if (!(y > bbox.top && y < bbox.top + bbox.height)) return;
  const scale = devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = color("quiet");
  ctx.fillStyle = color("quiet");
  ctx.lineWidth = scale;
  ctx.setLineDash([3 * scale, 3 * scale]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.font = `${11 * scale}px system-ui, sans-serif`;
  ctx.textAlign = "right";
  ctx.textBaseline = y - bbox.top > 16 * scale ? "bottom" : "top";
  ctx.fillText(label, bbox.left + bbox.width - 4 * scale, y);
  ctx.restore();
}
