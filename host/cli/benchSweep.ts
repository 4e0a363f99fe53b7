/** `betaguard bench sweep`: what a job costs in a sweep, beside the bare loop, over numbers of jobs and of threads. */
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { loadProfile } from "../profiles/profile.js";
import { loadModule } from "../replay/module.js";
import { formatCount, plural } from "../report/format.js";
import { packageVersion } from "../root.js";
import { designPoints, parseVaried } from "../sweep/design.js";
import { type JobInputs, traceSource } from "../sweep/job.js";
import { type Plan, planSweep } from "../sweep/plan.js";
import { JobPool } from "../sweep/pool.js";
import { JobRunner } from "../sweep/runner.js";
import { onPool } from "../sweep/sweep.js";
import { syntheticTrace } from "./bench.js";
import { wholeNumber } from "./options.js";
import { print, printJson } from "./output.js";

export interface SweepBench {
  /** 0: the bare loop over the jobs in this thread, nothing written. */
  readonly threads: number;
  readonly jobs: number;
  /** From the points to the last part on the disk, threads started before. */
  readonly seconds: number;
  readonly perJob_ms: number;
  /** Processor time of all threads. */
  readonly cpuPerJob_ms: number;
  readonly jobsPerSecond: number;
  readonly cellStepsPerSecond: number;
}

const PROFILE = "li-agc-argyrodite";
const VARIED = ["plating_margin=0.3:1", "interlayer_conductivity_mS_cm=0.1:1:log"].map(parseVaried);

const inputsOf = (steps: number): JobInputs => ({
  moduleSha256: loadModule().sha256,
  version: packageVersion(),
  sources: [traceSource("bench", syntheticTrace(steps), { area_cm2: 1, steps })],
  profiles: [loadProfile(PROFILE)],
});

const planOf = (inputs: JobInputs, jobs: number): Plan =>
  planSweep(inputs, [{ profile: 0, source: 0 }], ["v8"], VARIED, designPoints("sobol", VARIED, jobs));

const WARM_UP_JOBS = 200;
const BARE_JOBS = 1000;

async function timed(
  threads: number,
  jobs: number,
  steps: number,
  work: () => Promise<unknown>,
): Promise<SweepBench> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  await work();
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return {
    threads,
    jobs,
    seconds,
    perJob_ms: (1000 * seconds) / jobs,
    cpuPerJob_ms: (user + system) / 1000 / jobs,
    jobsPerSecond: jobs / seconds,
    cellStepsPerSecond: (jobs * steps) / seconds,
  };
}

/** The bare loop over `jobs` jobs of `steps` steps, after a warm-up. */
export async function benchBareLoop(jobs: number, steps: number): Promise<SweepBench> {
  const inputs = inputsOf(steps);
  const runner = new JobRunner(inputs);
  for (const part of planOf(inputs, WARM_UP_JOBS).parts)
    for (const job of part.jobs) await runner.runJob(job);
  const all = planOf(inputs, jobs).parts.flatMap((part) => part.jobs);
  return timed(0, jobs, steps, async () => {
    for (const job of all) await runner.runJob(job);
  });
}

/** A sweep of `jobs` jobs of `steps` steps on warm threads, into a folder that is removed again. */
export async function benchSweep(threads: number, jobs: number, steps: number): Promise<SweepBench> {
  const inputs = inputsOf(steps);
  const results = mkdtempSync(join(tmpdir(), "betaguard-bench-"));
  const pool = new JobPool(inputs, threads);
  try {
    await pool.run(planOf(inputs, WARM_UP_JOBS * threads).parts.flatMap((part) => part.jobs));
    return await timed(threads, jobs, steps, () => {
      const plan = planOf(inputs, jobs);
      return onPool(plan, results, pool)(plan.parts, () => {});
    });
  } finally {
    await pool.close();
    rmSync(results, { recursive: true });
  }
}

interface BenchSweepFlags {
  readonly jobs: string;
  readonly jobSteps: number;
  readonly workers: number;
  readonly json?: true;
}

export const withBenchSweep = (command: Command): Command =>
  command
    .description("what a job costs in a sweep: bare loop, one thread, all threads, over numbers of jobs")
    .option("--jobs <n,n,…>", "numbers of jobs", "100,1000,10000")
    .option("--job-steps <n>", "steps of a job", wholeNumber("--job-steps"), 2000)
    .option("--workers <n>", "threads (default: cores)", wholeNumber("--workers"), availableParallelism())
    .addHelpText(
      "after",
      "\nExamples:\n  betaguard bench sweep\n  betaguard bench sweep --jobs 100,1000,10000,100000 --workers 2 --json",
    )
    // --json is an option of `bench` already, which takes it wherever it stands.
    .action(async (_, sweep: Command) => {
      const { jobs, jobSteps: steps, workers, json } = sweep.optsWithGlobals<BenchSweepFlags>();
      const numbers = jobs.split(",").map(wholeNumber("--jobs"));
      const results: SweepBench[] = [await benchBareLoop(BARE_JOBS, steps)];
      for (const threads of new Set([1, workers]))
        for (const n of numbers) results.push(await benchSweep(threads, n, steps));
      if (json) printJson(results);
      else print(results.map(formatSweepBench).join("\n"));
    });

const formatSweepBench = ({
  threads,
  jobs,
  perJob_ms,
  cpuPerJob_ms,
  jobsPerSecond,
  cellStepsPerSecond,
}: SweepBench): string =>
  `${(threads === 0 ? "bare loop" : plural(threads, "thread")).padEnd(10)} ${formatCount(jobs).padStart(8)} jobs: ${perJob_ms.toFixed(3)} ms a job, ${cpuPerJob_ms.toFixed(3)} ms of processor; ${formatCount(Math.round(jobsPerSecond))} jobs/s, ${formatCount(Math.round(cellStepsPerSecond))} cell-steps/s`;
