/** Arbin: the old unit-less CSV, MITS Pro's CSV, and BatteryArchive's export of Arbin tests. Current is signed in all. */
import {
  defined,
  findAll,
  findCapacities,
  findColumn,
  findScaled,
  openTable,
  required,
  requiredCurrent,
} from "./header.js";
import type { Accumulator, Evidence, Reader, Recording } from "./reader.js";
import { headerCells, headerDelimiter, type Source } from "./table.js";

const TIME = /^Test[_ ]Time(?:\s*\((.+)\))?$/;
const CURRENT = /^Current(?:\s*\((.+)\))?$/;
const VOLTAGE = /^Voltage(?:\s*\((.+)\))?$/;
const CYCLE = /^Cycle[_ ]Index$/;
const COUNTERS: readonly [RegExp, Accumulator["counts"]][] = [
  [/^Charge[_ ]Capacity(?:\s*\((.+)\))?$/, "charge"],
  [/^Discharge[_ ]Capacity(?:\s*\((.+)\))?$/, "discharge"],
];

function detect(source: Source): Evidence | null {
  const line = source.head[0] ?? "";
  const names = headerCells(line, headerDelimiter(line));
  const has = (pattern: RegExp) => names.some((name) => pattern.test(name));
  if (![TIME, CURRENT, VOLTAGE, CYCLE].every(has)) return null;
  const dialect = !names.includes("Test_Time")
    ? names.includes("Test_Time (s)")
      ? "arbin-batteryarchive"
      : "arbin-mits"
    : "arbin-old";
  const reasons = [
    `line 1 has Arbin's ${names.filter((name) => TIME.test(name) || CYCLE.test(name)).join(" and ")}`,
  ];
  return { dialect, strength: "columns", reasons, headerIndex: 0 };
}

async function read(source: Source, evidence: Evidence): Promise<Recording> {
  const { table, header } = await openTable(source, evidence);
  const surface = /^(?:Temperature|Cell_Temperature)(?:\s*\(.+\))?$/;
  const auxiliary = /^Aux_Temperature_?\d+(?:\s*\(.+\))?$/;
  const ambient = /^Environment_Temperature(?:\s*\(.+\))?$/;
  return {
    table,
    evidence: evidence.dialect === "arbin-old" ? ["units: s, A, V, Ah by Arbin's definition"] : [],
    warnings: [],
    time: required(findScaled(header, TIME, "time", "s"), "`Test_Time` or `Test Time (s)`", header),
    current: [
      requiredCurrent(findScaled(header, CURRENT, "current", "A"), "`Current` or `Current (A)`", header),
    ],
    sign: "signed",
    temperatures: [surface, auxiliary, ambient].flatMap((pattern) => findAll(header, pattern)),
    accumulators: findCapacities(header, COUNTERS, "Ah"),
    ...defined({
      voltage: findScaled(header, VOLTAGE, "voltage", "V"),
      stepTime: findScaled(header, /^Step[_ ]Time(?:\s*\((.+)\))?$/, "time", "s"),
      wallClock: findColumn(header, /^Date[_ ]?Time$/),
      cycle: findColumn(header, CYCLE),
      step: findColumn(header, /^Step[_ ]Index$/),
    }),
  };
}

export const arbin: Reader = {
  format: "arbin",
  expects: "`Test_Time`, `Current`, `Voltage`, `Cycle_Index` with or without units in line 1",
  detect,
  read,
};
