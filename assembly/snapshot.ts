/**
 * The state as bytes: header, parameters, derived constants and the cells in use lie in one region, so a snapshot is a
 * copy of it. Sealed with magic, layout and CRC-32; a restore checks all of them before it changes a byte.
 */
import {
  CELL_BYTES,
  CELLS_AT,
  HEADER_AT,
  Header,
  LAYOUT_HASH,
  MAX_CELLS,
  STAGING_AT,
  STAGING_BYTES,
  Status,
} from "./layout";
import { copyWords } from "./words";

/** "BGS1", little-endian. */
export const MAGIC: i32 = 0x31534742;
/** The reversed polynomial of CRC-32 (IEEE 802.3). */
const POLYNOMIAL: i32 = 0xedb88320;

function length(cells: i32): i32 {
  return <i32>(CELLS_AT - HEADER_AT + <usize>cells * CELL_BYTES);
}

function crc32(from: usize, bytes: i32): i32 {
  let crc: i32 = -1;
  for (let i = 0; i < bytes; i++) {
    crc ^= <i32>load<u8>(from + i);
    for (let bit = 0; bit < 8; bit++) {
      crc = (crc >>> 1) ^ (POLYNOMIAL & -(crc & 1));
    }
  }
  return ~crc;
}

/** CRC of a region whose crc word counts as 0. */
function sealOf(region: usize, bytes: i32): i32 {
  const header = changetype<Header>(region);
  const kept = header.crc;
  header.crc = 0;
  const crc = crc32(region, bytes);
  header.crc = kept;
  return crc;
}

/** Seals the region at the header's address and returns its length in bytes. */
export function snapshot(): i32 {
  const header = changetype<Header>(HEADER_AT);
  const bytes = length(header.cells);
  header.crc = sealOf(HEADER_AT, bytes);
  return bytes;
}

/** Takes over a snapshot of `bytes` bytes from the staging area. */
export function restore(bytes: i32): Status {
  const staged = changetype<Header>(STAGING_AT);
  if (bytes < length(1) || bytes > STAGING_BYTES) return Status.badCount;
  if (staged.magic != MAGIC) return Status.badMagic;
  if (staged.layoutHash != LAYOUT_HASH) return Status.badVersion;
  const cells = staged.cells;
  if (cells < 1 || cells > MAX_CELLS) return Status.badCellCount;
  if (bytes != length(cells)) return Status.badCount;
  if (sealOf(STAGING_AT, bytes) != staged.crc) return Status.badCrc;
  copyWords(HEADER_AT, STAGING_AT, bytes);
  return Status.ok;
}
