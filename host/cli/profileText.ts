/** One profile for a terminal. */
import type { Profile } from "../profiles/profile.js";
import type { Provenance } from "../profiles/provenance.js";
import { formatNumber } from "../report/format.js";
import { parameterGroups } from "../schema/parameters.js";

/** Every parameter with its value, unit and where the value comes from. */
export function formatProfile({ id, title, reference, notes, values, provenance, hash }: Profile): string {
  return [
    `${id}: ${title}`,
    `  reference: ${reference}`,
    `  hash: ${hash}`,
    ...notes.map((note) => `  note: ${note}`),
    ...Object.entries(parameterGroups).flatMap(([group, fields]) => [
      "",
      group,
      ...fields.map(
        ({ name, unit }) =>
          `  ${name.padEnd(36)} ${String(values[name]).padStart(10)} ${unit.padEnd(14)} ${origin(provenance[name])}`,
      ),
    ]),
  ].join("\n");
}

function origin(provenance: Provenance): string {
  switch (provenance.kind) {
    case "published":
      return `published (${provenance.grade}): ${provenance.source}`;
    case "fitted": {
      const error = provenance.calibration?.standardError;
      return `fitted to ${provenance.case}${error === undefined ? "" : `, ± ${formatNumber(error, 2)}`}`;
    }
    case "assumed":
      return `assumed ${provenance.range.join(" … ")}: ${provenance.why}`;
  }
}
