import { crc32 } from "../crc32.js";
import { fieldOffsets, recordBytes } from "../schema/field.js";
import { headerFields, packOutputFields } from "../schema/records.js";

const CRC_AT = fieldOffsets(headerFields).crc as number;

/** What `state` of a target gave as a snapshot that `restore` takes: with the CRC-32 over it, its own word as 0. */
export function seal(state: Uint8Array): Uint8Array {
  const snapshot = state.slice(0, -recordBytes(packOutputFields));
  const view = new DataView(snapshot.buffer);
  view.setUint32(CRC_AT, 0, true);
  view.setUint32(CRC_AT, crc32(snapshot), true);
  return snapshot;
}
