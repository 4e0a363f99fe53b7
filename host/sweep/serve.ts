/** A worker of the queue: takes parts, evaluates them on its own threads, writes them into the results' folder. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { deserialize } from "node:v8";
import { WaitingError, Worker } from "bullmq";
import { BetaguardError } from "../errors.js";
import type { JobInputs } from "./job.js";
import { partsIn, writePart } from "./parts.js";
import { JobPool } from "./pool.js";
import { inputsFile, openRedis, type PartTask, QUEUE } from "./queue.js";

/**
 * A worker that does not renew its lock for so long is taken for dead, and its part given to another. If it lives
 * after all, both write the same file.
 */
const LOCK_ms = 5000;
const LOOK_FOR_DEAD_ms = 2500;
/** A part that this many workers have died of is left out. */
const MOST_DEATHS = 5;
/** Sweeps whose inputs are kept; further ones take the place of the longest unused. */
const MOST_POOLS = 4;

export interface ServeOptions {
  readonly url: string;
  readonly threads: number;
  /** Ends the service when the parts in progress are done. */
  readonly signal: AbortSignal;
  /** A part is in the results. */
  readonly onPart: (jobs: number, results: string) => void;
}

/**
 * Serves until the signal.
 * @throws E_QUEUE_CONNECT; E_QUEUE_INPUTS, E_SWEEP_MODULE, E_REPORT_WRITE, E_TARGET_MISSING … when this machine cannot
 *   do what the queue asks: its parts go back for others
 */
export async function serveQueue({ url, threads, signal, onPart }: ServeOptions): Promise<void> {
  const redis = await openRedis(url);
  const pools = new Pools(threads);
  let unfit: (error: BetaguardError) => void = () => {};
  const ended = new Promise<void>((done, fail) => {
    unfit = fail;
    if (signal.aborted) done();
    signal.addEventListener("abort", () => done(), { once: true });
  });
  const worker = new Worker<PartTask>(
    QUEUE,
    async (task, token) => {
      try {
        const { results, labels, jobs } = task.data;
        const name = task.id as string;
        // Done by a worker that could not say so any more.
        if ((await partsIn(results)).has(name)) return;
        const rows = await pools.use(task.data, (pool) => pool.run(jobs));
        await writePart(results, name, rows, labels);
        onPart(jobs.length, results);
      } catch (error) {
        if (!(error instanceof BetaguardError)) throw error;
        unfit(error);
        await task.moveToWait(token);
        throw new WaitingError();
      }
    },
    {
      connection: redis,
      name: `${hostname()}-${process.pid}`,
      // One part more than threads, so that reading and writing keep none of them waiting.
      concurrency: threads + 1,
      lockDuration: LOCK_ms,
      stalledInterval: LOOK_FOR_DEAD_ms,
      maxStalledCount: MOST_DEATHS,
    },
  );
  // Lost connections come back by themselves, and a lost lock is another worker's part.
  worker.on("error", () => {});
  try {
    await ended;
  } finally {
    await worker.close();
    await pools.close();
    redis.disconnect();
  }
}

interface KeptPool {
  readonly pool: Promise<JobPool>;
  users: number;
}

/** A pool per sweep, of the last few. */
class Pools {
  readonly #threads: number;
  /** The one last used is the last. */
  readonly #kept = new Map<string, KeptPool>();

  constructor(threads: number) {
    this.#threads = threads;
  }

  async use<T>({ results, inputsSha256 }: PartTask, work: (pool: JobPool) => Promise<T>): Promise<T> {
    const kept = this.#kept.get(inputsSha256) ?? { pool: this.#open(results, inputsSha256), users: 0 };
    this.#kept.delete(inputsSha256);
    this.#kept.set(inputsSha256, kept);
    kept.users++;
    try {
      return await work(await kept.pool);
    } finally {
      kept.users--;
      await this.#closeUnused(MOST_POOLS);
    }
  }

  /** Once nobody uses any. */
  close(): Promise<void> {
    return this.#closeUnused(0);
  }

  async #closeUnused(most: number): Promise<void> {
    for (const [key, { pool, users }] of this.#kept) {
      if (this.#kept.size <= most) return;
      if (users > 0) continue;
      this.#kept.delete(key);
      await pool.then(
        (opened) => opened.close(),
        () => {},
      );
    }
  }

  async #open(results: string, inputsSha256: string): Promise<JobPool> {
    const path = inputsFile(results, inputsSha256);
    const bytes = await readFile(path).catch((cause: Error) => {
      throw new BetaguardError(
        "E_QUEUE_INPUTS",
        `expected the sweep's inputs at ${path}, ${cause.message}; mount the results' folder at the same path on every machine`,
        { cause },
      );
    });
    const found = createHash("sha256").update(bytes).digest("hex");
    if (found !== inputsSha256)
      throw new BetaguardError(
        "E_QUEUE_INPUTS",
        `${path}: expected SHA-256 ${inputsSha256.slice(0, 12)}, found ${found.slice(0, 12)}: the file is damaged; start the sweep again`,
      );
    return new JobPool(deserialize(bytes) as JobInputs, this.#threads);
  }
}
