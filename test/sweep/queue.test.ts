/** A sweep through a real Redis, with workers, coordinator and Redis killed in turn. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { packageFile } from "../../host/root.js";
import type { Part } from "../../host/sweep/plan.js";
import { onQueue } from "../../host/sweep/queue.js";
import { serveQueue } from "../../host/sweep/serve.js";
import { queueStatus } from "../../host/sweep/status.js";
import { type SweepResult, sweep } from "../../host/sweep/sweep.js";
import { betaguard } from "../cli/command.js";
import { chargeTrace, contents, folder, inputsOf, partsOf, planOf, query } from "./jobs.js";
import { freePort, noRedis, startRedis } from "./redis.js";

const JOBS = 10_000;
/** Short replays: 200 steps, and what the limits need to settle. */
const SWEEP = [
  "sweep",
  "examples/li-agc-25C-fast-charge.SIMULATED.bdf.csv",
  ...["--profile", "li-agc-argyrodite", "--area", "1.54", "--dt", "1", "--from", "3500", "--to", "4400"],
  ...["--vary", "plating_margin=0.3:1", "interlayer_conductivity_mS_cm=0.1:1:log"],
  ...["--design", "lhs", "--seed", "4", "--json"],
];
const main = packageFile("build", "host", "cli", "main.js");

interface Running {
  readonly process: ChildProcess;
  readonly lines: () => string[];
  readonly errors: () => string;
  readonly ended: Promise<number | null>;
}

const started: ChildProcess[] = [];

function start(...args: string[]): Running {
  const child = spawn(process.execPath, [main, ...args], {
    cwd: packageFile(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  started.push(child);
  let text = "";
  let errors = "";
  child.stdout.on("data", (chunk) => {
    text += chunk;
  });
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  return {
    process: child,
    lines: () => text.split("\n").filter(Boolean),
    errors: () => errors,
    ended: once(child, "close").then(([code]) => code as number | null),
  };
}

async function kill({ process: child, ended }: Running): Promise<void> {
  child.kill("SIGKILL");
  await ended;
}

const jobsDoneBy = (workers: readonly Running[]): number =>
  workers.flatMap(({ lines }) => lines()).reduce((sum, line) => sum + JSON.parse(line).jobs, 0);

describe.skipIf(noRedis)("a queue", () => {
  let port = 0;
  let url = "";
  let redis: ChildProcess;
  const data = folder("redis");
  beforeEach(async () => {
    port = await freePort();
    url = `redis://127.0.0.1:${port}`;
    redis = await startRedis(port, data);
  });
  afterEach(async () => {
    for (const child of [...started.splice(0), redis]) child.kill("SIGKILL");
    await once(redis, "close");
    rmSync(data, { recursive: true });
  });

  const startWorker = () => start("worker", "--queue", url, "--workers", "1", "--json");
  /** Until so many parts wait. */
  async function waiting(parts: number): Promise<void> {
    while ((await queueStatus(url)).waiting !== parts) await sleep(50);
  }

  /** Until so many parts are there; fails when the coordinator ends before. */
  async function parts(results: string, least: number, coordinator: Running): Promise<void> {
    while (partsOf(results).length < least) {
      if (coordinator.process.exitCode !== null)
        throw new Error(`coordinator ended with ${partsOf(results).length} parts: ${coordinator.errors()}`);
      await sleep(10);
    }
  }

  it("gives the single process's results to the bit, whoever is killed", { timeout: 240_000 }, async () => {
    const results = folder("queued");
    const command = [...SWEEP, "--points", `${JOBS}`, "-o", results, "--queue", url];
    const workers = [startWorker(), startWorker()];
    const first = start(...command);

    await parts(results, 6, first);
    await kill(workers[0] as Running);
    workers.push(startWorker());

    await parts(results, 14, first);
    await kill(first);
    const before = partsOf(results).length;
    const second = start(...command);

    await parts(results, 22, second);
    redis.kill("SIGKILL");
    await once(redis, "close");
    redis = await startRedis(port, data);

    expect(await second.ended, second.errors()).toBe(0);
    const summary: SweepResult = JSON.parse(second.lines().join("\n"));
    expect(summary).toMatchObject({ jobs: JOBS, parts: Math.ceil(JOBS / 256) });
    expect(summary.found).toBeGreaterThanOrEqual(256 * (before - 1));
    // What a killed process had in hand is done again, and nothing else.
    expect(jobsDoneBy(workers)).toBeLessThanOrEqual(JOBS + 4 * 256);

    const single = folder("single");
    await betaguard([...SWEEP, "--points", `${JOBS}`, "-o", single, "--workers", "1"]);
    expect(contents(results)).toEqual(contents(single));
    expect(readdirSync(results).sort()).toEqual(readdirSync(single).sort());
    const [counts] = await query(
      `SELECT count(*) AS n, count(DISTINCT job) AS jobs, count(DISTINCT excessMax_mA_cm2) AS excesses FROM '${results}/*.parquet'`,
    );
    expect(counts).toMatchObject({ n: BigInt(JOBS), jobs: BigInt(JOBS) });
    expect(Number(counts?.excesses)).toBeGreaterThan(JOBS / 2);

    const shown = await betaguard(["queue", "status", "--queue", url]);
    expect(shown.stdout).toMatch(/^0 parts waiting, 0 in progress, 0 failed\n2 workers\n/);
    for (const worker of workers.slice(1)) {
      worker.process.kill("SIGTERM");
      expect(await worker.ended, worker.errors()).toBe(0);
    }
  });

  it("survives a Redis that forgot everything, and is filled in small batches", {
    timeout: 120_000,
  }, async () => {
    const results = folder("forgotten");
    const coordinator = start(...SWEEP, "--points", "40000", "-o", results, "--queue", url);
    // Of 157 parts, without a worker.
    await waiting(64);
    expect(await queueStatus(url)).toMatchObject({
      workers: [],
      sweeps: [{ results, jobs: 40_000, done: 0 }],
    });
    redis.kill("SIGKILL");
    await once(redis, "close");
    rmSync(data, { recursive: true });
    redis = await startRedis(port, data);
    await waiting(64);
    await sleep(1000);
    expect((await queueStatus(url)).waiting).toBe(64);
    await kill(coordinator);
  });

  it("gets back what a worker cannot do, and the worker says why and ends", {
    timeout: 120_000,
  }, async () => {
    const results = folder("unreadable");
    const coordinator = start(...SWEEP, "--points", "512", "-o", results, "--queue", url);
    await waiting(2);
    const inputs = readdirSync(results).find((file) => file.startsWith("inputs-")) as string;
    writeFileSync(join(results, inputs), "something else");
    const worker = startWorker();
    expect(await worker.ended).toBe(2);
    expect(worker.errors()).toMatch(/^betaguard: E_QUEUE_INPUTS: .*inputs-\w+\.bin: expected SHA-256/m);
    expect(worker.lines()).toEqual([]);
    expect(await queueStatus(url)).toMatchObject({ active: 0, failed: 0, waiting: 2 });
    await kill(coordinator);
  });

  it("leaves out what fails, and tries it again the next time", { timeout: 120_000 }, async () => {
    const plan = planOf(inputsOf(chargeTrace()), 600);
    const results = folder("failing");
    const [first, ...others] = plan.parts as [Part, ...Part[]];
    // No such source: what a fault of our own would do.
    const faulty = { ...first, jobs: first.jobs.map((job) => ({ ...job, source: 9 })) };
    const stop = new AbortController();
    let done = 0;
    const worker = serveQueue({
      url,
      threads: 1,
      signal: stop.signal,
      onPart: (jobs) => {
        done += jobs;
      },
    });
    const complete = (parts: readonly Part[]) =>
      sweep(
        { ...plan, parts },
        { results, request: {} },
        onQueue(plan, results, url, () => {}),
      );
    await expect(complete([faulty, ...others])).rejects.toMatchObject({ code: "E_QUEUE_FAILED" });
    expect(partsOf(results)).toHaveLength(others.length);
    expect((await queueStatus(url)).failures).toMatchObject([{ part: first.name, results }]);
    expect(await complete(plan.parts)).toMatchObject({ jobs: 600, found: 600 - first.jobs.length });
    expect((await queueStatus(url)).failures).toEqual([]);
    expect(done).toBe(600);
    stop.abort();
    await worker;
  });
});
