/** A time column row by row: numbers, durations or timestamps, as its first cell tells. */
import { ColumnBuilder, type Memory } from "./builder.js";
import type { TimeColumn } from "./reader.js";
import type { Row } from "./row.js";
import type { Table } from "./table.js";
import type { DecimalMark } from "./units.js";
import { ClockBuilder } from "./wallclock.js";

export interface ParsedTime {
  readonly values: Float64Array;
  /** True when the cells carry their unit themselves: durations or timestamps. */
  readonly selfDescribing: boolean;
  readonly evidence: string;
  /** Present when the time column itself holds dates. */
  readonly unixTime_s?: Float64Array;
  /** See WallClock.utc. */
  readonly utc?: boolean;
}

/** 30 000 years in ms: a larger number is damage, and could pass what a double holds once it is scaled. */
const MAX_TIME = 1e15;
const STAMP = /^\d{1,4}[-/.]\w{1,3}[-/.]\d{2,4}[ T]/;

export class TimeBuilder {
  readonly #name: string;
  readonly #column: TimeColumn;
  readonly #mark: DecimalMark;
  readonly #values: ColumnBuilder;
  readonly #memory: Memory;
  #clock: ClockBuilder | undefined;
  #kind: "numbers" | "durations" | undefined;
  #first = "";
  #value = Number.NaN;

  constructor(table: Pick<Table, "header">, column: TimeColumn, mark: DecimalMark, memory: Memory) {
    this.#name = table.header[column.index] ?? "";
    this.#column = column;
    this.#mark = mark;
    this.#values = new ColumnBuilder(memory, Float64Array);
    this.#memory = memory;
  }

  /** Reads a row's cell. Returns false when it holds no time. */
  read(row: Row): boolean {
    const { index, scale } = this.#column;
    if (this.#kind === undefined && !this.#clock) this.#decide(row);
    if (this.#clock) return this.#clock.read(row, index);
    this.#value =
      this.#kind === "durations" ? row.duration(index) : row.number(index, this.#mark) * (scale ?? 1);
    return Math.abs(this.#value) <= MAX_TIME;
  }

  /** Adds what was read last to the column. */
  keep(): void {
    if (this.#clock) this.#clock.keep();
    else this.#values.push(this.#value);
  }

  /** In the column's own unit; undefined for timestamps that do not make one clock. */
  finish(): ParsedTime | undefined {
    const selfDescribing = this.#kind !== "numbers";
    if (!this.#clock) {
      const evidence = selfDescribing
        ? `time: durations as days, hours, minutes, seconds (first cell ${JSON.stringify(this.#first)})`
        : `time: numbers in ${JSON.stringify(this.#name)}`;
      return { values: this.#values.finish(), selfDescribing, evidence };
    }
    const clock = this.#clock.finish();
    if (!clock) return undefined;
    const start = clock.seconds.find((second) => !Number.isNaN(second)) ?? Number.NaN;
    return {
      values: clock.seconds.map((second) => second - start),
      selfDescribing,
      evidence: `time: timestamps (${clock.evidence}), seconds since the first`,
      ...(clock.absolute ? { unixTime_s: clock.seconds, utc: clock.utc } : {}),
    };
  }

  #decide(row: Row): void {
    const { index } = this.#column;
    if (row.isBlank(index)) return;
    this.#first = row.text(index).trim();
    if (STAMP.test(this.#first)) this.#clock = new ClockBuilder(this.#memory);
    else this.#kind = this.#first.includes(":") ? "durations" : "numbers";
  }
}
