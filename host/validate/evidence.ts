/** The published numbers E1–E12 as cases for the shipped module. Conditions and sources: docs/validation.md. */
import { loadProfile } from "../profiles/profile.js";
import type { ParameterName } from "../schema/parameters.js";
import type { Check, EvidenceCase } from "./checks.js";
import { e7, e8, e9, e12 } from "./evidencePlating.js";
import { e4, e5, e10 } from "./evidencePressure.js";
import { e1, e2, e3, e6, e11 } from "./evidenceStripping.js";

export interface EvidenceRow extends Check {
  readonly id: string;
  readonly grade: string;
  readonly profile: string;
  /** Parameters of that profile fitted to this very case: the row then shows the fit, not a prediction. */
  readonly fittedTo: readonly ParameterName[];
  /** Parameters whose published value is this case's own number. */
  readonly takenFrom: readonly ParameterName[];
  readonly basis: "fit" | "input" | "prediction";
}

/** Which parameters of a profile a case decided, by their provenance. */
function decidedBy(profile: string, id: string): Pick<EvidenceRow, "fittedTo" | "takenFrom"> {
  const named = new RegExp(`^${id}\\b`);
  const entries = Object.entries(loadProfile(profile).provenance);
  const names = (picked: typeof entries) => picked.map(([name]) => name as ParameterName);
  return {
    fittedTo: names(entries.filter(([, from]) => from.kind === "fitted" && named.test(from.case))),
    takenFrom: names(entries.filter(([, from]) => from.kind === "published" && named.test(from.source))),
  };
}

/** A case's checks with what they rest on. */
export function evidenceRows({ id, grade, profile }: EvidenceCase, checks: readonly Check[]): EvidenceRow[] {
  const named = decidedBy(profile, id);
  return checks.map((check) => {
    // What the module has no model of was not fitted either.
    const decided = check.claimed ? named : { fittedTo: [], takenFrom: [] };
    const fittedTo = [...decided.fittedTo, ...(check.chosen ?? [])];
    const basis = fittedTo.length > 0 ? "fit" : decided.takenFrom.length > 0 ? "input" : "prediction";
    return { id, grade, profile, ...decided, fittedTo, basis, ...check };
  });
}

export const evidence: readonly EvidenceCase[] = [e1, e2, e3, e4, e5, e6, e7, e8, e9, e10, e11, e12];
