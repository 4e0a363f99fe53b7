/** The files that fuzzing starts from: the recorded ones cut to some hundred rows, and our own samples of every dialect. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import type { ColumnMap, LoggerChannel } from "../../host/trace/index.js";
import { makeZip, ndaxMembers, workbookMembers } from "./containers.js";
import { RECORDED } from "./files.js";
import { firstRow, members } from "./fuzzedits.js";
import { MACCOR_SIGNED, NOVONIX_RESUMED, PEC_SECONDS, SAMPLES } from "./samples.js";

export interface Base {
  readonly name: string;
  readonly bytes: Buffer;
  readonly kind: "text" | "zip" | "parquet";
  readonly map?: ColumnMap;
  /** Present for logger files: read with readLogger, not readTrace. */
  readonly logger?: LoggerChannel;
}

const EXCERPT_ROWS = 60;
/** A cut Parquet file or a long archive would only ever be refused. */
const MAX_CONTAINER_BYTES = 12_000;

/** Text up to some rows after its preamble. */
function excerpt(bytes: Buffer): Buffer {
  const lines = bytes.toString("latin1").split("\n");
  return Buffer.from(lines.slice(0, firstRow(lines) + EXCERPT_ROWS).join("\n"), "latin1");
}

function recorded(): Base[] {
  if (!existsSync(RECORDED)) return [];
  return readdirSync(RECORDED, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "MANIFEST.md")
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .flatMap((path): Base[] => {
      const name = relative(RECORDED, path);
      const bytes = readFileSync(path);
      if (path.endsWith(".parquet"))
        return bytes.length > MAX_CONTAINER_BYTES ? [] : [{ name, bytes, kind: "parquet" }];
      if (path.endsWith(".ndax"))
        return bytes.length > MAX_CONTAINER_BYTES ? [] : [{ name, bytes, kind: "zip" }];
      if (path.endsWith(".xlsx")) return [{ name, bytes: shortWorkbook(bytes), kind: "zip" }];
      const text: Base = { name, bytes: excerpt(bytes), kind: "text" };
      const column = "Ambient Temperature";
      return name.startsWith("daq/um_")
        ? [text, { ...text, name: `${name} as a logger`, logger: { quantity: "temperature", column } }]
        : [text];
    });
}

/** Every sheet cut to its first rows; shared strings whole, as they are what a cell's text comes from. */
function shortWorkbook(bytes: Buffer): Buffer {
  return makeZip(
    members(bytes).map(({ name, content }) => {
      const xml = Buffer.from(content as Uint8Array).toString("utf8");
      const end = name.startsWith("xl/worksheets/") ? nthIndex(xml, "</row>", EXCERPT_ROWS) : -1;
      return end === -1
        ? { name, content }
        : { name, content: `${xml.slice(0, end)}</row></sheetData></worksheet>` };
    }),
  );
}

function nthIndex(text: string, part: string, n: number): number {
  let at = -1;
  for (let k = 0; k < n; k++) {
    at = text.indexOf(part, at + 1);
    if (at === -1) return -1;
  }
  return at;
}

const LOGGER = [
  "Logger 7;Kanal 3",
  "Zeit;Stack Pressure (bar);T1",
  ...Array.from({ length: 120 }, (_, k) => {
    const stamp = new Date(Date.UTC(2024, 4, 30, 12) + 1000 * k).toISOString();
    return `${stamp};${20 + (k % 7)},${k % 10}5;25,${k % 10}`;
  }),
].join("\r\n");

/** The BDF sample's columns. */
function parquetColumns() {
  const [header = "", ...rows] = (SAMPLES["bdf-labels"] as string).split("\n");
  return header.split(",").map((name, column) => ({
    name,
    data: Float64Array.from(rows, (row) => Number(row.split(",")[column])),
  }));
}

function own(): Base[] {
  const texts: readonly (readonly [string, string | Uint8Array])[] = [
    ...Object.entries(SAMPLES),
    ["novonix, resumed", NOVONIX_RESUMED],
    ["pec, seconds", PEC_SECONDS],
    ["maccor-text-a, signed", MACCOR_SIGNED],
  ];
  return [
    ...texts.map(
      ([name, sample]): Base => ({ name, bytes: Buffer.from(sample as Uint8Array), kind: "text" }),
    ),
    {
      name: "plain-mapped",
      bytes: Buffer.from(SAMPLES["plain-csv"] as string),
      kind: "text",
      map: { time: "Seconds", current: "Amps", voltage: "Volts", state: "State" },
    },
    {
      name: "logger",
      bytes: Buffer.from(LOGGER),
      kind: "text",
      logger: { quantity: "pressure", column: "Stack Pressure (bar)" },
    },
    ...([2, 14, 17] as const).map(
      (version): Base => ({
        name: `ndax ${version}`,
        bytes: makeZip(ndaxMembers(version), true),
        kind: "zip",
      }),
    ),
    {
      name: "parquet",
      bytes: Buffer.from(parquetWriteBuffer({ columnData: parquetColumns() })),
      kind: "parquet",
    },
    { name: "xlsx", bytes: makeZip(workbookMembers(["record_1", "record_2"])), kind: "zip" },
  ];
}

export const BASES: readonly Base[] = [...own(), ...recorded()];
