/** Tables of nobody's format: what their own header says, and what the user declares. */
import { describe, expect, it } from "vitest";
import { columnMap } from "../../host/cli/options.js";
import { BetaguardError } from "../../host/errors.js";
import { type ColumnMap, inspectTrace, readTrace } from "../../host/trace/index.js";
import { codeOf, describeRecorded, recordedPath, temporaryFiles } from "./files.js";
import { EXPECTED, ROWS, SAMPLES } from "./samples.js";

const write = temporaryFiles();
const table = (header: string, row: (r: (typeof ROWS)[number]) => readonly (string | number)[]) =>
  `${header}\n${ROWS.map((r) => row(r).join(header.includes(";") ? ";" : ",")).join("\n")}\n`;
const read = async (content: string, map?: ColumnMap) => readTrace(await write(content), { map });
const refusal = async (content: string, map?: ColumnMap) => codeOf(read(content, map));

function expectSameTest(inspection: ReturnType<typeof inspectTrace>) {
  expect(inspection.rows).toBe(EXPECTED.rows);
  expect(inspection.span_s).toBeCloseTo(EXPECTED.span_s, 6);
  // Without a step column the trapezoid smears nothing: the edges repeat their time.
  expect(inspection.charge_Ah).toBeCloseTo(EXPECTED.charge_Ah, 7);
  expect(inspection.discharge_Ah).toBeCloseTo(EXPECTED.discharge_Ah, 7);
  expect(inspection.voltage_V?.[0]).toBeCloseTo(3.446, 6);
}

describe("a plain CSV by its own header", () => {
  it.each([
    ["Time (s),Current (mA),Voltage (V)", 1, 1000, 1],
    ["time_min,current_A,voltage_mV", 1 / 60, 1, 1000],
    ["Test Time [h],I [A],U [V]", 1 / 3600, 1, 1],
    ["t/s,I/mA,V/V", 1, 1000, 1],
  ])("reads %s", async (header, time, current, voltage) => {
    const trace = await read(table(header, (r) => [r.t * time, r.current * current, r.voltage * voltage]));
    expect(trace.dialect).toBe("plain-csv");
    expectSameTest(inspectTrace(trace));
  });

  it.each([
    ["a column without a unit", "Time (s),Current,Voltage (V)"],
    ["two candidates for the current", "Time (s),Current (A),Voltage (V),current_mA"],
    ["words it does not know", "Zeit (s),Strom (A),Spannung (V)"],
  ])("leaves %s to a map", async (_, header) => {
    expect(await refusal(table(header, (r) => [r.t, r.current, r.voltage, 1]))).toBe(
      "E_TRACE_UNKNOWN_DIALECT",
    );
  });

  it("gives way to a vendor's names", async () => {
    const header = "Test Time (s),Current (A),Voltage (V)";
    const row = (r: (typeof ROWS)[number]) => [r.t, r.current, r.voltage, 1];
    expect((await read(table(`${header},Other`, row))).format).toBe("plain");
    const both = table(`${header},Cycle Index`, row);
    expect((await read(both)).format).toBe("arbin");
  });

  it("refuses magnitudes whose direction nothing tells", async () => {
    expect(await refusal(table("Seconds,Amps,Volts", (r) => [r.t, Math.abs(r.current), 3.5]))).toBe(
      "E_TRACE_SIGN_UNKNOWN",
    );
  });
});

describe("a declared map", () => {
  const german = table("Kanal;Zeit;Strom [mA];Spannung;Druck;Temp", (r) => [
    1,
    r.t / 3600,
    1000 * r.current,
    r.voltage,
    5,
    25.5,
  ]);
  const map = {
    time: "Zeit",
    time_unit: "h",
    current: "Strom [mA]",
    voltage: "Spannung",
    voltage_unit: "V",
    pressure: "Druck",
    pressure_unit: "MPa",
    temperature: "Temp",
    temperature_unit: "degC",
  } as const;

  it("says which column holds what in which unit", async () => {
    const trace = await read(`made by hand\n\n${german}`, map);
    expect(trace.dialect).toBe("plain-mapped");
    expect(trace.evidence.join("\n")).toMatch(
      /columns: time from "Zeit" in h, current from "Strom \[mA\]", /,
    );
    expectSameTest(inspectTrace(trace));
    expect(trace.columns.surfacePressure_Pa?.[0]).toBe(5e6);
    expect(trace.columns.temperature_degC?.[0]).toBe(25.5);
  });

  it("overrules detection", async () => {
    const trace = await read(SAMPLES["arbin-old"] as string, {
      time: "Step_Time",
      time_unit: "s",
      current: "Current",
      current_unit: "A",
    });
    expect(trace.dialect).toBe("plain-mapped");
    expect(Array.from(trace.columns.time_s)).toEqual(ROWS.map((row) => row.stepTime));
  });

  it("turns a current declared as positive on discharge round, where nothing contradicts it", async () => {
    const reversed = table("s,i,u", (r) => [r.t, -r.current, r.voltage]);
    const units = {
      time: "s",
      time_unit: "s",
      current: "i",
      current_unit: "A",
      voltage: "u",
      voltage_unit: "V",
    };
    const trace = await read(reversed, { ...units, sign: "discharge-positive" });
    expect(Array.from(trace.columns.current_A)).toEqual(ROWS.map((row) => row.current + 0));
    expect((await read(reversed, { ...units, sign: "charge-positive" })).warnings.join()).toMatch(
      /check the sign/,
    );
  });

  it("does not let a declared sign overrule the file's own state column", async () => {
    const stated = table("s,i,u,way", (r) => [r.t, -r.current, r.voltage, r.state]);
    const declared = { time: "s", time_unit: "s", current: "i", current_unit: "A", state: "way" } as const;
    expect(await refusal(stated, { ...declared, sign: "charge-positive" })).toBe("E_TRACE_SIGN_CONFLICT");
  });

  it("takes the time unit from a clock column, and refuses without one", async () => {
    const clocked = table("t,i,when", (r) => [r.t / 60, r.current, 1.7e9 + r.t]);
    const columns = { time: "t", current: "i", current_unit: "A" };
    expect(inspectTrace(await read(clocked, { ...columns, clock: "when" })).span_s).toBeCloseTo(120, 6);
    expect(await refusal(clocked, columns)).toBe("E_TRACE_TIME_UNIT");
  });

  it("refuses an unknown column, naming those found", async () => {
    const reading = read(german, { ...map, current: "Strom" });
    expect(await codeOf(reading)).toBe("E_TRACE_MISSING_COLUMN");
    await expect(reading).rejects.toThrow(
      /:1: .*found no "Strom" among Kanal, Zeit, Strom \[mA\], Spannung, Druck, Temp;/,
    );
  });

  it.each<[string, string, Partial<ColumnMap>, string]>([
    [
      "a column that occurs twice",
      german.replace("Temp", "Zeit"),
      { temperature: "Druck" },
      "E_TRACE_DUPLICATE_COLUMN",
    ],
    ["a unit it does not know", german, { time_unit: "fortnight" }, "E_TRACE_UNKNOWN_UNIT"],
    ["a temperature in °F", german, { temperature_unit: "F" }, "E_TRACE_UNKNOWN_UNIT"],
    [
      "a current without a unit",
      german.replace("Strom [mA]", "Strom"),
      { current: "Strom" },
      "E_TRACE_UNKNOWN_UNIT",
    ],
  ])("refuses %s", async (_, content, changed, code) => {
    expect(await refusal(content, { ...map, ...changed })).toBe(code);
  });
});

describeRecorded("a recorded file by a map", () => {
  it("reads as by its own header", async () => {
    const path = recordedPath("generic/nrel_hppc_discharge.csv");
    const own = await readTrace(path);
    const declared = await readTrace(path, {
      map: {
        time: "Seconds",
        current: "Amps",
        voltage: "Volts",
        state: "State",
        step: "Step",
        cycle: "Cycle",
      },
    });
    expect(declared.columns).toEqual(own.columns);
  });
});

describe("--map", () => {
  it("reads keys and column names", () => {
    expect(columnMap("time=t, abs,current=I [mA] = set,sign=discharge-positive")).toEqual({
      time: "t, abs",
      current: "I [mA] = set",
      sign: "discharge-positive",
    });
  });

  it.each([
    ["an unknown key", "time=t,current=i,volts=u"],
    ["a key twice", "time=t,current=i,time=s"],
    ["an empty name", "time=,current=i"],
    ["no current", "time=t"],
    ["no time", "current=i"],
    ["a sign it does not know", "time=t,current=i,sign=up"],
    ["nothing", ""],
  ])("refuses %s", (_, text) => {
    expect(() => columnMap(text)).toThrow(
      expect.objectContaining({ constructor: BetaguardError, code: "E_OPTION" }),
    );
  });
});
