/** `betaguard tune`: margins and gains of a profile against scenarios and traces; a front, a chosen point as files. */
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import type { Command } from "commander";
import { BetaguardError } from "../errors.js";
import { loadProfile, type Profile } from "../profiles/profile.js";
import { loadModule } from "../replay/module.js";
import { packageVersion } from "../root.js";
import { loadScenario, type Scenario } from "../simulate/scenario.js";
import { type JobReplayOptions, type Source, traceSource } from "../sweep/job.js";
import { JobPool } from "../sweep/pool.js";
import { readTrace } from "../trace/index.js";
import { closedLoop, LOOP_AREA_cm2 } from "../tune/closedLoop.js";
import { axesOf, limitMap } from "../tune/limitMap.js";
import { tunePage } from "../tune/page.js";
import { problemOf } from "../tune/problem.js";
import { tunablesOf } from "../tune/tunable.js";
import { search, type TunedPoint, type TuneResult } from "../tune/tune.js";
import { parameterBlock, type TuneRun, tunedProfile } from "../tune/write.js";
import { number, wholeNumber } from "./options.js";
import { EXIT, exitWith, print, printJson } from "./output.js";
import { Progress } from "./progress.js";

interface TuneFlags {
  readonly out: string;
  readonly profile?: string;
  readonly trace?: readonly string[];
  readonly area?: number;
  readonly draws: number;
  readonly spread: number;
  readonly harmed?: number;
  readonly population: number;
  readonly generations: number;
  readonly seed: number;
  readonly workers: number;
  readonly pick?: number;
  readonly json?: true;
}

export const withTune = (command: Command): Command =>
  command
    .description("search margins and gains of a profile: time against actuator travel, without damage")
    .argument("<scenario...>", "shipped scenarios, or files (docs/simulate.md)")
    .requiredOption("--out <dir>", "where report.html, front.json, the profile and the parameter block go")
    .option("--profile <id>", "cell system to tune (default: the first scenario's)")
    .option("--trace <file...>", "recorded traces that the limits should not cut")
    .option("--area <cm2>", "electrode area of the traces", number("--area"))
    .option("--draws <n>", "cells drawn over what the profile assumes", wholeNumber("--draws"), 4)
    .option("--spread <share>", "how far towards the ends of its ranges, 0 … 1", number("--spread"), 0.25)
    .option(
      "--harmed <n>",
      "cells that may come to harm (default: as many as with the profile as it is)",
      number("--harmed"),
    )
    .option("--population <n>", "candidates per generation, even", wholeNumber("--population"), 16)
    .option("--generations <n>", "generations", wholeNumber("--generations"), 8)
    .option("--seed <n>", "equal seeds give equal results", wholeNumber("--seed"), 1)
    .option("--workers <n>", "threads", wholeNumber("--workers"), availableParallelism())
    .option(
      "--pick <n>",
      "point of the front to write, from 1 (default: the suggested one)",
      wholeNumber("--pick"),
    )
    .option("--json", "print as JSON")
    .addHelpText(
      "after",
      `
Hard caps are never among what is tuned. Exit code 1 when no point keeps to the harm allowed, or the written profile
damages the cell as assumed in a scenario.

Examples:
  betaguard tune fast-charge-60C drive-cycle --out tuned
  betaguard tune high-rate-strip --out tuned --draws 8 --population 24 --generations 12 --pick 3
  betaguard check tuned/loops/*.csv --profile tuned/profile.json --area 1`,
    )
    .action(tuneCommand);

async function tuneCommand(names: string[], flags: TuneFlags): Promise<void> {
  requireFlags(flags);
  const scenarios = names.map(loadScenario);
  const profile = loadProfile(flags.profile ?? (scenarios[0] as Scenario).profile);
  const traces = await tracesOf(flags);
  const { draws, spread, population, generations, seed } = flags;
  const run: TuneRun = {
    profile: { id: profile.id, hash: profile.hash },
    moduleSha256: loadModule().sha256,
    version: packageVersion(),
    seed,
    draws,
    spread,
    population,
    generations,
    scenarios: [],
    traces: traces.map(({ name, sha256 }) => ({ name, sha256 })),
  };
  const made = {
    profile,
    scenarios,
    traces,
    draws,
    spread,
    moduleSha256: run.moduleSha256,
    version: run.version,
  };
  const problem = await problemOf({ ...made, seed });
  // Cells that had no say in the search, twice as many.
  const proof = await problemOf({ ...made, seed: seed + 1, draws: 2 * draws });
  const pool = new JobPool(problem.inputs, flags.workers);
  let result: TuneResult;
  try {
    result = await new Progress().watch("tuning", (onProgress) =>
      search(problem, proof, (jobs) => pool.run(jobs), {
        tunables: tunablesOf(profile),
        population,
        generations,
        seed,
        allowedHarmed: flags.harmed,
        onProgress,
      }),
    );
  } finally {
    await pool.close();
  }
  const done = {
    ...run,
    scenarios: problem.inputs.sources
      .filter(({ kind }) => kind === "simulate")
      .map(({ name, sha256 }) => ({ name, sha256 })),
  };
  const wanted = flags.pick === undefined ? result.suggested : flags.pick - 1;
  // A search is too long to be lost to a number: the suggested point is written then.
  const picked = result.front[wanted] ? wanted : result.suggested;
  const loops = await writeAll(flags.out, profile, scenarios, result, picked, done);
  if (picked !== wanted)
    throw new BetaguardError(
      "E_TUNE_PICK",
      `expected a point from 1 to ${result.front.length} after --pick, found ${flags.pick}; point ${picked + 1} was written to ${flags.out}`,
    );
  if (!result.feasible || loops.some(({ verdict }) => verdict !== "ok")) exitWith(EXIT.limitBroken);
  if (flags.json) printJson({ run: done, picked: picked + 1, ...result, loops });
  else print(formatTuning(flags.out, result, picked, loops));
}

/** @throws E_OPTION */
function requireFlags({ population, spread, harmed = 0, trace, area }: TuneFlags): void {
  if (population < 4 || population % 2 === 1)
    throw new BetaguardError(
      "E_OPTION",
      `expected an even number from 4 after --population, found ${population}`,
    );
  if (!(spread >= 0 && spread <= 1))
    throw new BetaguardError("E_OPTION", `expected a number from 0 to 1 after --spread, found ${spread}`);
  if (!(Number.isInteger(harmed) && harmed >= 0))
    throw new BetaguardError("E_OPTION", `expected a whole number from 0 after --harmed, found ${harmed}`);
  if (trace && area === undefined)
    throw new BetaguardError(
      "E_AREA_MISSING",
      "expected the electrode area of the traces; give it in cm² with --area",
    );
}

async function tracesOf({ trace = [], area }: TuneFlags): Promise<Source[]> {
  const options: JobReplayOptions = { area_cm2: area as number };
  return Promise.all(trace.map(async (path) => traceSource(basename(path), await readTrace(path), options)));
}

interface Loop {
  readonly scenario: string;
  readonly verdict: string;
  readonly chargeTime_s: number;
  readonly actuatorTravel_MPa: number;
}

/** Everything under `out`. Returns how the written profile fares with the cell as assumed, in the scenarios' own steps. */
async function writeAll(
  out: string,
  profile: Profile,
  scenarios: readonly Scenario[],
  result: TuneResult,
  picked: number,
  run: TuneRun,
): Promise<Loop[]> {
  mkdirSync(join(out, "loops"), { recursive: true });
  const point = result.front[picked] as TunedPoint;
  const path = join(out, "profile.json");
  writeFileSync(path, tunedProfile(profile, `${profile.id}-tuned`, point.values, run));
  // Read again: what is written has to load, and carries its hash.
  const tuned = loadProfile(path);
  writeFileSync(join(out, "parameters.h"), parameterBlock(tuned, run));
  writeFileSync(
    join(out, "front.json"),
    `${JSON.stringify({ run, profile: { id: tuned.id, hash: tuned.hash }, picked: picked + 1, ...result }, null, 2)}\n`,
  );
  const axes = axesOf(profile);
  const maps = [result.shipped, ...result.front].map(({ values }) =>
    limitMap({ ...profile.values, ...values }, axes),
  );
  writeFileSync(join(out, "report.html"), tunePage(result, maps, axes, run));
  const loops: Loop[] = [];
  for (const scenario of scenarios) {
    const { result: one, csv } = await closedLoop(scenario, tuned);
    writeFileSync(join(out, "loops", `${scenario.name}.SIMULATED.bdf.csv`), csv);
    const { verdict, chargeTime_s, actuatorTravel_MPa } = one;
    loops.push({ scenario: scenario.name, verdict, chargeTime_s, actuatorTravel_MPa });
  }
  return loops;
}

function formatTuning(out: string, result: TuneResult, picked: number, loops: readonly Loop[]): string {
  const { shipped, front, tunables, feasible, evaluations } = result;
  const line = (name: string, { score, proof }: TunedPoint) =>
    `${name.padEnd(12)}${score.time_h.toFixed(3).padStart(9)} h${score.travel_MPa.toFixed(2).padStart(10)} MPa   ${score.harmed} of ${score.plants} harmed, of others ${proof.harmed} of ${proof.plants}`;
  const chosen = front[picked] as TunedPoint;
  return [
    `${evaluations} candidates, ${front.length} on the front${feasible ? "" : "; NONE keeps to the harm allowed"}`,
    line("as shipped", shipped),
    ...front.map((point, n) => line(`${n === picked ? "→ " : "  "}${n + 1}`, point)),
    ...tunables.map(
      ({ name, unit, shipped: own }) =>
        `  ${name.padEnd(26)}${own} → ${chosen.values[name]} ${unit === "1" ? "" : unit}`,
    ),
    ...loops.map(({ scenario, verdict }) => `closed loop ${scenario}: ${verdict}`),
    `wrote ${["report.html", "front.json", "profile.json", "parameters.h"].map((file) => join(out, file)).join(", ")} and the closed loops; try: betaguard check ${join(out, "loops")}/*.csv --profile ${join(out, "profile.json")} --area ${LOOP_AREA_cm2}`,
  ].join("\n");
}
