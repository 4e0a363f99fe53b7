/** The parts of the report that are plain HTML. Elements with `data-from`, `data-to`, `data-cell` zoom the charts. */
import type { Profile } from "../profiles/profile.js";
import { provenanceKinds } from "../profiles/provenance.js";
import type { ReplayVerdict, Violation } from "../replay/types.js";
import { type ReasonName, reasons } from "../schema/codes.js";
import { parameters } from "../schema/parameters.js";
import type { Trace } from "../trace/types.js";
import { formatClock, formatCount, formatDuration, formatNumber, plural } from "./format.js";
import { html, type Markup } from "./markup.js";
import { describeReason, reasonLabel } from "./reasons.js";
import type { RunInfo } from "./run.js";
import type { CellSeries, SeriesColumn } from "./series.js";
import { summarise } from "./verdict.js";

/** Rows of the violation table; of more, those with the largest excess. */
const VIOLATIONS_LISTED = 200;
/** A moment is shown with this share of the trace around it. */
const MOMENT_SHARE = 0.02;

const percent = (share: number): string =>
  share > 0 && share < 0.001 ? "< 0.1 %" : `${formatNumber(100 * share, 3)} %`;

/** The `count` violations with the largest excess, in the order of time. */
export const largestViolations = (violations: readonly Violation[], count: number): Violation[] =>
  [...violations]
    .sort((a, b) => b.excess_mA_cm2 - a.excess_mA_cm2)
    .slice(0, count)
    .sort((a, b) => a.from_s - b.from_s);

/** Title, what was replayed, and the verdict in words. */
export function headerSection(name: string, verdict: ReplayVerdict, trace: Omit<Trace, "columns">): Markup {
  const { level, headline, findings } = summarise(verdict);
  const sign = { ok: "✔", warning: "!", broken: "✘" }[level];
  return html`<header>
<p class="kicker">betaguard replay</p>
<h1>${name}</h1>
<p class="facts">${trace.format} (${trace.dialect}) · ${plural(verdict.rows, "row")} → ${plural(verdict.steps, "step")} of ${formatNumber(verdict.dt_s)} s · ${formatDuration(verdict.steps * verdict.dt_s)} · ${plural(verdict.cells, "cell")} · profile ${verdict.profile} · on ${verdict.target}</p>
<div class="verdict ${level}"><span class="sign" aria-hidden="true">${sign}</span><div><p class="headline">${headline}</p>${findings.map((finding) => html`<p>${finding}</p>`)}</div></div>
</header>`;
}

interface Tile {
  readonly title: string;
  readonly value: number;
  readonly unit: string;
  readonly explanation: Markup | string;
  /** Whose extreme the value is: the charts can go there. */
  readonly at?: readonly [column: SeriesColumn, which: "low" | "high"];
  readonly failed?: boolean;
}

/** When a column was lowest or highest over the cells in which it changed, as a button that shows the charts there. */
function moment(series: readonly CellSeries[], [column, which]: NonNullable<Tile["at"]>): Markup | "" {
  const sign = which === "high" ? 1 : -1;
  const extremes = series
    .map(({ cell, extents }) => ({ cell, extent: extents[column] }))
    .filter(({ extent }) => extent.high > extent.low)
    .map(({ cell, extent }) => ({ cell, value: extent[which], at_s: extent[`${which}At_s`] }))
    .sort((a, b) => sign * (b.value - a.value));
  const [extreme] = extremes;
  const [{ steps, dt_s } = { steps: 0, dt_s: 0 }] = series;
  if (extreme === undefined) return "";
  const around_s = Math.max(10 * dt_s, (MOMENT_SHARE * steps * dt_s) / 2);
  return html`<button type="button" class="jump" data-from="${extreme.at_s - around_s}" data-to="${extreme.at_s + around_s}" data-cell="${extreme.cell}">at ${formatClock(extreme.at_s)}${series.length > 1 ? `, cell ${extreme.cell}` : ""}</button>`;
}

/** Charge, metal by site and the worst of every risk. */
export function tileSection(
  { sites, worst, ...verdict }: ReplayVerdict,
  series: readonly CellSeries[],
): Markup {
  const metal = sites.se + sites.pore + sites.cc;
  const share = (charge: number) => (metal > 0 ? charge / metal : 0);
  const tiles: Tile[] = [
    {
      title: "Pore risk",
      value: worst.poreRisk,
      unit: "",
      explanation: "vacancy supersaturation; 1 nucleates voids",
      at: ["supersaturation", "high"],
      failed: worst.poreRisk >= 1,
    },
    {
      title: "Least contact",
      value: worst.contact,
      unit: "",
      explanation: "true contact fraction; 1 is full contact",
      at: ["contact", "low"],
    },
    {
      title: "Void height",
      value: worst.void_um,
      unit: "µm",
      explanation: "largest",
      at: ["void_um", "high"],
    },
    {
      title: "Crack index",
      value: worst.crackIndex,
      unit: "",
      explanation: html`K<sub>I</sub>/K<sub>IC</sub>; 1 cracks the electrolyte`,
      at: ["crackIndex", "high"],
      failed: worst.crackIndex >= 1,
    },
    {
      title: "β-phase pressure",
      value: worst.sePressure_MPa,
      unit: "MPa",
      explanation: "at the electrolyte, above the stack's",
      at: ["sePressure_MPa", "high"],
    },
    {
      title: "Stack pressure",
      value: worst.stackPressure_MPa,
      unit: "MPa",
      explanation: "largest in use",
      at: ["stackPressure_MPa", "high"],
    },
    {
      title: "Creep intrusion",
      value: worst.intrusion,
      unit: "",
      explanation: "1 is a short",
      at: ["intrusion", "high"],
      failed: worst.intrusion >= 1,
    },
  ];
  const site = (key: "se" | "pore" | "cc", label: string) =>
    html`<li><span class="swatch site-${key}"></span>${label} <b>${formatNumber(sites[key], 3)}</b> <span class="quiet">${percent(share(sites[key]))}</span></li>`;
  return html`<section class="tiles" aria-label="Summary">
<div class="tile"><h3>Charge</h3><p class="value">${formatNumber(verdict.charge_mAh_cm2, 4)}<small>mAh/cm²</small></p><p class="quiet">plated</p></div>
<div class="tile"><h3>Discharge</h3><p class="value">${formatNumber(verdict.discharge_mAh_cm2, 4)}<small>mAh/cm²</small></p><p class="quiet">stripped</p></div>
<div class="tile wide"><h3>Metal at the end</h3><p class="value">${formatNumber(metal, 4)}<small>mAh/cm²</small></p>
<div class="stack" role="img" aria-label="Shares of the metal by site">${(["se", "pore", "cc"] as const).map((key) => html`<span class="site-${key}" style="width:${100 * share(sites[key])}%"></span>`)}</div>
<ul class="sites">${site("se", "electrolyte")}${site("pore", "pores")}${site("cc", "collector")}</ul></div>
${tiles.map(
  ({ title, value, unit, explanation, at, failed }) =>
    html`<div class="tile${failed ? " failed" : ""}"><h3>${title}</h3><p class="value">${formatNumber(value, 3)}<small>${unit}</small></p><p class="quiet">${explanation}</p>${at ? moment(series, at) : ""}</div>`,
)}
</section>`;
}

/** Every reason that bound a continuous limit: its colour, its words, and for how long. */
export function reasonSection({ binding_s }: ReplayVerdict): Markup {
  const seconds = (direction: "charge" | "discharge", reason: ReasonName) =>
    binding_s[direction][reason] ?? 0;
  const both = (reason: ReasonName) => seconds("charge", reason) + seconds("discharge", reason);
  const names = reasons.map(({ name }) => name).filter((name) => both(name) > 0);
  const total = (direction: "charge" | "discharge") =>
    names.reduce((sum, name) => sum + seconds(direction, name), 0);
  const cell = (direction: "charge" | "discharge", reason: ReasonName) => {
    const time_s = seconds(direction, reason);
    if (time_s === 0) return html`<td class="share"></td>`;
    const share = time_s / total(direction);
    return html`<td class="share" data-direction="${direction}"><span class="bar reason-${reason}" style="width:${Math.max(1, 100 * share)}%"></span>${percent(share)} <span class="quiet">${formatDuration(time_s)}</span></td>`;
  };
  return html`<section class="card" id="reasons"><h2>What limited the current</h2>
<p class="quiet">Share of the time in which each reason bound the continuous limit. The same colours mark the bands in the first chart.</p>
<div class="scroll"><table><thead><tr><th>Reason</th><th>Meaning</th><th>Charge</th><th>Discharge</th></tr></thead><tbody>
${names
  .sort((a, b) => both(b) - both(a))
  .map(
    (name) =>
      html`<tr><td class="name"><span class="swatch reason-${name}"></span>${reasonLabel(name)}</td><td>${describeReason(name)}</td>${cell("charge", name)}${cell("discharge", name)}</tr>`,
  )}
</tbody></table></div></section>`;
}

/** When the current was above a limit; each row shows itself in the charts. */
export function violationSection({ violations, cells }: ReplayVerdict): Markup {
  if (violations.length === 0) {
    return html`<section class="card"><h2>Over the limit</h2><p>Never: the current stayed at or below the limit in force in every step.</p></section>`;
  }
  const listed = largestViolations(violations, VIOLATIONS_LISTED);
  const note =
    listed.length < violations.length
      ? `The ${formatCount(listed.length)} with the largest excess of ${formatCount(violations.length)}, by time.`
      : "Choose a row to see it in the charts.";
  return html`<section class="card" id="violations"><h2>Over the limit: ${plural(violations.length, "time")}</h2><p class="quiet">${note}</p>
<div class="scroll tall"><table class="rows"><thead><tr><th class="number">At</th><th class="number">For</th>${cells > 1 ? html`<th>Cell</th>` : ""}<th>Direction</th><th class="number">Largest excess</th><th>Reason</th><th>Meaning</th></tr></thead><tbody>
${listed.map(({ from_s, to_s, kind, reason, excess_mA_cm2, cell }) => {
  const around_s = Math.max(5, to_s - from_s);
  return html`<tr class="jump" tabindex="0" data-from="${from_s - around_s}" data-to="${to_s + around_s}" data-cell="${cell}"><td class="number">${formatClock(from_s)}</td><td class="number">${formatDuration(to_s - from_s)}</td>${cells > 1 ? html`<td>${cell}</td>` : ""}<td>${kind}</td><td class="number">${formatNumber(excess_mA_cm2, 3)} mA/cm²</td><td class="name"><span class="swatch reason-${reason}"></span>${reasonLabel(reason)}</td><td>${describeReason(reason)}</td></tr>`;
})}
</tbody></table></div></section>`;
}

const list = (items: readonly (Markup | string)[]): Markup =>
  html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`;

const details = (title: string, count: number, body: Markup): Markup | "" =>
  count === 0
    ? ""
    : html`<details><summary>${title} <span class="quiet">${formatCount(count)}</span></summary>${body}</details>`;

/** How the file was read and what the replay decided. */
export function evidenceSection(trace: Omit<Trace, "columns">, notes: readonly string[]): Markup {
  return html`<section class="card"><h2>The trace and how it was read</h2>
<p class="path">${trace.path}</p>
${notes.length > 0 ? html`<h3>Notes of the replay</h3>${list(notes)}` : ""}
${trace.warnings.length > 0 ? html`<h3>Warnings</h3>${list(trace.warnings)}` : ""}
<h3>Decisions and what they rest on</h3>${list(trace.evidence)}
${details(
  "Events in the file",
  trace.events.length,
  html`<div class="scroll tall"><table><thead><tr><th class="number">Line</th><th>Event</th><th>Detail</th></tr></thead><tbody>${trace.events.slice(0, 1000).map(({ line, type, detail }) => html`<tr><td class="number">${formatCount(line)}</td><td class="name">${type}</td><td>${detail}</td></tr>`)}</tbody></table></div>${trace.events.length > 1000 ? html`<p class="quiet">The first 1,000.</p>` : ""}`,
)}
${details(
  "Rows left out",
  trace.dropped.length,
  list(trace.dropped.map(({ rule, count }) => `${plural(count, "row")}: ${rule}`)),
)}
</section>`;
}

/** What the profile rests on: how many parameters were published, fitted and assumed, and each of them. */
export function profileSection(profile: Profile): Markup {
  const entries = parameters.map(({ name, unit }) => ({
    name,
    unit,
    value: profile.values[name],
    provenance: profile.provenance[name],
  }));
  const source = ({ provenance }: (typeof entries)[number]): string => {
    if (provenance.kind === "published") return `${provenance.source} (grade ${provenance.grade})`;
    if (provenance.kind === "fitted") return provenance.case;
    return `${provenance.why} (${provenance.range[0]} … ${provenance.range[1]})`;
  };
  const counts = provenanceKinds.map(
    (kind) =>
      html`<li><b>${entries.filter(({ provenance }) => provenance.kind === kind).length}</b> ${kind}</li>`,
  );
  return html`<section class="card"><h2>Profile ${profile.id}</h2>
<p>${profile.title}. ${profile.system}</p><p class="quiet">${profile.reference}</p>
<ul class="counts">${counts}</ul>
${profile.notes.length > 0 ? list(profile.notes) : ""}
${details(
  "Parameters and where each comes from",
  entries.length,
  html`<div class="scroll tall"><table><thead><tr><th>Parameter</th><th class="number">Value</th><th>Unit</th><th>Kind</th><th>Source</th></tr></thead><tbody>${entries.map((entry) => html`<tr><td><code>${entry.name}</code></td><td class="number">${formatNumber(entry.value, 6)}</td><td>${entry.unit}</td><td>${entry.provenance.kind}</td><td>${source(entry)}</td></tr>`)}</tbody></table></div>`,
)}
</section>`;
}

/** What to quote when the report is questioned. */
export function runSection(run: RunInfo): Markup {
  const rows: readonly (readonly [string, string])[] = [
    ["betaguard", run.betaguardVersion],
    ["module", run.moduleHash],
    ["profile", `${run.profileId}, ${run.profileHash}`],
    ["trace SHA-256", run.traceSha256],
    ["step length", `${formatNumber(run.dt_s)} s`],
    ["electrode area", `${formatNumber(run.area_cm2)} cm²`],
  ];
  return html`<footer><dl>${rows.map(([term, value]) => html`<dt>${term}</dt><dd>${value}</dd>`)}</dl></footer>`;
}
