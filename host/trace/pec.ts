/** PEC exports: lines of keys and values about the test, a block of its results, then the records. */
import {
  defined,
  findAll,
  findCapacities,
  findColumn,
  findHeader,
  findScaled,
  findTime,
  openTable,
  required,
  requiredCurrent,
} from "./header.js";
import type { Evidence, Reader, Recording } from "./reader.js";
import type { Source } from "./table.js";

const TIME = /^Total Time \((.+)\)$/;
const STATE = /^Instruction Name$/;

function detect(source: Source): Evidence | null {
  const headerIndex = findHeader(source, [TIME, STATE, /^ReasonCode$/]);
  if (headerIndex === -1) return null;
  const reasons = [`line ${headerIndex + 1} has PEC's Instruction Name and ReasonCode`];
  return { dialect: "pec", strength: "columns", reasons, headerIndex };
}

function read(source: Source, evidence: Evidence): Recording {
  const { table, header } = openTable(source, evidence);
  return {
    table,
    evidence: [],
    warnings: [],
    time: required(findTime(header, TIME), "`Total Time (Seconds)`", header),
    current: [requiredCurrent(findScaled(header, /^Current \((.+)\)$/, "current"), "`Current (A)`", header)],
    sign: "signed",
    temperatures: [/^Temp(?:erature)?(?: \d+)? \(.*\)$/, /^Station Temperature \(.*\)$/].flatMap((pattern) =>
      findAll(header, pattern),
    ),
    accumulators: findCapacities(header, [
      [/^Charge Capacity \((.+)\)$/, "charge"],
      [/^Discharge Capacity \((.+)\)$/, "discharge"],
    ]),
    ...defined({
      voltage: findScaled(header, /^Voltage \((.+)\)$/, "voltage"),
      stepTime: findTime(header, /^Step Time \((.+)\)$/),
      wallClock: findColumn(header, /^Real Time$/),
      state: findColumn(header, STATE),
      cycle: findColumn(header, /^Cycle$/),
      step: findColumn(header, /^Step$/),
    }),
  };
}

export const pec: Reader = {
  format: "pec",
  expects: "`Total Time (Seconds)`, `Instruction Name`, `ReasonCode` below the lines about the test",
  detect,
  read,
};
