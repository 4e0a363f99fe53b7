/** What can happen to a file on its way: random, from a seed. */
import { gzipSync } from "node:zlib";
import { generator } from "../../host/random.js";
import { openZip } from "../../host/trace/zip.js";
import { type Member, makeZip, sealNdc } from "./containers.js";
import type { Base } from "./fuzzbases.js";

export interface Edited {
  readonly bytes: Buffer;
  readonly edits: readonly string[];
  /** Present where the edits leave the meaning: the trace must be the base's. */
  readonly neutral?: true;
  /** Rows more than in the base, where the edits let that be known. */
  readonly addedRows?: number;
}

type Random = () => number;
const below = (random: Random, n: number) => Math.floor(random() * n);
const pick = <T>(random: Random, list: readonly T[]): T => list[below(random, list.length)] as T;

/** The file of one case; the same for the same seed. `other` is a file that parts may come from. */
export function edit(base: Base, other: Base, seed: number): Edited {
  const random = generator(seed);
  if (base.kind === "zip") return editZip(base, random);
  if (base.kind === "parquet") return several(base.bytes, 3, random, BYTE_EDITS);
  const choice = random();
  if (choice < 0.15) return neutral(base.bytes, random);
  if (choice < 0.45) return rowEdits(base.bytes, random);
  if (choice < 0.55) {
    const { bytes, edits } = several(gzipSync(base.bytes), 2, random, BYTE_EDITS);
    return { bytes, edits: ["gzip", ...edits] };
  }
  if (choice < 0.6) return splice(base.bytes, other.bytes, random);
  return several(base.bytes, 4, random, [...BYTE_EDITS, ...TEXT_EDITS]);
}

type Edit = readonly [name: string, apply: (bytes: Buffer, random: Random) => Buffer];

function several(bytes: Buffer, most: number, random: Random, from: readonly Edit[]): Edited {
  const edits: string[] = [];
  let edited = bytes;
  for (let n = 1 + below(random, most); n > 0; n--) {
    const [name, apply] = pick(random, from);
    edits.push(name);
    edited = apply(edited, random);
  }
  return { bytes: edited, edits };
}

/** Start and length of a stretch; long ones are rare. */
function stretch(bytes: Buffer, random: Random): [number, number] {
  const start = below(random, bytes.length);
  return [start, Math.ceil((bytes.length - start) * random() ** 6)];
}

const replaced = (bytes: Buffer, start: number, end: number, by: Uint8Array | string): Buffer =>
  Buffer.concat([bytes.subarray(0, start), Buffer.from(by as Uint8Array), bytes.subarray(end)]);

const BYTE_EDITS: readonly Edit[] = [
  [
    "flip bits",
    (bytes, random) => {
      const edited = Buffer.from(bytes);
      for (let n = 1 + below(random, 4); n > 0 && edited.length > 0; n--) {
        const at = below(random, edited.length);
        edited[at] = (edited[at] as number) ^ (1 << below(random, 8));
      }
      return edited;
    },
  ],
  ["truncate", (bytes, random) => bytes.subarray(0, below(random, bytes.length + 1))],
  [
    "delete block",
    (bytes, random) => {
      const [start, length] = stretch(bytes, random);
      return replaced(bytes, start, start + length, "");
    },
  ],
  [
    "duplicate block",
    (bytes, random) => {
      const [start, length] = stretch(bytes, random);
      return replaced(bytes, start, start, bytes.subarray(start, start + length));
    },
  ],
  [
    "overwrite block",
    (bytes, random) => {
      const [start, length] = stretch(bytes, random);
      const noise = Buffer.from(Array.from({ length: Math.min(length, 64) }, () => below(random, 256)));
      return replaced(
        bytes,
        start,
        start + noise.length,
        pick(random, [noise, noise.fill(0), noise.fill(255)]),
      );
    },
  ],
];

const AWKWARD = [
  ...[
    '"',
    '""',
    "\0",
    "\r",
    "\ufeff",
    ",",
    ";",
    "\t",
    "NaN",
    "-",
    "-0.0",
    "1e308",
    "1e-320",
    "9e999",
    "0x10",
  ],
  ..."Infinity|n/a|1.234,5|1,234.5|12:61:99|31.02.2024 25:00:00|٣|µ|�|\u2028|=1+1|null|true".split("|"),
  ...["\n\n\n", "9".repeat(400), "[Data]\n", "[Summary]\n", "~", "PAR1", "Test Time / s", "PK\x03\x04"],
];

/** Edits in latin-1 space, so that every byte survives them. */
const text = (apply: (text: string, random: Random) => string): Edit[1] => {
  return (bytes, random) => Buffer.from(apply(bytes.toString("latin1"), random), "latin1");
};
const lines = (apply: (lines: string[], random: Random) => string[]): Edit[1] =>
  text((whole, random) => apply(whole.split("\n"), random).join("\n"));

const TEXT_EDITS: readonly Edit[] = [
  [
    "insert awkward text",
    (bytes, random) => {
      const at = below(random, bytes.length + 1);
      return replaced(bytes, at, at, Buffer.from(pick(random, AWKWARD)));
    },
  ],
  ["cut a line", lines((list, random) => list.toSpliced(below(random, list.length), 1))],
  [
    "cut a line's end",
    lines((list, random) => {
      const at = below(random, list.length);
      const line = list[at] ?? "";
      return list.toSpliced(at, 1, line.slice(0, below(random, line.length + 1)));
    }),
  ],
  [
    "move a block of lines",
    lines((list, random) => {
      const block = list.splice(below(random, list.length), below(random, 30));
      return list.toSpliced(below(random, list.length), 0, ...block);
    }),
  ],
  [
    "swap columns of the cells, not of the header",
    lines((list, random) => {
      const from = firstRow(list);
      const width = (list[from] ?? "").split(delimiterOf(list[from] ?? "")).length;
      return swapped(list, random, from, [0, width]);
    }),
  ],
  [
    "scale a column",
    lines((list, random) => {
      const from = firstRow(list);
      const delimiter = delimiterOf(list[from] ?? "");
      const column = below(random, (list[from] ?? "").split(delimiter).length);
      const factor = pick(random, [1000, 0.001, -1, 3600, 1 / 3600, 60, 0, 1e12]);
      return list.map((line, k) => {
        const cells = line.split(delimiter);
        const value = Number(cells[column]);
        if (k < from || !cells[column]?.trim() || Number.isNaN(value)) return line;
        cells[column] = String(value * factor);
        return cells.join(delimiter);
      });
    }),
  ],
  [
    "another delimiter",
    text((whole, random) => whole.replaceAll(pick(random, [",", "\t", "."]), pick(random, [";", ",", "\t"]))),
  ],
  [
    "another encoding for a part",
    (bytes, random) => {
      const [start, length] = stretch(bytes, random);
      const part = bytes.toString("latin1", start, start + length);
      return replaced(
        bytes,
        start,
        start + length,
        Buffer.from(part, pick(random, ["utf16le", "utf8"] as const)),
      );
    },
  ],
  [
    "high bytes",
    text((whole, random) =>
      whole.replaceAll(
        pick(random, [..."aeCtVA"]),
        pick(random, ["\xb5", "\xb0", "\xa1\xe6", "\xff", "\x81"]),
      ),
    ),
  ],
];

/** Two columns of the lines from `from` on, chosen among [first, end). */
function swapped(
  list: readonly string[],
  random: Random,
  from: number,
  [first, end]: readonly [number, number],
): string[] {
  const delimiter = delimiterOf(list[from] ?? "");
  const [a, b] = [first + below(random, end - first), first + below(random, end - first)];
  return list.map((line, k) => {
    const cells = line.split(delimiter);
    if (k < from || cells.length <= Math.max(a, b)) return line;
    [cells[a], cells[b]] = [cells[b] as string, cells[a] as string];
    return cells.join(delimiter);
  });
}

const delimiterOf = (line: string) =>
  ["\t", ";", ","].reduce((best, next) => (line.split(next).length > line.split(best).length ? next : best));

/** A line that begins with a number, blanks aside; a protocol in one line is longer than any row. */
const isRow = (line: string): boolean => line.length < 2000 && /^[\s",;]*-?\d/.test(line);

/** 0-based line of the first of three rows in sequence; 0 without them. */
export function firstRow(list: readonly string[]): number {
  return Math.max(
    0,
    list.findIndex((_, k) => list.slice(k, k + 3).every(isRow)),
  );
}

/** Whole rows removed, repeated, exchanged, and cells replaced: how many rows the file then has is known. */
function rowEdits(bytes: Buffer, random: Random): Edited {
  const list = bytes.toString("latin1").split("\n");
  const from = firstRow(list);
  const end = list.at(-1) === "" ? list.length - 1 : list.length;
  const header = list.slice(0, from);
  let rows = list.slice(from, end);
  const before = rows.length;
  const edits: string[] = [];
  for (let n = 1 + below(random, 3); n > 0; n--) {
    const at = below(random, rows.length);
    const length = below(random, 8);
    const kind = pick(random, [
      "delete rows",
      "repeat rows",
      "exchange rows",
      "replace a cell",
      "cut a row",
    ] as const);
    edits.push(kind);
    const row = rows[at] ?? "";
    const delimiter = delimiterOf(row);
    if (kind === "delete rows") rows = rows.toSpliced(at, length);
    else if (kind === "repeat rows") rows = rows.toSpliced(at, 0, ...rows.slice(at, at + length));
    else if (kind === "exchange rows") rows = rows.toSpliced(at, 1, rows[0] ?? "").toSpliced(0, 1, row);
    else if (kind === "cut a row")
      rows = rows.toSpliced(at, 1, row.slice(0, Math.ceil((row.length * (1 + random())) / 2)));
    else {
      const cells = row.split(delimiter);
      const by = pick(random, [
        "x",
        "",
        "1e308",
        "-0.0",
        "1e-320",
        "NaN",
        "-7",
        "1.5",
        "99999999",
        "N/A",
        "7e9",
      ]);
      rows = rows.toSpliced(at, 1, cells.with(below(random, cells.length), by).join(delimiter));
    }
    if (rows.length === 0) break;
  }
  const edited = { bytes: Buffer.from([...header, ...rows, ...list.slice(end)].join("\n"), "latin1"), edits };
  // Where a second preamble stands among the rows, no line tells which it is.
  return list.slice(from, end).every(isRow) ? { ...edited, addedRows: rows.length - before } : edited;
}

/** What a converter, an editor or a mail program does without changing what the file says. */
function neutral(bytes: Buffer, random: Random): Edited {
  const kinds = [
    "gzip",
    "UTF-16",
    "line ends",
    "last line end",
    "byte-order mark",
    "exchange columns",
  ] as const;
  const kind = pick(random, kinds);
  const whole = bytes.toString("latin1");
  const ascii = !/[\x80-\xff]/.test(whole);
  const edited = {
    gzip: () => gzipSync(bytes),
    "UTF-16": () => Buffer.from(ascii ? `\ufeff${whole}` : whole, ascii ? "utf16le" : "latin1"),
    "line ends": () =>
      Buffer.from(
        whole.includes("\r\n") ? whole.replaceAll("\r\n", "\n") : whole.replaceAll("\n", "\r\n"),
        "latin1",
      ),
    "last line end": () => Buffer.from(whole.endsWith("\n") ? whole.trimEnd() : `${whole}\n`, "latin1"),
    "exchange columns": () => Buffer.from(exchangeColumns(whole.split("\n"), random).join("\n"), "latin1"),
    "byte-order mark": () => (ascii ? Buffer.concat([Buffer.from("\ufeff"), bytes]) : bytes),
  }[kind]();
  return { bytes: edited, edits: [kind], neutral: true };
}

/** Two columns with their names, where the table is plain enough to tell. */
function exchangeColumns(list: readonly string[], random: Random): readonly string[] {
  const first = firstRow(list);
  const cellsOf = (line: number) => (list[line] ?? "").split(delimiterOf(list[line] ?? "")).length;
  // A row of units stands between the names and the numbers.
  const from = cellsOf(first - 2) === cellsOf(first - 1) ? first - 1 : first;
  const header = list[from - 1] ?? "";
  const names = header.trimEnd().split(delimiterOf(header));
  const plain = names[0] !== "" && !list.some((line) => line.includes('"')) && names.length > 2;
  // A mark or a comment sign in front belongs to the line, not to its first name; the last name may be empty.
  return plain ? swapped(list, random, from - 1, [1, names.length - 1]) : list;
}

function splice(bytes: Buffer, other: Buffer, random: Random): Edited {
  const cut = (whole: Buffer) =>
    whole.subarray(0, whole.indexOf("\n", below(random, whole.length)) + 1 || undefined);
  const rest = other.subarray(below(random, other.length));
  return { bytes: Buffer.concat([cut(bytes), rest]), edits: ["part of another file"] };
}

/** The files in an archive. */
export function members(bytes: Buffer): Member[] {
  const zip = openZip(bytes, "base");
  return zip.names.filter((name) => !name.endsWith("/")).map((name) => ({ name, content: zip.read(name) }));
}

/** Damages the archive, or more often its members, whose checksums are then made to fit. */
function editZip(base: Base, random: Random): Edited {
  if (random() < 0.4) return several(base.bytes, 2, random, BYTE_EDITS);
  const edits: string[] = [];
  let list = members(base.bytes);
  for (let n = 1 + below(random, 2); n > 0 && list.length > 0; n--) {
    const at = below(random, list.length);
    const member = list[at] as (typeof list)[number];
    const choice = random();
    if (choice < 0.1) {
      edits.push(`drop ${member.name}`);
      list = list.toSpliced(at, 1);
      continue;
    }
    const content = Buffer.from(member.content as Uint8Array);
    const isText = /\.(?:xml|rels)$/.test(member.name);
    const edited = several(content, 3, random, isText ? [...BYTE_EDITS, ...XML_EDITS] : BYTE_EDITS);
    edits.push(...edited.edits.map((name) => `${member.name}: ${name}`));
    const sealed = member.name.endsWith(".ndc") && edited.bytes.length > 4 && random() < 0.9;
    list = list.with(at, {
      name: member.name,
      content: sealed ? sealNdc(Buffer.from(edited.bytes)) : edited.bytes,
    });
  }
  return { bytes: makeZip(list, random() < 0.5), edits };
}

const XML_EDITS: readonly Edit[] = [
  ...TEXT_EDITS,
  [
    "another reference or index",
    text((whole, random) => {
      const found = [...whole.matchAll(/(?:r="[A-Z]+\d+"|<v>[^<]*<\/v>|t="\w+"|&\w+;|r:id="\w+")/g)];
      const match = found.length > 0 ? pick(random, found) : undefined;
      if (!match) return whole;
      const by = pick(random, [
        'r="ZZZZZZ9"',
        'r="A0"',
        "<v>-1</v>",
        "<v>1e9</v>",
        't="s"',
        't="zz"',
        "&bogus;",
        "&#x110000;",
      ]);
      return whole.slice(0, match.index) + by + whole.slice(match.index + match[0].length);
    }),
  ],
];
