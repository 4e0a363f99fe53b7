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
import { makeTable, type Scan, type Source, type Table, withColumns } from "./table.js";

const TIME = /^Total Time \((.+)\)$/;
const STATE = /^Instruction Name$/;

function detect(source: Source): Evidence | null {
  const headerIndex = findHeader(source, [TIME, STATE, /^ReasonCode$/]);
  if (headerIndex === -1) return null;
  const reasons = [`line ${headerIndex + 1} has PEC's Instruction Name and ReasonCode`];
  return { dialect: "pec", strength: "columns", reasons, headerIndex };
}

async function read(source: Source, evidence: Evidence): Promise<Recording> {
  const { table: rows, header } = await openTable(source, evidence);
  const table = await ofOneCell(rows, header);
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

/** An export may hold several cells one below the other: a scan refuses them. Errors: E_TRACE_BAD_VALUES. */
function ofOneCell(table: Table, header: Header): Promise<Table> {
  const keys = [/^Test$/, /^Cell$/].flatMap((pattern) => findColumn(header, pattern) ?? []);
  const [first] = table.sample;
  const scan: Scan = (visit, options) =>
    table.scan(
      (row) => {
        for (const at of keys) {
          const expected = first?.cells[at];
          if (row.text(at) !== expected)
            throw new BetaguardError(
              "E_TRACE_BAD_VALUES",
              `${header.path}:${row.line}: expected one cell's test per file, found ${header.names[at]} ${expected} and ${row.text(at)}; export each alone`,
            );
        }
        return visit(row);
      },
      withColumns(options, keys),
    );
  return makeTable(table.header, scan, () => table.expectedRows);
}

export const pec: Reader = {
  format: "pec",
  expects: "`Total Time (Seconds)`, `Instruction Name`, `ReasonCode` below the lines about the test",
  detect,
  read,
};
