/**
 * Everything the models are held against, run through the shipped module: published evidence, the systems of the review,
 * general properties, the reference physics, and what the assumed parameters leave open.
 */
import { loadModule } from "../replay/module.js";
import type { Case, Check, Plot } from "./checks.js";
import { type EvidenceRow, evidence, evidenceRows } from "./evidence.js";
import { general } from "./general.js";
import { reducedErrors } from "./reduced.js";
import { type JudgedError, judgeError, reducedChecks, reducedPlots } from "./reducedTable.js";
import { CONSERVATION_LIMIT, type Conservation, Rig } from "./scenario.js";
import { type ProfileSensitivity, sensitivity } from "./sensitivity.js";
import { systems } from "./systems.js";

export interface CaseResult {
  readonly id: string;
  readonly title: string;
  readonly conditions: string;
  readonly checks: readonly Check[];
}

export interface SystemResult extends CaseResult {
  readonly profile: string;
}

export interface Validation {
  readonly quick: boolean;
  /** SHA-256 of the module that was run. */
  readonly module: string;
  /** Every output of the module against the reference models, one row per drive. */
  readonly reduced: readonly JudgedError[];
  readonly evidence: readonly EvidenceRow[];
  readonly systems: readonly SystemResult[];
  readonly general: readonly CaseResult[];
  /** Largest imbalance over every step of every scenario. */
  readonly conservation: Conservation;
  /** What each profile's assumed parameters leave open in its limits. */
  readonly sensitivity: readonly ProfileSensitivity[];
  readonly plots: readonly Plot[];
  /** What could not be run, and why. */
  readonly notes: readonly string[];
  /** Claimed and not met: each one fails the command. */
  readonly failures: readonly string[];
  /** Not claimed and met all the same: to be claimed from now on. */
  readonly promote: readonly string[];
  readonly pass: boolean;
}

export interface ValidateOptions {
  /** Without the repetition at half the step, and with coarser references and screening. */
  readonly quick?: boolean;
  /** Step of the module against the full-order models, over the usual one. */
  readonly dtScale?: number | undefined;
  /** Called with the share done, 0 … 1. */
  readonly onProgress?: (share: number) => void;
}

const cases: readonly Case[] = [...evidence, ...systems, ...general];

/** Where each part ends on the way from 0 to 1, by the time they take. */
const PROGRESS = { quick: { cases: 0.5, reduced: 0.8 }, full: { cases: 0.25, reduced: 0.6 } } as const;

/** @throws E_MODULE_MISSING when the module has not been built; what loadProfile throws. */
export async function validate({
  quick = false,
  dtScale = 1,
  onProgress = () => {},
}: ValidateOptions = {}): Promise<Validation> {
  const module = loadModule().sha256;
  const ends = quick ? PROGRESS.quick : PROGRESS.full;
  const part = (from: number, to: number) => (share: number) => onProgress(from + (to - from) * share);
  const passes = quick ? 1 : 2;
  let done = 0;
  const caseDone = part(0, ends.cases);
  const run = (on: Rig) =>
    cases.map((one) => {
      const outcome = one.run(on);
      caseDone(++done / (passes * cases.length));
      return outcome;
    });
  const rig = new Rig();
  const outcomes = run(rig);
  const checksOf = (one: Case) => outcomes[cases.indexOf(one)]?.checks ?? [];
  const own = general.map((one): CaseResult => ({ ...head(one), checks: checksOf(one) }));
  own.push(conservationCase(rig.conservation));
  if (!quick) {
    const half = new Rig(0.5);
    const halved = run(half);
    own.push(halvingCase(outcomes, halved, half.conservation));
  }

  const notes: string[] = [];
  const reducedDone = part(ends.cases, ends.reduced);
  const errors = await reducedErrors({
    quick,
    dtScale,
    onProgress: (drives, all) => reducedDone(drives / all),
    onNote: (note) => notes.push(note),
  });
  const reduced = errors.map(judgeError);
  const sensitivities = sensitivity({ quick, onProgress: part(ends.reduced, 1) });

  const rows = evidence.flatMap((one) => evidenceRows(one, checksOf(one)));
  const systemResults = systems.map(
    (one): SystemResult => ({ profile: one.profile, ...head(one), checks: checksOf(one) }),
  );
  const reducedRows = reducedChecks(reduced);
  const labelled = [
    // The quick drives are too few to show that an error is gone.
    ...reducedRows
      .filter(({ claimed }) => claimed || !quick)
      .map((check) => ({ label: `reduced: ${check.name}`, check: check as Check })),
    ...rows.map((row) => ({ label: `${row.id}: ${row.name}`, check: row as Check })),
    ...[...systemResults, ...own].flatMap(({ id, checks }) =>
      checks.map((check) => ({ label: `${id}: ${check.name}`, check })),
    ),
  ];
  const failures = labelled.filter(({ check }) => check.claimed && !check.pass).map(({ label }) => label);
  const promote = labelled.filter(({ check }) => !check.claimed && check.pass).map(({ label }) => label);
  return {
    quick,
    module,
    reduced,
    evidence: rows,
    systems: systemResults,
    general: own,
    conservation: rig.conservation,
    sensitivity: sensitivities,
    plots: [...outcomes.flatMap(({ plots = [] }) => plots), ...reducedPlots(errors)],
    notes,
    failures,
    promote,
    pass: failures.length === 0,
  };
}

const head = ({ id, title, conditions }: Case) => ({ id, title, conditions });

function conservationCase({ charge, metal, solute, checks }: Conservation): CaseResult {
  const row = (name: string, off: number): Check => ({
    name,
    expected: `< ${CONSERVATION_LIMIT}`,
    got: off.toExponential(1),
    tolerance: "bound",
    pass: off < CONSERVATION_LIMIT,
    claimed: true,
  });
  return {
    id: "conservation",
    title: "Charge, metal and solute are conserved",
    conditions: `every scenario above, compared ${checks} times; relative to the charge passed`,
    checks: [
      row("site currents add up to the cell's", charge),
      row("metal, self-discharge and deficit add up to the charge passed", metal),
      row("shares of the solute add up to 1", solute),
    ],
  };
}

/** Verdicts at half the step against those at the full one. */
function halvingCase(
  full: readonly { readonly checks: readonly Check[] }[],
  half: readonly { readonly checks: readonly Check[] }[],
  { charge, metal, solute }: Conservation,
): CaseResult {
  const changed = cases.flatMap((one, n) =>
    (full[n]?.checks ?? []).flatMap((check, k) => {
      const other = half[n]?.checks[k];
      return other?.pass === check.pass ? [] : [`${one.id}: ${check.name} (${other?.got})`];
    }),
  );
  const worst = Math.max(charge, metal, solute);
  return {
    id: "half-step",
    title: "Halving the step changes no verdict",
    conditions: "every scenario above again at half its step",
    checks: [
      {
        name: "verdicts that change",
        expected: "none",
        got: changed.length === 0 ? "none" : changed.join("; "),
        tolerance: "outcome",
        pass: changed.length === 0,
        claimed: true,
      },
      {
        name: "largest imbalance",
        expected: `< ${CONSERVATION_LIMIT}`,
        got: worst.toExponential(1),
        tolerance: "bound",
        pass: worst < CONSERVATION_LIMIT,
        claimed: true,
      },
    ],
  };
}
