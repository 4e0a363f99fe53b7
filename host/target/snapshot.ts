import { crc32 } from "../crc32.js";
import { fieldOffsets } from "../schema/field.js";
import { headerFields } from "../schema/records.js";

const CRC_AT = fieldOffsets(headerFields).crc as number;

/** A state region as a snapshot that `restore` takes: with the CRC-32 over it, its own word as 0, in the header. */
export function seal(state: Uint8Array): Uint8Array {
  const snapshot = state.slice();
  const view = new DataView(snapshot.buffer);
  view.setUint32(CRC_AT, 0, true);
  view.setUint32(CRC_AT, crc32(snapshot), true);
  return snapshot;
}
