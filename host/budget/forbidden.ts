/** What the firmware module must not contain, each find named by function and opcode. */
import binaryen from "binaryen";
import { type CallGraph, reachable, recursive } from "./callgraph.js";
import type { BudgetLimits } from "./limits.js";
import { children, opcode, staticData, visit, type WasmModule } from "./module.js";

const ALLOWED_TYPES: ReadonlySet<binaryen.Type> = new Set([
  binaryen.none,
  binaryen.unreachable,
  binaryen.i32,
  binaryen.f32,
]);

const TYPE_NAMES = new Map([
  [binaryen.i64, "i64"],
  [binaryen.f64, "f64"],
  [binaryen.v128, "v128"],
]);

/** Unary instructions on i32 and f32 that came after WebAssembly 1.0; others are told by their kind or their types. */
const LATER_UNARY: ReadonlySet<binaryen.Operations> = new Set([
  binaryen.ExtendS8Int32,
  binaryen.ExtendS16Int32,
  binaryen.TruncSatSFloat32ToInt32,
  binaryen.TruncSatUFloat32ToInt32,
]);

const isForbiddenType = (type: binaryen.Type): boolean =>
  binaryen.expandType(type).some((part) => !ALLOWED_TYPES.has(part));
const typeName = (type: binaryen.Type): string => TYPE_NAMES.get(type) ?? "reference";
const forbiddenTypes = (type: binaryen.Type): string[] =>
  binaryen
    .expandType(type)
    .filter((part) => !ALLOWED_TYPES.has(part))
    .map(typeName);

function isForbidden(expression: binaryen.ExpressionRef): boolean {
  const operands = children(expression);
  if (!operands || isForbiddenType(binaryen.getExpressionType(expression))) return true;
  const takesForbiddenType = (): boolean =>
    operands.some((operand) => isForbiddenType(binaryen.getExpressionType(operand)));
  const id = binaryen.getExpressionId(expression);
  if (id === binaryen.BinaryId) return takesForbiddenType();
  if (id === binaryen.UnaryId) {
    const { op } = binaryen.getExpressionInfo(expression) as binaryen.UnaryInfo;
    return LATER_UNARY.has(op) || takesForbiddenType();
  }
  if (id === binaryen.LoadId || id === binaryen.StoreId) {
    const { isAtomic } = binaryen.getExpressionInfo(expression) as binaryen.LoadInfo | binaryen.StoreInfo;
    return isAtomic || takesForbiddenType();
  }
  return id === binaryen.CallId && (binaryen.getExpressionInfo(expression) as binaryen.CallInfo).isReturn;
}

function inFunctions({ functions }: WasmModule): string[] {
  return [...functions.values()].flatMap(({ label, info }) => {
    const found = [
      ...forbiddenTypes(info.params).map((type) => `${type} parameter`),
      ...forbiddenTypes(info.results).map((type) => `${type} result`),
      ...info.vars.flatMap((type) => forbiddenTypes(type).map((name) => `${name} local`)),
    ];
    visit(info.body, (expression) => {
      if (isForbidden(expression)) found.push(opcode(expression));
    });
    return [...new Set(found)].map((what) => `${label}: ${what}`);
  });
}

/** Tables, memories, segments, globals, imports, exports, start. */
function inModule(wasm: WasmModule, allowedImports: readonly string[]): string[] {
  const { module, exports, functions } = wasm;
  const found: string[] = [];
  // binaryen's API lists imports by kind and only one memory; its text has one line for each.
  const text = module.emitText();
  for (const [, rest] of text.matchAll(/^ \(import (.*)$/gm)) {
    const [, from, name] = /^"((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)"/.exec(rest as string) ?? [];
    if (!allowedImports.includes(`${from}.${name}`)) found.push(`import ${from}.${name}`);
  }
  const memories = [...text.matchAll(/^ \((?:import .*\()?memory \$/gm)].length;
  if (memories > 1) found.push(`${memories} memories`);
  if (module.getNumTables() > 0) found.push("table");
  if (module.getNumElementSegments() > 0) found.push("element segment");
  if (staticData(wasm).passive) found.push("passive data segment");
  const start = module.getStart();
  if (start) {
    const { name } = binaryen.getFunctionInfo(start);
    found.push(`start function ${functions.get(name)?.label ?? name}`);
  }
  for (let index = 0; index < module.getNumGlobals(); index++) {
    const { name, type, mutable } = binaryen.getGlobalInfo(module.getGlobalByIndex(index));
    for (const type_ of forbiddenTypes(type)) found.push(`global ${name}: ${type_}`);
    const exported = exports.find((e) => e.kind === binaryen.ExternalGlobal && e.value === name);
    if (mutable && exported) found.push(`mutable exported global ${exported.name}`);
  }
  return found;
}

/** Loops and recursion: what has no declared bound. */
function unbounded({ functions, exports }: WasmModule, graph: CallGraph, limits: BudgetLimits): string[] {
  const label = (name: string): string => functions.get(name)?.label ?? name;
  const found = recursive(graph).map((name) => `${label(name)}: recursion`);
  const loops = (names: Iterable<string>): number =>
    [...names].reduce((sum, name) => sum + (graph.get(name)?.loops ?? 0), 0);

  for (const { name, value, kind } of exports) {
    if (kind !== binaryen.ExternalFunction || name in limits.loops) continue;
    const names = reachable(graph, value);
    if (name !== "step") {
      if (loops(names) > 0) found.push(`${name}: loop without a declared bound`);
      continue;
    }
    if (loops(names) > limits.cellLoops) {
      found.push(`step: ${loops(names)} loops, expected at most ${limits.cellLoops}, each over the cells`);
    }
    for (const reached of names) {
      const node = graph.get(reached);
      if (node?.hasNestedLoops) found.push(`${label(reached)}: loop inside a loop over the cells`);
      for (const callee of node?.calleesInLoops ?? []) {
        if (loops(reachable(graph, callee)) > 0) {
          found.push(
            `${label(callee)}: loop in a function called from a loop over the cells in ${label(reached)}`,
          );
        }
      }
    }
  }
  return found;
}

/** Every violation, or an empty list. */
export function findForbidden(wasm: WasmModule, graph: CallGraph, limits: BudgetLimits): string[] {
  const found = [...inFunctions(wasm), ...inModule(wasm, limits.imports), ...unbounded(wasm, graph, limits)];
  if (found.length > 0) return found;
  // What none of the above names: binaryen's validator says on stderr which instruction it was.
  wasm.module.setFeatures(binaryen.Features.MVP);
  return wasm.module.validate() ? [] : ["module: not valid WebAssembly 1.0"];
}
