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
import { readTable, type Source, type Table } from "./table.js";

function detect(source: Source): Evidence | null {
  if (source.head[0]?.trim() !== "[Summary]") return null;
  const reasons = ["line 1 is [Summary]"];
  // A protocol can be longer than the lines looked at here: the blocks are found in the text.
  return { dialect: "novonix", strength: "signature", reasons, headerIndex: 0 };
}

function read(source: Source): Recording {
  const blocks = dataBlocks(source);
  const table = joined(blocks, source.path);
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

/** Each `[Data]` block's table, with the lines of the whole file. Errors: E_TRACE_BAD_VALUES. */
function dataBlocks(source: Source): Table[] {
  const lines = source.text.split(/\r\n|\n|\r/);
  const marks = lines.flatMap((line, index) => {
    const mark = line.trim();
    return mark === "[Summary]" || mark === "[Data]" ? [{ mark, index }] : [];
  });
  const alternate = marks.every(({ mark }, k) => mark === (k % 2 === 0 ? "[Summary]" : "[Data]"));
  if (!alternate || marks.length % 2 !== 0)
    throw new BetaguardError(
      "E_TRACE_BAD_VALUES",
      `${source.path}: expected a [Data] after each [Summary], found ${marks.map(({ mark, index }) => `${mark} in line ${index + 1}`).join(", ")}; export the test again`,
    );
  return marks.flatMap(({ mark, index }, k) => {
    if (mark !== "[Data]") return [];
    const first = index + 1;
    const block = lines.slice(first, marks[k + 1]?.index);
    const table = readTable({ ...source, text: block.join("\n"), head: block.slice(0, 1) }, 0, ",");
    return [{ ...table, lines: table.lines.map((line) => line + first) }];
  });
}

function joined(blocks: readonly Table[], path: string): Table {
  const first = blocks[0] as Table;
  const names = first.header.join();
  const other = blocks.find(({ header }) => header.join() !== names);
  if (other)
    throw new BetaguardError(
      "E_TRACE_BAD_VALUES",
      `${path}: expected the same columns in every [Data] block, found ${names} and ${other.header.join()}; split the file`,
    );
  return {
    ...first,
    rows: blocks.flatMap(({ rows }) => rows),
    lines: blocks.flatMap(({ lines }) => lines),
  };
}

export const novonix: Reader = {
  format: "novonix",
  expects: "`[Summary]` in line 1, then `[Data]` with `Run Time (h)`, `Current (A)`, `Potential (V)`",
  detect,
  read,
};
