/** Sweeps of short replays. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { loadProfile } from "../../host/profiles/profile.js";
import { loadModule } from "../../host/replay/module.js";
import { packageVersion } from "../../host/root.js";
import { designPoints, parseVaried } from "../../host/sweep/design.js";
import { type JobInputs, type JobReplayOptions, type Source, traceSource } from "../../host/sweep/job.js";
import { type Plan, planSweep } from "../../host/sweep/plan.js";
import type { Row } from "../../host/sweep/row.js";
import { duckdb } from "../../host/trace/duckdb.js";
import { traceOf } from "../replay/fixtures.js";

/** Half an hour at 25 °C, in which a charge comes that not every margin allows. */
export function chargeTrace(peak_A = 0.001): Source {
  const rows = 181;
  const column = (value: (k: number) => number) => Float64Array.from({ length: rows }, (_, k) => value(k));
  const trace = traceOf({
    time_s: column((k) => 10 * k),
    current_A: column((k) => (k < 30 ? 0 : peak_A * Math.sin(k / 20) ** 2)),
    temperature_degC: column(() => 25),
  });
  return traceSource("charge.csv", trace, REPLAY);
}
const REPLAY: JobReplayOptions = { area_cm2: 1, dt_s: 1 };

export const inputsOf = (...sources: Source[]): JobInputs => ({
  moduleSha256: loadModule().sha256,
  version: packageVersion(),
  sources,
  profiles: [loadProfile("li-agc-argyrodite")],
});

const varied = [parseVaried("plating_margin=0.3:1"), parseVaried("interlayer_conductivity_mS_cm=0.1:1:log")];

/** `points` jobs of the first source. */
export const planOf = (inputs: JobInputs, points: number, targets: readonly string[] = ["v8"]): Plan =>
  planSweep(inputs, [{ profile: 0, source: 0 }], targets, varied, designPoints("sobol", varied, points));

const directory = mkdtempSync(join(tmpdir(), "betaguard-sweep-"));
afterAll(() => rmSync(directory, { recursive: true }));
export const folder = (name: string): string => join(directory, name);

export const partsOf = (results: string): string[] =>
  existsSync(results) ? readdirSync(results).filter((file) => file.endsWith(".parquet")) : [];

/** Every part by its name, with its bytes. */
export const contents = (results: string): Map<string, Buffer> =>
  new Map(
    partsOf(results)
      .sort()
      .map((file) => [file, readFileSync(join(results, file))]),
  );

/** What a user would ask DuckDB. */
export const query = async (sql: string): Promise<Record<string, unknown>[]> =>
  (await (await duckdb()).runAndReadAll(sql)).getRowObjects() as Record<string, unknown>[];

/** A row as DuckDB gives it back. */
export const flat = ({ parameters, plant, ...row }: Row): Record<string, unknown> => ({
  ...row,
  ...parameters,
  ...Object.fromEntries(Object.entries(plant).map(([name, value]) => [`plant.${name}`, value])),
});
