/** Neware BTSDA exports: one flat header, or cycle, step and record levels told apart by leading commas. */
import {
  defined,
  findAll,
  findCapacities,
  findColumn,
  findScaled,
  required,
  requiredCurrent,
} from "./header.js";
import type { Accumulator, Evidence, Reader, Recording } from "./reader.js";
import { headerCells, headerDelimiter, readTable, type Source, type Table } from "./table.js";

const TIME = /^Total Time$/;
const CURRENT = /^Current\s*\((.+)\)$/;
const VOLTAGE = /^Voltage\s*\((.+)\)$/;
const COUNTERS: readonly [RegExp, Accumulator["counts"]][] = [
  [/^Chg\. ?Cap\.\s*\((.+)\)$/, "charge"],
  [/^DChg\. ?Cap\.\s*\((.+)\)$/, "discharge"],
  [/^Capacity\s*\((.+)\)$/, "throughput"],
];
/** The record header of a hierarchical export is its third line. */
const RECORD_HEADER_LINE = 2;
/** Names given to the two levels above a record when they are carried down to it. */
const CARRIED = ["Cycle Index", "Step Number", "Step Type"];

function detect(source: Source): Evidence | null {
  const headerOf = (line: string) => headerCells(line, headerDelimiter(line));
  const fits = (names: readonly string[], patterns: readonly RegExp[]) =>
    patterns.every((pattern) => names.some((name) => pattern.test(name)));
  const [first = "", second = "", third = ""] = source.head;
  if (fits(headerOf(first), [TIME, CURRENT, VOLTAGE, /^Step Type$/])) {
    const reasons = ["line 1 has Neware's Step Type, Total Time and Current(unit)"];
    return { dialect: "neware-flat", strength: "columns", reasons, headerIndex: 0 };
  }
  if (
    /^Cycle Index,/.test(first) &&
    /^,Step Index,/.test(second) &&
    /^,,\w/.test(third) &&
    fits(headerOf(third), [TIME, CURRENT])
  ) {
    const reasons = ["lines 1 to 3 head cycles, steps and records, each indented by one more comma"];
    return { dialect: "neware-hierarchical", strength: "columns", reasons, headerIndex: RECORD_HEADER_LINE };
  }
  return null;
}

function read(source: Source, evidence: Evidence): Recording {
  const raw = readTable(
    source,
    evidence.headerIndex,
    headerDelimiter(source.head[evidence.headerIndex] ?? ""),
  );
  const hierarchical = evidence.dialect === "neware-hierarchical";
  const table = hierarchical ? carryDown(raw, headerCells(source.head[0] ?? "", ",").length) : raw;
  const header = { names: table.header, path: source.path };
  const index = (pattern: RegExp) => findColumn(header, pattern);
  const clock = (column: number | undefined) =>
    column === undefined ? undefined : { index: column, scale: null };
  return {
    table,
    evidence: hierarchical ? ["rows: records only; cycle and step lines are carried down to them"] : [],
    warnings: [],
    time: required(clock(index(TIME)), "`Total Time`", header),
    current: [requiredCurrent(findScaled(header, CURRENT, "current"), "`Current(A)`", header)],
    sign: "maybe-unsigned",
    temperatures: findAll(header, /^[Tt]\d+\s*\(.*\)$/),
    accumulators: findCapacities(header, COUNTERS),
    ...defined({
      voltage: findScaled(header, VOLTAGE, "voltage"),
      stepTime: clock(index(/^Time$/)),
      wallClock: index(/^Date$/),
      state: index(/^Step Type$/),
      cycle: index(/^Cycle Index$/),
      step: index(/^Step (?:Number|Count)$/) ?? index(/^Step Index$/),
    }),
  };
}

/**
 * Keeps the record lines and appends cycle, step and step type from the lines above them. A cycle's line may carry
 * its first step's cells behind its own.
 */
function carryDown(table: Table, cycleWidth: number): Table {
  const rows: (readonly string[])[] = [];
  const lines: number[] = [];
  let above: readonly string[] = ["", "", ""];
  table.rows.forEach((cells, k) => {
    if (cells[0] !== "") above = [cells[0] ?? "", cells[cycleWidth + 1] ?? "", cells[cycleWidth + 2] ?? ""];
    else if (cells[1] !== "") above = [above[0] ?? "", cells[2] ?? "", cells[3] ?? ""];
    else {
      // A record that does not fit the header is passed on as it is, for the row check to report.
      rows.push(cells.length === table.header.length ? [...cells, ...above] : cells);
      lines.push(table.lines[k] as number);
    }
  });
  return { ...table, header: [...table.header, ...CARRIED], rows, lines };
}

export const neware: Reader = {
  format: "neware",
  expects:
    "`Step Type`, `Total Time`, `Current(A)`, `Voltage(V)` in line 1, or cycle, step and record headers in lines 1 to 3",
  detect,
  read,
};
