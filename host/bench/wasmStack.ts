/**
 * A bound of wasm3's own stack, which holds arguments, locals, constants and operands of the functions that are running
 * in slots of 4 bytes. It traps past its end; this says that no step gets there.
 */
import binaryen from "binaryen";
import { callGraph } from "../budget/callgraph.js";
import { children, visit, type WasmModule } from "../budget/module.js";

const SLOT_B = 4;
/** An argument or a result has the room of an i64, whatever its type. */
const SIGNATURE_SLOTS = 2;
/** To swap two values. */
const SCRATCH_SLOTS = 1;

/** Operands on the stack while an expression is evaluated, its result included. */
function operands(expression: binaryen.ExpressionRef): number {
  const below = children(expression) ?? [];
  return Math.max(1, ...below.map((child, index) => index + operands(child)));
}

function slots(info: binaryen.FunctionInfo): number {
  const constants = new Set<string>();
  visit(info.body, (expression) => {
    if (binaryen.getExpressionId(expression) === binaryen.ConstId) {
      const { value } = binaryen.getExpressionInfo(expression) as binaryen.ConstInfo;
      constants.add(`${binaryen.getExpressionType(expression)} ${Object.is(value, -0) ? "-0" : value}`);
    }
  });
  const signature = binaryen.expandType(info.params).length + binaryen.expandType(info.results).length;
  return (
    SIGNATURE_SLOTS * signature + info.vars.length + constants.size + operands(info.body) + SCRATCH_SLOTS
  );
}

/** Bytes on the deepest chain of calls from any export. */
export function wasmStackBound(wasm: WasmModule): number {
  const { functions, exports } = wasm;
  const graph = callGraph(wasm);
  const deepest = (name: string): number => {
    const own = functions.get(name);
    if (!own) return 0;
    return slots(own.info) + Math.max(0, ...[...(graph.get(name)?.callees ?? [])].map(deepest));
  };
  return SLOT_B * Math.max(...exports.map(({ value }) => deepest(value)));
}
