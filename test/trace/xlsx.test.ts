/** Workbooks: made here, damaged, and the recorded one against its own capacity columns. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BetaguardError } from "../../host/errors.js";
import { inspectTrace, readTrace } from "../../host/trace/index.js";
import { scanXml, xmlAttribute } from "../../host/trace/xml.js";
import { type Member, makeZip, workbookMembers } from "./containers.js";
import { codeOf, describeRecorded, recordedPath, temporaryFiles } from "./files.js";
import { EXPECTED, ROWS } from "./samples.js";

const write = temporaryFiles();
const SHEET = "xl/worksheets/sheet2.xml";

const edited = (members: readonly Member[], name: string, change: (xml: string) => string) =>
  makeZip(
    members.map((member) =>
      member.name === name ? { ...member, content: change(member.content as string) } : member,
    ),
  );

describe("a workbook", () => {
  it.each([
    ["one record sheet among others", ["unit", "record", "log"]],
    ["records over two sheets", ["record_1", "unit", "record_2"]],
  ])("with %s reads to the same table as every other dialect", async (_, sheets) => {
    const trace = await readTrace(await write(makeZip(workbookMembers(sheets))));
    expect([trace.format, trace.dialect]).toEqual(["neware", "neware-flat"]);
    const inspection = inspectTrace(trace);
    expect(inspection.rows).toBe(EXPECTED.rows);
    expect(inspection.span_s).toBe(EXPECTED.span_s);
    expect(inspection.charge_Ah).toBeCloseTo(EXPECTED.charge_Ah, 9);
    expect(inspection.discharge_Ah).toBeCloseTo(EXPECTED.discharge_Ah, 9);
    expect(Array.from(trace.columns.current_A)).toEqual(ROWS.map(({ current }) => current + 0));
    expect(trace.columns.temperature_degC?.[0]).toBe(25.5);
    expect(trace.evidence.join("\n")).toMatch(/workbook: rows from "record/);
  });

  it("gives events the sheet's row numbers, though rows may be left out", async () => {
    const bytes = edited(workbookMembers(), SHEET, (xml) =>
      xml.replace(/<row r="3">.*?<\/row>/, "").replace(/(<c r="G6"[^>]*>)<v>[^<]*/, "$1<v>broken"),
    );
    const trace = await readTrace(await write(bytes));
    expect(trace.events.find(({ type }) => type === "unreadable-cell")).toMatchObject({ line: 6 });
    expect(trace.rows).toBe(ROWS.length - 2);
  });

  it("reads inline strings, prefixed elements and cells without a reference", async () => {
    const bytes = edited(workbookMembers(), SHEET, (xml) =>
      xml
        .replaceAll(/(<\/?)(worksheet|row|c|v)\b/g, "$1x:$2")
        .replaceAll(/<x:c r="[A-Z]+\d+"/g, "<x:c")
        .replace(
          /<x:c t="s"><x:v>\d+<\/x:v>/,
          '<x:c t="inlineStr"><is><r><t>Data</t></r><r><t>Point</t></r></is>',
        ),
    );
    const trace = await readTrace(await write(bytes));
    expect(trace.sourceColumns[0]).toBe("DataPoint");
    expect(trace.rows).toBe(ROWS.length);
  });

  it("drops a row with cells past the header, however far out", async () => {
    const bytes = edited(workbookMembers(), SHEET, (xml) =>
      xml.replace(/(<row r="5">.*?)<\/row>/, '$1<c r="XFD5"><v>1</v></c></row>'),
    );
    const trace = await readTrace(await write(bytes));
    expect(trace.events.find(({ type }) => type === "long-row")).toMatchObject({
      line: 5,
      detail: "expected 13 cells, found 14; row dropped",
    });
  });
});

describe("workbook refusals", () => {
  const members = workbookMembers();
  const wrongCrc = makeZip(workbookMembers(["unit", "record"]));
  // The CRC-32 of the last member stands 16 bytes into its directory entry.
  wrongCrc.writeUInt32LE(1, wrongCrc.lastIndexOf("PK\x01\x02", undefined, "latin1") + 16);
  const table: readonly [string, Buffer, string, RegExp][] = [
    ["a member that its CRC contradicts", wrongCrc, "E_TRACE_BAD_ZIP", /sheet\d\.xml.* damaged \(its CRC-32/],
    [
      "no record sheet",
      makeZip(workbookMembers(["unit", "log"])),
      "E_TRACE_UNKNOWN_DIALECT",
      /found the sheets "unit", "log"/,
    ],
    [
      "XML cut short",
      edited(members, SHEET, (xml) => xml.slice(0, xml.length / 2)),
      "E_TRACE_BAD_XLSX",
      /sheet2\.xml/,
    ],
    [
      "elements that do not close in order",
      edited(members, SHEET, (xml) => xml.replace("</row>", "</c>")),
      "E_TRACE_BAD_XLSX",
      /<\/c> where <\/row> was due/,
    ],
    [
      "an unknown shared string",
      edited(members, SHEET, (xml) => xml.replace(/t="s"><v>\d+/, 't="s"><v>9999')),
      "E_TRACE_BAD_XLSX",
      /shared string 9999/,
    ],
    [
      "a cell given twice",
      edited(members, SHEET, (xml) => xml.replace('r="G4"', 'r="F4"')),
      "E_TRACE_BAD_XLSX",
      /the cell F4 behind its place in row 4/,
    ],
    [
      "a cell reference that is none",
      edited(members, SHEET, (xml) => xml.replace('r="G4"', 'r="ZZZ4"')),
      "E_TRACE_BAD_XLSX",
      /ZZZ4/,
    ],
    [
      "an entity bomb",
      edited(members, SHEET, (xml) => `<!DOCTYPE x [<!ENTITY a "aaaa">]>${xml}`),
      "E_TRACE_BAD_XLSX",
      /damaged XML/,
    ],
    [
      "nesting without end",
      edited(members, SHEET, (xml) => xml + "<a>".repeat(200)),
      "E_TRACE_BAD_XLSX",
      /deeper than 100/,
    ],
    [
      "more rows than a sheet can have",
      edited(members, SHEET, (xml) => xml.replace('<row r="5">', '<row r="1048577">')),
      "E_TRACE_BAD_XLSX",
      /the row number 1048577/,
    ],
    ["an empty sheet", edited(members, SHEET, () => "<worksheet/>"), "E_TRACE_BAD_XLSX", /no column names/],
    [
      "a lost member",
      makeZip(members.filter(({ name }) => name !== SHEET)),
      "E_TRACE_BAD_ZIP",
      /no member "xl\/worksheets\/sheet2\.xml"/,
    ],
    [
      "record sheets with different columns",
      edited(workbookMembers(["record", "record2"]), SHEET, (xml) => xml.replace(/<c r="M1".*?<\/c>/, "")),
      "E_TRACE_BAD_XLSX",
      /same columns/,
    ],
    [
      "a column that is missing",
      edited(members, "xl/sharedStrings.xml", (xml) => xml.replace("Total Time", "Time of day")),
      "E_TRACE_UNKNOWN_DIALECT",
      /neware/,
    ],
  ];
  it.each(table)("%s", async (_, bytes, code, message) => {
    const path = await write(bytes);
    await expect(readTrace(path)).rejects.toThrow(message);
    expect(await codeOf(readTrace(path))).toBe(code);
  });

  it("reads any damaged sheet soundly or refuses it", async () => {
    const position = fc.double({ min: 0, max: 0.999, noNaN: true });
    const edit = fc.record({
      name: fc.constantFrom(...members.map(({ name }) => name)),
      from: position,
      length: fc.nat(12),
      text: fc.constantFrom("", "<", ">", '"', "&#0;", "&", "</c>", "<v>", "9", "-", "\0", "é"),
    });
    await fc.assert(
      fc.asyncProperty(edit, async ({ name, from, length, text }) => {
        const bytes = edited(members, name, (xml) => {
          const at = Math.floor(from * xml.length);
          return xml.slice(0, at) + text + xml.slice(at + length);
        });
        try {
          const trace = await readTrace(await write(bytes, "fuzzed"));
          for (const column of Object.values(trace.columns)) expect(column).toHaveLength(trace.rows);
          expect(trace.columns.current_A.every(Number.isFinite)).toBe(true);
        } catch (error) {
          if (!(error instanceof BetaguardError)) throw error;
          expect(error.code).toMatch(/^E_TRACE_/);
        }
      }),
      { numRuns: 250, seed: 20_240_530 },
    );
  });
});

describe("XML", () => {
  it("gives elements, attributes and text in order, entities resolved", () => {
    const seen: string[] = [];
    scanXml('<?xml version="1.0"?><!-- > --><a k="1 &lt; 2"><b:c/>x &amp; &#x41;<![CDATA[<d>]]></a>', {
      open: (name, attributes) => seen.push(`<${name} ${xmlAttribute(attributes, "k") ?? ""}`),
      text: (text) => seen.push(text),
      close: (name) => seen.push(`/${name}`),
    });
    expect(seen).toEqual(["<a 1 < 2", "<c ", "/c", "x & A", "<d>", "/a"]);
  });

  it.each(["", "<a>", "</a>", "<a></b>", "<a", "text", "<!--", "<a k=1/>", "<a><![CDATA[</a>"])(
    "refuses %j",
    (xml) => {
      expect(() => scanXml(xml, {})).toThrow(/XML|due/);
    },
  );
});

describeRecorded("the recorded workbook", () => {
  it("agrees with its own capacity columns", async () => {
    const trace = await readTrace(recordedPath("neware/um_CELL002_RPT_3_P0C_5PSI.xlsx"));
    const inspection = inspectTrace(trace);
    // Last record of the sheet: 00:47:09.100 and 0.7859 Ah charged; nothing was discharged.
    expect(inspection.rows).toBe(2833);
    expect(inspection.span_s).toBeCloseTo(2829.1, 6);
    expect(Math.abs(inspection.charge_Ah / 0.7859 - 1)).toBeLessThan(0.005);
    expect(inspection.discharge_Ah).toBe(0);
    expect(inspection.voltage_V).toEqual([3.4489, 4.1184]);
    expect(trace.columns.temperature_degC?.[0]).toBe(26.7);
    expect(trace.events.map(({ line }) => line)).toEqual([4]);
  });
});
