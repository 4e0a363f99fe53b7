/** What changed between two references of one case: which words, where first, and how much. */
import { reasons } from "../schema/codes.js";
import { blockSteps, type Reference } from "./reference.js";

/** Where a word was read, and what it was before and after. */
export interface Place {
  /** Step of the trace, and its time. */
  readonly step: number;
  readonly time_s: number;
  readonly before: string;
  readonly after: string;
}

export interface WordDifference {
  readonly word: string;
  /** The part of the run in which the first change lies. Absent where the runs are of unequal length or the word is new or gone. */
  readonly first?: { readonly from_s: number; readonly to_s: number };
  /** Blocks that changed, of how many. */
  readonly blocks?: readonly [changed: number, all: number];
  /** Where it differs most among the ends of the blocks; absent where it does in none. */
  readonly most?: Place;
  /** That difference, over the largest magnitude the word had at any of them; 1 for a word that is no quantity. */
  readonly relative: number;
  readonly status: "changed" | "new" | "gone";
}

export interface CaseDifference {
  /** What the case was made from, where that has changed: trace, profile, module, options, steps. */
  readonly made: readonly { readonly what: string; readonly before: string; readonly after: string }[];
  readonly same: number;
  /** The one that differs most first. */
  readonly changed: readonly WordDifference[];
}

export function difference(before: Reference, after: Reference): CaseDifference {
  const names = new Set([...Object.keys(before.words), ...Object.keys(after.words)]);
  const changed = [...names].flatMap((word) => wordDifference(word, before, after) ?? []);
  return {
    made: madeFrom(before, after),
    same: names.size - changed.length,
    changed: changed.sort((a, b) => b.relative - a.relative),
  };
}

function madeFrom(before: Reference, after: Reference): CaseDifference["made"] {
  const of = ({ trace, profile, module, options, steps, restSteps }: Reference) => ({
    trace,
    profile,
    module,
    options: JSON.stringify(options),
    steps: `${steps}`,
    "steps at rest before": `${restSteps}`,
  });
  const [old, now] = [of(before), of(after)];
  return (Object.keys(old) as (keyof typeof old)[])
    .filter((what) => old[what] !== now[what])
    .map((what) => ({ what, before: old[what], after: now[what] }));
}

function wordDifference(word: string, before: Reference, after: Reference): WordDifference | undefined {
  const [old, now] = [before.words[word], after.words[word]];
  if (old === undefined || now === undefined) {
    return { word, relative: 1, status: old === undefined ? "new" : "gone" };
  }
  if (old[0] === now[0] && before.steps === after.steps) return undefined;
  const times = blockEnds(after);
  const [was, is] = [ends(old, times.length), ends(now, times.length)];
  const scale = Math.max(...[...was, ...is].map((value) => Math.abs(Number(value))));
  const amounts = was.map((value, n) => amount(word, value, is[n] as string, scale));
  const relative = Math.max(...amounts);
  const worst = amounts.indexOf(relative);
  const most = relative > 0 && {
    most: {
      ...(times[worst] as Pick<Place, "step" | "time_s">),
      before: was[worst] as string,
      after: is[worst] as string,
    },
  };
  const where = before.steps === after.steps && changedBlocks(old, now, times.length);
  if (!where) {
    return { word, relative, status: "changed", ...most };
  }
  const first = where.indexOf(true);
  return {
    word,
    first: {
      from_s: first === 0 ? after.start_s : (times[first - 1] as Place).time_s,
      to_s: (times[first] as Place).time_s,
    },
    blocks: [where.filter(Boolean).length, where.length],
    relative,
    status: "changed",
    ...most,
  };
}

const ends = ([, , values]: Reference["words"][string], blocks: number): string[] => {
  const all = values.split(" ");
  return Array.from({ length: blocks }, (_, n) => all[all.length === 1 ? 0 : n] ?? "");
};

function blockEnds({ steps, start_s, dt_s }: Reference): Pick<Place, "step" | "time_s">[] {
  const length = blockSteps(steps);
  return Array.from({ length: Math.ceil(steps / length) }, (_, n) => {
    const step = Math.min((n + 1) * length, steps);
    return { step, time_s: start_s + step * dt_s };
  });
}

/** Block by block; a word that was constant and is no longer, or the other way round, is compared by the blocks' ends. */
function changedBlocks(
  old: Reference["words"][string],
  now: Reference["words"][string],
  blocks: number,
): boolean[] | undefined {
  const [was, is] = [old[1].split(" "), now[1].split(" ")];
  if (old[1] === "" && now[1] === "") return Array(blocks).fill(true);
  if (old[1] === "" || now[1] === "") return undefined;
  return is.map((hash, n) => hash !== was[n]);
}

/** The words that hold reasons: four of them, or one. */
const isReasons = (word: string): boolean => /Reasons?$/.test(word);

/** How much a value changed, in shares of the word's largest. */
function amount(word: string, before: string, after: string, scale: number): number {
  if (before === after) return 0;
  const change = Math.abs(Number(after) - Number(before));
  // Bits and names have no size.
  return isReasons(word) || word.endsWith("faults") || Number.isNaN(change) || scale === 0
    ? 1
    : change / scale;
}

/** A word's value as it is read: reasons by their names, shortest horizon first. */
export function readable(word: string, value: string): string {
  if (!isReasons(word)) return value;
  const bits = Number(value);
  const name = (code: number) => reasons[code]?.name ?? String(code);
  if (word.endsWith("Reason")) return name(bits);
  const names = [0, 8, 16, 24].map((shift) => name((bits >>> shift) & 0xff));
  return new Set(names).size === 1 ? (names[0] as string) : names.join("/");
}
