/** Recorded budgets of the images: a number that grows past its budget fails the tests. */
import { readFileSync, writeFileSync } from "node:fs";
import { packageFile } from "../root.js";
import type { Measurement } from "./measure.js";

const FILE = packageFile("host", "bench", "budgets.json");

const BUDGETED = [
  "instructionsOneCell",
  "instructionsPerCell",
  "instructionsLongestStep",
  "instructionsFreeze",
  "flash_B",
  "ram_B",
  "heapUsed_B",
  "stackUsed_B",
] as const satisfies readonly (keyof Measurement)[];

export type Budget = Pick<Measurement, (typeof BUDGETED)[number]>;

/** By preset. */
export type Budgets = Readonly<Record<string, Budget>>;

/** Room for another compiler of the same age and for small changes. */
const ROOM = 1.03;
/** Whether an interrupt falls on the deepest place is chance. */
const STACK_ROOM = 1.1;

export const readBudgets = (): Budgets => JSON.parse(readFileSync(FILE, "utf8")) as Budgets;

/** Makes what was measured, with a little room, the new budgets. */
export function recordBudgets(measured: Readonly<Record<string, Measurement>>): void {
  const budgets = Object.fromEntries(
    Object.entries(measured).map(([preset, values]) => [
      preset,
      Object.fromEntries(
        BUDGETED.map((name) => [
          name,
          Math.ceil(values[name] * (name === "stackUsed_B" ? STACK_ROOM : ROOM)),
        ]),
      ),
    ]),
  );
  writeFileSync(FILE, `${JSON.stringify(budgets, null, 2)}\n`);
}

/** What is over its budget, as sentences. */
export const exceeded = (preset: string, measured: Measurement, budget: Budget): string[] =>
  BUDGETED.flatMap((name) =>
    measured[name] > budget[name]
      ? [`${preset}: ${name}: expected at most ${budget[name]}, found ${measured[name]}`]
      : [],
  );
