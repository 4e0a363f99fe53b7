/** `betaguard compare`: traces through several targets, back to back. */
import { basename } from "node:path";
import type { Command } from "commander";
import type { Difference } from "../compare/backToBack.js";
import { compareTrace, openBackToBack } from "../compare/compare.js";
import { BetaguardError } from "../errors.js";
import { formatCount } from "../report/format.js";
import { TARGETS } from "../target/open.js";
import type { Trace } from "../trace/types.js";
import {
  type CellFlags,
  replayOptions,
  requiredProfile,
  withCellOptions,
  withMap,
  withProfile,
} from "./cellOptions.js";
import { openTrace } from "./loggers.js";
import { number } from "./options.js";
import { EXIT, exitWith, print, printJson, reportError } from "./output.js";
import { Progress } from "./progress.js";

/** What every other target is held against. */
const REFERENCE = "v8";

interface CompareFlags extends CellFlags {
  readonly targets: string;
  readonly steps?: number;
  readonly json?: true;
}

/** As `betaguard compare --json` prints it. */
interface CompareResult {
  /** Over all traces; steps at rest before a trace are among them. */
  steps: number;
  readonly cells: number;
  readonly targets: readonly string[];
  differences: number;
  first: (Difference & { readonly trace: string }) | null;
}

export const withCompare = (command: Command): Command =>
  withCellOptions(
    withProfile(
      withMap(command)
        .description("run traces through V8 and boards and compare every output and state bit for bit")
        .argument("<trace...>", "cycler files; their format is detected by content (docs/traces.md)"),
    ),
  )
    .option("--targets <names>", `what to compare, with commas: ${TARGETS.join(", ")}`, "v8,wasm3")
    .option("--steps <n>", "most steps of each trace (default: all)", number("--steps"))
    .option("--json", "print as JSON")
    .addHelpText(
      "after",
      `
Exit code 1 at the first difference.

Examples:
  betaguard compare run.csv --profile li-agc-argyrodite --area 1.54
  betaguard compare *.csv --profile li-mg --area 2 --steps 5000 --targets v8,wasm3,stm32f405,rv32imc --json
  betaguard compare run.csv --profile li-agc-argyrodite --area 1.54 --targets v8,serial:/dev/ttyACM0@921600`,
    )
    .action(compareCommand);

async function compareCommand(paths: string[], flags: CompareFlags): Promise<void> {
  const profile = requiredProfile(flags);
  const options = { ...replayOptions(flags), steps: flags.steps };
  const names = targetNames(flags.targets);
  const target = await openBackToBack(names.filter((name) => name !== REFERENCE));
  const result: CompareResult = { steps: 0, cells: flags.cells, targets: names, differences: 0, first: null };
  const progress = new Progress();
  try {
    for (const path of paths) {
      const trace = await readable(path, flags);
      if (!trace) continue;
      const { steps, differences, first } = await progress.watch(basename(path), (onProgress) =>
        compareTrace(trace, profile, { ...options, onProgress }, target),
      );
      result.steps += steps;
      result.differences += differences;
      if (!first) continue;
      result.first = { trace: path, ...first };
      exitWith(EXIT.limitBroken);
      break;
    }
  } finally {
    await target.close();
  }
  if (result.steps === 0) return;
  if (flags.json) printJson(result);
  else print(formatComparison(result));
}

/** @throws E_TARGETS unless there are v8 and others, each once */
function targetNames(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.length >= 2 && names.includes(REFERENCE) && new Set(names).size === names.length) return names;
  throw new BetaguardError(
    "E_TARGETS",
    `expected ${REFERENCE} and other targets after --targets, each once, found ${JSON.stringify(text)}; e.g. --targets v8,wasm3`,
  );
}

/** The trace, or undefined when it cannot be read: that is reported, and the others are compared. */
async function readable(path: string, flags: CompareFlags): Promise<Trace | undefined> {
  try {
    return await openTrace(path, flags);
  } catch (error) {
    reportError(error);
    return undefined;
  }
}

function formatComparison({ steps, cells, targets, differences, first }: CompareResult): string {
  const extent = `${formatCount(steps)} steps of ${cells} ${cells === 1 ? "cell" : "cells"} on ${targets.join(", ")}`;
  if (!first) return `0 differences in ${extent}`;
  const { trace, step, cell, field, type, bits } = first;
  const width = Math.max(...targets.map((name) => name.length));
  return [
    `${formatCount(differences)} ${differences === 1 ? "word differs" : "words differ"} in step ${formatCount(step)} of ${trace}, the first in ${extent}`,
    `${cell === null ? "" : `cell ${cell}, `}${field}:`,
    ...Object.entries(bits).map(([name, word]) => `  ${name.padEnd(width)}  ${word}  ${decoded(word, type)}`),
  ].join("\n");
}

function decoded(word: string, type: Difference["type"]): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, Number(word));
  return type === "f32" ? view.getFloat32(0) : view.getInt32(0);
}
