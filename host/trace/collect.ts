/** Cells to numbers: which rows are used, which are dropped, and by which rule. */
import { BetaguardError } from "../errors.js";
import type { Recording, ScaledColumn, TimeColumn } from "./reader.js";
import { isIsolated, MAX_DAMAGED_SHARE, type Table } from "./table.js";
import type { TraceEvent } from "./types.js";
import {
  type DecimalDecision,
  type DecimalMark,
  decideDecimalMark,
  isBlank,
  readDuration,
  readNumber,
} from "./units.js";
import { readWallClock } from "./wallclock.js";

/** Rows looked at to decide the decimal mark. */
const DECIMAL_SAMPLE = 5000;

export interface Collected {
  /** Indices into the table of the rows that are used. */
  readonly used: Int32Array;
  readonly time: ParsedTime;
  /** One array per candidate current, in A. */
  readonly currents: readonly Float64Array[];
  readonly voltage: Float64Array | undefined;
  readonly decimal: DecimalDecision;
  readonly events: readonly TraceEvent[];
  readonly dropped: readonly { readonly rule: string; readonly count: number }[];
}

export interface ParsedTime {
  readonly values: Float64Array;
  /** True when the cells carry their unit themselves: durations or timestamps. */
  readonly selfDescribing: boolean;
  readonly evidence: string;
  /** Present when the time column itself holds dates. */
  readonly unixTime_s?: Float64Array;
}

/**
 * Reads time, current and voltage of every row. A row without a current is dropped by rule; a row whose time,
 * current or voltage holds something that is no number is dropped with an event.
 * Errors: E_TRACE_NO_ROWS, E_TRACE_NO_CURRENT, E_TRACE_BAD_VALUES.
 */
export function collect(table: Table, recording: Recording, path: string): Collected {
  const decimal = decimalMark(table, recording, path);
  const count = table.rows.length;
  const readTime = timeReader(table, recording.time, decimal.mark);
  const used: number[] = [];
  const time: number[] = [];
  const currents: number[][] = recording.current.map(() => []);
  const voltage: number[] = [];
  const events: TraceEvent[] = [];
  let excluded = 0;
  let withoutCurrent = 0;
  let unreadable = 0;
  const columns = recording.voltage ? [recording.voltage, ...recording.current] : recording.current;
  for (const [row, cells] of table.rows.entries()) {
    if (recording.excluded?.test(cells)) {
      excluded++;
      continue;
    }
    if (recording.current.some(({ index }) => isBlank(cells[index] ?? ""))) {
      withoutCurrent++;
      continue;
    }
    const t = readTime.value(row);
    // "+ 0": a rest written as -0.0 is a rest.
    const numbers = columns.map(
      ({ index, scale }) => readNumber(cells[index] ?? "", decimal.mark) * scale + 0,
    );
    // A blank voltage is "not measured"; any other cell without a number is damage.
    const wrong = numbers.findIndex(
      (value, k) =>
        Number.isNaN(value) &&
        !(columns[k] === recording.voltage && isBlank(cells[columns[k]?.index ?? -1] ?? "")),
    );
    if (Number.isNaN(t) || wrong !== -1) {
      unreadable++;
      const at = Number.isNaN(t) ? recording.time.index : (columns[wrong]?.index ?? -1);
      const found = JSON.stringify((cells[at] ?? "").slice(0, 40));
      events.push({
        type: "unreadable-cell",
        line: table.lines[row] as number,
        detail: `${table.header[at]}: expected a number, found ${found}; row dropped`,
      });
      continue;
    }
    used.push(row);
    time.push(t);
    if (recording.voltage) voltage.push(numbers.shift() as number);
    for (const [k, value] of numbers.entries()) currents[k]?.push(value);
  }
  refuseUnreadable(unreadable, count, events, path);
  if (used.length === 0) throw noRows(count, withoutCurrent + excluded, path);
  return {
    used: Int32Array.from(used),
    time: { values: Float64Array.from(time), ...readTime.description(used) },
    currents: currents.map((values) => Float64Array.from(values)),
    voltage: recording.voltage && Float64Array.from(voltage),
    decimal,
    events,
    dropped: [
      { rule: recording.excluded?.rule ?? "", count: excluded },
      { rule: "row without a current", count: withoutCurrent },
      { rule: "row with an unreadable time, current or voltage", count: unreadable },
    ].filter((rule) => rule.count > 0),
  };
}

/** An optional column over the used rows: blanks and words become NaN ("not measured"). */
export function collectColumn(
  table: Table,
  used: Int32Array,
  column: ScaledColumn,
  mark: DecimalMark,
): Float64Array {
  return Float64Array.from(
    used,
    (row) => readNumber(table.rows[row]?.[column.index] ?? "", mark) * column.scale,
  );
}

/** A time column over the used rows in its own unit; NaN where it cannot be read. */
export function collectTime(
  table: Table,
  used: Int32Array,
  column: TimeColumn,
  mark: DecimalMark,
): ParsedTime {
  const reader = timeReader(table, column, mark);
  return { values: Float64Array.from(used, reader.value), ...reader.description(Array.from(used)) };
}

function timeReader(table: Table, column: TimeColumn, mark: DecimalMark) {
  const cellAt = (row: number) => table.rows[row]?.[column.index] ?? "";
  const firstRow = table.rows.findIndex((cells) => !isBlank(cells[column.index] ?? ""));
  const first = cellAt(firstRow).trim();
  if (/^\d{1,4}[-/.]\w{1,3}[-/.]\d{2,4}[ T]/.test(first)) {
    const clock = readWallClock(table.rows.map((_, row) => cellAt(row)));
    const start = clock?.seconds.find((s) => !Number.isNaN(s)) ?? Number.NaN;
    return {
      value: (row: number) => (clock?.seconds[row] ?? Number.NaN) - start,
      description: (used: readonly number[]) => ({
        selfDescribing: true,
        evidence: `time: timestamps (${clock?.evidence ?? "unreadable"}), seconds since the first`,
        ...(clock?.absolute
          ? { unixTime_s: Float64Array.from(used, (row) => clock.seconds[row] ?? Number.NaN) }
          : {}),
      }),
    };
  }
  const selfDescribing = first.includes(":");
  return {
    value: selfDescribing
      ? (row: number) => readDuration(cellAt(row))
      : (row: number) => readNumber(cellAt(row), mark) * (column.scale ?? 1),
    description: () => ({
      selfDescribing,
      evidence: selfDescribing
        ? `time: durations as days, hours, minutes, seconds (first cell ${JSON.stringify(first)})`
        : `time: numbers in ${JSON.stringify(table.header[column.index])}`,
    }),
  };
}

function decimalMark(table: Table, recording: Recording, path: string): DecimalDecision {
  const columns = [recording.time, ...recording.current, ...(recording.voltage ? [recording.voltage] : [])];
  const sample = table.rows
    .slice(0, DECIMAL_SAMPLE)
    .flatMap((cells) => columns.map(({ index }) => cells[index] ?? ""));
  const decision = decideDecimalMark(sample);
  if (decision) return decision;
  throw new BetaguardError(
    "E_TRACE_BAD_VALUES",
    `${path}: expected one decimal mark in ${columns.map(({ index }) => table.header[index]).join(", ")}, found commas that may be decimal marks or thousands separators`,
  );
}

function refuseUnreadable(
  unreadable: number,
  rows: number,
  events: readonly TraceEvent[],
  path: string,
): void {
  const first = events[0];
  if (!first || (unreadable < rows && isIsolated(unreadable, rows))) return;
  throw new BetaguardError(
    "E_TRACE_BAD_VALUES",
    `${path}:${first.line}: ${first.detail}; ${unreadable} of ${rows} rows are like this, more than the ${100 * MAX_DAMAGED_SHARE} % that are dropped as isolated`,
  );
}

function noRows(rows: number, withoutCurrent: number, path: string): BetaguardError {
  if (withoutCurrent > 0)
    return new BetaguardError(
      "E_TRACE_NO_CURRENT",
      `${path}: expected rows with a measured current, found none in ${rows} rows (an impedance or open-circuit table cannot be replayed)`,
    );
  return new BetaguardError(
    "E_TRACE_NO_ROWS",
    `${path}: expected data rows below the column names, found none`,
  );
}
