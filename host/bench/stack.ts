/**
 * A bound of the native stack, worked out from the image's machine code and the module: no run can prove that the
 * deepest path was taken, a sum over all paths can.
 *
 * An operation of wasm3 ends in a jump to the next, so that straight-line code takes no stack. Only these call the next
 * one and wait: a call of a function, and a loop, of which each pass is one call.
 */
import { type CallGraph, callGraph } from "../budget/callgraph.js";
import { worstOps } from "../budget/cost.js";
import type { WasmModule } from "../budget/module.js";
import { BetaguardError } from "../errors.js";
import type { MachineFunction } from "./disassembly.js";
import type { Port } from "./images.js";

type Functions = ReadonlyMap<string, MachineFunction>;

const CALL = "op_Call";
const LOOP = "op_Loop";
const NESTING: ReadonlySet<string> = new Set([CALL, LOOP, "op_CallIndirect", "op_CallRawFunction"]);
/** Belong to imports, indirect calls and growing memory, which `betaguard budget` proves absent, or to functions not yet compiled. */
const NEVER_RUN: ReadonlySet<string> = new Set([
  "op_CallIndirect",
  "op_CallRawFunction",
  "op_Compile",
  "op_MemGrow",
]);

/** What functions of the runner call through pointers. */
const POINTED: Readonly<Record<string, readonly string[]>> = { cobs_send: ["port_link_write"] };

/** What an interrupt adds: the frame the processor pushes (26 words with an FPU), what is pushed for the handler, and the handler's own. */
const INTERRUPT_B: Record<Port, (functions: Functions) => number> = {
  stm32f405: (functions) =>
    104 +
    Math.max(
      ...[
        ["systick_vector", "SysTick_Handler"],
        ["usart1_vector", "USART1_Handler"],
      ].map((chain) => chain.reduce((sum, name) => sum + frame(functions, name), 0)),
    ),
  // Its only interrupt is the watchdog's, which takes the stack from the top and resets.
  rv32imc: () => 0,
};

export interface StackBound {
  /** From main() to the first operation. */
  readonly runner_B: number;
  /** Below it: operations that nest, and the deepest one that does not. */
  readonly interpreter_B: number;
  readonly interrupt_B: number;
  readonly total_B: number;
}

const frame = (functions: Functions, name: string): number => functions.get(name)?.frame_B ?? 0;

/**
 * Of the steps an interpreting image makes. What it takes to read and compile the module at the start depends on nothing
 * but the module, so that its high-water mark, measured, is exact.
 * @throws E_BENCH_TAILCALLS when operations that should jump do not, E_BENCH_STACK when the image is not as expected.
 */
export function interpreterBound(port: Port, functions: Functions, wasm: WasmModule): StackBound {
  const untailed = [...functions].filter(
    ([name, { callsPointers }]) => name.startsWith("op_") && callsPointers && !NESTING.has(name),
  );
  if (untailed.length > 0) {
    throw new BetaguardError(
      "E_BENCH_TAILCALLS",
      `expected wasm3's operations to end in jumps, found calls in ${untailed.length} of them, ${untailed[0]?.[0]} among them; build with -O2 -foptimize-sibling-calls`,
    );
  }
  for (const name of [CALL, LOOP, "m3_Call", "executor_call"]) {
    if (!functions.has(name))
      throw new BetaguardError(
        "E_BENCH_STACK",
        `expected the image to contain ${name}, found no such function; build it with npm run boards`,
      );
  }
  const runner_B = longestTo(functions, "main", "m3_Call");
  const leaf_B = Math.max(
    ...[...functions.keys()]
      .filter((name) => name.startsWith("op_") && !NEVER_RUN.has(name) && !NESTING.has(name))
      .map((name) => deepest(functions, name)),
  );
  const graph = callGraph(wasm);
  const costs = {
    // While it waits for its callee nothing else of the operation's own calls is on the stack.
    call_B: frame(functions, CALL),
    loop_B: frame(functions, LOOP),
    leaf_B,
  };
  const interpreter_B = Math.max(
    ...wasm.exports.filter(({ value }) => graph.has(value)).map(({ value }) => nesting(graph, value, costs)),
  );
  const interrupt_B = INTERRUPT_B[port](functions);
  return { runner_B, interpreter_B, interrupt_B, total_B: runner_B + interpreter_B + interrupt_B };
}

interface Costs {
  readonly call_B: number;
  readonly loop_B: number;
  readonly leaf_B: number;
}

/** Native stack below a function of the module, itself included. */
export function nesting(graph: CallGraph, name: string, costs: Costs): number {
  const node = graph.get(name);
  if (!node) return 0;
  // How deep loops nest is known only as: not at all. Otherwise each could be in the other.
  const loops_B = costs.loop_B * (node.hasNestedLoops ? node.loops : Math.min(1, node.loops));
  const below = [...node.callees].map(
    (callee) =>
      (node.calleesInLoops.has(callee) ? loops_B : 0) + costs.call_B + nesting(graph, callee, costs),
  );
  return Math.max(loops_B + costs.leaf_B, ...below);
}

/** Deepest stack of a function and all it calls. */
function deepest(functions: Functions, name: string, chain: readonly string[] = []): number {
  if (chain.includes(name)) return 0;
  const callees = [...(functions.get(name)?.callees ?? []), ...(POINTED[name] ?? [])];
  const below = callees.map((callee) => deepest(functions, callee, [...chain, name]));
  return frame(functions, name) + Math.max(0, ...below);
}

/** Deepest stack on a path from one function to another, both included. */
function longestTo(functions: Functions, from: string, to: string): number {
  const known = new Map<string, number | undefined>();
  const visit = (name: string): number | undefined => {
    if (name === to) return frame(functions, name);
    if (known.has(name)) return known.get(name);
    known.set(name, undefined);
    const below = [...(functions.get(name)?.callees ?? [])].flatMap((callee) => visit(callee) ?? []);
    const depth = below.length === 0 ? undefined : frame(functions, name) + Math.max(...below);
    known.set(name, depth);
    return depth;
  };
  const depth = visit(from);
  if (depth === undefined)
    throw new BetaguardError(
      "E_BENCH_STACK",
      `expected a path of calls from ${from} to ${to}, found none; build it with npm run boards`,
    );
  return depth;
}

/**
 * Longest chain of operations that nest where no call can become a jump (windowed Xtensa): all that a call of an export
 * executes between two returns. A loop's pass returns, so its body counts once; so does a function called.
 * An instruction makes at most two operations: its own, and one that saves the register it needs.
 */
export function straightLineOperations(wasm: WasmModule): number {
  const own = worstOps(wasm, false);
  const graph = callGraph(wasm);
  const chain = (name: string): number => {
    const { fixed, repeated } = own.get(name) ?? { fixed: 0, repeated: 0 };
    return fixed + repeated + Math.max(0, ...[...(graph.get(name)?.callees ?? [])].map(chain));
  };
  return (
    2 * Math.max(...wasm.exports.filter(({ value }) => graph.has(value)).map(({ value }) => chain(value)))
  );
}

/**
 * Deepest stack of an image that interprets nothing: the module's functions are called by name like all others.
 * @throws E_BENCH_STACK when a function calls through a pointer and it is not known what.
 */
export function nativeBound(port: Port, functions: Functions): StackBound {
  const unknown = [...functions].find(([name, { callsPointers }]) => callsPointers && !POINTED[name]);
  if (unknown)
    throw new BetaguardError(
      "E_BENCH_STACK",
      `expected calls through pointers only in ${Object.keys(POINTED).join(", ")}, found one in ${unknown[0]}; add what it calls to POINTED in host/bench/stack.ts`,
    );
  const runner_B = deepest(functions, "main");
  const interrupt_B = INTERRUPT_B[port](functions);
  return { runner_B, interpreter_B: 0, interrupt_B, total_B: runner_B + interrupt_B };
}
