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
import type { Row } from "./row.js";
import { readStamp, type Stamp } from "./stamp.js";
import {
  headerCells,
  headerDelimiter,
  makeTable,
  readTable,
  type Scan,
  type Source,
  type Table,
} from "./table.js";
import { type DecimalMark, isBlank, readDuration, readNumber } from "./units.js";

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

async function read(source: Source, evidence: Evidence): Promise<Recording> {
  const raw = await readTable(
    source,
    evidence.headerIndex,
    headerDelimiter(source.head[evidence.headerIndex] ?? ""),
  );
  const hierarchical = evidence.dialect === "neware-hierarchical";
  const table = hierarchical ? await carryDown(raw, headerCells(source.head[0] ?? "", ",").length) : raw;
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
function carryDown(table: Table, cycleWidth: number): Promise<Table> {
  const scan: Scan = (visit, options) => {
    let above = ["", "", ""];
    return table.scan((row) => {
      if (row.text(0) !== "") above = [row.text(0), row.text(cycleWidth + 1), row.text(cycleWidth + 2)];
      else if (row.text(1) !== "") above = [above[0] ?? "", row.text(2), row.text(3)];
      // A record that does not fit the header is passed on as it is, for the row check to report.
      else return visit(row.width === table.header.length ? new RecordRow(row, above) : row);
      return true;
    }, options);
  };
  return makeTable([...table.header, ...CARRIED], scan, () => table.expectedRows);
}

/** A record with the cells of the levels above it behind its own. */
class RecordRow implements Row {
  readonly #record: Row;
  readonly #above: readonly string[];

  constructor(record: Row, above: readonly string[]) {
    this.#record = record;
    this.#above = above;
  }

  get line(): number {
    return this.#record.line;
  }

  get width(): number {
    return this.#record.width + this.#above.length;
  }

  text(column: number): string {
    return this.#above[column - this.#record.width] ?? this.#record.text(column);
  }

  number(column: number, mark: DecimalMark): number {
    const above = this.#above[column - this.#record.width];
    return above === undefined ? this.#record.number(column, mark) : readNumber(above, mark);
  }

  duration(column: number): number {
    const above = this.#above[column - this.#record.width];
    return above === undefined ? this.#record.duration(column) : readDuration(above);
  }

  stamp(column: number): Stamp | null {
    const above = this.#above[column - this.#record.width];
    return above === undefined ? this.#record.stamp(column) : readStamp(above);
  }

  isBlank(column: number): boolean {
    const above = this.#above[column - this.#record.width];
    return above === undefined ? this.#record.isBlank(column) : isBlank(above);
  }
}

export const neware: Reader = {
  format: "neware",
  expects:
    "`Step Type`, `Total Time`, `Current(A)`, `Voltage(V)` in line 1, or cycle, step and record headers in lines 1 to 3",
  detect,
  read,
};
