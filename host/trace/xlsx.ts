/** The record sheet of a Neware workbook as a table. The `<dimension>` of a sheet is not used: BTSDA writes "A1". */
import { BetaguardError } from "../errors.js";
import { scanXml, xmlAttribute } from "./xml.js";
import type { ZipArchive } from "./zip.js";

/** BTSDA names them "record", and numbers them where one sheet cannot hold the test. */
const RECORD_SHEET = /^record(?:[ _-]?\d+)?$/i;
/** The format's own bounds. */
const MAX_COLUMNS = 16_384;
const MAX_ROWS = 1_048_576;

export interface Sheet {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** 1-based row of each. */
  readonly lines: readonly number[];
}

export function isWorkbook(zip: ZipArchive): boolean {
  return zip.names.includes("xl/workbook.xml");
}

/**
 * Reads the record sheets, in the workbook's order, as one table.
 * Errors: E_TRACE_BAD_XLSX, E_TRACE_BAD_ZIP, E_TRACE_TOO_LARGE, E_TRACE_UNKNOWN_DIALECT (no record sheet).
 */
export function readWorkbook(zip: ZipArchive, path: string): Sheet & { readonly evidence: string } {
  const all = sheets(zip, path);
  const records = all.filter(({ name }) => RECORD_SHEET.test(name));
  const names = (list: typeof all) => list.map(({ name }) => JSON.stringify(name)).join(", ");
  if (records.length === 0)
    throw new BetaguardError(
      "E_TRACE_UNKNOWN_DIALECT",
      `${path}: expected a Neware workbook with a sheet "record", found the sheets ${names(all)}; save the sheet with the records as CSV`,
    );
  const strings = sharedStrings(zip, path);
  const [first, ...others] = records.map(({ member }) => readSheet(zip, member, strings, path));
  const { header } = first as Sheet;
  for (const other of others)
    if (other.header.join("\n") !== header.join("\n"))
      throw new BetaguardError(
        "E_TRACE_BAD_XLSX",
        `${path}: expected the sheets ${names(records)} to have the same columns, found that they differ; export the test again`,
      );
  const rows = [...((first as Sheet).rows as string[][])];
  const lines = [...(first as Sheet).lines];
  for (const other of others) {
    for (const row of other.rows) rows.push(row as string[]);
    for (const line of other.lines) lines.push(line);
  }
  return {
    header,
    rows,
    lines,
    evidence: `workbook: rows from ${names(records)} of its sheets ${names(all)}`,
  };
}

/** XML of a member through scanXml, with its errors coded. */
function scan(zip: ZipArchive, member: string, path: string, handler: Parameters<typeof scanXml>[1]): void {
  const bytes = zip.read(member);
  try {
    scanXml(new TextDecoder("utf-8", { fatal: true }).decode(bytes), handler);
  } catch (error) {
    throw bad(path, member, (error as Error).message, error);
  }
}

function bad(path: string, member: string, found: string, cause?: unknown): BetaguardError {
  return new BetaguardError(
    "E_TRACE_BAD_XLSX",
    `${path}: expected a whole workbook, found ${found} in ${member}; open and save it again`,
    { cause },
  );
}

function sheets(zip: ZipArchive, path: string): { name: string; member: string }[] {
  const targets = new Map<string, string>();
  const relations = "xl/_rels/workbook.xml.rels";
  scan(zip, relations, path, {
    open(name, attributes) {
      const target = xmlAttribute(attributes, "Target") ?? "";
      if (name === "Relationship")
        targets.set(
          xmlAttribute(attributes, "Id") ?? "",
          target.startsWith("/") ? target.slice(1) : `xl/${target}`,
        );
    },
  });
  const found: { name: string; member: string }[] = [];
  scan(zip, "xl/workbook.xml", path, {
    open(name, attributes) {
      if (name !== "sheet") return;
      const member = targets.get(xmlAttribute(attributes, "r:id") ?? "");
      found.push({ name: xmlAttribute(attributes, "name") ?? "", member: member ?? "" });
    },
  });
  return found;
}

function sharedStrings(zip: ZipArchive, path: string): string[] {
  const strings: string[] = [];
  const member = "xl/sharedStrings.xml";
  if (!zip.names.includes(member)) return strings;
  let current = "";
  let inText = false;
  let inPhonetic = false;
  scan(zip, member, path, {
    open(name) {
      if (name === "si") current = "";
      else if (name === "rPh") inPhonetic = true;
      else if (name === "t") inText = true;
    },
    text(text) {
      if (inText && !inPhonetic) current += text;
    },
    close(name) {
      if (name === "si") strings.push(current);
      else if (name === "rPh") inPhonetic = false;
      else if (name === "t") inText = false;
    },
  });
  return strings;
}

function readSheet(zip: ZipArchive, member: string, strings: readonly string[], path: string): Sheet {
  let header: string[] | undefined;
  const rows: string[][] = [];
  const lines: number[] = [];
  let cells: string[] = [];
  let line = 0;
  let column = -1;
  let type = "";
  let value = "";
  let inValue = false;
  const finishCell = () => {
    const text = type === "s" ? strings[value === "" ? -1 : Number(value)] : value;
    if (text === undefined) throw new Error(`a cell in row ${line} with the unknown shared string ${value}`);
    // One place for whatever stands past the header: the row check only needs to see that something does.
    const at = header ? Math.min(column, header.length) : column;
    if (text === "" || at < 0) return;
    while (cells.length < at) cells.push("");
    cells[at] = text;
  };
  const finishRow = () => {
    if (cells.every((cell) => cell.trim() === "")) return;
    if (!header) header = cells.map((cell) => cell.trim());
    else {
      while (cells.length < header.length) cells.push("");
      rows.push(cells);
      lines.push(line);
    }
  };
  scan(zip, member, path, {
    open(name, attributes) {
      if (name === "row") {
        cells = [];
        column = -1;
        line = Number(xmlAttribute(attributes, "r") ?? line + 1);
        if (!(Number.isInteger(line) && line <= MAX_ROWS && rows.length < MAX_ROWS))
          throw new Error(`the row number ${line} (at most ${MAX_ROWS})`);
      } else if (name === "c") {
        const reference = xmlAttribute(attributes, "r");
        const next = reference === undefined ? column + 1 : columnIndex(reference);
        if (next <= column) throw new Error(`the cell ${reference} behind its place in row ${line}`);
        column = next;
        type = xmlAttribute(attributes, "t") ?? "n";
        value = "";
      } else if (name === "v" || name === "t") inValue = true;
    },
    text(text) {
      if (inValue) value += text;
    },
    close(name) {
      if (name === "v" || name === "t") inValue = false;
      else if (name === "c") finishCell();
      else if (name === "row") finishRow();
    },
  });
  if (!header) throw bad(path, member, "no column names");
  return { header, rows, lines };
}

/** 0-based column of a cell reference: "A1" is 0, "AB7" is 27. */
function columnIndex(reference: string): number {
  const letters = /^([A-Z]{1,3})\d+$/.exec(reference)?.[1];
  if (letters === undefined) throw new Error(`the cell reference ${JSON.stringify(reference.slice(0, 20))}`);
  let index = 0;
  for (const letter of letters) index = index * 26 + letter.charCodeAt(0) - 64;
  if (index > MAX_COLUMNS) throw new Error(`the cell reference ${reference}`);
  return index - 1;
}
