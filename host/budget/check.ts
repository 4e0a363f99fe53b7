/** The budget check: what the built module uses, against the limits, and what it must not contain. */
import { readFile } from "node:fs/promises";
import binaryen from "binaryen";
import { BetaguardError } from "../errors.js";
import { packageFile } from "../root.js";
import { boardMemoryBytes, STATIC_END, stateBytesPerCell } from "../schema/layout.js";
import { callDepth, callGraph } from "./callgraph.js";
import { worstOps } from "./cost.js";
import { findForbidden } from "./forbidden.js";
import { type BudgetLimits, LIMITS } from "./limits.js";
import { readModule, staticData } from "./module.js";

/** What the generated layout knows and the binary does not say. All in bytes. */
export interface MemoryUse {
  stateBytesPerCell: number;
  /** Linear memory a board must provide. */
  usedMemoryBytes: number;
  /** Records begin here: the compiler's own static data must lie below. */
  staticEnd: number;
}

export interface FunctionOps {
  name: string;
  /** Executed on the longest path, callees included, every loop's body once. */
  ops: number;
  /** The same without what callees execute. */
  ownOps: number;
}

export interface BudgetReport {
  ok: boolean;
  /** Size of the binary. */
  wasmBytes: number;
  /** Linear memory the module declares. */
  memoryBytes: number;
  /** Linear memory a board must provide. */
  usedMemoryBytes: number;
  /** Data segments: the compiler's static data. */
  staticBytes: number;
  stateBytesPerCell: number;
  /** Instructions executed per cell and step on the longest path; each counts 1. */
  worstOpsPerCellStep: number;
  /** Instructions executed once per step, besides. */
  fixedOpsPerStep: number;
  /** Functions on the longest chain of calls from any export. */
  callDepth: number;
  /** What the module must not contain, by function and opcode. */
  forbidden: string[];
  /** Limits passed, each with what was found. */
  exceeded: string[];
  /** Most expensive first. */
  functions: FunctionOps[];
}

/**
 * Checks a module against the limits.
 * @param names The source's names of the functions, by index, for the report.
 * @throws E_BUDGET_MODULE when the bytes are no WebAssembly module.
 */
export function checkModule(
  bytes: Uint8Array,
  memory: MemoryUse,
  limits: BudgetLimits = LIMITS,
  names: readonly string[] = [],
): BudgetReport {
  const wasm = readModule(bytes, names);
  try {
    const graph = callGraph(wasm);
    const withCallees = worstOps(wasm);
    const alone = worstOps(wasm, false);
    const entries = wasm.exports.filter(({ kind }) => kind === binaryen.ExternalFunction);
    const step = entries.find(({ name }) => name === "step");
    const stepOps = (step && withCallees.get(step.value)) ?? { fixed: 0, repeated: 0 };
    const data = staticData(wasm);

    const forbidden = findForbidden(wasm, graph, limits);
    if (!step) forbidden.push("no exported function step");

    const exceeded: string[] = [];
    const atMost = (what: string, found: number, limit: number): void => {
      if (found > limit) exceeded.push(`${what}: expected at most ${limit}, found ${found}`);
    };
    atMost("bytes of the binary", bytes.length, limits.wasmBytes);
    atMost("bytes of state per cell", memory.stateBytesPerCell, limits.stateBytesPerCell);
    atMost("instructions per cell and step", stepOps.repeated, limits.opsPerCellStep);
    atMost("end of static data in memory", data.end, memory.staticEnd);
    const memoryBytes = wasm.module.hasMemory() ? wasm.module.getMemoryInfo().initial * 65536 : 0;
    atMost("bytes of memory in use", memory.usedMemoryBytes, memoryBytes);

    return {
      ok: forbidden.length === 0 && exceeded.length === 0,
      wasmBytes: bytes.length,
      memoryBytes,
      usedMemoryBytes: memory.usedMemoryBytes,
      staticBytes: data.bytes,
      stateBytesPerCell: memory.stateBytesPerCell,
      worstOpsPerCellStep: stepOps.repeated,
      fixedOpsPerStep: stepOps.fixed,
      callDepth: Math.max(0, ...entries.map(({ value }) => callDepth(graph, value))),
      forbidden,
      exceeded,
      functions: [...wasm.functions]
        .map(([name, { label }]) => {
          const sum = (ops: ReadonlyMap<string, { fixed: number; repeated: number }>): number => {
            const { fixed, repeated } = ops.get(name) ?? { fixed: 0, repeated: 0 };
            return fixed + repeated;
          };
          return { name: label, ops: sum(withCallees), ownOps: sum(alone) };
        })
        .sort((a, b) => b.ops - a.ops),
    };
  } finally {
    wasm.module.dispose();
  }
}

/**
 * Checks build/betaguard.wasm. Names functions after build/betaguard.wat, which the compiler writes with it.
 * @throws E_BUDGET_MODULE when it is missing or no WebAssembly module.
 */
export async function runBudget(): Promise<BudgetReport> {
  const path = packageFile("build", "betaguard.wasm");
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new BetaguardError(
      "E_BUDGET_MODULE",
      `expected the built module at ${path}, found none; run: npm run build`,
      { cause },
    );
  });
  const text = await readFile(packageFile("build", "betaguard.wat"), "utf8").catch(() => "");
  const names = [...text.matchAll(/^ \((?:import .*\()?func \$([^\s()]+)/gm)].map(
    ([, name]) => name as string,
  );
  const memory = { stateBytesPerCell, usedMemoryBytes: boardMemoryBytes, staticEnd: STATIC_END };
  return checkModule(bytes, memory, LIMITS, names);
}
