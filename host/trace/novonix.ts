/** Novonix HPC and UHPC: `[Summary]`, `[Protocol]` and `[Data]` blocks; a resumed test has several of them. */
import { BetaguardError } from "../errors.js";
import {
  defined,
  findAll,
  findCapacities,
  findColumn,
  findScaled,
  required,
  requiredCurrent,
} from "./header.js";
import type { Evidence, Reader, Recording } from "./reader.js";
import { headerCells, type Source, type Table, textTable } from "./table.js";
import type { Section } from "./tokenise.js";

function detect(source: Source): Evidence | null {
  if (source.head[0]?.trim() !== "[Summary]") return null;
  const reasons = ["line 1 is [Summary]"];
  // A protocol can be longer than the lines looked at here: the blocks are found in the text.
  return { dialect: "novonix", strength: "signature", reasons, headerIndex: 0 };
}

async function read(source: Source): Promise<Recording> {
  const blocks = await dataBlocks(source);
  const table = await joined(source, blocks);
  const header = { names: table.header, path: source.path };
  return {
    table,
    evidence:
      blocks.length === 1 ? [] : [`rows: ${blocks.length} [Data] blocks of a resumed test, in file order`],
    warnings: [],
    time: required(findScaled(header, /^Run Time \((.+)\)$/, "time"), "`Run Time (h)`", header),
    current: [requiredCurrent(findScaled(header, /^Current \((.+)\)$/, "current"), "`Current (A)`", header)],
    sign: "signed",
    temperatures: findAll(header, /^Temperature \(.*\)$/),
    // It falls on discharge and runs on through the steps.
    accumulators: findCapacities(header, [[/^Capacity \((.+)\)$/, "net"]]),
    ...defined({
      voltage: findScaled(header, /^Potential \((.+)\)$/, "voltage"),
      stepTime: findScaled(header, /^Step Time \((.+)\)$/, "time"),
      wallClock: findColumn(header, /^Date and Time$/),
      cycle: findColumn(header, /^Cycle Number$/),
      step: findColumn(header, /^Step Number$/),
    }),
  };
}

interface Block {
  readonly header: readonly string[];
  readonly rows: Section;
}

/** The `[Data]` blocks: where their rows are and what heads them. Errors: E_TRACE_BAD_VALUES. */
async function dataBlocks(source: Source): Promise<Block[]> {
  const marks: { readonly mark: string; readonly line: number }[] = [];
  const headers = new Map<number, { readonly names: string; readonly line: number }>();
  let isHeader = false;
  const lines = await textTable(source, [], "", [{ from: 0, to: Number.POSITIVE_INFINITY }]);
  await lines.scan((row) => {
    const line = row.text(0).trim();
    if (isHeader) headers.set(marks.length - 1, { names: line, line: row.line });
    if (line === "[Summary]" || line === "[Data]") marks.push({ mark: line, line: row.line });
    isHeader = line === "[Data]";
    return true;
  });
  const alternate = marks.every(({ mark }, k) => mark === (k % 2 === 0 ? "[Summary]" : "[Data]"));
  if (!alternate || marks.length % 2 !== 0)
    throw new BetaguardError(
      "E_TRACE_BAD_VALUES",
      `${source.path}: expected a [Data] after each [Summary], found ${marks.map(({ mark, line }) => `${mark} in line ${line}`).join(", ")}; export the test again`,
    );
  return marks.flatMap(({ mark, line }, k) => {
    if (mark !== "[Data]") return [];
    const header = headers.get(k) ?? { names: "", line };
    // 0-based: from past the header up to the next mark.
    const rows = { from: header.line, to: (marks[k + 1]?.line ?? Number.POSITIVE_INFINITY) - 1 };
    return [{ header: headerCells(header.names, ","), rows }];
  });
}

/** Errors: E_TRACE_BAD_VALUES. */
function joined(source: Source, blocks: readonly Block[]): Promise<Table> {
  const header = blocks[0]?.header ?? [];
  const names = header.join();
  const other = blocks.find((block) => block.header.join() !== names);
  if (other)
    throw new BetaguardError(
      "E_TRACE_BAD_VALUES",
      `${source.path}: expected the same columns in every [Data] block, found ${names} and ${other.header.join()}; split the file`,
    );
  return textTable(
    source,
    header,
    ",",
    blocks.map(({ rows }) => rows),
  );
}

export const novonix: Reader = {
  format: "novonix",
  expects: "`[Summary]` in line 1, then `[Data]` with `Run Time (h)`, `Current (A)`, `Potential (V)`",
  detect,
  read,
};
