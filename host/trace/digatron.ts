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
import type { Source, Table } from "./table.js";
import { isBlank, readNumber } from "./units.js";

const CURRENT = /^Current#(.+)$/;
const VOLTAGE = /^Voltage#(.+)$/;

function detect(source: Source): Evidence | null {
  const headerIndex = findHeader(source, [CURRENT, VOLTAGE]);
  if (headerIndex === -1) return null;
  const reasons = [`line ${headerIndex + 1} has Digatron's Current# and Voltage#`];
  return { dialect: "digatron", strength: "columns", reasons, headerIndex };
}

function read(source: Source, evidence: Evidence): Recording {
  const { table, header } = openTable(source, evidence);
  const { rows, lines } = belowUnits(table, source.path);
  return {
    table: { ...table, rows, lines },
    evidence:
      rows.length < table.rows.length ? [`units: line ${table.lines[0]} repeats those of the names`] : [],
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

/** Without the row of units, if there is one. Errors: E_TRACE_UNKNOWN_UNIT where it contradicts the names. */
function belowUnits({ header, rows, lines }: Table, path: string): Pick<Table, "rows" | "lines"> {
  const first = rows[0];
  if (!first?.every((cell) => isBlank(cell) || Number.isNaN(readNumber(cell, ".")))) return { rows, lines };
  header.forEach((name, k) => {
    const unit = /#(.+)$/.exec(name)?.[1];
    const repeated = (first[k] ?? "").trim().replace(/^\[(.*)\]$/, "$1");
    if (unit !== undefined && repeated !== "" && repeated !== unit)
      throw new BetaguardError(
        "E_TRACE_UNKNOWN_UNIT",
        `${path}:${lines[0]}: expected the unit in ${JSON.stringify(name)}, found ${JSON.stringify(repeated)} below it; correct the wrong one`,
      );
  });
  return { rows: rows.slice(1), lines: lines.slice(1) };
}

export const digatron: Reader = {
  format: "digatron",
  expects: "`Program Duration#s`, `Current#A`, `Voltage#V`",
  detect,
  read,
};
