/**
 * What the board sends on CAN: classic frames of 8 bytes with 11-bit identifiers, signals in Intel byte order.
 *
 * Every frame begins with a checksum and a rolling counter. The checksum is CRC-8 as SAE J1850 and AUTOSAR's CRC library
 * (Crc_CalculateCRC8) define it, over the identifier, low byte first, and the seven bytes behind the checksum: a frame
 * that comes under another's identifier does not match either.
 *
 * A quantity's scale is a power of two, so that scaling an f32 is exact and only the rounding to a whole code loses
 * anything; each signal says in which direction. The code with which a quantity says "not available" is its largest,
 * or its most negative one when it is signed. A value past the codes' range takes the code next to it.
 */
import { faults, reasons } from "./codes.js";
import { type Field, fieldOffsets } from "./field.js";
import { modes, safeCauses } from "./link.js";
import { type CellOutputName, cellOutputFields, type PackOutputName, packOutputFields } from "./records.js";

/** Words the runner knows by itself, in the order in which the encoder keeps them. */
export const canStatusWords = ["mode", "safeCause", "cells", "overruns", "cell", "page"] as const;

/**
 * Where the encoder reads a signal: a status word, a word of the pack output or of the output of the cell whose turn it
 * is, the largest or smallest such word of all cells, or the index of the cell that has it.
 */
export const canOrigins = ["status", "pack", "cell", "most", "least", "mostCell", "leastCell"] as const;

/** f32, scaled and rounded down, up or to the nearest code; an i32, saturated; or some bits of one. */
export const canConversions = ["down", "up", "nearest", "integer", "slice"] as const;

interface Named {
  readonly name: string;
  readonly doc: string;
}

/** A signal before it has its place. */
interface Content extends Named {
  readonly unit: string;
  readonly bits: number;
  readonly signed: boolean;
  /** The physical value is code · 2^exponent. */
  readonly exponent: number;
  /** Code that stands for "not available"; null where there is always a value. */
  readonly notAvailable: number | null;
  /** Names of the codes 0, 1, …; empty for a number. */
  readonly codes: readonly Named[];
  readonly origin: (typeof canOrigins)[number];
  readonly word: number;
  readonly conversion: (typeof canConversions)[number];
  /** Lowest bit of a slice. */
  readonly shift: number;
  /** Code while the module does not decide. */
  readonly idle: number;
}

export interface CanSignal extends Content {
  /** Lowest bit, counted from bit 0 of byte 0. */
  readonly start: number;
  /** Sent when the message's `page` signal has this value; null: in every frame. */
  readonly page: number | null;
}

export interface CanMessage extends Named {
  readonly id: number;
  readonly cycle_ms: number;
  readonly signals: readonly CanSignal[];
  /** What the values of `page` stand for; empty for a message with one layout. */
  readonly pages: readonly Named[];
}

const CHECKSUM_BITS = 8;
const COUNTER_BITS = 4;
/** In every frame, before its signals. */
export const canEnvelope = [
  { name: "checksum", start: 0, bits: CHECKSUM_BITS, doc: "CRC-8 SAE J1850 over identifier and bytes 1 … 7" },
  {
    name: "counter",
    start: CHECKSUM_BITS,
    bits: COUNTER_BITS,
    doc: "counts this identifier's frames mod 16",
  },
] as const;
export const CAN_FRAME_BYTES = 8;

/** The lowest and highest code that is a value. */
export function codeRange({ bits, signed, notAvailable }: CanSignal): [number, number] {
  if (signed) return [-(2 ** (bits - 1)) + 1, 2 ** (bits - 1) - 1];
  return [0, 2 ** bits - (notAvailable === null ? 1 : 2)];
}

const number = { unit: "1", signed: false, exponent: 0, codes: [], shift: 0 } as const;
const PACK_WORDS = fieldOffsets(packOutputFields);
const CELL_WORDS = fieldOffsets(cellOutputFields);

const status = (
  name: (typeof canStatusWords)[number],
  bits: number,
  doc: string,
  codes: readonly Named[] = [],
): Content => ({
  ...number,
  name,
  bits,
  doc,
  codes,
  notAvailable: null,
  origin: "status",
  word: canStatusWords.indexOf(name),
  conversion: "integer",
  idle: 0,
});

type OutputName = CellOutputName | PackOutputName;

const outputField = (name: OutputName): Field =>
  [...cellOutputFields, ...packOutputFields].find((field) => field.name === name) as Field;

interface Quantity {
  readonly field: OutputName;
  readonly bits: number;
  readonly exponent: number;
  readonly conversion: "down" | "up" | "nearest";
  readonly signed?: boolean;
}

function quantity(
  origin: Content["origin"],
  { field, bits, exponent, conversion, signed = false }: Quantity,
): Content {
  const { name, unit, doc } = outputField(field);
  const notAvailable = signed ? -(2 ** (bits - 1)) : 2 ** bits - 1;
  return {
    ...number,
    name,
    unit,
    doc,
    bits,
    exponent,
    conversion,
    signed,
    notAvailable,
    idle: notAvailable,
    origin,
    word: ((origin === "pack" ? PACK_WORDS : CELL_WORDS)[field] as number) / 4,
  };
}

const CELL_INDEX = { ...number, bits: 5, notAvailable: 31, idle: 31, conversion: "integer" } as const;

/** The worst value of all cells, and the cell that has it. */
function worst(origin: "most" | "least", what: Quantity): Content[] {
  const value = quantity(origin, what);
  const side = origin === "most" ? "Most" : "Least";
  const [, stem, unit = ""] = /^([a-zA-Z]+)(_.+)?$/.exec(value.name) as unknown as [string, string, string?];
  return [
    {
      ...value,
      name: `${stem}${side}${unit}`,
      doc: `${value.doc}: ${origin === "most" ? "largest" : "smallest"} of all cells`,
    },
    {
      ...CELL_INDEX,
      name: `${stem}${side}Cell`,
      doc: "index of that cell",
      origin: `${origin}Cell`,
      word: value.word,
    },
  ];
}

const reasonCode = (name: string, doc: string, byte: number, word: number): Content => ({
  ...number,
  name,
  doc,
  bits: 8,
  codes: reasons,
  notAvailable: 255,
  idle: 255,
  origin: "pack",
  word,
  conversion: "slice",
  shift: 8 * byte,
});

const HORIZONS = [
  { suffix: "", doc: "now" },
  { suffix: "2s", doc: "that may be held for 2 s" },
  { suffix: "10s", doc: "that may be held for 10 s" },
  { suffix: "Continuous", doc: "for the continuous horizon" },
] as const;
const DIRECTIONS = ["charge", "discharge"] as const;
type Direction = (typeof DIRECTIONS)[number];
type Horizon = (typeof HORIZONS)[number];

const limit = (origin: "pack" | "cell", direction: Direction, { suffix, doc }: Horizon): Content => ({
  ...quantity(origin, {
    field: `${direction}Limit${suffix}_mA_cm2`,
    bits: 16,
    exponent: -7,
    conversion: "down",
  }),
  doc: `${direction} limit ${doc}`,
  // The one quantity a receiver acts on even when nobody decides.
  idle: 0,
});

/** Two horizons' limits, each with its reason: both of one tick. */
const limits = (direction: Direction, horizons: readonly [number, number]): Content[] =>
  horizons.flatMap((index) => {
    const horizon = HORIZONS[index] as Horizon;
    const value = limit("pack", direction, horizon);
    return [
      value,
      reasonCode(
        `${direction}Limit${horizon.suffix}Reason`,
        `what binds ${value.name}`,
        index,
        (PACK_WORDS[`${direction}Reasons`] as number) / 4,
      ),
    ];
  });

const weakest: Content[] = DIRECTIONS.flatMap((direction, d) =>
  HORIZONS.map(({ suffix }, h) => ({
    ...CELL_INDEX,
    name: `${direction}Limit${suffix}Cell`,
    doc: `index of the cell that binds ${direction}Limit${suffix}_mA_cm2`,
    origin: "pack",
    word: (PACK_WORDS.weakestCells as number) / 4 + HORIZONS.length * d + h,
  })),
);

const faultBits = (origin: "pack" | "cell"): Content[] =>
  faults.map(({ name, reason }, bit) => ({
    ...number,
    name: `fault${name[0]?.toUpperCase()}${name.slice(1)}`,
    doc: reasons.find((entry) => entry.name === reason)?.doc as string,
    bits: 1,
    codes: [
      { name: "ok", doc: "" },
      { name: "fault", doc: "" },
    ],
    notAvailable: null,
    idle: 0,
    origin,
    word: ((origin === "pack" ? PACK_WORDS : CELL_WORDS).faults as number) / 4,
    conversion: "slice",
    shift: bit,
  }));

const cell = (
  field: CellOutputName,
  bits: number,
  exponent: number,
  conversion: Quantity["conversion"],
  signed = false,
): Content => quantity("cell", { field, bits, exponent, conversion, signed });

const FIRST_BIT = CHECKSUM_BITS + COUNTER_BITS;
const place = (contents: readonly Content[], first: number, page: number | null): CanSignal[] => {
  let start = first;
  return contents.map((content) => {
    const signal = { ...content, start, page };
    start += content.bits;
    return signal;
  });
};

const CYCLE_MS = 100;
const message = (name: string, id: number, doc: string, contents: readonly Content[]): CanMessage => ({
  name,
  id,
  doc,
  cycle_ms: CYCLE_MS,
  signals: place(contents, FIRST_BIT, null),
  pages: [],
});

interface Page extends Named {
  readonly contents: readonly Content[];
}

/** One frame per page in each tick, all of the same cell; the next tick brings the next cell. */
function pagedMessage(name: string, id: number, doc: string, pages: readonly Page[]): CanMessage {
  const selectors = [
    status("page", 4, "what the rest of the frame holds", pages),
    status("cell", 5, "index of the cell the frame is about"),
  ];
  const first = FIRST_BIT + selectors.reduce((sum, { bits }) => sum + bits, 0);
  return {
    name,
    id,
    doc,
    cycle_ms: CYCLE_MS,
    signals: [
      ...place(selectors, FIRST_BIT, null),
      ...pages.flatMap(({ contents }, page) => place(contents, first, page)),
    ],
    pages,
  };
}

const named = (names: readonly string[]): Named[] => names.map((name) => ({ name, doc: "" }));

/** In the order they are sent; a lower identifier wins the bus. */
export const canMessages: readonly CanMessage[] = [
  message("BG_Status", 0x310, "whether the module decides, and what is wrong", [
    status("mode", 2, "live: the limits are the module's; otherwise they are 0", named(modes)),
    status("safeCause", 4, "why the board is, or was last, in the safe state", safeCauses),
    status("cells", 5, "cells in series; 0 while the module does not decide"),
    status("overruns", 8, "control ticks missed since start; 255: that or more"),
    ...faultBits("pack"),
  ]),
  message("BG_ChargeFast", 0x311, "charge limits of the pack, short horizons", limits("charge", [0, 1])),
  message("BG_ChargeHeld", 0x312, "charge limits of the pack, long horizons", limits("charge", [2, 3])),
  message(
    "BG_DischargeFast",
    0x313,
    "discharge limits of the pack, short horizons",
    limits("discharge", [0, 1]),
  ),
  message(
    "BG_DischargeHeld",
    0x314,
    "discharge limits of the pack, long horizons",
    limits("discharge", [2, 3]),
  ),
  message("BG_Weakest", 0x315, "which cell binds each limit", weakest),
  message("BG_Pressure", 0x316, "stack pressure: wanted and met", [
    quantity("pack", { field: "pressureSetpoint_MPa", bits: 16, exponent: -9, conversion: "up" }),
    reasonCode("pressureReason", "what binds the setpoint", 0, (PACK_WORDS.pressureReason as number) / 4),
    ...worst("most", { field: "stackPressure_MPa", bits: 16, exponent: -8, conversion: "up" }),
  ]),
  message("BG_Electrolyte", 0x317, "how near the electrolyte is to cracking", [
    ...worst("most", { field: "sePressure_MPa", bits: 16, exponent: -2, conversion: "up" }),
    ...worst("most", { field: "crackIndex", bits: 16, exponent: -10, conversion: "up" }),
  ]),
  message("BG_Contact", 0x318, "how much contact is left, and how near a short is", [
    ...worst("least", { field: "contact", bits: 11, exponent: -10, conversion: "down" }),
    ...worst("most", { field: "void_um", bits: 15, exponent: -5, conversion: "up" }),
    ...worst("most", { field: "intrusion", bits: 11, exponent: -7, conversion: "up" }),
  ]),
  message("BG_Actuator", 0x319, "what the fixture's actuator is told", [
    quantity("pack", { field: "actuatorCommand_MPa", bits: 16, exponent: -9, conversion: "up" }),
  ]),
  pagedMessage("BG_Cell", 0x510, "one cell's details", [
    {
      name: "charges",
      doc: "metal at the three sites",
      contents: [
        cell("seCharge_mAh_cm2", 14, -6, "up"),
        cell("poreCharge_mAh_cm2", 14, -6, "nearest"),
        cell("ccCharge_mAh_cm2", 14, -6, "nearest"),
      ],
    },
    {
      name: "currents",
      doc: "current into the three sites",
      contents: [
        cell("seCurrent_mA_cm2", 14, -5, "nearest", true),
        cell("poreCurrent_mA_cm2", 14, -5, "nearest", true),
        cell("ccCurrent_mA_cm2", 14, -5, "nearest", true),
      ],
    },
    {
      name: "solute",
      doc: "where the solute is",
      contents: [
        cell("soluteSeShare", 13, -12, "nearest"),
        cell("solutePoreShare", 13, -12, "nearest"),
        cell("soluteCcShare", 13, -12, "nearest"),
      ],
    },
    {
      name: "contact",
      doc: "contact at the electrolyte",
      contents: [
        cell("contact", 12, -11, "down"),
        cell("void_um", 16, -6, "up"),
        cell("intrusion", 15, -11, "up"),
      ],
    },
    {
      name: "pressures",
      doc: "pressures and crack index",
      contents: [
        cell("stackPressure_MPa", 14, -6, "up"),
        cell("sePressure_MPa", 15, -1, "up"),
        cell("crackIndex", 14, -8, "up"),
      ],
    },
    {
      name: "electrical",
      doc: "overpotential, vacancies and resistance",
      contents: [
        cell("overpotential_mV", 14, -3, "nearest", true),
        cell("supersaturation", 14, -10, "up", true),
        cell("interfaceResistance_ohm_cm2", 15, -4, "up"),
      ],
    },
    {
      name: "damage",
      doc: "fatigue and faults",
      contents: [
        cell("stackCycleDamage", 16, -12, "up"),
        cell("seCycleDamage", 16, -12, "up"),
        ...faultBits("cell"),
      ],
    },
    {
      name: "limits",
      doc: "the cell's own continuous limits",
      contents: [...DIRECTIONS.map((direction) => limit("cell", direction, HORIZONS[3]))],
    },
  ]),
];
