/** Charge positive everywhere inside: whether a file's current already is, and what says so. */
import { BetaguardError } from "../errors.js";
import { stepChanges } from "./integral.js";
import type { TraceColumns, TraceEvent } from "./types.js";

/** A current below this share of the largest is noise around zero and has no direction. */
const NOISE_SHARE = 1e-3;
/** Rows stamped with the next step's state at a step edge: at most this share, in runs of at most two. */
const MAX_EDGE_SHARE = 0.01;
const MAX_EDGE_RUN = 2;
const CLEAR_MAJORITY = 0.9;
/** Current jumps needed before the voltage's answer to them counts. */
const MIN_JUMPS = 3;

export type Direction = 1 | 0 | -1 | null;

/** Charge +1, discharge −1, rest 0; null for a state that has no direction of its own (pulse, simulation, control). */
export function stateDirection(state: string): Direction {
  const text = state.trim().toLowerCase();
  if (/^(d|dis|dch.*)$/.test(text) || /d(is)?[-_ ]?ch/.test(text)) return -1;
  if (/^(c|cha|ch)$/.test(text) || /ch(g|rg|arg)/.test(text)) return 1;
  if (/^(r|o|s|p|rest.*|ocv|pau|pause.*|stop.*|idle|off)$/.test(text)) return 0;
  return null;
}

/** No direction, as a code. */
const NONE = 2;

/** A state's direction as a small number; `seen` remembers the few states a file has. */
export function directionCode(state: string, seen: Map<string, Direction>): number {
  let direction = seen.get(state);
  if (direction === undefined) {
    direction = stateDirection(state);
    seen.set(state, direction);
  }
  return direction ?? NONE;
}

const directionOf = (code: number | undefined): Direction => (code === NONE ? null : (code as Direction));

export interface SignInput {
  readonly columns: Pick<TraceColumns, "time_s" | "voltage_V" | "step" | "cycle">;
  /** In A, as recorded. */
  readonly current_A: Float64Array;
  readonly maybeUnsigned: boolean;
  /** Codes of directionCode, one per row. */
  readonly states: Int8Array | undefined;
  /** See Witness.directionAgreement; for the current as recorded. */
  readonly counterAgreement: number;
  readonly lineOf: (k: number) => number;
  readonly path: string;
}

export interface SignDecision {
  readonly current_A: Float64Array;
  readonly evidence: string;
  readonly events: readonly TraceEvent[];
  readonly warning?: string;
}

/**
 * Gives the current its sign. Errors: E_TRACE_SIGN_CONFLICT (signed and contradicted by the state or the counters),
 * E_TRACE_SIGN_UNKNOWN (magnitudes only, and neither state nor voltage tells the direction).
 */
export function decideSign(input: SignInput): SignDecision {
  const { current_A } = input;
  let least = 0;
  let most = 0;
  for (let k = 0; k < current_A.length; k++) {
    const current = current_A[k] as number;
    if (current < least) least = current;
    else if (current > most) most = current;
  }
  const largest = Math.max(most, -least);
  if (largest === 0) return { current_A, evidence: "sign: no current flows in this file", events: [] };
  const noise = NOISE_SHARE * largest;
  if (least >= -noise && input.maybeUnsigned) {
    if (!input.states) return fromVoltage(input, noise);
    if (input.states.some((state, k) => state === -1 && (current_A[k] as number) > noise))
      return fromState(input, input.states, noise);
  }
  return checkSigned(input, noise);
}

function fromState(input: SignInput, states: Int8Array, noise: number): SignDecision {
  const signed = input.current_A.map((current, k) => {
    const state = directionOf(states[k]);
    if (Math.abs(current) <= noise) return state ? current * state : current;
    if (state === 1 || state === -1) return current * state;
    throw new BetaguardError(
      "E_TRACE_SIGN_UNKNOWN",
      `${input.path}:${input.lineOf(k)}: expected charge or discharge as the state of an unsigned current, found ${current} A in a state without direction`,
    );
  });
  return {
    current_A: signed,
    evidence: "sign: magnitudes only (discharge rows are positive); taken from the state column",
    events: [],
  };
}

/**
 * Without a state, a cell's resistance is the witness: as a current starts, the voltage steps towards it, and within
 * the step it keeps moving that way. Both must say the same for every step that carries current.
 */
function fromVoltage(input: SignInput, noise: number): SignDecision {
  const { columns, path, lineOf } = input;
  const voltage = columns.voltage_V;
  const signed = Float64Array.from(input.current_A);
  const flows = (k: number) => (signed[k] as number) > noise;
  const volts = (k: number) => voltage?.[k] ?? Number.NaN;
  const events: TraceEvent[] = [];
  for (let k = 0; k < signed.length; k++) {
    if (!flows(k)) continue;
    let end = k;
    while (end + 1 < signed.length && flows(end + 1) && !stepChanges(columns, end + 1)) end++;
    const onset = Math.sign(k > 0 && !flows(k - 1) ? volts(k) - volts(k - 1) : Number.NaN);
    const trend = Math.sign(volts(end) - volts(k));
    if (onset !== trend || (onset !== 1 && onset !== -1))
      throw new BetaguardError(
        "E_TRACE_SIGN_UNKNOWN",
        `${path}:${lineOf(k)}: expected a signed current, a state column, or a voltage that tells charge from discharge, found magnitudes only and an undecided voltage; export the state column`,
      );
    events.push({
      type: "state-sign",
      line: lineOf(k),
      detail: `no sign and no state; the voltage's onset and trend say ${onset > 0 ? "charge" : "discharge"}`,
    });
    for (let row = k; row <= end; row++) signed[row] = onset * (signed[row] as number);
    k = end;
  }
  const evidence = "sign: magnitudes only and no state column; decided step by step from the voltage";
  return { current_A: signed, evidence, events, warning: evidence };
}

function checkSigned(input: SignInput, noise: number): SignDecision {
  const { current_A, states, path, lineOf, counterAgreement } = input;
  // A test that only rests says nothing about the direction of its leakage.
  const restsOnly = states?.every((direction) => direction === 0) ?? false;
  const state = states && !restsOnly ? compareWithState(current_A, states, noise) : undefined;
  const voltageAgreement = voltageResponse(input, noise);
  const opposing = [state?.agreement ?? Number.NaN, counterAgreement, voltageAgreement];
  const says = opposing.map((share) => (share >= CLEAR_MAJORITY ? 1 : share <= 1 - CLEAR_MAJORITY ? -1 : 0));
  const [stateSays = 0, countersSay = 0, voltageSays = 0] = says;
  const names = ["state column", "capacity counters", "voltage response"];
  const listing = names
    .filter((_, k) => says[k] !== 0)
    .map((name) => `${name}: ${says[names.indexOf(name)] === 1 ? "agrees" : "opposes"}`);
  if (stateSays === -1 || countersSay === -1) {
    const witnesses = says.filter((say) => say === -1).length;
    if (witnesses >= 2 && !says.includes(1)) {
      const detail = `expected charge positive, found discharge positive throughout (${listing.join(", ")}); sign reversed`;
      return {
        current_A: current_A.map((current) => 0 - current),
        evidence: `sign: discharge positive as recorded, reversed (${listing.join(", ")})`,
        events: [{ type: "state-sign", line: lineOf(0), detail }],
        warning: `current: ${detail}`,
      };
    }
    throw new BetaguardError(
      "E_TRACE_SIGN_CONFLICT",
      `${path}: expected a current that is positive on charge, found evidence that it is not, and no second witness for reversing it (${listing.join(", ")}); correct the current's sign`,
    );
  }
  if (state && !state.edgesOnly)
    throw new BetaguardError(
      "E_TRACE_SIGN_CONFLICT",
      `${path}:${lineOf(state.conflicts[0] as number)}: expected the current's sign and the state column to agree, found ${state.conflicts.length} rows where they do not; correct one of the two`,
    );
  const events = (state?.conflicts ?? []).map(
    (k): TraceEvent => ({
      type: "state-sign",
      line: lineOf(k),
      detail: `${current_A[k]} A in a row whose state says otherwise (a step edge); the sign as measured is kept`,
    }),
  );
  const evidence = `sign: charge positive as recorded (${listing.join(", ") || "by the format's definition"})`;
  if (restsOnly) {
    const largest_A = (noise / NOISE_SHARE).toPrecision(3);
    const warning = `current: up to ${largest_A} A in a test whose state column only says rest`;
    return { current_A, evidence, events, warning };
  }
  if (voltageSays !== -1) return { current_A, evidence, events };
  return {
    current_A,
    evidence,
    events,
    warning: "current: the voltage falls where the current rises; check the sign",
  };
}

interface StateComparison {
  readonly agreement: number;
  readonly conflicts: readonly number[];
  readonly edgesOnly: boolean;
}

function compareWithState(current_A: Float64Array, states: Int8Array, noise: number): StateComparison {
  const conflicts: number[] = [];
  let directed = 0;
  let agreeing = 0;
  let run = 0;
  let longestRun = 0;
  current_A.forEach((current, k) => {
    const state = directionOf(states[k]);
    if (state === null || Math.abs(current) <= noise) {
      run = 0;
      return;
    }
    directed++;
    if (Math.sign(current) === state) {
      agreeing++;
      run = 0;
      return;
    }
    conflicts.push(k);
    run++;
    longestRun = Math.max(longestRun, run);
  });
  return {
    agreement: directed === 0 ? Number.NaN : agreeing / directed,
    conflicts,
    edgesOnly: longestRun <= MAX_EDGE_RUN && conflicts.length <= Math.max(1, MAX_EDGE_SHARE * directed),
  };
}

/** Share of clear current jumps that the voltage follows in the same direction, as any positive resistance does. */
function voltageResponse({ columns, current_A }: SignInput, noise: number): number {
  const voltage = columns.voltage_V;
  if (!voltage) return Number.NaN;
  let follows = 0;
  let jumps = 0;
  for (let k = 1; k < current_A.length; k++) {
    const jump = (current_A[k] as number) - (current_A[k - 1] as number);
    const answer = (voltage[k] as number) - (voltage[k - 1] as number);
    if (Math.abs(jump) < 100 * noise || !(Math.abs(answer) > 0)) continue;
    jumps++;
    if (jump > 0 === answer > 0) follows++;
  }
  return jumps < MIN_JUMPS ? Number.NaN : follows / jumps;
}
