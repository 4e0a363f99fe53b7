/** The module in this process: the executor every other one is held against. */
import { crc32 } from "../crc32.js";
import type { BatchLayout, FirmwareModule, ParameterValues } from "../replay/module.js";
import { requireOk } from "../replay/module.js";
import { recordBytes } from "../schema/field.js";
import { addresses, inputBytes, snapshotBytes, stateBytesPerCell } from "../schema/layout.js";
import { cellOutputFields, packOutputFields } from "../schema/records.js";
import type { Target } from "./target.js";

const PACK_WORDS = recordBytes(packOutputFields) / 4;

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

  stepBatch(steps: number): number {
    return this.#module.stepBatch(steps);
  }

  /** As `stepBatch`; the CRC-32 of what `state` would give after each step goes into `crcs`. */
  stepBatchWithCrcs(steps: number, crcs: Uint32Array): number {
    const { words, exports, cells } = this.#module;
    const [state, pack] = this.#state();
    const inputWords = inputBytes(cells) / 4;
    const outputWords = recordBytes(cellOutputFields) / 4;
    const outputs = addresses.staging / 4 + steps * inputWords;
    let into = outputs;
    for (let n = 0; n < steps; n++) {
      const from = addresses.staging / 4 + n * inputWords;
      words.copyWithin(addresses.stepInput / 4, from, from + inputWords);
      requireOk(exports.step());
      crcs[n] = crc32(pack, crc32(state));
      for (let cell = 0; cell < cells; cell++, into += outputWords) {
        const at = (addresses.cells + cell * stateBytesPerCell) / 4;
        words.copyWithin(into, at, at + outputWords);
      }
      words.copyWithin(into, addresses.packOutput / 4, addresses.packOutput / 4 + PACK_WORDS);
      into += PACK_WORDS;
    }
    return outputs;
  }

  async state(): Promise<Uint8Array> {
    const [region, pack] = this.#state();
    const state = new Uint8Array(region.length + pack.length);
    state.set(region);
    state.set(pack, region.length);
    return state;
  }

  async restore(snapshot: Uint8Array): Promise<void> {
    this.#module.restore(snapshot);
  }

  async stepping_s(): Promise<undefined> {}

  async close(): Promise<void> {}

  #state(): readonly [region: Uint8Array, pack: Uint8Array] {
    const { buffer } = this.words;
    return [
      new Uint8Array(buffer, addresses.header, snapshotBytes(this.#module.cells)),
      new Uint8Array(buffer, addresses.packOutput, 4 * PACK_WORDS),
    ];
  }
}
