/** A verdict in plain words: the one sentence a reader takes away, and what else deserves a look. */
import type { ReplayVerdict, Violation } from "../replay/types.js";
import { formatClock, formatDuration, formatNumber, plural } from "./format.js";
import { describeReason } from "./reasons.js";

export interface VerdictSummary {
  /** `broken`: the current passed a limit. `warning`: it never did, but a state reached its own mark. */
  readonly level: "ok" | "warning" | "broken";
  readonly headline: string;
  readonly findings: readonly string[];
}

/** The violation with the largest excess. */
export const worstViolation = (violations: readonly Violation[]): Violation | undefined =>
  violations.reduce<Violation | undefined>(
    (worst, each) => (worst === undefined || each.excess_mA_cm2 > worst.excess_mA_cm2 ? each : worst),
    undefined,
  );

/** States whose value 1 is defined as a failure by the models: voids nucleate, a crack runs, a short. */
function marks({ worst }: ReplayVerdict): string[] {
  return [
    worst.poreRisk >= 1 && `pore risk reached ${formatNumber(worst.poreRisk, 3)}: from 1 on, voids nucleate`,
    worst.crackIndex >= 1 &&
      `crack index reached ${formatNumber(worst.crackIndex, 3)}: from 1 on, metal drives a crack through the electrolyte`,
    worst.intrusion >= 1 && `creep intrusion reached ${formatNumber(worst.intrusion, 3)}: 1 is a short`,
  ].filter((mark) => mark !== false);
}

const times = (count: number): string => (count === 1 ? "once" : plural(count, "time"));

/** Headline and findings of a verdict. */
export function summarise(verdict: ReplayVerdict): VerdictSummary {
  const { violations } = verdict;
  const worst = worstViolation(violations);
  const findings = marks(verdict);
  const length = formatDuration(verdict.steps * verdict.dt_s);
  if (worst === undefined) {
    const headline = `Within its limits for all of ${length}`;
    return { level: findings.length > 0 ? "warning" : "ok", headline, findings };
  }
  const total_s = violations.reduce((sum, { from_s, to_s }) => sum + to_s - from_s, 0);
  const cell = verdict.cells > 1 ? `, cell ${worst.cell}` : "";
  return {
    level: "broken",
    headline: `Over a limit ${times(violations.length)}, for ${formatDuration(total_s)} of ${length}`,
    findings: [
      `worst at ${formatClock(worst.from_s)}${cell}: ${formatNumber(worst.excess_mA_cm2, 3)} mA/cm² above the ${worst.kind} limit: ${describeReason(worst.reason)}`,
      ...findings,
    ],
  };
}
