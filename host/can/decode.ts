/** CAN frames of a board back into names and units, by the schema they were encoded from. */
import { CAN_FRAME_BYTES, type CanMessage, type CanSignal, canEnvelope, canMessages } from "../schema/can.js";

export interface CanFrame {
  readonly id: number;
  readonly data: Uint8Array;
}

export interface DecodedFrame {
  readonly message: CanMessage;
  /** The checksum holds: the frame is as the board sent it, under its own identifier. */
  readonly intact: boolean;
  /** Counts this message's frames mod 16. */
  readonly counter: number;
  /** Physical values, or codes, of the signals this frame carries; null: the board has none. */
  readonly values: Readonly<Record<string, number | null>>;
}

const byId = new Map(canMessages.map((message) => [message.id, message]));
const [CHECKSUM, COUNTER] = canEnvelope;

/** CRC-8 of SAE J1850 (AUTOSAR Crc_CalculateCRC8): polynomial 0x1D, start and final XOR 0xFF. */
export function crc8(bytes: Iterable<number>): number {
  let crc = 0xff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80 ? ((crc << 1) ^ 0x1d) & 0xff : crc << 1;
  }
  return crc ^ 0xff;
}

const code = (bits: bigint, { start, bits: width }: { start: number; bits: number }): number =>
  Number(BigInt.asUintN(width, bits >> BigInt(start)));

function physical(bits: bigint, signal: CanSignal): number | null {
  const unsigned = code(bits, signal);
  const value = signal.signed ? Number(BigInt.asIntN(signal.bits, BigInt(unsigned))) : unsigned;
  return value === signal.notAvailable ? null : value * 2 ** signal.exponent;
}

/** Undefined when the frame is none of the board's: another identifier, or not 8 bytes. */
export function decodeFrame({ id, data }: CanFrame): DecodedFrame | undefined {
  const message = byId.get(id);
  if (message === undefined || data.length !== CAN_FRAME_BYTES) return undefined;
  const bits = new DataView(data.buffer, data.byteOffset, CAN_FRAME_BYTES).getBigUint64(0, true);
  const selector = message.signals.find(({ name }) => name === "page");
  const page = selector && message.pages.length > 0 ? code(bits, selector) : null;
  const carried = message.signals.filter((signal) => signal.page === null || signal.page === page);
  return {
    message,
    intact: crc8([id & 0xff, id >> 8, ...data.subarray(1)]) === code(bits, CHECKSUM),
    counter: code(bits, COUNTER),
    values: Object.fromEntries(carried.map((signal) => [signal.name, physical(bits, signal)])),
  };
}
