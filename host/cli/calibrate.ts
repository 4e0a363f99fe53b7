/** `betaguard calibrate`: parameters of a profile from traces. */
import { basename } from "node:path";
import type { Command } from "commander";
import { type CalibrationOptions, calibrate } from "../calibrate/calibrate.js";
import { writeFittedProfile } from "../calibrate/fittedProfile.js";
import { type Channel, channels } from "../calibrate/observe.js";
import { fitRequests } from "../calibrate/parameters.js";
import { writeCalibrationReport } from "../calibrate/report.js";
import { formatCalibration } from "../calibrate/terminal.js";
import { fitStatuses } from "../calibrate/types.js";
import { BetaguardError } from "../errors.js";
import type { Trace } from "../trace/index.js";
import {
  type CellFlags,
  replayOptions,
  requiredProfile,
  withCellOptions,
  withMap,
  withProfile,
} from "./cellOptions.js";
import { openTrace } from "./loggers.js";
import { duration, number } from "./options.js";
import { print, printJson } from "./output.js";
import { Progress } from "./progress.js";

interface CalibrateFlags extends CellFlags {
  readonly fit: string;
  readonly validate?: readonly string[];
  readonly observe?: readonly Channel[];
  readonly settle?: number;
  readonly starts?: number;
  readonly seed?: number;
  readonly out?: string;
  readonly report?: string;
  readonly json?: true;
}

export const withCalibrate = (command: Command): Command =>
  withCellOptions(
    withProfile(
      withMap(command)
        .description("fit parameters of a profile to traces, and say what the traces leave open")
        .argument("<trace...>", "cycler files to fit to"),
    ),
  )
    .requiredOption(
      "--fit <parameters>",
      "what to fit, separated by commas: name, or name=low:high to set bounds (docs/parameters.md)",
    )
    .option("--validate <trace...>", "traces that are only predicted, to judge the result by")
    .option(
      "--observe <channels>",
      `what is fitted, separated by commas: ${channels.join(", ")} (default: pressure, and the voltage of symmetric cells or its steps)`,
      observed,
    )
    .option(
      "--settle <time>",
      "voltage left out after an edge of the current, e.g. 5s (default: 32 steps)",
      duration("--settle"),
    )
    .option("--starts <n>", "descents from different values (default: 8)", number("--starts"))
    .option("--seed <n>", "of the values they start from (default: 1)", number("--seed"))
    .option("-o, --out <file>", "write the calibrated profile there, a .json file")
    .option("--report <file>", "write an HTML report there")
    .option("--json", "print as JSON")
    .addHelpText(
      "after",
      `
Every trace begins with a fresh cell of the profile. How a parameter can end:
${Object.entries(fitStatuses)
  .map(([status, meaning]) => `  ${status.padEnd(15)} ${meaning}`)
  .join("\n")}

Examples:
  betaguard calibrate steps.csv --profile li-bare-argyrodite --area 1.27 --fit se_chargeTransfer_ohm_cm2,series_resistance_ohm_cm2 -o mine.json
  betaguard calibrate day1.csv day2.csv --validate day3.csv --profile mine.json --area 1.27 --fit vacancy_currentLimit_mA_cm2,void_heightScale_um --report fit.html
  betaguard calibrate charge.csv --profile li-agc-argyrodite --area 50 --pressure log.csv --pressure-column 'Stack (bar)' --tolerance 2s --observe pressure --fit fixture_stiffness_MPa_um=0.005:0.4,fixture_relaxTime_h --dt 10`,
    )
    .action(calibrateCommand);

/** @throws E_OPTION for a channel that is none */
function observed(text: string): Channel[] {
  return text.split(",").map((entry) => {
    const channel = channels.find((candidate) => candidate === entry.trim());
    if (channel) return channel;
    throw new BetaguardError(
      "E_OPTION",
      `expected ${channels.join(", ")} after --observe, found ${JSON.stringify(entry)}`,
    );
  });
}

async function calibrateCommand(paths: string[], flags: CalibrateFlags): Promise<void> {
  const { fit, validate = [], observe, settle, starts, seed, out, report, json } = flags;
  const profile = requiredProfile(flags);
  const { cells, ...conditions } = replayOptions(flags);
  if (cells !== 1)
    throw new BetaguardError(
      "E_OPTION",
      `expected the trace of one cell, found --cells ${cells}; leave it out`,
    );
  if (out !== undefined && !out.endsWith(".json"))
    throw new BetaguardError("E_OPTION", `expected a file ending in .json after --out, found ${out}`);
  const options: CalibrationOptions = {
    ...conditions,
    fit: fitRequests(fit),
    channels: observe,
    settle_s: settle,
    starts,
    seed,
  };
  const progress = new Progress();
  const openAll = async (all: readonly string[]): Promise<Trace[]> => {
    const traces: Trace[] = [];
    for (const path of all)
      traces.push(
        await progress.watch(`reading ${basename(path)}`, (onProgress) => openTrace(path, flags, onProgress)),
      );
    return traces;
  };
  const [train, checks] = [await openAll(paths), await openAll(validate)];
  const result = await progress.watch("calibrating", async (onProgress) =>
    calibrate(train, profile, { ...options, onProgress }, checks),
  );
  if (json) printJson(result.calibration);
  else print(formatCalibration(result.calibration));
  if (report !== undefined) writeCalibrationReport(report, result);
  if (out !== undefined) writeFittedProfile(out, flags.profile as string, profile, result.calibration);
  if (json) return;
  for (const file of [out, report]) if (file !== undefined) print(`  wrote ${file}`);
}
