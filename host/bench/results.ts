/** Everything docs/budget.md says, gathered. */
import { readFileSync } from "node:fs";
import { readModule } from "../budget/module.js";
import { packageFile } from "../root.js";
import { disassemble } from "./disassembly.js";
import { type Image, images } from "./images.js";
import { type Measurement, measure } from "./measure.js";
import { interpreterBound, nativeBound, type StackBound, straightLineOperations } from "./stack.js";
import { wasmStackBound } from "./wasmStack.js";

export interface ImageResult extends Image {
  readonly measured: Measurement;
  readonly stack: StackBound;
}

export interface Results {
  readonly images: readonly ImageResult[];
  readonly wasmStack_B: number;
  readonly straightLineOperations: number;
}

/**
 * Measures every image that `npm run boards` left.
 * @throws E_BENCH_…, E_BUDGET_MODULE, E_TARGET_…, E_LINK_…, E_BOARD_…
 */
export async function gather(onProgress?: (share: number) => void): Promise<Results> {
  const wasm = readModule(readFileSync(packageFile("build", "betaguard.wasm")));
  try {
    const results: ImageResult[] = [];
    for (const image of images) {
      const functions = disassemble(image.port, image.path);
      const stack =
        image.mode.suffix === "-aot"
          ? nativeBound(image.port, functions)
          : interpreterBound(image.port, functions, wasm);
      results.push({ ...image, measured: await measure(image), stack });
      onProgress?.(results.length / images.length);
    }
    return {
      images: results,
      wasmStack_B: wasmStackBound(wasm),
      straightLineOperations: straightLineOperations(wasm),
    };
  } finally {
    wasm.module.dispose();
  }
}

/** How many times fewer instructions a cell-step takes in one mode of a port than in the one before it in the table. */
export function gains(
  results: readonly ImageResult[],
  port: Image["port"],
): { float: number; ahead: number } {
  const [stock, float, ahead] = results.filter((image) => image.port === port) as [
    ImageResult,
    ImageResult,
    ImageResult,
  ];
  const per = ({ measured }: ImageResult) => measured.instructionsPerCell;
  return { float: per(stock) / per(float), ahead: per(float) / per(ahead) };
}
