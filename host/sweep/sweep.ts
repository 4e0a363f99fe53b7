/** A sweep from its plan to the whole results: what is there is kept, what is missing is done. */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { BetaguardError } from "../errors.js";
import { duckdb } from "../trace/duckdb.js";
import { makeResults, partsIn, removePartials, writePart, writeWhole } from "./parts.js";
import type { Part, Plan } from "./plan.js";
import type { JobPool } from "./pool.js";

export interface SweepOptions {
  /** The results' folder; made if missing. */
  readonly results: string;
  /** How the user asked for it; kept beside the results. */
  readonly request: Readonly<Record<string, unknown>>;
  /** Share of the jobs done, 0 … 1. */
  readonly onProgress?: (share: number) => void;
}

export interface SweepResult {
  readonly results: string;
  readonly sweep: string;
  readonly jobs: number;
  readonly parts: number;
  /** Jobs whose rows were there before. */
  readonly found: number;
  readonly seconds: number;
  readonly jobsPerSecond: number;
  readonly cellStepsPerSecond: number;
  /** Rows by verdict. */
  readonly verdicts: Readonly<Record<string, number>>;
}

/** Does the missing parts and tells of each; returns when all of them are in the results. */
export type DoParts = (missing: readonly Part[], onPart: (part: Part) => void) => Promise<void>;

/**
 * Completes the results of a plan and says what is in them.
 * @throws E_SWEEP_OTHER when the folder holds another sweep, E_SWEEP_RESULTS when it holds what no sweep wrote,
 *   E_REPORT_WRITE, and what `doParts` throws
 */
export async function sweep(
  plan: Plan,
  { results, request, onProgress }: SweepOptions,
  doParts: DoParts,
): Promise<SweepResult> {
  await makeResults(results);
  await claim(plan, results, request);
  const present = await partsIn(results);
  const missing = plan.parts.filter(({ name }) => !present.has(name));
  const todo = missing.reduce((sum, { jobs }) => sum + jobs.length, 0);
  const before = present.size > 0 ? await totals(results) : undefined;
  let done = plan.jobs - todo;
  onProgress?.(done / plan.jobs);
  const started = performance.now();
  await doParts(missing, ({ jobs }) => {
    done += jobs.length;
    onProgress?.(done / plan.jobs);
  });
  const seconds = (performance.now() - started) / 1000;
  await removePartials(results);
  const after = await totals(results);
  if (after.rows !== plan.jobs || after.jobs !== plan.jobs)
    throw new BetaguardError(
      "E_SWEEP_RESULTS",
      `expected ${plan.jobs} rows of as many jobs in ${results}, found ${after.rows} of ${after.jobs}; take what is not of this sweep out of the folder`,
    );
  return {
    results,
    sweep: plan.sha256,
    jobs: plan.jobs,
    parts: plan.parts.length,
    found: plan.jobs - todo,
    seconds,
    jobsPerSecond: todo / seconds,
    cellStepsPerSecond: (after.cellSteps - (before?.cellSteps ?? 0)) / seconds,
    verdicts: after.verdicts,
  };
}

/** Through a pool. One part more than it has threads is begun, so that writing keeps none of them waiting. */
export const onPool =
  (plan: Plan, results: string, pool: JobPool): DoParts =>
  async (missing, onPart) => {
    const waiting = missing.values();
    const work = async () => {
      for (const part of waiting) {
        await writePart(results, part.name, await pool.run(part.jobs), plan.labels);
        onPart(part);
      }
    };
    await Promise.all(Array.from({ length: pool.threads + 1 }, work));
  };

/** A folder holds one sweep: parts of another would be rows of neither. */
async function claim(
  { sha256, inputs, labels, jobs, parts }: Plan,
  results: string,
  request: SweepOptions["request"],
) {
  const path = join(results, "sweep.json");
  if (existsSync(path)) {
    const found = (JSON.parse(readFileSync(path, "utf8")) as { sweep?: string }).sweep;
    if (found === sha256) return;
    throw new BetaguardError(
      "E_SWEEP_OTHER",
      `expected the results of sweep ${sha256.slice(0, 12)} or none in ${results}, found those of ${found?.slice(0, 12)} (sweep.json says which); give another folder with --out`,
    );
  }
  const manifest = {
    sweep: sha256,
    ...request,
    betaguardVersion: inputs.version,
    moduleSha256: inputs.moduleSha256,
    sources: inputs.sources.map(({ kind, name, sha256: hash }) => ({ kind, name, sha256: hash })),
    profiles: inputs.profiles.map(({ id, hash }) => ({ id, sha256: hash })),
    varied: labels,
    jobs,
    parts: parts.length,
  };
  await writeWhole(path, Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
}

interface Totals {
  readonly rows: number;
  readonly jobs: number;
  readonly cellSteps: number;
  readonly verdicts: Readonly<Record<string, number>>;
}

/** What all parts of a folder hold. */
async function totals(results: string): Promise<Totals> {
  const pattern = join(resolve(results).replaceAll(/[[*?]/g, "[$&]"), "*.parquet").replaceAll("'", "''");
  const table = `read_parquet('${pattern}', hive_partitioning = false)`;
  const db = await duckdb();
  const query = async (sql: string) => (await db.runAndReadAll(sql)).getRowObjects();
  const [sums = {}] = await query(
    `SELECT count(*) AS n, count(DISTINCT job) AS jobs, sum(cellSteps) AS steps FROM ${table}`,
  );
  const counts = await query(`SELECT verdict, count(*) AS n FROM ${table} GROUP BY verdict ORDER BY verdict`);
  return {
    rows: Number(sums.n),
    jobs: Number(sums.jobs),
    cellSteps: Number(sums.steps ?? 0),
    verdicts: Object.fromEntries(counts.map(({ verdict, n }) => [String(verdict), Number(n)])),
  };
}
