/** What commander hands over as text, as checked values. */
import { BetaguardError } from "../errors.js";
import type { CellKind } from "../replay/replay.js";
import { type ColumnMap, MAP_KEYS } from "../trace/index.js";

/** A parser for one numeric option. @throws E_OPTION when the text is no finite number. */
export const number =
  (flag: string) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isFinite(value)) return value;
    throw new BetaguardError("E_OPTION", `expected a number after ${flag}, found ${JSON.stringify(text)}`);
  };

/** As `number`, for a count. @throws E_OPTION when it is no whole number above 0. */
export const wholeNumber =
  (flag: string) =>
  (text: string): number => {
    const value = number(flag)(text);
    if (Number.isInteger(value) && value > 0) return value;
    throw new BetaguardError("E_OPTION", `expected a whole number above 0 after ${flag}, found ${text}`);
  };

const SECONDS = { ms: 1e-3, s: 1, min: 60, h: 3600 } as const;

/** A parser for a time with its unit, in s: `1.5s`, `-250ms`, `2min`, `1h`. @throws E_OPTION on anything else. */
export const duration =
  (flag: string) =>
  (text: string): number => {
    const [, value, unit] = /^\s*([+-]?(?:\d+\.?\d*|\.\d+))\s*(ms|s|min|h)\s*$/.exec(text) ?? [];
    if (value !== undefined) return Number(value) * SECONDS[unit as keyof typeof SECONDS];
    throw new BetaguardError(
      "E_OPTION",
      `expected a time with its unit (ms, s, min, h) after ${flag}, e.g. 2s, found ${JSON.stringify(text)}`,
    );
  };

export const CELL_KINDS = ["full", "half", "symmetric"] as const satisfies readonly CellKind[];

/** @throws E_OPTION when it is none of the kinds. */
export function cellKind(text: string): CellKind {
  const kind = CELL_KINDS.find((candidate) => candidate === text);
  if (kind) return kind;
  throw new BetaguardError(
    "E_OPTION",
    `expected ${CELL_KINDS.join(", ")} after --cell, found ${JSON.stringify(text)}`,
  );
}

/**
 * `time=Zeit,time_unit=h,current=Strom [mA]` as a map; a column's name may hold commas that no `word=` follows.
 * @throws E_OPTION on an unknown, doubled or empty entry, or without time and current.
 */
export function columnMap(text: string): ColumnMap {
  const refuse = (found: string) =>
    new BetaguardError(
      "E_OPTION",
      `expected key=column entries after --map, time and current among them (keys: ${MAP_KEYS.join(", ")}), found ${found}`,
    );
  const map = new Map<string, string>();
  for (const entry of text.split(/,(?=\s*\w+=)/)) {
    const [, key = "", name = ""] = /^\s*(\w+)=(.+)$/.exec(entry) ?? [];
    if (!MAP_KEYS.includes(key) || map.has(key)) throw refuse(JSON.stringify(entry));
    map.set(key, name.trim());
  }
  const { time, current, sign, ...others } = Object.fromEntries(map);
  if (!time || !current) throw refuse(`no ${time ? "current" : "time"} in ${JSON.stringify(text)}`);
  if (sign === undefined) return { time, current, ...others };
  if (sign !== "charge-positive" && sign !== "discharge-positive")
    throw refuse(`the sign ${JSON.stringify(sign)} (charge-positive or discharge-positive)`);
  return { time, current, ...others, sign };
}
