/** Where words lie in their records, for code that writes and reads them by the step, without objects. */
import { freshBits } from "./codes.js";
import { type Field, fieldOffsets } from "./field.js";
import { type CellInput, cellInputFields, type StepInput, stepInputFields } from "./records.js";

/** Word of a field from the start of its record. */
export const wordOf = (fields: readonly Field[], name: string): number =>
  (fieldOffsets(fields)[name] as number) / 4;

const stepWord = (name: keyof StepInput) => wordOf(stepInputFields, name);
const cellWord = (name: keyof CellInput) => wordOf(cellInputFields, name);
const freshBit = (name: (typeof freshBits)[number]) => 1 << freshBits.indexOf(name);

/** Words of the step input. */
export const STEP_WORD = { dt: stepWord("dt_s"), demand: stepWord("demand_mA_cm2") } as const;

/** Words of a cell's input. */
export const CELL_WORD = {
  current: cellWord("current_mA_cm2"),
  voltage: cellWord("voltage_V"),
  temperature: cellWord("temperature_degC"),
  pressure: cellWord("stackPressure_MPa"),
  fixture: cellWord("fixturePressure_MPa"),
  fresh: cellWord("fresh"),
} as const;

/** Bits of its `fresh` word. */
export const FRESH = {
  current: freshBit("current"),
  voltage: freshBit("voltage"),
  temperature: freshBit("temperature"),
  pressure: freshBit("pressure"),
} as const;
