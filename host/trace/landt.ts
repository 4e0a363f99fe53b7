/** Landt's CSV export: padded lines about the cell, then columns named `quantity_unit`. */
import {
  defined,
  findAll,
  findCapacities,
  findColumn,
  findHeader,
  findScaled,
  openTable,
  required,
  requiredCurrent,
} from "./header.js";
import type { Evidence, Reader, Recording } from "./reader.js";
import type { Source } from "./table.js";

const WALL_CLOCK = /^date_time_iso_string$/;

function detect(source: Source): Evidence | null {
  const headerIndex = findHeader(source, [WALL_CLOCK, /^channel_index$/, /^test_time_/]);
  if (headerIndex === -1) return null;
  const reasons = [`line ${headerIndex + 1} has Landt's channel_index and date_time_iso_string`];
  return { dialect: "landt", strength: "columns", reasons, headerIndex };
}

async function read(source: Source, evidence: Evidence): Promise<Recording> {
  const { table, header } = await openTable(source, evidence);
  return {
    table,
    evidence: [],
    warnings: [],
    time: required(findScaled(header, /^test_time_(.+)$/, "time"), "`test_time_s`", header),
    current: [requiredCurrent(findScaled(header, /^current_(.+)$/, "current"), "`current_A`", header)],
    sign: "signed",
    temperatures: findAll(header, /^temperature_\d+_C$/),
    accumulators: findCapacities(header, [
      [/^charge_capacity_(.+)$/, "charge"],
      [/^discharge_capacity_(.+)$/, "discharge"],
    ]),
    ...defined({
      voltage: findScaled(header, /^voltage_(.+)$/, "voltage"),
      // The cycler's own input; nothing in the file says where its sensor sits.
      surfacePressure: findScaled(header, /^Pressure_(.+)$/, "pressure"),
      stepTime: findScaled(header, /^step_time_(.+)$/, "time"),
      wallClock: findColumn(header, WALL_CLOCK),
      state: findColumn(header, /^step_name$/),
      cycle: findColumn(header, /^cycle_index$/),
      step: findColumn(header, /^step_index$/),
    }),
  };
}

export const landt: Reader = {
  format: "landt",
  expects: "`channel_index`, `date_time_iso_string`, `test_time_s`, `current_A` below a padded preamble",
  detect,
  read,
};
