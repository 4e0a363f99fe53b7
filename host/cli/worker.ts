/** `betaguard worker` and `betaguard queue status`: a sweep's queue from the other side. */
import { availableParallelism } from "node:os";
import type { Command } from "commander";
import { formatCount, formatDuration, plural } from "../report/format.js";
import type { QueueStatus } from "../sweep/status.js";
import { wholeNumber } from "./options.js";
import { print, printJson } from "./output.js";

interface WorkerFlags {
  readonly queue: string;
  readonly workers: number;
  readonly json?: true;
}

const withQueue = (command: Command): Command =>
  command.requiredOption("--queue <url>", "the Redis of the sweep: redis://host:port");

export const withWorker = (command: Command): Command =>
  withQueue(command)
    .description("evaluate the parts of queued sweeps until stopped")
    .option("--workers <n>", "threads (default: cores)", wholeNumber("--workers"), availableParallelism())
    .option("--json", "a line of JSON per part")
    .addHelpText(
      "after",
      `
The sweep's folder must be mounted at the same path as where the sweep was started. Stopped with Ctrl-C or SIGTERM, it
ends the parts it has begun; killed, another worker does them again.

Examples:
  betaguard worker --queue redis://host:6379
  betaguard worker --queue redis://host:6379 --workers 8`,
    )
    .action(async ({ queue, workers, json }: WorkerFlags) => {
      // Loaded here because bullmq takes longer to load than most commands take to run.
      const { serveQueue } = await import("../sweep/serve.js");
      const stop = new AbortController();
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
      process.stderr.write(`serving with ${plural(workers, "thread")}\n`);
      await serveQueue({
        url: queue,
        threads: workers,
        signal: stop.signal,
        onPart: (jobs, results) =>
          print(json ? JSON.stringify({ jobs, results }) : `${plural(jobs, "job")} of ${results}`),
      });
    });

export const withQueueCommands = (command: Command): Command => {
  command.description("look at the queue of sweeps");
  withQueue(command.command("status"))
    .description("parts, workers and sweeps of a queue")
    .option("--json", "print as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  betaguard queue status --queue redis://host:6379\n  betaguard queue status --queue redis://host:6379 --json",
    )
    .action(async ({ queue, json }: Pick<WorkerFlags, "queue" | "json">) => {
      const { queueStatus } = await import("../sweep/status.js");
      const status = await queueStatus(queue);
      if (json) printJson(status);
      else print(formatStatus(status));
    });
  return command;
};

/** A coordinator says how far it is several times a second. */
const SILENT_s = 10;

function formatStatus({ waiting, active, failed, workers, sweeps, failures }: QueueStatus): string {
  const lines = [`${plural(waiting, "part")} waiting, ${active} in progress, ${failed} failed`];
  lines.push(
    workers.length === 0 ? "no workers: start some with betaguard worker" : plural(workers.length, "worker"),
  );
  for (const { name, address, parts } of workers)
    lines.push(`  ${name} from ${address}: ${plural(parts, "part")}`);
  for (const { results, jobs, done, silent_s } of sweeps)
    lines.push(
      `${results}: ${formatCount(done)} of ${plural(jobs, "job")} done${silent_s > SILENT_s ? `, nothing heard of its coordinator for ${formatDuration(silent_s)}: give its command again` : ""}`,
    );
  for (const { part, results, reason } of failures)
    lines.push(`failed: part ${part} of ${results}: ${reason}`);
  return lines.join("\n");
}
