/** The module in this process: the executor every other one is held against. */
import { crc32 } from "../crc32.js";
import type { BatchLayout, FirmwareModule, ParameterValues } from "../replay/module.js";
import { requireOk } from "../replay/module.js";
import { recordBytes } from "../schema/field.js";
import { addresses, inputBytes, snapshotBytes, stateBytesPerCell } from "../schema/layout.js";
import { cellOutputFields, packOutputFields } from "../schema/records.js";
import type { Target } from "./target.js";

export class V8Target implements Target {
  readonly name = "v8";
  readonly floats: Float32Array;
  readonly words: Int32Array;
  readonly #module: FirmwareModule;

  constructor(module: FirmwareModule) {
    this.#module = module;
    this.floats = module.floats;
    this.words = module.words;
  }

  async start(values: ParameterValues, cells: number): Promise<BatchLayout> {
    this.#module.setParameters(values);
    this.#module.reset(cells);
    return this.#module.batchLayout();
  }

  stepBatch(steps: number, stateCrcs?: Uint32Array): number {
    return stateCrcs ? this.#singly(steps, stateCrcs) : this.#module.stepBatch(steps);
  }

  async state(): Promise<Uint8Array> {
    return this.#state().slice();
  }

  async restore(snapshot: Uint8Array): Promise<void> {
    this.#module.restore(snapshot);
  }

  async stepping_s(): Promise<undefined> {}

  async close(): Promise<void> {}

  #state(): Uint8Array {
    return new Uint8Array(this.words.buffer, addresses.header, snapshotBytes(this.#module.cells));
  }

  /** What `stepBatch` of the module does, with a look at the state after each step. */
  #singly(steps: number, stateCrcs: Uint32Array): number {
    const { words, exports, cells } = this.#module;
    const state = this.#state();
    const inputWords = inputBytes(cells) / 4;
    const outputWords = recordBytes(cellOutputFields) / 4;
    const outputs = addresses.staging / 4 + steps * inputWords;
    let into = outputs;
    for (let n = 0; n < steps; n++) {
      const from = addresses.staging / 4 + n * inputWords;
      words.copyWithin(addresses.stepInput / 4, from, from + inputWords);
      requireOk(exports.step());
      stateCrcs[n] = crc32(state);
      for (let cell = 0; cell < cells; cell++, into += outputWords) {
        const at = (addresses.cells + cell * stateBytesPerCell) / 4;
        words.copyWithin(into, at, at + outputWords);
      }
      words.copyWithin(
        into,
        addresses.packOutput / 4,
        (addresses.packOutput + recordBytes(packOutputFields)) / 4,
      );
      into += recordBytes(packOutputFields) / 4;
    }
    return outputs;
  }
}
