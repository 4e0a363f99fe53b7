/** The module with one constant another, for a board that was built wrong. */
import { readFileSync } from "node:fs";
import binaryen from "binaryen";
import { packageFile } from "../../host/root.js";

/** 0 °C in K, as a float, and the next float. */
const KELVIN = "f32.const 273.1499938964844";
const NEXT = "f32.const 273.1500244140625";

/** Differs from the right one by the last bit of one constant, wherever it is used. */
export function wrongModule(): Uint8Array {
  const right = binaryen.readBinary(readFileSync(packageFile("build", "betaguard.wasm")));
  const text = right.emitText();
  right.dispose();
  if (!text.includes(KELVIN)) throw new Error(`expected ${KELVIN} in the module; take another constant`);
  const wrong = binaryen.parseText(text.replaceAll(KELVIN, NEXT));
  const bytes = wrong.emitBinary();
  wrong.dispose();
  return bytes;
}
