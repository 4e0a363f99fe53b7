/** BioLogic EC-Lab and BT-Lab text exports (.mpt, .txt), with or without their preamble, any technique with a current. */
import { defined, findAll, findColumn, findScaled, required, requiredCurrent } from "./header.js";
import type { Accumulator, Evidence, Reader, Recording } from "./reader.js";
import type { Row } from "./row.js";
import { headerCells, readTable, type Source } from "./table.js";
import { readNumber } from "./units.js";

const SIGNATURE = /^(?:EC|BT)-Lab ASCII FILE/;
/** The full cell's voltage where it was measured, else the working electrode's. */
const VOLTAGES = [/^Ecell\/(.+)$/, /^Ewe-Ece\/(.+)$/, /^<?Ewe>?\/(m?V)>?$/];

function detect(source: Source): Evidence | null {
  const headerIndex = source.head.findIndex((line) => headerCells(line, "\t").includes("time/s"));
  if (SIGNATURE.test(source.head[0] ?? "")) {
    const reasons = [`line 1 is ${JSON.stringify((source.head[0] ?? "").trim())}`];
    return {
      dialect: "biologic-preamble",
      strength: "signature",
      reasons,
      headerIndex: Math.max(headerIndex, 0),
    };
  }
  if (
    headerIndex !== 0 ||
    !headerCells(source.head[0] ?? "", "\t").some((name) => VOLTAGES.some((v) => v.test(name)))
  )
    return null;
  const reasons = ["line 1 has BioLogic's time/s and a potential"];
  return { dialect: "biologic-headerless", strength: "columns", reasons, headerIndex };
}

async function read(source: Source, evidence: Evidence): Promise<Recording> {
  const table = await readTable(source, evidence.headerIndex, "\t");
  const header = { names: table.header, path: source.path };
  const index = (pattern: RegExp) => findColumn(header, pattern);
  const time = required(index(/^time\/s$/), "`time/s`", header);
  const instantaneous = findScaled(header, /^I\/(.+)$/, "current");
  const current = requiredCurrent(
    instantaneous ?? findScaled(header, /^<I>\/(.+)$/, "current"),
    "`I/mA` or `<I>/mA`",
    header,
  );
  const frequency = index(/^freq\/Hz$/);
  const count = source.head
    .slice(0, evidence.headerIndex)
    .join("\n")
    .match(/Nb header lines\s*:\s*(\d+)/)?.[1];
  const net = findScaled(header, /^\(Q-Qo\)\/(.+)$/, "capacity");
  const counters: Accumulator[] = net ? [{ ...net, counts: "net", quantity: "capacity" }] : [];
  return {
    table,
    evidence: instantaneous ? [] : ["current: <I>, averaged by the instrument over each interval"],
    warnings:
      count !== undefined && Number(count) !== evidence.headerIndex + 1
        ? [
            `header: ${count} header lines announced, the column names stand in line ${evidence.headerIndex + 1}`,
          ]
        : [],
    time: { index: time, scale: 1 },
    current: [current],
    sign: "signed",
    // The degree sign is often destroyed.
    temperatures: findAll(header, /^Temperature\/.{0,3}C$/),
    // Checked against (Q-Qo): docs/traces.md.
    firstRowStartsStep: true,
    accumulators: counters,
    ...defined({
      voltage: VOLTAGES.map((pattern) => findScaled(header, pattern, "voltage")).find((column) => column),
      cycle: index(/^cycle number$/),
      step: index(/^Ns$/),
      excluded:
        frequency === undefined
          ? undefined
          : {
              rule: "impedance point (freq/Hz > 0)",
              column: frequency,
              test: (row: Row) => readNumber(row.text(frequency).replace(",", "."), ".") > 0,
            },
    }),
  };
}

export const biologic: Reader = {
  format: "biologic",
  expects: "`EC-Lab ASCII FILE` or `BT-Lab ASCII FILE` in line 1, or tab-separated `time/s`, `Ewe/V`, `I/mA`",
  detect,
  read,
};
