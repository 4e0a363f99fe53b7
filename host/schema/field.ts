/** One 32-bit word, or `count` of them in a row, of a fixed-layout record in the module's memory. */
export interface Field {
  readonly name: string;
  readonly type: "f32" | "i32";
  readonly unit: string;
  readonly doc: string;
  /** Closed bounds the module keeps the value in; the property tests hold it to them. */
  readonly min: number;
  readonly max: number;
  readonly count: number;
}

export const f32 = <const N extends string>(name: N, unit: string, min: number, max: number, doc: string) =>
  ({ name, type: "f32", unit, min, max, doc, count: 1 }) as const satisfies Field;

export const i32 = <const N extends string>(name: N, min: number, max: number, doc: string) =>
  ({ name, type: "i32", unit: "1", min, max, doc, count: 1 }) as const satisfies Field;

export const f32s = <const N extends string>(
  name: N,
  count: number,
  unit: string,
  min: number,
  max: number,
  doc: string,
) => ({ name, type: "f32", unit, min, max, doc, count }) as const satisfies Field;

export const i32s = <const N extends string>(name: N, count: number, min: number, max: number, doc: string) =>
  ({ name, type: "i32", unit: "1", min, max, doc, count }) as const satisfies Field;

/** Bytes a record of these fields takes. */
export const recordBytes = (fields: readonly Field[]): number =>
  fields.reduce((bytes, field) => bytes + 4 * field.count, 0);

/** Byte offset of every field from the start of its record. */
export function fieldOffsets(fields: readonly Field[]): Record<string, number> {
  const offsets: Record<string, number> = {};
  let at = 0;
  for (const field of fields) {
    offsets[field.name] = at;
    at += 4 * field.count;
  }
  return offsets;
}
