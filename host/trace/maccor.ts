/** Maccor text exports (tab: `Amps`/`State`, or `Current [A]`/`Md`) and the comma CSV. Most write magnitudes only. */
import {
  defined,
  findCapacities,
  findColumn,
  findHeader,
  findScaled,
  findTime,
  openTable,
  required,
  requiredCurrent,
} from "./header.js";
import type { Evidence, Reader, Recording, ScaledColumn } from "./reader.js";
import { headerCells, headerDelimiter, type Source, type Table } from "./table.js";

const TIME = /^Test(?: ?Time| ?(?=\())(?: ?\((.+)\))?$/;
const STEP_TIME = /^Step(?: ?Time| ?(?=\())(?: ?\((.+)\))?$/;
const CURRENT = /^(?:Amps|Current(?: ?[[(](.+)[\])])?)$/;
const VOLTAGE = /^(?:Volts|Voltage(?: ?[[(](.+)[\])])?)$/;
const CAPACITY = /^(?:Amp-hr|Cap(?:\.|acity)(?: ?[[(](.+)[\])])?)$/;
const WALL_CLOCK = /^DPt Time$/i;

function detect(source: Source): Evidence | null {
  const headerIndex = findHeader(source, [TIME, CURRENT, VOLTAGE, WALL_CLOCK]);
  if (headerIndex === -1) return null;
  const line = source.head[headerIndex] ?? "";
  const delimiter = headerDelimiter(line);
  const names = headerCells(line, delimiter);
  const dialect =
    delimiter === "," ? "maccor-csv" : names.includes("Amps") ? "maccor-text-a" : "maccor-text-b";
  const reasons = [
    `line ${headerIndex + 1} has Maccor's ${names.find((name) => WALL_CLOCK.test(name))} beside current and voltage`,
  ];
  return { dialect, strength: "columns", reasons, headerIndex };
}

async function read(source: Source, evidence: Evidence): Promise<Recording> {
  const { table, header } = await openTable(source, evidence);
  const index = (pattern: RegExp) => findColumn(header, pattern);
  return {
    table,
    evidence: [],
    warnings: [],
    time: required(findTime(header, TIME), "`TestTime` or `Test (Sec)`", header),
    current: [
      requiredCurrent(findScaled(header, CURRENT, "current", "A"), "`Amps` or `Current [A]`", header),
    ],
    sign: "maybe-unsigned",
    temperatures: temperatures(table),
    accumulators: findCapacities(header, [[CAPACITY, "throughput"]], "Ah"),
    ...defined({
      voltage: findScaled(header, VOLTAGE, "voltage", "V"),
      stepTime: findTime(header, STEP_TIME),
      wallClock: index(WALL_CLOCK),
      state: index(/^(?:State|Md)$/),
      cycle: index(/^Cyc#$/) ?? index(/^Cycle C$/) ?? index(/^Cycle P$/),
      step: index(/^Step$/),
    }),
  };
}

/** `Temp 1`, and `Aux #1` where the Units column beside it says °C. */
function temperatures({ header, sample }: Table): ScaledColumn[] {
  return header.flatMap((name, index) => {
    const auxiliary = /^Aux #\d+$/.test(name) && /^\s*.?C\s*$/.test(sample[0]?.cells[index + 1] ?? "");
    return auxiliary || /^Temp \d+$/.test(name) ? [{ index, scale: 1 }] : [];
  });
}

export const maccor: Reader = {
  format: "maccor",
  expects:
    "`TestTime` or `Test (Sec)`, `Amps` or `Current [A]`, `Volts` or `Voltage [V]`, `DPt Time` within the first lines",
  detect,
  read,
};
