/** Starts a fuzzing process and watches it: its progress, its memory, and what it reports in the end. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import type { Base } from "./fuzzbases.js";

export interface FuzzPlan {
  readonly kinds: readonly Base["kind"][];
  readonly cases: number;
  readonly seed: number;
  /** File that holds the base and seed of the case in progress. */
  readonly progress: string;
}

export interface FuzzReport {
  readonly bases: {
    readonly name: string;
    readonly cases: number;
    /** Whether the unedited file is read. */
    readonly sound: boolean;
    readonly read: number;
    readonly refused: Readonly<Record<string, number>>;
    readonly slowest_ms: number;
    readonly slowestSeed: number;
    readonly failures: readonly string[];
  }[];
  heapGrowth_MiB: number;
  peak_MiB: number;
}

/** No file here takes 0.1 s; a busy machine may hold a process up for some seconds. */
const HANGS_AFTER_s = 20;
const WORKER = fileURLToPath(new URL("./fuzzworker.ts", import.meta.url));

/** @throws when the process crashes, runs out of `heap_MiB`, or one case hangs; each names the case. */
async function fuzz(
  plan: Omit<FuzzPlan, "progress">,
  heap_MiB: number,
  signal: AbortSignal,
): Promise<FuzzReport> {
  const directory = mkdtempSync(join(tmpdir(), "betaguard-fuzz-"));
  const progress = join(directory, "progress");
  const worker = spawn(
    process.execPath,
    [
      `--max-old-space-size=${heap_MiB}`,
      "--import",
      "tsx",
      WORKER,
      "run",
      JSON.stringify({ ...plan, progress }),
    ],
    { stdio: ["ignore", "pipe", "pipe"], signal, killSignal: "SIGKILL" },
  );
  let output = "";
  let complaints = "";
  worker.stdout.on("data", (data) => (output += data));
  worker.stderr.on("data", (data) => (complaints += data));
  const current = () => {
    try {
      return readFileSync(progress, "utf8").trim();
    } catch {
      return "";
    }
  };
  let last = "";
  let since = Date.now();
  let hung = "";
  const watch = setInterval(() => {
    const now = current();
    if (now !== last) [last, since] = [now, Date.now()];
    else if (Date.now() - since > 1000 * HANGS_AFTER_s) {
      hung = now;
      worker.kill("SIGKILL");
    }
  }, 500);
  try {
    const code = await new Promise<number | null>((done, fail) => worker.on("close", done).on("error", fail));
    if (hung) throw new Error(`case ${hung}: still reading after ${HANGS_AFTER_s} s`);
    if (code !== 0)
      throw new Error(`case ${current()}: the process ended with ${code}: ${complaints.slice(0, 3000)}`);
    return JSON.parse(output) as FuzzReport;
  } finally {
    clearInterval(watch);
    rmSync(directory, { recursive: true });
  }
}

/** For another run: BETAGUARD_FUZZ_SEED=<number>. */
const SEED = Number(process.env.BETAGUARD_FUZZ_SEED ?? 20_240_530);
/** What a file of some kilobytes may make a process need at most, Node and the module loader included. */
const HEAP_MiB = 256;
const PEAK_MiB = 768;
const GROWTH_MiB = 32;

/**
 * At least `cases` damaged files of those kinds: none crashes, hangs, leaks, or is read to something unsound.
 * @param signal ends the process with the test
 */
export async function expectSound(
  kinds: FuzzPlan["kinds"],
  cases: number,
  signal: AbortSignal,
): Promise<void> {
  const { bases, heapGrowth_MiB, peak_MiB } = await fuzz({ kinds, cases, seed: SEED }, HEAP_MiB, signal);
  const total = bases.reduce((sum, base) => sum + base.cases, 0);
  const read = bases.reduce((sum, base) => sum + base.read, 0);
  const slowest = bases.reduce((worst, base) => (base.slowest_ms > worst.slowest_ms ? base : worst));
  process.stdout.write(
    `fuzz ${kinds.join(", ")}: seed ${SEED}, ${total} cases from ${bases.length} files, ${read} read; slowest ${slowest.slowest_ms.toFixed(0)} ms (${slowest.name} ${slowest.slowestSeed}), peak ${peak_MiB.toFixed(0)} MiB\n`,
  );
  expect(bases.flatMap(({ name, failures }) => failures.map((failure) => `${name}: ${failure}`))).toEqual([]);
  expect(total).toBeGreaterThanOrEqual(cases);
  for (const { name, sound, read, refused } of bases) {
    // Edits that always or never break a file would test nothing.
    if (sound) expect(read, `${name}: read`).toBeGreaterThan(0);
    expect(Object.keys(refused).length, `${name}: kinds of refusal`).toBeGreaterThan(0);
  }
  expect(peak_MiB).toBeLessThan(PEAK_MiB);
  expect(heapGrowth_MiB).toBeLessThan(GROWTH_MiB);
}
