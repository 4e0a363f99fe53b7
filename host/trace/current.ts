/** Which of a file's current columns to believe, where a converter left the vendor's own beside its own. */
import { BetaguardError } from "../errors.js";
import { type Counter, countedAmount, ownAmount, type WitnessColumns } from "./accumulators.js";

/** Columns closer than this share of the largest current differ by rounding only. */
const ROUNDING_SHARE = 1e-3;
/** A counter supports a current whose integral is this close to it. */
const SUPPORT_SHARE = 0.05;

export interface CurrentCandidate {
  readonly name: string;
  readonly current_A: Float64Array;
}

export interface CurrentDecision {
  readonly current_A: Float64Array;
  /** The counters that can still testify: those that agree with a rejected column share its defect. */
  readonly counters: readonly Counter[];
  /** Present where there was something to decide. */
  readonly detail?: string;
}

/** Errors: E_TRACE_CURRENT_UNIT when candidates differ and the file's counters support no single one. */
export function decideCurrent(
  candidates: readonly [CurrentCandidate, ...CurrentCandidate[]],
  columns: Omit<WitnessColumns, "current_A">,
  counters: readonly Counter[],
  path: string,
): CurrentDecision {
  const [first, ...others] = candidates;
  if (others.every(({ current_A }) => sameCurrent(current_A, first.current_A)))
    return { current_A: first.current_A, counters };
  const supported = candidates.map((candidate) => ({
    ...candidate,
    counters: counters.filter((counter) => {
      const amount = countedAmount(counter, columns);
      const own = ownAmount({ ...columns, current_A: candidate.current_A }, counter.counts, counter.quantity);
      return amount > 0 && Math.abs(own / amount - 1) <= SUPPORT_SHARE;
    }),
  }));
  const [best, next] = supported.sort((a, b) => b.counters.length - a.counters.length);
  const names = candidates.map(({ name }) => JSON.stringify(name)).join(" and ");
  if (!best || best.counters.length === next?.counters.length)
    throw new BetaguardError(
      "E_TRACE_CURRENT_UNIT",
      `${path}: expected ${names} to hold the same current, found that they differ and that the file's counters do not decide between them; remove the wrong one`,
    );
  const votes = supported.map((candidate) => {
    const names = candidate.counters.map(({ name }) => name).join(", ");
    return `${candidate.name} agrees with ${names || "no counter"}`;
  });
  return {
    current_A: best.current_A,
    counters: best.counters,
    detail: `${names} differ; ${JSON.stringify(best.name)} is used (${votes.join("; ")})`,
  };
}

function sameCurrent(a: Float64Array, b: Float64Array): boolean {
  const largest = a.reduce((most, current) => Math.max(most, Math.abs(current)), 0);
  return a.every((current, k) => Math.abs(current - (b[k] as number)) <= ROUNDING_SHARE * largest);
}
