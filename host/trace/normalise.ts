/** A vendor's recording to the one table: units, time, sign, placeholders, events; every decision with its evidence. */

import { BetaguardError } from "../errors.js";
import { type Counter, chooseCurrent, compareWithCounters, type WitnessColumns } from "./accumulators.js";
import { type Collected, collect, collectColumn, collectTime } from "./collect.js";
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

/** Below this no cell is tested and an unplugged thermocouple reads (−2501 °C). */
const MIN_TEMPERATURE_degC = -100;

/**
 * Builds the trace. Errors: those of collect, decideTimeUnit, decideSign and compareWithCounters, and
 * E_TRACE_CURRENT_UNIT when a file holds two different currents and nothing decides between them.
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
  const lineOf = (k: number) => table.lines[used[k] as number] as number;
  const column = (at: ScaledColumn | undefined) => at && collectColumn(table, used, at, decimal.mark);
  const cells = (index: number) => Array.from(used, (row) => table.rows[row]?.[index] ?? "");
  const events: TraceEvent[] = [...fitting.events, ...collected.events];
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
  if (file.content.kind === "text" && file.content.text.includes("\ufffd"))
    events.push({
      type: "encoding",
      line: lineWith(file.content.text, "\ufffd"),
      detail: "a character was destroyed before this file was written (U+FFFD)",
    });

  const clock = recording.wallClock === undefined ? null : readWallClock(cells(recording.wallClock));
  if (clock) evidence.push(`wall clock: ${clock.evidence}`);
  else if (recording.wallClock !== undefined)
    warnings.push("wall clock: the column cannot be read; not used");
  const timeUnit = decideTimeUnit(
    time.values,
    time.unixTime_s ?? clock?.seconds,
    recording.time.scale !== null || time.selfDescribing,
    path,
  );
  note(timeUnit);
  if (timeUnit.event) events.push({ type: "time-unit", line: lineOf(0), detail: timeUnit.event });
  const time_s = time.values.map((value) => value / timeUnit.divisor);
  const stepTime = recording.stepTime && collectTime(table, used, recording.stepTime, decimal.mark);

  const counts = { cycle: recording.cycle, step: recording.step };
  const [cycle, step] = Object.entries(counts).map(([name, index]) => {
    if (index === undefined) return undefined;
    const values = collectColumn(table, used, { index, scale: 1 }, decimal.mark);
    const wrong = values.findIndex(
      (value) => !Number.isNaN(value) && Math.abs(value - Math.round(value)) > 1e-6,
    );
    if (wrong === -1) return measured(values);
    const detail = `${name} count: expected whole numbers, found ${values[wrong]}; column not used`;
    events.push({ type: "cycle-count", line: lineOf(wrong), detail });
    warnings.push(detail);
    return undefined;
  });
  const stepTime_s = measured(
    recording.firstRowStartsStep
      ? time_s.map((_, k) => (k > 0 && stepChanges(defined({ step, cycle }), k) ? 0 : Number.NaN))
      : stepTime?.values.map((value) => value / timeUnit.divisor),
  );
  const columns = defined({ voltage_V: collected.voltage, cycle, step, stepTime_s });

  const counters = recording.accumulators.map((accumulator): Counter => {
    const values = collectColumn(table, used, accumulator, decimal.mark);
    return { ...accumulator, values, name: table.header[accumulator.index] ?? "?" };
  });
  const current = resolveCurrent(recording, table.header, collected, { time_s, ...columns }, counters, path);
  events.push(...current.events.map((event) => ({ ...event, line: lineOf(0) })));
  note(current);

  const asRecorded = { time_s, current_A: current.current_A, ...columns };
  const sign = decideSign({
    columns: { time_s, ...columns },
    current_A: current.current_A,
    maybeUnsigned: recording.sign === "maybe-unsigned",
    states: recording.state === undefined ? undefined : cells(recording.state).map(stateDirection),
    counterAgreement: compareWithCounters(asRecorded, current.counters, path).directionAgreement,
    lineOf,
    path,
  });
  note(sign);
  events.push(...sign.events);
  const current_A = sign.current_A;
  note(compareWithCounters({ ...asRecorded, current_A }, current.counters, path));
  events.push(...timeEvents(time_s, current_A, lineOf));

  const temperatures = recording.temperatures.map((at) => ({
    name: table.header[at.index] ?? "?",
    values: notMeasuredBelow(collectColumn(table, used, at, decimal.mark)),
  }));
  const temperature = temperatures.find(({ values }) => holdsMeasurement(values));
  if (temperature) evidence.push(`temperature: ${temperature.name}`);
  else if (temperatures.length > 0)
    warnings.push(
      `temperature: not measured, only placeholders or zeros in ${temperatures.map(({ name }) => name).join(", ")}`,
    );
  const pressure = (at: ScaledColumn | undefined) => {
    const values = column(at);
    if (!at || !values) return undefined;
    if (holdsMeasurement(values)) return values;
    warnings.push(`pressure: not measured, only placeholders or zeros in ${table.header[at.index]}`);
    return undefined;
  };
  const unixTime_s = time.unixTime_s ?? (clock?.absolute ? measured(clock.seconds) : undefined);

  return {
    path,
    sha256: file.sha256,
    format: reader.format,
    dialect: detected.dialect,
    evidence,
    rows: used.length,
    columns: {
      time_s,
      current_A,
      ...columns,
      ...defined({
        temperature_degC: temperature?.values,
        surfacePressure_Pa: pressure(recording.surfacePressure),
        appliedPressure_Pa: pressure(recording.appliedPressure),
        unixTime_s,
      }),
    },
    sourceColumns: table.header,
    events: events.sort((a, b) => a.line - b.line),
    warnings,
    dropped: [...fitting.dropped, ...collected.dropped],
  };
}

function measured(values: Float64Array | undefined): Float64Array | undefined {
  return values?.every(Number.isNaN) ? undefined : values;
}

/** An all-zero column is an unconnected sensor. */
function holdsMeasurement(values: Float64Array): boolean {
  return values.some((value) => value !== 0 && !Number.isNaN(value));
}

function notMeasuredBelow(values: Float64Array): Float64Array {
  return values.map((value) => (value < MIN_TEMPERATURE_degC ? Number.NaN : value));
}

function lineWith(text: string, character: string): number {
  return text.slice(0, text.indexOf(character)).split(/\r\n|\n|\r/).length;
}

function resolveCurrent(
  recording: Recording,
  header: readonly string[],
  { currents }: Collected,
  columns: Omit<WitnessColumns, "current_A">,
  counters: readonly Counter[],
  path: string,
) {
  const [first, second] = currents as readonly [Float64Array, Float64Array?];
  if (!second || second.every((value, k) => Math.abs(value - (first[k] as number)) <= 1e-6 * Math.abs(value)))
    return { current_A: first, counters, events: [] };
  const candidates = currents.map((current_A, k) => ({
    name: header[recording.current[k]?.index ?? -1] ?? "?",
    current_A,
  }));
  const names = candidates.map(({ name }) => JSON.stringify(name)).join(" and ");
  const choice = chooseCurrent(candidates, { ...columns, current_A: first }, counters);
  if (!choice)
    throw new BetaguardError(
      "E_TRACE_CURRENT_UNIT",
      `${path}: expected ${names} to hold the same current, found that they differ and that the file's counters do not decide between them; remove the wrong one`,
    );
  const winner = candidates[choice.chosen] as (typeof candidates)[number];
  const detail = `${names} differ; ${JSON.stringify(winner.name)} is used (${choice.detail})`;
  return {
    current_A: winner.current_A,
    counters: choice.counters,
    events: [{ type: "current-unit" as const, detail }],
    evidence: `current: ${detail}`,
    warning: `current: ${detail}`,
  };
}
