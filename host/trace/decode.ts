/** From a path to text, Parquet or ZIP bytes: file-system errors, gzip, encodings, and binaries named for what they are. */
import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open, readFile, stat } from "node:fs/promises";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { BetaguardError } from "../errors.js";
import { decideLegacy, type Encoding, EncodingProbe } from "./encoding.js";

/** A ZIP archive, and all that is unpacked from it, is held in memory up to this. */
export const MAX_BYTES = 400 * 1024 * 1024;
/** A text is never held, but a gzip bomb would be read for hours. */
const MAX_TEXT_BYTES = 16 * 1024 ** 3;
const CHUNK_BYTES = 1 << 20;

/** Share of the work done, 0 … 1, now and then. */
export type OnProgress = (share: number) => void;

export interface Text {
  readonly kind: "text";
  readonly encoding: Encoding["label"];
  /** Length after decompression. */
  readonly bytes: number;
  /** 1-based line of the first character that was destroyed before the file was written (U+FFFD). */
  readonly destroyedLine: number | undefined;
  /** The text from its start, in pieces that are overwritten by the next: UTF-8, or the file's own superset of ASCII. No byte-order mark. */
  read(onProgress?: OnProgress): AsyncIterable<Buffer>;
  /** Characters of such bytes. */
  decode(bytes: Buffer): string;
}

export interface OpenFile {
  readonly path: string;
  /** Hex SHA-256 of the bytes on disk, before any decompression. */
  readonly sha256: string;
  /** What was decided about compression and encoding, and why. */
  readonly evidence: readonly string[];
  readonly content:
    | Text
    | { readonly kind: "parquet" }
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
 * Reads a file once, for its hash, container and encoding; a text is not kept. Errors: E_TRACE_NOT_FOUND,
 * E_TRACE_NO_PERMISSION, E_TRACE_IS_DIRECTORY, E_TRACE_NOT_A_FILE, E_TRACE_EMPTY, E_TRACE_TOO_LARGE, E_TRACE_IO,
 * E_TRACE_BAD_GZIP, E_TRACE_BINARY, E_TRACE_UNKNOWN_DIALECT (a binary format that is recognised but not read).
 */
export async function openFile(path: string, onProgress?: OnProgress): Promise<OpenFile> {
  const size = await sizeOf(path);
  const hash = createHash("sha256");
  const file = { path, size, gzip: (await startOf(path, 2)) === "\x1f\x8b" };
  const evidence = file.gzip ? ["compression: gzip (magic bytes 1f 8b)"] : [];
  const probe = new EncodingProbe();
  let bytes = 0;
  for await (const chunk of readBytes(file, { onProgress, hash })) {
    probe.take(chunk);
    bytes += chunk.length;
    if (bytes > MAX_TEXT_BYTES) throw tooLarge(path, MAX_TEXT_BYTES);
  }
  const sha256 = hash.digest("hex");
  if (bytes === 0) throw empty(path);
  const container = containerOf(probe.head);
  if (container !== "text") {
    if (file.gzip)
      throw new BetaguardError(
        "E_TRACE_BINARY",
        `${path}: expected a text within gzip, found ${container}; unpack it first`,
      );
    if (container === "parquet")
      return {
        path,
        sha256,
        evidence: ["container: Parquet (magic bytes PAR1)"],
        content: { kind: "parquet" },
      };
    if (size > MAX_BYTES) throw tooLarge(path, MAX_BYTES);
    return {
      path,
      sha256,
      evidence: ["container: ZIP (magic bytes PK)"],
      content: { kind: "zip", bytes: await readFile(path) },
    };
  }
  const content = await textOf(file, probe, bytes);
  evidence.push(`encoding: ${content.evidence}`);
  return { path, sha256, evidence, content };
}

interface StoredFile {
  readonly path: string;
  readonly size: number;
  readonly gzip: boolean;
}

/** Errors: E_TRACE_EMPTY, E_TRACE_BINARY, E_TRACE_UNKNOWN_DIALECT. */
async function textOf(
  file: StoredFile,
  probe: EncodingProbe,
  bytes: number,
): Promise<Text & { readonly evidence: string }> {
  const { path } = file;
  const decided = probe.decide();
  if (decided === "binary") throw binary(probe.head, path);
  if (probe.isBlank) throw empty(path);
  const { label, evidence } = decided === "other" ? await decideLegacy(readBytes(file)) : decided;
  const utf16 = label === "utf-16le" || label === "utf-16be" ? label : undefined;
  const decoder = utf16 || label === "utf-8" ? undefined : new TextDecoder(label);
  const text = {
    kind: "text",
    encoding: label,
    bytes,
    evidence,
    read: (onProgress?: OnProgress) => {
      const stored = readBytes(file, { onProgress });
      return utf16 ? transcoded(stored, utf16) : withoutMark(stored);
    },
    decode: (some: Buffer) => decoder?.decode(some) ?? some.toString(),
  } as const;
  const searched = label === "utf-8" ? probe.hasReplacement : label !== "latin1";
  return { ...text, destroyedLine: searched ? await lineWith(text, "\ufffd") : undefined };
}

/** A file's bytes, inflated where they are gzip. Errors: E_TRACE_BAD_GZIP and those of fileError. */
async function* readBytes(
  { path, size, gzip }: StoredFile,
  { onProgress, hash }: { onProgress?: OnProgress | undefined; hash?: Hash } = {},
): AsyncGenerator<Buffer> {
  let done = 0;
  const stored = async function* (file: FileHandle) {
    // A buffer of full length per small file is collected every third file, at several times the cost of reading it.
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, Math.max(size, 1)));
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length);
      if (bytesRead === 0) return;
      const chunk = buffer.subarray(0, bytesRead);
      hash?.update(chunk);
      // A gunzip may look at what it was given later on.
      yield gzip ? Buffer.from(chunk) : chunk;
      done += bytesRead;
      onProgress?.(done / size);
    }
  };
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    yield* gzip ? inflated(stored(file), path) : stored(file);
  } catch (error) {
    throw error instanceof BetaguardError ? error : fileError(error, path);
  } finally {
    await file?.close();
  }
}

async function* inflated(stored: AsyncIterable<Buffer>, path: string): AsyncGenerator<Buffer> {
  const gunzip = pipeline(Readable.from(stored), createGunzip({ chunkSize: CHUNK_BYTES }), () => {});
  try {
    yield* gunzip as AsyncIterable<Buffer>;
  } catch (error) {
    if (!(error as NodeJS.ErrnoException).code?.startsWith("Z_")) throw error;
    throw new BetaguardError(
      "E_TRACE_BAD_GZIP",
      `${path}: expected a whole gzip stream, found ${(error as Error).message}; copy the file again`,
      { cause: error },
    );
  }
}

async function* transcoded(stored: AsyncIterable<Buffer>, label: string): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(label);
  for await (const bytes of stored) yield Buffer.from(decoder.decode(bytes, { stream: true }));
}

async function* withoutMark(stored: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let first = true;
  for await (const bytes of stored) {
    const marked = first && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    first = false;
    yield marked ? bytes.subarray(3) : bytes;
  }
}

/** 1-based line of a character's first occurrence. */
async function lineWith(text: Omit<Text, "destroyedLine">, character: string): Promise<number | undefined> {
  const decoder = new TextDecoder(text.encoding.startsWith("utf-16") ? "utf-8" : text.encoding);
  let line = 1;
  let last = "";
  for await (const bytes of text.read()) {
    const piece = decoder.decode(bytes, { stream: true });
    const found = piece.indexOf(character);
    const passed = found === -1 ? piece : piece.slice(0, found);
    line += (passed.match(/\r\n|\n|\r/g)?.length ?? 0) - (last === "\r" && passed[0] === "\n" ? 1 : 0);
    if (found !== -1) return line;
    last = piece.at(-1) ?? last;
  }
  return undefined;
}

async function sizeOf(path: string): Promise<number> {
  try {
    const info = await stat(path);
    if (info.isDirectory()) throw isDirectory(path);
    if (!info.isFile())
      throw new BetaguardError(
        "E_TRACE_NOT_A_FILE",
        `${path}: expected a regular file, found a device, pipe or socket`,
      );
    if (info.size === 0) throw empty(path);
    return info.size;
  } catch (error) {
    throw error instanceof BetaguardError ? error : fileError(error, path);
  }
}

/** The first `count` bytes as latin-1. */
async function startOf(path: string, count: number): Promise<string> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(count), 0, count, 0);
      return ascii(buffer, 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw fileError(error, path);
  }
}

function containerOf(head: Buffer): "parquet" | "zip" | "text" {
  if (ascii(head, 0, 4) === "PAR1") return "parquet";
  return ["PK\x03\x04", "PK\x05\x06"].includes(ascii(head, 0, 4)) ? "zip" : "text";
}

/** Binary formats of cyclers that have no reader: named, so that the user knows what to export instead. */
const BINARY_FORMATS: readonly { readonly name: string; readonly magic: string }[] = [
  { name: "Neware NDA; export it as CSV from BTSDA", magic: "NEWARE" },
  { name: "BioLogic .mpr; export it as text (.mpt) from EC-Lab", magic: "BIO-LOGIC MODULAR FILE" },
  { name: "an Arbin .res database; export it as CSV", magic: "\x00\x01\x00\x00Standard Jet DB" },
  { name: "an old Excel workbook (.xls); save the record sheet as CSV", magic: "\xd0\xcf\x11\xe0" },
];

function binary(bytes: Buffer, path: string): BetaguardError {
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

function ascii(bytes: Buffer, from: number, to: number): string {
  return bytes.toString("latin1", from, to);
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

export function tooLarge(path: string, most: number): BetaguardError {
  return new BetaguardError(
    "E_TRACE_TOO_LARGE",
    `${path}: expected at most ${most / 1024 / 1024} MiB uncompressed, found more; split the test into several files`,
  );
}
