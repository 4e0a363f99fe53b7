/** Logger files beside a trace: what joins, what is counted as missing, and what is refused. */
import fc from "fast-check";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, it } from "vitest";
import {
  type JoinOptions,
  joinLogger,
  type LoggerChannel,
  readLogger,
  readTrace,
  type Trace,
} from "../../host/trace/index.js";
import { makeZip } from "./containers.js";
import { codeOf, describeRecorded, recordedPath, temporaryFiles } from "./files.js";
import { NOVONIX_RESUMED, SAMPLES } from "./samples.js";

const write = temporaryFiles();
const START_s = Date.UTC(2024, 4, 30, 12) / 1000;
const iso = (t: number) => new Date(1000 * (START_s + t)).toISOString();
const PRESSURE: LoggerChannel = { quantity: "pressure", column: "Stack Pressure (bar)" };

/** A row every 10 s from 0 to 90 s, with a wall clock unless `clock` is null. */
async function trace(clock: ((t: number) => number) | null = (t) => START_s + t): Promise<Trace> {
  const rows = Array.from({ length: 10 }, (_, k) => 10 * k);
  const header = `Test Time / s,Voltage / V,Current / A${clock ? ",Unix Time / s" : ""}`;
  const lines = rows.map((t) => `${t},3.7,1${clock ? `,${clock(t)}` : ""}`);
  return readTrace(await write(`${header}\n${lines.join("\n")}\n`));
}

/** Samples [seconds after the trace's start, bar]. */
const epochLog = (samples: readonly (readonly [number, number | string])[]) =>
  `Timestamp,Stack Pressure (bar)\n${samples.map(([t, bar]) => `${1000 * (START_s + t)},${bar}`).join("\n")}\n`;
const everySecond = Array.from({ length: 101 }, (_, t) => [t, 20 + t / 100] as const);

const join = async (log: string, options: JoinOptions, channel = PRESSURE, onto?: Trace) =>
  joinLogger(onto ?? (await trace()), await readLogger(await write(log), channel), options);
const joined = async (log: string, options: JoinOptions, channel = PRESSURE) =>
  Array.from((await join(log, options, channel)).columns.surfacePressure_Pa ?? []);
const refusal = async (log: string, channel: LoggerChannel = PRESSURE, options = { tolerance_s: 2 }) =>
  codeOf(join(log, options, channel));

describe("the rule", () => {
  it("takes the last sample at or before each row, in Pa", async () => {
    const values = await joined(epochLog(everySecond), { tolerance_s: 2 });
    expect(values).toEqual(Array.from({ length: 10 }, (_, k) => (20 + k / 10) * 1e5));
  });

  it("never takes a sample from after a row, and none older than the tolerance", async () => {
    const log = epochLog([
      [2, 1],
      [8.5, 2],
      [17.9, 3],
      [20.001, 4],
      [38, 5],
    ]);
    const NaN_ = Number.NaN;
    expect(await joined(log, { tolerance_s: 2 })).toEqual([
      ...[NaN_, 2e5, NaN_, NaN_, 5e5],
      ...new Array(5).fill(NaN_),
    ]);
  });

  it("counts the rows without a sample in one event, by reason, with the first places", async () => {
    const onto = { ...(await trace()), lines: Int32Array.from({ length: 10 }, (_, row) => row + 2) };
    const { events, joins } = await join(
      epochLog([
        [19, 1],
        [40, 2],
        [41, 3],
      ]),
      { tolerance_s: 2 },
      PRESSURE,
      onto,
    );
    const misses = events.filter(({ type }) => type === "join-miss");
    expect(misses).toHaveLength(1);
    expect(misses[0]).toMatchObject({ line: 2 });
    expect(misses[0]?.detail).toContain("8 of 10 rows have no sample of");
    expect(misses[0]?.detail).toContain(
      "2 before the logger's first sample, 1 in a gap of the logger, 5 after its last sample",
    );
    expect(misses[0]?.detail).toMatch(
      /line 2 \(0 s\) to line 3 \(10 s\), line 5 \(30 s\), line 7 \(50 s\) to line 11/,
    );
    expect(joins).toMatchObject([{ column: "surfacePressure_Pa", tolerance_s: 2, skew_s: 0, rowsJoined: 2 }]);
  });

  it("adds the skew to the logger's clock", async () => {
    const log = epochLog(everySecond.map(([t, bar]) => [t - 3600, bar] as const));
    expect(await refusal(log)).toBe("E_JOIN_NO_OVERLAP");
    expect(await joined(log, { tolerance_s: 0, skew_s: 3600 })).toEqual(
      await joined(epochLog(everySecond), { tolerance_s: 0 }),
    );
  });

  it("suggests a time zone's shift and does not apply it", async () => {
    const log = epochLog(everySecond.map(([t, bar]) => [t + 7200, bar] as const));
    await expect(join(log, { tolerance_s: 2 })).rejects.toThrow(
      /--skew -7200s would cover every row \(not applied\)/,
    );
    const half = epochLog(everySecond.slice(0, 51));
    expect((await join(half, { tolerance_s: 2 })).events.map(({ detail }) => detail).join()).not.toContain(
      "--skew",
    );
  });

  it("agrees with a search through every sample", async () => {
    const onto = await trace();
    const samples = fc.uniqueArray(fc.integer({ min: -20_000, max: 120_000 }), {
      minLength: 1,
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(
        samples,
        fc.integer({ min: 0, max: 30_000 }),
        fc.integer({ min: -9000, max: 9000 }),
        async (at, tolerance, skew) => {
          const times = at.sort((a, b) => a - b);
          const logger = await readLogger(
            await write(epochLog(times.map((ms, k) => [ms / 1000, k + 1])), "log.csv"),
            PRESSURE,
          );
          const expected = Array.from({ length: 10 }, (_, row) => {
            const ages = times.map((ms) => 10_000 * row - ms - skew);
            const best = ages.reduce((found, age, k) => (age >= 0 && age <= tolerance ? k : found), -1);
            return best === -1 ? Number.NaN : (best + 1) * 1e5;
          });
          const options = { tolerance_s: tolerance / 1000, skew_s: skew / 1000 };
          if (expected.every(Number.isNaN))
            expect(() => joinLogger(onto, logger, options)).toThrow(/E_JOIN|expected samples/);
          else
            expect(Array.from(joinLogger(onto, logger, options).columns.surfacePressure_Pa ?? [])).toEqual(
              expected,
            );
        },
      ),
      { numRuns: 200 },
    );
  });

  it("replaces the trace's own column, and says so", async () => {
    const first = await join(epochLog(everySecond), { tolerance_s: 2 });
    const second = await join(
      epochLog(everySecond.map(([t]) => [t, 7])),
      { tolerance_s: 2 },
      PRESSURE,
      first,
    );
    expect(second.columns.surfacePressure_Pa?.[0]).toBe(7e5);
    expect(second.warnings.join("\n")).toContain("the trace's own is not used");
    expect(second.joins).toHaveLength(2);
  });
});

describe("clocks", () => {
  const dated = (stamp: (t: number) => string) =>
    `when;Stack Pressure (bar)\n${everySecond.map(([t, bar]) => `${stamp(t)};${bar}`).join("\n")}\n`;

  it.each([
    ["ISO dates", iso],
    ["dates in a zone", (t: number) => `${iso(t + 7200).slice(0, 19)}+02:00`],
  ])("reads %s", async (_, stamp) => {
    expect(await joined(dated(stamp), { tolerance_s: 0 })).toHaveLength(10);
  });

  const dotted = (t: number) => `30.05.2024 ${iso(t).slice(11, 19)}`;

  it("joins dates without a zone to an epoch only with a stated skew", async () => {
    expect(await refusal(dated(dotted))).toBe("E_JOIN_CLOCK");
    const summerTime = dated((t) => dotted(t + 7200));
    expect(await joined(summerTime, { tolerance_s: 0, skew_s: -7200 })).toEqual(
      await joined(dated(iso), { tolerance_s: 0 }),
    );
  });

  it("joins dates without a zone to each other, and says so", async () => {
    const onto = await readTrace(await write(SAMPLES["arbin-batteryarchive"] as string));
    expect(onto.unixTimeIsUtc).toBe(false);
    const { columns, evidence } = await join(dated(dotted), { tolerance_s: 0 }, PRESSURE, onto);
    expect(columns.surfacePressure_Pa?.[1]).toBe(20.1 * 1e5);
    expect(evidence.join("\n")).toContain("neither names its zone: taken for the same");
    expect(await codeOf(join(dated(iso), { tolerance_s: 0 }, PRESSURE, onto))).toBe("E_JOIN_CLOCK");
  });

  it("refuses dates whose order of day and month nothing tells, and times without a date", async () => {
    expect(await refusal(dated((t) => `05/06/2024 ${iso(t).slice(11, 19)}`))).toBe("E_JOIN_CLOCK");
    expect(await refusal(dated((t) => iso(t).slice(11, 19)))).toBe("E_JOIN_CLOCK");
  });

  it("joins on the test time only with a declared skew", async () => {
    const elapsed = `Time (s),Stack Pressure (bar)\n${everySecond.map(([t, bar]) => `${t + 100},${bar}`).join("\n")}\n`;
    expect(await refusal(elapsed)).toBe("E_JOIN_CLOCK");
    const values = await joined(elapsed, { tolerance_s: 0, skew_s: -100 });
    expect(values[9]).toBeCloseTo(20.9e5, 6);
    // A clock in one file only is no common clock: the logger's first sample is placed on the test time.
    const onto = await trace(null);
    expect(await codeOf(join(epochLog(everySecond), { tolerance_s: 2 }, PRESSURE, onto))).toBe(
      "E_JOIN_CLOCK",
    );
    const { columns } = await join(epochLog(everySecond), { tolerance_s: 0, skew_s: 40 }, PRESSURE, onto);
    expect(Array.from(columns.surfacePressure_Pa ?? []).slice(3, 6)).toEqual([Number.NaN, 20e5, 20.1 * 1e5]);
  });

  it("refuses a restarted test on the test time, and gives rows that run back no sample", async () => {
    const resumed = (await readTrace(await write(NOVONIX_RESUMED))) as Trace;
    const { unixTime_s: _, ...columns } = resumed.columns;
    const options = { tolerance_s: 2, skew_s: 0 };
    expect(await codeOf(join(epochLog(everySecond), options, PRESSURE, { ...resumed, columns }))).toBe(
      "E_JOIN_CLOCK",
    );
    const back = await readTrace(
      await write("Test Time / s,Voltage / V,Current / A\n0,3,1\n50,3,1\n40,3,1\n60,3,1\n"),
    );
    const { columns: after, events } = await join(epochLog(everySecond), options, PRESSURE, back);
    expect(Array.from(after.surfacePressure_Pa ?? [])).toEqual([
      ...[20e5, Number.NaN, Number.NaN, 20.6 * 1e5],
    ]);
    expect(events.at(-1)?.detail).toContain("2 without a time, or with one that runs back");
  });

  it("gives rows whose wall clock was set back no sample until it has caught up", async () => {
    const measured = async (clock: (t: number) => number) => {
      const read = await trace();
      const onto = { ...read, columns: { ...read.columns, unixTime_s: read.columns.time_s.map(clock) } };
      const { columns } = await join(epochLog(everySecond), { tolerance_s: 2 }, PRESSURE, onto);
      return Array.from(columns.surfacePressure_Pa ?? [], (value) => !Number.isNaN(value));
    };
    const [yes, no] = [true, false];
    // The row before the jump, and those that show again what was shown before.
    expect(await measured((t) => START_s + (t > 40 ? t - 25 : t))).toEqual([
      ...[yes, yes, yes, yes, no, no, no, yes, yes, yes],
    ]);
    // One stamp years ahead spoils itself and its neighbour, not the rest.
    expect(await measured((t) => START_s + (t === 40 ? 1e8 : t))).toEqual([
      ...[yes, yes, yes, yes, no, no, yes, yes, yes, yes],
    ]);
    expect(await measured((t) => START_s + (t === 40 ? 29 : t))).toEqual(new Array(10).fill(yes));
  });

  it("asks which column when two tell the time", async () => {
    const two = `Unix Time,Date,Stack Pressure (bar)\n${everySecond.map(([t, bar]) => `${START_s + t},${iso(t + 60)},${bar}`).join("\n")}\n`;
    expect(await refusal(two)).toBe("E_JOIN_CLOCK");
    expect(await refusal(two, { ...PRESSURE, timeColumn: "Clock" })).toBe("E_JOIN_COLUMN");
    const values = await joined(two, { tolerance_s: 0 }, { ...PRESSURE, timeColumn: "Unix Time" });
    expect(values[9]).toBeCloseTo(20.9e5, 6);
  });

  it("warns when the trace's clock is coarser than the tolerance, or the logger slower", async () => {
    const coarse = await trace((t) => START_s + 60 * Math.floor(t / 60));
    const { warnings } = await join(epochLog(everySecond), { tolerance_s: 2 }, PRESSURE, coarse);
    expect(warnings.join("\n")).toContain("stands still for 50.0 s of test time");
    const slow = await join(
      epochLog([
        [0, 1],
        [5, 2],
        [10, 3],
        [15, 4],
      ]),
      { tolerance_s: 2 },
    );
    expect(slow.warnings.join("\n")).toContain("5.00 s apart, more than the tolerance of 2 s");
  });
});

describe("units", () => {
  const log = (name: string, cell: string | number, unitRow = "") =>
    `Timestamp,${name}\n${unitRow}${everySecond.map(([t]) => `${1000 * (START_s + t)},${cell}`).join("\n")}\n`;
  const first = async (
    quantity: LoggerChannel["quantity"],
    name: string,
    cell: string | number,
    unit?: string,
  ) => {
    const { columns } = await join(log(name, cell), { tolerance_s: 1 }, { quantity, column: name, unit });
    return {
      pressure: columns.surfacePressure_Pa,
      temperature: columns.temperature_degC,
      displacement: columns.displacement_um,
    }[quantity]?.[0];
  };

  it.each([
    ["pressure", "p [kPa]", 500, undefined, 5e5],
    ["pressure", "p_MPa", 0.5, undefined, 5e5],
    ["pressure", "p", 72.51887, "psi", 5e5],
    ["temperature", "T (°C)", 25.5, undefined, 25.5],
    ["temperature", "T", 298.65, "K", 25.5],
    ["displacement", "gap (mm)", 0.0125, undefined, 12.5],
    ["displacement", "gap", -12.5, "um", -12.5],
  ] as const)("%s %s", async (quantity, name, cell, unit, expected) => {
    expect(await first(quantity, name, cell, unit)).toBeCloseTo(expected, 1);
  });

  it("takes the unit from a row of units below the header", async () => {
    const { columns } = await join(
      log("p", 0.5, "epoch,MPa\n"),
      { tolerance_s: 1 },
      { quantity: "pressure", column: "p" },
    );
    expect(columns.surfacePressure_Pa?.[0]).toBe(5e5);
  });

  it("says when a declared unit overrules the name's", async () => {
    const { columns, warnings } = await join(
      log("p (bar)", 0.5),
      { tolerance_s: 1 },
      { quantity: "pressure", column: "p (bar)", unit: "MPa" },
    );
    expect(columns.surfacePressure_Pa?.[0]).toBe(5e5);
    expect(warnings.join("\n")).toContain("says bar, read as MPa as declared");
  });

  it.each([
    ["no unit", "p", 5, undefined],
    ["a unit of something else", "p", 5, "V"],
    ["kelvin labelled °C", "T (°C)", 298.65, undefined],
    ["Pa labelled MPa", "p (MPa)", 500_000, undefined],
  ])("refuses %s", async (_, name, cell, unit) => {
    const quantity = name.startsWith("T") ? "temperature" : "pressure";
    expect(await refusal(log(name, cell), { quantity, column: name, unit })).toBe("E_JOIN_UNIT");
  });
});

describe("a logger's defects", () => {
  it("names the columns there are when the one asked for is missing or doubled", async () => {
    const log = epochLog(everySecond);
    const reading = readLogger(await write(log), { quantity: "pressure", column: "Pressure" });
    await expect(reading).rejects.toThrow(/found "Timestamp", "Stack Pressure \(bar\)"/);
    expect(await codeOf(reading)).toBe("E_JOIN_COLUMN");
    expect(await refusal(log.replaceAll(",", ",1,").replace(",1,", ",Stack Pressure (bar),"))).toBe(
      "E_JOIN_COLUMN",
    );
  });

  it("finds the header below a preamble, with decimal commas", async () => {
    const german = `Logger 4\nStart;today\n\nZeit;Druck oben (bar)\n${everySecond.map(([t, bar]) => `${iso(t)};${String(bar).replace(".", ",")}`).join("\r\n")}\n`;
    const channel = { quantity: "pressure", column: "Druck oben (bar)" } as const;
    expect((await joined(german, { tolerance_s: 1 }, channel))[5]).toBeCloseTo(20.5e5, 6);
  });

  it("finds a quoted name", async () => {
    const log = epochLog(everySecond).replace("Stack Pressure (bar)", '"Druck, oben (bar)"');
    const channel = { quantity: "pressure", column: "Druck, oben (bar)" } as const;
    expect((await joined(log, { tolerance_s: 1 }, channel))[5]).toBe(20.5 * 1e5);
  });

  it("reads Parquet", async () => {
    const columnData = [
      { name: "Timestamp", data: Float64Array.from(everySecond, ([t]) => START_s + t) },
      { name: "p (bar)", data: Float64Array.from(everySecond, ([, bar]) => bar) },
    ];
    const path = await write(Buffer.from(parquetWriteBuffer({ columnData })));
    const logger = await readLogger(path, { quantity: "pressure", column: "p (bar)" });
    const { columns } = joinLogger(await trace(), logger, { tolerance_s: 0 });
    expect(columns.surfacePressure_Pa?.[5]).toBe(20.5 * 1e5);
  });

  it("leaves out isolated samples that are damaged or out of order, with their lines", async () => {
    const many: (readonly [number, number | string])[] = Array.from({ length: 600 }, (_, k) => [k / 5, 20]);
    many[50] = [10, "OVLD"];
    many[100] = [3, 99];
    many[150] = [29.8, 33];
    many.push([119.8, 44]);
    const { events, columns } = await join(epochLog(many), { tolerance_s: 1 });
    expect(events.map(({ type, line }) => [type, line])).toEqual([
      ["logger-cell", 52],
      ["logger-order", 102],
      ["logger-duplicate", 152],
    ]);
    expect(Array.from(columns.surfacePressure_Pa ?? []).slice(0, 4)).toEqual([20e5, 20e5, 20e5, 33e5]);
  });

  it.each([
    ["more than 1 % damaged", everySecond.map(([t, bar]) => [t, t % 20 === 3 ? "x" : bar] as const)],
    ["a clock set back", everySecond.map(([t, bar]) => [t > 50 ? t - 45 : t, bar] as const)],
    ["only zeros", everySecond.map(([t]) => [t, 0] as const)],
    ["only placeholders", everySecond.map(([t]) => [t, "N/A"] as const)],
  ])("refuses %s", async (_, samples) => {
    expect(await refusal(epochLog(samples))).toBe("E_JOIN_VALUES");
  });

  it("takes what an unplugged thermocouple reads for no sample", async () => {
    const samples = everySecond.map(([t]) => [t, t > 35 && t < 65 ? -2501.7 : 25] as const);
    const log = epochLog(samples).replace("Stack Pressure (bar)", "T (°C)");
    const { columns, events } = await join(
      log,
      { tolerance_s: 2 },
      { quantity: "temperature", column: "T (°C)" },
    );
    expect(Array.from(columns.temperature_degC ?? [], Number.isNaN)).toEqual(
      Array.from({ length: 10 }, (_, row) => row >= 4 && row <= 6),
    );
    expect(events.map(({ type }) => type)).toEqual(["join-miss"]);
  });

  it("refuses a tolerance below zero and a skew that is no number", async () => {
    expect(await refusal(epochLog(everySecond), PRESSURE, { tolerance_s: -1 })).toBe("E_JOIN_OPTION");
    expect(await codeOf(join(epochLog(everySecond), { tolerance_s: 1, skew_s: Number.NaN }))).toBe(
      "E_JOIN_OPTION",
    );
  });

  it("refuses an archive and a path without a file", async () => {
    const path = await write(makeZip([{ name: "log.csv", content: epochLog(everySecond) }]));
    expect(await codeOf(readLogger(path, PRESSURE))).toBe("E_JOIN_VALUES");
    expect(await codeOf(readLogger(`${path}-missing`, PRESSURE))).toBe("E_TRACE_NOT_FOUND");
  });
});

describeRecorded("a recorded expansion logger", () => {
  it("is read by its unit row and joined by its epoch", async () => {
    const logger = await readLogger(recordedPath("daq/um_LDC_5PSI_RPT_1_R0.csv"), {
      quantity: "temperature",
      column: "Ambient Temperature",
    });
    expect(logger.absolute).toBe(true);
    expect(logger.time_s[0]).toBe(1665537676.126);
    expect(logger.value[0]).toBe(36.92);
    expect(logger.time_s).toHaveLength(16_118);
    const at = (t: number) => 1665537676.126 + t;
    const onto = await readTrace(
      await write(
        `Test Time / s,Voltage / V,Current / A,Unix Time / s\n${[0, 5, 10, 15].map((t) => `${t},3.7,1,${at(t)}`).join("\n")}\n`,
      ),
    );
    const { columns } = joinLogger(onto, logger, { tolerance_s: 5.2 });
    // Samples at 0, 5.1 and 10.2 s by awk over the Timestamp column.
    expect(columns.temperature_degC?.every(Number.isFinite)).toBe(true);
  });
});
