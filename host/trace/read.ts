/** A path to a trace: container, detection, the vendor's reader, normalisation. */
import { arbin } from "./arbin.js";
import { basytec } from "./basytec.js";
import { bdf } from "./bdf.js";
import { biologic } from "./biologic.js";
import { type OnProgress, openFile } from "./decode.js";
import { detect } from "./detect.js";
import { digatron } from "./digatron.js";
import { landt } from "./landt.js";
import { maccor } from "./maccor.js";
import { ndax } from "./ndax.js";
import { neware } from "./neware.js";
import { type Normalised, normalise } from "./normalise.js";
import { novonix } from "./novonix.js";
import { pec } from "./pec.js";
import { type ColumnMap, mapped, plain } from "./plain.js";
import type { Reader, Recording } from "./reader.js";
import { openSource } from "./table.js";
import type { Trace } from "./types.js";

const READERS: readonly Reader[] = [
  bdf,
  arbin,
  neware,
  ndax,
  biologic,
  maccor,
  novonix,
  basytec,
  landt,
  pec,
  digatron,
  plain,
];

export interface ReadOptions {
  /** Which column holds what, for a table of no known format: then nothing is detected. */
  readonly map?: ColumnMap | undefined;
  readonly onProgress?: OnProgress | undefined;
  /** Bytes that the trace's columns may take; MAX_TABLE_BYTES unless said otherwise. */
  readonly memory?: number | undefined;
}

/** The first of the two passes over a file costs about this share of both. */
const HASHED_SHARE = 0.15;

/**
 * Reads a cycler file of any known format. Errors: BetaguardError with a code from the table in docs/traces.md;
 * a file that cannot be read correctly is refused, never approximated.
 */
export async function readTrace(path: string, options: ReadOptions = {}): Promise<Trace> {
  return (await readRecording(path, options)).trace;
}

export interface ReadRecording extends Normalised {
  readonly recording: Recording;
}

/** As readTrace, with the table the trace was made from. */
export async function readRecording(
  path: string,
  { map, onProgress, memory }: ReadOptions = {},
): Promise<ReadRecording> {
  const file = await openFile(path, onProgress && ((share) => onProgress(HASHED_SHARE * share)));
  const source = await openSource(file);
  const detection = detect(source, map ? [mapped(map)] : READERS);
  const recording = await detection.reader.read(source, detection.evidence);
  const evidence = [...file.evidence, ...source.evidence];
  const normalised = await normalise({ ...file, evidence }, detection, recording, {
    memory,
    onProgress: onProgress && ((share) => onProgress(HASHED_SHARE + (1 - HASHED_SHARE) * share)),
  });
  return { ...normalised, recording };
}
