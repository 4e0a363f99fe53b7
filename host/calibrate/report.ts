/** A calibration as one HTML file that needs no network and no script: tables, and plots as SVG. */
import { writeFileSync } from "node:fs";
import { basename } from "node:path";
import { BetaguardError } from "../errors.js";
import { formatCount, formatNumber, plural } from "../report/format.js";
import { html, Markup } from "../report/markup.js";
import { svgPlot } from "../validate/svg.js";
import { formatCombination, formatError } from "./terminal.js";
import {
  type Calibration,
  type CalibrationResult,
  type ChannelCurves,
  type ChannelFit,
  fitStatuses,
} from "./types.js";

/** Points of a curve that are drawn; of more, every so many. */
const DRAWN = 1500;

const STYLE = `
:root { font: 15px/1.5 system-ui, sans-serif; color: #16202a; background: #f3f5f7; }
main { max-width: 72rem; margin: 0 auto; padding: 1rem; }
section { background: #fff; border: 1px solid #dde3e9; border-radius: 6px; padding: 0 1rem 1rem; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .25rem .6rem; border-bottom: 1px solid #dde3e9; vertical-align: top; }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(24rem, 1fr)); gap: 1rem; }
.scroll { overflow-x: auto; }
.quiet { color: #5b6876; }
code { overflow-wrap: anywhere; }
`;

const LABEL: Readonly<Record<ChannelFit["channel"], string>> = {
  voltage: "polarisation",
  steps: "jump of voltage",
  pressure: "stack pressure",
};

/** The page as text. */
export function renderCalibration({ calibration, curves }: CalibrationResult): string {
  const { profile, fits } = calibration;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${profile} calibrated – betaguard</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<main>
<h1>${profile}, calibrated</h1>
${parameterSection(calibration)}
${identifiabilitySection(calibration)}
${fits.map((fit, n) => fitSection(fit, curves[n] as ChannelCurves))}
${runSection(calibration)}
</main>
</body>
</html>
`.text;
}

/** @throws E_REPORT_WRITE when the file cannot be written */
export function writeCalibrationReport(path: string, result: CalibrationResult): void {
  try {
    writeFileSync(path, renderCalibration(result));
  } catch (cause) {
    throw new BetaguardError(
      "E_REPORT_WRITE",
      `cannot write the report to ${path}: ${(cause as Error).message}; choose a path that can be written`,
      { cause },
    );
  }
}

function parameterSection({ parameters, notes, agreeing, starts }: Calibration): Markup {
  return html`<section><h2>Parameters</h2>
<div class="scroll"><table>
<thead><tr><th>parameter</th><th>value</th><th>95 % interval</th><th>unit</th><th>in the profile</th><th>searched</th><th>what the traces say</th></tr></thead>
<tbody>${parameters.map((parameter) => {
    const { name, value, unit, start, low, high, status, interval95, given } = parameter;
    return html`<tr><td>${name}</td><td class="number">${formatNumber(value)}${formatError(parameter)}</td><td class="number">${interval95 ? interval95.map((end) => formatNumber(end)).join(" … ") : "–"}</td><td>${unit}</td><td class="number">${formatNumber(start)}</td><td class="number">${formatNumber(low)} … ${formatNumber(high)}</td><td><strong>${status}</strong>: ${fitStatuses[status]}${given ? ` (${given.join(", ")})` : ""}</td></tr>`;
  })}</tbody></table></div>
<p class="quiet">${agreeing} of ${plural(starts, "descent")} ended as well as the best. ± is one standard error.</p>
${notes.map((note) => html`<p>${note}</p>`)}
</section>`;
}

function identifiabilitySection({ open, combinationErrors, covariance }: Calibration): Markup {
  const { names, correlation } = covariance;
  return html`<section><h2>What these traces can and cannot tell apart</h2>
<p>Standard errors of the combinations of all parameters asked for, best first, over the width that a 95 % interval has to stay below (all of the bounds, or a decade); above 0.25 a combination is open: ${combinationErrors.map((error) => (error === null ? "∞" : formatNumber(error, 2))).join(", ")}.</p>
${open.length === 0 ? html`<p>Every parameter is told apart from the others.</p>` : html`<ul>${open.map((combination) => html`<li><code>${formatCombination(combination)}</code></li>`)}</ul>`}
<h3>Correlation</h3>
<div class="scroll"><table><thead><tr><th></th>${names.map((name) => html`<th>${name}</th>`)}</tr></thead>
<tbody>${names.map((name, i) => html`<tr><th>${name}</th>${(correlation[i] as readonly number[]).map((value) => html`<td class="number">${value.toFixed(3)}</td>`)}</tr>`)}</tbody></table></div>
</section>`;
}

function fitSection(fit: ChannelFit, { time_s, measured, before, after }: ChannelCurves): Markup {
  const { trace, role, channel, unit, rows, rmsBefore, rmsAfter, dropped } = fit;
  const every = Math.max(1, Math.ceil(rows / DRAWN));
  const points = (of: (n: number) => number) =>
    Array.from({ length: Math.ceil(rows / every) }, (_, n): [number, number] => [
      (time_s[n * every] as number) / 3600,
      of(n * every),
    ]);
  const plot = (title: string, y: string, series: Parameters<typeof svgPlot>[0]["series"]) =>
    new Markup(svgPlot({ id: channel, title, x: "time / h", y: `${y} / ${unit}`, series }));
  const residual = (values: Float64Array) => points((n) => (measured[n] as number) - (values[n] as number));
  return html`<section><h2>${basename(trace)}: ${LABEL[channel]} (${role === "train" ? "fitted" : "held back for validation"})</h2>
<p>${plural(rows, "row")}; root mean square of measured − predicted ${formatNumber(rmsBefore, 3)} ${unit} with the profile, ${formatNumber(rmsAfter, 3)} ${unit} calibrated.${every > 1 ? ` Every ${every}th row is drawn.` : ""}${dropped.map(({ rule, count }) => ` ${formatCount(count)} left out: ${rule}.`)}</p>
<div class="plots">
${plot("measured and predicted", LABEL[channel], [
  { name: "measured", points: points((n) => measured[n] as number) },
  { name: "profile", points: points((n) => before[n] as number) },
  { name: "calibrated", points: points((n) => after[n] as number) },
])}
${plot("measured − calibrated", "residual", [{ name: "residual", points: residual(after) }])}
</div></section>`;
}

function runSection(calibration: Calibration): Markup {
  const { profile, profileHash, moduleSha256, seed, area_cm2, dt_s, noise, fits } = calibration;
  const rows: [string, string][] = [
    ["profile", `${profile}, hash ${profileHash}`],
    ["module", moduleSha256],
    ["seed", String(seed)],
    ["area", `${area_cm2} cm²`],
    ["step", `${dt_s} s`],
    ...Object.entries(noise).map(([channel, { deviation, unit, correlationLength }]): [string, string] => [
      `noise of ${channel}`,
      `${formatNumber(deviation)} ${unit}; ${formatNumber(correlationLength, 3)} rows in a row count as one`,
    ]),
    ...fits.map(({ trace, sha256, role }): [string, string] => [
      `${role} trace`,
      `${basename(trace)}, SHA-256 ${sha256}`,
    ]),
  ];
  return html`<section><h2>Run</h2><table><tbody>${rows.map(([name, value]) => html`<tr><th>${name}</th><td><code>${value}</code></td></tr>`)}</tbody></table></section>`;
}
