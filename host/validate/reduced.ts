/**
 * The shipped module against the full-order models of host/reference: same inputs, same physical parameters, and the
 * error of every output a limit is made from.
 */
import { existsSync } from "node:fs";
import { loadProfile, type Profile } from "../profiles/profile.js";
import { ReferenceCell } from "../reference/cell.js";
import { type FirmwareModule, loadModule } from "../replay/module.js";
import { packageFile } from "../root.js";
import { type Drive, type DriveInput, drives, recordedDrives } from "./drives.js";

export interface ReducedError {
  /** Which reduction: `vacancy` (modes), `stress` (film pressure, stack), `plating` (three sites). */
  readonly model: "vacancy" | "stress" | "plating";
  readonly quantity: string;
  readonly drive: string;
  readonly profile: string;
  readonly error: number;
  readonly limit: number;
  readonly unit: string;
  readonly pass: boolean;
  /** What both models returned, thinned for a chart. */
  readonly series?: ErrorSeries;
}

export interface ErrorSeries {
  readonly time_s: readonly number[];
  readonly reduced: readonly number[];
  readonly full: readonly number[];
}

/** Goals: physics of the reduced models, and what the limits can tell apart. */
const LIMITS = {
  supersaturation_percent: 2,
  nucleation_percent: 3,
  contact_points: 3,
  share_points: 3,
  overpotential_percent: 5,
  pressure_percent: 5,
  pressure_MPa: 0.05,
} as const;

const SERIES_POINTS = 400;
/** Steps of rest before a drive: every slow slot has run, twice. */
const PREROLL_STEPS = 32;
/** Fresh current, temperature. */
const FRESH = 1 | 4;

/** One output of both models along a drive. */
interface Record_ {
  readonly time_s: number[];
  readonly reduced: Record<Output, number[]>;
  readonly full: Record<Output, number[]>;
}

const OUTPUTS = [
  "supersaturation",
  "contact",
  "seShare",
  "poreShare",
  "ccShare",
  "overpotential_mV",
  "sePressure_MPa",
  "stackPressure_MPa",
] as const;
type Output = (typeof OUTPUTS)[number];
type Outputs = Record<Output, number>;

export interface ReducedOptions {
  /** A part of the drives, some seconds; else all. */
  readonly quick: boolean;
  readonly onProgress?: ((done: number, all: number) => void) | undefined;
  /** Told what could not be run, and why. */
  readonly onNote?: ((text: string) => void) | undefined;
  /** Directory of recorded cycler traces. */
  readonly recorded?: string;
  /** The module to judge; the built one by default. */
  readonly module?: FirmwareModule;
  /** The module's step over the drives' own: what finer steps would bring. */
  readonly dtScale?: number;
}

/** Runs every drive through both and reports the errors. */
export async function reducedErrors({
  quick,
  onProgress,
  onNote = () => {},
  recorded = packageFile("..", "shared", "traces"),
  module = loadModule(),
  dtScale = 1,
}: ReducedOptions): Promise<ReducedError[]> {
  const list = drives().filter((drive) => drive.quick || !quick);
  if (existsSync(recorded)) list.push(...(await recordedDrives(recorded, quick, onNote)));
  else onNote("recorded traces were absent: no recorded current was run");
  const errors: ReducedError[] = [];
  for (const [index, drive] of list.entries()) {
    onProgress?.(index, list.length);
    const stepped = { ...drive, dt_s: drive.dt_s * dtScale };
    errors.push(...judge(drive, run(module, loadProfile(drive.profile), stepped)));
  }
  onProgress?.(list.length, list.length);
  return errors;
}

/** Both models along a drive, one sample per hold. */
function run(module: FirmwareModule, profile: Profile, drive: Drive): Record_ {
  const values = { ...profile.values, ...drive.parameters, sensor_hasVoltage: 0, sensor_hasPressure: 0 };
  module.setParameters(values);
  module.reset(1);
  const first = drive.at(0);
  for (let k = 0; k < PREROLL_STEPS; k++) step(module, 0.1, { ...first, current_mA_cm2: 0 });
  const full = new ReferenceCell(values);
  // The pressure the drive begins with has been there before it.
  full.stack_MPa = first.fixture_MPa;

  const record: Record_ = { time_s: [], reduced: empty(), full: empty() };
  const samples = Math.round(drive.duration_s / drive.hold_s);
  const steps = Math.round(drive.hold_s / drive.dt_s);
  for (let n = 0; n < samples; n++) {
    const input = drive.at(n * drive.hold_s);
    for (let k = 0; k < steps; k++) step(module, drive.dt_s, input);
    const { soluteSeShare, solutePoreShare, soluteCcShare, ...output } = module.output(0);
    full.advance(drive.hold_s, { ...input, solute: [soluteSeShare, solutePoreShare, soluteCcShare] });
    const [se, pore, cc] = full.plating.sites_mAh_cm2();
    record.time_s.push((n + 1) * drive.hold_s);
    append(record.reduced, {
      ...output,
      ...shares(output.seCharge_mAh_cm2, output.poreCharge_mAh_cm2, output.ccCharge_mAh_cm2),
    });
    append(record.full, {
      supersaturation: full.interface.supersaturation,
      contact: full.interface.contact,
      ...shares(se, pore, cc),
      // At rest there is none; the module then shows the least threshold.
      overpotential_mV: input.current_mA_cm2 === 0 ? Number.NaN : full.plating.overpotential_mV,
      sePressure_MPa: full.plating.sePressure_MPa,
      stackPressure_MPa: full.stack_MPa,
    });
  }
  return record;
}

function step(module: FirmwareModule, dt_s: number, input: DriveInput): void {
  module.step({ dt_s, demand_mA_cm2: 0 }, [
    {
      current_mA_cm2: input.current_mA_cm2,
      voltage_V: 0,
      temperature_degC: input.temperature_degC,
      stackPressure_MPa: 0,
      fixturePressure_MPa: input.fixture_MPa,
      fresh: FRESH,
    },
  ]);
}

/** Metal too little to be shared out has no shares. */
const LEAST_METAL_MAH_CM2 = 0.05;

function shares(se: number, pore: number, cc: number): Pick<Outputs, "seShare" | "poreShare" | "ccShare"> {
  const all = se + pore + cc;
  const share = (q: number): number => (all > LEAST_METAL_MAH_CM2 ? (100 * q) / all : Number.NaN);
  return { seShare: share(se), poreShare: share(pore), ccShare: share(cc) };
}

const empty = (): Record<Output, number[]> =>
  Object.fromEntries(OUTPUTS.map((name) => [name, [] as number[]])) as Record<Output, number[]>;

function append(columns: Record<Output, number[]>, values: Outputs): void {
  for (const name of OUTPUTS) columns[name].push(values[name]);
}

/** The errors of a drive that say something about the models it exercises. */
function judge(drive: Drive, record: Record_): ReducedError[] {
  const row = (
    model: ReducedError["model"],
    quantity: string,
    error: number,
    limit: number,
    unit: string,
    output: Output,
  ): ReducedError => ({
    model,
    quantity,
    drive: drive.name,
    profile: drive.profile,
    error,
    limit,
    unit,
    pass: error <= limit,
    series: thin(record, output),
  });
  const rows: ReducedError[] = [];
  if (drive.models.includes("vacancy")) {
    // Past nucleation the voids take the vacancies, and what is left of contact drives u out of any scale.
    const nucleated = record.full.supersaturation.findIndex((u) => u >= 1);
    const until = nucleated < 0 ? record.time_s.length : nucleated + 1;
    rows.push(
      row(
        "vacancy",
        "vacancy surface concentration",
        ofRange(record, "supersaturation", until),
        LIMITS.supersaturation_percent,
        "% of range",
        "supersaturation",
      ),
    );
    const expected = crossing(record.time_s, record.full.supersaturation);
    const found = crossing(record.time_s, record.reduced.supersaturation);
    if (expected !== undefined || found !== undefined) {
      const error =
        expected === undefined || found === undefined ? 100 : 100 * Math.abs(found / expected - 1);
      rows.push(
        row("vacancy", "time to void nucleation", error, LIMITS.nucleation_percent, "%", "supersaturation"),
      );
    }
    rows.push(
      row("vacancy", "contact", 100 * worst(record, "contact"), LIMITS.contact_points, "points", "contact"),
    );
  }
  if (drive.models.includes("plating")) {
    for (const [quantity, output] of [
      ["share of the metal at the electrolyte", "seShare"],
      ["share of the metal in the pores", "poreShare"],
      ["share of the metal at the collector", "ccShare"],
    ] as const) {
      rows.push(row("plating", quantity, worst(record, output), LIMITS.share_points, "points", output));
    }
    const error = ofRange(record, "overpotential_mV");
    rows.push(
      row("plating", "overpotential", error, LIMITS.overpotential_percent, "% of range", "overpotential_mV"),
    );
  }
  if (drive.models.includes("stress")) {
    for (const [quantity, output] of [
      ["β-phase pressure at the electrolyte", "sePressure_MPa"],
      ["stack pressure", "stackPressure_MPa"],
    ] as const) {
      const { error, limit, unit } = pressureError(record, output);
      rows.push(row("stress", quantity, error, limit, unit, output));
    }
  }
  return rows;
}

const worst = (record: Record_, output: Output): number =>
  largestDifference(record.reduced[output], record.full[output]);

/** Over the samples of `full`; those without a value do not count. */
const largestDifference = (reduced: readonly number[], full: readonly number[]): number =>
  full.reduce((most, value, k) => {
    const difference = Math.abs(value - (reduced[k] as number));
    return Number.isNaN(difference) ? most : Math.max(most, difference);
  }, 0);

/** Largest difference as a percentage of what the full model spans, 0 included, over the samples up to `until`. */
function ofRange(record: Record_, output: Output, until = record.time_s.length): number {
  const full = record.full[output].slice(0, until);
  const known = full.filter((value) => !Number.isNaN(value));
  const range = known.reduce((a, b) => Math.max(a, b), 0) - known.reduce((a, b) => Math.min(a, b), 0);
  return (100 * largestDifference(record.reduced[output], full)) / range;
}

/** A pressure may be off by 0.05 MPa or by 5 %: the worst sample, in the unit it is to be judged by. */
function pressureError(record: Record_, output: Output): { error: number; limit: number; unit: string } {
  const { [output]: full } = record.full;
  const absolute = worst(record, output);
  if (absolute <= LIMITS.pressure_MPa) return { error: absolute, limit: LIMITS.pressure_MPa, unit: "MPa" };
  const relative = record.reduced[output].reduce((most, value, k) => {
    const difference = Math.abs(value - (full[k] as number));
    if (difference <= LIMITS.pressure_MPa) return most;
    return Math.max(most, (100 * difference) / Math.max(full[k] as number, LIMITS.pressure_MPa));
  }, 0);
  return { error: relative, limit: LIMITS.pressure_percent, unit: "%" };
}

/** When the supersaturation first reaches 1, between samples by a line. */
function crossing(time_s: readonly number[], values: readonly number[]): number | undefined {
  const k = values.findIndex((value) => value >= 1);
  if (k < 0) return undefined;
  const [from, to] = [k > 0 ? (values[k - 1] as number) : 0, values[k] as number];
  const start = k > 0 ? (time_s[k - 1] as number) : 0;
  return start + (((time_s[k] as number) - start) * (1 - from)) / (to - from);
}

function thin({ time_s, reduced, full }: Record_, output: Output): ErrorSeries {
  const stride = Math.max(1, Math.ceil(time_s.length / SERIES_POINTS));
  const every = (values: readonly number[]): number[] =>
    values.filter((_, k) => k % stride === stride - 1 || k === values.length - 1);
  return { time_s: every(time_s), reduced: every(reduced[output]), full: every(full[output]) };
}
