/** Frames out of a log of can-utils: `candump -L`, or `candump` with time stamps (`-ta`). */
import type { CanFrame } from "./decode.js";

export interface LoggedFrame extends CanFrame {
  readonly time_s: number;
}

/** `(1700000000.123456) can0 310#00112233…` or `(1700000000.123456)  can0  310   [8]  00 11 …`; 11-bit identifiers. */
const LINE =
  /^\s*\((?<time>\d+\.\d+)\)\s+\S+\s+(?<id>[0-9a-f]{3})(?:#(?<packed>(?:[0-9a-f]{2})*)|\s+\[\d\]\s+(?<spaced>(?:[0-9a-f]{2}\s*)*))(?:\s.*)?$/i;

/** Undefined for any other line: a frame with an extended identifier, a remote frame, CAN FD, a comment. */
export function parseLogLine(line: string): LoggedFrame | undefined {
  const { time, id, packed, spaced } = LINE.exec(line)?.groups ?? {};
  if (time === undefined || id === undefined) return undefined;
  const hex = packed ?? spaced ?? "";
  return {
    time_s: Number(time),
    id: Number.parseInt(id, 16),
    data: Uint8Array.from(hex.match(/[0-9a-f]{2}/gi) ?? [], (byte) => Number.parseInt(byte, 16)),
  };
}
