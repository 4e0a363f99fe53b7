/**
 * Writes what is derived from the schema: the AssemblyScript layout, the C headers, the CAN database and the reference
 * pages of parameters and CAN.
 * The host's types and decoders need no generated file: TypeScript infers them from the same objects.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { canDbc } from "./canDbc.js";
import { canHeader } from "./canHeader.js";
import { canPage } from "./canPage.js";
import { cHeader, screaming } from "./cHeader.js";
import { faults, freshBits, reasons, status } from "./codes.js";
import { type Field, recordBytes } from "./field.js";
import { ABI_VERSION, addresses, layoutHash, MAX_CELLS, stagingBytes, stateBytesPerCell } from "./layout.js";
import { parameterGroups, parameters } from "./parameters.js";
import { cellOutputFields, HORIZON_SLOTS, RAINFLOW_DEPTH, recordsOf, SLOTS } from "./records.js";

const NOTICE = "Generated from host/schema by `npm run generate`. Do not edit.";

/** `@unmanaged`: a class without a header, laid over memory with changetype. Arrays become numbered fields. */
function assemblyClass(name: string, fields: readonly Field[]): string {
  const lines = fields.flatMap((field) =>
    field.count === 1
      ? [`  ${field.name}: ${field.type};`]
      : Array.from({ length: field.count }, (_, k) => `  ${field.name}_${k}: ${field.type};`),
  );
  return `// @ts-ignore: decorator\n@unmanaged\nexport class ${name} {\n${lines.join("\n")}\n}\n`;
}

const constEnum = (name: string, entries: readonly (readonly [string, number])[]): string =>
  `export const enum ${name} {\n${entries.map(([key, value]) => `  ${key} = ${value},`).join("\n")}\n}\n`;

function assemblyLayout(): string {
  const constant = (name: string, type: string, value: number) => `export const ${name}: ${type} = ${value};`;
  const float = (x: number) => x.toExponential();
  const ranges = parameters.map((p) => `  ${float(p.min)}, ${float(p.max)}, // ${p.name}`).join("\n");
  return [
    `// ${NOTICE}\n`,
    constant("ABI_VERSION", "i32", ABI_VERSION),
    constant("LAYOUT_HASH", "i32", layoutHash),
    constant("MAX_CELLS", "i32", MAX_CELLS),
    constant("SLOTS", "i32", SLOTS),
    constant("HORIZON_SLOTS", "i32", HORIZON_SLOTS),
    constant("RAINFLOW_DEPTH", "i32", RAINFLOW_DEPTH),
    constant("PARAMETER_COUNT", "i32", parameters.length),
    constant("STAGING_BYTES", "i32", stagingBytes),
    constant("CELL_BYTES", "usize", stateBytesPerCell),
    constant("CELL_OUTPUT_BYTES", "usize", recordBytes(cellOutputFields)),
    ...Object.entries(addresses).map(([name, at]) => constant(`${screaming(name)}_AT`, "usize", at)),
    "",
    constEnum(
      "Reason",
      reasons.map((r, i) => [r.name, i]),
    ),
    constEnum(
      "Fault",
      faults.map((f, i) => [f.name, 1 << i]),
    ),
    constEnum(
      "Fresh",
      freshBits.map((name, i) => [name, 1 << i]),
    ),
    constEnum(
      "Status",
      status.map((s, i) => [s.name, i]),
    ),
    assemblyClass("Parameters", parameters),
    ...Object.entries(recordsOf()).map(([name, fields]) => assemblyClass(name, fields)),
    "/** min, max of each parameter, in id order. */",
    `export const PARAMETER_RANGES: usize = memory.data<f32>([\n${ranges}\n]);\n`,
  ].join("\n");
}

function parameterPage(): string {
  const sections = Object.entries(parameterGroups).map(([group, fields]) => {
    const rows = fields.map((p) => `| \`${p.name}\` | ${p.unit} | ${p.min} … ${p.max} | ${p.doc} |`);
    return [
      `## ${group}`,
      "",
      "| parameter | unit | range | meaning |",
      "|---|---|---|---|",
      ...rows,
      "",
    ].join("\n");
  });
  return [
    `<!-- ${NOTICE} -->`,
    "# Parameters",
    "",
    "What a profile gives the module. A value outside its range, or without provenance, is refused.",
    "",
    ...sections,
    "## Reasons",
    "",
    "| code | reason | meaning |",
    "|---|---|---|",
    ...reasons.map((r, i) => `| ${i} | \`${r.name}\` | ${r.doc} |`),
    "",
    "## Status of a module call",
    "",
    "| code | status | meaning |",
    "|---|---|---|",
    ...status.map((s, i) => `| ${i} | \`${s.name}\` | ${s.doc} |`),
    "",
  ].join("\n");
}

/** Every generated file, path from the project's root → text. */
export const generatedFiles = (): Record<string, string> => ({
  "assembly/layout.ts": assemblyLayout(),
  "boards/betaguard.dbc": canDbc(NOTICE),
  "boards/common/can_layout.h": canHeader(NOTICE),
  "boards/common/layout.h": cHeader(NOTICE),
  "docs/can.md": canPage(NOTICE),
  "docs/parameters.md": parameterPage(),
});

/** Names of generated files whose text on disk is not what the schema says. */
export function staleFiles(root: string): string[] {
  return Object.entries(generatedFiles())
    .filter(([path, text]) => {
      try {
        return readFileSync(join(root, path), "utf8") !== text;
      } catch {
        return true;
      }
    })
    .map(([path]) => path);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  for (const [path, text] of Object.entries(generatedFiles())) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}
