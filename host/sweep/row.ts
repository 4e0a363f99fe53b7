/** What a job becomes: one row of the results, from a replay's verdict or a simulation's result. */
import type { Profile } from "../profiles/profile.js";
import type { ParameterValues } from "../replay/module.js";
import type { ReplayVerdict } from "../replay/types.js";
import { summarise, worstViolation } from "../report/verdict.js";
import type { ReasonName } from "../schema/codes.js";
import type { SimulationResult } from "../simulate/simulate.js";
import type { Job, JobInputs, Source } from "./job.js";

/** Columns of the results beside the varied parameters; null where the kind of job has no such quantity. */
export interface Outcome {
  /** `ok`, `warning`, `broken` of a replay; `ok`, `damaged`, `unsafe` of a plant; `failed` with an `error`. */
  readonly verdict: string;
  readonly error: string | null;
  /** Steps of the firmware times cells. */
  readonly cellSteps: number | null;
  readonly charge_mAh_cm2: number | null;
  readonly discharge_mAh_cm2: number | null;
  /** Worst of any cell: in a replay by the firmware's models, in a simulation in the plant. */
  readonly poreRiskMax: number | null;
  readonly contactMin: number | null;
  readonly crackIndexMax: number | null;
  readonly stackPressureMax_MPa: number | null;
  readonly voidMax_um: number | null;
  readonly sePressureMax_MPa: number | null;
  readonly creepIntrusionMax: number | null;
  readonly seMetal_mAh_cm2: number | null;
  readonly violations: number | null;
  readonly violation_s: number | null;
  readonly excessMax_mA_cm2: number | null;
  readonly excessReason: ReasonName | null;
  /** Time in which a model, not the hard cap, bound the continuous limit. */
  readonly chargeLimited_s: number | null;
  readonly dischargeLimited_s: number | null;
  /** Seconds by reason, as JSON. */
  readonly chargeReasons: string | null;
  readonly dischargeReasons: string | null;
  readonly chargeTime_s: number | null;
  /** Whether every charge and discharge of the scenario came to its end. */
  readonly complete: boolean | null;
  readonly throughput_mAh_cm2: number | null;
  readonly energy_mWh_cm2: number | null;
  readonly actuatorTravel_MPa: number | null;
}

export interface Row extends Outcome {
  /** The job's id. */
  readonly job: string;
  readonly parameters: ParameterValues;
  readonly plant: ParameterValues;
  readonly kind: Source["kind"];
  readonly source: string;
  readonly sourceSha256: string;
  readonly profile: string;
  readonly profileSha256: string;
  readonly moduleSha256: string;
  readonly target: string;
}

/** How each is stored, in the results' order. */
export const OUTCOME_TYPES = {
  verdict: "STRING",
  error: "STRING",
  cellSteps: "DOUBLE",
  charge_mAh_cm2: "DOUBLE",
  discharge_mAh_cm2: "DOUBLE",
  poreRiskMax: "DOUBLE",
  contactMin: "DOUBLE",
  crackIndexMax: "DOUBLE",
  stackPressureMax_MPa: "DOUBLE",
  voidMax_um: "DOUBLE",
  sePressureMax_MPa: "DOUBLE",
  creepIntrusionMax: "DOUBLE",
  seMetal_mAh_cm2: "DOUBLE",
  violations: "DOUBLE",
  violation_s: "DOUBLE",
  excessMax_mA_cm2: "DOUBLE",
  excessReason: "STRING",
  chargeLimited_s: "DOUBLE",
  dischargeLimited_s: "DOUBLE",
  chargeReasons: "STRING",
  dischargeReasons: "STRING",
  chargeTime_s: "DOUBLE",
  complete: "BOOLEAN",
  throughput_mAh_cm2: "DOUBLE",
  energy_mWh_cm2: "DOUBLE",
  actuatorTravel_MPa: "DOUBLE",
} as const satisfies Record<keyof Outcome, string>;

const NOTHING = {
  ...(Object.fromEntries(Object.keys(OUTCOME_TYPES).map((name) => [name, null])) as {
    readonly [N in keyof Outcome]: null;
  }),
  verdict: "failed",
};

export function rowOf(inputs: JobInputs, job: Job, outcome: Outcome): Row {
  const source = inputs.sources[job.source] as Source;
  const profile = inputs.profiles[job.profile] as Profile;
  return {
    job: job.id,
    parameters: job.parameters,
    plant: job.plant,
    kind: source.kind,
    source: source.name,
    sourceSha256: source.sha256,
    profile: profile.id,
    profileSha256: profile.hash,
    moduleSha256: inputs.moduleSha256,
    target: job.target,
    ...outcome,
  };
}

export const failedOutcome = (error: string): Outcome => ({ ...NOTHING, error });

export function replayOutcome(verdict: ReplayVerdict): Outcome {
  const { worst, violations, binding_s, sites } = verdict;
  const largest = worstViolation(violations);
  return {
    ...NOTHING,
    ...limited(binding_s),
    verdict: summarise(verdict).level,
    cellSteps: verdict.steps * verdict.cells,
    charge_mAh_cm2: verdict.charge_mAh_cm2,
    discharge_mAh_cm2: verdict.discharge_mAh_cm2,
    poreRiskMax: worst.poreRisk,
    contactMin: worst.contact,
    crackIndexMax: worst.crackIndex,
    stackPressureMax_MPa: worst.stackPressure_MPa,
    voidMax_um: worst.void_um,
    sePressureMax_MPa: worst.sePressure_MPa,
    creepIntrusionMax: worst.intrusion,
    seMetal_mAh_cm2: sites.se,
    violations: violations.length,
    violation_s: violations.reduce((sum, { from_s, to_s }) => sum + to_s - from_s, 0),
    excessMax_mA_cm2: largest?.excess_mA_cm2 ?? 0,
    excessReason: largest?.reason ?? null,
  };
}

export function simulationOutcome(result: SimulationResult, cellSteps: number): Outcome {
  const { plantDamage } = result;
  return {
    ...NOTHING,
    ...limited(result.limitReasons),
    verdict: result.verdict,
    cellSteps,
    contactMin: plantDamage.contactMin,
    crackIndexMax: plantDamage.crackIndexMax,
    voidMax_um: plantDamage.voidMax_um,
    creepIntrusionMax: plantDamage.creepIntrusion,
    seMetal_mAh_cm2: plantDamage.seMetal_mAh_cm2,
    chargeTime_s: result.chargeTime_s,
    complete: result.complete,
    throughput_mAh_cm2: result.throughput_mAh_cm2,
    energy_mWh_cm2: result.energy_mWh_cm2,
    actuatorTravel_MPa: result.actuatorTravel_MPa,
  };
}

type Seconds = Readonly<Partial<Record<ReasonName, number>>>;

function limited({ charge, discharge }: { readonly charge: Seconds; readonly discharge: Seconds }) {
  const byModels = (seconds: Seconds): number =>
    Object.entries(seconds).reduce((sum, [reason, time]) => (reason === "none" ? sum : sum + time), 0);
  return {
    chargeLimited_s: byModels(charge),
    dischargeLimited_s: byModels(discharge),
    chargeReasons: JSON.stringify(charge),
    dischargeReasons: JSON.stringify(discharge),
  };
}
