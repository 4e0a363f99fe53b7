/** Scenario files: what a cell or pack goes through in closed loop. Checked against this schema before anything runs. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { BetaguardError } from "../errors.js";
import { didYouMean } from "../profiles/nearest.js";
import { packageFile } from "../root.js";
import { type ParameterName, parameterId } from "../schema/parameters.js";

const positive = z.number().positive();
const overrides = z.record(
  z
    .string()
    .refine(
      (name) => parameterId.has(name),
      "expected the name of a parameter, docs/parameters.md lists them",
    ),
  z.number(),
) as unknown as z.ZodType<Partial<Record<ParameterName, number>>>;

const phase = z.discriminatedUnion("kind", [
  /** Charge, or discharge, at what is asked for or allowed until the charge since the start is `to_mAh_cm2`. */
  z.strictObject({
    kind: z.enum(["charge", "discharge"]),
    demand_mA_cm2: positive,
    to_mAh_cm2: z.number(),
    most_h: positive,
  }),
  z.strictObject({ kind: z.literal("rest"), hours: positive }),
  /** Pulses, charge positive, each cut to the 10 s limit. */
  z.strictObject({
    kind: z.literal("drive"),
    pulses: z.array(z.strictObject({ current_mA_cm2: z.number(), seconds: positive })).min(1),
    repeat: z.int().positive().default(1),
  }),
]);

const sensor = (noise: number) =>
  z
    .strictObject({
      noise: z.number().nonnegative().default(noise),
      bias: z.number().default(0),
      delay_samples: z.int().nonnegative().default(0),
    })
    .prefault({});

const timed = { at_s: z.number().nonnegative(), until_s: positive.optional() };
const channel = z.enum(["current", "voltage", "temperature", "pressure"]);
const fault = z.union([
  /** `stuck` stays where it is, `slow` moves at a tenth of its speed, without power it lets go. */
  z.strictObject({
    ...timed,
    channel: z.literal("actuator"),
    kind: z.enum(["stuck", "slow", "noPower"]),
  }),
  z.strictObject({ ...timed, channel, kind: z.enum(["dropout", "stuck", "notANumber", "range"]) }),
  z.strictObject({ ...timed, channel, kind: z.literal("bias"), by: z.number() }),
  z.strictObject({ ...timed, channel, kind: z.literal("drift"), perHour: z.number() }),
  z.strictObject({ ...timed, channel, kind: z.literal("noise"), spread: positive }),
]);

const schema = z.strictObject({
  title: z.string().min(1),
  profile: z.string().min(1),
  /** One entry per cell of the series pack: physics that differ from what the firmware believes. */
  cells: z.array(overrides).min(1).default([{}]),
  /** Parameters that plant and firmware both have otherwise than the profile. */
  parameters: overrides.default({}),
  /** Corners of the ambient temperature over time, straight between them. */
  ambient: z.array(z.strictObject({ at_s: z.number().nonnegative(), degC: z.number() })).min(1),
  fixture: z.strictObject({
    start_MPa: z.number().nonnegative(),
    /** None: a passive fixture. */
    actuator: z
      .strictObject({
        lag_s: positive.default(5),
        rate_MPa_s: positive.default(0.2),
        least_MPa: z.number().nonnegative().default(0),
        most_MPa: positive.default(30),
      })
      .optional(),
  }),
  /** What the other controllers are told by the datasheet of such a cell. */
  datasheet: z.strictObject({ charge_mA_cm2: positive, discharge_mA_cm2: positive }),
  phases: z.array(phase).min(1),
  /** Times the phases are gone through. */
  cycles: z.int().positive().default(1),
  faults: z.array(fault).default([]),
  /** The scenario stands for several: one without a fault, and one with each of these. */
  eachFault: z.array(fault).default([]),
  sensors: z
    .strictObject({
      current: sensor(0.002),
      voltage: sensor(2e-4),
      temperature: sensor(0.05),
      pressure: sensor(0.005),
    })
    .prefault({}),
  /** Plant and charger move on in such steps; the firmware's step is `dt_s`. */
  hold_s: positive.default(1),
  dt_s: positive.default(0.1),
  seed: z.int().default(1),
});

export type Scenario = z.infer<typeof schema> & { readonly name: string };
export type Phase = z.infer<typeof phase>;
export type Pulse = Extract<Phase, { readonly kind: "drive" }>["pulses"][number];
export type ScenarioFault = z.infer<typeof fault>;
export type ActuatorFault = Extract<ScenarioFault, { readonly channel: "actuator" }>["kind"];

const DIRECTORY = packageFile("host", "simulate", "scenarios");

/** Names of the shipped scenarios. */
export const scenarioNames = (): string[] =>
  readdirSync(DIRECTORY)
    .filter((file) => file.endsWith(".json"))
    .map((file) => basename(file, ".json"))
    .sort();

/** A shipped scenario by name, or a file. Errors: E_SCENARIO_UNKNOWN, E_SCENARIO_BAD. */
export function loadScenario(nameOrPath: string): Scenario {
  const names = scenarioNames();
  const shipped = names.includes(nameOrPath);
  const path = shipped ? join(DIRECTORY, `${nameOrPath}.json`) : nameOrPath;
  if (!shipped && !existsSync(path))
    throw new BetaguardError(
      "E_SCENARIO_UNKNOWN",
      `expected a scenario file or one of ${names.join(", ")}, found ${JSON.stringify(nameOrPath)}${didYouMean(nameOrPath, names)}`,
    );
  return parseScenario(readFileSync(path, "utf8"), path);
}

export function parseScenario(text: string, path: string): Scenario {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new BetaguardError("E_SCENARIO_BAD", `${path}: expected JSON, ${(cause as Error).message}`, {
      cause,
    });
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { ...parsed.data, name: basename(path, ".json") };
  const issues = parsed.error.issues.map(
    (issue) => `${issue.path.join(".") || "scenario"}: ${issue.message}`,
  );
  throw new BetaguardError(
    "E_SCENARIO_BAD",
    `${path}: ${issues.join("; ")}; docs/simulate.md shows the form`,
  );
}

/** All that a scenario stands for: without a fault under its own name, then with each of `eachFault` in turn. */
export const variantsOf = (scenario: Scenario): Scenario[] => {
  const { name, faults, eachFault } = scenario;
  return [
    { ...scenario, eachFault: [] },
    ...eachFault.map((fault) => ({
      ...scenario,
      name: `${name}/${faultName(fault)}`,
      faults: [...faults, fault],
      eachFault: [],
    })),
  ];
};

/** `voltage-stuck`, `temperature-bias+5`, `pressure-drift-20`. */
export function faultName(fault: ScenarioFault): string {
  const { at_s: _at, until_s: _until, channel, kind, ...amount } = fault;
  const [value] = Object.values(amount);
  return `${channel}-${kind}${value === undefined ? "" : `${value < 0 ? "" : "+"}${value}`}`;
}

/** Ambient temperature at a time: straight between the corners, constant beyond them. */
export function ambientAt({ ambient }: Scenario, time_s: number): number {
  const next = ambient.findIndex(({ at_s }) => at_s > time_s);
  const after = ambient[next];
  const before = ambient[
    next === -1 ? ambient.length - 1 : Math.max(next - 1, 0)
  ] as (typeof ambient)[number];
  if (after === undefined || after === before) return before.degC;
  return before.degC + ((after.degC - before.degC) * (time_s - before.at_s)) / (after.at_s - before.at_s);
}
