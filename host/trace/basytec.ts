/** Basytec result files: lines that begin with `~`, the last of them the column names, then tab-separated rows. */
import {
  defined,
  findAll,
  findCapacities,
  findColumn,
  findScaled,
  findTime,
  required,
  requiredCurrent,
} from "./header.js";
import type { Evidence, Reader, Recording } from "./reader.js";
import { readTable, type Source } from "./table.js";

const SIGNATURE = /^~Resultfile from Basytec/i;

function detect(source: Source): Evidence | null {
  const first = (source.head[0] ?? "").trim();
  if (!SIGNATURE.test(first)) return null;
  const headerIndex = source.head.findIndex((line) => /^~Time(?:\[[^\]]*\])?\t/.test(line));
  return {
    dialect: "basytec",
    strength: "signature",
    reasons: [`line 1 is ${JSON.stringify(first)}`],
    headerIndex: Math.max(headerIndex, 0),
  };
}

async function read(source: Source, evidence: Evidence): Promise<Recording> {
  const { header: names, ...table } = await readTable(source, evidence.headerIndex, "\t");
  const header = { names: names.map((name) => name.replace(/^~/, "")), path: source.path };
  return {
    table: { ...table, header: header.names },
    evidence: [],
    warnings: [],
    time: required(findTime(header, /^Time(?:\[(.+)\])?$/), "`Time[s]` or `Time[h]`", header),
    current: [requiredCurrent(findScaled(header, /^I\[(.+)\]$/, "current"), "`I[A]`", header)],
    sign: "signed",
    // The degree sign is often destroyed.
    temperatures: findAll(header, /^T\d+\[.{0,3}C\]$/),
    accumulators: findCapacities(
      header,
      [
        [/^Ah-Cyc-Charge$/, "charge"],
        [/^Ah-Cyc-Discharge$/, "discharge"],
        [/^Ah\[(.+)\]$/, "net"],
      ],
      "Ah",
    ),
    ...defined({
      voltage: findScaled(header, /^U\[(.+)\]$/, "voltage"),
      stepTime: findTime(header, /^t-Step\[(.+)\]$/),
      wallClock: findColumn(header, /^DateTime$/),
      state: findColumn(header, /^Command$/),
      cycle: findColumn(header, /^Cyc-Count$/),
      step: findColumn(header, /^Line$/),
    }),
  };
}

export const basytec: Reader = {
  format: "basytec",
  expects: "`~Resultfile from Basytec` in line 1, then tab-separated `~Time[s]`, `I[A]`, `U[V]`",
  detect,
  read,
};
