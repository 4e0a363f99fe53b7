/** ZIP, NDAX and workbook files made here, so that a clone without recorded traces tests their readers. */
import { deflateRawSync } from "node:zlib";
import { crc32 } from "../../host/crc32.js";
import { ROWS } from "./samples.js";

export interface Member {
  readonly name: string;
  readonly content: Uint8Array | string;
  /** What the directory says instead of the true size. */
  readonly claimedSize?: number;
}

/** Deflated members; with `long`, sizes stand in the ZIP64 field, as Neware's writer has them. */
export function makeZip(members: readonly Member[], long = false): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, claimedSize } of members) {
    const bytes = Buffer.from(content as Uint8Array);
    const packed = deflateRawSync(bytes);
    const sizes = [claimedSize ?? bytes.length, packed.length] as const;
    const extra = Buffer.alloc(long ? 20 : 0);
    if (long) {
      extra.writeUInt16LE(1, 0);
      extra.writeUInt16LE(16, 2);
      for (const [k, size] of sizes.entries()) extra.writeBigUInt64LE(BigInt(size), 4 + 8 * k);
    }
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(crc32(bytes), 16);
    entry.writeUInt32LE(long ? 0xffffffff : sizes[1], 20);
    entry.writeUInt32LE(long ? 0xffffffff : sizes[0], 24);
    entry.writeUInt16LE(Buffer.byteLength(name), 28);
    entry.writeUInt16LE(extra.length, 30);
    entry.writeUInt32LE(offset, 42);
    directory.push(entry, Buffer.from(name), extra);
    // A local header repeats the directory entry from its version (byte 6) to the length of its extra field.
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), entry.subarray(6, 32)]);
    const part = Buffer.concat([local, Buffer.from(name), extra, packed]);
    parts.push(part);
    offset += part.length;
  }
  const end = Buffer.alloc(22);
  const listed = Buffer.concat(directory);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, listed, end]);
}

/** One `.ndc` file of equal records, each page ending with its CRC-32. */
export function makeNdc(version: number, type: number, records: readonly Buffer[]): Buffer {
  const [pageBytes, firstRecord] = version === 2 ? [512, 5] : [4096, 132];
  const perPage = Math.floor((pageBytes - firstRecord - 4) / (records[0]?.length ?? 1));
  const header = Buffer.alloc(pageBytes);
  header.writeUInt16LE(type, 0);
  header.writeUInt16LE(version, 2);
  const pages = [header];
  for (let first = 0; first < records.length; first += perPage) {
    const page = Buffer.alloc(pageBytes);
    const here = records.slice(first, first + perPage);
    page.writeUInt16LE(type + 1, 0);
    page.writeUInt16LE(here.length, 2);
    here.forEach((record, k) => {
      page[4 + (k >> 3)] = (page[4 + (k >> 3)] as number) | (1 << (k & 7));
      record.copy(page, firstRecord + k * record.length);
    });
    pages.push(page);
  }
  return sealNdc(Buffer.concat(pages));
}

/** Writes the CRC-32 of every page anew: what a damaged writer, not a damaged disk, would leave. */
export function sealNdc(bytes: Buffer): Buffer {
  const pageBytes = bytes.readUInt16LE(2) === 2 ? 512 : 4096;
  for (let page = pageBytes; page + pageBytes <= bytes.length; page += pageBytes)
    bytes.writeUInt32LE(crc32(bytes.subarray(page, page + pageBytes - 4)), page + pageBytes - 4);
  return bytes;
}

const START_s = Date.UTC(2024, 4, 30, 12) / 1000;
const STEP_TYPE = { R: 4, C: 1, D: 2 };
const Ah = (As: number) => As / 3600;
/** What versions 14 and 17 add to the records of stamps and steps. */
const RECORD_BYTES: Readonly<Record<number, { readonly stamp: number; readonly step: number }>> = {
  14: { stamp: 55, step: 37 },
  17: { stamp: 100, step: 100 },
};

const TEST_INFO = `<?xml version="1.0" encoding="GB2312"?><root><config><TestInfo Remark="测试">
<Aux1 AuxID="1" RealChlID="9" ChlType="103" /></TestInfo></config></root>`;

export function record(bytes: number, fill: (record: Buffer) => void): Buffer {
  const made = Buffer.alloc(bytes);
  fill(made);
  return made;
}

/** The test of samples.ts as NDAX: stamped where a step starts and where its interval is first seen. */
export function ndaxMembers(version: 2 | 14 | 17): Member[] {
  if (version === 2) return [{ name: "data.ndc", content: makeNdc(2, 1, ROWS.map(wholeRow)) }];
  const { stamp, step } = RECORD_BYTES[version] as { stamp: number; step: number };
  const data = ROWS.map((row) =>
    record(8, (r) => {
      r.writeFloatLE(row.voltage, 0);
      r.writeFloatLE(row.current, 4);
    }),
  );
  const stamps = ROWS.flatMap((row, k) => {
    const last = ROWS[k + 1]?.step !== row.step;
    if (row.stepTime > 10 && !last) return [];
    // The first row is stamped again 0.1 s later, as in recorded files.
    return (k === 0 ? [0, 100] : [0]).map((late_ms) =>
      record(stamp, (r) => {
        r.writeUInt32LE(row.stepTime * 1000 + late_ms, 0);
        r.writeFloatLE(row.state === "C" ? Ah(row.stepCharge) : 0, 5);
        r.writeFloatLE(row.state === "D" ? Ah(row.stepCharge) : 0, 9);
        r.writeInt32LE(row.stepTime === 0 ? 0 : 10_000, 29);
        r.writeUInt32LE(START_s + row.t, 33);
        r.writeUInt32LE(row.step, 37);
        r.writeUInt32LE(k + 1, 41);
        r.writeUInt16LE(250 + late_ms, 45);
      }),
    );
  });
  const steps = ROWS.flatMap((row, k) =>
    row.stepTime > 0
      ? []
      : record(step, (r) => {
          r.writeUInt32LE(row.step, 4);
          r.writeUInt8(STEP_TYPE[row.state], 24);
          r.writeUInt32LE(k + 1, 33);
        }),
  );
  const temperatures = ROWS.map((_, k) => record(4, (r) => r.writeFloatLE(25 + k / 8, 0)));
  return [
    { name: "TestInfo.xml", content: gb2312(TEST_INFO) },
    { name: "data.ndc", content: makeNdc(version, 1, data) },
    { name: "data_runInfo.ndc", content: makeNdc(version, 18, stamps) },
    { name: "data_step.ndc", content: makeNdc(version, 7, steps) },
    { name: "data_AUX_9_3_1.ndc", content: makeNdc(version, 5, temperatures) },
  ];
}

function wholeRow(row: (typeof ROWS)[number], k: number): Buffer {
  return record(94, (r) => {
    r.writeUInt32LE(k + 1, 8);
    r.writeUInt8(row.step, 16);
    r.writeUInt8(STEP_TYPE[row.state], 17);
    r.writeBigInt64LE(BigInt(row.stepTime * 1000), 23);
    r.writeInt32LE(Math.round(row.voltage * 1e4), 31);
    // Range −6000 mA: counts of 0.01 mA and 0.01 mAs.
    r.writeInt32LE(row.current * 1e5, 35);
    r.writeBigInt64LE(BigInt(row.state === "C" ? row.stepCharge * 1e5 : 0), 43);
    r.writeBigInt64LE(BigInt(row.state === "D" ? row.stepCharge * 1e5 : 0), 51);
    r.writeUInt16LE(2024, 75);
    for (const [at, value] of [5, 30, 12, Math.floor(row.t / 60), row.t % 60].entries())
      r.writeUInt8(value, 77 + at);
    r.writeInt32LE(-6000, 82);
  });
}

/** 测试 in GB2312. */
function gb2312(text: string): Buffer {
  return Buffer.from(text.replace("测试", "\xb2\xe2\xca\xd4"), "latin1");
}

const SHEETS = ["unit", "record", "log"];
const HEADER = [
  ...["DataPoint", "Cycle Index", "Step Index", "Step Type", "Time", "Total Time"],
  ...["Current(A)", "Voltage(V)", "Capacity(Ah)", "Chg. Cap.(Ah)", "DChg. Cap.(Ah)", "Date", "T1(℃)"],
];
const STATES = { R: "Rest", C: "CC Chg", D: "CC DChg" };
const hms = (s: number) => `00:0${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}.000`;

/** The test of samples.ts as BTSDA's workbook: text through shared strings, and a `<dimension>` that says A1. */
export function workbookMembers(sheets = SHEETS): Member[] {
  const strings: string[] = [];
  const cell = (value: string | number, column: number, row: number) => {
    const r = `${String.fromCharCode(65 + column)}${row}`;
    if (typeof value === "number") return `<c r="${r}" s="2"><v>${value}</v></c>`;
    if (!strings.includes(value)) strings.push(value);
    return `<c r="${r}" t="s"><v>${strings.indexOf(value)}</v></c>`;
  };
  const rowXml = (values: readonly (string | number)[], k: number) =>
    `<row r="${k + 1}">${values.map((value, column) => cell(value, column, k + 1)).join("")}</row>`;
  const rows = ROWS.map((row, k) => [
    ...[k + 1, 1, row.step, STATES[row.state], hms(row.stepTime), hms(row.t), row.current, row.voltage],
    ...[Ah(row.stepCharge), row.state === "C" ? Ah(row.stepCharge) : 0],
    row.state === "D" ? Ah(row.stepCharge) : 0,
    new Date(1000 * (START_s + row.t)).toISOString().replace("T", " ").slice(0, 19),
    25.5,
  ]);
  const sheet = (list: readonly (readonly (string | number)[])[]) =>
    `<?xml version="1.0"?><worksheet><dimension ref="A1"/><sheetData>${list.map(rowXml).join("")}</sheetData></worksheet>`;
  const records = sheets.filter((name) => name.startsWith("record"));
  const share = Math.ceil(rows.length / records.length);
  const contents = sheets.map((name) => {
    const part = records.indexOf(name);
    return sheet(part === -1 ? [["A & B"]] : [HEADER, ...rows.slice(part * share, (part + 1) * share)]);
  });
  return [
    {
      name: "xl/workbook.xml",
      content: `<workbook><sheets>${sheets.map((name, k) => `<sheet name="${name}" sheetId="${k + 1}" r:id="rId${k + 1}"/>`).join("")}</sheets></workbook>`,
    },
    {
      name: "xl/_rels/workbook.xml.rels",
      content: `<Relationships>${sheets.map((_, k) => `<Relationship Id="rId${k + 1}" Target="worksheets/sheet${k + 1}.xml"/>`).join("")}</Relationships>`,
    },
    {
      name: "xl/sharedStrings.xml",
      content: `\ufeff<sst>${strings.map((text) => `<si><t>${text.replace("&", "&amp;")}</t></si>`).join("")}</sst>`,
    },
    ...contents.map((content, k) => ({ name: `xl/worksheets/sheet${k + 1}.xml`, content })),
  ];
}
