#!/usr/bin/env node
/** The command line: arguments in, library calls, text or JSON out. No logic of its own. */
import { Command, CommanderError } from "commander";
import { BetaguardError } from "../errors.js";
import { loadProfile } from "../profiles/profile.js";
import { formatProfiles, summarizeProfiles } from "../profiles/summary.js";
import { formatVerdict } from "../report/terminal.js";
import { packageFile, packageVersion } from "../root.js";
import { openTarget, TARGETS } from "../target/open.js";
import { inspectTrace } from "../trace/index.js";
import { bench, formatBench } from "./bench.js";
import { withBenchIngest } from "./benchIngest.js";
import { withBenchSweep } from "./benchSweep.js";
import { withCalibrate } from "./calibrate.js";
import {
  type CellFlags,
  replayOptions,
  requiredProfile,
  withCellOptions,
  withMap,
  withProfile,
} from "./cellOptions.js";
import { withCheck } from "./check.js";
import { withCompare } from "./compare.js";
import { withConvert } from "./convert.js";
import { runDemo } from "./demo.js";
import { withFlash } from "./flash.js";
import { withFreeze } from "./freeze.js";
import { formatInspection } from "./inspection.js";
import { openTrace, type TraceInputs, withLoggers } from "./loggers.js";
import { withMonitor } from "./monitor.js";
import { number } from "./options.js";
import { EXIT, exitWith, overTraces, print, printJson, reportError } from "./output.js";
import { plotTrace, terminalStyle } from "./plot.js";
import { formatProfile } from "./profileText.js";
import { Progress } from "./progress.js";
import { withReferences } from "./references.js";
import { outputDirectories, runTrace } from "./run.js";
import { withSimulate } from "./simulate.js";
import { withSweep } from "./sweep.js";
import { withTune } from "./tune.js";
import { withValidate } from "./validate.js";
import { withQueueCommands, withWorker } from "./worker.js";

interface InspectFlags extends TraceInputs {
  readonly plot: boolean;
  readonly json?: boolean;
}

interface ReplayFlags extends CellFlags {
  readonly target: string;
  readonly out?: string;
  readonly every?: number;
  readonly csv?: true;
  readonly json?: true;
}

const program = new Command("betaguard")
  .description(
    "Replays cycler traces of solid-state cells with alkali-metal anodes through the battery-management firmware: where the metal plates, whether the contact holds, which limit was broken and why.",
  )
  .version(packageVersion())
  .showSuggestionAfterError()
  .addHelpText(
    "after",
    `
Exit codes: 0 fine, 1 a trace broke a limit, the module is over budget, a claim is not met or targets differ, 2 bad
input.

Examples:
  betaguard inspect *.csv
  betaguard replay run.csv --profile li-agc-argyrodite --area 1.54
  betaguard replay run.csv --help`,
  );

withCellOptions(
  withProfile(
    withMap(program.command("replay"))
      .description("replay traces through the firmware and judge their current against its limits")
      .argument("<trace...>", "cycler files; their format is detected by content (docs/traces.md)"),
  ),
)
  .option("--target <name>", `what runs the firmware: ${TARGETS.join(", ")}`, "v8")
  .option("--out <dir>", "write report.html, verdict.json and outputs.bdf.parquet there")
  .option(
    "--every <s>",
    "seconds between the rows of the output tables (default: every step)",
    number("--every"),
  )
  .option("--csv", "write outputs.bdf.csv too")
  .option("--json", "print the verdict as JSON: an object, or an array for several traces")
  .addHelpText(
    "after",
    `
Exit code 1 when a trace broke a limit.

Examples:
  betaguard replay run.csv --profile li-agc-argyrodite --area 1.54 --temperature 60 --out report
  betaguard replay symmetric.mpt --profile li-bare-garnet --area 0.28 --cell symmetric --json
  betaguard replay day1.csv day2.csv --profile ./mine.json --area 50 --from 3600 --to 7200
  betaguard replay run.csv --profile li-agc-argyrodite --area 1.54 --pressure log.csv --pressure-column 'Stack (bar)' --tolerance 2s --skew 1.5s
  betaguard replay run.csv --profile li-agc-argyrodite --area 1.54 --target serial:/dev/ttyUSB0@921600`,
  )
  .action(replayCommand);

withLoggers(withMap(program.command("inspect")))
  .description("say what a trace is, in which units, why the tool thinks so and what is wrong with it")
  .argument("<trace...>", "cycler files")
  .option("--no-plot", "without the plot of current and voltage")
  .option("--json", "print as JSON: an object, or an array for several traces")
  .addHelpText(
    "after",
    `
Examples:
  betaguard inspect run.csv
  betaguard inspect *.mpt --json
  betaguard inspect own.csv --map 'time=t,time_unit=min,current=I [mA],voltage=U [V]'
  betaguard inspect run.csv --pressure log.csv --pressure-column 'Stack Pressure (bar)' --tolerance 2s`,
  )
  .action((paths: string[], { json = false, plot, ...inputs }: InspectFlags) =>
    overTraces(
      paths,
      json,
      async (path) => {
        const trace = await openTrace(path, inputs);
        return {
          trace: path,
          inspection: inspectTrace(trace),
          plot: plot ? plotTrace(trace, terminalStyle()) : [],
        };
      },
      ({ trace, inspection, plot }) => formatInspection(trace, inspection, plot),
      ({ trace, inspection }) => ({ trace, ...inspection }),
    ),
  );

withConvert(program.command("convert"));

program
  .command("profiles")
  .description("list the shipped cell systems, or every parameter of one with its provenance")
  .argument("[id]", "a profile's id or a JSON file")
  .option("--json", "print as JSON")
  .addHelpText(
    "after",
    "\nExamples:\n  betaguard profiles\n  betaguard profiles li-mg\n  betaguard profiles ./mine.json --json",
  )
  .action((id: string | undefined, { json }: { json?: boolean }) => {
    if (id === undefined) {
      const summaries = summarizeProfiles();
      if (json) printJson(summaries);
      else print(formatProfiles(summaries));
      return;
    }
    const profile = loadProfile(id);
    if (json) printJson(profile);
    else print(formatProfile(profile));
  });

program
  .command("budget")
  .description("check what the firmware module executes, uses and must not contain")
  .option("--verbose", "a line per function")
  .option("--json", "print as JSON")
  .addHelpText(
    "after",
    "\nExit code 1 when it is over budget.\n\nExamples:\n  betaguard budget --verbose\n  betaguard budget --json",
  )
  .action(async ({ verbose = false, json }: { verbose?: boolean; json?: boolean }) => {
    // Loaded here because binaryen takes longer to load than most commands take to run.
    const [{ runBudget }, { formatBudget }] = await Promise.all([
      import("../budget/check.js"),
      import("../budget/format.js"),
    ]);
    const report = await runBudget();
    if (json) printJson(report);
    else print(formatBudget(report, { verbose }));
    if (!report.ok) exitWith(EXIT.limitBroken);
  });

const benchCommand = program
  .command("bench")
  .description("replay a made-up trace of one cell and report cell-steps per second")
  .option("--target <name>", `what runs the firmware: ${TARGETS.join(", ")}`, "v8")
  .option("--steps <n>", "steps to replay", number("--steps"), 1_000_000)
  .option("--json", "print as JSON")
  .addHelpText(
    "after",
    "\nExamples:\n  betaguard bench\n  betaguard bench --target wasm3 --steps 100000\n  betaguard bench --json",
  )
  .action(async ({ target, steps, json }: { target: string; steps: number; json?: boolean }) => {
    const result = await bench(target, steps);
    if (json) printJson(result);
    else print(formatBench(result));
  });
withBenchIngest(benchCommand.command("ingest"));
withBenchSweep(benchCommand.command("sweep"));

withCheck(program.command("check"));

withCompare(program.command("compare"));
withReferences(program.command("references"));

withValidate(program.command("validate"));
withCalibrate(program.command("calibrate"));
withFlash(program.command("flash"));
withMonitor(program.command("monitor"));
withFreeze(program.command("freeze"));

withSimulate(program.command("simulate"));
withTune(program.command("tune"));

withSweep(program.command("sweep"));
withWorker(program.command("worker"));
withQueueCommands(program.command("queue"));

withCellOptions(
  program
    .command("demo")
    .description("replay the bundled simulated examples, and files of your own, into HTML reports")
    .argument("[trace...]", "files of your own to replay after the examples")
    .option("--profile <id>", "cell system of your files")
    .option("--out <dir>", "where the reports go (default: build/demo)"),
)
  .addHelpText(
    "after",
    `
Some examples break a limit: that is their point, so it is no failure here.

Examples:
  betaguard demo
  betaguard demo run.csv --profile li-agc-argyrodite --area 1.54
  npm run demo -- run.csv --profile li-agc-argyrodite --area 1.54`,
  )
  .action((paths: string[], flags: ReplayFlags) =>
    runDemo(flags.out ?? packageFile("build", "demo"), paths, () => ({
      profile: requiredProfile(flags),
      options: replayOptions(flags),
      inputs: flags,
    })),
  );

async function replayCommand(paths: string[], flags: ReplayFlags): Promise<void> {
  const profile = requiredProfile(flags);
  const options = { ...replayOptions(flags), target: await openTarget(flags.target) };
  const progress = new Progress();
  const formats = flags.csv ? (["parquet", "csv"] as const) : (["parquet"] as const);
  const directories = flags.out === undefined ? undefined : outputDirectories(flags.out, paths);
  try {
    await overTraces(
      paths,
      flags.json === true,
      async (path) => {
        const directory = directories?.get(path);
        const output = directory === undefined ? undefined : { directory, formats, every_s: flags.every };
        const { verdict, files } = await runTrace(path, profile, options, progress, output, flags);
        if (verdict.violations.length > 0) exitWith(EXIT.limitBroken);
        return { verdict, files };
      },
      ({ verdict, files }) =>
        [formatVerdict(verdict), ...files.map((file) => `  wrote ${file}`), ""].join("\n"),
      ({ verdict }) => verdict,
    );
  } finally {
    await options.target.close();
  }
}

/** Commander's own refusals in the form of every other one. */
function usageError(error: CommanderError): BetaguardError {
  const message = error.message.replace(/^error: /, "").replace(/\s*\n\s*/g, " ");
  return new BetaguardError("E_USAGE", `${message}; betaguard --help shows what there is`);
}

/** Commander is told to throw and to keep quiet; a command without a subcommand prints the help as an error. */
function quieten(command: Command): void {
  command.exitOverride().configureOutput({ outputError: () => {} });
  command.commands.forEach(quieten);
}

// `betaguard … | head` closes the pipe early; that is no failure of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

quieten(program);
try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) reportError(error);
  else if (error.code === "commander.help") exitWith(EXIT.badInput);
  else if (error.exitCode !== 0) reportError(usageError(error));
}
