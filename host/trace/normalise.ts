/** A vendor's recording to the one table: units, time, sign, placeholders, events; every decision with its evidence. */
import { type Counter, checkEnergy, compareWithCounters } from "./accumulators.js";
import { type CollectOptions, collect, type Sensor } from "./collect.js";
import { type CurrentCandidate, decideCurrent } from "./current.js";
import type { OpenFile } from "./decode.js";
import type { Detection } from "./detect.js";
import { EventLog } from "./events.js";
import { defined } from "./header.js";
import { stepChanges } from "./integral.js";
import type { Recording } from "./reader.js";
import { decideSign } from "./sign.js";
import { addTimeEvents, decideTimeUnit } from "./timeaxis.js";
import type { Trace } from "./types.js";
import type { DecimalMark } from "./units.js";
import { checkVoltage, doubtMillivolts } from "./voltage.js";

export interface Normalised {
  readonly trace: Trace;
  /** One entry per row read: 1 where it is a row of the trace. */
  readonly used: Int8Array;
  /** The source column the trace's temperature is from. */
  readonly temperature: number | undefined;
  readonly decimalMark: DecimalMark;
}

/**
 * Builds the trace from what a reader found. Errors: those of collect, decideTimeUnit, checkVoltage, decideCurrent,
 * decideSign, compareWithCounters and checkEnergy.
 */
export async function normalise(
  file: OpenFile,
  { reader, evidence: detected }: Detection,
  recording: Recording,
  options: CollectOptions = {},
): Promise<Normalised> {
  const { path, content } = file;
  const events = new EventLog();
  const collected = await collect(recording, path, events, options);
  const { time, clock, decimal, lines } = collected;
  const rows = lines.length;
  const name = ({ index }: { readonly index: number }) => recording.table.header[index] ?? "?";
  const lineOf = (k: number) => lines[k] as number;

  const warnings: string[] = [...recording.warnings];
  const evidence: string[] = [
    ...file.evidence,
    `dialect: ${detected.dialect} (${detected.reasons.join("; ")})`,
    ...recording.evidence,
    decimal.evidence,
    time.evidence,
  ];
  const note = (decision: { readonly evidence?: string; readonly warning?: string }) => {
    if (decision.evidence !== undefined) evidence.push(decision.evidence);
    if (decision.warning !== undefined) warnings.push(decision.warning);
  };
  if (content.kind === "text" && content.destroyedLine !== undefined)
    events.add({
      type: "encoding",
      line: content.destroyedLine,
      detail: "a character was destroyed before this file was written (U+FFFD)",
    });

  // Time: its unit by the wall clock, else by plausibility.
  if (clock) evidence.push(`wall clock: ${clock.evidence}`);
  else if (clock === null) warnings.push("wall clock: the column cannot be read; not used");
  const wall = time.unixTime_s ?? clock?.seconds;
  const timeUnit = decideTimeUnit(
    time.values,
    wall,
    recording.time.scale !== null || time.selfDescribing,
    path,
  );
  note(timeUnit);
  if (timeUnit.event) events.add({ type: "time-unit", line: lineOf(0), detail: timeUnit.event });
  const inSeconds = (values: Float64Array) =>
    timeUnit.divisor === 1 ? values : values.map((value) => value / timeUnit.divisor);
  const time_s = inSeconds(time.values);

  // Steps and cycles.
  const count = (what: string, values: Float64Array | undefined): Float64Array | undefined => {
    if (values === undefined) return undefined;
    let wrong = 0;
    // "!>" takes NaN for a whole number: not measured.
    while (wrong < values.length && !(fractionOf(values[wrong] as number) > 1e-6)) wrong++;
    if (wrong === values.length) return measured(values);
    const detail = `${what} count: expected whole numbers, found ${values[wrong]}; column not used`;
    events.add({ type: "cycle-count", line: lineOf(wrong), detail });
    warnings.push(detail);
    return undefined;
  };
  const steps = defined({ cycle: count("cycle", collected.cycle), step: count("step", collected.step) });
  const stepTime_s = recording.firstRowStartsStep
    ? time_s.map((_, k) => (k > 0 && stepChanges(steps, k) ? 0 : Number.NaN))
    : collected.stepTime && inSeconds(collected.stepTime.values);
  const voltage = collected.voltage && checkVoltage(collected.voltage, lineOf, path);
  for (const event of voltage?.events ?? []) events.add(event);
  const columns = {
    time_s,
    ...steps,
    ...defined({ voltage_V: measured(voltage?.voltage_V), stepTime_s: measured(stepTime_s) }),
  };

  // Current: which column, which sign, and whether the cycler's own counters agree.
  const counters = recording.accumulators.map(
    (at, k): Counter => ({ ...at, values: collected.counters[k] as Float64Array, name: name(at) }),
  );
  const candidates = recording.current.map((at, k) => ({ name: name(at), current_A: collected.currents[k] }));
  const current = decideCurrent(
    candidates as [CurrentCandidate, ...CurrentCandidate[]],
    columns,
    counters,
    path,
  );
  if (current.detail !== undefined) {
    note({ evidence: `current: ${current.detail}`, warning: `current: ${current.detail}` });
    events.add({ type: "current-unit", line: lineOf(0), detail: current.detail });
  }
  const witness = (current_A: Float64Array) =>
    compareWithCounters({ ...columns, current_A }, current.counters, path);
  const sign = decideSign({
    columns,
    current_A: current.current_A,
    maybeUnsigned: recording.sign === "maybe-unsigned",
    states: collected.states,
    counterAgreement: witness(current.current_A).directionAgreement,
    lineOf,
    path,
  });
  const { current_A } = sign;
  note(sign);
  const capacity = witness(current_A);
  note(capacity);
  checkEnergy({ ...columns, current_A }, current.counters, capacity.evidence !== undefined, path);

  const isMillivolts = recording.voltage?.scale === 1e-3;
  const doubt = isMillivolts && columns.voltage_V && doubtMillivolts(columns.voltage_V, current_A);
  if (doubt) warnings.push(doubt);

  for (const event of sign.events) events.add(event);

  // Sensors: the first that was connected.
  const sensor = (what: string, found: Sensor | undefined) => {
    if (found?.measured) evidence.push(`${what}: ${name(found.measured.column)}`);
    else if (found)
      warnings.push(
        `${what}: not measured, only placeholders or zeros in ${found.candidates.map(name).join(", ")}`,
      );
    return found?.measured?.values;
  };
  const sensors = defined({
    temperature_degC: sensor("temperature", collected.temperature),
    surfacePressure_Pa: sensor("surface pressure", collected.surfacePressure),
    appliedPressure_Pa: sensor("applied pressure", collected.appliedPressure),
    unixTime_s: time.unixTime_s ?? (clock?.absolute ? measured(clock.seconds) : undefined),
  });

  addTimeEvents(events, time_s, current_A, lines);
  const accounted = collected.dropped.reduce((sum, { count }) => sum + count, rows);
  if (accounted !== collected.rowsRead)
    throw new Error(`${path}: ${collected.rowsRead} rows read, ${accounted} accounted for`);
  const trace = {
    path,
    sha256: file.sha256,
    format: reader.format,
    dialect: detected.dialect,
    evidence,
    rowsRead: collected.rowsRead,
    rows,
    lines,
    columns: { ...columns, current_A, ...sensors },
    unixTimeIsUtc: (time.unixTime_s ? time.utc : clock?.utc) ?? false,
    sourceColumns: recording.table.header,
    events: events.finish(),
    warnings,
    dropped: collected.dropped,
  };
  return {
    trace,
    used: collected.used,
    temperature: collected.temperature?.measured?.column.index,
    decimalMark: decimal.mark,
  };
}

function measured(values: Float64Array | undefined): Float64Array | undefined {
  return values?.every(Number.isNaN) ? undefined : values;
}

/** How far a number is from a whole one. */
const fractionOf = (value: number): number => Math.abs(value - Math.round(value));
