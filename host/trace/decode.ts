/** From a path to text, Parquet or ZIP bytes: file-system errors, gzip, encodings, and binaries named for what they are. */
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { BetaguardError } from "../errors.js";

/** Above this a JavaScript string cannot hold the file; whole-file reading stops here. */
export const MAX_BYTES = 400 * 1024 * 1024;

export interface DecodedFile {
  readonly path: string;
  /** Hex SHA-256 of the bytes on disk, before any decompression. */
  readonly sha256: string;
  /** What was decided about compression and encoding, and why. */
  readonly evidence: readonly string[];
  readonly content:
    | { readonly kind: "text"; readonly text: string }
    | { readonly kind: "parquet"; readonly bytes: Uint8Array }
    | { readonly kind: "zip"; readonly bytes: Uint8Array };
}

/** Maps a Node file-system error to the coded error a user sees; anything not from the file system is returned as it is. */
export function fileError(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  const cause = { cause: error };
  switch (code) {
    case undefined:
      return error;
    case "ENOENT":
    case "ENOTDIR":
      return new BetaguardError(
        "E_TRACE_NOT_FOUND",
        `${path}: expected a file, found nothing there; check the path`,
        cause,
      );
    case "EACCES":
    case "EPERM":
      return new BetaguardError(
        "E_TRACE_NO_PERMISSION",
        `${path}: expected a readable file, found that this user may not read it; change its permissions`,
        cause,
      );
    case "EISDIR":
      return isDirectory(path);
    default:
      return new BetaguardError(
        "E_TRACE_IO",
        `${path}: expected to read the file, found ${code}; check the disk and the path`,
        cause,
      );
  }
}

/**
 * Reads a file and decodes it. Errors: E_TRACE_NOT_FOUND, E_TRACE_NO_PERMISSION, E_TRACE_IS_DIRECTORY,
 * E_TRACE_NOT_A_FILE, E_TRACE_EMPTY, E_TRACE_TOO_LARGE, E_TRACE_IO, E_TRACE_BAD_GZIP, E_TRACE_BINARY,
 * E_TRACE_UNKNOWN_DIALECT (a binary format that is recognised but not read).
 */
export async function decodeFile(path: string): Promise<DecodedFile> {
  const stored = await readBytes(path);
  const sha256 = createHash("sha256").update(stored).digest("hex");
  const evidence: string[] = [];
  let bytes: Uint8Array = stored;
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    bytes = gunzip(stored, path);
    evidence.push("compression: gzip (magic bytes 1f 8b)");
    if (bytes.length === 0) throw empty(path);
  }
  if (ascii(bytes, 0, 4) === "PAR1") {
    evidence.push("container: Parquet (magic bytes PAR1)");
    return { path, sha256, evidence, content: { kind: "parquet", bytes } };
  }
  if (["PK\x03\x04", "PK\x05\x06"].includes(ascii(bytes, 0, 4))) {
    evidence.push("container: ZIP (magic bytes PK)");
    return { path, sha256, evidence, content: { kind: "zip", bytes } };
  }
  const { text, encoding } = decodeText(bytes, path);
  evidence.push(`encoding: ${encoding}`);
  if (text.trim() === "") throw empty(path);
  return { path, sha256, evidence, content: { kind: "text", text } };
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const info = await stat(path);
    if (info.isDirectory()) throw isDirectory(path);
    if (!info.isFile())
      throw new BetaguardError(
        "E_TRACE_NOT_A_FILE",
        `${path}: expected a regular file, found a device, pipe or socket`,
      );
    if (info.size === 0) throw empty(path);
    if (info.size > MAX_BYTES) throw tooLarge(path);
    return await readFile(path);
  } catch (error) {
    throw error instanceof BetaguardError ? error : fileError(error, path);
  }
}

function gunzip(bytes: Uint8Array, path: string): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_BYTES });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(path);
    throw new BetaguardError(
      "E_TRACE_BAD_GZIP",
      `${path}: expected a whole gzip stream, found ${(error as Error).message}; copy the file again`,
      { cause: error },
    );
  }
}

function decodeText(bytes: Uint8Array, path: string): { text: string; encoding: string } {
  const utf16 = utf16Order(bytes);
  if (utf16) return { text: new TextDecoder(utf16.label).decode(bytes), encoding: utf16.evidence };
  if (bytes.includes(0)) throw binary(bytes, path);
  const utf8 = tryDecode(bytes, "utf-8");
  if (utf8 !== undefined) {
    const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    return { text: utf8, encoding: bom ? "UTF-8 (byte-order mark)" : "UTF-8 (every byte valid)" };
  }
  if (controlShare(bytes) > 0.01) throw binary(bytes, path);
  // GB18030 writes a Chinese character as neighbouring high bytes; latin-1's µ and ° stand between ASCII.
  if (hasNeighbouringHighBytes(bytes)) {
    const gb = tryDecode(bytes, "gb18030");
    if (gb !== undefined) return { text: gb, encoding: "GB18030 (not UTF-8; high bytes in valid pairs)" };
  }
  return {
    text: new TextDecoder("latin1").decode(bytes),
    encoding: "latin-1 (not UTF-8; isolated high bytes)",
  };
}

/** Streaming mode forgives a character cut at the end of a truncated file. */
function tryDecode(bytes: Uint8Array, label: string): string | undefined {
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return undefined;
  }
}

function utf16Order(bytes: Uint8Array): { label: string; evidence: string } | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe)
    return { label: "utf-16le", evidence: "UTF-16 LE (byte-order mark)" };
  if (bytes[0] === 0xfe && bytes[1] === 0xff)
    return { label: "utf-16be", evidence: "UTF-16 BE (byte-order mark)" };
  const head = bytes.subarray(0, 512);
  let evenZeros = 0;
  let oddZeros = 0;
  head.forEach((byte, k) => {
    if (byte !== 0) return;
    if (k % 2 === 0) evenZeros++;
    else oddZeros++;
  });
  const most = 0.45 * head.length;
  if (oddZeros > most && evenZeros === 0)
    return { label: "utf-16le", evidence: "UTF-16 LE (zero high bytes)" };
  if (evenZeros > most && oddZeros === 0)
    return { label: "utf-16be", evidence: "UTF-16 BE (zero high bytes)" };
  return undefined;
}

function hasNeighbouringHighBytes(bytes: Uint8Array): boolean {
  for (let k = 1; k < bytes.length; k++)
    if ((bytes[k] as number) >= 0x80 && (bytes[k - 1] as number) >= 0x80) return true;
  return false;
}

function controlShare(bytes: Uint8Array): number {
  const head = bytes.subarray(0, 65_536);
  let count = 0;
  for (const byte of head) if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) count++;
  return count / head.length;
}

/** Binary formats of cyclers that have no reader: named, so that the user knows what to export instead. */
const BINARY_FORMATS: readonly { readonly name: string; readonly magic: string }[] = [
  { name: "Neware NDA; export it as CSV from BTSDA", magic: "NEWARE" },
  { name: "BioLogic .mpr; export it as text (.mpt) from EC-Lab", magic: "BIO-LOGIC MODULAR FILE" },
  { name: "an Arbin .res database; export it as CSV", magic: "\x00\x01\x00\x00Standard Jet DB" },
  { name: "an old Excel workbook (.xls); save the record sheet as CSV", magic: "\xd0\xcf\x11\xe0" },
];

function binary(bytes: Uint8Array, path: string): BetaguardError {
  const known = BINARY_FORMATS.find(({ magic }) => ascii(bytes, 0, magic.length) === magic);
  if (known)
    return new BetaguardError(
      "E_TRACE_UNKNOWN_DIALECT",
      `${path}: expected a text, gzip, Parquet, NDAX or xlsx trace, found ${known.name}`,
    );
  return new BetaguardError(
    "E_TRACE_BINARY",
    `${path}: expected a text, gzip, Parquet, NDAX or xlsx trace, found binary data; export the test as CSV`,
  );
}

function ascii(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.subarray(from, to)).toString("latin1");
}

function empty(path: string): BetaguardError {
  return new BetaguardError("E_TRACE_EMPTY", `${path}: expected a cycler trace, found an empty file`);
}

function isDirectory(path: string): BetaguardError {
  return new BetaguardError(
    "E_TRACE_IS_DIRECTORY",
    `${path}: expected a file, found a directory; name one file in it`,
  );
}

export function tooLarge(path: string): BetaguardError {
  return new BetaguardError(
    "E_TRACE_TOO_LARGE",
    `${path}: expected at most ${MAX_BYTES / 1024 / 1024} MiB uncompressed, found more; split the test into several files`,
  );
}
