/**
 * Neware NDAX: a ZIP of `.ndc` files. Versions 14 and 17 keep voltage and current of every row in `data.ndc`, and
 * times and capacities only where the logging interval changed (`data_runInfo.ndc`, the stamps): between two stamps
 * the interval of the earlier one repeats. Version 2 keeps whole rows. Layouts were worked out from recorded files
 * and the cycler's own exports of them; docs/traces.md says how exactly they agree.
 */
import { BetaguardError } from "../errors.js";
import { findAll } from "./header.js";
import { NDC_TYPE, type NdcRecords, readNdc } from "./ndc.js";
import type { Evidence, Reader, Recording } from "./reader.js";
import { TextRow } from "./row.js";
import { makeTable, type Scan, type Source, type Table } from "./table.js";
import { scanXml, xmlAttribute } from "./xml.js";
import type { ZipArchive } from "./zip.js";

const DATA = "data.ndc";
const STAMPS = "data_runInfo.ndc";
const STEPS = "data_step.ndc";
const TEST_INFO = "TestInfo.xml";

/** The archive is unpacked in memory: more rows would not fit beside their trace. */
const MAX_ROWS = 6_000_000;

const STEP_TYPES: Readonly<Record<number, string>> = {
  ...{ 1: "CC Chg", 2: "CC DChg", 3: "CV Chg", 4: "Rest", 5: "Cycle", 7: "CCCV Chg", 8: "CP DChg" },
  ...{ 9: "CP Chg", 10: "CR DChg", 13: "Pause", 16: "Pulse", 17: "SIM", 18: "PCCCV Chg", 19: "CV DChg" },
  ...{ 20: "CCCV DChg", 21: "Control", 22: "OCV", 25: "Ramp", 26: "CPCV DChg", 27: "CPCV Chg" },
};

/**
 * Version 2 counts current and charge in units that follow from the range in mA (its sign tells the device family).
 * mA per count, by range; a range that is not listed is refused.
 */
const RANGE_UNITS_mA: ReadonlyMap<number, number> = new Map(
  (
    [
      [1e-5, [-5, -2, -1]],
      [1e-4, [-50, -25, -20, -10, 1, 2, 5]],
      [1e-3, [-500, -100, 10, 20, 25, 50]],
      [1e-2, [-1e3, -2e3, -3e3, -5e3, -6e3, -1e4, -1.2e4, -2e4, -3e4, -4e4, -5e4, -6e4, -1e5, -2e5]],
      [1e-2, [100, 200, 250, 500]],
      [1e-1, [1e3, 6e3, 1e4, 1.2e4, 2e4, 3e4, 4e4, 5e4, 6e4, 1e5, 2e5]],
      [10, [-1e8]],
    ] as const
  ).flatMap(([unit, ranges]) => ranges.map((range): [number, number] => [range, unit])),
);

/** Auxiliary channels of versions 14 and 17, by ChlType in TestInfo.xml. */
const AUX_KINDS: ReadonlyMap<number, (id: string) => string> = new Map([
  [103, (id) => `T${id}(degC)`],
  [335, (id) => `t${id}(degC, set-point)`],
  [345, (id) => `H${id}(%)`],
]);

const HEADER = [
  ...["DataPoint", "Cycle Index", "Step Index", "Step Count", "Step Type", "Time(s)", "Total Time(s)"],
  ...["Current(A)", "Voltage(V)", "Chg. Cap.(Ah)", "DChg. Cap.(Ah)", "Date(unix s)"],
];
const COLUMN = Object.fromEntries(HEADER.map((name, index) => [name, index]));
const at = (name: string) => COLUMN[name] as number;
const STEP_TYPE = at("Step Type");

interface Point {
  readonly index: number;
  readonly cycle: number;
  readonly stepIndex: number;
  readonly stepCount: number;
  readonly stepType: number;
  readonly stepTime_ms: number;
  readonly current_A: number;
  readonly voltage_V: number;
  /** As the cycler counted it, carried forward between stamps. */
  readonly charge_Ah: number;
  readonly discharge_Ah: number;
  readonly unix_ms: number;
}

/** Every row, worked out anew each time: only the archive's own bytes stay in memory. */
type Points = () => Iterable<Point>;

interface AuxColumn {
  readonly name: string;
  readonly values: ReadonlyMap<number, number>;
}

function detect({ zip }: Source): Evidence | null {
  if (!zip?.names.includes(DATA)) return null;
  const reasons = [`a ZIP archive with ${DATA}`];
  return { dialect: "neware-ndax", strength: "signature", reasons, headerIndex: 0 };
}

/** Errors: E_TRACE_BAD_NDAX, E_TRACE_NDAX_VERSION, E_TRACE_NO_ROWS, E_TRACE_TOO_LARGE, E_TRACE_BAD_ZIP. */
async function read(source: Source): Promise<Recording> {
  const { path, zip } = source as Source & { zip: ZipArchive };
  const open = (name: string, type: Parameters<typeof readNdc>[1]) => {
    if (!zip.names.includes(name))
      throw bad(path, `expected a member ${name}, found ${zip.names.join(", ")}`);
    return readNdc(zip.read(name), type, `${path}: ${name}`);
  };
  const data = open(DATA, NDC_TYPE.data);
  if (data.offsets.length === 0)
    throw new BetaguardError(
      "E_TRACE_NO_ROWS",
      `${path}: expected recorded rows in ${DATA}, found none: the test was stopped before its first record`,
    );
  if (data.offsets.length > MAX_ROWS)
    throw new BetaguardError(
      "E_TRACE_TOO_LARGE",
      `${path}: expected at most ${MAX_ROWS} rows, found ${data.offsets.length}; split the test into several files`,
    );
  const version = `ndc version ${data.version}`;
  const evidence = [`format: ${version}; s, V, A, Ah by its layout; every page matches its CRC-32`];
  const warnings: string[] = [];
  let points: Points;
  if (data.version === 2) {
    points = () => wholePoints(data, path);
    let flows = false;
    for (const { current_A } of points()) flows ||= current_A !== 0;
    if (flows)
      warnings.push(
        "current: version 2 counts in units of its range, by a table not checked against a recorded current; compare one value with BTSDA",
      );
  } else {
    const stamps = open(STAMPS, NDC_TYPE.runInfo);
    const steps = open(STEPS, NDC_TYPE.step);
    for (const other of [stamps, steps])
      if (other.version !== data.version)
        throw bad(path, `expected one ndc version, found ${data.version} and ${other.version}`);
    const stampOf = stampsByRow(stamps);
    const stepTable = readSteps(steps, path);
    const fit = { stamped: 0, misfits: 0, worst_ms: 0 };
    for (const _ of joinedPoints(data, stampOf, stepTable, path, fit));
    points = () => joinedPoints(data, stampOf, stepTable, path);
    evidence.push(
      `rows: ${data.offsets.length}, of which ${fit.stamped} carry a time stamp; the others repeat the interval before them`,
    );
    if (fit.misfits > 0)
      warnings.push(
        `time: at ${fit.misfits} of ${fit.stamped} stamps the rows before do not lead up to the stamped time (by up to ${fit.worst_ms / 1000} s); the stamps are used`,
      );
  }
  const aux = auxColumns(zip, path, data.version, warnings);
  const table = await toTable(points, aux, data.offsets.length);
  return {
    table,
    evidence,
    warnings,
    time: { index: at("Total Time(s)"), scale: 1 },
    stepTime: { index: at("Time(s)"), scale: 1 },
    wallClock: at("Date(unix s)"),
    current: [{ index: at("Current(A)"), scale: 1 }],
    voltage: { index: at("Voltage(V)"), scale: 1 },
    sign: "signed",
    state: at("Step Type"),
    temperatures: findAll({ names: table.header, path }, /^T\d+\(degC\)$/),
    cycle: at("Cycle Index"),
    step: at("Step Count"),
    accumulators: [
      { index: at("Chg. Cap.(Ah)"), scale: 1, counts: "charge", quantity: "capacity" },
      { index: at("DChg. Cap.(Ah)"), scale: 1, counts: "discharge", quantity: "capacity" },
    ],
  };
}

function bad(path: string, found: string): BetaguardError {
  return new BetaguardError("E_TRACE_BAD_NDAX", `${path}: ${found}; copy the file again`);
}

/** Version 2: 94-byte records. Offsets 8 row, 12 cycle, 16 step, 17 type, 23 ms, 31 V, 35 I, 43 Ah, 75 date, 82 range. */
function* wholePoints({ view, offsets }: NdcRecords, path: string): Generator<Point> {
  let stepCount = 0;
  let previous: Point | undefined;
  for (const [k, offset] of offsets.entries()) {
    const range = view.getInt32(offset + 82, true);
    const integer = (position: number) => Number(view.getBigInt64(offset + position, true));
    const counts = [view.getInt32(offset + 35, true), integer(43), integer(51)] as const;
    // A row that counted nothing needs no unit; some have no range either.
    const unit_mA = RANGE_UNITS_mA.get(range) ?? (counts.every((count) => count === 0) ? 0 : undefined);
    if (unit_mA === undefined)
      throw bad(path, `expected a current range that is known, found ${range} mA in row ${k + 1}`);
    const stepIndex = view.getUint8(offset + 16);
    const cycle = view.getUint32(offset + 12, true) + 1;
    if (previous?.stepIndex !== stepIndex || previous.cycle !== cycle) stepCount++;
    previous = {
      index: view.getUint32(offset + 8, true),
      cycle,
      stepIndex,
      stepCount,
      stepType: view.getUint8(offset + 17),
      stepTime_ms: integer(23),
      voltage_V: view.getInt32(offset + 31, true) / 1e4,
      current_A: (counts[0] * unit_mA) / 1e3,
      charge_Ah: (counts[1] * unit_mA) / 3.6e6,
      discharge_Ah: (counts[2] * unit_mA) / 3.6e6,
      unix_ms: Date.UTC(
        view.getUint16(offset + 75, true),
        view.getUint8(offset + 77) - 1,
        ...([78, 79, 80, 81].map((position) => view.getUint8(offset + position)) as [number]),
      ),
    };
    yield previous;
  }
}

interface Stamp {
  /** A number of its own for each step that ran. */
  readonly step: number;
  readonly stepTime_ms: number;
  readonly interval_ms: number;
  readonly charge_Ah: number;
  readonly discharge_Ah: number;
  readonly unix_ms: number;
}

/** How the stamps fit the rows between them. */
interface Fit {
  stamped: number;
  /** Stamps that the reconstructed rows before them do not lead up to, and by how much. */
  misfits: number;
  worst_ms: number;
}

/** Versions 14 and 17: rows, stamps by row and steps by their first row become whole points. */
function* joinedPoints(
  data: NdcRecords,
  stampOf: (row: number) => Stamp | undefined,
  stepTable: readonly Step[],
  path: string,
  fit?: Fit,
): Generator<Point> {
  let step = -1;
  let stamp: Stamp | undefined;
  let sinceStamp_ms = 0;
  for (const [k, offset] of data.offsets.entries()) {
    const index = data.slots[k] as number;
    const startsStep = (stepTable[step + 1]?.firstRow ?? Number.POSITIVE_INFINITY) <= index;
    while ((stepTable[step + 1]?.firstRow ?? Number.POSITIVE_INFINITY) <= index) step++;
    const own = stampOf(index);
    const current = stepTable[step];
    if (!current || (startsStep && !own))
      throw bad(path, `expected a step and a time stamp at its first row, found none for row ${index}`);
    if (own && stamp && (own.step !== stamp.step) !== startsStep)
      throw bad(path, `expected ${STEPS} and ${STAMPS} to change steps together, found row ${index}`);
    if (own) {
      if (fit) {
        fit.stamped++;
        const off_ms =
          stamp && !startsStep
            ? Math.abs(stamp.stepTime_ms + sinceStamp_ms + own.interval_ms - own.stepTime_ms)
            : 0;
        if (off_ms > 0) fit.misfits++;
        fit.worst_ms = Math.max(fit.worst_ms, off_ms);
      }
      stamp = own;
      sinceStamp_ms = 0;
    } else sinceStamp_ms += (stamp as Stamp).interval_ms;
    const { stepTime_ms, unix_ms, charge_Ah, discharge_Ah } = stamp as Stamp;
    yield {
      index,
      cycle: current.cycle,
      stepIndex: current.stepIndex,
      stepCount: step + 1,
      stepType: current.stepType,
      stepTime_ms: stepTime_ms + sinceStamp_ms,
      voltage_V: data.view.getFloat32(offset, true),
      current_A: data.view.getFloat32(offset + 4, true),
      charge_Ah,
      discharge_Ah,
      unix_ms: unix_ms + sinceStamp_ms,
    };
  }
}

/** Stamps by row. Offsets 0 ms, 5 and 9 Ah, 29 interval ms, 33 unix s, 37 step, 41 row, 45 ms of the second. */
function stampsByRow({ view, offsets }: NdcRecords): (row: number) => Stamp | undefined {
  const offsetOf = new Map<number, number>();
  for (const offset of offsets) {
    const row = view.getUint32(offset + 41, true);
    // A row may be stamped again, as logging starts; the cycler's own export goes by the first stamp.
    if (!offsetOf.has(row)) offsetOf.set(row, offset);
  }
  return (row) => {
    const offset = offsetOf.get(row);
    return offset === undefined
      ? undefined
      : {
          step: view.getUint32(offset + 37, true),
          stepTime_ms: view.getUint32(offset, true),
          interval_ms: view.getInt32(offset + 29, true),
          charge_Ah: view.getFloat32(offset + 5, true),
          discharge_Ah: view.getFloat32(offset + 9, true),
          unix_ms: view.getUint32(offset + 33, true) * 1000 + view.getUint16(offset + 45, true),
        };
  };
}

interface Step {
  readonly cycle: number;
  readonly stepIndex: number;
  readonly stepType: number;
  readonly firstRow: number;
}

/** Offsets 0 cycle, 4 step, 24 type, 33 first row. */
function readSteps({ view, offsets }: NdcRecords, path: string): Step[] {
  const steps = offsets.map((offset) => ({
    cycle: view.getUint32(offset, true) + 1,
    stepIndex: view.getUint32(offset + 4, true),
    stepType: view.getUint8(offset + 24),
    firstRow: view.getUint32(offset + 33, true),
  }));
  const wrong = steps.findIndex((step, k) => k > 0 && step.firstRow <= (steps[k - 1]?.firstRow ?? 0));
  if (wrong !== -1)
    throw bad(path, `expected steps in the order of their rows, found step ${wrong + 1} out of order`);
  return steps;
}

/** Errors: E_TRACE_BAD_NDAX when TestInfo.xml is damaged. A channel it does not explain is a warning, and not used. */
function auxColumns(zip: ZipArchive, path: string, version: number, warnings: string[]): AuxColumn[] {
  const members = zip.names
    .filter((name) => name.endsWith(".ndc") && ![DATA, STAMPS, STEPS].includes(name))
    .map((name) => ({ name, bytes: zip.read(name) }))
    .filter(({ bytes }) => bytes[0] === NDC_TYPE.aux);
  if (members.length === 0) return [];
  const channels = version === 2 ? [] : testInfoChannels(zip, path);
  const columns = members.flatMap(({ name, bytes }): AuxColumn[] => {
    const records = readNdc(bytes, NDC_TYPE.aux, `${path}: ${name}`);
    if (version === 2) return wholeAux(records, /_(\d+)\.ndc$/.exec(name)?.[1] ?? "");
    const real = /^data_AUX_(\d+)_/.exec(name)?.[1];
    const [channel, ...doubles] = channels.filter(({ realId }) => realId === real);
    const title = channel && AUX_KINDS.get(channel.kind)?.(channel.id);
    if (title === undefined || doubles.length > 0) {
      warnings.push(`auxiliary channel: ${TEST_INFO} does not say what ${name} holds; not used`);
      return [];
    }
    const { view, offsets, slots } = records;
    return [
      {
        name: title,
        values: new Map(slots.map((slot, k) => [slot, view.getFloat32(offsets[k] as number, true)])),
      },
    ];
  });
  return columns.sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
}

/** Version 2: 94-byte records. Offsets 8 row, 31 V in 0.1 mV, 41 temperature and 43 its set-point in 0.1 °C. */
function wholeAux({ view, offsets }: NdcRecords, id: string): AuxColumn[] {
  const column = (name: string, value: (offset: number) => number): AuxColumn => ({
    name,
    values: new Map(offsets.map((offset) => [view.getUint32(offset + 8, true), value(offset)])),
  });
  return [
    column(`V${id}(V)`, (offset) => view.getInt32(offset + 31, true) / 1e4),
    column(`T${id}(degC)`, (offset) => view.getInt16(offset + 41, true) / 10),
    column(`t${id}(degC, set-point)`, (offset) => view.getInt16(offset + 43, true) / 10),
  ];
}

function testInfoChannels(zip: ZipArchive, path: string): { realId: string; id: string; kind: number }[] {
  const channels: { realId: string; id: string; kind: number }[] = [];
  if (!zip.names.includes(TEST_INFO)) return channels;
  try {
    // GB2312 by its own declaration, of which GB18030 is a superset.
    scanXml(new TextDecoder("gb18030").decode(zip.read(TEST_INFO)), {
      open(name, attributes) {
        if (!/^aux\d+$/i.test(name)) return;
        const value = (key: string) => xmlAttribute(attributes, key) ?? "";
        channels.push({ realId: value("RealChlID"), id: value("AuxID"), kind: Number(value("ChlType")) });
      },
    });
  } catch (error) {
    if (error instanceof BetaguardError) throw error;
    throw bad(path, `expected whole XML in ${TEST_INFO}, found ${(error as Error).message}`);
  }
  return channels;
}

/** The total time is BTSDA's: the last time of each step before, summed, plus the time in this one. */
function toTable(points: Points, aux: readonly AuxColumn[], rows: number): Promise<Table> {
  const header = [...HEADER, ...aux.map(({ name }) => name)];
  const scan: Scan = async (visit) => {
    let before_ms = 0;
    let longest_ms = 0;
    let step = Number.NaN;
    for (const point of points()) {
      if (point.stepCount !== step) {
        before_ms += longest_ms;
        longest_ms = 0;
        step = point.stepCount;
      }
      longest_ms = Math.max(longest_ms, point.stepTime_ms);
      if (!visit(new PointRow(point, before_ms + point.stepTime_ms, aux))) return;
    }
  };
  return makeTable(header, scan, () => rows);
}

/** A point in HEADER's order, then the auxiliary channels. */
class PointRow extends TextRow {
  readonly width: number;
  readonly line: number;
  readonly #point: Point;
  readonly #total_ms: number;
  readonly #aux: readonly AuxColumn[];

  constructor(point: Point, total_ms: number, aux: readonly AuxColumn[]) {
    super();
    this.width = HEADER.length + aux.length;
    this.line = point.index;
    this.#point = point;
    this.#total_ms = total_ms;
    this.#aux = aux;
  }

  text(column: number): string {
    if (column === STEP_TYPE) {
      const { stepType } = this.#point;
      return STEP_TYPES[stepType] ?? `step type ${stepType}`;
    }
    return String(this.#value(column) ?? "");
  }

  override number(column: number): number {
    const value = this.#value(column) ?? Number.NaN;
    return Number.isFinite(value) ? value : Number.NaN;
  }

  override isBlank(column: number): boolean {
    return column !== STEP_TYPE && this.#value(column) === undefined;
  }

  #value(column: number): number | undefined {
    const point = this.#point;
    switch (HEADER[column]) {
      case "DataPoint":
        return point.index;
      case "Cycle Index":
        return point.cycle;
      case "Step Index":
        return point.stepIndex;
      case "Step Count":
        return point.stepCount;
      case "Time(s)":
        return point.stepTime_ms / 1000;
      case "Total Time(s)":
        return this.#total_ms / 1000;
      case "Current(A)":
        return point.current_A;
      case "Voltage(V)":
        return point.voltage_V;
      case "Chg. Cap.(Ah)":
        return point.charge_Ah;
      case "DChg. Cap.(Ah)":
        return point.discharge_Ah;
      case "Date(unix s)":
        return point.unix_ms / 1000;
      default:
        return this.#aux[column - HEADER.length]?.values.get(point.index);
    }
  }
}

export const ndax: Reader = {
  format: "neware",
  expects: `a ZIP archive with ${DATA} (NDAX)`,
  detect,
  read,
};
