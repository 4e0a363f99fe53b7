/** Functions of an image as its disassembly shows them: frames, calls, and calls through a pointer. */
import { execFileSync } from "node:child_process";
import { BetaguardError } from "../errors.js";
import type { Port } from "./images.js";

export interface MachineFunction {
  /** Bytes it takes from the stack on any path: all it pushes, added up. */
  readonly frame_B: number;
  /** Functions it calls or jumps to by name. */
  readonly callees: ReadonlySet<string>;
  /** It calls through a pointer and comes back: a jump through one is none of these. */
  readonly callsPointers: boolean;
}

const OBJDUMP = { stm32f405: "arm-none-eabi-objdump", rv32imc: "riscv64-unknown-elf-objdump" } as const;

const HEAD = /^[0-9a-f]+ <([^>]+)>:$/;
const CALL = /\t(?:bl|b|b\.w|b\.n|cbn?z|jal|j|tail)\t.*<([^>+]+)>$/;
const POINTER_CALL = /\t(?:blx|jalr)\t/;
/** `push {r4-r6, lr}`, `stmdb sp!, {…}`, `vpush {d8}`. */
const PUSH = /\t(v?)(?:push|stmdb|stmfd|pushd?)(?:\.w)?\t(?:sp!, )?\{([^}]*)\}/;
const SUBTRACT = /\t(?:subw?|sub\.w)\tsp, (?:sp, )?#(\d+)/;
/** `str.w lr, [sp, #-8]!` and `strd`. */
const STORE_BELOW = /\[sp, #-(\d+)\]!/;
const RISCV_ADD = /\taddi?\tsp,sp,-(\d+)/;

function registers(list: string): number {
  return list.split(",").reduce((count, part) => {
    const [from, to] = part.trim().split("-");
    return count + (to ? Number(to.slice(1)) - Number(from?.slice(1)) + 1 : 1);
  }, 0);
}

function pushed_B(line: string): number {
  const push = PUSH.exec(line);
  if (push) return registers(push[2] as string) * (push[1] ? 8 : 4);
  const [, bytes] = SUBTRACT.exec(line) ?? STORE_BELOW.exec(line) ?? RISCV_ADD.exec(line) ?? [];
  return Number(bytes ?? 0);
}

/** @throws E_BENCH_TOOL without the port's binutils. */
export function disassemble(port: Port, path: string): ReadonlyMap<string, MachineFunction> {
  let text: string;
  try {
    const options = { encoding: "utf8", maxBuffer: 1 << 28 } as const;
    text = execFileSync(OBJDUMP[port], ["-d", "--no-show-raw-insn", path], options);
  } catch (cause) {
    throw new BetaguardError(
      "E_BENCH_TOOL",
      `expected ${OBJDUMP[port]} to read ${path}: ${(cause as Error).message}; it comes with the compiler npm run boards needs`,
      { cause },
    );
  }
  return functionsOf(text);
}

/** What `disassemble` makes of objdump's text. */
export function functionsOf(text: string): ReadonlyMap<string, MachineFunction> {
  const functions = new Map<string, MachineFunction>();
  let name: string | undefined;
  let frame_B = 0;
  let callees = new Set<string>();
  let callsPointers = false;
  const finish = () => {
    if (name !== undefined) functions.set(name, { frame_B, callees, callsPointers });
  };
  for (const line of text.split("\n")) {
    const head = HEAD.exec(line);
    if (head) {
      finish();
      [name, frame_B, callees, callsPointers] = [head[1], 0, new Set(), false];
      continue;
    }
    frame_B += pushed_B(line);
    callsPointers ||= POINTER_CALL.test(line);
    const callee = CALL.exec(line)?.[1];
    if (callee !== undefined && callee !== name) callees.add(callee);
  }
  finish();
  return functions;
}
