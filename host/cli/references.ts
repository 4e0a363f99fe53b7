/** `betaguard references`: the outputs of a set of traces held against what they were, to the last bit. */
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Command } from "commander";
import { BetaguardError } from "../errors.js";
import { type CaseDifference, difference, readable, type WordDifference } from "../references/difference.js";
import { type Engagement, type Required, requirements } from "../references/engagement.js";
import { formatReference, type Reference, readReference, record } from "../references/reference.js";
import { loadReferenceSet, type ReferenceCase, type ReferenceSet } from "../references/set.js";
import { formatCount } from "../report/format.js";
import { packageFile } from "../root.js";
import { EXIT, errorRecord, exitWith, print, printJson, reportError } from "./output.js";
import { Progress } from "./progress.js";

const SET_FILE = "set.json";
/** Words named one by one without --verbose. */
const SHOWN = 3;

interface ReferencesFlags {
  readonly set: string;
  readonly update?: true;
  readonly engaged?: true;
  readonly verbose?: true;
  readonly json?: true;
}

type Outcome =
  | ({ readonly status: "same" | "changed" } & CaseDifference)
  | { readonly status: "new"; readonly words: number }
  | { readonly status: "gone" }
  | { readonly status: "absent"; readonly trace: string }
  | { readonly status: "failed"; readonly error: { readonly code: string; readonly message: string } };

type CaseOutcome = { readonly name: string } & Outcome;

export const withReferences = (command: Command): Command =>
  command
    .description("hold every output of a set of traces against what it was, to the last bit")
    .argument("[case...]", "cases of the set (default: all)")
    .option("--set <file>", "cases to replay (docs/replay.md); their references lie beside it", projectSet())
    .option("--update", "take what comes out now as the references, and say what changed")
    .option("--engaged", "print which limits, reasons and pressure commands which case brings into play")
    .option("--verbose", "name every word that changed")
    .option("--json", "print as JSON")
    .addHelpText(
      "after",
      `
Exit code 1 when an output changed, a case has no reference or a reference no case, or nothing in a set that must engage
all brings some limit into play. With --update only the last.

Examples:
  betaguard references
  betaguard references --update
  betaguard references agc-60C-cycles --verbose
  betaguard references --set lab/set.json --json`,
    )
    .action(referencesCommand);

const projectSet = (): string => packageFile("test", "references", SET_FILE);

async function referencesCommand(names: string[], flags: ReferencesFlags): Promise<void> {
  const set = loadReferenceSet(flags.set);
  const { update = false, json, verbose = false } = flags;
  const progress = new Progress();
  const outcomes: CaseOutcome[] = [];
  const engaged = new Map<string, Engagement>();
  for (const one of chosen(set, names)) {
    const outcome = await progress
      .watch(one.name, (onProgress) => runCase(set, one, update, engaged, onProgress))
      .catch((error: unknown): Outcome => {
        reportError(error);
        return { status: "failed", error: errorRecord(error) };
      });
    outcomes.push({ name: one.name, ...outcome });
    if (!json) print(formatOutcome({ name: one.name, ...outcome }, verbose));
  }
  const all = names.length === 0;
  if (all) {
    for (const name of orphans(set)) {
      if (update) rmSync(join(set.directory, `${name}.json`));
      outcomes.push({ name, status: "gone" });
      if (!json) print(formatOutcome({ name, status: "gone" }, verbose));
    }
  }
  const required = all && set.mustEngageAll ? requirements(engaged) : [];
  const never = required.filter(({ cases }) => cases.length === 0).map(({ what }) => what);
  const absentMatters = process.env.CI === "true";
  const wrong = outcomes.filter(
    ({ status }) =>
      (!update && status !== "same" && status !== "absent") || (status === "absent" && absentMatters),
  );
  if (wrong.length > 0 || never.length > 0) exitWith(EXIT.limitBroken);
  if (json) return printJson({ set: flags.set, updated: update, cases: outcomes, engaged: required, never });
  if (flags.engaged) print(formatRequired(required));
  print(formatSummary(outcomes, never, update));
}

/** @throws E_REFERENCE_CASE when the set has no such case */
function chosen({ cases }: ReferenceSet, names: readonly string[]): readonly ReferenceCase[] {
  const unknown = names.find((name) => !cases.some((one) => one.name === name));
  if (unknown !== undefined)
    throw new BetaguardError(
      "E_REFERENCE_CASE",
      `expected cases of the set (${cases.map(({ name }) => name).join(", ")}), found ${JSON.stringify(unknown)}`,
    );
  return names.length === 0 ? cases : cases.filter(({ name }) => names.includes(name));
}

/** References beside the set that none of its cases has. */
const orphans = ({ directory, path, cases }: ReferenceSet): string[] =>
  readdirSync(directory)
    .filter((file) => file.endsWith(".json") && file !== basename(path))
    .map((file) => basename(file, ".json"))
    .filter((name) => !cases.some((one) => one.name === name));

async function runCase(
  { directory }: ReferenceSet,
  one: ReferenceCase,
  update: boolean,
  engaged: Map<string, Engagement>,
  onProgress: (share: number) => void,
): Promise<Outcome> {
  if (!one.present) return { status: "absent", trace: one.path as string };
  const { reference, engaged: by } = await record(one, onProgress);
  engaged.set(one.name, by);
  const file = join(directory, `${one.name}.json`);
  const before = previous(file, update);
  if (update) writeFileSync(file, formatReference(reference));
  if (!before) return { status: "new", words: Object.keys(reference.words).length };
  const found = difference(before, reference);
  return { status: found.changed.length === 0 ? "same" : "changed", ...found };
}

/** A reference that cannot be read, after a merge say, does not keep an update from writing it anew. */
function previous(file: string, update: boolean): Reference | undefined {
  try {
    return readReference(file);
  } catch (error) {
    if (update) return undefined;
    throw error;
  }
}

function formatOutcome(outcome: CaseOutcome, verbose: boolean): string {
  const { name } = outcome;
  switch (outcome.status) {
    case "same":
    case "changed":
      return formatDifference(name, outcome, verbose);
    case "new":
      return `${name}: no reference yet, ${outcome.words} outputs`;
    case "gone":
      return `${name}: a reference, but no case of the set`;
    case "absent":
      return `${name}: SKIPPED, its trace is not there: ${outcome.trace}`;
    case "failed":
      return `${name}: FAILED, ${outcome.error.code}`;
  }
}

function formatDifference(name: string, { made, same, changed }: CaseDifference, verbose: boolean): string {
  const lines = [
    changed.length === 0 ? `${name}: ${same} same` : `${name}: ${changed.length} changed, ${same} same`,
  ];
  if (changed.length > 0 || verbose)
    lines.push(
      ...made.map(({ what, before, after }) => `  ${what}: ${shortened(before)} → ${shortened(after)}`),
    );
  const shown = verbose ? changed : changed.slice(0, SHOWN);
  lines.push(...shown.map((word, n) => `  ${n === 0 ? "worst " : "      "}${formatWord(word)}`));
  if (changed.length > shown.length) lines.push(`      and ${changed.length - shown.length} more: --verbose`);
  return lines.join("\n");
}

const shortened = (text: string): string => (/^[0-9a-f]{64}$/.test(text) ? text.slice(0, 8) : text);

function formatWord({ word, status, first, blocks, most, relative }: WordDifference): string {
  if (status !== "changed") return `${word}: ${status}`;
  const where =
    first && blocks
      ? `first between ${first.from_s.toFixed(1)} and ${first.to_s.toFixed(1)} s, in ${blocks[0]} of ${blocks[1]} blocks`
      : "from the first step to the last, or another number of steps";
  const size = most
    ? `at ${most.time_s.toFixed(1)} s (step ${formatCount(most.step)}) ${readable(word, most.before)} → ${readable(word, most.after)}${relative < 1 ? `, ${(100 * relative).toPrecision(2)} % of its largest` : ""}`
    : "no difference at the blocks' ends";
  return `${word}: ${where}; ${size}`;
}

const formatRequired = (required: readonly Required[]): string =>
  required.map(({ what, cases }) => `${what.padEnd(44)}${cases.join(", ") || "NEVER"}`).join("\n");

function formatSummary(outcomes: readonly CaseOutcome[], never: readonly string[], update: boolean): string {
  const count = (status: Outcome["status"]) => outcomes.filter((one) => one.status === status).length;
  const words = (of: (one: CaseDifference) => number) =>
    outcomes.reduce((sum, one) => sum + ("changed" in one ? of(one) : 0), 0);
  const parts = [
    `${count("changed")} of ${outcomes.length} cases changed`,
    `${formatCount(words(({ changed }) => changed.length))} outputs changed, ${formatCount(words(({ same }) => same))} same`,
    ...(["new", "gone", "absent", "failed"] as const).flatMap((status) =>
      count(status) > 0 ? [`${count(status)} ${status}`] : [],
    ),
  ];
  return [
    `${parts.join("; ")}${update ? "; references written" : ""}`,
    ...never.map((what) => `never engaged: ${what}`),
  ].join("\n");
}
