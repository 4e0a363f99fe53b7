/** The schema for C: boards/common/layout.h, written by the generator. */
import { faults, freshBits, reasons, status } from "./codes.js";
import { type Field, recordBytes } from "./field.js";
import {
  ABI_VERSION,
  addresses,
  boardMemoryBytes,
  freezeBytes,
  inputBytes,
  layoutHash,
  MAX_CELLS,
  outputBytes,
  snapshotBytes,
  stagingBytes,
  stateBytesPerCell,
} from "./layout.js";
import {
  ANSWER,
  executors,
  FRAME_OVERHEAD_BYTES,
  freezeEvents,
  freezeFields,
  healthFields,
  LINK_VERSION,
  messages,
  modes,
  REFUSAL,
  refusals,
  safeCauses,
} from "./link.js";
import { parameters } from "./parameters.js";
import {
  cellInputFields,
  cellOutputFields,
  headerFields,
  packOutputFields,
  stepInputFields,
} from "./records.js";

/** The functions of assembly/index.ts a board calls: each takes this many i32 and returns one. */
export const boardExports = [
  { name: "abiVersion", arguments: 0 },
  { name: "layoutHash", arguments: 0 },
  { name: "setParameters", arguments: 1 },
  { name: "refusedParameter", arguments: 0 },
  { name: "reset", arguments: 1 },
  { name: "step", arguments: 0 },
  { name: "snapshot", arguments: 0 },
  { name: "restore", arguments: 1 },
] as const;

/** camelCase → CAMEL_CASE. */
export const screaming = (name: string): string =>
  name.replace(/(?<=[a-z0-9])[A-Z]/g, (c) => `_${c}`).toUpperCase();

interface Entry {
  readonly name: string;
  readonly value: number;
  readonly doc?: string;
}

const byIndex = (entries: readonly (string | { name: string; doc?: string })[]): Entry[] =>
  entries.map((entry, value) => (typeof entry === "string" ? { name: entry, value } : { ...entry, value }));

const byBit = (names: readonly string[]): Entry[] => names.map((name, bit) => ({ name, value: 1 << bit }));

const constant = (name: string, value: number | string): string => `#define BG_${name} ${value}`;

export function cEnum(name: string, entries: readonly Entry[]): string {
  const lines = entries.map(
    (entry) =>
      `    BG_${screaming(`${name}_${entry.name}`)} = ${entry.value},${entry.doc ? ` /* ${entry.doc} */` : ""}`,
  );
  return `enum bg_${name} {\n${lines.join("\n")}\n};\n`;
}

function cStruct(name: string, lines: readonly string[], bytes: number): string {
  return [
    `struct bg_${name} {`,
    ...lines.map((line) => `    ${line}`),
    "};",
    `_Static_assert(sizeof(struct bg_${name}) == ${bytes}, "words without padding");\n`,
  ].join("\n");
}

const record = (name: string, fields: readonly Field[]): string =>
  cStruct(
    name,
    fields.map(
      (f) =>
        `${f.type === "f32" ? "float" : "int32_t"} ${f.name}${f.count > 1 ? `[${f.count}]` : ""}; /* ${f.unit === "1" ? "" : `${f.unit}: `}${f.doc} */`,
    ),
    recordBytes(fields),
  );

/** A size that grows with the number of cells, as a C macro. */
const perCell = (name: string, bytes: (cells: number) => number): string =>
  constant(`${name}(cells)`, `(${bytes(0)} + (cells) * ${bytes(1) - bytes(0)})`);

/** @param notice first line: who wrote the file. */
export function cHeader(notice: string): string {
  return [
    `/* ${notice} */`,
    "#ifndef BETAGUARD_LAYOUT_H",
    "#define BETAGUARD_LAYOUT_H\n",
    "#include <stdint.h>\n",
    "/* ---- the module's memory: addresses and sizes in bytes ---- */\n",
    constant("ABI_VERSION", ABI_VERSION),
    constant("LAYOUT_HASH", `((int32_t)0x${(layoutHash >>> 0).toString(16).padStart(8, "0")}u)`),
    constant("MAX_CELLS", MAX_CELLS),
    constant("PARAMETER_COUNT", parameters.length),
    ...Object.entries(addresses).map(([name, at]) => constant(`${screaming(name)}_AT`, at)),
    constant("CELL_STATE_BYTES", stateBytesPerCell),
    constant("STAGING_BYTES", stagingBytes),
    "/* Enough memory for a board that never stages more than one snapshot. */",
    constant("BOARD_MEMORY_BYTES", boardMemoryBytes),
    "/* Header, parameters, derived constants and the cells in use, from BG_HEADER_AT. */",
    perCell("SNAPSHOT_BYTES", snapshotBytes),
    "/* Step input and cell inputs; cell outputs and pack output. */",
    perCell("INPUT_BYTES", inputBytes),
    perCell("OUTPUT_BYTES", outputBytes),
    "/* A bit for each word of so many bytes. */",
    constant("MASK_BYTES(bytes)", "(((bytes) / 4 + 7) / 8)"),
    "",
    "/* ---- records; a cell's output is the first words of its state ---- */\n",
    record("header", headerFields),
    record("step_input", stepInputFields),
    record("cell_input", cellInputFields),
    record("cell_output", cellOutputFields),
    record("pack_output", packOutputFields),
    "/* ---- parameters: what betaguard_set_parameters() takes ---- */\n",
    cEnum(
      "parameter",
      parameters.map(({ name, unit, doc }, value) => ({
        name,
        value,
        doc: `${unit === "1" ? "" : `${unit}: `}${doc}`,
      })),
    ),
    "/* ---- codes ---- */\n",
    cEnum("status", byIndex(status)),
    cEnum("reason", byIndex(reasons)),
    cEnum("fault", byBit(faults.map(({ name }) => name))),
    cEnum("fresh", byBit(freshBits)),
    "/* ---- the module's functions: i32 arguments, i32 result ---- */\n",
    cEnum("export", byIndex(boardExports.map(({ name }) => name))),
    constant("EXPORT_COUNT", boardExports.length),
    "/* Initialisers of arrays indexed by enum bg_export. */",
    constant("EXPORT_NAMES", `{${boardExports.map(({ name }) => `"${name}"`).join(", ")}}`),
    constant("EXPORT_ARGUMENTS", `{${boardExports.map((e) => e.arguments).join(", ")}}`),
    "",
    "/* ---- the link: host/schema/link.ts says what each payload holds ---- */\n",
    constant("LINK_VERSION", LINK_VERSION),
    "/* The answer to a request is its type with this bit. */",
    constant("ANSWER", `0x${ANSWER.toString(16)}`),
    constant("FRAME_OVERHEAD_BYTES", FRAME_OVERHEAD_BYTES),
    constant("REFUSAL", `0x${REFUSAL.toString(16)}`),
    "",
    cEnum(
      "message",
      messages.map(({ name, id, doc }) => ({ name, value: id, doc })),
    ),
    cEnum("refusal", byIndex(refusals)),
    cEnum("mode", byIndex(modes)),
    cEnum("executor", byIndex(executors)),
    cEnum("safe_cause", byIndex(safeCauses)),
    cStruct(
      "health",
      healthFields.map(({ name, doc }) => `uint32_t ${name}; /* ${doc} */`),
      4 * healthFields.length,
    ),
    cEnum("freeze_event", byIndex(freezeEvents)),
    cStruct(
      "freeze",
      freezeFields.map(({ name, doc }) => `uint32_t ${name}; /* ${doc} */`),
      4 * freezeFields.length,
    ),
    "/* A freeze frame that keeps so many steps. */",
    constant("FREEZE_BYTES(steps)", `(${freezeBytes(0)} + (steps) * ${freezeBytes(1) - freezeBytes(0)})`),
    "#endif\n",
  ].join("\n");
}
