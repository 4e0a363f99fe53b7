/**
 * One `.ndc` member of a Neware NDAX file: a header page, then pages of fixed-size records. Each page gives its type,
 * its number of records and a bit per slot, and ends with a CRC-32 of the rest; all four are checked.
 */
import { crc32 } from "../crc32.js";
import { BetaguardError } from "../errors.js";

/** Byte 0 of the header page. */
export const NDC_TYPE = { data: 1, aux: 5, step: 7, runInfo: 18 } as const;
type NdcType = (typeof NDC_TYPE)[keyof typeof NDC_TYPE];

interface Framing {
  readonly pageBytes: number;
  /** The slot mask starts at byte 4 and ends here. */
  readonly firstRecord: number;
  readonly recordBytes: Readonly<Partial<Record<NdcType, number>>>;
}

const LARGE_PAGES = { pageBytes: 4096, firstRecord: 132 };
const FRAMINGS: ReadonlyMap<number, Framing> = new Map([
  [2, { pageBytes: 512, firstRecord: 5, recordBytes: { 1: 94, 5: 94 } }],
  [14, { ...LARGE_PAGES, recordBytes: { 1: 8, 5: 4, 7: 37, 18: 55 } }],
  [17, { ...LARGE_PAGES, recordBytes: { 1: 8, 5: 4, 7: 100, 18: 100 } }],
]);
const MASK_START = 4;
const CRC_BYTES = 4;

export interface NdcRecords {
  readonly version: number;
  readonly view: DataView;
  /** Byte offset of each record that is present. */
  readonly offsets: readonly number[];
  /** 1-based slot of each record, counting empty ones: the row number where records carry none. */
  readonly slots: readonly number[];
}

/**
 * @param title path and member, for messages.
 * Errors: E_TRACE_NDAX_VERSION, E_TRACE_BAD_NDAX.
 */
export function readNdc(bytes: Uint8Array, type: NdcType, title: string): NdcRecords {
  const bad = (found: string) =>
    new BetaguardError("E_TRACE_BAD_NDAX", `${title}: ${found}; copy the file again`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < LARGE_PAGES.firstRecord)
    throw bad(`expected a header page, found ${bytes.length} bytes`);
  const version = view.getUint16(2, true);
  const framing = FRAMINGS.get(version);
  const recordBytes = framing?.recordBytes[type];
  if (!framing || recordBytes === undefined)
    throw new BetaguardError(
      "E_TRACE_NDAX_VERSION",
      `${title}: expected ndc version ${[...FRAMINGS.keys()].join(", ")}, found ${version} (file type ${type}); export the test as CSV from BTSDA`,
    );
  const foundType = view.getUint16(0, true);
  if (foundType !== type) throw bad(`expected file type ${type}, found ${foundType}`);
  const { pageBytes, firstRecord } = framing;
  if (bytes.length % pageBytes !== 0)
    throw bad(`expected whole pages of ${pageBytes} bytes, found ${bytes.length} bytes`);
  const perPage = Math.floor((pageBytes - firstRecord - CRC_BYTES) / recordBytes);
  const offsets: number[] = [];
  const slots: number[] = [];
  for (let page = 1; page < bytes.length / pageBytes; page++) {
    const start = page * pageBytes;
    const end = start + pageBytes - CRC_BYTES;
    if (crc32(bytes.subarray(start, end)) !== view.getUint32(end, true))
      throw bad(`expected page ${page} to match its CRC-32, found that it does not`);
    const before = offsets.length;
    for (let slot = 0; slot < perPage; slot++) {
      if (!((view.getUint8(start + MASK_START + (slot >> 3)) >> (slot & 7)) & 1)) continue;
      offsets.push(start + firstRecord + slot * recordBytes);
      slots.push((page - 1) * perPage + slot + 1);
    }
    const [pageType, count] = [view.getUint16(start, true), view.getUint16(start + 2, true)];
    if (pageType !== type + 1 || count !== offsets.length - before)
      throw bad(
        `expected page ${page} to be of type ${type + 1} with ${offsets.length - before} records by its slot mask, found type ${pageType} with ${count}`,
      );
  }
  return { version, view, offsets, slots };
}
