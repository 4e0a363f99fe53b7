/** The CAN schema as a DBC file, boards/betaguard.dbc. Plain ASCII: the format names no encoding. */
import { type CanMessage, type CanSignal, canEnvelope, canMessages, codeRange } from "./can.js";

const NODE = "Betaguard";
const ASCII: Record<string, string> = {
  "²": "^2",
  "·": "*",
  µ: "u",
  "°": "deg",
  Ω: "ohm",
  β: "beta",
  η: "eta",
  φ: "phi",
  ξ: "xi",
  "…": "...",
  "−": "-",
  // Ends a statement; not every reader knows when it stands in a string.
  ";": ",",
};

/** Text as a DBC string. A character without a spelling above stays, and the test that wants ASCII fails. */
const quoted = (text: string): string =>
  `"${text.replace(/[^ -~]|;/g, (c) => ASCII[c] ?? c).replace(/"/g, "'")}"`;

const scale = ({ exponent }: CanSignal): number => 2 ** exponent;

function signalLine(message: CanMessage, signal: CanSignal): string {
  const { name, start, bits, signed, page, unit } = signal;
  const [low, high] = codeRange(signal).map((code) => code * scale(signal)) as [number, number];
  const selector = page !== null ? ` m${page}` : message.pages.length > 0 && name === "page" ? " M" : "";
  return ` SG_ ${name}${selector} : ${start}|${bits}@1${signed ? "-" : "+"} (${scale(signal)},0) [${low}|${high}] ${quoted(unit === "1" ? "" : unit)} Vector__XXX`;
}

const messageLines = (message: CanMessage): string =>
  [
    `BO_ ${message.id} ${message.name}: 8 ${NODE}`,
    ...canEnvelope.map(
      ({ name, start, bits }) =>
        ` SG_ ${name} : ${start}|${bits}@1+ (1,0) [0|${2 ** bits - 1}] "" Vector__XXX`,
    ),
    ...message.signals.map((signal) => signalLine(message, signal)),
    "",
  ].join("\n");

const comments = ({ id, doc, signals }: CanMessage): string[] => [
  `CM_ BO_ ${id} ${quoted(doc)};`,
  ...canEnvelope.map((signal) => `CM_ SG_ ${id} ${signal.name} ${quoted(signal.doc)};`),
  ...signals.map((signal) => `CM_ SG_ ${id} ${signal.name} ${quoted(signal.doc)};`),
];

function valueTable(id: number, { name, codes, notAvailable }: CanSignal): string[] {
  const entries = codes.map((code, value) => `${value} ${quoted(code.name)}`);
  if (notAvailable !== null) entries.push(`${notAvailable} "notAvailable"`);
  return entries.length === 0 ? [] : [`VAL_ ${id} ${name} ${entries.join(" ")} ;`];
}

/** @param notice goes into the file's comment. */
export const canDbc = (notice: string): string =>
  [
    'VERSION ""\n',
    "NS_ :\n",
    "BS_:\n",
    `BU_: ${NODE}\n`,
    ...canMessages.map(messageLines),
    `CM_ ${quoted(notice)};`,
    ...canMessages.flatMap(comments),
    'BA_DEF_ BO_ "GenMsgCycleTime" INT 0 65535;',
    'BA_DEF_ "BusType" STRING ;',
    'BA_DEF_DEF_ "GenMsgCycleTime" 0;',
    'BA_DEF_DEF_ "BusType" "CAN";',
    'BA_ "BusType" "CAN";',
    ...canMessages.map(({ id, cycle_ms }) => `BA_ "GenMsgCycleTime" BO_ ${id} ${cycle_ms};`),
    ...canMessages.flatMap(({ id, signals }) => signals.flatMap((signal) => valueTable(id, signal))),
    "",
  ].join("\n");
