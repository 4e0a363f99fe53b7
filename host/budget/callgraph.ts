/** Who calls whom, who loops, and how deep calls nest. */
import binaryen from "binaryen";
import { visit, type WasmModule } from "./module.js";

interface Node {
  readonly callees: ReadonlySet<string>;
  /** Callees called from inside a loop. */
  readonly calleesInLoops: ReadonlySet<string>;
  readonly loops: number;
  readonly hasNestedLoops: boolean;
}

/** By binaryen's function names. */
export type CallGraph = ReadonlyMap<string, Node>;

export function callGraph({ functions }: WasmModule): CallGraph {
  const graph = new Map<string, Node>();
  for (const [name, { info }] of functions) {
    const callees = new Set<string>();
    const calleesInLoops = new Set<string>();
    let loops = 0;
    let hasNestedLoops = false;
    visit(info.body, (expression, insideLoop) => {
      const id = binaryen.getExpressionId(expression);
      if (id === binaryen.LoopId) {
        loops++;
        hasNestedLoops ||= insideLoop;
      } else if (id === binaryen.CallId) {
        const { target } = binaryen.getExpressionInfo(expression) as binaryen.CallInfo;
        callees.add(target);
        if (insideLoop) calleesInLoops.add(target);
      }
    });
    graph.set(name, { callees, calleesInLoops, loops, hasNestedLoops });
  }
  return graph;
}

/** The function and all it calls, directly or not. */
export function reachable(graph: CallGraph, from: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(from)) return found;
  found.add(from);
  for (const callee of graph.get(from)?.callees ?? []) reachable(graph, callee, found);
  return found;
}

/** Functions that can call themselves, through others or not. */
export function recursive(graph: CallGraph): string[] {
  return [...graph].flatMap(([name, { callees }]) =>
    [...callees].some((callee) => reachable(graph, callee).has(name)) ? [name] : [],
  );
}

/** Functions on the longest chain of calls from `from`, itself included and none of them twice. */
export function callDepth(graph: CallGraph, from: string, chain: readonly string[] = []): number {
  if (chain.includes(from)) return 0;
  const below = [...(graph.get(from)?.callees ?? [])].map((callee) =>
    callDepth(graph, callee, [...chain, from]),
  );
  return 1 + Math.max(0, ...below);
}
