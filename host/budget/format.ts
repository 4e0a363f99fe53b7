import type { BudgetReport } from "./check.js";
import { LIMITS } from "./limits.js";

/** The report for a terminal; `verbose` adds a line per function. */
export function formatBudget(report: BudgetReport, { verbose = false } = {}): string {
  const rows: [string, string][] = [
    ["binary", `${report.wasmBytes} of ${LIMITS.wasmBytes} bytes, ${report.staticBytes} of them static data`],
    ["memory", `${report.usedMemoryBytes} of ${report.memoryBytes} bytes in use`],
    ["state per cell", `${report.stateBytesPerCell} of ${LIMITS.stateBytesPerCell} bytes`],
    [
      "step",
      `${report.worstOpsPerCellStep} of ${LIMITS.opsPerCellStep} instructions per cell, and ${report.fixedOpsPerStep} once`,
    ],
    ["call depth", `${report.callDepth}`],
  ];
  const lines = rows.map(([what, found]) => `${what.padEnd(16)}${found}`);
  if (verbose) {
    lines.push("", "instructions    own  function");
    for (const { name, ops, ownOps } of report.functions) {
      lines.push(`${String(ops).padStart(12)}${String(ownOps).padStart(7)}  ${name}`);
    }
    lines.push("");
  }
  for (const problem of report.forbidden) lines.push(`forbidden       ${problem}`);
  for (const problem of report.exceeded) lines.push(`exceeded        ${problem}`);
  lines.push(report.ok ? "within budget" : "NOT within budget");
  return `${lines.join("\n")}\n`;
}
