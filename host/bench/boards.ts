/**
 * `npm run bench:boards`: what the module takes on each microcontroller port, into docs/budget.md. With --record the
 * numbers also become the budgets that the tests hold them to.
 */
import { writeFileSync } from "node:fs";
import { Progress } from "../cli/progress.js";
import { packageFile } from "../root.js";
import { exceeded, readBudgets, recordBudgets } from "./budgets.js";
import { budgetMarkdown } from "./markdown.js";
import { gather } from "./results.js";

const results = await new Progress().watch("boards", gather);

const file = packageFile("docs", "budget.md");
writeFileSync(file, budgetMarkdown(results));
process.stdout.write(`${file}\n`);

if (process.argv.includes("--record")) {
  recordBudgets(Object.fromEntries(results.images.map(({ preset, measured }) => [preset, measured])));
} else {
  const budgets = readBudgets();
  const over = results.images.flatMap(({ preset, measured }) => {
    const budget = budgets[preset];
    return budget ? exceeded(preset, measured, budget) : [`${preset}: no budget recorded`];
  });
  for (const line of over) process.stdout.write(`${line}\n`);
  if (over.length > 0) process.exitCode = 1;
}
