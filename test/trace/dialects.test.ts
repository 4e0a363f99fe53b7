import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { inspectTrace, readTrace } from "../../host/trace/index.js";
import { temporaryFiles } from "./files.js";
import { EXPECTED, MACCOR_SIGNED, ROWS, SAMPLES } from "./samples.js";

const write = temporaryFiles();

function expectSameTest(inspection: ReturnType<typeof inspectTrace>) {
  expect(inspection.rows).toBe(EXPECTED.rows);
  expect(inspection.span_s).toBeCloseTo(EXPECTED.span_s, 3);
  expect(inspection.charge_Ah).toBeCloseTo(EXPECTED.charge_Ah, 7);
  expect(inspection.discharge_Ah).toBeCloseTo(EXPECTED.discharge_Ah, 7);
  expect(inspection.current_A).toEqual([-1, 2]);
  expect(inspection.voltage_V?.[0]).toBeCloseTo(3.446, 6);
}

describe("every dialect", () => {
  it.each(Object.entries(SAMPLES))("%s reads to the same table", async (dialect, content) => {
    const trace = await readTrace(await write(content));
    expect(trace.dialect).toBe(dialect);
    // BatteryArchive has no step column: the trapezoid then smears nothing here, since edges repeat their time.
    expectSameTest(inspectTrace(trace));
    expect(trace.dropped).toEqual([]);
    expect(Array.from(trace.columns.current_A)).toEqual(ROWS.map((row) => row.current + 0));
    expect(trace.events.filter(({ type }) => type === "duplicate-time").map(({ line }) => line)).toHaveLength(
      3,
    );
  });

  it("reads the same bytes through gzip", async () => {
    const text = SAMPLES["bdf-labels"] as string;
    const trace = await readTrace(await write(gzipSync(text), "sample.bdf.gz"));
    expectSameTest(inspectTrace(trace));
    expect(trace.evidence[0]).toMatch(/gzip/);
  });

  it.each(["utf16le", "latin1"] as const)("reads %s", async (encoding) => {
    expectSameTest(
      inspectTrace(await readTrace(await write(Buffer.from(SAMPLES["maccor-text-a"] as string, encoding)))),
    );
  });

  it("reads GB18030 text", async () => {
    // 循环序号 in GB18030, as an extra column's name.
    const extra = Buffer.from([0xd1, 0xad, 0xbb, 0xb7, 0xd0, 0xf2, 0xba, 0xc5]);
    const [header = "", ...rows] = (SAMPLES["bdf-labels"] as string).split("\n");
    const content = Buffer.concat([
      Buffer.from(`${header},`),
      extra,
      Buffer.from(`\n${rows.map((row) => `${row},1`).join("\n")}`),
    ]);
    const trace = await readTrace(await write(content));
    expect(trace.sourceColumns.at(-1)).toBe("循环序号");
    expectSameTest(inspectTrace(trace));
  });

  it("reads BioLogic timestamps with dotted dates beside decimal commas", async () => {
    const text = Buffer.from(SAMPLES["biologic-preamble"] as Uint8Array).toString("latin1");
    let row = 0;
    const stamped = text.replaceAll(/(\d)\.(\d)/g, "$1,$2").replaceAll(/\t\S+e\+3\t/g, () => {
      const t = ROWS[row++]?.t ?? 0;
      return `\t03.04.2024 12:0${Math.floor(t / 60)}:${String(t % 60).padStart(2, "0")},000\t`;
    });
    const trace = await readTrace(await write(Buffer.from(stamped, "latin1")));
    expectSameTest(inspectTrace(trace));
    expect(trace.columns.unixTime_s?.[0]).toBe(Date.UTC(2024, 3, 3, 12) / 1000);
  });

  it("starts a BioLogic step at its first row, however long ago the row before", async () => {
    const rows = [
      [0, 0, 0],
      [6.4, 1, 450],
      [7.4, 1, 450],
      [12.4, 1, 450],
    ].map(([t, ns, mA]) => `${t}\t${ns}\t4.1\t${mA}`);
    const trace = await readTrace(await write(`time/s\tNs\tEcell/V\tI/mA\n${rows.join("\n")}\n`));
    expect(inspectTrace(trace).charge_Ah).toBeCloseTo((0.45 * 6) / 3600, 9);
  });

  it("prefers seconds where BDF gives the time twice", async () => {
    const text = "Test Time / ms,Test Time / s,Voltage / V,Current / A\n0,0.25,3,1\n1000,1.25,3,1\n";
    expect(Array.from((await readTrace(await write(text))).columns.time_s)).toEqual([0.25, 1.25]);
  });

  it("keeps the sign of a signed Maccor file", async () => {
    const trace = await readTrace(await write(MACCOR_SIGNED));
    expectSameTest(inspectTrace(trace));
    expect(trace.evidence.join("\n")).toMatch(/sign: charge positive as recorded \(state column: agrees/);
  });
});

describe("the table's optional columns", () => {
  it("gives pressure in Pa, temperature, wall clock and steps", async () => {
    const { columns } = await readTrace(await write(SAMPLES["bdf-labels"] as string));
    expect(columns.surfacePressure_Pa?.[3]).toBe(5e6 + 20);
    expect(columns.temperature_degC?.[0]).toBe(25.5);
    expect(columns.unixTime_s?.[0]).toBe(Date.UTC(2024, 4, 30, 12) / 1000);
    expect(columns.step?.[15]).toBe(4);
  });

  it.each([
    ["kPa", 5e3],
    ["MPa", 5],
    ["bar", 50],
    ["psi", 5e6 / 6894.757293168],
  ])("accepts pressure in %s", async (unit, value) => {
    const text = `Test Time / s,Voltage / V,Current / A,Applied Pressure / ${unit}\n0,3,1,${value}\n1,3,1,${value}\n`;
    const { columns } = await readTrace(await write(text));
    expect(columns.appliedPressure_Pa?.[1]).toBeCloseTo(5e6, 3);
  });

  it.each([
    ["an all-zero pressure", "Surface Pressure / Pa", "0", "surfacePressure_Pa"],
    ["an all-zero temperature", "Surface Temperature / degC", "0", "temperature_degC"],
    ["an unplugged thermocouple", "Surface Temperature / degC", "-2501.7", "temperature_degC"],
    ["a placeholder", "Surface Temperature / degC", "N/A", "temperature_degC"],
  ] as const)("takes %s for not measured, and says so", async (_, name, value, column) => {
    const text = `Test Time / s,Voltage / V,Current / A,${name}\n0,3,1,${value}\n1,3,1,${value}\n`;
    const trace = await readTrace(await write(text));
    expect(trace.columns[column]).toBeUndefined();
    expect(trace.warnings.join("\n")).toMatch(/not measured/);
  });

  it("uses an ambient temperature only where no surface one was measured", async () => {
    const text =
      "Test Time / s,Voltage / V,Current / A,Ambient Temperature / degC,Surface Temperature / degC\n0,3,1,20,31\n1,3,1,20,32\n";
    const { columns } = await readTrace(await write(text));
    expect(Array.from(columns.temperature_degC ?? [])).toEqual([31, 32]);
  });
});
