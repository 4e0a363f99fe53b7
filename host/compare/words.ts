/** Names of the words a comparison looks at. */
import type { Field } from "../schema/field.js";
import { parameters } from "../schema/parameters.js";
import {
  cellOutputFields,
  cellStateFields,
  derivedFields,
  headerFields,
  packOutputFields,
} from "../schema/records.js";

export interface WordName {
  /** null for what belongs to the whole pack. */
  readonly cell: number | null;
  /** As in the schema; with the record's name before it where it is no cell's, with an index where it is an array. */
  readonly field: string;
  readonly type: Field["type"];
}

const named = (fields: readonly Field[], cell: number | null, record = ""): WordName[] =>
  fields.flatMap(({ name, type, count }) =>
    Array.from({ length: count }, (_, index) => ({
      cell,
      field: `${record}${name}${count > 1 ? `[${index}]` : ""}`,
      type,
    })),
  );

/** A name per word of what `state` of a target gives for that many cells. */
export const stateNames = (cells: number): WordName[] => [
  ...named(headerFields, null, "header."),
  ...named(parameters, null, "parameter."),
  ...named(derivedFields, null, "derived."),
  ...Array.from({ length: cells }, (_, cell) => named(cellStateFields, cell)).flat(),
  ...named(packOutputFields, null, "pack."),
];

/** A name per word of a step's outputs, as a batch returns them. */
export const outputNames = (cells: number): WordName[] => [
  ...Array.from({ length: cells }, (_, cell) => named(cellOutputFields, cell)).flat(),
  ...named(packOutputFields, null, "pack."),
];
