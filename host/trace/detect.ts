/** Which reader a file belongs to, by what is in it and never by its name. */
import { BetaguardError } from "../errors.js";
import type { Evidence, Reader } from "./reader.js";
import type { Source } from "./table.js";

export interface Detection {
  readonly reader: Reader;
  readonly evidence: Evidence;
}

/** The strongest first. */
const STRENGTHS = ["signature", "columns", "generic"] as const;

/** Formats that are recognised but have no reader: the message names them instead of "unknown". */
const RECOGNISED: readonly { readonly name: string; readonly mark: RegExp }[] = [
  { name: "a ZIP archive that is neither NDAX nor a workbook", mark: /^\(ZIP archive\)$/ },
  { name: "an expansion-logger file ([DATA START])", mark: /^\[DATA START\]/m },
  { name: "a LabVIEW measurement file", mark: /^LabVIEW Measurement/ },
];

/** Errors: E_TRACE_UNKNOWN_DIALECT, E_TRACE_AMBIGUOUS. */
export function detect(source: Source, readers: readonly Reader[]): Detection {
  const found = readers.flatMap((reader) => {
    const evidence = reader.detect(source);
    return evidence ? [{ reader, evidence }] : [];
  });
  const best =
    STRENGTHS.map((strength) => found.filter(({ evidence }) => evidence.strength === strength)).find(
      (candidates) => candidates.length > 0,
    ) ?? [];
  if (best.length > 1)
    throw new BetaguardError(
      "E_TRACE_AMBIGUOUS",
      `${source.path}: expected one format, found signs of ${best.map(({ evidence }) => `${evidence.dialect} (${evidence.reasons.join("; ")})`).join(" and of ")}; keep the columns of one of them`,
    );
  if (best[0]) return best[0];
  const known = RECOGNISED.find(({ mark }) => mark.test(source.head.join("\n")));
  const expected = readers.map(({ format, expects }) => `${format} (${expects})`).join(", ");
  const first = (source.head.find((line) => line.trim() !== "") ?? "").slice(0, 80);
  throw new BetaguardError(
    "E_TRACE_UNKNOWN_DIALECT",
    known
      ? `${source.path}: found ${known.name}, which has no reader; expected one of ${readers.map(({ format }) => format).join(", ")}; convert it to BDF`
      : `${source.path}: expected one of ${expected}, found none of them (first line ${JSON.stringify(first)}); convert it to BDF or name its columns (--map)`,
  );
}
