/** What a vendor's module provides: how to recognise its files, and which column means what. */
import type { Row } from "./row.js";
import type { Source, Table } from "./table.js";

export interface Evidence {
  /** Which of the family's spellings: `arbin-old`, `neware-hierarchical`, … */
  readonly dialect: string;
  /**
   * `signature`: the file names its format (a magic first line, or the labels of the BDF standard, which allows a
   * vendor's columns beside its own). `columns`: a set of column names only this vendor uses. A signature outranks
   * columns, and these outrank `generic`: names that say quantity and unit, but not whose they are. Two of the same
   * strength are a tie, and a tie is refused.
   */
  readonly strength: "signature" | "columns" | "generic";
  readonly reasons: readonly string[];
  /** 0-based line of the column names. */
  readonly headerIndex: number;
}

export interface Reader {
  /** Vendor family, as in Trace.format. */
  readonly format: string;
  /** What a file of this family must show, for the message when no family fits. */
  readonly expects: string;
  detect(source: Source): Evidence | null;
  /** Errors: E_TRACE_MISSING_COLUMN, E_TRACE_NO_CURRENT, E_TRACE_DUPLICATE_COLUMN, E_TRACE_UNKNOWN_UNIT, E_TRACE_BAD_VALUES. */
  read(source: Source, evidence: Evidence): Promise<Recording>;
}

/** A column and the factor to the unit used inside. */
export interface ScaledColumn {
  readonly index: number;
  readonly scale: number;
}

/** `scale` is null where the file does not say the unit; then only the wall clock can decide it. */
export interface TimeColumn {
  readonly index: number;
  readonly scale: number | null;
}

/**
 * A capacity or energy the cycler counted itself: the independent witness for units and signs.
 * `throughput` restarts with each step and does not know its direction; `net` falls on discharge.
 */
export interface Accumulator extends ScaledColumn {
  readonly counts: "charge" | "discharge" | "throughput" | "net";
  readonly quantity: "capacity" | "energy";
}

export interface Recording {
  readonly table: Table;
  readonly evidence: readonly string[];
  readonly warnings: readonly string[];
  readonly time: TimeColumn;
  readonly stepTime?: TimeColumn;
  /** Unix seconds or milliseconds, spreadsheet days, or date text. */
  readonly wallClock?: number;
  /** More than one when a converter left the vendor's own current beside its own: the accumulators decide. */
  readonly current: readonly [ScaledColumn, ...ScaledColumn[]];
  /** `signed` by the dialect's definition, or `maybe-unsigned`: some exports write magnitudes and a state. */
  readonly sign: "signed" | "maybe-unsigned";
  /** Charge/discharge/rest in words or letters. */
  readonly state?: number;
  readonly voltage?: ScaledColumn;
  /** In order of preference; the first one that was measured is used. */
  readonly temperatures: readonly ScaledColumn[];
  readonly surfacePressure?: ScaledColumn;
  readonly appliedPressure?: ScaledColumn;
  readonly cycle?: number;
  readonly step?: number;
  /** True where the cycler writes the first row of a step as the step begins, not at its first logging interval. */
  readonly firstRowStartsStep?: true;
  readonly accumulators: readonly Accumulator[];
  /** Rows that are no time-domain record at all (impedance points), with the rule's name. */
  readonly excluded?: {
    readonly rule: string;
    /** The column that is tested. */
    readonly column: number;
    readonly test: (row: Row) => boolean;
  };
}
