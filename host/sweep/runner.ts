/** The one place where a job is evaluated, whoever asks: this process, a thread of the pool, a worker of the queue. */
import { BetaguardError } from "../errors.js";
import { listProfiles, type Profile } from "../profiles/profile.js";
import { loadModule } from "../replay/module.js";
import { replay } from "../replay/replay.js";
import { packageVersion } from "../root.js";
import type { Scenario } from "../simulate/scenario.js";
import { simulate } from "../simulate/simulate.js";
import { openTarget } from "../target/open.js";
import type { Target } from "../target/target.js";
import type { Job, JobInputs, Source } from "./job.js";
import { failedOutcome, type Outcome, type Row, replayOutcome, rowOf, simulationOutcome } from "./row.js";

export class JobRunner {
  readonly #inputs: JobInputs;
  /** Opened once: jobs share the compiled module, or the board. */
  readonly #targets = new Map<string, Promise<Target>>();

  /** @throws E_SWEEP_MODULE when this installation would not give the results the inputs ask for */
  constructor(inputs: JobInputs) {
    const found = { module: loadModule().sha256, version: packageVersion() };
    if (found.module !== inputs.moduleSha256 || found.version !== inputs.version)
      throw new BetaguardError(
        "E_SWEEP_MODULE",
        `expected betaguard ${inputs.version} with module ${inputs.moduleSha256.slice(0, 12)}, found ${found.version} with ${found.module.slice(0, 12)}; use the same build on every machine`,
      );
    this.#inputs = inputs;
  }

  /** @throws what a target throws; what the job itself makes impossible becomes a row that says so. */
  async runJob(job: Job): Promise<Row> {
    const source = this.#inputs.sources[job.source] as Source;
    const profile = this.#inputs.profiles[job.profile] as Profile;
    const target = await this.#target(job.target);
    let outcome: Outcome;
    try {
      outcome =
        source.kind === "replay"
          ? replayOutcome(
              await replay(
                source.trace,
                { ...profile, values: { ...profile.values, ...job.parameters } },
                { ...source.options, target },
              ),
            )
          : await simulated(source.scenario, profile, job, target);
    } catch (error) {
      if (!isOfTheJob(error, job)) throw error;
      outcome = failedOutcome(
        error instanceof BetaguardError ? `${error.code}: ${error.message}` : error.message,
      );
    }
    return rowOf(this.#inputs, job, outcome);
  }

  async close(): Promise<void> {
    for (const target of this.#targets.values()) await (await target).close();
  }

  #target(name: string): Promise<Target> {
    const opened = this.#targets.get(name) ?? openTarget(name);
    this.#targets.set(name, opened);
    return opened;
  }
}

async function simulated(
  scenario: Scenario,
  profile: Profile,
  { parameters, plant }: Job,
  target: Target,
): Promise<Outcome> {
  let cellSteps = 0;
  const stepsPerHold = Math.round(scenario.hold_s / scenario.dt_s) * scenario.cells.length;
  const result = await simulate(
    {
      ...scenario,
      // Every value is given, so that it need not be found on this machine; a shipped one always is.
      profile: listProfiles()[0] as string,
      parameters: { ...profile.values, ...scenario.parameters, ...parameters },
      cells: scenario.cells.map((own) => ({ ...plant, ...own })),
    },
    "betaguard",
    {
      target,
      onMoment: () => {
        cellSteps += stepsPerHold;
      },
    },
  );
  return simulationOutcome(result, cellSteps);
}

/**
 * Without a board nothing outside decides: a refused value, or equations without a solution, will be so again. What is
 * thrown by mistake (TypeError, a trap of the module) is none of these.
 */
const isOfTheJob = (error: unknown, { target }: Job): error is Error =>
  target === "v8" && (error instanceof BetaguardError || (error as Error).constructor === Error);
