import { describe, expect, it } from "vitest";
import { type BudgetReport, checkModule } from "../../host/budget/check.js";
import { assemble } from "./wat.js";

const check = (text: string): BudgetReport =>
  checkModule(assemble(text), { stateBytesPerCell: 0, usedMemoryBytes: 0, staticEnd: 0 });

/** Instructions of `step` with this body, once per step and per cell. */
function opsOf(body: string, rest = ""): { fixed: number; perCell: number } {
  const report = check(
    `(module ${rest} (func (export "step") (param $n i32) (result i32) (local $i i32) ${body}))`,
  );
  expect(report.forbidden).toEqual([]);
  return { fixed: report.fixedOpsPerStep, perCell: report.worstOpsPerCellStep };
}

const SHORT = "(i32.add (local.get $n) (i32.const 1))"; // 3
const LONG = "(i32.mul (i32.add (local.get $n) (i32.const 1)) (i32.const 3))"; // 5
/** while (i < n) { body; i++ }: 3 + 1 to enter a pass, 5 to count and jump back; 4 for the last look. */
const loopOverCells = (body: string): string => `
  (loop $cells
    (if (i32.lt_u (local.get $i) (local.get $n))
      (then ${body}
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $cells))))`;
const PER_PASS = 9;
const LAST_LOOK = 4;

describe("instructions on the longest path, counted by hand", () => {
  it.each([
    ["straight line", SHORT, 3],
    ["nop, drop and return count", `(nop) (drop ${SHORT}) (return (i32.const 0))`, 7],
    ["tee is one instruction", "(local.tee $i (i32.const 1))", 2],
    ["select executes both operands", `(select ${SHORT} ${LONG} (local.get $n))`, 10],
    ["blocks are free", `(block (result i32) (block (result i32) ${SHORT}))`, 3],
    ["if takes the longer arm: then", `(if (result i32) (local.get $n) (then ${LONG}) (else ${SHORT}))`, 7],
    ["if takes the longer arm: else", `(if (result i32) (local.get $n) (then ${SHORT}) (else ${LONG}))`, 7],
    ["if without else", `(if (local.get $n) (then (local.set $i ${SHORT}))) (local.get $i)`, 7],
    ["an early exit is a path, not an addition", `(if (local.get $n) (then (return ${LONG}))) ${SHORT}`, 8],
    [
      "what follows an early exit counts if longer",
      `(if (local.get $n) (then (return ${SHORT}))) ${LONG}`,
      7,
    ],
    [
      "br_if may or may not leave",
      `(block $out (br_if $out (local.get $n)) (local.set $i ${LONG})) ${SHORT}`,
      11,
    ],
    [
      "br leaves",
      `(block $out (if (local.get $n) (then (local.set $i ${SHORT}) (br $out))) (local.set $i ${LONG})) ${SHORT}`,
      11,
    ],
    [
      "the cases of a switch do not add up",
      `(block $end (block $two (block $one (block $zero (br_table $zero $one $two (local.get $n)))
         (local.set $i ${SHORT}) (br $end))
         (local.set $i ${LONG}) (br $end))
         (local.set $i ${SHORT}))
       (local.get $i)`,
      2 + 6 + 1 + 1,
    ],
    [
      "but a case falls through to the next",
      `(block $one (block $zero (br_table $zero $one (local.get $n))) (local.set $i ${LONG})) (local.set $i ${SHORT}) (local.get $i)`,
      2 + 6 + 4 + 1,
    ],
  ])("%s", (_, body, fixed) => {
    expect(opsOf(body)).toEqual({ fixed, perCell: 0 });
  });

  it("a call counts 1 and its callee, which counts its own callees", () => {
    const callees = `
      (func $leaf (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
      (func $middle (param i32) (result i32) (call $leaf (call $leaf (local.get 0))))`;
    expect(opsOf("(call $middle (local.get $n))", callees)).toEqual({
      fixed: 1 + 1 + (1 + 2 * (1 + 3)),
      perCell: 0,
    });
  });

  it("global, load, store and memory.size count 1 besides their operands", () => {
    const rest = "(memory 1) (global $g (mut i32) (i32.const 0))";
    const body =
      "(i32.store (i32.const 0) (i32.load (global.get $g))) (global.set $g (i32.const 1)) (memory.size)";
    expect(opsOf(body, rest)).toEqual({ fixed: 4 + 2 + 1, perCell: 0 });
  });
});

describe("loops over the cells", () => {
  it("count per pass, and the last look once", () => {
    expect(opsOf(`${loopOverCells(`(drop ${LONG})`)} (local.get $i)`)).toEqual({
      fixed: LAST_LOOK + 1,
      perCell: PER_PASS + 6,
    });
  });

  it("add up when one follows the other", () => {
    const body = `${loopOverCells(`(drop ${LONG})`)} (local.set $i (i32.const 0)) ${loopOverCells(`(drop ${SHORT})`)} (local.get $i)`;
    expect(opsOf(body)).toEqual({ fixed: 2 * LAST_LOOK + 2 + 1, perCell: 2 * PER_PASS + 6 + 4 });
  });

  it("count what they call, once per pass", () => {
    const callee = `(func $cell (param i32) (if (local.get 0) (then (drop (i32.const 1)))))`;
    expect(opsOf(`${loopOverCells("(call $cell (local.get $i))")} (local.get $i)`, callee)).toEqual({
      fixed: LAST_LOOK + 1,
      perCell: PER_PASS + 2 + 4,
    });
  });

  it("count in a function that step calls", () => {
    const callee = `(func $all (param $n i32) (local $i i32) ${loopOverCells(`(drop ${LONG})`)})`;
    expect(opsOf("(call $all (local.get $n)) (i32.const 0)", callee)).toEqual({
      fixed: 2 + LAST_LOOK + 1,
      perCell: PER_PASS + 6,
    });
  });

  it("that jump back from two places count the longer way", () => {
    const body = `
      (loop $cells
        (if (local.get $i) (then (drop ${LONG}) (br $cells)))
        (br_if $cells ${SHORT}))
      (i32.const 0)`;
    expect(opsOf(body)).toEqual({ fixed: 2 + 4 + 1, perCell: 2 + 6 + 1 });
  });

  it("that never end still count", () => {
    expect(opsOf(`(loop $cells (drop ${LONG}) (br $cells)) (unreachable)`).perCell).toBe(7);
  });
});

describe("breakdown", () => {
  it("lists every function, most expensive first, with and without callees", () => {
    const { functions, callDepth } = check(`(module
      (func $leaf (drop (i32.const 1)))
      (func $middle (call $leaf) (call $leaf))
      (func (export "step") (call $middle) (nop)))`);
    expect(functions).toEqual([
      { name: "step", ops: 1 + 6 + 1, ownOps: 2 },
      { name: "function 1", ops: 2 * (1 + 2), ownOps: 2 },
      { name: "function 0", ops: 2, ownOps: 2 },
    ]);
    expect(callDepth).toBe(3);
  });
});
