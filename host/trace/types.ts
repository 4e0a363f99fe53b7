/**
 * The one table every vendor's file becomes. Columns are parallel, one entry per used row; names and units
 * follow BDF (Battery Data Format). NaN means "not measured in this row"; a column that was never measured is absent.
 */
export interface TraceColumns {
  /** Seconds since the start of the test, as recorded: duplicates and backward jumps are kept and reported as events. */
  readonly time_s: Float64Array;
  /** Cell current in A, charge positive. Never NaN: rows without a current are dropped by rule. */
  readonly current_A: Float64Array;
  /** Cell voltage in V. */
  readonly voltage_V?: Float64Array;
  /** Cell surface temperature where recorded, else the first auxiliary or ambient one (the evidence says which). */
  readonly temperature_degC?: Float64Array;
  /** Pressure measured at the cell. */
  readonly surfacePressure_Pa?: Float64Array;
  /** Pressure applied by the fixture. */
  readonly appliedPressure_Pa?: Float64Array;
  /** Thickness change of the cell, from a joined logger only. */
  readonly displacement_um?: Float64Array;
  readonly unixTime_s?: Float64Array;
  readonly cycle?: Float64Array;
  readonly step?: Float64Array;
  /** Seconds since the current step began, where recorded: says when, between two rows, a step changed. */
  readonly stepTime_s?: Float64Array;
}

export type TraceEventType =
  | "duplicate-time"
  | "backward-time"
  | "gap"
  | "restart"
  | "long-row"
  | "short-row"
  | "truncated-row"
  | "unreadable-cell"
  | "time-unit"
  | "current-unit"
  | "cycle-count"
  | "state-sign"
  | "voltage-range"
  | "encoding"
  | "join-miss"
  | "logger-order"
  | "logger-duplicate"
  | "logger-cell";

export interface TraceEvent {
  readonly type: TraceEventType;
  /** 1-based line in the source file; 1-based row for formats without lines. */
  readonly line: number;
  readonly detail: string;
  /** Present where the event stands for that many of its type, which are not listed one by one. */
  readonly count?: number;
}

/** Where a column came from that is not in the trace's own file. */
export interface TraceJoin {
  readonly column: "surfacePressure_Pa" | "temperature_degC" | "displacement_um";
  readonly loggerPath: string;
  /** Hex SHA-256 of the logger file's bytes. */
  readonly loggerSha256: string;
  /** The logger's own name of the column. */
  readonly loggerColumn: string;
  /** A row has the last sample at or before it that is at most this old. */
  readonly tolerance_s: number;
  /** Added to the logger's clock. */
  readonly skew_s: number;
  /** Rows with a sample; the trace's other rows have none. */
  readonly rowsJoined: number;
}

export interface Trace {
  readonly path: string;
  /** Hex SHA-256 of the file's bytes. */
  readonly sha256: string;
  /** Vendor family: `bdf`, `arbin`, `neware`, …; `plain` for a table of nobody's format. */
  readonly format: string;
  /** Which of the family's spellings: `arbin-old`, `neware-hierarchical`, … */
  readonly dialect: string;
  /** Every decision taken, each with what it rests on: dialect, units, decimal mark, encoding, sign rule. */
  readonly evidence: readonly string[];
  /** Rows in the file: those used and those dropped. A file that is refused is refused whole. */
  readonly rowsRead: number;
  readonly rows: number;
  /** Source line of each row, as in TraceEvent.line; absent: not known. */
  readonly lines?: Int32Array;
  readonly columns: TraceColumns;
  /** The file's own column headers, in order. */
  readonly sourceColumns: readonly string[];
  readonly events: readonly TraceEvent[];
  readonly warnings: readonly string[];
  /** Rows left out by rule, with the rule. rowsRead = rows + Σ count. */
  readonly dropped: readonly { readonly rule: string; readonly count: number }[];
  /** True where unixTime_s comes from epochs or from dates with their zone; else UTC is assumed. */
  readonly unixTimeIsUtc?: boolean;
  /** Columns joined from logger files. */
  readonly joins?: readonly TraceJoin[];
}
