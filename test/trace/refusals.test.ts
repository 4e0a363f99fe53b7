/** Files that must be refused, and damage that must be survived and reported. */
import { execFileSync } from "node:child_process";
import { chmod, mkdir, truncate } from "node:fs/promises";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { fileError } from "../../host/trace/decode.js";
import { inspectTrace, readTrace } from "../../host/trace/index.js";
import { codeOf, temporaryFiles } from "./files.js";
import { SAMPLES } from "./samples.js";

const write = temporaryFiles();
const refusal = async (content: string | Uint8Array) => codeOf(readTrace(await write(content)));

const BDF = "Test Time / s,Voltage / V,Current / A";
/** A BDF file of rows [time, voltage, current, …]. */
const bdf = (rows: readonly (readonly (string | number)[])[], extra = "") =>
  `${BDF}${extra}\n${rows.map((row) => row.join(",")).join("\n")}\n`;
/** n rows, 10 s apart, charging at 1 A. */
const charging = (n: number): (string | number)[][] =>
  Array.from({ length: n }, (_, k) => [10 * k, 3.5 + 0.001 * k, 1]);

describe("what the path leads to", () => {
  it("refuses a directory, a missing file and a device", async () => {
    const file = await write("x");
    expect(await codeOf(readTrace(dirname(file)))).toBe("E_TRACE_IS_DIRECTORY");
    expect(await codeOf(readTrace(`${file}-missing`))).toBe("E_TRACE_NOT_FOUND");
    expect(await codeOf(readTrace(join(file, "below-a-file")))).toBe("E_TRACE_NOT_FOUND");
    expect(await codeOf(readTrace("/dev/null"))).toBe("E_TRACE_NOT_A_FILE");
    expect(await codeOf(readTrace("a\0b"))).toBe("E_TRACE_IO");
  });

  it("refuses a file this user may not read", async () => {
    const file = await write("x");
    await chmod(dirname(file), 0o755);
    await chmod(file, 0o000);
    const root = process.geteuid?.() === 0;
    // Root reads everything: step down to an unprivileged user for this one call.
    if (root) process.seteuid?.(65_534);
    const code = await codeOf(readTrace(file)).finally(() => root && process.seteuid?.(0));
    expect(code).toBe("E_TRACE_NO_PERMISSION");
  });

  it.each([
    ["EACCES", "E_TRACE_NO_PERMISSION"],
    ["EPERM", "E_TRACE_NO_PERMISSION"],
    ["ENOENT", "E_TRACE_NOT_FOUND"],
    ["EISDIR", "E_TRACE_IS_DIRECTORY"],
    ["EIO", "E_TRACE_IO"],
  ])("maps %s to %s", (code, expected) => {
    expect(fileError(Object.assign(new Error(code), { code }), "p")).toMatchObject({ code: expected });
  });

  it("refuses an archive too large to hold", async () => {
    const file = await write("PK\x03\x04");
    await truncate(file, 500 * 1024 * 1024);
    expect(await codeOf(readTrace(file))).toBe("E_TRACE_TOO_LARGE");
  });

  it("refuses a pipe", async () => {
    const directory = join(dirname(await write("x")), "pipes");
    await mkdir(directory);
    execFileSync("mkfifo", [join(directory, "p")]);
    expect(await codeOf(readTrace(join(directory, "p")))).toBe("E_TRACE_NOT_A_FILE");
  });
});

describe("what the bytes are", () => {
  it.each<[string, string | Uint8Array, string]>([
    ["nothing", "", "E_TRACE_EMPTY"],
    ["white space", " \r\n\n", "E_TRACE_EMPTY"],
    ["nothing, gzipped", gzipSync(""), "E_TRACE_EMPTY"],
    ["zeros", new Uint8Array(100), "E_TRACE_BINARY"],
    [
      "high noise",
      Uint8Array.from({ length: 4000 }, (_, k) => (k * 7919 + (k >> 3) * 104_729) % 256 || 1),
      "E_TRACE_BINARY",
    ],
    ["half a gzip", gzipSync(SAMPLES["arbin-old"] as string).subarray(0, 100), "E_TRACE_BAD_GZIP"],
    ["half a Parquet file", "PAR1 and no footer", "E_TRACE_BAD_PARQUET"],
    ["an .mpr", "BIO-LOGIC MODULAR FILE\0", "E_TRACE_UNKNOWN_DIALECT"],
    ["prose", "dear diary,\ntoday the cell failed\n", "E_TRACE_UNKNOWN_DIALECT"],
    ["a table of something else", "a,b,c\n1,2,3\n", "E_TRACE_UNKNOWN_DIALECT"],
    ["an expansion logger", "Start Time: 1\n[DATA START]\nTest Time\tCurrent\n", "E_TRACE_UNKNOWN_DIALECT"],
  ])("refuses %s", async (_, content, code) => {
    expect(await refusal(content)).toBe(code);
  });

  it("names a recognised format that has no reader", async () => {
    await expect(readTrace(await write("LabVIEW Measurement\t\n"))).rejects.toThrow(/LabVIEW .* no reader/);
  });

  it("refuses a tie and names both", async () => {
    const header =
      "Test_Time,Cycle_Index,Current,Voltage,TestTime,DPt Time,Step Type,Total Time,Current(A),Voltage(V)";
    const reading = readTrace(await write(`${header}\n0,1,1,3,0,1,Rest,00:00:00,1,3\n`));
    expect(await codeOf(reading)).toBe("E_TRACE_AMBIGUOUS");
    await expect(reading).rejects.toThrow(/arbin-old .*neware-flat/);
  });
});

describe("columns", () => {
  it.each([
    ["no time", "Voltage / V,Current / A\n3,1\n", "E_TRACE_MISSING_COLUMN"],
    ["no voltage", "Test Time / s,Current / A\n0,1\n", "E_TRACE_MISSING_COLUMN"],
    ["no current", "Test Time / s,Voltage / V\n0,3\n", "E_TRACE_NO_CURRENT"],
    ["only blank currents", `${BDF}\n0,3,\n1,3,\n`, "E_TRACE_NO_CURRENT"],
    ["no rows", `${BDF}\n`, "E_TRACE_NO_ROWS"],
    ["an unknown unit", "Test Time / s,Voltage / V,Current / furlong\n0,3,1\n", "E_TRACE_UNKNOWN_UNIT"],
    ["the same column twice", `${BDF},Current / A\n0,3,1,2\n`, "E_TRACE_DUPLICATE_COLUMN"],
    [
      "the same vendor column twice",
      "Test_Time,Cycle_Index,Current,Voltage,Current (mA)\n0,1,1,3,1\n",
      "E_TRACE_DUPLICATE_COLUMN",
    ],
    ["two decimal marks", "time/s\tEwe/V\tI/mA\n0,5\t3.1\t1\n1,5\t3.1\t1\n", "E_TRACE_BAD_VALUES"],
    [
      "a BioLogic OCV table",
      "EC-Lab ASCII FILE\nNb header lines : 3\nmode\ttime/s\tEwe/V\n3\t0.0\t2.5\n",
      "E_TRACE_NO_CURRENT",
    ],
  ])("refuses %s", async (_, content, code) => {
    expect(await refusal(content)).toBe(code);
  });
});

describe("cells", () => {
  it("drops an isolated unreadable cell with an event", async () => {
    for (const garbage of ["NaN", "1e999", "1.2.3", "OVERFLOW", "0x10"]) {
      for (const column of [0, 1, 2]) {
        const rows = charging(5);
        (rows[2] as (string | number)[])[column] = garbage;
        const trace = await readTrace(await write(bdf(rows)));
        expect(trace.rows).toBe(4);
        expect(trace.dropped).toEqual([
          { rule: "row with an unreadable time, current or voltage", count: 1 },
        ]);
        expect(trace.events).toMatchObject([{ type: "unreadable-cell", line: 4 }]);
        expect(trace.events[0]?.detail).toContain(garbage);
      }
    }
  });

  it("refuses more than 1 % of them, naming the first", async () => {
    const rows = charging(300).map(
      ([t, v, i], k) => [t, v, k % 75 === 10 ? "NaN" : i] as (string | number)[],
    );
    const reading = readTrace(await write(bdf(rows)));
    expect(await codeOf(reading)).toBe("E_TRACE_BAD_VALUES");
    await expect(reading).rejects.toThrow(/:12: Current \/ A: expected a number, found "NaN"; .*4 of 300/);
    expect(
      (await readTrace(await write(bdf(rows.slice(0, 200).concat(charging(500).slice(200)))))).rows,
    ).toBe(497);
  });

  it("refuses a column that is unreadable throughout", async () => {
    expect(await refusal(bdf(charging(1).map(([t, v]) => [t, v, "x"] as (string | number)[])))).toBe(
      "E_TRACE_BAD_VALUES",
    );
    expect(await refusal(bdf(charging(50).map(([t, v]) => [t, v, "x"] as (string | number)[])))).toBe(
      "E_TRACE_BAD_VALUES",
    );
  });

  it("drops rows without a current by rule and keeps a blank voltage as not measured", async () => {
    const trace = await readTrace(
      await write(
        bdf([
          [0, 3, 1],
          [10, 3, ""],
          [20, "", 1],
          [30, 3, 1],
        ]),
      ),
    );
    expect(trace.dropped).toEqual([{ rule: "row without a current", count: 1 }]);
    expect(Array.from(trace.columns.voltage_V ?? [])).toEqual([3, Number.NaN, 3]);
  });

  it("drops long, short and truncated rows with their lines", async () => {
    const rows = charging(300).map((row) => row.join(","));
    rows[1] += ",,";
    rows[2] += ",9";
    rows[3] = "30,3.5";
    const trace = await readTrace(await write(`${BDF}\n${rows.join("\n")}\n5,3.`));
    expect(Array.from(trace.columns.time_s.subarray(0, 3))).toEqual([0, 10, 40]);
    expect(trace.events.map(({ type, line }) => [type, line])).toEqual([
      ["long-row", 4],
      ["short-row", 5],
      ["truncated-row", 302],
    ]);
    expect(trace.dropped.reduce((sum, { count }) => sum + count, trace.rows)).toBe(301);
  });

  it("refuses a file whose rows mostly do not fit its header", async () => {
    expect(await refusal(`${BDF}\n${"0,3,1,7\n".repeat(50)}0,3,1\n`)).toBe("E_TRACE_BAD_VALUES");
  });
});

describe("time", () => {
  const times = (values: readonly number[]) => bdf(values.map((t) => [t, 3, 1]));

  it("types duplicates, backward jumps, restarts and gaps, and repairs none", async () => {
    const values = [100, 110, 110, 105, 120, 100, 130, 140, 800, 810, 100, 110];
    const trace = await readTrace(await write(times(values)));
    expect(Array.from(trace.columns.time_s)).toEqual(values);
    expect(trace.events.map(({ type, line }) => [type, line])).toEqual([
      ["duplicate-time", 4],
      ["backward-time", 5],
      // Stamped with the start's time, but the run carries on: one bad stamp.
      ["backward-time", 7],
      ["gap", 10],
      ["restart", 12],
    ]);
  });

  const withClock = (factor: number, unit = "s") =>
    `Test Time / ${unit},Voltage / V,Current / A,Unix Time / s\n${Array.from({ length: 200 }, (_, k) => `${factor * 10 * k},3,1,${1.7e9 + 10 * k}`).join("\n")}\n`;

  it.each([1, 1000, 1 / 3600, 3600, 60])(
    "corrects a time label that is off by %d, on the wall clock's word",
    async (factor) => {
      const trace = await readTrace(await write(withClock(factor)));
      expect(inspectTrace(trace).span_s).toBeCloseTo(1990, 6);
      expect(trace.events.map(({ type }) => type)).toEqual(factor === 1 ? [] : ["time-unit"]);
      expect(trace.warnings).toHaveLength(factor === 1 ? 0 : 1);
    },
  );

  it("reads hours and milliseconds as labelled", async () => {
    expect(inspectTrace(await readTrace(await write(withClock(1 / 3600, "h")))).span_s).toBeCloseTo(1990, 6);
    expect(inspectTrace(await readTrace(await write(withClock(1000, "ms")))).span_s).toBeCloseTo(1990, 6);
  });

  it("is not misled by a pause of the test", async () => {
    const rows = Array.from(
      { length: 200 },
      (_, k) => `${10 * k},3,1,${1.7e9 + 10 * k + (k > 90 ? 700 : 0)}`,
    );
    const trace = await readTrace(
      await write(`Test Time / s,Voltage / V,Current / A,Unix Time / s\n${rows.join("\n")}\n`),
    );
    expect(trace.events).toEqual([]);
  });

  it("refuses clocks that disagree by no unit, and an implausible axis without a clock", async () => {
    expect(await refusal(withClock(7))).toBe("E_TRACE_TIME_UNIT");
    expect(await refusal(times([0, 36_000, 72_000, 108_000]))).toBe("E_TRACE_TIME_UNIT");
    expect(await refusal((SAMPLES["maccor-text-b"] as string).replaceAll(/30\/05\/2024 \S+/g, "x"))).toBe(
      "E_TRACE_TIME_UNIT",
    );
  });

  it("warns where nothing checks a plausible axis", async () => {
    const trace = await readTrace(await write(times([0, 10, 20])));
    expect(trace.warnings).toEqual([expect.stringMatching(/no wall clock/)]);
  });
});

describe("current", () => {
  const HEADER = `${BDF},Step Type,Charging Capacity / Ah,Discharging Capacity / Ah`;
  /** Three charges and three discharges at 1 A, 20 rows of 10 s each, as BDF says they are. */
  const cycles = Array.from({ length: 120 }, (_, k) => {
    const charges = Math.floor(k / 20) % 2 === 0;
    return {
      t: 10 * k,
      v: charges ? 3.6 : 3.4,
      i: charges ? 1 : -1,
      state: charges ? "charge" : "discharge",
      c: 0,
      d: 0,
    };
  });
  for (const [k, row] of cycles.entries()) {
    row.c = (cycles[k - 1]?.c ?? 0) + (row.i > 0 ? 10 / 3600 : 0);
    row.d = (cycles[k - 1]?.d ?? 0) + (row.i < 0 ? 10 / 3600 : 0);
  }
  const file = (edit: (row: (typeof cycles)[number], k: number) => Partial<(typeof cycles)[number]>) =>
    `${HEADER}\n${cycles
      .map((row, k) => ({ ...row, ...edit(row, k) }))
      .map((r) => [r.t, r.v, r.i, r.state, r.c, r.d].join(","))
      .join("\n")}\n`;

  it("accepts a current that every witness agrees with", async () => {
    const trace = await readTrace(await write(file(() => ({}))));
    expect(trace.events).toEqual([]);
    expect(trace.evidence.join("\n")).toMatch(
      /state column: agrees, capacity counters: agrees, voltage response: agrees/,
    );
  });

  it("reverses a current that every witness opposes", async () => {
    const trace = await readTrace(await write(file(({ i }) => ({ i: -i }))));
    expect(trace.columns.current_A[0]).toBe(1);
    expect(trace.events.map(({ type }) => type)).toEqual(["state-sign"]);
  });

  it.each([
    ["state and voltage contradict each other", file(({ i, v }) => ({ i: -i, v: 7 - v }))],
    [
      "the state is opposed and nothing else is",
      file(({ state }) => ({ state: state === "charge" ? "discharge" : "charge" })),
    ],
    ["a stretch of rows contradicts its state", file(({ i }, k) => (k > 2 && k < 9 ? { i: -i } : {}))],
  ])("refuses when %s", async (_, content) => {
    expect(await refusal(content)).toBe("E_TRACE_SIGN_CONFLICT");
  });

  it("takes a run of three rows for a conflict, however long the file", async () => {
    const long = Array.from(
      { length: 1000 },
      (_, k) => `${10 * k},3.5,${k >= 500 && k < 503 ? -1 : 1},charge`,
    );
    expect(await refusal(`${BDF},Step Type\n${long.join("\n")}\n`)).toBe("E_TRACE_SIGN_CONFLICT");
  });

  it("keeps a single row at a step edge as measured, with an event", async () => {
    const trace = await readTrace(await write(file((_, k) => (k === 20 ? { i: 1 } : {}))));
    expect(trace.columns.current_A[20]).toBe(1);
    expect(trace.events).toMatchObject([{ type: "state-sign", line: 22 }]);
  });

  it.each([1000, 1e-3, 3600])(
    "refuses a current whose integral is %d times the file's capacity",
    async (factor) => {
      expect(await refusal(file(({ i }) => ({ i: factor * i })))).toBe("E_TRACE_UNIT_CONFLICT");
    },
  );

  it("refuses two different currents that nothing decides between", async () => {
    const rows = charging(20).map(([t, v, i]) => `${t},${v},${Number(i) / 1000},${i}`);
    expect(await refusal(`${BDF},Current\n${rows.join("\n")}\n`)).toBe("E_TRACE_CURRENT_UNIT");
  });

  it("refuses magnitudes without a state when the voltage does not tell", async () => {
    const text = SAMPLES["maccor-csv"] as string;
    expect(await refusal(text.replaceAll(/,3\.6\d*,/g, ",3.5,"))).toBe("E_TRACE_SIGN_UNKNOWN");
    // It rises as the current starts and falls after: a charge and a discharge at once.
    expect(await refusal(text.replaceAll(",3.604,", ",3.59,"))).toBe("E_TRACE_SIGN_UNKNOWN");
  });

  it("refuses magnitudes in a state without direction", async () => {
    const text = (SAMPLES["maccor-text-a"] as string).replaceAll("\tC\t", "\tX\t");
    expect(await refusal(text)).toBe("E_TRACE_SIGN_UNKNOWN");
  });
});
