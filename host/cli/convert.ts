/** `betaguard convert`: a trace of any dialect as a BDF file that says where it came from. */
import { basename } from "node:path";
import type { Command } from "commander";
import { formatCount, plural } from "../report/format.js";
import { packageVersion } from "../root.js";
import { type Conversion, convertTrace } from "../trace/index.js";
import { withMap } from "./cellOptions.js";
import { loggerJoins, type TraceInputs, withLoggers } from "./loggers.js";
import { print, printJson } from "./output.js";
import { Progress } from "./progress.js";

interface ConvertFlags extends TraceInputs {
  readonly output: string;
  readonly force?: true;
  readonly json?: true;
}

export const withConvert = (command: Command): Command =>
  withLoggers(withMap(command))
    .description(
      "write a trace as a BDF file: the vendor's columns kept, decisions and source in its metadata",
    )
    .argument("<trace>", "a cycler file of any known format")
    .requiredOption("-o, --output <file>", "what to write: a name that ends in .parquet, .csv or .gz")
    .option("--force", "overwrite what is there")
    .option("--json", "print what was written as JSON")
    .addHelpText(
      "after",
      `
The file is read back and compared bit for bit with the trace before it gets its name. A CSV has no place for metadata:
they go into a JSON beside it, e.g. run.bdf.csv.json. What a logger measured stands in BDF's column for it; BDF has none
for a displacement.

Examples:
  betaguard convert run.mpt -o run.bdf.parquet
  betaguard convert run.034 -o run.bdf.csv --force
  betaguard convert own.csv -o own.bdf.gz --map 'time=t,time_unit=min,current=I [mA],voltage=U [V]'
  betaguard convert run.csv -o run.bdf.parquet --pressure log.csv --pressure-column 'Stack (bar)' --tolerance 2s`,
    )
    .action(async (trace: string, { output, map, force, json, ...flags }: ConvertFlags) => {
      const loggers = loggerJoins(flags);
      const conversion = await new Progress().watch(`reading ${basename(trace)}`, (onProgress) =>
        convertTrace(trace, output, { map, loggers, force, onProgress, betaguardVersion: packageVersion() }),
      );
      if (json) printJson({ output, ...conversion });
      else print(formatConversion(output, conversion));
    });

function formatConversion(output: string, { rows, columns, dialect, dropped, joins }: Conversion): string {
  const kept = columns.filter(({ sourceColumn }) => sourceColumn !== undefined);
  const renamed = kept.filter(({ name, sourceColumn }) => name !== sourceColumn);
  return [
    `${output}: ${plural(rows, "row")} of ${dialect}, read back bit for bit`,
    `  ${columns.length - kept.length} columns of the trace, ${formatCount(kept.length)} of the file's own`,
    ...renamed.map(
      ({ name, sourceColumn }) => `  ${JSON.stringify(sourceColumn)} is kept as ${JSON.stringify(name)}`,
    ),
    ...joins.map(
      ({ loggerColumn, loggerPath, rowsJoined }) =>
        `  ${JSON.stringify(loggerColumn)} of ${loggerPath} at ${plural(rowsJoined, "row")}`,
    ),
    ...dropped.map(({ rule, count }) => `  not in it: ${plural(count, "row")}, ${rule}`),
    "",
  ].join("\n");
}
