/** Whether a voltage can be a cell's: millivolts labelled volts show, and so does a spike of the wire. */
import { BetaguardError } from "../errors.js";
import { isIsolated } from "./table.js";
import type { TraceEvent } from "./types.js";

/** Beyond any couple, and beyond what cyclers and potentiostats apply to a cell that has failed. */
export const MAX_CELL_V = 20;

export interface CheckedVoltage {
  /** NaN ("not measured") in the rows of the events. */
  readonly voltage_V: Float64Array;
  readonly events: readonly TraceEvent[];
}

/** Errors: E_TRACE_VOLTAGE_UNIT when more than isolated rows lie outside what any cell can have. */
export function checkVoltage(
  voltage_V: Float64Array,
  lineOf: (row: number) => number,
  path: string,
): CheckedVoltage {
  const outside = (voltage: number) => Math.abs(voltage) > MAX_CELL_V;
  let rows = 0;
  for (let row = 0; row < voltage_V.length; row++) if (outside(voltage_V[row] as number)) rows++;
  if (rows === 0) return { voltage_V, events: [] };
  const first = voltage_V.findIndex(outside);
  if (!isIsolated(rows, voltage_V.length) || rows === voltage_V.length)
    throw new BetaguardError(
      "E_TRACE_VOLTAGE_UNIT",
      `${path}:${lineOf(first)}: expected the voltage of one cell, at most ${MAX_CELL_V} V, found ${voltage_V[first]} V and ${rows} of ${voltage_V.length} rows above it; correct the unit (${voltage_V[first]} mV would be ${(voltage_V[first] as number) / 1000} V)`,
    );
  const events: TraceEvent[] = [];
  const checked = voltage_V.map((voltage, row) => {
    if (!outside(voltage)) return voltage;
    const detail = `${voltage} V, more than any cell has; not used`;
    events.push({ type: "voltage-range", line: lineOf(row), detail });
    return Number.NaN;
  });
  return { voltage_V: checked, events };
}

/** Every couple's highest voltage is above it. */
const MIN_CELL_V = 0.5;
/** Below this share of the largest a voltage is what a current leaves behind, not one of its own. */
const OWN_SHARE = 0.25;
const MIN_UNDRIVEN_ROWS = 3;

/**
 * A doubt about a voltage labelled mV that would be a cell's in V. A symmetric cell may have so little, but has it
 * while a current drives it; one that stays where none flows, or where it drives the current, is a full cell's.
 */
export function doubtMillivolts(voltage_V: Float64Array, current_A: Float64Array): string | undefined {
  let largest = 0;
  for (const voltage of voltage_V) if (Math.abs(voltage) > largest) largest = Math.abs(voltage);
  if (largest < MIN_CELL_V / 1000 || largest > MAX_CELL_V / 1000) return undefined;
  let undriven = 0;
  let own = 0;
  voltage_V.forEach((voltage, row) => {
    if (!(voltage * (current_A[row] as number) <= 0)) return;
    undriven++;
    if (Math.abs(voltage) >= OWN_SHARE * largest) own++;
  });
  if (undriven < MIN_UNDRIVEN_ROWS || own <= undriven / 2) return undefined;
  return `voltage: at most ${(1000 * largest).toPrecision(3)} mV by its label, but there in ${own} of ${undriven} rows where no current drives it, as a cell's ${(1000 * largest).toPrecision(3)} V would be; if so, correct the label`;
}
