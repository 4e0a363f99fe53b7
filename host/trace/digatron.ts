/** Digatron's CSV export: `Name#unit` columns, then a row that repeats the units. */
import { BetaguardError } from "../errors.js";
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
import { makeTable, type SampledRow, type Scan, type Source, type Table } from "./table.js";
import { isBlank, readNumber } from "./units.js";

const CURRENT = /^Current#(.+)$/;
const VOLTAGE = /^Voltage#(.+)$/;

function detect(source: Source): Evidence | null {
  const headerIndex = findHeader(source, [CURRENT, VOLTAGE]);
  if (headerIndex === -1) return null;
  const reasons = [`line ${headerIndex + 1} has Digatron's Current# and Voltage#`];
  return { dialect: "digatron", strength: "columns", reasons, headerIndex };
}

async function read(source: Source, evidence: Evidence): Promise<Recording> {
  const { table, header } = await openTable(source, evidence);
  const units = unitsRow(table, source.path);
  return {
    table: units ? await belowUnits(table, units) : table,
    evidence: units ? [`units: line ${units.line} repeats those of the names`] : [],
    warnings: [],
    time: required(
      findTime(header, /^(?:Program|Prog) (?:Duration|Time)(?:#(.+))?$/),
      "`Program Duration#s`",
      header,
    ),
    current: [requiredCurrent(findScaled(header, CURRENT, "current"), "`Current#A`", header)],
    sign: "signed",
    temperatures: findAll(header, /^T\d+#.{0,3}C$/),
    // AhStep and AhAccu change their meaning between programs.
    accumulators: findCapacities(header, [
      [/^AhCha#(.+)$/, "charge"],
      [/^AhDch#(.+)$/, "discharge"],
    ]),
    ...defined({
      voltage: findScaled(header, VOLTAGE, "voltage"),
      stepTime: findTime(header, /^Step (?:Duration|Time)(?:#(.+))?$/),
      wallClock: findColumn(header, /^Timestamp(?:#.*)?$/),
      state: findColumn(header, /^(?:Status|Step Type)$/),
      cycle: findColumn(header, /^Cycle$/),
      step: findColumn(header, /^Step$/),
    }),
  };
}

/** The first row where it holds units in place of values. Errors: E_TRACE_UNKNOWN_UNIT where it contradicts the names. */
function unitsRow({ header, sample }: Table, path: string): SampledRow | undefined {
  const first = sample[0];
  if (!first?.cells.every((cell) => isBlank(cell) || Number.isNaN(readNumber(cell, ".")))) return undefined;
  header.forEach((name, k) => {
    const unit = /#(.+)$/.exec(name)?.[1];
    const repeated = (first.cells[k] ?? "").trim().replace(/^\[(.*)\]$/, "$1");
    if (unit !== undefined && repeated !== "" && repeated !== unit)
      throw new BetaguardError(
        "E_TRACE_UNKNOWN_UNIT",
        `${path}:${first.line}: expected the unit in ${JSON.stringify(name)}, found ${JSON.stringify(repeated)} below it; correct the wrong one`,
      );
  });
  return first;
}

function belowUnits(table: Table, { line }: SampledRow): Promise<Table> {
  const scan: Scan = (visit, options) => table.scan((row) => row.line === line || visit(row), options);
  return makeTable(table.header, scan, () => table.expectedRows);
}

export const digatron: Reader = {
  format: "digatron",
  expects: "`Program Duration#s`, `Current#A`, `Voltage#V`",
  detect,
  read,
};
