/** A thread of the pool. */
import { workerData } from "piscina";
import { BetaguardError } from "../errors.js";
import type { Job, JobInputs } from "./job.js";
import type { Row } from "./row.js";
import { JobRunner } from "./runner.js";

/** An error's class and code do not survive the way between threads. */
export type Slice =
  | { readonly rows: readonly Row[] }
  | { readonly refused: { readonly code: string; readonly message: string } };

let runner: JobRunner | undefined;

export default async function runSlice(jobs: readonly Job[]): Promise<Slice> {
  try {
    runner ??= new JobRunner(workerData as JobInputs);
    const rows: Row[] = [];
    for (const job of jobs) rows.push(await runner.runJob(job));
    return { rows };
  } catch (error) {
    if (!(error instanceof BetaguardError)) throw error;
    return { refused: { code: error.code, message: error.message } };
  }
}
