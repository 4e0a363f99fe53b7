/** The CAN schema for readers: docs/can.md. */
import { type CanMessage, type CanSignal, canMessages, codeRange } from "./can.js";
import { reasons } from "./codes.js";

/** 44 bits of frame, 8 bytes, 3 of interframe space, and the stuff bits of the worst frame of 11-bit identifiers. */
const WORST_FRAME_BITS = 44 + 64 + 3 + Math.floor((34 + 64 - 1) / 4);
const framesPerSecond = canMessages.reduce(
  (sum, { pages, cycle_ms }) => sum + (Math.max(1, pages.length) * 1000) / cycle_ms,
  0,
);

const ROUNDING = { down: "down", up: "up", nearest: "nearest", integer: "", slice: "" } as const;

function row(signal: CanSignal): string {
  const { name, start, bits, unit, exponent, conversion, doc, codes } = signal;
  const [low, high] = codeRange(signal).map((code) => code * 2 ** exponent);
  const range =
    codes.length === 0
      ? `${low} … ${high}`
      : codes === reasons
        ? "a reason"
        : codes.map((code, value) => `${value} ${code.name}`).join(", ");
  const step = codes.length > 0 ? "" : `${2 ** exponent}`;
  return `| \`${name}\` | ${start} | ${bits} | ${unit === "1" ? "" : unit} | ${range} | ${step} | ${ROUNDING[conversion]} | ${doc} |`;
}

const table = (signals: readonly CanSignal[]): string[] => [
  "| signal | first bit | bits | unit | values | step | rounded | meaning |",
  "|---|---|---|---|---|---|---|---|",
  ...signals.map(row),
  "",
];

const section = ({ name, id, doc, cycle_ms, signals, pages }: CanMessage): string[] => [
  `## ${name}, 0x${id.toString(16)}`,
  "",
  `${doc[0]?.toUpperCase()}${doc.slice(1)}. Every ${cycle_ms} ms${pages.length > 0 ? ", one frame per page, all of one cell; the next tick brings the next cell. Sent in live mode only" : ""}.`,
  "",
  ...table(signals.filter(({ page }) => page === null)),
  ...pages.flatMap((page, index) => [
    `Page ${index}, ${page.name}: ${page.doc}.`,
    "",
    ...table(signals.filter((signal) => signal.page === index)),
  ]),
];

export const canPage = (notice: string): string =>
  [
    `<!-- ${notice} -->`,
    "# CAN",
    "",
    "What a board sends: classic frames of 8 bytes with 11-bit identifiers, signals in Intel byte order.",
    "`boards/betaguard.dbc` holds the same for CAN tools: open it as the database of the bus. A log taken with",
    "`candump -L can0 > run.log` is read by `betaguard monitor run.log` too.",
    "",
    `${framesPerSecond} frames a second, at most ${((framesPerSecond * WORST_FRAME_BITS) / 5000).toFixed(1)} % of a bus of 500 kbit/s.`,
    "",
    "## What a receiver does",
    "",
    "* Drop a frame whose `checksum` (byte 0) is not CRC-8 SAE J1850 (polynomial 0x1D, start and final XOR 0xFF) over the",
    "  identifier's low byte, its high byte, and bytes 1 to 7. It catches every error of one or two bits, and a frame under",
    "  another message's identifier.",
    "* Watch `counter` (bits 8 to 11): it counts the frames of one identifier mod 16. The same number again is a frame that",
    "  came twice; a gap is frames lost.",
    "* Take a limit as 0 when no good frame brought it for three cycles, when it is not available, or when `mode` of",
    "  `BG_Status` is not live. The board itself sends 0 in every mode but live, and `safeCause` says why.",
    "* A limit with its reason comes in one frame, of one tick.",
    "",
    "## Codes",
    "",
    "A quantity is its code times the step, a power of two: scaling loses nothing, and the rounding to a whole step goes the",
    "way the tables say. No limit arrives higher than the module decided, and no pressure, damage or void lower. A value",
    "beyond the last code is sent as the last code: read that as this much or more. The largest code (the most negative one",
    "of a signed signal) means not available and is not in the ranges below. Reasons are those of",
    "[parameters.md](parameters.md#reasons), 255 when not available; 31 is no cell.",
    "",
    ...canMessages.flatMap(section),
  ].join("\n");
