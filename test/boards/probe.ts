/**
 * A module with the firmware's exports, but a step that does one thing a test asks for: every numeric operation the
 * firmware's budget allows, on two operands, or something that must end in a trap.
 */
import { instantiateSync } from "@assemblyscript/loader";
import { ABI_VERSION, addresses, layoutHash } from "../../host/schema/layout.js";
import { assemble } from "../budget/wat.js";

const SELECTOR = addresses.stepInput;
const X = addresses.cellInput;
const Y = X + 4;

const float = (at: number) => `(f32.load (i32.const ${at}))`;
const word = (at: number) => `(i32.load (i32.const ${at}))`;

/** Operations on f32 operands with an f32 result; NaN is any NaN. */
const floatOperations = [
  ...["abs", "neg", "ceil", "floor", "trunc", "nearest", "sqrt"].map((name) => `(f32.${name} ${float(X)})`),
  ...["add", "sub", "mul", "div", "min", "max", "copysign"].map(
    (name) => `(f32.${name} ${float(X)} ${float(Y)})`,
  ),
  `(f32.convert_i32_s ${word(X)})`,
  `(f32.convert_i32_u ${word(X)})`,
  // Fused, this would be another number.
  `(f32.add (f32.mul ${float(X)} ${float(Y)}) ${float(Y)})`,
];

/** … with an i32 result. Truncations trap outside their range, so they are of what fits. */
const wordOperations = [
  ...["eq", "ne", "lt", "gt", "le", "ge"].map((name) => `(f32.${name} ${float(X)} ${float(Y)})`),
  ...["shl", "shr_s", "shr_u", "rotl", "mul"].map((name) => `(i32.${name} ${word(X)} ${word(Y)})`),
  ...["clz", "ctz", "popcnt"].map((name) => `(i32.${name} ${word(X)})`),
  `(i32.trunc_f32_s (select ${float(X)} (f32.const 0) (f32.lt (f32.abs ${float(X)}) (f32.const 2147483648))))`,
];

export const FLOAT_RESULTS = floatOperations.length;
export const RESULTS = FLOAT_RESULTS + wordOperations.length;

const store = (type: string, index: number, value: string) =>
  `(${type}.store (i32.const ${addresses.cells + 4 * index}) ${value})`;

/** What `step` does when the selector is the index: 0 computes, the others use X as an address or trap. */
const cases = {
  compute: [
    ...floatOperations.map((value, index) => store("f32", index, value)),
    ...wordOperations.map((value, index) => store("i32", FLOAT_RESULTS + index, value)),
  ].join("\n"),
  load: `(drop (i32.load ${word(X)}))`,
  loadByte: `(drop (i32.load8_u ${word(X)}))`,
  loadFar: `(drop (f32.load offset=0x40000000 ${word(X)}))`,
  store: `(i32.store ${word(X)} (i32.const -1))`,
  storeFloat: `(f32.store ${word(X)} (f32.const 1))`,
  divide: `(drop (i32.div_s ${word(X)} ${word(Y)}))`,
  truncate: `(drop (i32.trunc_f32_s ${float(X)}))`,
  unreachable: "unreachable",
} as const;

export type ProbeCase = keyof typeof cases;
export const selectorOf = (name: ProbeCase): number => Object.keys(cases).indexOf(name);

const constant = (name: string, value: number, parameters = "") =>
  `(func (export "${name}") ${parameters} (result i32) (i32.const ${value}))`;

export const probe = (): Uint8Array =>
  assemble(`(module
  (memory (export "memory") 1)
  ${constant("abiVersion", ABI_VERSION)}
  ${constant("layoutHash", layoutHash)}
  ${constant("setParameters", 0, "(param i32)")}
  ${constant("refusedParameter", -1)}
  ${constant("reset", 0, "(param i32)")}
  ${constant("stepBatch", 0, "(param i32)")}
  ${constant("snapshot", 0)}
  ${constant("restore", 0, "(param i32)")}
  (func (export "step") (result i32)
    ${Object.values(cases)
      .map((body, index) => `(if (i32.eq ${word(SELECTOR)} (i32.const ${index})) (then ${body}))`)
      .join("\n")}
    (i32.const 0)))`);

/** The results of `compute` as V8 has them. */
export function inV8(bytes: Uint8Array): (x: number, y: number) => number[] {
  const { memory, step } = instantiateSync<{ memory: { buffer: ArrayBuffer }; step(): number }>(
    bytes,
  ).exports;
  const words = new Int32Array(memory.buffer);
  return (x, y) => {
    words[X / 4] = x;
    words[Y / 4] = y;
    step();
    return [...words.subarray(addresses.cells / 4, addresses.cells / 4 + RESULTS)];
  };
}
