/** `betaguard sweep`: parameters × traces × targets, on this machine or through a queue. */
import { availableParallelism } from "node:os";
import { basename } from "node:path";
import type { Command } from "commander";
import { BetaguardError } from "../errors.js";
import { loadProfile, type Profile } from "../profiles/profile.js";
import { loadModule } from "../replay/module.js";
import { formatCount, formatNumber, plural } from "../report/format.js";
import { packageVersion } from "../root.js";
import type { ParameterName } from "../schema/parameters.js";
import { loadScenario, scenarioNames } from "../simulate/scenario.js";
import {
  DESIGNS,
  type Design,
  designPoints,
  parseVaried,
  type Varied,
  variedLabel,
} from "../sweep/design.js";
import { type JobInputs, type Source, scenarioSource, traceSource } from "../sweep/job.js";
import { type Plan, planSweep } from "../sweep/plan.js";
import { JobPool } from "../sweep/pool.js";
import { onPool, type SweepResult, sweep } from "../sweep/sweep.js";
import { openTarget, TARGETS } from "../target/open.js";
import { type CellFlags, replayOptions, withCellOptions, withMap } from "./cellOptions.js";
import { openTrace } from "./loggers.js";
import { number, wholeNumber } from "./options.js";
import { print, printJson } from "./output.js";
import { Progress } from "./progress.js";

interface SweepFlags extends Omit<CellFlags, "profile"> {
  readonly profile?: readonly string[];
  readonly vary?: readonly string[];
  readonly design: string;
  readonly points?: number;
  readonly seed?: number;
  readonly target: readonly string[];
  readonly out: string;
  readonly workers: number;
  readonly queue?: string;
  readonly json?: true;
}

export const withSweep = (command: Command): Command =>
  withCellOptions(
    withMap(
      command
        .description("evaluate traces and scenarios over ranges of parameters into a Parquet data set")
        .argument("<input...>", "cycler files, and scenarios by name or as .json files (docs/simulate.md)"),
    )
      .option("--profile <id...>", "cell systems; scenarios have their own where none is given")
      .option(
        "--vary <range...>",
        "parameters to vary, name=low:high or name=low:high:log; plant.name=… in a scenario's plant only, not in its firmware",
      )
      .option("--design <kind>", `how the points lie: ${DESIGNS.join(", ")}`, "sobol")
      .option("--points <n>", "number of points; for a grid, values of each parameter", number("--points"))
      .option(
        "--seed <n>",
        "draws the hypercube (default: 1), shifts Sobol's points (default: not)",
        number("--seed"),
      )
      .option("--target <name...>", `what runs the firmware: ${TARGETS.join(", ")}`, ["v8"])
      .requiredOption("-o, --out <dir>", "the results' folder; what is there of this sweep is not done again")
      .option(
        "--workers <n>",
        "threads on this machine (default: cores)",
        wholeNumber("--workers"),
        availableParallelism(),
      )
      .option("--queue <url>", "evaluate through the workers of this Redis instead: redis://host:port")
      .option("--json", "print the summary as JSON"),
  )
    .addHelpText(
      "after",
      `
The folder gets one row per job in part-*.parquet, and sweep.json. A sweep that was stopped goes on when the same
command is given again. docs/tune.md has the columns, and how to use several machines.

Examples:
  betaguard sweep run.csv --profile li-agc-argyrodite --area 1.54 --vary plating_margin=0.3:1 --points 64 -o results
  betaguard sweep *.csv --profile li-mg li-snni-cu --area 1.54 --vary vacancy_margin=0.5:1 slab_length_um=1:100:log --design lhs --points 500 --seed 7 -o results
  betaguard sweep fast-charge-25C --vary plant.interlayer_conductivity_mS_cm=0.05:1:log --design grid --points 9 -o results
  betaguard sweep run.csv --profile li-mg --area 1.54 --vary plating_margin=0.3:1 --points 4096 -o /shared/results --queue redis://host:6379
  duckdb -c "select * from 'results/*.parquet' order by crackIndexMax desc limit 10"`,
    )
    .action(sweepCommand);

async function sweepCommand(paths: string[], flags: SweepFlags): Promise<void> {
  const { out, workers, queue, target: targets } = flags;
  const progress = new Progress();
  const plan = await planOf(paths, flags, progress);
  await requireTargets(targets, queue === undefined ? workers : Number.POSITIVE_INFINITY);
  const { vary = [], design, points, seed } = flags;
  const pool = new JobPool(plan.inputs, workers);
  const doParts =
    queue === undefined
      ? onPool(plan, out, pool)
      : // Loaded here because bullmq takes longer to load than most commands take to run.
        (await import("../sweep/queue.js")).onQueue(plan, out, queue, () => {
          process.stderr.write("nobody works on this queue: start betaguard worker with the same --queue\n");
        });
  try {
    const result = await progress.watch(plural(plan.jobs, "job"), (onProgress) =>
      sweep(plan, { results: out, request: { vary, design, points, seed, targets }, onProgress }, doParts),
    );
    if (flags.json) printJson(result);
    else print(formatSweep(result));
  } finally {
    await pool.close();
  }
}

/** @throws E_OPTION, E_USAGE, E_SWEEP_VARY, E_SWEEP_DESIGN, E_PROFILE_…, E_TRACE_…, E_SCENARIO_… */
async function planOf(paths: readonly string[], flags: SweepFlags, progress: Progress): Promise<Plan> {
  const design = DESIGNS.find((name) => name === flags.design);
  if (design === undefined)
    throw new BetaguardError(
      "E_OPTION",
      `expected ${DESIGNS.join(", ")} after --design, found ${JSON.stringify(flags.design)}`,
    );
  const varied = (flags.vary ?? []).map(parseVaried);
  const points = pointsOf(design, varied, flags);
  const named = (flags.profile ?? []).map(loadProfile);
  const sources: Source[] = [];
  const profiles: Profile[] = [...named];
  const pairs: { profile: number; source: number }[] = [];
  for (const path of paths) {
    const source = sources.length;
    if (isScenario(path)) {
      const scenario = loadScenario(path);
      sources.push(scenarioSource(scenario));
      if (named.length === 0) {
        pairs.push({ profile: profiles.length, source });
        profiles.push(loadProfile(scenario.profile));
        continue;
      }
    } else {
      if (named.length === 0)
        throw new BetaguardError(
          "E_PROFILE_UNKNOWN",
          "expected the cell systems of the traces after --profile; betaguard profiles lists them",
        );
      const { profile: _, ...cell } = flags;
      const options = replayOptions(cell);
      const name = basename(path);
      const trace = await progress.watch(`reading ${name}`, (onProgress) =>
        openTrace(path, flags, onProgress),
      );
      sources.push(traceSource(name, trace, options));
    }
    pairs.push(...named.map((_, profile) => ({ profile, source })));
  }
  requireVariable(varied, flags, sources);
  const inputs: JobInputs = {
    moduleSha256: loadModule().sha256,
    version: packageVersion(),
    sources,
    profiles,
  };
  return planSweep(inputs, pairs, flags.target, varied, points);
}

const isScenario = (path: string): boolean => path.endsWith(".json") || scenarioNames().includes(path);

function pointsOf(design: Design, varied: readonly Varied[], { points, seed }: SweepFlags) {
  if (varied.length === 0) return [[]];
  if (points !== undefined) return designPoints(design, varied, points, seed);
  throw new BetaguardError("E_OPTION", "expected the number of points after --points, found none");
}

/** What a replay or a simulation takes from its input cannot be varied: nothing would change. */
function requireVariable(
  varied: readonly Varied[],
  { cell, pressure }: SweepFlags,
  sources: readonly Source[],
): void {
  const taken: ParameterName[] = ["sensor_hasVoltage", "sensor_hasPressure"];
  if (cell) taken.push("cell_metalInterfaces", "cell_hasVoltageWindow");
  const setPressure = sources.some(
    (source) => source.kind === "simulate" || source.trace.columns.appliedPressure_Pa,
  );
  if (setPressure || pressure?.constant !== undefined) taken.push("fixture_pressure_MPa");
  const labels = varied.map(variedLabel);
  for (const [index, { name, plantOnly }] of varied.entries()) {
    const label = labels[index] as string;
    if (labels.indexOf(label) < index)
      throw new BetaguardError(
        "E_SWEEP_VARY",
        `expected every parameter once after --vary, found ${label} twice`,
      );
    if (taken.includes(name))
      throw new BetaguardError(
        "E_SWEEP_VARY",
        `expected parameters that the profile decides after --vary, found ${label}, which follows from the input or another option`,
      );
    if (plantOnly && sources.some(({ kind }) => kind === "replay"))
      throw new BetaguardError(
        "E_SWEEP_VARY",
        `expected scenarios only with ${label}, found traces: they have no plant`,
      );
  }
}

/** @throws E_TARGET_UNKNOWN, E_TARGET_MISSING, E_SERIAL_OPEN, … before anything runs; E_OPTION for a port shared by threads */
async function requireTargets(targets: readonly string[], threads: number): Promise<void> {
  for (const target of targets) {
    if (target.startsWith("serial:") && threads > 1)
      throw new BetaguardError(
        "E_OPTION",
        `expected --workers 1 and no --queue with ${target}, which only one can use at a time`,
      );
    await (await openTarget(target)).close();
  }
}

function formatSweep({
  results,
  jobs,
  parts,
  found,
  seconds,
  jobsPerSecond,
  cellStepsPerSecond,
  verdicts,
}: SweepResult): string {
  const counts = Object.entries(verdicts).map(([verdict, n]) => `${formatCount(n)} ${verdict}`);
  const done = jobs - found;
  return [
    `${results}: ${plural(jobs, "job")} in ${plural(parts, "part")}: ${counts.join(", ")}`,
    ...(found > 0 ? [`  ${formatCount(found)} were there`] : []),
    ...(done > 0
      ? [
          `  ${formatCount(done)} done in ${seconds.toFixed(1)} s: ${formatNumber(jobsPerSecond, 3)} jobs/s, ${formatCount(Math.round(cellStepsPerSecond))} cell-steps/s`,
        ]
      : []),
  ].join("\n");
}
