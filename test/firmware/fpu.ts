/** The shipped module as an FPU with other manners would run it: every f32 result and load passes through one function. */
import { readFileSync } from "node:fs";
import binaryen from "binaryen";
import { FirmwareModule } from "../../host/replay/module.js";
import { RELEASE } from "./support.js";

const MANNERS = {
  "flushes subnormals": `local.get $x f32.const 0
    local.get $x i32.reinterpret_f32 i32.const 0x7f800000 i32.and select`,
  "has no negative zero": "local.get $x f32.const 0 f32.add",
  "has only negative zeros": "f32.const -0 local.get $x local.get $x f32.const 0 f32.eq select",
  "renames NaNs": "local.get $x f32.const nan:0x612345 local.get $x local.get $x f32.eq select",
} as const;

const RESULTS =
  /^( *)(f32\.(?:add|sub|mul|div|sqrt|neg|abs|min|max|nearest|copysign|load|reinterpret_i32)\b.*)$/gm;

export function fpuVariant(manner: keyof typeof MANNERS): FirmwareModule {
  const original = binaryen.readBinary(readFileSync(RELEASE));
  const text = original.emitStackIR();
  original.dispose();
  const changed = text
    .replace(RESULTS, "$1$2\n$1call $fpu")
    .replace(/\)\s*$/, `(func $fpu (param $x f32) (result f32) ${MANNERS[manner]}))`);
  const module = binaryen.parseText(changed);
  module.setFeatures(binaryen.Features.MVP);
  if (!module.validate()) throw new Error("the changed module is not valid");
  const bytes = module.emitBinary();
  module.dispose();
  return new FirmwareModule(bytes);
}
