/** The built module as binaryen reads it: functions by name, expressions with their children. */
import binaryen from "binaryen";
import { BetaguardError } from "../errors.js";

export interface WasmFunction {
  /** The name the reports use: the export's, else the source's where known, else `function 7` as a disassembler numbers it. */
  readonly label: string;
  readonly info: binaryen.FunctionInfo;
}

export interface WasmModule {
  readonly module: binaryen.Module;
  /** By binaryen's own name, as `call` has it; imported functions have no body (0). */
  readonly functions: ReadonlyMap<string, WasmFunction>;
  readonly exports: readonly binaryen.ExportInfo[];
}

/**
 * @param names The source's name of each function, by index; the release binary has none.
 * @throws E_BUDGET_MODULE when the bytes are no WebAssembly module.
 */
export function readModule(bytes: Uint8Array, names: readonly string[] = []): WasmModule {
  let module: binaryen.Module;
  try {
    module = binaryen.readBinary(bytes);
  } catch (cause) {
    throw new BetaguardError(
      "E_BUDGET_MODULE",
      `expected a WebAssembly module, found ${bytes.length} bytes that are none; run: npm run build`,
      { cause },
    );
  }
  const exports = Array.from({ length: module.getNumExports() }, (_, index) =>
    binaryen.getExportInfo(module.getExportByIndex(index)),
  );
  const exportNames = new Map(
    exports.filter((e) => e.kind === binaryen.ExternalFunction).map((e) => [e.value, e.name]),
  );
  const functions = new Map<string, WasmFunction>();
  for (let index = 0; index < module.getNumFunctions(); index++) {
    const info = binaryen.getFunctionInfo(module.getFunctionByIndex(index));
    const label = exportNames.get(info.name) ?? names[index] ?? `function ${index}`;
    functions.set(info.name, { label, info });
  }
  return { module, functions, exports };
}

/** The opcode as the text format writes it: `f32.add`. */
export function opcode(expression: binaryen.ExpressionRef): string {
  return /^\(?([^\s()]+)/.exec(binaryen.emitText(expression))?.[1] ?? "unknown";
}

/**
 * The operands and bodies of an instruction of WebAssembly 1.0, in the order they are evaluated;
 * undefined for any other instruction.
 */
export function children(expression: binaryen.ExpressionRef): binaryen.ExpressionRef[] | undefined {
  const present = (...refs: binaryen.ExpressionRef[]): binaryen.ExpressionRef[] =>
    refs.filter((ref) => ref !== 0);
  const id = binaryen.getExpressionId(expression);
  // binaryen has no info on nop, unreachable and some later instructions: it throws when asked.
  const info = <T extends binaryen.ExpressionInfo>(): T => binaryen.getExpressionInfo(expression) as T;
  switch (id) {
    case binaryen.NopId:
    case binaryen.UnreachableId:
    case binaryen.ConstId:
    case binaryen.LocalGetId:
    case binaryen.GlobalGetId:
    case binaryen.MemorySizeId:
      return [];
    case binaryen.BlockId:
      return info<binaryen.BlockInfo>().children;
    case binaryen.LoopId:
      return [info<binaryen.LoopInfo>().body];
    case binaryen.IfId: {
      const { condition, ifTrue, ifFalse } = info<binaryen.IfInfo>();
      return present(condition, ifTrue, ifFalse);
    }
    case binaryen.BreakId:
    case binaryen.SwitchId: {
      const { value, condition } = info<binaryen.BreakInfo>();
      return present(value, condition);
    }
    case binaryen.CallId:
      return info<binaryen.CallInfo>().operands;
    case binaryen.LocalSetId:
    case binaryen.GlobalSetId:
    case binaryen.UnaryId:
    case binaryen.DropId:
    case binaryen.ReturnId:
      return present(info<binaryen.ReturnInfo>().value);
    case binaryen.LoadId:
      return [info<binaryen.LoadInfo>().ptr];
    case binaryen.StoreId: {
      const { ptr, value } = info<binaryen.StoreInfo>();
      return [ptr, value];
    }
    case binaryen.BinaryId: {
      const { left, right } = info<binaryen.BinaryInfo>();
      return [left, right];
    }
    case binaryen.SelectId: {
      const { ifTrue, ifFalse, condition } = info<binaryen.SelectInfo>();
      return [ifTrue, ifFalse, condition];
    }
    default:
      return undefined;
  }
}

/** Visits an expression and everything below it, outermost first. */
export function visit(
  expression: binaryen.ExpressionRef,
  visitor: (expression: binaryen.ExpressionRef, insideLoop: boolean) => void,
  insideLoop = false,
): void {
  if (expression === 0) return;
  visitor(expression, insideLoop);
  const below = insideLoop || binaryen.getExpressionId(expression) === binaryen.LoopId;
  for (const child of children(expression) ?? []) visit(child, visitor, below);
}

/** What the data segments put into memory: bytes, the first address above them, and whether any waits for `memory.init`. */
export function staticData({ module }: WasmModule): { bytes: number; end: number; passive: boolean } {
  // binaryen's declarations still name this as an older release did.
  const segments = module as unknown as {
    getNumDataSegments(): number;
    getDataSegmentInfo(segment: binaryen.DataSegmentRef): {
      offset: number;
      data: ArrayBuffer;
      passive: boolean;
    };
  };
  const use = { bytes: 0, end: 0, passive: false };
  for (let index = 0; index < segments.getNumDataSegments(); index++) {
    const { offset, data, passive } = segments.getDataSegmentInfo(module.getDataSegmentByIndex(index));
    use.bytes += data.byteLength;
    use.end = Math.max(use.end, offset + data.byteLength);
    use.passive ||= passive;
  }
  return use;
}
