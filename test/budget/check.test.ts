import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type BudgetReport, checkModule, runBudget } from "../../host/budget/check.js";
import { formatBudget } from "../../host/budget/format.js";
import { type BudgetLimits, LIMITS } from "../../host/budget/limits.js";
import { packageFile } from "../../host/root.js";
import { compileAssembly } from "../assembly/compile.js";
import { assemble } from "./wat.js";

const MEMORY = { stateBytesPerCell: 100, usedMemoryBytes: 1000, staticEnd: 64 };

function check(text: string, limits: Partial<BudgetLimits> = {}): BudgetReport {
  return checkModule(assemble(text), MEMORY, { ...LIMITS, ...limits });
}

/** The module in which nothing is wrong, with additions. */
const withBody = (body: string, rest = ""): string =>
  `(module ${rest} (memory 1 1) (func $step (export "step") (param $n i32) (local $i i32) ${body}))`;
const LOOP = "(loop $l (br_if $l (local.get 0)))";

describe("a module that keeps to the rules", () => {
  const report = check(withBody(LOOP, '(data (i32.const 16) "abc")'));

  it("is within budget", () => {
    expect(report).toMatchObject({ ok: true, forbidden: [], exceeded: [] });
  });

  it("is measured", () => {
    expect(report).toMatchObject({
      memoryBytes: 65536,
      usedMemoryBytes: 1000,
      staticBytes: 3,
      stateBytesPerCell: 100,
      worstOpsPerCellStep: 2,
      callDepth: 1,
    });
    expect(report.wasmBytes).toBe(assemble(withBody(LOOP, '(data (i32.const 16) "abc")')).length);
  });
});

it("allows every operation that WebAssembly 1.0 has on i32 and f32", () => {
  const binary = (type: string, names: string): string[] =>
    names.split(" ").map((name) => `(drop (${type}.${name} (${type}.const 1) (${type}.const 2)))`);
  const unary = (type: string, operand: string, names: string): string[] =>
    names.split(" ").map((name) => `(drop (${type}.${name} (${operand}.const 1)))`);
  const operations = [
    ...binary("i32", "add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr"),
    ...binary("i32", "eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u"),
    ...binary("f32", "add sub mul div min max copysign eq ne lt gt le ge"),
    ...unary("i32", "i32", "clz ctz popcnt eqz"),
    ...unary("i32", "f32", "trunc_f32_s trunc_f32_u reinterpret_f32"),
    ...unary("f32", "f32", "abs neg ceil floor trunc nearest sqrt"),
    ...unary("f32", "i32", "convert_i32_s convert_i32_u reinterpret_i32"),
    ...unary("i32", "i32", "load load8_s load8_u load16_s load16_u"),
    ...unary("f32", "i32", "load"),
  ];
  const report = check(withBody(operations.join(" ")));
  expect(report.forbidden).toEqual([]);
  expect(report.fixedOpsPerStep).toBe(38 * 4 + 23 * 3);
});

describe("forbidden", () => {
  it.each([
    [
      "f64 arithmetic",
      withBody("(drop (f32.demote_f64 (f64.const 1)))"),
      ["step: f32.demote_f64", "step: f64.const"],
    ],
    [
      "i64 arithmetic",
      withBody("(drop (i32.wrap_i64 (i64.const 1)))"),
      ["step: i32.wrap_i64", "step: i64.const"],
    ],
    [
      "a comparison of f64s",
      withBody("(drop (f64.lt (f64.const 1) (f64.const 2)))"),
      ["step: f64.lt", "step: f64.const"],
    ],
    ["an f64 load", withBody("(drop (f64.load (i32.const 0)))"), ["step: f64.load"]],
    [
      "an i64 store",
      withBody("(i64.store (i32.const 0) (i64.const 0))"),
      ["step: i64.store", "step: i64.const"],
    ],
    ["SIMD", withBody("(drop (v128.const i32x4 0 0 0 0))"), ["step: v128.const"]],
    ["a reference", withBody("(drop (ref.is_null (ref.null func)))"), ["step: ref.is_null"]],
    [
      "an f64 parameter and result",
      withBody("", '(func (export "f") (param f64) (result i64) (unreachable))'),
      ["f: f64 parameter", "f: i64 result"],
    ],
    ["an f64 local", withBody("", '(func (export "f") (local i32 f64))'), ["f: f64 local"]],
    [
      "an f64 global",
      withBody("", "(global $g f64 (f64.const 1))"),
      [expect.stringMatching(/^global .*: f64$/)],
    ],
    ["memory.grow", withBody("(drop (memory.grow (i32.const 1)))"), ["step: memory.grow"]],
    [
      "memory.copy",
      withBody("(memory.copy (i32.const 0) (i32.const 1) (i32.const 2))"),
      ["step: memory.copy"],
    ],
    [
      "memory.fill",
      withBody("(memory.fill (i32.const 0) (i32.const 1) (i32.const 2))"),
      ["step: memory.fill"],
    ],
    ["a passive data segment", withBody("", '(data "abc")'), ["passive data segment"]],
    ["sign extension, 8 bits", withBody("(drop (i32.extend8_s (local.get $n)))"), ["step: i32.extend8_s"]],
    ["sign extension, 16 bits", withBody("(drop (i32.extend16_s (local.get $n)))"), ["step: i32.extend16_s"]],
    [
      "saturating truncation",
      withBody("(drop (i32.trunc_sat_f32_s (f32.const 1)))"),
      ["step: i32.trunc_sat_f32_s"],
    ],
    [
      "unsigned saturating truncation",
      withBody("(drop (i32.trunc_sat_f32_u (f32.const 1)))"),
      ["step: i32.trunc_sat_f32_u"],
    ],
    ["an atomic", withBody("(drop (i32.atomic.load (i32.const 0)))"), ["step: i32.atomic.load"]],
    ["a tail call", withBody("(return_call $step (local.get $n))"), ["step: return_call", "step: recursion"]],
    [
      "call_indirect",
      withBody("(call_indirect (param i32) (local.get $n) (i32.const 0))", "(table 1 funcref)"),
      ["step: call_indirect", "table"],
    ],
    [
      "a table with elements",
      withBody("", "(table 1 funcref) (elem (i32.const 0) $step)"),
      ["table", "element segment"],
    ],
    ["a start function", withBody("", "(func $s (nop)) (start $s)"), ["start function function 0"]],
    ["two memories", withBody("", "(memory 1)"), ["2 memories"]],
    [
      "an imported memory besides",
      withBody("", '(import "env" "memory" (memory 1))'),
      ["import env.memory", "2 memories"],
    ],
    [
      "a mutable exported global",
      withBody("", '(global $g (export "g") (mut i32) (i32.const 0))'),
      ["mutable exported global g"],
    ],
    ["an imported function", withBody("(call $f)", '(import "env" "abort" (func $f))'), ["import env.abort"]],
    ["an imported global", withBody("", '(import "env" "g" (global i32))'), ["import env.g"]],
    [
      "a multi-value result",
      withBody("", '(func (export "f") (result i32 i32) (i32.const 1) (i32.const 2))'),
      ["f: tuple.make"],
    ],
    ["recursion", withBody("(call $step (local.get $n))"), ["step: recursion"]],
    [
      "recursion through another",
      withBody("(call $f)", "(func $f (call $step (i32.const 0)))"),
      ["function 0: recursion", "step: recursion"],
    ],
    [
      "a loop inside a loop over the cells",
      withBody(`(loop $o ${LOOP} (br_if $o (local.get 0)))`),
      ["step: loop inside a loop over the cells"],
    ],
    [
      "a loop in a function called from a loop over the cells",
      withBody(
        "(loop $o (call $g) (br_if $o (local.get 0)))",
        `(func $f (param i32) ${LOOP}) (func $g (call $f (i32.const 1)))`,
      ),
      ["function 1: loop in a function called from a loop over the cells in step"],
    ],
    [
      "a third loop in a step",
      withBody(LOOP.repeat(3)),
      ["step: 3 loops, expected at most 2, each over the cells"],
    ],
    [
      "a loop without a declared bound",
      withBody("", `(func (export "other") (param i32) ${LOOP})`),
      ["other: loop without a declared bound"],
    ],
    ["no step", "(module (memory 1))", ["no exported function step"]],
  ])("%s", (_, text, expected) => {
    const report = check(text);
    expect(report.forbidden).toEqual(expected);
    expect(report.ok).toBe(false);
  });

  it("an import on the list is allowed", () => {
    const text = withBody("(call $f)", '(import "env" "abort" (func $f))');
    expect(check(text, { imports: ["env.abort"] }).forbidden).toEqual([]);
  });

  it("stepBatch and restore may loop, also around a step", () => {
    const rest = `(func (export "stepBatch") (param i32) (loop $l (call $step (i32.const 1)) (br_if $l (local.get 0))))
      (func (export "restore") (param i32) ${LOOP})`;
    const report = check(withBody(LOOP, rest));
    expect(report.forbidden).toEqual([]);
    expect(report.callDepth).toBe(2);
    expect(report.worstOpsPerCellStep).toBe(2);
  });
});

describe("exceeded", () => {
  it.each([
    ["size", { wasmBytes: 10 }, /^bytes of the binary: expected at most 10, found \d+$/],
    ["state", { stateBytesPerCell: 99 }, /^bytes of state per cell: expected at most 99, found 100$/],
    ["instructions", { opsPerCellStep: 1 }, /^instructions per cell and step: expected at most 1, found 2$/],
  ])("%s", (_, limits, expected) => {
    const report = check(withBody(LOOP), limits);
    expect(report.exceeded).toEqual([expect.stringMatching(expected)]);
    expect(report.ok).toBe(false);
  });

  it("static data that reaches into the records", () => {
    expect(check(withBody("", '(data (i32.const 62) "abc")')).exceeded).toEqual([
      "end of static data in memory: expected at most 64, found 65",
    ]);
  });

  it("more memory in use than there is", () => {
    expect(check('(module (func (export "step")))').exceeded).toEqual([
      "bytes of memory in use: expected at most 0, found 1000",
    ]);
  });
});

it("says of bytes that are no module what to do", () => {
  expect(() => checkModule(new Uint8Array([1, 2, 3]), MEMORY)).toThrow(
    expect.objectContaining({ code: "E_BUDGET_MODULE" }),
  );
});

describe("formatBudget", () => {
  it("prints the violations, and the functions only on demand", () => {
    const report = check(withBody("(drop (f64.const 1))"));
    expect(formatBudget(report)).toContain("forbidden       step: f64.const\nNOT within budget\n");
    expect(formatBudget(report)).not.toContain("function\n");
    expect(formatBudget(report, { verbose: true })).toMatch(/^ +2 +2 {2}step$/m);
  });
});

it("names functions after the source where the names are given", () => {
  const bytes = assemble(withBody("(call $f)", "(func $f (drop (f64.const 1)))"));
  expect(checkModule(bytes, MEMORY).forbidden).toEqual(["function 0: f64.const"]);
  const { forbidden } = checkModule(bytes, MEMORY, LIMITS, ["assembly/f", "assembly/step"]);
  expect(forbidden).toEqual(["assembly/f: f64.const"]);
});

it("counts the instructions that math.ts documents", async () => {
  const { functions } = checkModule(await compileAssembly("assembly/math.ts"), MEMORY);
  const ops = Object.fromEntries(functions.map(({ name, ops }) => [name, ops]));
  expect(ops).toMatchObject({ exp: 57, log: 50, asinh: 79, pow: 115 });
});

describe("the built module", () => {
  const built = existsSync(packageFile("build", "betaguard.wasm"));
  it.skipIf(!built && !process.env.CI)("is within budget (run npm run build:wasm first)", async () => {
    const report = await runBudget();
    expect(report, formatBudget(report, { verbose: true })).toMatchObject({
      ok: true,
      forbidden: [],
      exceeded: [],
    });
  });
});
