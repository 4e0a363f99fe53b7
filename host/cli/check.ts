/** `betaguard check`: traces against a profile's limits, for the CI of a test lab. */
import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import { BetaguardError } from "../errors.js";
import { type CheckedTrace, junit } from "../report/junit.js";
import { summarise } from "../report/verdict.js";
import {
  type CellFlags,
  replayOptions,
  requiredProfile,
  withCellOptions,
  withMap,
  withProfile,
} from "./cellOptions.js";
import { EXIT, errorRecord, exitWith, print, printJson } from "./output.js";
import { Progress } from "./progress.js";
import { runTrace } from "./run.js";

interface CheckFlags extends CellFlags {
  readonly junit?: string;
  readonly json?: true;
}

export const withCheck = (command: Command): Command =>
  withCellOptions(
    withProfile(
      withMap(command)
        .description("pass or fail each trace, for the CI of a test lab")
        .argument("<trace...>", "cycler files; their format is detected by content (docs/traces.md)"),
    ),
  )
    .option("--junit <file>", "write the outcome as JUnit XML there")
    .option("--json", "print as JSON, an array")
    .addHelpText(
      "after",
      `
A trace fails when its current passed a limit, or when a state reached the mark at which the models call it a failure
(voids nucleate, a crack runs, a short). Exit code 1 when one fails, 2 when one cannot be replayed.

Examples:
  betaguard check run.csv --profile li-agc-argyrodite --area 1.54
  betaguard check results/*.csv --profile ./mine.json --area 50 --junit betaguard.xml`,
    )
    .action(checkCommand);

async function checkCommand(paths: string[], flags: CheckFlags): Promise<void> {
  const profile = requiredProfile(flags);
  const options = replayOptions(flags);
  const progress = new Progress();
  const checked: CheckedTrace[] = [];
  for (const trace of paths) {
    const started = performance.now();
    const outcome = await runTrace(trace, profile, options, progress, undefined, flags).then(
      ({ verdict }): Pick<CheckedTrace, "outcome" | "findings"> => {
        const { level, headline, findings } = summarise(verdict);
        return level === "ok"
          ? { outcome: "ok", findings: [] }
          : { outcome: "broken", findings: [headline, ...findings] };
      },
      (error: unknown): Pick<CheckedTrace, "outcome" | "findings"> => {
        const { code, message } = errorRecord(error);
        if (code === "E_INTERNAL") throw error;
        return { outcome: "refused", findings: [`${code}: ${message}`] };
      },
    );
    const one = { trace, ...outcome, seconds: (performance.now() - started) / 1000 };
    checked.push(one);
    if (one.outcome !== "ok") exitWith(one.outcome === "broken" ? EXIT.limitBroken : EXIT.badInput);
    if (!flags.json) print(formatChecked(one));
  }
  if (flags.json) printJson(checked);
  if (flags.junit !== undefined) writeJunit(flags.junit, profile.id, checked);
}

const LABELS = { ok: "pass", broken: "FAIL", refused: "REFUSED" } as const;

const formatChecked = ({ trace, outcome, findings }: CheckedTrace): string =>
  [`${LABELS[outcome].padEnd(8)}${trace}`, ...findings.map((finding) => `        ${finding}`)].join("\n");

/** @throws E_REPORT_WRITE when the file cannot be written */
function writeJunit(path: string, profile: string, checked: readonly CheckedTrace[]): void {
  try {
    writeFileSync(path, junit(profile, checked));
  } catch (cause) {
    throw new BetaguardError(
      "E_REPORT_WRITE",
      `expected to write ${path}, ${(cause as Error).message}; choose another --junit`,
      { cause },
    );
  }
}
