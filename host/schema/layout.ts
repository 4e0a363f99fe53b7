/** Where everything lies in the module's one page of memory. The generator and the host read the same numbers. */
import { createHash } from "node:crypto";
import { recordBytes } from "./field.js";
import { freezeFields } from "./link.js";
import { parameters } from "./parameters.js";
import {
  cellInputFields,
  cellOutputFields,
  cellStateFields,
  derivedFields,
  headerFields,
  packOutputFields,
  recordsOf,
  stepInputFields,
} from "./records.js";

export const ABI_VERSION = 1;
/** Cells per module, fixed when it is compiled. */
export const MAX_CELLS = 24;
const PAGE = 65536;
/** The compiler's own static data (parameter ranges) lies below this; the budget check proves it. */
export const STATIC_END = 2112;

export const stateBytesPerCell = recordBytes(cellStateFields);
const header = STATIC_END;
const params = header + recordBytes(headerFields);
const derived = params + 4 * parameters.length;
const cells = derived + recordBytes(derivedFields);
const stepInput = cells + MAX_CELLS * stateBytesPerCell;
const cellInput = stepInput + recordBytes(stepInputFields);
const packOutput = cellInput + MAX_CELLS * recordBytes(cellInputFields);
const staging = packOutput + recordBytes(packOutputFields);

/** A cell's outputs are the first words of its state, at `cells` + index × `stateBytesPerCell`. */
export const addresses = {
  header,
  params,
  derived,
  cells,
  stepInput,
  cellInput,
  packOutput,
  staging,
};

/** Snapshot: header, parameters, derived constants and the cells in use, one contiguous region. */
export const snapshotBytes = (cellCount: number): number => cells - header + cellCount * stateBytesPerCell;

/** Memory a board must provide when it never stages more than one snapshot. */
export const boardMemoryBytes = staging + snapshotBytes(MAX_CELLS);
/** What is left of the page for staging parameters, snapshots and batches. */
export const stagingBytes = PAGE - staging;

export const inputBytes = (cellCount: number): number =>
  recordBytes(stepInputFields) + cellCount * recordBytes(cellInputFields);
/** What a batch leaves per step: all cells' outputs and the pack's. */
export const outputBytes = (cellCount: number): number =>
  cellCount * recordBytes(cellOutputFields) + recordBytes(packOutputFields);

/** Of a freeze frame that keeps `steps` steps: the link's `frame` says what it holds. */
export const freezeBytes = (steps: number): number =>
  4 * freezeFields.length +
  recordBytes(headerFields) +
  2 * stateBytesPerCell +
  steps * inputBytes(1) +
  recordBytes(packOutputFields) +
  4;

/** First four bytes of a hash over every name, type, count and address: two layouts never share it by accident. */
export const layoutHash: number = createHash("sha256")
  .update(JSON.stringify([ABI_VERSION, addresses, parameters, recordsOf()]))
  .digest()
  .readInt32LE(0);
