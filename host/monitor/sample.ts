/** What a monitor shows: one control tick of a board, under the names of the CAN signals (docs/can.md). */
import type { Health } from "../link/messages.js";
import { type CanSignal, canMessages } from "../schema/can.js";

/** Signals about the whole pack: those a tick of any mode has. */
export const packSignals: readonly CanSignal[] = canMessages
  .filter(({ pages }) => pages.length === 0)
  .flatMap(({ signals }) => signals);

export interface FrameCounts {
  /** Frames of the board so far; how many were damaged, came twice, or by their counters never came. */
  readonly seen: number;
  readonly damaged: number;
  readonly repeated: number;
  readonly lost: number;
}

export interface Sample {
  /** Unix time. */
  readonly time_s: number;
  /** By signal: physical value or code; null: not available, or it did not come. */
  readonly values: Readonly<Record<string, number | null>>;
  /** Over the link. */
  readonly health?: Health;
  /** From CAN. */
  readonly frames?: FrameCounts;
}

const signalsByName = new Map(packSignals.map((signal) => [signal.name, signal]));

/** A code by its name; undefined where there is none, and the number itself when this version does not know it. */
export function codeName({ values }: Sample, signal: string): string | undefined {
  const code = values[signal];
  if (code === null || code === undefined) return undefined;
  return signalsByName.get(signal)?.codes[code]?.name ?? String(code);
}

/** Names of the sensors and states at fault. */
export const faultNames = (sample: Sample): string[] =>
  packSignals
    .filter(({ name }) => name.startsWith("fault") && sample.values[name] === 1)
    .map(({ name }) => `${name[5]?.toLowerCase()}${name.slice(6)}`);

/** For JSON: every signal by name, codes as their names, fault bits as a list. */
export function sampleRecord(sample: Sample): Record<string, unknown> {
  const signals = packSignals
    .filter(({ name }) => !name.startsWith("fault"))
    .map(({ name, codes }) => [
      name,
      (codes.length > 0 ? codeName(sample, name) : sample.values[name]) ?? null,
    ]);
  const { time_s, health, frames } = sample;
  return { time_s, ...Object.fromEntries(signals), faults: faultNames(sample), health, frames };
}
