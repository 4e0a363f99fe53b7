/**
 * A process of its own that reads damaged files, so that a reader that hangs or eats memory can be told and stopped.
 * By hand, for one case: npx tsx test/trace/fuzzworker.ts case '<base>' <seed> [file to keep it in]
 */
import { mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { BetaguardError } from "../../host/errors.js";
import { inspectTrace, type Logger, readLogger, readTrace, type Trace } from "../../host/trace/index.js";
import { MAX_CELL_V } from "../../host/trace/voltage.js";
import { BASES, type Base } from "./fuzzbases.js";
import { type Edited, edit } from "./fuzzedits.js";
import type { FuzzPlan, FuzzReport } from "./fuzzrun.js";

type Outcome = Trace | Logger | BetaguardError;

async function outcomeOf(base: Base, path: string): Promise<Outcome> {
  try {
    return base.logger ? await readLogger(path, base.logger) : await readTrace(path, { map: base.map });
  } catch (error) {
    if (error instanceof BetaguardError) return error;
    throw error;
  }
}

/** What is wrong with an outcome; null when nothing is. */
function flaw(outcome: Outcome, path: string): string | null {
  if (outcome instanceof BetaguardError) {
    if (!/^E_(?:TRACE|JOIN)_[A-Z_]+$/.test(outcome.code)) return `code ${outcome.code}`;
    if (/[\r\n]/.test(outcome.message))
      return `a message of several lines: ${JSON.stringify(outcome.message)}`;
    if (outcome.message.length > 5000) return `a message of ${outcome.message.length} characters`;
    return outcome.message.startsWith(path) ? null : `a message without the path: ${outcome.message}`;
  }
  if (!("columns" in outcome)) {
    const { time_s, value } = outcome;
    if (time_s.length !== value.length || time_s.length === 0) return "samples and times differ in number";
    return time_s.every(Number.isFinite) && value.every(Number.isFinite)
      ? null
      : "a sample that is no number";
  }
  const { columns, rows, dropped } = outcome;
  for (const [name, column] of Object.entries(columns))
    if (column.length !== rows) return `${column.length} entries in ${name} for ${rows} rows`;
  if (rows === 0 || dropped.some(({ count }) => !(count > 0))) return "no row, or a rule that dropped none";
  if (!columns.time_s.every(Number.isFinite)) return "a time that is no number";
  if (!columns.current_A.every(Number.isFinite)) return "a current that is no number";
  if (columns.voltage_V?.some((voltage) => Math.abs(voltage) > MAX_CELL_V))
    return "a voltage no cell can have";
  const { charge_Ah, discharge_Ah, span_s } = inspectTrace(outcome);
  return [charge_Ah, discharge_Ah, span_s].every((sum) => sum >= 0 && Number.isFinite(sum))
    ? null
    : "a charge or span that is no number";
}

/** Against the unedited file. */
function difference(outcome: Outcome, whole: Outcome, { neutral, addedRows }: Edited): string | null {
  const read = (one: Outcome): one is Trace => "columns" in one;
  if (neutral) {
    if (whole instanceof BetaguardError || outcome instanceof BetaguardError)
      return whole instanceof BetaguardError === outcome instanceof BetaguardError
        ? null
        : `${outcome instanceof BetaguardError ? `refused (${outcome.message})` : "read"}, and not so unedited`;
    if (!read(outcome) || !read(whole)) return null;
    for (const name of ["time_s", "current_A", "voltage_V"] as const) {
      const [now, before] = [outcome.columns[name], whole.columns[name]];
      if (now?.length !== before?.length || now?.some((value, row) => !Object.is(value, before?.[row])))
        return `another ${name} than unedited`;
    }
  }
  if (addedRows !== undefined && read(outcome) && read(whole) && outcome.dialect === whole.dialect) {
    const [now, before] = [present(outcome), present(whole)];
    // The lines of steps and cycles in a hierarchical file are no rows, the line of units below a header neither.
    if (/hierarchical|digatron/.test(whole.dialect)) return null;
    if (now !== before + addedRows) return `${now} rows accounted for, ${before + addedRows} in the file`;
  }
  return null;
}

const present = ({ rows, dropped }: Trace): number => dropped.reduce((sum, { count }) => sum + count, rows);

/** Any other base, for parts of it. */
const otherThan = (base: Base, seed: number): Base => {
  const others = BASES.filter(({ kind, name }) => kind === "text" && name !== base.name);
  return others[seed % others.length] as Base;
};

/** 32-bit FNV-1a: a base's seeds do not depend on its place among the others. */
const hash = (text: string): number =>
  [...text].reduce(
    (sum, character) => Math.imul(sum ^ (character.codePointAt(0) ?? 0), 16_777_619),
    0x811c9dc5,
  );

interface Examined {
  readonly edits: string;
  /** Absent where reading crashed. */
  readonly outcome?: Outcome;
  readonly wrong: string | null;
}

/** Makes the case, leaves it in `file` and reads it. */
async function examine(base: Base, whole: Outcome, seed: number, file: string): Promise<Examined> {
  const edited = edit(base, otherThan(base, seed), seed);
  const edits = edited.edits.join(", ");
  writeFileSync(file, edited.bytes);
  try {
    const outcome = await outcomeOf(base, file);
    return { edits, outcome, wrong: flaw(outcome, file) ?? difference(outcome, whole, edited) };
  } catch (error) {
    return { edits, wrong: `crashed: ${error instanceof Error ? error.stack : error}` };
  }
}

async function unedited(base: Base, file: string): Promise<Outcome> {
  writeFileSync(file, base.bytes);
  return outcomeOf(base, file);
}

async function run({ kinds, cases, seed, progress }: FuzzPlan): Promise<FuzzReport> {
  const directory = mkdtempSync(join(tmpdir(), "betaguard-fuzz-"));
  const file = join(directory, "case");
  const now = openSync(progress, "w");
  const bases = BASES.filter(({ kind }) => kinds.includes(kind));
  const perBase = Math.ceil(cases / bases.length);
  const report: FuzzReport = { bases: [], heapGrowth_MiB: 0, peak_MiB: 0 };
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  let heapAfterFirst = 0;
  for (const base of bases) {
    const whole = await unedited(base, file);
    const result = {
      name: base.name,
      cases: perBase,
      sound: !(whole instanceof BetaguardError),
      read: 0,
      refused: {} as Record<string, number>,
      slowest_ms: 0,
      slowestSeed: 0,
      failures: [] as string[],
    };
    const first = (seed + hash(base.name)) >>> 1;
    for (let caseSeed = first; caseSeed < first + perBase; caseSeed++) {
      writeSync(now, `${base.name} ${caseSeed}`.padEnd(200), 0);
      const started = performance.now();
      const { edits, outcome, wrong } = await examine(base, whole, caseSeed, file);
      const took_ms = performance.now() - started;
      if (took_ms > result.slowest_ms) Object.assign(result, { slowest_ms: took_ms, slowestSeed: caseSeed });
      if (wrong !== null) result.failures.push(`seed ${caseSeed} (${edits}): ${wrong}`);
      if (outcome instanceof BetaguardError)
        result.refused[outcome.code] = (result.refused[outcome.code] ?? 0) + 1;
      else result.read++;
    }
    report.bases.push(result);
    collect();
    // Caches and compiled code of the first bases are no leak.
    if (report.bases.length === Math.ceil(bases.length / 4)) heapAfterFirst = process.memoryUsage().heapUsed;
  }
  rmSync(directory, { recursive: true });
  report.heapGrowth_MiB = (process.memoryUsage().heapUsed - heapAfterFirst) / 2 ** 20;
  report.peak_MiB = process.resourceUsage().maxRSS / 1024;
  return report;
}

async function runOne(name: string, seed: number, keep: string): Promise<void> {
  const base = BASES.find((candidate) => candidate.name === name);
  if (!base) throw new Error(`no base ${name}`);
  const { edits, outcome, wrong } = await examine(base, await unedited(base, keep), seed, keep);
  console.log(`${keep}: ${edits}`);
  console.log(outcome instanceof BetaguardError ? `${outcome.code} ${outcome.message}` : outcome);
  console.log(wrong ?? "as it should be");
}

const [mode, ...rest] = process.argv.slice(2);
if (mode === "run")
  process.stdout.write(JSON.stringify(await run(JSON.parse(rest[0] as string) as FuzzPlan)));
else if (mode === "case")
  await runOne(rest[0] as string, Number(rest[1]), rest[2] ?? join(tmpdir(), "betaguard-fuzz-case"));
