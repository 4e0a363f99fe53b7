/** `betaguard demo`: the bundled examples, and the user's own files, each with a verdict and an HTML report. */
import { join } from "node:path";
import { loadProfile, type Profile } from "../profiles/profile.js";
import type { ReplayOptions } from "../replay/replay.js";
import type { ReplayVerdict } from "../replay/types.js";
import { formatVerdict } from "../report/terminal.js";
import { packageFile } from "../root.js";
import { type Example, examples } from "./examples.js";
import type { TraceInputs } from "./loggers.js";
import { EXIT, exitWith, print, reportError } from "./output.js";
import { Progress } from "./progress.js";
import { outputDirectories, runTrace } from "./run.js";

/** What an example breaks, in words; also what it was expected to. */
const inWords = (breaks: readonly { kind: string; reason: string }[]): string =>
  breaks.length === 0
    ? "stays within its limits"
    : `breaks ${[...new Set(breaks.map(({ kind, reason }) => `the ${kind} limit (${reason})`))].join(" and ")}`;

export const asExpected = ({ breaks }: Example, { violations }: ReplayVerdict): boolean =>
  inWords(breaks) === inWords(violations);

/**
 * Writes a report per trace under `out`. A broken limit is no failure here; an example that does not show what it is
 * there to show is one, as is a file of the user's that cannot be read.
 * @param cell what the user's files were recorded from; asked for only when there are any
 */
export async function runDemo(
  out: string,
  paths: readonly string[],
  cell: () => { profile: Profile; options: ReplayOptions; inputs: TraceInputs },
): Promise<void> {
  const own = paths.length > 0 ? cell() : undefined;
  const progress = new Progress();
  const reports: string[] = [];
  const show = async (
    path: string,
    profile: Profile,
    options: ReplayOptions,
    directory: string,
    inputs?: TraceInputs,
  ) => {
    const output = { directory, formats: [] };
    const { verdict, files } = await runTrace(path, profile, options, progress, output, inputs);
    print(formatVerdict(verdict));
    reports.push(files[0] as string);
    return verdict;
  };

  print("Examples, SIMULATED with the profile they are replayed with (examples/README.md)\n");
  for (const example of examples) {
    print(`▸ ${example.story}`);
    const profile = loadProfile(example.profile);
    const path = packageFile("examples", example.file);
    const verdict = await show(path, profile, example.options, join(out, example.file));
    const met = asExpected(example, verdict);
    print(
      `  expected: ${inWords(example.breaks)}; ${met ? "so it does" : `FOUND: ${inWords(verdict.violations)}`}\n`,
    );
    if (!met) exitWith(EXIT.limitBroken);
  }
  if (own) {
    print("Your traces\n");
    const directories = outputDirectories(join(out, "own"), paths);
    for (const path of paths) {
      try {
        await show(path, own.profile, own.options, directories.get(path) as string, own.inputs);
      } catch (error) {
        reportError(error);
      }
      print("");
    }
  }
  print(["Reports:", ...reports.map((report) => `  ${report}`)].join("\n"));
  print("\nBroken limits are what some examples are for; the demo itself ran through.");
}
