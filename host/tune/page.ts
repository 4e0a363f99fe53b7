/** The front as one HTML file that needs no network: tables as they are, the front and the limit maps by the viewer. */
import { policyFor, viewerFile } from "../report/assets.js";
import { plural } from "../report/format.js";
import { html, Markup } from "../report/markup.js";
import type { LimitMap, MapAxes, TunePageData } from "./pageData.js";
import type { TunedPoint, TuneResult } from "./tune.js";
import { describeRun, type TuneRun } from "./write.js";

const STYLE = `
#front svg { width: 100%; max-width: 44rem; height: auto; }
#front .point { cursor: pointer; fill: var(--limit); } #front .shipped { fill: var(--ink); }
#front .selected { stroke: var(--violation); stroke-width: 3; }
#front text { fill: var(--quiet); font-size: 12px; } #front line { stroke: var(--rule); }
#maps { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 1rem; }
#maps svg { width: 100%; height: auto; } #maps text { font-size: 11px; fill: var(--quiet); }
#maps text.value { fill: #16202a; text-anchor: middle; }
#points tr { cursor: pointer; } #points tr.selected td { background: var(--hover); font-weight: 600; }
`;

/** The page as text. @throws E_REPORT_NO_VIEWER */
export function tunePage(result: TuneResult, maps: readonly LimitMap[], axes: MapAxes, run: TuneRun): string {
  const all = [result.shipped, ...result.front];
  const data: TunePageData = {
    axes,
    points: all.map(({ score: { time_h, travel_MPa } }, n) => ({
      name: nameOf(n),
      time_h,
      travel_MPa,
      map: rounded(maps[n] as LimitMap),
    })),
    selected: result.suggested + 1,
  };
  const script = viewerFile("tune.js");
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyFor(script)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Tuning of ${run.profile.id} – betaguard</title>
<style>${new Markup(viewerFile("viewer.css") + STYLE)}</style>
</head>
<body>
<main>
<h1>Tuning of ${run.profile.id}</h1>
<p>${describeRun(run)}.</p>
<p>${verdictOf(result)}</p>
<section class="card"><h2>Time against actuator travel</h2><div id="front"><noscript>The plot needs JavaScript; the table has its numbers.</noscript></div></section>
<section class="card"><h2>Points</h2>${pointTable(result, all)}</section>
<section class="card"><h2>Limits j<sub>max</sub>(T, q, S) in mA/cm², continuous, of a cell at rest</h2><p id="controls"></p><div id="maps"><noscript>The maps need JavaScript.</noscript></div></section>
</main>
<script type="application/json" id="data">${new Markup(JSON.stringify(data).replaceAll("<", "\\u003c"))}</script>
<script>${new Markup(script)}</script>
</body>
</html>
`.text;
}

const nameOf = (n: number): string => (n === 0 ? "as shipped" : String(n));

function verdictOf({ front, feasible, shipped, suggested }: TuneResult): string {
  const point = front[suggested] as TunedPoint;
  return feasible
    ? `${plural(front.length, "point")}; number ${suggested + 1} is suggested: of ${point.proof.plants} other cells ${point.proof.harmed} come to harm, with the profile as shipped ${shipped.proof.harmed}.`
    : `No point keeps to the harm that was allowed: these are the least harmful ones, ${point.score.harmed} of ${point.score.plants} cells.`;
}

function pointTable({ tunables, suggested }: TuneResult, all: readonly TunedPoint[]): Markup {
  return html`<div style="overflow-x:auto"><table id="points">
<thead><tr><th>Point</th><th>time, h</th><th>of it charging, h</th><th>actuator travel, MPa</th><th>traces cut, s</th><th>harmed</th><th>harmed, other cells</th>${tunables.map(({ name, unit }) => html`<th>${name}${unit === "1" ? "" : `, ${unit}`}</th>`)}</tr></thead>
<tbody>${all.map(
    ({ values, score, proof }, n) =>
      html`<tr data-point="${n}"><td>${nameOf(n)}${n === suggested + 1 ? " (suggested)" : ""}</td><td>${score.time_h.toFixed(3)}</td><td>${score.chargeTime_h.toFixed(3)}</td><td>${score.travel_MPa.toFixed(2)}</td><td>${score.cut_s.toFixed(0)}</td><td>${score.harmed} of ${score.plants}</td><td>${proof.harmed} of ${proof.plants}</td>${tunables.map(({ name }) => html`<td>${String(values[name])}</td>`)}</tr>\n`,
  )}</tbody></table></div>`;
}

const rounded = ({ charge, discharge }: LimitMap): LimitMap => ({
  charge: charge.map((value) => Number(value.toPrecision(3))),
  discharge: discharge.map((value) => Number(value.toPrecision(3))),
});
