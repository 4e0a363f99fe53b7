/** Which limits, reasons and pressure commands a case brought into play: a check of outputs that never move is none. */
import { type ReasonName, reasons } from "../schema/codes.js";
import type { PackOutputName } from "../schema/records.js";

/** Seconds, by reason. */
type Seconds = Partial<Record<ReasonName, number>>;

export interface Engagement {
  /** In which the reason bound any horizon of the direction. */
  readonly charge: Seconds;
  readonly discharge: Seconds;
  readonly setpoint: Seconds;
  /** In which a constraint of the models bound each horizon, the shortest first. */
  readonly chargeHorizons: readonly number[];
  readonly dischargeHorizons: readonly number[];
  /** Steps in which each pressure rose and fell against the step before. */
  readonly moves: Readonly<
    Record<(typeof PRESSURES)[number], { readonly rising: number; readonly falling: number }>
  >;
}

const PRESSURES = ["pressureSetpoint_MPa", "actuatorCommand_MPa"] as const;

/** What binds no limit by a model: the cap, or how a limit comes and goes. */
const NO_CONSTRAINT: readonly ReasonName[] = ["none", "startup", "recovering"];
const SENSORS = ["sensorCurrent", "sensorVoltage", "sensorTemperature", "sensorPressure"] as const;

/** What a trace can bring about, as assembly/limits.ts and assembly/setpoint.ts have it. */
export const REACHABLE = {
  charge: [
    ...["none", "startup", "recovering", "platingSe", "crack", "localCurrent", "stackPressure", "capacity"],
    ...["voltage", "temperature", "intrusion", ...SENSORS],
  ] as readonly ReasonName[],
  discharge: [
    ...["none", "startup", "recovering", "voltage", "temperature", "vacancy", "metalLeft", ...SENSORS],
  ] as readonly ReasonName[],
  setpoint: ["vacancy", "windowMin", "windowMax", "intrusion"] as readonly ReasonName[],
};

/** What no trace can: a replay's steps have the length it was given, and memory and arithmetic are sound. */
export const UNREACHABLE: readonly ReasonName[] = ["clock", "state", "selfCheck"];

/** @param word one of the pack's output words by its name, an entry per step */
export function engagementOf(word: (name: PackOutputName) => Int32Array, dt_s: number): Engagement {
  const charge = ofDirection(word("chargeReasons"), dt_s);
  const discharge = ofDirection(word("dischargeReasons"), dt_s);
  const bySetpoint = new Float64Array(reasons.length);
  for (const reason of word("pressureReason")) bySetpoint[reason] = (bySetpoint[reason] as number) + 1;
  return {
    charge: charge.reasons,
    discharge: discharge.reasons,
    setpoint: named(bySetpoint, dt_s),
    chargeHorizons: charge.horizons,
    dischargeHorizons: discharge.horizons,
    moves: Object.fromEntries(PRESSURES.map((name) => [name, movesOf(word(name))])) as Engagement["moves"],
  };
}

function ofDirection(packed: Int32Array, dt_s: number): { reasons: Seconds; horizons: number[] } {
  const byReason = new Float64Array(reasons.length);
  const horizons = [0, 0, 0, 0];
  const free = new Set(NO_CONSTRAINT.map((name) => reasons.findIndex((reason) => reason.name === name)));
  for (const bytes of packed) {
    let seen = 0;
    for (let horizon = 0; horizon < 4; horizon++) {
      const reason = (bytes >>> (8 * horizon)) & 0xff;
      if (!free.has(reason)) horizons[horizon] = (horizons[horizon] as number) + 1;
      if ((seen & (1 << reason)) === 0) byReason[reason] = (byReason[reason] as number) + 1;
      seen |= 1 << reason;
    }
  }
  return { reasons: named(byReason, dt_s), horizons: horizons.map((steps) => steps * dt_s) };
}

function movesOf(pressure: Int32Array): { rising: number; falling: number } {
  const moves = { rising: 0, falling: 0 };
  const values_MPa = new Float32Array(pressure.buffer);
  for (let n = 1; n < values_MPa.length; n++) {
    const change = (values_MPa[n] as number) - (values_MPa[n - 1] as number);
    if (change > 0) moves.rising++;
    if (change < 0) moves.falling++;
  }
  return moves;
}

const named = (steps: Float64Array, dt_s: number): Seconds =>
  Object.fromEntries(
    reasons.flatMap(({ name }, code) =>
      (steps[code] as number) > 0 ? [[name, (steps[code] as number) * dt_s]] : [],
    ),
  ) as Seconds;

/** Something a set has to bring about, and the cases that do. */
export interface Required {
  readonly what: string;
  readonly cases: readonly string[];
}

const HORIZONS = ["instantaneous", "2 s", "10 s", "continuous"] as const;

/** All that a set has to bring into play, each with the cases that do; nothing checks what has none. */
export function requirements(engaged: ReadonlyMap<string, Engagement>): Required[] {
  const casesIn = (does: (one: Engagement) => boolean): string[] =>
    [...engaged].filter(([, one]) => does(one)).map(([name]) => name);
  const byReason = (["charge", "discharge", "setpoint"] as const).flatMap((what) =>
    REACHABLE[what].map((reason) => ({
      what: `${what} by ${reason}`,
      cases: casesIn((one) => one[what][reason] !== undefined),
    })),
  );
  const byHorizon = (["charge", "discharge"] as const).flatMap((direction) =>
    HORIZONS.map((horizon, n) => ({
      what: `${horizon} ${direction} limit below its cap`,
      cases: casesIn((one) => (one[`${direction}Horizons`][n] as number) > 0),
    })),
  );
  const byMove = PRESSURES.flatMap((name) =>
    (["rising", "falling"] as const).map((move) => ({
      what: `${name} ${move}`,
      cases: casesIn((one) => one.moves[name][move] > 0),
    })),
  );
  return [...byReason, ...byHorizon, ...byMove];
}
