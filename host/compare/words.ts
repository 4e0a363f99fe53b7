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

const eachCell = (cells: number, fields: readonly Field[]): WordName[] =>
  Array.from({ length: cells }, (_, cell) => named(fields, cell)).flat();

/** A name per word of the state region of `cells` cells and the pack's output behind it. */
export const stateNames = (cells: number): WordName[] => [
  ...named(headerFields, null, "header."),
  ...named(parameters, null, "parameter."),
  ...named(derivedFields, null, "derived."),
  ...eachCell(cells, cellStateFields),
  ...named(packOutputFields, null, "pack."),
];

/** A name per word that a step on a target gives without asking for more: CRC-32 of the state, outputs. */
export const seenNames = (cells: number): WordName[] => [
  { cell: null, field: "CRC-32 of the state", type: "i32" },
  ...eachCell(cells, cellOutputFields),
  ...named(packOutputFields, null, "pack."),
];
