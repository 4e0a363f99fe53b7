/** Modules that keep the ABI and misbehave in a step, for a board to run with --module. */

import { fieldOffsets } from "../../host/schema/field.js";
import {
  ABI_VERSION,
  addresses,
  layoutHash,
  snapshotBytes,
  stateBytesPerCell,
} from "../../host/schema/layout.js";
import { headerFields } from "../../host/schema/records.js";
import { assemble } from "../budget/wat.js";

const CELLS = fieldOffsets(headerFields).cells as number;
const cellsAt = addresses.header + CELLS;
const stagedCellsAt = addresses.staging + CELLS;

export interface Misbehaviour {
  /** Body of `step`, which leaves a status. */
  readonly step?: string;
  /** Functions and globals it needs. */
  readonly rest?: string;
  readonly layoutHash?: number;
  /** Another name for the export `restore`. */
  readonly restore?: string;
}

export const misbehaving = ({
  step = "(i32.const 0)",
  rest = "",
  layoutHash: hash = layoutHash,
  restore = "restore",
}: Misbehaviour): Uint8Array =>
  assemble(`(module
    (memory (export "memory") 1 1)
    ${rest}
    (func (export "abiVersion") (result i32) (i32.const ${ABI_VERSION}))
    (func (export "layoutHash") (result i32) (i32.const ${hash}))
    (func (export "setParameters") (param i32) (result i32) (i32.const 0))
    (func (export "refusedParameter") (result i32) (i32.const -1))
    (func (export "reset") (param $cells i32) (result i32)
      (i32.store (i32.const ${cellsAt}) (local.get $cells)) (i32.const 0))
    (func (export "step") (result i32) ${step})
    (func (export "snapshot") (result i32)
      (i32.add (i32.const ${snapshotBytes(0)}) (i32.mul (i32.load (i32.const ${cellsAt})) (i32.const ${stateBytesPerCell}))))
    (func (export "${restore}") (param i32) (result i32)
      (i32.store (i32.const ${cellsAt}) (i32.load (i32.const ${stagedCellsAt}))) (i32.const 0)))`);

/** Takes its time: about as many operations as `rounds` times eight. */
export const slow = (rounds: number): Misbehaviour => ({
  rest: `(func $work (param $left i32)
    (loop $again
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br_if $again (local.get $left))))`,
  step: `(call $work (i32.const ${rounds})) (i32.const 0)`,
});

/** Calls itself, which the firmware's own module is proved never to do, until something gives. */
export const recursive: Misbehaviour = {
  rest: `(func $deeper (param $n i32) (result i32) (i32.add (call $deeper (local.get $n)) (i32.const 1)))`,
  step: "(call $deeper (i32.const 1))",
};

/** Recursive with loops in loops, each of which takes native stack and none of wasm3's own. */
export const deep: Misbehaviour = {
  rest: `(func $deeper (param $n i32) (result i32)
    ${"(loop (result i32) ".repeat(12)} (i32.add (call $deeper (local.get $n)) (i32.const 1)) ${")".repeat(12)})`,
  step: "(call $deeper (i32.const 1))",
};

/** Traps in its n-th step. */
export const trapsAfter = (steps: number): Misbehaviour => ({
  rest: "(global $done (mut i32) (i32.const 0))",
  step: `(global.set $done (i32.add (global.get $done) (i32.const 1)))
    (if (i32.ge_s (global.get $done) (i32.const ${steps})) (then (unreachable)))
    (i32.const 0)`,
});
