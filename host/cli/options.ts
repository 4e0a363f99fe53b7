/** What commander hands over as text, as checked values. */
import { BetaguardError } from "../errors.js";
import type { CellKind } from "../replay/replay.js";

/** A parser for one numeric option. @throws E_OPTION when the text is no finite number. */
export const number =
  (flag: string) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isFinite(value)) return value;
    throw new BetaguardError("E_OPTION", `expected a number after ${flag}, found ${JSON.stringify(text)}`);
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
