/**
 * What a case's outputs were, to the last bit, in little room: per output word a hash over all steps, and over a few
 * blocks of steps a short hash and the value at their end, which say where a change begins and how large it is.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { outputNames, type WordName } from "../compare/words.js";
import { BetaguardError } from "../errors.js";
import { loadProfile } from "../profiles/profile.js";
import { type BatchLayout, loadModule, type ParameterValues } from "../replay/module.js";
import { DEFAULT_DT_s, replay } from "../replay/replay.js";
import { V8Target } from "../target/v8.js";
import { type Engagement, engagementOf } from "./engagement.js";
import type { ReferenceCase } from "./set.js";

const BLOCKS = 16;
/** Hexadecimal digits that say that a word is the same over all steps, and those that only say where it is not. */
const WORD_DIGITS = 16;
const BLOCK_DIGITS = 4;

const schema = z.strictObject({
  /** SHA-256 of the trace's bytes, the profile's values and provenance, and the module. */
  trace: z.string(),
  profile: z.string(),
  module: z.string(),
  /** Area, step, window, … as the set had them. */
  options: z.record(z.string(), z.union([z.number(), z.string()])),
  dt_s: z.number(),
  /** Steps at rest before the trace: they are not compared, since a limit that settles later would shift all else. */
  restSteps: z.int(),
  /** Steps of the trace. */
  steps: z.int(),
  /** Trace time at the beginning of its first step. */
  start_s: z.number(),
  /** By output word: its hash, the hashes of its blocks and its values at their ends; a word that never changes has one value. */
  words: z.record(z.string(), z.tuple([z.string(), z.string(), z.string()])),
});
export type Reference = z.infer<typeof schema>;

export interface Recorded {
  readonly reference: Reference;
  readonly engaged: Engagement;
}

/** Keeps all that comes out of every step. */
class Recorder extends V8Target {
  readonly batches: Int32Array[] = [];
  stride = 0;

  override async start(values: ParameterValues, cells: number): Promise<BatchLayout> {
    const layout = await super.start(values, cells);
    this.stride = layout.outputStride;
    return layout;
  }

  override stepBatch(steps: number): number {
    const outputs = super.stepBatch(steps);
    this.batches.push(this.words.slice(outputs, outputs + steps * this.stride));
    return outputs;
  }
}

/** Replays a case. Errors: those of `readTrace`, `loadProfile` and `replay`. */
export async function record(
  { profile: profileId, options, open }: ReferenceCase,
  onProgress: (share: number) => void = () => {},
): Promise<Recorded> {
  const profile = loadProfile(profileId);
  const trace = await open();
  const module = loadModule();
  const target = new Recorder(module);
  let end_s = 0;
  const verdict = await replay(trace, profile, { ...options, target, onProgress }, ({ steps, time_s }) => {
    end_s = time_s[steps - 1] as number;
  });
  const { stride, batches } = target;
  const { steps } = verdict;
  const restSteps = batches.reduce((sum, batch) => sum + batch.length, 0) / stride - steps;
  const { dt_s = DEFAULT_DT_s, cells = 1 } = options;
  const names = outputNames(cells);
  const columns = names.map((_, word) => columnOf(batches, word, stride, restSteps + steps));
  return {
    reference: {
      trace: trace.sha256,
      profile: profile.hash,
      module: module.sha256,
      options: Object.fromEntries(
        Object.entries({ profile: profileId, ...options }).filter(([, value]) => value !== undefined),
      ) as Reference["options"],
      dt_s,
      restSteps,
      steps,
      start_s: end_s - steps * dt_s,
      words: Object.fromEntries(
        names.map((name, word) => [
          wordLabel(name, cells),
          pinWord((columns[word] as Int32Array).subarray(restSteps), name.type),
        ]),
      ),
    },
    engaged: engagementOf(
      (name) => columns[names.findIndex(({ field }) => field === `pack.${name}`)] as Int32Array,
      dt_s,
    ),
  };
}

const wordLabel = ({ cell, field }: WordName, cells: number): string =>
  cell === null || cells === 1 ? field : `cell${cell}.${field}`;

function columnOf(batches: readonly Int32Array[], word: number, stride: number, steps: number): Int32Array {
  const column = new Int32Array(steps);
  let n = 0;
  for (const batch of batches) {
    for (let at = word; at < batch.length; at += stride) column[n++] = batch[at] as number;
  }
  return column;
}

/** Steps in every block but the last. */
export const blockSteps = (steps: number): number => Math.ceil(steps / BLOCKS);

/** One word over all steps; `column` holds its bits. */
export function pinWord(column: Int32Array, type: WordName["type"]): Reference["words"][string] {
  const values = type === "f32" ? new Float32Array(column.buffer, column.byteOffset, column.length) : column;
  // Nine digits give an f32 back.
  const text = (n: number) => String(Number((values[n] as number).toPrecision(9)));
  const hash = hashOf(column).slice(0, WORD_DIGITS);
  if (column.every((word) => word === column[0])) return [hash, "", text(0)];
  const length = blockSteps(column.length);
  const hashes: string[] = [];
  const ends: string[] = [];
  for (let from = 0; from < column.length; from += length) {
    const to = Math.min(from + length, column.length);
    hashes.push(hashOf(column.subarray(from, to)).slice(0, BLOCK_DIGITS));
    ends.push(text(to - 1));
  }
  return [hash, hashes.join(" "), ends.join(" ")];
}

const hashOf = (words: Int32Array): string =>
  createHash("sha256")
    .update(new Uint8Array(words.buffer, words.byteOffset, words.byteLength))
    .digest("hex");

/** The reference in that file; undefined when there is none. @throws E_REFERENCE_BAD when it is something else */
export function readReference(path: string): Reference | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return schema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (cause) {
    throw new BetaguardError(
      "E_REFERENCE_BAD",
      `expected a reference in ${path}, found something else; run with --update to write it anew`,
      { cause },
    );
  }
}

/** A line per word, so that a difference of versions shows which words changed. */
export function formatReference({ words, ...head }: Reference): string {
  const lines = Object.entries(words).map(
    ([name, word]) => `    ${JSON.stringify(name)}: ${JSON.stringify(word)}`,
  );
  return `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "words": {\n${lines.join(",\n")}\n  }\n}\n`;
}
