/**
 * Executed instructions on the longest path. Every instruction counts 1, whatever it does; `block`, `loop` and `end`
 * only mark places and count 0; a call counts 1 and what its callee executes. Both arms of an `if`, every target of
 * a `br_table` and every early exit is a path of its own, so cases of a switch do not add up.
 *
 * No path is ruled out because its conditions contradict each other: the result is a bound, not a measurement.
 */
import binaryen from "binaryen";
import { children, type WasmModule } from "./module.js";

export interface Ops {
  /** Executed once. */
  readonly fixed: number;
  /** Executed on every repetition of a loop, summed over loops that follow each other. */
  readonly repeated: number;
}

const NOTHING: Ops = { fixed: 0, repeated: 0 };
const ONE: Ops = { fixed: 1, repeated: 0 };

const add = (a: Ops, b: Ops): Ops => ({ fixed: a.fixed + b.fixed, repeated: a.repeated + b.repeated });
/** Of two alternatives the larger of either number, which bounds both. */
const larger = (a: Ops | undefined, b: Ops): Ops =>
  a ? { fixed: Math.max(a.fixed, b.fixed), repeated: Math.max(a.repeated, b.repeated) } : b;

/** Where control can go from an expression: to its end, to a label, or out of the function. */
type Exits = Map<string | typeof END | typeof LEAVE, Ops>;
const END = Symbol("end");
const LEAVE = Symbol("return or trap");

function merge(into: Exits, from: Exits, before: Ops = NOTHING): void {
  for (const [target, ops] of from) into.set(target, larger(into.get(target), add(before, ops)));
}

/** One after the other. */
function sequence(parts: readonly Exits[]): Exits {
  const all: Exits = new Map([[END, NOTHING]]);
  for (const part of parts) {
    const before = all.get(END);
    if (!before) break;
    all.delete(END);
    merge(all, part, before);
  }
  return all;
}

/** Branches to `label` arrive at the end. */
function close(exits: Exits, label: string): Exits {
  const arriving = exits.get(label);
  exits.delete(label);
  if (arriving) exits.set(END, larger(exits.get(END), arriving));
  return exits;
}

/** Per function of the module, by binaryen's names, what a call of it executes; `withCallees: false` leaves out what it calls. */
export function worstOps({ functions }: WasmModule, withCallees = true): ReadonlyMap<string, Ops> {
  const known = new Map<string, Ops>();

  function ofFunction(name: string): Ops {
    const found = known.get(name);
    if (found) return found;
    // Also ends recursion, which the check reports as forbidden.
    known.set(name, NOTHING);
    const body = functions.get(name)?.info.body;
    const ops = body ? [...exitsOf(body).values()].reduce(larger, NOTHING) : NOTHING;
    known.set(name, ops);
    return ops;
  }

  const jump = (targets: readonly string[]): Exits => new Map(targets.map((target) => [target, ONE]));

  function exitsOf(expression: binaryen.ExpressionRef): Exits {
    const info = <T extends binaryen.ExpressionInfo>(): T => binaryen.getExpressionInfo(expression) as T;
    const below = children(expression) ?? [];
    switch (binaryen.getExpressionId(expression)) {
      case binaryen.BlockId:
        return close(sequence(below.map(exitsOf)), info<binaryen.BlockInfo>().name);
      case binaryen.IfId: {
        const [condition, ...arms] = below.map(exitsOf) as [Exits, ...Exits[]];
        const either: Exits = new Map();
        for (const arm of arms) merge(either, arm, ONE);
        if (arms.length === 1) merge(either, new Map([[END, ONE]]));
        return sequence([condition, either]);
      }
      case binaryen.LoopId: {
        const { name, body } = info<binaryen.LoopInfo>();
        const exits = exitsOf(body);
        const again = exits.get(name);
        exits.delete(name);
        if (!again) return exits;
        const repeated = again.fixed + again.repeated;
        // A loop without a way out still costs its passes.
        if (exits.size === 0) exits.set(LEAVE, NOTHING);
        // The last pass, which leaves the loop, comes on top of the repetitions.
        return new Map([...exits].map(([target, last]) => [target, add(last, { fixed: 0, repeated })]));
      }
      case binaryen.BreakId: {
        const { name, condition } = info<binaryen.BreakInfo>();
        const exits = jump([name]);
        if (condition) exits.set(END, ONE);
        return sequence([...below.map(exitsOf), exits]);
      }
      case binaryen.SwitchId: {
        const { names, defaultName } = info<binaryen.SwitchInfo>();
        return sequence([...below.map(exitsOf), jump(defaultName ? [...names, defaultName] : names)]);
      }
      case binaryen.ReturnId:
      case binaryen.UnreachableId:
        return sequence([...below.map(exitsOf), new Map([[LEAVE, ONE]])]);
      case binaryen.CallId: {
        const callee = withCallees ? ofFunction(info<binaryen.CallInfo>().target) : NOTHING;
        return sequence([...below.map(exitsOf), new Map([[END, add(ONE, callee)]])]);
      }
      default:
        return sequence([...below.map(exitsOf), new Map([[END, ONE]])]);
    }
  }

  for (const name of functions.keys()) ofFunction(name);
  return known;
}
