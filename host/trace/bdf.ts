/** BDF, the Battery Data Format: `Quantity / unit` labels or machine names, in CSV, gzip or Parquet. */
import { BetaguardError } from "../errors.js";
import { defined, required, requiredCurrent } from "./header.js";
import type { Accumulator, Evidence, Reader, Recording, ScaledColumn } from "./reader.js";
import { headerCells, headerDelimiter, readTable, type Source } from "./table.js";
import { type Quantity, unitScale } from "./units.js";

interface Label {
  /** Lower-case words: "test time". */
  readonly quantity: string;
  readonly unit: string;
}

/** Quantities this project uses; legacy and misspelt names found in published files lead to the same. */
const QUANTITIES: Readonly<Record<string, string>> = {
  "test time": "test time",
  voltage: "voltage",
  current: "current",
  "unix time": "unix time",
  "date time": "unix time",
  "cycle count": "cycle",
  cycle: "cycle",
  "step count": "step count",
  "step index": "step index",
  "step id": "step id",
  "step type": "step type",
  "step time": "step time",
  "surface temperature": "surface temperature",
  "ambient temperature": "ambient temperature",
  ...Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`temperature t${n}`, `temperature t${n}`])),
  "surface pressure": "surface pressure",
  "applied pressure": "applied pressure",
  "charging capacity": "charging capacity",
  "charge capacity": "charging capacity",
  "discharging capacity": "discharging capacity",
  "discharge capacity": "discharging capacity",
  "charging energy": "charging energy",
  "charge energy": "charging energy",
  "discharging energy": "discharging energy",
  "discharge energy": "discharging energy",
};

/** Counts and types carry no unit; of anything else a bare word ("current") is nobody's label in particular. */
const UNITLESS = /^(?:cycle|step count|step index|step id|step type)$/;

/** `Test Time / s`, `test_time_second`, `Step Type`; null for a column that is not BDF's. */
function parseLabel(name: string): Label | null {
  const preferred = /^(.+?)\s+\/\s+(\S+)$/.exec(name);
  if (preferred?.[1] && preferred[2]) {
    const quantity = QUANTITIES[preferred[1].toLowerCase()];
    return quantity === undefined ? null : { quantity, unit: preferred[2] };
  }
  const bare = QUANTITIES[name.toLowerCase()];
  if (bare !== undefined && UNITLESS.test(bare)) return { quantity: bare, unit: "" };
  if (name !== name.toLowerCase()) return null;
  const words = name.split("_");
  for (let length = words.length - 1; length > 0; length--) {
    const quantity = QUANTITIES[words.slice(0, length).join(" ")];
    if (quantity !== undefined) return { quantity, unit: words.slice(length).join("_") };
  }
  return null;
}

/**
 * The quantity that the reader would take a column for, `vendor` for those it takes from Arbin's own names, undefined
 * for a name that is not its business.
 */
export function claimedQuantity(name: string): string | undefined {
  return name === ARBIN_CURRENT || ARBIN_COUNTERS.some(([counter]) => counter === name)
    ? "vendor"
    : parseLabel(name)?.quantity;
}

const REQUIRED = ["test time", "voltage", "current"];

function detect(source: Source): Evidence | null {
  const line = source.head[0] ?? "";
  const names = headerCells(line, headerDelimiter(line));
  const labels = names.map(parseLabel);
  const found = REQUIRED.filter((quantity) => labels.some((label) => label?.quantity === quantity));
  if (found.length < 2) return null;
  const preferred = names.some((name, k) => labels[k] && name.includes(" / "));
  return {
    dialect: preferred ? "bdf-labels" : "bdf-machine-names",
    strength: "signature",
    reasons: [`line 1 has BDF labels for ${found.join(", ")}`],
    headerIndex: 0,
  };
}

async function read(source: Source, evidence: Evidence): Promise<Recording> {
  const { path } = source;
  const table = await readTable(source, evidence.headerIndex, headerDelimiter(source.head[0] ?? ""));
  const header = { names: table.header, path };
  const labels = table.header.map(parseLabel);
  const warnings: string[] = [];

  const all = (quantity: string) =>
    labels.flatMap((label, index) => (label?.quantity === quantity ? [index] : []));
  /** The column in the base unit where one quantity is given in several. */
  const scaled = (quantity: string, kind: Quantity, optional = true): ScaledColumn | undefined => {
    const columns = all(quantity).map((index) => ({
      index,
      scale: unitScale(kind, labels[index]?.unit ?? ""),
    }));
    const known = columns.filter((column): column is ScaledColumn => column.scale !== undefined);
    const name = JSON.stringify(table.header[columns[0]?.index ?? -1]);
    if (columns.length > 0 && known.length === 0) {
      const message = `expected a unit of ${kind} in the column name ${name}, found none that is known`;
      if (!optional)
        throw new BetaguardError("E_TRACE_UNKNOWN_UNIT", `${path}: ${message}; correct the header`);
      warnings.push(`${message}; column not used`);
    }
    const best = known.find(({ scale }) => scale === 1) ?? known[0];
    if (best && known.filter(({ scale }) => scale === best.scale).length > 1)
      throw new BetaguardError(
        "E_TRACE_DUPLICATE_COLUMN",
        `${path}: expected one column ${name}, found several; remove the wrong one`,
      );
    return best;
  };
  const counter = (
    quantity: string,
    counts: "charge" | "discharge",
    of: "capacity" | "energy",
  ): Accumulator[] => {
    const column = scaled(quantity, of);
    return column ? [{ ...column, counts, quantity: of }] : [];
  };

  const current = requiredCurrent(scaled("current", "current", false), "`Current / A`", header);
  const vendor = vendorColumns(table.header);
  const temperatures = [
    "surface temperature",
    ...[1, 2, 3, 4, 5].map((n) => `temperature t${n}`),
    "ambient temperature",
  ];
  return {
    table,
    evidence: [],
    warnings,
    time: required(scaled("test time", "time", false), "`Test Time / s`", header),
    voltage: required(scaled("voltage", "voltage", false), "`Voltage / V`", header),
    current: vendor ? [current, vendor.current] : [current],
    sign: "signed",
    temperatures: temperatures.flatMap((quantity) => scaled(quantity, "temperature") ?? []),
    accumulators: [
      ...counter("charging capacity", "charge", "capacity"),
      ...counter("discharging capacity", "discharge", "capacity"),
      ...counter("charging energy", "charge", "energy"),
      ...counter("discharging energy", "discharge", "energy"),
      ...(vendor?.accumulators ?? []),
    ],
    ...defined({
      wallClock: all("unix time")[0],
      stepTime: scaled("step time", "time"),
      state: all("step type")[0],
      surfacePressure: scaled("surface pressure", "pressure"),
      appliedPressure: scaled("applied pressure", "pressure"),
      cycle: all("cycle")[0],
      step: ["step count", "step index", "step id"].flatMap(all)[0],
    }),
  };
}

const ARBIN_CURRENT = "Current";
const ARBIN_COUNTERS: readonly [string, Accumulator["counts"], Accumulator["quantity"]][] = [
  ["Charge_Capacity", "charge", "capacity"],
  ["Discharge_Capacity", "discharge", "capacity"],
  ["Charge_Energy", "charge", "energy"],
  ["Discharge_Energy", "discharge", "energy"],
];

/** Arbin's own columns, in A, Ah and Wh, where a converter left them beside the BDF ones. */
function vendorColumns(
  names: readonly string[],
): { current: ScaledColumn; accumulators: Accumulator[] } | undefined {
  const index = names.indexOf(ARBIN_CURRENT);
  if (index === -1) return undefined;
  const accumulators = ARBIN_COUNTERS.flatMap(([name, counts, quantity]): Accumulator[] => {
    const at = names.indexOf(name);
    return at === -1 ? [] : [{ index: at, scale: 1, counts, quantity }];
  });
  return { current: { index, scale: 1 }, accumulators };
}

export const bdf: Reader = {
  format: "bdf",
  expects: "`Test Time / s`, `Voltage / V`, `Current / A` or their machine names in line 1",
  detect,
  read,
};
