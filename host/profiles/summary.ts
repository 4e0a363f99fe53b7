/** The shipped profiles at a glance: what `betaguard profiles` prints. */
import { listProfiles, loadProfile, type Profile } from "./profile.js";
import { type Provenance, provenanceKinds } from "./provenance.js";

export interface ProfileSummary extends Pick<Profile, "id" | "title" | "metal" | "system" | "hash"> {
  /** How many parameters are published, fitted, assumed. */
  readonly provenance: Readonly<Record<Provenance["kind"], number>>;
}

/** One entry per shipped profile, `betaguard profiles --json` as it stands. */
export const summarizeProfiles = (): ProfileSummary[] =>
  listProfiles().map((name) => {
    const { id, title, metal, system, hash, provenance } = loadProfile(name);
    const kinds = Object.values(provenance).map(({ kind }) => kind);
    return {
      id,
      title,
      metal,
      system,
      hash,
      provenance: Object.fromEntries(
        provenanceKinds.map((kind) => [kind, kinds.filter((other) => other === kind).length]),
      ) as ProfileSummary["provenance"],
    };
  });

/** The same as a table for a terminal; the title explains the system in words. */
export function formatProfiles(summaries: readonly ProfileSummary[] = summarizeProfiles()): string {
  const rows = [
    ["profile", "metal", ...provenanceKinds, "system"],
    ...summaries.map(({ id, metal, provenance, title }) => [
      id,
      metal,
      ...provenanceKinds.map((kind) => String(provenance[kind])),
      title,
    ]),
  ];
  const widths = (rows[0] as string[]).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] as string).length)),
  );
  const isCount = (column: number) => column > 1 && column < 2 + provenanceKinds.length;
  return rows
    .map((row) =>
      row
        .map((cell, column) => {
          const width = widths[column] as number;
          return isCount(column) ? cell.padStart(width) : cell.padEnd(width);
        })
        .join("  ")
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join("");
}
