/** A logger's samples beside a trace's rows: the last one at or before a row, if it is young enough, else none. */
import { BetaguardError } from "../errors.js";
import { extent } from "./inspect.js";
import { LOGGED, type Logger, type LoggerChannel, readLogger } from "./logger.js";
import type { Trace, TraceEvent } from "./types.js";

export interface JoinOptions {
  /** Oldest sample, in s, that still speaks for a row. */
  readonly tolerance_s: number;
  /**
   * Added to the logger's clock, in s; default 0 where both have a wall clock and the zone of both or of neither is
   * known. Without a common wall clock it must be given: then it is where, on the trace's test time, the logger's zero
   * (of dates: its first sample) lies.
   */
  readonly skew_s?: number | undefined;
}

/** A logger's file and how it is joined. */
export interface LoggerJoin {
  readonly logger: string;
  readonly channel: LoggerChannel;
  readonly options: JoinOptions;
}

/** Joins one logger after the other. Errors: those of readLogger and joinLogger. */
export async function joinLoggers(trace: Trace, joins: readonly LoggerJoin[]): Promise<Trace> {
  let joined = trace;
  for (const { logger, channel, options } of joins)
    joined = joinLogger(joined, await readLogger(logger, channel), options);
  return joined;
}

/** Clocks are kept in s since 1970, where a double resolves 0.24 µs. */
const ROUNDING_s = 1e-6;
const QUARTER_HOUR_s = 900;
/** UTC−12 to UTC+14. */
const ZONES_APART_s = 26 * 3600;
const RUNS_SHOWN = 3;

interface Axis {
  /** Of each row, on the logger's clock; NaN where the row has none that can be believed. */
  readonly rows_s: Float64Array;
  readonly samples_s: Float64Array;
  readonly evidence: string;
  readonly wall: boolean;
}

/** Why a row has no sample; 0 is a row that has one. */
const MISS = { none: 0, before: 1, gap: 2, after: 3, clock: 4 } as const;
const MISS_WORDS = [
  "",
  "before the logger's first sample",
  "in a gap of the logger",
  "after its last sample",
  "without a time, or with one that runs back",
];

/**
 * The trace with the logger's quantity as a column (surfacePressure_Pa, temperature_degC or displacement_um), in
 * place of its own. Rows without a sample have NaN there and are counted in a `join-miss` event.
 * Errors: E_JOIN_OPTION (tolerance, skew), E_JOIN_CLOCK (no common clock), E_JOIN_NO_OVERLAP (no row has a sample).
 */
export function joinLogger(trace: Trace, logger: Logger, { tolerance_s, skew_s }: JoinOptions): Trace {
  if (!(tolerance_s >= 0 && tolerance_s < Number.POSITIVE_INFINITY) || Number.isNaN(skew_s))
    throw new BetaguardError(
      "E_JOIN_OPTION",
      `expected a tolerance from 0 s and a skew in s, found ${tolerance_s} and ${skew_s}; give them with --tolerance and --skew`,
    );
  const { quantity } = logger.channel;
  const { column, unit } = LOGGED[quantity];
  const axis = commonAxis(trace, logger, skew_s, tolerance_s);
  const values = new Float64Array(trace.rows).fill(Number.NaN);
  const misses = new Uint8Array(trace.rows);
  let rowsJoined = 0;
  let oldest_s = 0;
  for (let row = 0; row < trace.rows; row++) {
    const t = axis.rows_s[row] as number;
    const sample = lastAtOrBefore(axis.samples_s, t + ROUNDING_s);
    const age_s = t - (axis.samples_s[sample] ?? Number.NaN);
    if (age_s <= tolerance_s + ROUNDING_s) {
      values[row] = logger.value[sample] as number;
      oldest_s = Math.max(oldest_s, age_s);
      rowsJoined++;
    } else misses[row] = missOf(t, sample, axis.samples_s);
  }

  const advice = axis.wall && rowsJoined < trace.rows ? zoneAdvice(axis, skew_s ?? 0) : "";
  const ages = `at most ${tolerance_s} s old`;
  if (rowsJoined === 0)
    throw new BetaguardError(
      "E_JOIN_NO_OVERLAP",
      `${trace.path}: expected samples of ${logger.path} ${ages} at its rows, found none: ${axis.evidence}; correct --skew or --tolerance${advice}`,
    );
  const evidence = [
    ...logger.evidence,
    `${quantity} join: ${axis.evidence}`,
    `${quantity} join: ${rowsJoined} of ${trace.rows} rows have a sample ${ages} (oldest ${oldest_s.toPrecision(3)} s); of ${logger.value.length} samples, ${describeRange(values, unit)}`,
  ];
  return {
    ...trace,
    columns: { ...trace.columns, [column]: values },
    evidence: [...trace.evidence, ...evidence],
    warnings: [...trace.warnings, ...logger.warnings, ...warnings(trace, axis, logger, tolerance_s)],
    events: [...trace.events, ...logger.events, ...missEvents(trace, misses, logger, `${ages}${advice}`)],
    joins: [
      ...(trace.joins ?? []),
      {
        column,
        loggerPath: logger.path,
        loggerSha256: logger.sha256,
        loggerColumn: logger.channel.column,
        tolerance_s,
        skew_s: skew_s ?? 0,
        rowsJoined,
      },
    ],
  };
}

/** Errors: E_JOIN_CLOCK. */
function commonAxis(trace: Trace, logger: Logger, skew_s: number | undefined, slack_s: number): Axis {
  const { unixTime_s, time_s } = trace.columns;
  const first = logger.time_s[0] as number;
  if (unixTime_s && logger.absolute) {
    const isUtc = trace.unixTimeIsUtc ?? false;
    if (isUtc !== logger.utc && skew_s === undefined)
      throw new BetaguardError(
        "E_JOIN_CLOCK",
        `expected both clocks in a known zone, found that the dates of ${isUtc ? logger.path : trace.path} name none while ${isUtc ? trace.path : logger.path} counts in UTC; say with --skew what to add to the logger's clock (0s: those dates are UTC too)`,
      );
    const skew = skew_s ?? 0;
    return {
      rows_s: rowTimes(unixTime_s, skew, slack_s),
      samples_s: logger.time_s,
      wall: true,
      evidence: `by wall clock${isUtc || logger.utc ? "" : " (neither names its zone: taken for the same)"}, skew ${skew} s; logger ${dates(logger.time_s, skew)}, trace ${dates(unixTime_s, 0)}`,
    };
  }
  const lacking = unixTime_s
    ? `${logger.path} counts from its own start`
    : `${trace.path} has no dates that can be read`;
  if (skew_s === undefined)
    throw new BetaguardError(
      "E_JOIN_CLOCK",
      `expected a wall clock in the trace and in the logger, found that ${lacking}; say with --skew at which test time of the trace the logger ${logger.absolute ? "wrote its first sample" : "started to count"} (0s: together)`,
    );
  const restart = trace.events.find(({ type }) => type === "restart");
  if (restart)
    throw new BetaguardError(
      "E_JOIN_CLOCK",
      `${trace.path}:${restart.line}: expected a wall clock in both files to join a test that was restarted, found that ${lacking}; join its parts one by one`,
    );
  return {
    rows_s: rowTimes(time_s, skew_s, slack_s),
    samples_s: logger.absolute ? logger.time_s.map((t) => t - first) : logger.time_s,
    wall: false,
    evidence: `by test time (${lacking}), the logger's ${logger.absolute ? "first sample" : "zero"} at ${skew_s} s as declared`,
  };
}

/**
 * Where time runs back by more than the slack, the rows on both sides of the jump contradict each other, and until it
 * has caught up every row could be one of two: none of them says when it was. One stamp ahead of rows that carry on
 * from before it is alone in the wrong.
 */
function rowTimes(times: Float64Array, skew_s: number, slack_s: number): Float64Array {
  let latest = Number.NEGATIVE_INFINITY;
  return times.map((t, row) => {
    const runsBack = t < (times[row - 1] ?? t) - slack_s;
    const isAhead = (times[row + 1] ?? t) < t - slack_s;
    const behind = t < latest - slack_s;
    if (t > latest && !(isAhead && (times[row + 1] as number) >= latest)) latest = t;
    return runsBack || isAhead || behind ? Number.NaN : t - skew_s;
  });
}

/** Index of the last time not after `t`; −1 when all are, or `t` is NaN. */
function lastAtOrBefore(times: Float64Array, t: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) <= t) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function missOf(t: number, sample: number, samples_s: Float64Array): number {
  if (Number.isNaN(t)) return MISS.clock;
  if (sample < 0) return MISS.before;
  return sample === samples_s.length - 1 ? MISS.after : MISS.gap;
}

function missEvents(trace: Trace, misses: Uint8Array, { channel, path }: Logger, ages: string): TraceEvent[] {
  const counts = MISS_WORDS.map(() => 0);
  const shown: { from: number; to: number }[] = [];
  let runs = 0;
  for (const [row, why] of misses.entries()) {
    counts[why] = (counts[why] as number) + 1;
    if (why === MISS.none) continue;
    const starts = row === 0 || misses[row - 1] === MISS.none;
    if (starts && runs++ < RUNS_SHOWN) shown.push({ from: row, to: row });
    const run = shown.at(-1);
    if (run?.to === row - 1) run.to = row;
  }
  const [first] = shown;
  if (!first) return [];
  const place = (row: number) =>
    `${trace.lines ? "line" : "row"} ${lineOf(trace, row)} (${trace.columns.time_s[row]} s)`;
  const places = shown.map(({ from, to }) => (from === to ? place(from) : `${place(from)} to ${place(to)}`));
  const more = runs > RUNS_SHOWN ? `, and ${runs - RUNS_SHOWN} more stretches` : "";
  const reasons = MISS_WORDS.flatMap((words, why) =>
    why === MISS.none || counts[why] === 0 ? [] : [`${counts[why]} ${words}`],
  );
  const missed = trace.rows - (counts[MISS.none] as number);
  return [
    {
      type: "join-miss",
      line: lineOf(trace, first.from),
      detail: `${channel.quantity}: ${missed} of ${trace.rows} rows have no sample of ${path} ${ages}: ${reasons.join(", ")}; ${places.join(", ")}${more}`,
    },
  ];
}

const lineOf = (trace: Trace, row: number): number => trace.lines?.[row] ?? row + 1;

function warnings(trace: Trace, axis: Axis, { channel, path }: Logger, tolerance_s: number): string[] {
  const { quantity } = channel;
  const found: string[] = [];
  if (trace.columns[LOGGED[quantity].column])
    found.push(`${quantity}: the trace's own is not used, but that of ${path}`);
  const interval_s = medianStep(axis.samples_s);
  if (interval_s > tolerance_s)
    found.push(
      `${quantity}: the logger's samples are ${interval_s.toPrecision(3)} s apart, more than the tolerance of ${tolerance_s} s; rows between them have none`,
    );
  const tick_s = axis.wall ? longestStandstill(axis.rows_s, trace.columns.time_s) : 0;
  if (tick_s > tolerance_s)
    found.push(
      `${quantity}: the trace's wall clock stands still for ${tick_s.toPrecision(3)} s of test time, longer than the tolerance of ${tolerance_s} s; its samples may be off by as much`,
    );
  return found;
}

function medianStep(times: Float64Array): number {
  const steps = times.subarray(1).map((t, k) => t - (times[k] as number));
  return steps.sort()[steps.length >> 1] ?? 0;
}

/** How far the test time advances at most while the wall clock shows the same: the clock's resolution. */
function longestStandstill(clock_s: Float64Array, time_s: Float64Array): number {
  let longest = 0;
  let since = 0;
  for (let row = 1; row < clock_s.length; row++) {
    if (clock_s[row] !== clock_s[since]) since = row;
    longest = Math.max(longest, (time_s[row] as number) - (time_s[since] as number));
  }
  return longest;
}

/** A shift by whole quarters of an hour that would cover every row, if the two clocks are in different zones. */
function zoneAdvice({ rows_s, samples_s }: Axis, skew_s: number): string {
  const [first, last] = extent(rows_s) ?? [Number.NaN, Number.NaN];
  const [begin, end] = [samples_s[0] as number, samples_s.at(-1) as number];
  for (let shift = QUARTER_HOUR_s; shift <= ZONES_APART_s; shift += QUARTER_HOUR_s)
    for (const by of [shift, -shift])
      if (begin + by <= first && end + by >= last)
        return `; if the two clocks are in different time zones, --skew ${skew_s + by}s would cover every row (not applied)`;
  return "";
}

function describeRange(values: Float64Array, unit: string): string {
  const range = extent(values)?.map((value) => value.toPrecision(6));
  return `${range?.join(" to ")} ${unit} joined`;
}

function dates(times_s: Float64Array, shift_s: number): string {
  const range = extent(times_s)?.map((t) => {
    const date = new Date(1000 * (t + shift_s));
    return Number.isNaN(date.getTime()) ? `${t} s` : date.toISOString();
  });
  return range?.join(" to ") ?? "without a readable date";
}
