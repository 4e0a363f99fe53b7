/**
 * A set of cases whose outputs are pinned: each a trace, or a made-up course of currents, with a profile. A JSON file;
 * the references lie beside it, one file per case.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { BetaguardError } from "../errors.js";
import type { ReplayOptions } from "../replay/replay.js";
import { readTrace } from "../trace/index.js";
import type { Trace, TraceColumns } from "../trace/types.js";

const positive = z.number().positive();

/** Currents and conditions held for a while; null: not measured. */
const segment = z.strictObject({
  seconds: positive,
  current_mA_cm2: z.number(),
  voltage_V: z.number().nullable().optional(),
  temperature_degC: z.number().nullable().optional(),
  /** Measured at the cell. */
  stackPressure_MPa: z.number().nullable().optional(),
  /** Applied by the fixture. */
  fixturePressure_MPa: z.number().nullable().optional(),
});
type Segment = z.infer<typeof segment>;

/** As the flags of `betaguard replay`. */
const options = {
  profile: z.string().min(1),
  area_cm2: positive.default(1),
  dt_s: positive.optional(),
  from_s: z.number().optional(),
  to_s: z.number().optional(),
  cells: z.int().positive().optional(),
  cellKind: z.enum(["full", "half", "symmetric"]).optional(),
  temperature_degC: z.number().optional(),
  pressure_MPa: z.number().optional(),
};

const caseSchema = z.union([
  z.strictObject({
    ...options,
    /** Relative to the set's file. */
    trace: z.string().min(1),
    /** True where the trace is not kept with the set: absent, it is left out. */
    elsewhere: z.boolean().default(false),
  }),
  z.strictObject({ ...options, segments: z.array(segment).min(1) }),
]);

const schema = z.strictObject({
  /** True: every reason a trace can reach has to bind in some case, and the pressure controller to move. */
  mustEngageAll: z.boolean().default(false),
  cases: z.record(z.string().regex(/^[\w.-]+$/, "expected a name of letters, digits, _ . -"), caseSchema),
});

export interface ReferenceCase {
  readonly name: string;
  readonly profile: string;
  readonly options: ReplayOptions;
  /** Path of the trace; absent for a made-up one. */
  readonly path?: string;
  /** Whether the trace is not kept with the set. */
  readonly elsewhere: boolean;
  /** False where it is kept elsewhere and is not there. */
  readonly present: boolean;
  /** @throws what `readTrace` throws */
  readonly open: () => Promise<Trace>;
}

export interface ReferenceSet {
  readonly path: string;
  /** Where the references lie. */
  readonly directory: string;
  readonly mustEngageAll: boolean;
  readonly cases: readonly ReferenceCase[];
}

/** @throws E_REFERENCE_SET when there is no such file or it is not of that form */
export function loadReferenceSet(path: string): ReferenceSet {
  const refuse = (found: string) =>
    new BetaguardError(
      "E_REFERENCE_SET",
      `expected a set of reference cases at ${path}, found ${found}; docs/replay.md shows the form`,
    );
  if (!existsSync(path)) throw refuse("no file");
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw refuse(`no JSON (${(cause as Error).message})`);
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    throw refuse(parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; "));
  }
  const directory = dirname(resolve(path));
  const { cases, mustEngageAll } = parsed.data;
  return {
    path,
    directory,
    mustEngageAll,
    cases: Object.entries(cases).map(([name, { profile, ...given }]) => {
      if ("segments" in given) {
        const { segments, ...rest } = given;
        return {
          name,
          profile,
          options: rest,
          elsewhere: false,
          present: true,
          open: async () => madeUp(name, segments),
        };
      }
      const { trace, elsewhere, ...rest } = given;
      const file = resolve(directory, trace);
      const present = !elsewhere || existsSync(file);
      return { name, profile, options: rest, path: file, elsewhere, present, open: () => readTrace(file) };
    }),
  };
}

/** Rows no further apart than this, since a replay takes a gap of ten minutes for rest. */
const ROWS_EVERY_s = 60;

/** The trace a cycler would have written of these segments on a cell of 1 cm²; its hash is that of the segments. */
function madeUp(name: string, segments: readonly Segment[]): Trace {
  const rows: (Segment & { readonly time_s: number; readonly step: number })[] = [];
  let start_s = 0;
  for (const [step, held] of segments.entries()) {
    const intervals = Math.ceil(held.seconds / ROWS_EVERY_s);
    for (let n = 0; n <= intervals; n++) {
      rows.push({ ...held, step, time_s: start_s + (n * held.seconds) / intervals });
    }
    start_s += held.seconds;
  }
  const column = (value: (row: (typeof rows)[number]) => number | null | undefined, scale = 1) =>
    Float64Array.from(rows, (row) => (value(row) ?? Number.NaN) * scale);
  const measured: { -readonly [K in keyof TraceColumns]?: Float64Array } = {
    voltage_V: column(({ voltage_V }) => voltage_V),
    temperature_degC: column(({ temperature_degC }) => temperature_degC),
    surfacePressure_Pa: column(({ stackPressure_MPa }) => stackPressure_MPa, 1e6),
    appliedPressure_Pa: column(({ fixturePressure_MPa }) => fixturePressure_MPa, 1e6),
  };
  const columns: TraceColumns = {
    time_s: column(({ time_s }) => time_s),
    current_A: column(({ current_mA_cm2 }) => current_mA_cm2, 1e-3),
    step: column(({ step }) => step),
    ...Object.fromEntries(
      Object.entries(measured).filter(([, values]) => !values.every((value) => Number.isNaN(value))),
    ),
  };
  return {
    path: name,
    sha256: createHash("sha256").update(JSON.stringify(segments)).digest("hex"),
    format: "made-up",
    dialect: "segments",
    evidence: [],
    rowsRead: rows.length,
    rows: rows.length,
    columns,
    sourceColumns: [],
    events: [],
    warnings: [],
    dropped: [],
  };
}
