/**
 * The report of one replay: a single HTML file that needs no network and can be mailed. Verdict, tables and evidence
 * are plain HTML, so that they show where scripts do not run; the viewer draws the charts from the embedded data.
 */
import { writeFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";
import { BetaguardError } from "../errors.js";
import type { Profile } from "../profiles/profile.js";
import type { ReplayVerdict } from "../replay/types.js";
import type { Trace } from "../trace/types.js";
import { policyFor, viewerFile } from "./assets.js";
import { html, Markup } from "./markup.js";
import { encodeReport } from "./payload.js";
import type { RunInfo } from "./run.js";
import {
  evidenceSection,
  headerSection,
  largestViolations,
  profileSection,
  reasonSection,
  runSection,
  tileSection,
  violationSection,
} from "./sections.js";
import type { CellSeries } from "./series.js";
import { worstViolation } from "./verdict.js";

export interface ReportInput {
  readonly verdict: ReplayVerdict;
  /** `SeriesCollector.finish()` of the replay the verdict is about. */
  readonly series: readonly CellSeries[];
  readonly trace: Omit<Trace, "columns">;
  readonly profile: Profile;
  readonly run: RunInfo;
}

/** Violations that are shaded in the charts; of more, those with the largest excess. */
const VIOLATIONS_MARKED = 20_000;

/** Dense metal per areal charge, V_m/F in µm per mAh/cm², from cm³/mol; F = 96485.33212 C/mol (CODATA 2018). */
const thickness_um_mAh_cm2 = (molarVolume_cm3_mol: number): number =>
  (molarVolume_cm3_mol * 3.6e4) / 96_485.332_12;

/** The page as text. @throws E_REPORT_NO_VIEWER when build/report is missing. */
export function renderReport({ verdict, series, trace, profile, run }: ReportInput): string {
  const script = viewerFile("viewer.js");
  const data = encodeReport({
    thickness_um_mAh_cm2: thickness_um_mAh_cm2(profile.values.metal_molarVolume_cm3_mol),
    violations: largestViolations(verdict.violations, VIOLATIONS_MARKED).map(
      ({ from_s, to_s, kind, cell }) => ({ from_s, to_s, kind, cell }),
    ),
    firstCell: worstViolation(verdict.violations)?.cell ?? 0,
    cells: series,
  });
  // A trace's path may come from either kind of system.
  const name = trace.path.split(/[/\\]/).at(-1) || trace.path;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyFor(script)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${name} – betaguard</title>
<style>${new Markup(viewerFile("viewer.css"))}</style>
</head>
<body>
<main>
${headerSection(name, verdict, trace)}
${tileSection(verdict, series)}
${reasonSection(verdict)}
<section id="charts" aria-label="Charts"><noscript><p class="card">The charts need JavaScript; everything else is here without it.</p></noscript></section>
${violationSection(verdict)}
${evidenceSection(trace, verdict.notes)}
${profileSection(profile)}
${runSection(run)}
</main>
<script type="text/plain" id="data">${deflateRawSync(data, { level: 9 }).toString("base64")}</script>
<script>${new Markup(script)}</script>
</body>
</html>
`.text;
}

/**
 * Writes the report to `path`, replacing what is there.
 * @throws E_REPORT_NO_VIEWER when build/report is missing, E_REPORT_WRITE when the file cannot be written.
 */
export function writeReport(path: string, input: ReportInput): void {
  const page = renderReport(input);
  try {
    writeFileSync(path, page);
  } catch (cause) {
    throw new BetaguardError(
      "E_REPORT_WRITE",
      `cannot write the report to ${path}: ${(cause as Error).message}; choose a path that can be written`,
      { cause },
    );
  }
}
