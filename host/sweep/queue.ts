/**
 * A sweep past one machine: its parts as jobs of a BullMQ queue in Redis. What counts as done is what lies in the
 * results' folder, never what Redis remembers: a part that is not there is offered again.
 */
import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { serialize } from "node:v8";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { BetaguardError } from "../errors.js";
import type { Job } from "./job.js";
import { partsIn, writeWhole } from "./parts.js";
import type { Part, Plan } from "./plan.js";
import type { DoParts } from "./sweep.js";

export const QUEUE = "betaguard";
/** Hash of the sweeps whose coordinator runs: their results' folder and how far they are. */
export const SWEEPS = "betaguard:sweeps";

/** A part as it lies in the queue; its name is the job's id there, so that it is never in it twice. */
export interface PartTask {
  /** The results' folder, at the same path on every machine. */
  readonly results: string;
  /** SHA-256 of the inputs that lie there. */
  readonly inputsSha256: string;
  readonly labels: readonly string[];
  readonly jobs: readonly Job[];
}

export interface SweepProgress {
  readonly results: string;
  readonly jobs: number;
  readonly done: number;
  /** When its coordinator last said so, ms since 1970. */
  readonly at_ms: number;
}

/** Where a sweep's inputs lie while it is under way. Another coordinator may write the same ones otherwise. */
export const inputsFile = (results: string, sha256: string): string =>
  join(results, `inputs-${sha256.slice(0, 32)}.bin`);

/** How often the results are looked at. */
const POLL_ms = 300;
/** Parts offered ahead of the workers: the queue stays small however large the sweep. */
const AHEAD = 64;
/** What was offered is offered again this often: a Redis without its data gets it back. */
const OFFER_AGAIN_ms = 5000;
/** A part whose worker threw: once more, on another worker by chance. One that is killed does not count. */
const ATTEMPTS = 2;

/**
 * A connection that outlives restarts of the server.
 * @throws E_QUEUE_CONNECT when nobody answers now, E_OPTION when it is no URL of a Redis
 */
export async function openRedis(url: string): Promise<Redis> {
  if (!/^rediss?:\/\/[^/]/.test(url) || !URL.canParse(url))
    throw new BetaguardError(
      "E_OPTION",
      `expected redis://host:port or rediss://… after --queue, found ${url}`,
    );
  const redis = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(100 * times, 2000),
  });
  let reason = "no answer";
  // Without a listener every failed attempt to connect again would be printed.
  redis.on("error", (error: Error) => {
    reason = error.message;
  });
  try {
    await redis.connect();
    return redis;
  } catch (cause) {
    redis.disconnect();
    throw new BetaguardError(
      "E_QUEUE_CONNECT",
      `expected a Redis at ${new URL(url).host}, ${reason}; start one or correct --queue`,
      { cause },
    );
  }
}

/**
 * Through the workers of a queue; `onIdle` is called when these are gone. Parts that fail are left out until the others
 * are done.
 * @throws E_QUEUE_FAILED naming the first reason; E_QUEUE_CONNECT, E_OPTION
 */
export const onQueue =
  (plan: Plan, results: string, url: string, onIdle: () => void): DoParts =>
  async (missing, onPart) => {
    const redis = await openRedis(url);
    const queue = new Queue<PartTask>(QUEUE, { connection: redis });
    // Lost connections come back by themselves.
    queue.on("error", () => {});
    try {
      await new Coordinator(plan, resolve(results), queue, redis, { onPart, onIdle }).complete(missing);
    } finally {
      await queue.close();
      redis.disconnect();
    }
  };

interface CoordinatorEvents {
  readonly onPart: (part: Part) => void;
  readonly onIdle: () => void;
}

class Coordinator {
  readonly #plan: Plan;
  readonly #results: string;
  readonly #queue: Queue<PartTask>;
  readonly #redis: Redis;
  readonly #events: CoordinatorEvents;
  #inputsSha256 = "";
  #done = 0;
  readonly #offered = new Map<string, Part>();

  constructor(plan: Plan, results: string, queue: Queue<PartTask>, redis: Redis, events: CoordinatorEvents) {
    this.#plan = plan;
    this.#results = results;
    this.#queue = queue;
    this.#redis = redis;
    this.#events = events;
  }

  async complete(missing: readonly Part[]): Promise<void> {
    if (missing.length === 0) return;
    this.#done = this.#plan.jobs - missing.reduce((sum, { jobs }) => sum + jobs.length, 0);
    const inputs = serialize(this.#plan.inputs);
    this.#inputsSha256 = createHash("sha256").update(inputs).digest("hex");
    const inputsPath = inputsFile(this.#results, this.#inputsSha256);
    await writeWhole(inputsPath, inputs);
    await this.#retryFailed(new Set(missing.map(({ name }) => name)));

    const waiting = [...missing];
    const failed = new Map<string, string>();
    let offered_ms = performance.now();
    let idle = false;
    while (waiting.length > 0 || this.#offered.size > 0) {
      const most = AHEAD + 2 * (await this.#queue.getActiveCount());
      const next = waiting.splice(0, Math.max(most - this.#offered.size, 0));
      for (const part of next) this.#offered.set(part.name, part);
      const again = performance.now() - offered_ms > OFFER_AGAIN_ms;
      if (again) {
        offered_ms = performance.now();
        const wasIdle = idle;
        idle = (await this.#queue.getWorkersCount()) === 0;
        if (idle && !wasIdle) this.#events.onIdle();
      }
      await this.#offer(again ? [...this.#offered.values()] : next);
      await this.#tell();
      await sleep(POLL_ms);
      await this.#collect();
      for (const { id = "", failedReason } of await this.#queue.getFailed())
        if (this.#offered.delete(id)) failed.set(id, failedReason);
    }
    await this.#redis.hdel(SWEEPS, this.#plan.sha256);
    const [reason] = failed.values();
    if (reason !== undefined)
      throw new BetaguardError(
        "E_QUEUE_FAILED",
        `expected every part to succeed, ${failed.size} of ${missing.length} failed, the first with: ${reason}; the others are in ${this.#results}, the same command tries again what is missing`,
      );
    await rm(inputsPath);
  }

  /** A second offer of what is still in the queue changes nothing there. */
  async #offer(parts: readonly Part[]): Promise<void> {
    if (parts.length === 0) return;
    await this.#queue.addBulk(
      parts.map(({ name, jobs }) => ({
        name: "part",
        data: { results: this.#results, inputsSha256: this.#inputsSha256, labels: this.#plan.labels, jobs },
        opts: { jobId: name, attempts: ATTEMPTS, removeOnComplete: true },
      })),
    );
  }

  /** Takes note of the parts that have come. */
  async #collect(): Promise<void> {
    for (const name of await partsIn(this.#results)) {
      const part = this.#offered.get(name);
      if (!part) continue;
      this.#offered.delete(name);
      this.#done += part.jobs.length;
      this.#events.onPart(part);
    }
  }

  /** What failed for an earlier coordinator gets another chance. */
  async #retryFailed(names: ReadonlySet<string>): Promise<void> {
    for (const job of await this.#queue.getFailed()) if (names.has(job.id ?? "")) await job.remove();
  }

  async #tell(): Promise<void> {
    const progress: SweepProgress = {
      results: this.#results,
      jobs: this.#plan.jobs,
      done: this.#done,
      at_ms: Date.now(),
    };
    await this.#redis.hset(SWEEPS, this.#plan.sha256, JSON.stringify(progress));
  }
}
