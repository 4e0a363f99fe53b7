/** Jobs on the threads of this machine. */
import { availableParallelism } from "node:os";
import { Piscina } from "piscina";
import { BetaguardError } from "../errors.js";
import { packageFile } from "../root.js";
import type { TraceColumns } from "../trace/types.js";
import type { Job, JobInputs } from "./job.js";
import type { Row } from "./row.js";
import type { Slice } from "./thread.js";

/** Threads start from built files, whatever runs this one. */
const THREAD = packageFile("build", "host", "sweep", "thread.js");
/** Slices of a `run` per thread: short ones at its end keep all threads busy. */
const SLICES = 4;
const MOST_JOBS_PER_SLICE = 64;
/** Threads without work end, so that a pool kept for later costs nothing. */
const IDLE_ms = 10_000;

export class JobPool {
  readonly threads: number;
  readonly #piscina: Piscina<readonly Job[], Slice>;

  /** Threads of that number, each with its own firmware module; the traces' columns are in memory once. */
  constructor(inputs: JobInputs, threads: number = availableParallelism()) {
    this.threads = threads;
    this.#piscina = new Piscina({
      filename: THREAD,
      minThreads: 0,
      maxThreads: threads,
      idleTimeout: IDLE_ms,
      // Not what this process was started with: a loader of TypeScript makes the threads half as fast.
      execArgv: [],
      workerData: shared(inputs),
    });
  }

  /**
   * Rows in the jobs' order. Several calls may run at once.
   * @throws what `JobRunner` throws
   */
  async run(jobs: readonly Job[]): Promise<Row[]> {
    const length = Math.min(Math.ceil(jobs.length / (SLICES * this.threads)), MOST_JOBS_PER_SLICE);
    const slices: Promise<Slice>[] = [];
    for (let from = 0; from < jobs.length; from += length)
      slices.push(this.#piscina.run(jobs.slice(from, from + length)));
    return (await Promise.all(slices)).flatMap((slice) => {
      if ("refused" in slice) throw new BetaguardError(slice.refused.code, slice.refused.message);
      return slice.rows;
    });
  }

  /** Ends the threads; what is running is lost. */
  async close(): Promise<void> {
    await this.#piscina.destroy();
  }
}

/** The inputs with every column in memory that threads share. */
const shared = (inputs: JobInputs): JobInputs => ({
  ...inputs,
  sources: inputs.sources.map((source) =>
    source.kind === "simulate"
      ? source
      : { ...source, trace: { ...source.trace, columns: sharedColumns(source.trace.columns) } },
  ),
});

const sharedColumns = (columns: TraceColumns): TraceColumns =>
  Object.fromEntries(
    (Object.entries(columns) as [string, Float64Array][]).map(([name, values]) => {
      const copy = new Float64Array(new SharedArrayBuffer(values.byteLength));
      copy.set(values);
      return [name, copy];
    }),
  ) as unknown as TraceColumns;
