/** PEC exports: lines of keys and values about the test, a block of its results, then the records. */
import { BetaguardError } from "../errors.js";
import {
  defined,
  findAll,
  findCapacities,
  findColumn,
  findHeader,
  findScaled,
  findTime,
  type Header,
  openTable,
  required,
  requiredCurrent,
} from "./header.js";
import type { Evidence, Reader, Recording } from "./reader.js";
import type { Source, Table } from "./table.js";

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
  refuseSeveralCells(table, header);
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

/** An export may hold several cells one below the other. Errors: E_TRACE_BAD_VALUES. */
function refuseSeveralCells({ rows, lines }: Table, header: Header): void {
  for (const pattern of [/^Test$/, /^Cell$/]) {
    const at = findColumn(header, pattern);
    const other = at === undefined ? -1 : rows.findIndex((cells) => cells[at] !== rows[0]?.[at]);
    if (at === undefined || other === -1) continue;
    throw new BetaguardError(
      "E_TRACE_BAD_VALUES",
      `${header.path}:${lines[other]}: expected one cell's test per file, found ${header.names[at]} ${rows[0]?.[at]} and ${rows[other]?.[at]}; export each alone`,
    );
  }
}

export const pec: Reader = {
  format: "pec",
  expects: "`Total Time (Seconds)`, `Instruction Name`, `ReasonCode` below the lines about the test",
  detect,
  read,
};
