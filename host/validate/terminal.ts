/** A validation as text for a terminal: what fails first, then a line per check. */
import { plural } from "../report/format.js";
import type { Check } from "./checks.js";
import type { Validation } from "./index.js";
import { reducedChecks } from "./reducedTable.js";

/** ✔ claimed and met, ✘ claimed and not, · known not to be met, ↑ met though not claimed. */
export const mark = ({ pass, claimed }: Check): string => (claimed ? (pass ? "✔" : "✘") : pass ? "↑" : "·");

const line = (check: Check): string =>
  `    ${mark(check)} ${check.name}: ${check.got}  (${check.expected}${check.tolerance.startsWith("±") ? `, ${check.tolerance}` : ""})`;

export function formatValidation(validation: Validation): string {
  const { evidence, systems, general, reduced, sensitivity, failures, promote, notes } = validation;
  const reducedRows = reducedChecks(reduced);
  const ids = [...new Set(evidence.map(({ id }) => id))];
  const all: Check[] = [
    ...evidence,
    ...reducedRows,
    ...[...systems, ...general].flatMap(({ checks }) => checks),
  ];
  const notClaimed = all.filter(({ claimed, pass }) => !claimed && !pass).length;
  return [
    "Published evidence",
    ...ids.flatMap((id) => {
      const rows = evidence.filter((row) => row.id === id);
      const [first] = rows;
      const bases = [...new Set(rows.map(({ basis }) => basis))].join(" and ");
      return [`  ${id}  ${first?.profile}, grade ${first?.grade}, ${bases}`, ...rows.map(line)];
    }),
    "Systems",
    ...systems.flatMap(({ profile, title, checks }) => [`  ${profile}  ${title}`, ...checks.map(line)]),
    "In general",
    ...general.flatMap(({ title, checks }) => [`  ${title}`, ...checks.map(line)]),
    "Reduced models against the references, worst drive",
    ...reducedRows.map(line),
    "Assumed parameters the limits depend on most",
    ...sensitivity.map(
      ({ profile, top3 }) =>
        `  ${profile}: ${top3.map(({ parameter, share }) => `${parameter} ${Math.round(100 * share)} %`).join(", ")}`,
    ),
    "",
    `${plural(all.filter(({ claimed, pass }) => claimed && pass).length, "claim")} met, ${failures.length} not; ${notClaimed} known not to be met and not claimed`,
    ...notes.map((note) => `note: ${note}`),
    ...failures.map((label) => `✘ ${label}`),
    ...promote.map((label) => `↑ passes without being claimed, claim it: ${label}`),
  ].join("\n");
}
