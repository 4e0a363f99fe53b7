/** build/betaguard.wasm as an object: parameters by name, records by name, status codes as coded errors. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { instantiateSync } from "@assemblyscript/loader";
import { BetaguardError } from "../errors.js";
import { packageFile } from "../root.js";
import { status } from "../schema/codes.js";
import { type Field, fieldOffsets, recordBytes } from "../schema/field.js";
import {
  ABI_VERSION,
  addresses,
  inputBytes,
  layoutHash,
  outputBytes,
  snapshotBytes,
  stagingBytes,
  stateBytesPerCell,
} from "../schema/layout.js";
import { type ParameterName, parameterId, parameters } from "../schema/parameters.js";
import {
  type CellInput,
  type CellOutputName,
  type CellStateName,
  cellInputFields,
  cellOutputFields,
  cellStateFields,
  type DerivedName,
  derivedFields,
  type PackOutputName,
  packOutputFields,
  type StepInput,
  stepInputFields,
} from "../schema/records.js";

/** What assembly/index.ts exports. */
export interface ModuleExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  abiVersion(): number;
  layoutHash(): number;
  setParameters(count: number): number;
  refusedParameter(): number;
  reset(cells: number): number;
  step(): number;
  stepBatch(steps: number): number;
  snapshot(): number;
  restore(length: number): number;
  signature(seed: number): number;
  equilibriumPressure_MPa(overpotential_mV: number, molarVolume_cm3_mol: number): number;
  thickness_um_mAh_cm2(molarVolume_cm3_mol: number): number;
  metalMass_g_Ah(molarMass_g_mol: number): number;
  soluteFraction(loading_mg_Ah: number, molarMass_g_mol: number): number;
  solventPotential_meV(soluteFraction: number, temperature_K: number): number;
  solutePotential_meV(gammaInfinite: number, soluteFraction: number, temperature_K: number): number;
  cobleRate_per_s_MPa(
    atomicVolume_nm3: number,
    boundaryDiffusion_nm3_s: number,
    activation_kJ_mol: number,
    grain_nm: number,
    temperature_K: number,
  ): number;
}

type StatusName = (typeof status)[number]["name"];

export type ParameterValues = Readonly<Partial<Record<ParameterName, number>>>;

/** Where a batch for a given number of cells lies: 32-bit word indices into `floats` and `words`. */
export interface BatchLayout {
  /** Most steps one `stepBatch` takes. */
  readonly capacity: number;
  /** First word of the inputs; those of step n begin `n · inputStride` later. */
  readonly input: number;
  readonly inputStride: number;
  /** Words from a step's input to its first cell's, and from one cell's to the next one's. */
  readonly cellInput: number;
  readonly cellInputStride: number;
  /** Words from one step's outputs to the next one's, and from one cell's to the next one's. */
  readonly outputStride: number;
  readonly cellOutputStride: number;
}

/** A batch for `cells` cells whose inputs begin at byte `input`. */
export const batchLayout = (cells: number, capacity: number, input: number): BatchLayout => ({
  capacity,
  input: input / 4,
  inputStride: inputBytes(cells) / 4,
  cellInput: recordBytes(stepInputFields) / 4,
  cellInputStride: recordBytes(cellInputFields) / 4,
  outputStride: outputBytes(cells) / 4,
  cellOutputStride: recordBytes(cellOutputFields) / 4,
});

const wordOffsets = (fields: readonly Field[]): ReadonlyMap<string, { word: number; float: boolean }> => {
  const offsets = fieldOffsets(fields);
  return new Map(
    fields.map((field) => [
      field.name,
      { word: (offsets[field.name] as number) / 4, float: field.type === "f32" },
    ]),
  );
};

const stepInputWords = wordOffsets(stepInputFields);
const cellInputWords = wordOffsets(cellInputFields);
const cellOutputWords = wordOffsets(cellOutputFields);
const packOutputWords = wordOffsets(packOutputFields);
const stateWords = wordOffsets(cellStateFields);
const derivedWords = wordOffsets(derivedFields);

const PAIR_BYTES = 8;

/**
 * `setParameters`' pairs of id and value, rounded to f32.
 * @throws E_PARAMETER_UNKNOWN
 */
export function parameterPairs(values: ParameterValues): Uint8Array {
  const entries = Object.entries(values);
  const view = new DataView(new ArrayBuffer(PAIR_BYTES * entries.length));
  for (const [index, [name, value]] of entries.entries()) {
    const id = parameterId.get(name);
    if (id === undefined) {
      throw new BetaguardError(
        "E_PARAMETER_UNKNOWN",
        `no parameter is called ${name}; docs/parameters.md lists them`,
      );
    }
    view.setInt32(PAIR_BYTES * index, id, true);
    view.setFloat32(PAIR_BYTES * index + 4, value, true);
  }
  return new Uint8Array(view.buffer);
}

/**
 * @param refusal status of `setParameters`
 * @param refusedId the parameter at fault
 * @throws E_PARAMETER_RANGE, or what `requireOk` throws
 */
export function requireParameters(refusal: number, refusedId: number, values: ParameterValues): void {
  const refused = parameters[refusedId];
  if (refusal !== 0 && refused) throw rangeError(refused, values[refused.name]);
  requireOk(refusal);
}

export class FirmwareModule {
  readonly exports: ModuleExports;
  /** The whole memory, as f32 and as i32. It never grows, so the views stay good. */
  readonly floats: Float32Array;
  readonly words: Int32Array;
  /** Hex SHA-256 of the binary: what a board must run to return the same bits. */
  readonly sha256: string;
  /** Cells since the last `reset` or `restore`. */
  cells = 0;

  /** @throws E_MODULE_BINARY when the bytes are no module, E_MODULE_LAYOUT when it has another memory layout. */
  constructor(wasm: Uint8Array) {
    try {
      this.exports = instantiateSync(wasm, {}).exports as unknown as ModuleExports;
    } catch (cause) {
      throw new BetaguardError(
        "E_MODULE_BINARY",
        `expected a WebAssembly module, found ${wasm.length} bytes V8 refuses (${(cause as Error).message}); run: npm run build`,
        { cause },
      );
    }
    const { exports } = this;
    if (exports.abiVersion() !== ABI_VERSION || exports.layoutHash() !== layoutHash) {
      throw new BetaguardError(
        "E_MODULE_LAYOUT",
        `expected a module with ABI ${ABI_VERSION}, layout ${layoutHash}, found ABI ${exports.abiVersion()}, layout ${exports.layoutHash()}; run: npm run build`,
      );
    }
    this.sha256 = createHash("sha256").update(wasm).digest("hex");
    this.floats = new Float32Array(exports.memory.buffer);
    this.words = new Int32Array(exports.memory.buffer);
  }

  /**
   * Sets parameters; all or none. Values are rounded to f32.
   * @throws E_PARAMETER_UNKNOWN, E_PARAMETER_RANGE naming the parameter, its value, range and unit.
   */
  setParameters(values: ParameterValues): void {
    const pairs = parameterPairs(values);
    new Uint8Array(this.exports.memory.buffer).set(pairs, addresses.staging);
    requireParameters(
      this.exports.setParameters(pairs.length / PAIR_BYTES),
      this.exports.refusedParameter(),
      values,
    );
  }

  /**
   * Initial state of `cells` series cells from the parameters.
   * @throws E_MODULE_BAD_CELL_COUNT, E_PARAMETER_RANGE when the parameter table is not complete.
   */
  reset(cells: number): void {
    const refusal = this.exports.reset(cells);
    if (statusName(refusal) === "parameterOutOfRange") {
      const refused = parameters[this.exports.refusedParameter()];
      if (refused) throw rangeError(refused, this.parameter(refused.name));
    }
    requireOk(refusal);
    this.cells = cells;
  }

  /** One step of every cell. `inputs` has one entry per cell. */
  step(step: StepInput, inputs: readonly CellInput[]): void {
    if (inputs.length !== this.cells) {
      throw new BetaguardError(
        "E_CELL_COUNT",
        `expected inputs of ${this.cells} cells, found ${inputs.length}`,
      );
    }
    this.#write(stepInputWords, addresses.stepInput, step);
    const stride = recordBytes(cellInputFields);
    for (const [cell, input] of inputs.entries()) {
      this.#write(cellInputWords, addresses.cellInput + cell * stride, input);
    }
    requireOk(this.exports.step());
  }

  /** Where the inputs of a batch belong and where its outputs will be; write and read through `floats` and `words`. */
  batchLayout(): BatchLayout {
    const capacity = Math.floor(stagingBytes / (inputBytes(this.cells) + outputBytes(this.cells)));
    return batchLayout(this.cells, capacity, addresses.staging);
  }

  /** Runs `steps` staged steps; returns the word index of the first one's outputs, which lie behind the inputs. */
  stepBatch(steps: number): number {
    requireOk(this.exports.stepBatch(steps));
    return (addresses.staging + steps * inputBytes(this.cells)) / 4;
  }

  output(cell: number): Record<CellOutputName, number> {
    return this.#read(cellOutputWords, addresses.cells + cell * stateBytesPerCell);
  }

  packOutput(): Record<PackOutputName, number> {
    return this.#read(packOutputWords, addresses.packOutput);
  }

  /** One word of a cell's state; `index` picks from an array field. */
  state(cell: number, name: CellStateName, index = 0): number {
    return this.#word(stateWords, addresses.cells + cell * stateBytesPerCell, name, index);
  }

  /** A constant the module worked out at reset. */
  derived(name: DerivedName, index = 0): number {
    return this.#word(derivedWords, addresses.derived, name, index);
  }

  parameter(name: ParameterName): number {
    return this.floats[addresses.params / 4 + (parameterId.get(name) as number)] as number;
  }

  /** Copy of the complete state, with its CRC. */
  snapshot(): Uint8Array {
    const length = this.exports.snapshot();
    return new Uint8Array(this.exports.memory.buffer, addresses.header, length).slice();
  }

  /**
   * Goes on from a snapshot of this layout; nothing changes when it is refused.
   * @throws E_MODULE_BAD_MAGIC, E_MODULE_BAD_VERSION, E_MODULE_BAD_CRC, E_MODULE_BAD_COUNT.
   */
  restore(snapshot: Uint8Array): void {
    if (snapshot.length > stagingBytes) throw statusError(status.findIndex((s) => s.name === "badCount"));
    new Uint8Array(this.exports.memory.buffer).set(snapshot, addresses.staging);
    requireOk(this.exports.restore(snapshot.length));
    this.cells = (snapshot.length - snapshotBytes(0)) / stateBytesPerCell;
  }

  #write(
    fields: ReadonlyMap<string, { word: number; float: boolean }>,
    address: number,
    values: Record<string, number>,
  ): void {
    for (const [name, { word, float }] of fields) {
      (float ? this.floats : this.words)[address / 4 + word] = values[name] as number;
    }
  }

  #read<N extends string>(
    fields: ReadonlyMap<string, { word: number; float: boolean }>,
    address: number,
  ): Record<N, number> {
    const record: Record<string, number> = {};
    for (const name of fields.keys()) record[name] = this.#word(fields, address, name, 0);
    return record as Record<N, number>;
  }

  #word(
    fields: ReadonlyMap<string, { word: number; float: boolean }>,
    address: number,
    name: string,
    index: number,
  ): number {
    const { word, float } = fields.get(name) as { word: number; float: boolean };
    return (float ? this.floats : this.words)[address / 4 + word + index] as number;
  }
}

/**
 * The module of this package.
 * @throws E_MODULE_MISSING when it has not been built.
 */
export function loadModule(path: string = packageFile("build", "betaguard.wasm")): FirmwareModule {
  if (!existsSync(path)) {
    throw new BetaguardError(
      "E_MODULE_MISSING",
      `expected the firmware module at ${path}; run: npm run build`,
    );
  }
  return new FirmwareModule(readFileSync(path));
}

const statusName = (code: number): StatusName | undefined => status[code]?.name;

function statusError(code: number): BetaguardError {
  const entry = status[code];
  return entry
    ? new BetaguardError(
        `E_MODULE_${entry.name.replace(/[A-Z]/g, "_$&").toUpperCase()}`,
        `the module refused the call: ${entry.doc}`,
      )
    : new BetaguardError("E_MODULE_STATUS", `the module returned status ${code}, which is not in the schema`);
}

/** @throws E_MODULE_… named for the status, unless it is ok. */
export function requireOk(code: number): void {
  if (code !== 0) throw statusError(code);
}

const rangeError = (parameter: Field, value: number | undefined): BetaguardError =>
  new BetaguardError(
    "E_PARAMETER_RANGE",
    `${parameter.name}: expected ${parameter.min} … ${parameter.max} ${parameter.unit}, found ${value}; change it in the profile`,
  );
