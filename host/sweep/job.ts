/** What a sweep, a tuning run and a worker of the queue evaluate: jobs over shared inputs. */
import { createHash } from "node:crypto";
import type { Profile } from "../profiles/profile.js";
import type { ParameterValues } from "../replay/module.js";
import type { ReplayOptions } from "../replay/replay.js";
import type { Scenario } from "../simulate/scenario.js";
import type { Trace } from "../trace/types.js";

export type JobReplayOptions = Omit<ReplayOptions, "target" | "onProgress">;

interface TraceSource {
  readonly kind: "replay";
  readonly name: string;
  /** Of the file. */
  readonly sha256: string;
  /** Of everything a replay reads of it: the columns as they are, loggers joined. */
  readonly contentHash: string;
  readonly trace: Trace;
  readonly options: JobReplayOptions;
}

interface ScenarioSource {
  readonly kind: "simulate";
  readonly name: string;
  readonly sha256: string;
  readonly contentHash: string;
  readonly scenario: Scenario;
}

/** What a job evaluates: a trace to replay, or a scenario to simulate in closed loop. */
export type Source = TraceSource | ScenarioSource;

/** What jobs have in common; every worker gets it once. */
export interface JobInputs {
  /** Of the firmware module and of this package: results of others are no results of these jobs. */
  readonly moduleSha256: string;
  readonly version: string;
  readonly sources: readonly Source[];
  readonly profiles: readonly Profile[];
}

export interface Job {
  /** SHA-256 of all that decides the result; equal ids, equal rows. */
  readonly id: string;
  /** Indices into the inputs. */
  readonly source: number;
  readonly profile: number;
  /** What runs the module, as after --target. */
  readonly target: string;
  /** Values in place of the profile's: of the firmware, and of the plant where there is one. */
  readonly parameters: ParameterValues;
  /** Values that only the plant of a closed loop has. */
  readonly plant: ParameterValues;
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** A trace as a source: its columns, without what only an inspection asks for. */
export function traceSource(name: string, trace: Trace, options: JobReplayOptions): Source {
  const { path, sha256: fileHash, format, dialect, rowsRead, rows, columns, joins = [] } = trace;
  const hash = createHash("sha256").update(JSON.stringify(joins.map(({ column }) => column)));
  for (const [column, values] of Object.entries(columns) as [string, Float64Array][])
    hash.update(column).update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return {
    kind: "replay",
    name,
    sha256: fileHash,
    contentHash: hash.digest("hex"),
    trace: {
      path,
      sha256: fileHash,
      format,
      dialect,
      rowsRead,
      rows,
      columns,
      joins,
      evidence: [],
      sourceColumns: [],
      events: [],
      warnings: [],
      dropped: [],
    },
    options,
  };
}

export function scenarioSource(scenario: Scenario): Source {
  const hash = sha256(JSON.stringify(scenario));
  return { kind: "simulate", name: scenario.name, sha256: hash, contentHash: hash, scenario };
}

/** Gives jobs over these inputs their ids. */
export function jobMaker(inputs: JobInputs): (job: Omit<Job, "id">) => Job {
  const shared = new Map<string, string>();
  return (job) => {
    const key = `${job.source} ${job.profile} ${job.target}`;
    let common = shared.get(key);
    if (common === undefined) {
      const source = inputs.sources[job.source] as Source;
      const profile = inputs.profiles[job.profile] as Profile;
      common = sha256(
        JSON.stringify([
          inputs.version,
          inputs.moduleSha256,
          source.kind,
          source.contentHash,
          source.kind === "replay" ? source.options : null,
          profile.hash,
          job.target,
        ]),
      );
      shared.set(key, common);
    }
    return { ...job, id: sha256(`${common}${sorted(job.parameters)}${sorted(job.plant)}`) };
  };
}

const sorted = (values: ParameterValues): string =>
  JSON.stringify(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
