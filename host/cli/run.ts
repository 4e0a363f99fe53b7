/** One trace from file to verdict, and the files a user asked for. */
import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Profile } from "../profiles/profile.js";
import { loadModule } from "../replay/module.js";
import { DEFAULT_DT_s, type ReplayOptions, replay } from "../replay/replay.js";
import type { ReplayVerdict } from "../replay/types.js";
import { writeReport } from "../report/html.js";
import { OutputWriter } from "../report/outputs.js";
import type { RunInfo } from "../report/run.js";
import { SeriesCollector } from "../report/series.js";
import { packageVersion } from "../root.js";
import { openTrace, type TraceInputs } from "./loggers.js";
import type { Progress } from "./progress.js";

export interface OutputRequest {
  /** Made if missing. */
  readonly directory: string;
  /** Tables of every output beside the report. */
  readonly formats: readonly ("parquet" | "csv")[];
  /** Seconds between the tables' rows; absent: one row per step. */
  readonly every_s?: number | undefined;
}

export interface RunResult {
  readonly verdict: ReplayVerdict;
  /** Paths written: the report first. */
  readonly files: readonly string[];
}

/** Errors: those of openTrace and replay, E_REPORT_WRITE where `output` cannot be written. */
export async function runTrace(
  path: string,
  profile: Profile,
  options: ReplayOptions,
  progress: Progress,
  output?: OutputRequest,
  inputs: TraceInputs = {},
): Promise<RunResult> {
  const trace = await progress.watch(`reading ${basename(path)}`, (onProgress) =>
    openTrace(path, inputs, onProgress),
  );
  const { columns: _, ...source } = trace;
  const dt_s = options.dt_s ?? DEFAULT_DT_s;
  const watched = (onChunk?: Parameters<typeof replay>[3]) =>
    progress.watch(basename(path), (onProgress) =>
      replay(trace, profile, { ...options, onProgress }, onChunk),
    );
  if (!output) return { verdict: await watched(), files: [] };

  const run: RunInfo = {
    tracePath: path,
    traceSha256: trace.sha256,
    profileId: profile.id,
    profileHash: profile.hash,
    moduleHash: loadModule().sha256,
    dt_s,
    area_cm2: options.area_cm2,
    betaguardVersion: packageVersion(),
  };
  const { directory, formats, every_s } = output;
  const cells = options.cells ?? 1;
  const series = new SeriesCollector(dt_s, cells);
  const writer = new OutputWriter({
    directory,
    cells,
    formats,
    run,
    ...(every_s !== undefined && { every_s }),
  });
  try {
    const verdict = await watched((chunk) => {
      series.add(chunk);
      writer.write(chunk);
    });
    const tables = writer.finish();
    const report = join(directory, "report.html");
    const json = join(directory, "verdict.json");
    writeReport(report, { verdict, series: series.finish(), trace: source, profile, run });
    writeFileSync(json, `${JSON.stringify(verdict, null, 2)}\n`);
    return { verdict, files: [report, json, ...tables] };
  } catch (error) {
    writer.abandon();
    throw error;
  }
}

/** Where each trace's files go: `out` itself for one trace, a directory named like the trace for several. */
export function outputDirectories(out: string, paths: readonly string[]): ReadonlyMap<string, string> {
  if (paths.length === 1) return new Map(paths.map((path) => [path, out]));
  const taken = new Set<string>();
  return new Map(
    paths.map((path) => {
      const name = basename(path);
      let directory = join(out, name);
      for (let n = 2; taken.has(directory); n++) directory = join(out, `${name}-${n}`);
      taken.add(directory);
      return [path, directory];
    }),
  );
}
