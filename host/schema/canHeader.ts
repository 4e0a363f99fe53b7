/** The CAN schema for C: boards/common/can_layout.h, tables that the encoder walks. */

import { type CanSignal, canConversions, canMessages, canOrigins, canStatusWords } from "./can.js";
import { cEnum, screaming } from "./cHeader.js";

const byIndex = (names: readonly string[]) => names.map((name, value) => ({ name, value }));

/** Frames of one tick: one per message, or one per page. */
const frames = canMessages.reduce((sum, { pages }) => sum + Math.max(1, pages.length), 0);

function signalRow(signal: CanSignal): string {
  const { name, start, bits, signed, page, exponent, conversion, shift, origin, word, notAvailable, idle } =
    signal;
  const code = (value: number | null) => (value === null ? "BG_CAN_ALWAYS_AVAILABLE" : String(value));
  const scale = conversion === "slice" ? shift : exponent;
  const fields = [
    start,
    bits,
    signed ? 1 : 0,
    page ?? "BG_CAN_EVERY_PAGE",
    `BG_CAN_ORIGIN_${screaming(origin)}`,
    word,
    `BG_CAN_CONVERSION_${screaming(conversion)}`,
    scale,
    code(notAvailable),
    idle,
  ];
  return `    {${fields.join(", ")}}, /* ${name} */`;
}

/** @param notice first line: who wrote the file. */
export function canHeader(notice: string): string {
  let first = 0;
  const messages = canMessages.map(({ name, id, pages, signals }) => {
    const row = `    {0x${id.toString(16)}, ${pages.length}, ${first}, ${signals.length}}, /* ${name} */`;
    first += signals.length;
    return row;
  });
  return [
    `/* ${notice} */`,
    "#ifndef BETAGUARD_CAN_LAYOUT_H",
    "#define BETAGUARD_CAN_LAYOUT_H\n",
    '#include "layout.h"\n',
    `#define BG_CAN_MESSAGES ${canMessages.length}`,
    "/* Most frames of one control tick. */",
    `#define BG_CAN_FRAMES ${frames}`,
    "#define BG_CAN_EVERY_PAGE 255",
    "#define BG_CAN_ALWAYS_AVAILABLE INT32_MIN\n",
    "/* Words the runner knows by itself. */",
    cEnum("can_status", byIndex(canStatusWords)),
    "/* Where a signal is read. */",
    cEnum("can_origin", byIndex(canOrigins)),
    "/* How a word becomes a code. */",
    cEnum("can_conversion", byIndex(canConversions)),
    "struct bg_can_message {",
    "    uint16_t identifier;",
    "    uint8_t pages; /* 0: one layout, sent in every mode */",
    "    uint8_t first; /* its signals in BG_CAN_SIGNAL_TABLE */",
    "    uint8_t signals;",
    "};\n",
    "struct bg_can_signal {",
    "    uint8_t start; /* lowest bit */",
    "    uint8_t bits;",
    "    uint8_t is_signed;",
    "    uint8_t page;",
    "    uint8_t origin; /* enum bg_can_origin */",
    "    uint8_t word; /* of the status words or the record */",
    "    uint8_t conversion; /* enum bg_can_conversion */",
    "    int8_t scale; /* code = value / 2^scale; of a slice its lowest bit */",
    "    int32_t notAvailable; /* code */",
    "    int32_t idle; /* code while the module does not decide */",
    "};\n",
    "#define BG_CAN_MESSAGE_TABLE { \\",
    ...messages.map((row) => `${row} \\`),
    "}\n",
    "#define BG_CAN_SIGNAL_TABLE { \\",
    ...canMessages.flatMap(({ signals }) => signals.map((signal) => `${signalRow(signal)} \\`)),
    "}\n",
    "#endif\n",
  ].join("\n");
}
