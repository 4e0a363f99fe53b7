/** Freeze frames as a board sends them (the link's `frame`), and as files. */
import { crc32 } from "../crc32.js";
import { BetaguardError } from "../errors.js";
import { faults, reasons } from "../schema/codes.js";
import { type Field, recordBytes } from "../schema/field.js";
import { addresses, freezeBytes, inputBytes, MAX_CELLS, stateBytesPerCell } from "../schema/layout.js";
import { freezeEvents, freezeFields, safeCauses } from "../schema/link.js";
import { parameters } from "../schema/parameters.js";
import { cellStateFields, derivedFields, headerFields } from "../schema/records.js";

type Head = Record<(typeof freezeFields)[number]["name"], number>;

export interface FreezeFrame {
  readonly head: Head;
  /** Header and state of the cell kept before the first step. */
  readonly header: Int32Array;
  readonly before: Int32Array;
  /** Step input and the cell's input, step after step. */
  readonly inputs: Int32Array;
  /** State of the cell and the pack's output after the last step; not good unless `head.whole`. */
  readonly after: Int32Array;
  readonly pack: Int32Array;
}

/** A frame with all it takes to replay it. */
export interface FreezeFile {
  readonly kind: "betaguard freeze frame";
  /** Of the board it came from: the port's name, and what its module and layout are. */
  readonly port: string;
  readonly moduleSha256: string;
  readonly layoutHash: number;
  /** What the frame says, for people. */
  readonly event: FreezeEvent;
  /** Base64: parameters and derived constants as they lie in the state region, their CRC-32, and the frame. */
  readonly constants: string;
  readonly constantsCrc32: number;
  readonly frame: string;
}

export interface FreezeEvent {
  readonly number: number;
  readonly event: (typeof freezeEvents)[number]["name"];
  /** Why the logic was stopped; "none" if it was not. */
  readonly cause: (typeof safeCauses)[number]["name"];
  readonly cell: number;
  readonly cells: number;
  readonly steps: number;
  /** Which of the steps it came with, from 1. */
  readonly eventStep: number;
  /** Of the pack. */
  readonly before: Situation;
  readonly after: Situation;
}

/** Reasons of the four horizons of both directions, shortest first, that of the setpoint, and the faults. */
export interface Situation {
  readonly charge: readonly string[];
  readonly discharge: readonly string[];
  readonly pressure: string;
  readonly faults: readonly string[];
}

const CRC_BYTES = 4;
const STEP_WORDS = inputBytes(1) / 4;
const CONSTANT_WORDS = (addresses.cells - addresses.params) / 4;

const refuse = (code: string, expected: string, found: string): BetaguardError =>
  new BetaguardError(code, `expected ${expected}, found ${found}; fetch the frame again`);

/**
 * The frame in a board's answer or a file.
 * @throws E_FREEZE_CRC, E_FREEZE_FRAME
 */
export function decodeFrame(bytes: Uint8Array): FreezeFrame {
  const steps = (bytes.length - freezeBytes(0)) / inputBytes(1);
  if (!(Number.isInteger(steps) && steps > 0))
    throw refuse("E_FREEZE_FRAME", "a freeze frame of this layout", `${bytes.length} bytes`);
  const copy = bytes.slice();
  const words = new Int32Array(copy.buffer);
  const found = crc32(copy.subarray(0, -CRC_BYTES));
  const expected = (words.at(-1) as number) >>> 0;
  if (found !== expected) {
    const hex = (value: number) => value.toString(16).padStart(8, "0");
    throw refuse("E_FREEZE_CRC", `the frame's CRC-32 to be ${hex(expected)}`, hex(found));
  }
  let at = 0;
  const take = (count: number) => {
    at += count;
    return words.subarray(at - count, at);
  };
  const head = Object.fromEntries(
    [...take(freezeFields.length)].map((word, k) => [freezeFields[k]?.name, word >>> 0]),
  ) as Head;
  const stepsKept =
    head.steps >= 1 && head.steps <= steps && head.eventStep >= 1 && head.eventStep <= head.steps;
  if (
    !(
      stepsKept &&
      head.cell < head.cells &&
      head.cells <= MAX_CELLS &&
      freezeEvents[head.event] &&
      safeCauses[head.cause]
    )
  )
    throw refuse(
      "E_FREEZE_FRAME",
      "a freeze frame",
      `one of ${head.steps} steps of cell ${head.cell} of ${head.cells}`,
    );
  return {
    head,
    header: take(recordBytes(headerFields) / 4),
    before: take(stateBytesPerCell / 4),
    inputs: take(steps * STEP_WORDS).subarray(0, head.steps * STEP_WORDS),
    after: take(stateBytesPerCell / 4),
    pack: words.subarray(at, -1),
  };
}

export function describe({ head }: FreezeFrame): FreezeEvent {
  const bytes = (word: number) => [0, 8, 16, 24].map((shift) => reasonName((word >>> shift) & 0xff));
  const situation = (charge: number, discharge: number, pressure: number, bits: number): Situation => ({
    charge: bytes(charge),
    discharge: bytes(discharge),
    pressure: reasonName(pressure),
    faults: faults.filter((_, bit) => (bits >> bit) & 1).map(({ name }) => name),
  });
  return {
    number: head.number,
    event: (freezeEvents[head.event] as (typeof freezeEvents)[number]).name,
    cause: (safeCauses[head.cause] as (typeof safeCauses)[number]).name,
    cell: head.cell,
    cells: head.cells,
    steps: head.steps,
    eventStep: head.eventStep,
    before: situation(
      head.chargeReasonsBefore,
      head.dischargeReasonsBefore,
      head.pressureReasonBefore,
      head.faultsBefore,
    ),
    after: situation(head.chargeReasons, head.dischargeReasons, head.pressureReason, head.faults),
  };
}

const reasonName = (code: number): string => reasons[code]?.name ?? String(code);

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

export const freezeFile = (
  board: { readonly port: string; readonly moduleSha256: string; readonly layoutHash: number },
  constants: Uint8Array,
  frame: Uint8Array,
): FreezeFile => ({
  kind: "betaguard freeze frame",
  port: board.port,
  moduleSha256: board.moduleSha256,
  layoutHash: board.layoutHash,
  event: describe(decodeFrame(frame)),
  constants: base64(constants),
  constantsCrc32: crc32(constants),
  frame: base64(frame),
});

/** What a file holds, checked. */
export interface OpenedFrame {
  readonly frame: FreezeFrame;
  /** Parameters, then derived constants. */
  readonly constants: Int32Array;
}

/**
 * @param here SHA-256 of the module it is to be replayed on, and the layout
 * @throws E_FREEZE_MODULE, E_FREEZE_CRC, E_FREEZE_FRAME, E_FREEZE_VALUE when a number in it is none
 */
export function openFrame(
  file: FreezeFile,
  here: { readonly moduleSha256: string; readonly layoutHash: number },
): OpenedFrame {
  if (file.moduleSha256 !== here.moduleSha256 || file.layoutHash !== here.layoutHash) {
    throw new BetaguardError(
      "E_FREEZE_MODULE",
      `expected a frame of the module ${here.moduleSha256}, found one of ${file.moduleSha256}; replay it with the version that was on the board`,
    );
  }
  const bytes = Uint8Array.from(Buffer.from(file.constants, "base64"));
  if (bytes.length !== 4 * CONSTANT_WORDS || crc32(bytes) !== file.constantsCrc32)
    throw refuse(
      "E_FREEZE_CRC",
      "the parameters' CRC-32 to hold",
      `${bytes.length} bytes for which it does not`,
    );
  const constants = new Int32Array(bytes.buffer);
  const frame = decodeFrame(Uint8Array.from(Buffer.from(file.frame, "base64")));
  requireNumbers(
    parameters.map((parameter) => ({ ...parameter, type: "f32", count: 1 })),
    constants,
  );
  requireNumbers(derivedFields, constants.subarray(parameters.length));
  requireNumbers(headerFields, frame.header);
  requireNumbers(cellStateFields, frame.before);
  return { frame, constants };
}

/** @throws E_FREEZE_VALUE */
function requireNumbers(fields: readonly Pick<Field, "name" | "type" | "count">[], words: Int32Array): void {
  const floats = new Float32Array(words.buffer, words.byteOffset, words.length);
  let at = 0;
  for (const { name, type, count } of fields) {
    for (let k = 0; k < count; k++, at++) {
      if (type === "f32" && !Number.isFinite(floats[at]))
        throw refuse("E_FREEZE_VALUE", `${name} to be a number`, String(floats[at]));
    }
  }
}
