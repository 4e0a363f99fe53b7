/** Logger files beside a trace: their options, and the trace with their columns. */
import type { Command } from "commander";
import { BetaguardError } from "../errors.js";
import {
  type ColumnMap,
  joinLoggers,
  LOGGED,
  type LoggedQuantity,
  type LoggerJoin,
  type OnProgress,
  readTrace,
  type Trace,
} from "../trace/index.js";
import { duration } from "./options.js";

/** What `--pressure 5 --pressure log.csv` gives: a constant, a logger's file, or both. */
export interface NumberOrFile {
  readonly constant?: number;
  readonly file?: string;
}

type PerQuantity = { readonly [Q in LoggedQuantity]?: NumberOrFile } & {
  readonly [K in `${LoggedQuantity}${"Column" | "Unit"}`]?: string;
};

export interface LoggerFlags extends PerQuantity {
  readonly loggerTime?: string;
  readonly tolerance?: number;
  readonly skew?: number;
}

/** How to open a trace: the columns of a table of no known format, and what to join. */
export interface TraceInputs extends LoggerFlags {
  readonly map?: ColumnMap | undefined;
}

const QUANTITIES = Object.keys(LOGGED) as LoggedQuantity[];

/** A number where the text is one, else a file's path; a repeated option may give both. */
export function numberOrFile(text: string, before: NumberOrFile = {}): NumberOrFile {
  const constant = Number(text);
  return text.trim() !== "" && Number.isFinite(constant)
    ? { ...before, constant }
    : { ...before, file: text };
}

const file = (text: string): NumberOrFile => ({ file: text });

/**
 * Adds the options of loggers. `constants` says what a number in place of a file means, for commands that take one.
 */
export function withLoggers(
  command: Command,
  constants: { readonly [Q in LoggedQuantity]?: { readonly unit: string; readonly meaning: string } } = {},
): Command {
  for (const quantity of QUANTITIES) {
    const constant = constants[quantity];
    command
      .option(
        `--${quantity} <${constant ? `${constant.unit}|file` : "file"}>`,
        constant
          ? `${constant.meaning}; or a logger's file of it, or both in turn`
          : `a logger's file of the ${quantity} at the cell`,
        constant ? numberOrFile : file,
      )
      .option(`--${quantity}-column <name>`, `the file's column of it`)
      .option(
        `--${quantity}-unit <unit>`,
        `its unit where the file does not say it: ${LOGGED[quantity].units}`,
      );
  }
  return command
    .option("--logger-time <name>", "the loggers' column of time, where more than one tells it")
    .option(
      "--tolerance <time>",
      "oldest logger sample that speaks for a row, e.g. 2s",
      duration("--tolerance"),
    )
    .option(
      "--skew <time>",
      "added to the loggers' clock, e.g. 1.5s or -2h; without a common wall clock: the trace's test time at which they start",
      duration("--skew"),
    );
}

/** Reads a trace, telling how far it has come, and joins the loggers. Errors: those of readTrace and joinLoggers, E_OPTION. */
export async function openTrace(
  path: string,
  { map, ...flags }: TraceInputs,
  onProgress?: OnProgress,
): Promise<Trace> {
  const joins = loggerJoins(flags);
  return joinLoggers(await readTrace(path, { map, onProgress }), joins);
}

/** The loggers that the options name. Errors: E_OPTION. */
export function loggerJoins(flags: LoggerFlags): LoggerJoin[] {
  const joins = QUANTITIES.flatMap((quantity) => joinOf(quantity, flags));
  if (
    joins.length === 0 &&
    [flags.tolerance, flags.skew, flags.loggerTime].some((flag) => flag !== undefined)
  )
    throw new BetaguardError(
      "E_OPTION",
      `expected a logger's file with --tolerance, --skew and --logger-time, found none; e.g. ${EXAMPLE}`,
    );
  return joins;
}

const EXAMPLE = '--pressure log.csv --pressure-column "Channel 1" --tolerance 2s';

/** One logger or none. Errors: E_OPTION when what belongs to it is not all there. */
function joinOf(quantity: LoggedQuantity, flags: LoggerFlags): LoggerJoin[] {
  const logger = flags[quantity]?.file;
  const column = flags[`${quantity}Column`];
  const unit = flags[`${quantity}Unit`];
  const { tolerance, skew, loggerTime } = flags;
  if (logger === undefined && column === undefined && unit === undefined) return [];
  if (logger === undefined || column === undefined || tolerance === undefined)
    throw new BetaguardError(
      "E_OPTION",
      `expected a logger's file after --${quantity}, its --${quantity}-column and a --tolerance together, found ${logger === undefined ? "no file" : `${JSON.stringify(logger)} (no number) without its ${column === undefined ? "column" : "tolerance"}`}; e.g. ${EXAMPLE}`,
    );
  const channel = { quantity, column, unit, timeColumn: loggerTime };
  return [{ logger, channel, options: { tolerance_s: tolerance, skew_s: skew } }];
}
