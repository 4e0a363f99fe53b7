/** What is going on in a queue. */
import { Queue } from "bullmq";
import { openRedis, type PartTask, QUEUE, SWEEPS, type SweepProgress } from "./queue.js";

export interface QueueStatus {
  /** Parts, by where they are. */
  readonly waiting: number;
  readonly active: number;
  readonly failed: number;
  readonly workers: readonly {
    /** Host and process. */
    readonly name: string;
    readonly address: string;
    /** Parts in progress. */
    readonly parts: number;
  }[];
  readonly sweeps: readonly {
    readonly sweep: string;
    readonly results: string;
    readonly jobs: number;
    readonly done: number;
    /** Time since its coordinator was last heard of. */
    readonly silent_s: number;
  }[];
  readonly failures: readonly { readonly part: string; readonly results: string; readonly reason: string }[];
}

/** @throws E_QUEUE_CONNECT, E_OPTION */
export async function queueStatus(url: string): Promise<QueueStatus> {
  const redis = await openRedis(url);
  const queue = new Queue<PartTask>(QUEUE, { connection: redis });
  try {
    const { wait = 0, delayed = 0, failed = 0 } = await queue.getJobCounts("wait", "delayed", "failed");
    const active = await queue.getActive();
    const sweeps = Object.entries(await redis.hgetall(SWEEPS)).map(([sweep, json]) => {
      const { at_ms, ...progress } = JSON.parse(json) as SweepProgress;
      return { sweep, ...progress, silent_s: (Date.now() - at_ms) / 1000 };
    });
    return {
      waiting: wait + delayed,
      active: active.length,
      failed,
      workers: (await queue.getWorkers()).map((client) => {
        const name = (client.rawname ?? "").replace(/^.*:w:/, "");
        return {
          name,
          address: client.addr ?? "",
          parts: active.filter(({ processedBy }) => processedBy === name).length,
        };
      }),
      sweeps,
      failures: (await queue.getFailed()).map(({ id = "", data, failedReason }) => ({
        part: id,
        results: data.results,
        reason: failedReason,
      })),
    };
  } finally {
    await queue.close();
    redis.disconnect();
  }
}
