/** What the images take, measured in QEMU against their recorded budgets and what the boards have. */
import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { exceeded, readBudgets } from "../../host/bench/budgets.js";
import { functionsOf } from "../../host/bench/disassembly.js";
import { imageSizes } from "../../host/bench/elf.js";
import { images } from "../../host/bench/images.js";
import { gains, gather, type Results } from "../../host/bench/results.js";
import { interpreterBound, nesting, straightLineOperations } from "../../host/bench/stack.js";
import { wasmStackBound } from "../../host/bench/wasmStack.js";
import { callGraph } from "../../host/budget/callgraph.js";
import { readModule } from "../../host/budget/module.js";
import { packageFile } from "../../host/root.js";
import { assemble } from "../budget/wat.js";

const KiB = 1024;

function notBuilt(): boolean {
  const missing = images.filter(({ path }) => !existsSync(path)).map(({ preset }) => preset);
  if (missing.length === 0) return false;
  if (process.env.CI) throw new Error(`expected the firmware of ${missing.join(", ")}: npm run boards`);
  process.stderr.write(`skipped: no firmware of ${missing.join(", ")}; npm run boards\n`);
  return true;
}

describe.skipIf(notBuilt())("budgets of the boards", () => {
  let results: Promise<Results> | undefined;
  /** Measured once, by whichever test is first. */
  const measured = async () => {
    results ??= gather();
    return await results;
  };

  test("nothing grew past its budget", { timeout: 240_000 }, async () => {
    const budgets = readBudgets();
    const over = (await measured()).images.flatMap(({ preset, measured: found }) => {
      const budget = budgets[preset];
      return budget ? exceeded(preset, found, budget) : [`${preset}: no budget recorded`];
    });
    expect(over).toEqual([]);
  });

  test("24 interpreted cells fit an STM32F405", { timeout: 240_000 }, async () => {
    const { images: all } = await measured();
    const found = all.find(({ preset }) => preset === "stm32f405")?.measured;
    expect(found?.instructionsPerCell).toBeLessThanOrEqual(25_000);
    expect(found?.instructionsLongestStep).toBeLessThanOrEqual(600_000);
    expect(found?.ram_B).toBeLessThanOrEqual(96 * KiB);
    expect(found?.flash_B).toBeLessThanOrEqual(256 * KiB);
  });

  test("each mode is faster than the one before it", { timeout: 240_000 }, async () => {
    const { float, ahead } = gains((await measured()).images, "stm32f405");
    expect(float).toBeGreaterThanOrEqual(3);
    expect(ahead).toBeGreaterThanOrEqual(5);
  });

  test("the stacks hold what was measured and what was worked out", { timeout: 240_000 }, async () => {
    const { images: all, wasmStack_B } = await measured();
    for (const { preset, measured: found, stack } of all) {
      expect(found.stackUsed_B, preset).toBeLessThanOrEqual(found.stackSize_B);
      expect(stack.total_B, preset).toBeLessThanOrEqual(found.stackSize_B);
    }
    // These compile nothing at the start, so that what a run touched must be within the bound.
    for (const { preset, mode, measured: found, stack } of all)
      if (mode.suffix === "-aot") expect(found.stackUsed_B, preset).toBeLessThanOrEqual(stack.total_B);
    expect(wasmStack_B).toBeLessThanOrEqual(2048);
  });
});

describe("native stack", () => {
  const LISTING = `
08000000 <main>:
 8000000:	push	{r4-r6, lr}
 8000002:	sub	sp, #24
 8000004:	bl	8000010 <executor_call>

08000010 <executor_call>:
 8000010:	stmdb	sp!, {r7, r8, lr}
 8000014:	b.w	8000020 <m3_Call>

08000020 <m3_Call>:
 8000020:	vpush	{d8-d9}
 8000024:	blx	r3

08000030 <op_Call>:
 8000030:	push	{r4, lr}
 8000032:	blx	r3
 8000034:	bx	r3

08000040 <op_Loop>:
 8000040:	str.w	lr, [sp, #-8]!
 8000044:	blx	r5

08000050 <op_Plain>:
 8000050:	push	{r7}
 8000052:	bl	8000060 <memcpy>
 8000054:	beq.n	8000056 <op_Plain+0x6>
 8000056:	bx	ip

08000060 <memcpy>:
 8000060:	subw	sp, sp, #100	@ 0x64
 8000064:	bx	lr
`;
  const MODULE = `(module
    (func $leaf (param f32) (result f32) (f32.sqrt (local.get 0)))
    (func $middle (param f32) (result f32) (loop (drop (call $leaf (local.get 0)))) (call $leaf (local.get 0)))
    (func (export "step") (result f32) (call $middle (f32.const 2))))`;

  test("frames and calls are read from the disassembly", () => {
    const functions = functionsOf(LISTING);
    expect(functions.get("main")).toEqual({
      frame_B: 40,
      callees: new Set(["executor_call"]),
      callsPointers: false,
    });
    expect(functions.get("m3_Call")).toMatchObject({ frame_B: 16, callsPointers: true });
    expect(functions.get("op_Loop")?.frame_B).toBe(8);
    expect([...(functions.get("op_Plain")?.callees ?? [])]).toEqual(["memcpy"]);
    expect(functions.get("memcpy")?.frame_B).toBe(100);
  });

  test("RISC-V too", () => {
    const functions = functionsOf(`
80000000 <f>:
80000000:	add	sp,sp,-48
80000004:	jal	80000010 <g>
80000008:	jalr	a5

80000010 <g>:
80000010:	jr	a6
`);
    expect(functions.get("f")).toEqual({ frame_B: 48, callees: new Set(["g"]), callsPointers: true });
    expect(functions.get("g")).toEqual({ frame_B: 0, callees: new Set(), callsPointers: false });
  });

  test("a step's deepest chain: calls and loops nest, other operations do not", () => {
    const wasm = readModule(assemble(MODULE));
    const bound = interpreterBound("stm32f405", functionsOf(LISTING), wasm);
    // main 40, executor_call 12, m3_Call 16
    expect(bound.runner_B).toBe(68);
    // Call of $middle 8, its loop 8, call of $leaf in it 8, there op_Plain 4 and memcpy 100.
    expect(bound.interpreter_B).toBe(8 + 8 + 8 + 104);
    const graph = callGraph(wasm);
    const step = wasm.exports[0]?.value as string;
    expect(nesting(graph, step, { call_B: 0, loop_B: 1000, leaf_B: 1 })).toBe(1001);
    // get, sqrt; loop: get, call, drop; get, call; const, call: each at most twice.
    expect(straightLineOperations(wasm)).toBeGreaterThanOrEqual(2 * 8);
    expect(wasmStackBound(wasm)).toBeGreaterThanOrEqual(4 * 3 * 4);
    wasm.module.dispose();
  });

  test("operations that do not jump are refused", () => {
    const wasm = readModule(assemble(MODULE));
    const nested = functionsOf(LISTING.replace("8000056:	bx	ip", "8000056:	blx	ip"));
    expect(() => interpreterBound("stm32f405", nested, wasm)).toThrow(/jumps, found calls in 1.*op_Plain/);
    wasm.module.dispose();
  });

  test("an image that is none is refused", () => {
    expect(() => imageSizes(packageFile("package.json"))).toThrow(/expected a 32-bit.*ELF/);
    expect(() => imageSizes(packageFile("no.elf"))).toThrow(/npm run boards/);
  });
});
