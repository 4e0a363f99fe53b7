import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { afterAll, describe, expect, it } from "vitest";
import { OutputWriter, outputColumns } from "../../host/report/outputs.js";
import { cellOutputFields } from "../../host/schema/records.js";
import { readTrace } from "../../host/trace/index.js";
import { emptyChunk, syntheticChunks, syntheticReport } from "./synthetic.js";

const root = mkdtempSync(join(tmpdir(), "betaguard-outputs-"));
afterAll(() => rmSync(root, { recursive: true }));

const { run } = syntheticReport({ steps: 1 });

type Row = Record<string, number | string>;

async function readParquet(path: string): Promise<Row[]> {
  return (await parquetReadObjects({ file: await asyncBufferFromFile(path) })) as Row[];
}

/** Rows of a CSV without quotes, by header. */
function readCsv(path: string): Record<string, string>[] {
  const [header = "", ...lines] = readFileSync(path, "utf8").trimEnd().split("\n");
  const labels = header.split(",");
  return lines.map((line) =>
    Object.fromEntries(line.split(",").map((cell, i) => [labels[i] as string, cell])),
  );
}

/** What a label of our own stands for. */
const labelOf: Record<string, string> = {
  chargeLimit2s_mA_cm2: "Charge Limit 2s / mA/cm2",
  seCharge_mAh_cm2: "SE Charge / mAh/cm2",
  void_um: "Void / um",
  interfaceResistance_ohm_cm2: "Interface Resistance / ohm.cm2",
  crackIndex: "Crack Index / 1",
  soluteCcShare: "Solute CC Share / 1",
  faults: "Faults / 1",
};

describe("output tables", () => {
  it("name BDF's quantities as BDF does and the others in its style, each once", () => {
    const labels = outputColumns(1).map(({ label }) => label);
    expect(labels.slice(0, 5)).toEqual([
      "Test Time / s",
      "Voltage / V",
      "Current / A",
      "Surface Temperature / degC",
      "Surface Pressure / Pa",
    ]);
    expect(labels).toEqual(expect.arrayContaining(Object.values(labelOf)));
    expect(new Set(labels).size).toBe(labels.length);
    // Every word of the module's output is there.
    expect(labels.length).toBe(8 + cellOutputFields.length - 1);
  });

  it("read back as the f32 values the module returned, from both formats, over several row groups", async () => {
    const directory = join(root, "round-trip", "made");
    const steps = 70_000;
    const writer = new OutputWriter({ directory, cells: 1, formats: ["parquet", "csv"], run });
    for (const chunk of syntheticChunks({ steps })) writer.write(chunk);
    const paths = writer.finish();
    expect(paths).toEqual(["parquet", "csv"].map((format) => join(directory, `outputs.bdf.${format}`)));
    expect(readdirSync(directory).length).toBe(2);

    const parquet = await readParquet(paths[0] as string);
    const csv = readCsv(paths[1] as string);
    expect([parquet.length, csv.length]).toEqual([steps, steps]);
    let at = 0;
    for (const { columns, time_s, steps: count } of syntheticChunks({ steps })) {
      for (let i = 0; i < count; i += 61) {
        const row = parquet[at + i] as Row;
        const line = csv[at + i] as Record<string, string>;
        expect(row["Test Time / s"]).toBe(time_s[i]);
        for (const [name, label] of Object.entries(labelOf)) {
          const value = columns[name as keyof typeof columns][i];
          expect(row[label]).toBe(value);
          expect(Math.fround(Number(line[label]))).toBe(value);
        }
        expect(Math.fround((row["Surface Pressure / Pa"] as number) / 1e6)).toBe(
          columns.stackPressure_MPa[i],
        );
        expect(Math.fround(Number(line["Surface Pressure / Pa"]) / 1e6)).toBe(columns.stackPressure_MPa[i]);
        expect(row["Current / A"]).toBeCloseTo(((columns.current_mA_cm2[i] as number) * 1.96) / 1000, 12);
        expect(row["Charge Reason"]).toBe(line["Charge Reason"]);
        expect(["platingSe", "capacity", "none"]).toContain(row["Charge Reason"]);
      }
      at += count;
    }

    const metadata = await parquetMetadataAsync(await asyncBufferFromFile(paths[0] as string));
    expect(metadata.row_groups.length).toBe(2);
    const keys = Object.fromEntries(
      (metadata.key_value_metadata ?? []).map(({ key, value }) => [key, value]),
    );
    expect(keys).toMatchObject({
      "betaguard.tracePath": run.tracePath,
      "betaguard.traceSha256": run.traceSha256,
      "betaguard.profileId": run.profileId,
      "betaguard.profileHash": run.profileHash,
      "betaguard.moduleHash": run.moduleHash,
      "betaguard.dt_s": "0.1",
      "betaguard.betaguardVersion": run.betaguardVersion,
    });
  });

  it("keep −0, the smallest and largest f32 and not-a-number", async () => {
    const directory = join(root, "edges");
    const values = [-0, 0, 1.401298464324817e-45, 3.4028234663852886e38, Number.NaN, 0.1, 16_777_217].map(
      Math.fround,
    );
    const chunk = emptyChunk(values.length);
    (chunk.columns.voltage_V as Float32Array).set(values);
    chunk.time_s.set(values.map((_, i) => (i + 1) * 0.1));
    const writer = new OutputWriter({ directory, cells: 1, formats: ["parquet", "csv"], run });
    writer.write(chunk);
    const [parquet, csv] = writer.finish() as [string, string];
    expect((await readParquet(parquet)).map((row) => row["Voltage / V"])).toEqual(values);
    const texts = readCsv(csv).map((row) => row["Voltage / V"] as string);
    expect(texts.map((text) => (text === "" ? Number.NaN : Math.fround(Number(text))))).toEqual(values);
    expect(texts[5]).toBe("0.1");
  });

  it("write one row per period, the first step at or after it", () => {
    const directory = join(root, "every");
    const writer = new OutputWriter({ directory, cells: 1, every_s: 2.5, formats: ["csv"], run });
    for (const chunk of syntheticChunks({ steps: 1001, chunk: 37 })) writer.write(chunk);
    const times = readCsv(writer.finish()[0] as string).map((row) => Number(row["Test Time / s"]));
    expect(times.length).toBe(41);
    times.forEach((time, i) => {
      expect(time).toBeCloseTo(0.1 + 2.5 * i, 9);
    });
  });

  it("give each cell of a pack its own file", async () => {
    const directory = join(root, "pack");
    const writer = new OutputWriter({ directory, cells: 3, formats: ["parquet"], run });
    const currents = new Map<number, number>();
    for (const chunk of syntheticChunks({ steps: 500, cells: 3, chunk: 100 })) {
      writer.write(chunk);
      currents.set(chunk.cell, chunk.columns.current_mA_cm2[99] as number);
    }
    const paths = writer.finish();
    expect(paths.map((path) => path.slice(directory.length + 1))).toEqual(
      [0, 1, 2].map((cell) => `outputs.cell${cell}.bdf.parquet`),
    );
    for (const [cell, path] of paths.entries()) {
      const rows = await readParquet(path);
      expect(rows.length).toBe(500);
      expect(rows[499]?.["Current Density / mA/cm2"]).toBe(currents.get(cell));
    }
  });

  it("are traces themselves: the CSV reads back as BDF with the same current", async () => {
    const directory = join(root, "again");
    const writer = new OutputWriter({ directory, cells: 1, every_s: 1, formats: ["csv"], run });
    for (const chunk of syntheticChunks({ steps: 3000 })) writer.write(chunk);
    const path = writer.finish()[0] as string;
    const trace = await readTrace(path);
    expect(trace.format).toBe("bdf");
    expect(trace.rows).toBe(300);
    expect(trace.columns.surfacePressure_Pa).toBeDefined();
    const rows = readCsv(path);
    expect(trace.columns.current_A[150]).toBe(Number(rows[150]?.["Current / A"]));
  });

  it("leave nothing under their names until they are whole, and nothing at all when abandoned", () => {
    const directory = join(root, "abandoned");
    const writer = new OutputWriter({ directory, cells: 1, formats: ["parquet", "csv"], run });
    for (const chunk of syntheticChunks({ steps: 50 })) writer.write(chunk);
    expect(readdirSync(directory).every((name) => name.endsWith(".partial"))).toBe(true);
    writer.abandon();
    expect(readdirSync(directory)).toEqual([]);
  });

  it("refuse a directory that cannot be one with a coded error", () => {
    const file = join(root, "a-file");
    writeFileSync(file, "");
    expect(() => new OutputWriter({ directory: join(file, "out"), cells: 1, formats: ["csv"], run })).toThrow(
      expect.objectContaining({ code: "E_REPORT_WRITE", message: expect.stringContaining(file) }),
    );
    expect(existsSync(join(file, "out"))).toBe(false);
  });
});
