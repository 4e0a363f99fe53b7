/** A trace through the firmware module: what it would have allowed, step by step, and whether the trace kept to it. */
import { BetaguardError } from "../errors.js";
import type { Profile } from "../profiles/profile.js";
import { MAX_CELLS } from "../schema/layout.js";
import type { ParameterName } from "../schema/parameters.js";
import type { Target } from "../target/target.js";
import { V8Target } from "../target/v8.js";
import type { Trace, TraceColumns } from "../trace/types.js";
import { loadModule } from "./module.js";
import { Resampler } from "./resample.js";
import { Session } from "./session.js";
import type { ReplayChunk, ReplayVerdict } from "./types.js";

/** What the trace's voltage is measured over: the cell of the profile's voltage limits, one metal electrode, or two. */
export type CellKind = "full" | "half" | "symmetric";

export interface ReplayOptions {
  /** Electrode area that turns the recorded A into mA/cm². */
  readonly area_cm2: number;
  /** Length of a step; default 0.1. */
  readonly dt_s?: number | undefined;
  /** Part of the trace to replay, in its own seconds. */
  readonly from_s?: number | undefined;
  readonly to_s?: number | undefined;
  /** Most steps to replay; default: all. */
  readonly steps?: number | undefined;
  /** Series cells that carry the recorded current, each with the recorded voltage; default 1. */
  readonly cells?: number | undefined;
  /** Absent: as the profile has it. */
  readonly cellKind?: CellKind | undefined;
  /** Where the trace has no temperature; default 25. */
  readonly temperature_degC?: number | undefined;
  /** Fixture pressure in place of the profile's and the trace's. */
  readonly pressure_MPa?: number | undefined;
  /** What runs the module; default: V8 in this process. Stays open. */
  readonly target?: Target | undefined;
  /** Share of the steps done, 0 … 1, now and then. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

export const DEFAULT_DT_s = 0.1;
const DEFAULT_TEMPERATURE_degC = 25;

interface OptionRange {
  readonly option: "area_cm2" | "dt_s" | "steps" | "cells" | "temperature_degC" | "pressure_MPa";
  readonly code: string;
  readonly what: string;
  readonly min: number;
  readonly max: number;
  readonly unit: string;
  readonly flag: string;
  readonly integer?: true;
}

/** What the module takes; an area outside is a slip of the keyboard. */
const OPTION_RANGES: readonly OptionRange[] = [
  { option: "area_cm2", code: "E_AREA", what: "an area", min: 1e-6, max: 1e6, unit: "cm²", flag: "--area" },
  { option: "dt_s", code: "E_DT", what: "a step", min: 0.001, max: 10, unit: "s", flag: "--dt" },
  {
    option: "steps",
    code: "E_STEPS",
    what: "a whole number of steps",
    min: 1,
    max: 0x7fffffff,
    unit: "",
    flag: "--steps",
    integer: true,
  },
  {
    option: "cells",
    code: "E_CELLS",
    what: "a whole number of cells",
    min: 1,
    max: MAX_CELLS,
    unit: "",
    flag: "--cells",
    integer: true,
  },
  {
    option: "temperature_degC",
    code: "E_TEMPERATURE",
    what: "a temperature",
    min: -60,
    max: 200,
    unit: "°C",
    flag: "--temperature",
  },
  {
    option: "pressure_MPa",
    code: "E_PRESSURE",
    what: "a fixture pressure",
    min: 0,
    max: 100,
    unit: "MPa",
    flag: "--pressure",
  },
];

/**
 * Replays a trace. Every step of the trace goes through the module, long rests too; `onChunk` gets all of it.
 * @throws E_AREA, E_DT, E_STEPS, E_CELLS, E_TEMPERATURE, E_PRESSURE for an option out of range, E_TRACE_WINDOW, E_MODULE_…, and
 *   what the target throws
 */
export async function replay(
  trace: Trace,
  profile: Profile,
  options: ReplayOptions,
  onChunk?: (chunk: ReplayChunk) => void,
): Promise<ReplayVerdict> {
  const { area_cm2, dt_s = DEFAULT_DT_s, cells = 1, target = new V8Target(loadModule()) } = options;
  requireOptions(options);

  const columns = withDeclared(trace.columns, options);
  const resampler = new Resampler(
    { ...trace, columns },
    { area_cm2, dt_s, from_s: options.from_s, to_s: options.to_s, steps: options.steps },
  );
  const batch = await target.start({ ...profile.values, ...wiring(columns, options) }, cells);
  const started = performance.now();
  const session = new Session(target, batch, resampler, {
    dt_s,
    cells,
    slewUp_mA_cm2_s: profile.values.slew_up_mA_cm2_s,
  });
  const preRollNotes = await session.preRoll();
  await session.run(onChunk, options.onProgress);
  const seconds = (performance.now() - started) / 1000;
  const findings = session.findings();

  return {
    trace: trace.path,
    format: trace.format,
    rows: trace.rows,
    steps: resampler.steps,
    dt_s,
    profile: profile.id,
    target: target.name,
    cells,
    charge_mAh_cm2: resampler.charge_mAh_cm2,
    discharge_mAh_cm2: resampler.discharge_mAh_cm2,
    ...findings,
    notes: [
      ...declarationNotes(trace.columns, options),
      ...resampler.notes,
      ...preRollNotes,
      ...doubtNotes(findings.binding_s.charge.sensorVoltage ?? 0, resampler.steps * dt_s),
    ],
    stepsPerSecond: (resampler.steps * cells) / seconds,
  };
}

/** The columns with what the user declares in place of a measurement. */
export function withDeclared(
  columns: TraceColumns,
  { temperature_degC, pressure_MPa }: Pick<ReplayOptions, "temperature_degC" | "pressure_MPa">,
): TraceColumns {
  const constant = (value: number) => new Float64Array(columns.time_s.length).fill(value);
  return {
    ...columns,
    temperature_degC: columns.temperature_degC ?? constant(temperature_degC ?? DEFAULT_TEMPERATURE_degC),
    ...(pressure_MPa !== undefined && { appliedPressure_Pa: constant(pressure_MPa * 1e6) }),
  };
}

/** @throws E_AREA, E_DT, E_STEPS, E_CELLS, E_TEMPERATURE, E_PRESSURE for an option out of range */
export function requireOptions(options: ReplayOptions): void {
  for (const range of OPTION_RANGES) requireRange(range, options[range.option]);
}

function requireRange(range: OptionRange, value: number | undefined): void {
  const { code, what, min, max, unit, flag, integer = false } = range;
  if (value === undefined || (value >= min && value <= max && (!integer || Number.isInteger(value)))) return;
  throw new BetaguardError(
    code,
    `expected ${what} from ${min} to ${max}${unit && ` ${unit}`}, found ${value}; give it with ${flag}`,
  );
}

/** Parameters that follow from what was measured, not from the cell system. */
function wiring(
  columns: TraceColumns,
  { cellKind, pressure_MPa }: ReplayOptions,
): Partial<Record<ParameterName, number>> {
  return {
    sensor_hasVoltage: columns.voltage_V ? 1 : 0,
    sensor_hasPressure: columns.surfacePressure_Pa ? 1 : 0,
    ...(cellKind && {
      cell_metalInterfaces: cellKind === "symmetric" ? 2 : 1,
      cell_hasVoltageWindow: cellKind === "full" ? 1 : 0,
    }),
    ...(pressure_MPa !== undefined && { fixture_pressure_MPa: pressure_MPa }),
  };
}

/** A voltage that contradicts the model is more often a wrong declaration than a broken sensor. */
const doubtNotes = (doubted_s: number, total_s: number): string[] =>
  doubted_s === 0
    ? []
    : [
        `the recorded voltage was missing or contradicted the model for ${Math.round((100 * doubted_s) / total_s)} % of the time, so the safe state held: check area, profile and cell kind`,
      ];

function declarationNotes(columns: TraceColumns, options: ReplayOptions): string[] {
  const notes = [`current density from an area of ${options.area_cm2} cm²`];
  const { cellKind } = options;
  if (cellKind)
    notes.push(
      `${cellKind} cell as declared${cellKind === "full" ? "" : ": the profile's voltage limits do not apply"}`,
    );
  if (!columns.voltage_V) notes.push("no voltage recorded: contact is estimated without it");
  if (!columns.temperature_degC)
    notes.push(
      `no temperature recorded: ${options.temperature_degC ?? DEFAULT_TEMPERATURE_degC} °C throughout${options.temperature_degC === undefined ? " (change it with --temperature)" : ""}`,
    );
  else if (options.temperature_degC !== undefined)
    notes.push("the recorded temperature is used, not the one given");
  if (options.pressure_MPa !== undefined)
    notes.push(
      `fixture pressure ${options.pressure_MPa} MPa as given${columns.appliedPressure_Pa ? ", not the recorded one" : ""}`,
    );
  else if (!columns.surfacePressure_Pa && !columns.appliedPressure_Pa)
    notes.push("no pressure recorded: the profile's fixture pressure");
  return notes;
}
