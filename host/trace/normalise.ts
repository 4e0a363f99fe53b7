/** A vendor's recording to the one table: units, time, sign, placeholders, events; every decision with its evidence. */
import { type Counter, compareWithCounters } from "./accumulators.js";
import { collect, collectColumn, collectTime } from "./collect.js";
import { type CurrentCandidate, decideCurrent } from "./current.js";
import type { DecodedFile } from "./decode.js";
import type { Detection } from "./detect.js";
import { defined } from "./header.js";
import { stepChanges } from "./integral.js";
import type { Recording, ScaledColumn } from "./reader.js";
import { decideSign, stateDirection } from "./sign.js";
import { fitRows } from "./table.js";
import { decideTimeUnit, timeEvents } from "./timeaxis.js";
import type { Trace, TraceEvent } from "./types.js";
import { readWallClock } from "./wallclock.js";

/** Below this no cell is tested; an unplugged thermocouple reads about −2500 °C. */
const MIN_TEMPERATURE_degC = -100;

/**
 * Builds the trace from what a reader found. Errors: those of fitRows, collect, decideTimeUnit, decideCurrent,
 * decideSign and compareWithCounters.
 */
export function normalise(
  file: DecodedFile,
  { reader, evidence: detected }: Detection,
  recording: Recording,
): Trace {
  const { path } = file;
  const fitting = fitRows(recording.table, path);
  const { table } = fitting;
  const collected = collect(table, recording, path);
  const { used, time, decimal } = collected;
  const name = ({ index }: { readonly index: number }) => table.header[index] ?? "?";
  const lineOf = (k: number) => table.lines[used[k] as number] as number;
  const cells = (index: number) => Array.from(used, (row) => table.rows[row]?.[index] ?? "");
  const column = (at: ScaledColumn) => collectColumn(table, used, at, decimal.mark);

  const events: TraceEvent[] = [];
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
  const destroyed = file.content.kind === "text" ? lineWith(file.content.text, "\ufffd") : undefined;
  if (destroyed !== undefined)
    events.push({
      type: "encoding",
      line: destroyed,
      detail: "a character was destroyed before this file was written (U+FFFD)",
    });

  // Time: its unit by the wall clock, else by plausibility.
  const clock = recording.wallClock === undefined ? null : readWallClock(cells(recording.wallClock));
  if (clock) evidence.push(`wall clock: ${clock.evidence}`);
  else if (recording.wallClock !== undefined)
    warnings.push("wall clock: the column cannot be read; not used");
  const wall = time.unixTime_s ?? clock?.seconds;
  const timeUnit = decideTimeUnit(
    time.values,
    wall,
    recording.time.scale !== null || time.selfDescribing,
    path,
  );
  note(timeUnit);
  if (timeUnit.event) events.push({ type: "time-unit", line: lineOf(0), detail: timeUnit.event });
  const inSeconds = (values: Float64Array) => values.map((value) => value / timeUnit.divisor);
  const time_s = inSeconds(time.values);

  // Steps and cycles.
  const count = (what: string, index: number | undefined): Float64Array | undefined => {
    if (index === undefined) return undefined;
    const values = column({ index, scale: 1 });
    const wrong = values.findIndex(
      (value) => !Number.isNaN(value) && Math.abs(value - Math.round(value)) > 1e-6,
    );
    if (wrong === -1) return measured(values);
    const detail = `${what} count: expected whole numbers, found ${values[wrong]}; column not used`;
    events.push({ type: "cycle-count", line: lineOf(wrong), detail });
    warnings.push(detail);
    return undefined;
  };
  const steps = defined({ cycle: count("cycle", recording.cycle), step: count("step", recording.step) });
  const stepTime = recording.stepTime && collectTime(table, used, recording.stepTime, decimal.mark);
  const stepTime_s = recording.firstRowStartsStep
    ? time_s.map((_, k) => (k > 0 && stepChanges(steps, k) ? 0 : Number.NaN))
    : stepTime && inSeconds(stepTime.values);
  const columns = {
    time_s,
    ...steps,
    ...defined({ voltage_V: collected.voltage, stepTime_s: measured(stepTime_s) }),
  };

  // Current: which column, which sign, and whether the cycler's own counters agree.
  const counters = recording.accumulators.map(
    (at): Counter => ({ ...at, values: column(at), name: name(at) }),
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
    events.push({ type: "current-unit", line: lineOf(0), detail: current.detail });
  }
  const witness = (current_A: Float64Array) =>
    compareWithCounters({ ...columns, current_A }, current.counters, path);
  const sign = decideSign({
    columns,
    current_A: current.current_A,
    maybeUnsigned: recording.sign === "maybe-unsigned",
    states: recording.state === undefined ? undefined : cells(recording.state).map(stateDirection),
    counterAgreement: witness(current.current_A).directionAgreement,
    lineOf,
    path,
  });
  const { current_A } = sign;
  note(sign);
  note(witness(current_A));

  // Sensors: the first that was connected.
  const firstMeasured = (
    what: string,
    sensors: readonly (ScaledColumn | undefined)[],
    read: typeof column,
  ) => {
    const present = sensors.filter((sensor) => sensor !== undefined);
    for (const sensor of present) {
      const values = read(sensor);
      // An all-zero column is an unconnected sensor.
      if (!values.some((value) => value !== 0 && !Number.isNaN(value))) continue;
      evidence.push(`${what}: ${name(sensor)}`);
      return values;
    }
    if (present.length > 0)
      warnings.push(`${what}: not measured, only placeholders or zeros in ${present.map(name).join(", ")}`);
    return undefined;
  };
  const sensors = defined({
    temperature_degC: firstMeasured("temperature", recording.temperatures, (at) =>
      column(at).map((value) => (value < MIN_TEMPERATURE_degC ? Number.NaN : value)),
    ),
    surfacePressure_Pa: firstMeasured("surface pressure", [recording.surfacePressure], column),
    appliedPressure_Pa: firstMeasured("applied pressure", [recording.appliedPressure], column),
    unixTime_s: time.unixTime_s ?? (clock?.absolute ? measured(clock.seconds) : undefined),
  });

  const all = [
    ...fitting.events,
    ...collected.events,
    ...events,
    ...sign.events,
    ...timeEvents(time_s, current_A, lineOf),
  ];
  return {
    path,
    sha256: file.sha256,
    format: reader.format,
    dialect: detected.dialect,
    evidence,
    rows: used.length,
    columns: { ...columns, current_A, ...sensors },
    sourceColumns: table.header,
    events: all.sort((a, b) => a.line - b.line),
    warnings,
    dropped: [...fitting.dropped, ...collected.dropped],
  };
}

function measured(values: Float64Array | undefined): Float64Array | undefined {
  return values?.every(Number.isNaN) ? undefined : values;
}

/** 1-based line of a character's first occurrence. */
function lineWith(text: string, character: string): number | undefined {
  const index = text.indexOf(character);
  return index === -1 ? undefined : text.slice(0, index).split(/\r\n|\n|\r/).length;
}
