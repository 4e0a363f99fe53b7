/** ZIP archives (NDAX, xlsx): directory and members, every size bounded and every CRC checked before a byte is used. */
import { inflateRawSync } from "node:zlib";
import { crc32 } from "../crc32.js";
import { BetaguardError } from "../errors.js";
import { MAX_BYTES, tooLarge } from "./decode.js";

export interface ZipArchive {
  readonly names: readonly string[];
  /** Errors: E_TRACE_BAD_ZIP; E_TRACE_TOO_LARGE when the members read so far pass MAX_BYTES together. */
  read(name: string): Uint8Array;
}

interface Member {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packedSize: number;
  readonly size: number;
  readonly offset: number;
}

const END = 0x06054b50;
const END_BYTES = 22;
const DIRECTORY_ENTRY = 0x02014b50;
const DIRECTORY_ENTRY_BYTES = 46;
const LOCAL_HEADER = 0x04034b50;
const LOCAL_HEADER_BYTES = 30;
const MAX_COMMENT = 0xffff;
const ZIP64_FIELD = 1;
const IN_ZIP64_FIELD = 0xffffffff;
const ENCRYPTED = 1;
const STORED = 0;
const DEFLATED = 8;

/** Errors: E_TRACE_BAD_ZIP. Layout by PKWARE's APPNOTE 6.3, without encryption and archives in parts or above 4 GiB. */
export function openZip(bytes: Uint8Array, path: string): ZipArchive {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const bad = (found: string) =>
    new BetaguardError(
      "E_TRACE_BAD_ZIP",
      `${path}: expected a whole ZIP archive, found ${found}; copy the file again`,
    );
  const members = new Map<string, Member>();
  for (const member of directory(bytes, view, bad)) {
    if (members.has(member.name)) throw bad(`${JSON.stringify(member.name)} in it twice`);
    members.set(member.name, member);
  }
  let budget = MAX_BYTES;
  return {
    names: [...members.keys()],
    read(name) {
      const member = members.get(name);
      if (!member) throw bad(`no member ${JSON.stringify(name)}`);
      budget -= member.size;
      if (budget < 0) throw tooLarge(path, MAX_BYTES);
      return unpack(bytes, view, member, bad);
    },
  };
}

function directory(bytes: Uint8Array, view: DataView, bad: (found: string) => BetaguardError): Member[] {
  let end = bytes.length - END_BYTES;
  const first = Math.max(0, end - MAX_COMMENT);
  while (end >= first && view.getUint32(end, true) !== END) end--;
  if (end < first) throw bad("no directory at its end (cut short?)");
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (view.getUint32(end + 4, true) !== 0 || at === IN_ZIP64_FIELD || count === 0xffff)
    throw bad("a directory in parts or beyond 4 GiB, which is not supported");
  const members: Member[] = [];
  for (let k = 0; k < count; k++) {
    if (at + DIRECTORY_ENTRY_BYTES > end || view.getUint32(at, true) !== DIRECTORY_ENTRY)
      throw bad(`a damaged directory at member ${k + 1} of ${count}`);
    const nameEnd = at + DIRECTORY_ENTRY_BYTES + view.getUint16(at + 28, true);
    const extraEnd = nameEnd + view.getUint16(at + 30, true);
    if (extraEnd > end) throw bad(`a damaged directory at member ${k + 1} of ${count}`);
    const [size, packedSize, offset] = longSizes(
      [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)],
      new DataView(view.buffer, view.byteOffset + nameEnd, extraEnd - nameEnd),
    );
    members.push({
      name: new TextDecoder().decode(bytes.subarray(at + DIRECTORY_ENTRY_BYTES, nameEnd)),
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      ...{ packedSize, size, offset },
    });
    at = extraEnd + view.getUint16(at + 32, true);
  }
  return members;
}

/**
 * Size, packed size and offset, those marked as too large for 32 bits from the ZIP64 field among the extra ones:
 * Neware's writer puts every size there.
 */
function longSizes(sizes: readonly [number, number, number], extra: DataView): [number, number, number] {
  let [at, end] = [0, 0];
  for (let next = 0; next + 4 <= extra.byteLength; next += 4 + extra.getUint16(next + 2, true))
    if (extra.getUint16(next, true) === ZIP64_FIELD)
      [at, end] = [next + 4, Math.min(next + 4 + extra.getUint16(next + 2, true), extra.byteLength)];
  return sizes.map((size) => {
    if (size !== IN_ZIP64_FIELD || at + 8 > end) return size;
    at += 8;
    return Number(extra.getBigUint64(at - 8, true));
  }) as [number, number, number];
}

function unpack(
  bytes: Uint8Array,
  view: DataView,
  { name, flags, method, crc, packedSize, size, offset }: Member,
  bad: (found: string) => BetaguardError,
): Uint8Array {
  const title = JSON.stringify(name);
  if (flags & ENCRYPTED) throw bad(`${title} encrypted`);
  if (method !== STORED && method !== DEFLATED)
    throw bad(`${title} packed by method ${method}, where 0 and 8 are known`);
  if (offset + LOCAL_HEADER_BYTES > bytes.length || view.getUint32(offset, true) !== LOCAL_HEADER)
    throw bad(`no header of ${title} where the directory says`);
  const start =
    offset + LOCAL_HEADER_BYTES + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  if (start + packedSize > bytes.length) throw bad(`${title} cut short`);
  const packed = bytes.subarray(start, start + packedSize);
  const content = method === STORED ? packed : inflate(packed, size, title, bad);
  if (content.length !== size) throw bad(`${content.length} bytes in ${title}, where it says ${size}`);
  if (crc32(content) !== crc) throw bad(`${title} damaged (its CRC-32 differs)`);
  return content;
}

/** Never inflates more than the directory promised, so that the budget holds against a ZIP bomb. */
function inflate(
  packed: Uint8Array,
  size: number,
  title: string,
  bad: (found: string) => BetaguardError,
): Uint8Array {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(size, 1) });
  } catch (error) {
    throw bad(`${title} damaged (${(error as Error).message})`);
  }
}
