/** Conversion to BDF: what comes back, bit for bit, and what is refused. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { parse } from "csv-parse/sync";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { afterAll, describe, expect, it } from "vitest";
import {
  type ColumnMap,
  type Conversion,
  convertTrace,
  joinLoggers,
  type LoggerJoin,
  readTrace,
  type Trace,
} from "../../host/trace/index.js";
import { codeOf, describeRecorded, recordedPath, temporaryFiles } from "./files.js";
import { NOVONIX_RESUMED, SAMPLES } from "./samples.js";

const write = temporaryFiles();
const directory = mkdtempSync(join(tmpdir(), "betaguard-convert-"));
afterAll(() => rmSync(directory, { recursive: true }));
const FORMATS = ["parquet", "csv", "gz"] as const;

let count = 0;
async function converted(
  source: string,
  format: (typeof FORMATS)[number],
  map?: Parameters<typeof readTrace>[1],
) {
  const target = join(directory, `${count++}.bdf.${format}`);
  return { target, conversion: await convertTrace(source, target, { ...map, betaguardVersion: "1.2.3" }) };
}

/** Events that follow from the columns, without the lines, which are another file's. */
const lasting = ({ events }: Trace) =>
  events
    .filter(({ type }) => ["duplicate-time", "backward-time", "restart", "gap"].includes(type))
    .map(({ type, detail }) => [type, detail]);

const bits = (column: Float64Array) => Buffer.from(Float64Array.from(column).buffer).toString("hex");

async function expectSame(source: string, target: string, map?: Parameters<typeof readTrace>[1]) {
  const [before, after] = [await readTrace(source, map), await readTrace(target)];
  expect(after.format).toBe("bdf");
  expect(Object.keys(after.columns).sort()).toEqual(Object.keys(before.columns).sort());
  for (const [key, column] of Object.entries(before.columns) as [keyof Trace["columns"], Float64Array][])
    expect(bits(after.columns[key] as Float64Array), key).toBe(bits(column));
  expect(after.rows).toBe(before.rows);
  expect(after.dropped).toEqual([]);
  expect(lasting(after)).toEqual(lasting(before));
  return before;
}

/** Cells of a CSV below its header, by column name. */
function cellsByName(text: string, delimiter = ","): Record<string, string>[] {
  return parse(text, { delimiter, columns: true, relax_column_count: true }) as Record<string, string>[];
}

describe("a trace of every dialect", () => {
  const samples: [string, string | Uint8Array][] = [
    ...Object.entries(SAMPLES),
    ["novonix, resumed", NOVONIX_RESUMED],
  ];

  it.each(samples)("%s comes back bit for bit", async (_, sample) => {
    const source = await write(sample);
    for (const format of FORMATS) {
      const { target } = await converted(source, format);
      await expectSame(source, target);
    }
  });

  it("keeps the vendor's cells as they are", async () => {
    const source = await write(SAMPLES["arbin-old"] as string);
    const { target } = await converted(source, "csv");
    const [before, after] = [
      cellsByName(readFileSync(source, "utf8")),
      cellsByName(readFileSync(target, "utf8")),
    ];
    const vendor = Object.keys(before[0] ?? {});
    expect(vendor).toContain("Charge_Capacity");
    expect(after.map((row) => vendor.map((name) => row[name]))).toEqual(
      before.map((row) => vendor.map((name) => row[name])),
    );
  });

  it("gives Parquet numbers where a column holds nothing else, and text where it does", async () => {
    const rows = [
      ["0", "3.5", "1", "0.10", "007", "9007199254740993", "N/A", "", "1,5"],
      ["10", "3.6", "1", "-0", "008", "1", "2", "4", "2,5"],
    ];
    const header = "Test Time / s,Voltage / V,Current / A,number,name,long,mixed,sparse,quoted";
    const body = rows.map((row) => row.map((cell) => (cell.includes(",") ? `"${cell}"` : cell)).join(","));
    const { target } = await converted(await write(`${header}\n${body.join("\n")}\n`), "parquet");
    const file = readFileSync(target);
    const records = await parquetReadObjects({
      file: file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength),
    });
    expect(records).toEqual([
      expect.objectContaining({
        number: 0.1,
        name: "007",
        long: "9007199254740993",
        mixed: "N/A",
        sparse: null,
        quoted: "1,5",
      }),
      expect.objectContaining({ number: -0, name: "008", long: "1", mixed: "2", sparse: 4, quoted: "2,5" }),
    ]);
  });

  it("keeps names apart that a vendor repeats, leaves out or puts commas in", async () => {
    const text =
      '"Test Time / s","Voltage / V","Current / A",Units,Units,,"set, point"\n0,3.5,1,a,b,c,7\n1,3.5,1,d,e,f,8\n';
    const source = await write(text);
    const { target, conversion } = await converted(source, "csv");
    expect(conversion.columns.slice(3)).toEqual([
      { name: "Units", sourceColumn: "Units" },
      { name: "Units (2)", sourceColumn: "Units" },
      { name: "unnamed", sourceColumn: "" },
      { name: "set, point", sourceColumn: "set, point" },
    ]);
    expect(cellsByName(readFileSync(target, "utf8"))[1]).toMatchObject({
      "Units (2)": "e",
      "set, point": "8",
    });
    await expectSame(source, target);
    const again = await converted(target, "parquet");
    expect(again.conversion.columns.at(-1)).toEqual({ name: "set, point", sourceColumn: "set, point" });
  });

  it("keeps a column that its own replaces where the numbers differ", async () => {
    const source = await write(SAMPLES["bdf-machine-names"] as string);
    const { conversion } = await converted(source, "csv");
    expect(conversion.columns).toContainEqual({
      name: "test_time_millisecond (source)",
      sourceColumn: "test_time_millisecond",
    });
    expect(conversion.columns.map(({ name }) => name)).not.toContain("voltage_volt (source)");
  });

  it("converts a table without a voltage, and one declared by a map", async () => {
    const source = await write("t;i;who\n0;1;x\n2;1;y\n3;-1;z\n");
    const map = {
      map: { time: "t", time_unit: "min", current: "i", current_unit: "mA", sign: "charge-positive" },
    } as const;
    for (const format of FORMATS) {
      const { target } = await converted(source, format, map);
      await expectSame(source, target, map);
      expect((await readTrace(target)).columns.voltage_V).toBeUndefined();
    }
  });

  it("says where it came from: in Parquet itself, beside a CSV", async () => {
    const source = await write(SAMPLES["biologic-preamble"] as Uint8Array, "run.mpt");
    const trace = await readTrace(source);
    const expected = {
      betaguardVersion: "1.2.3",
      source: "run.mpt",
      sourceSha256: trace.sha256,
      dialect: "biologic-preamble",
      evidence: trace.evidence,
      rowsRead: trace.rowsRead,
      dropped: trace.dropped,
    };
    const csv = await converted(source, "csv");
    expect(JSON.parse(readFileSync(`${csv.target}.json`, "utf8"))).toMatchObject(expected);
    const { target } = await converted(source, "parquet");
    const file = readFileSync(target);
    const { key_value_metadata } = parquetMetadata(
      file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength) as ArrayBuffer,
    );
    const stored = Object.fromEntries((key_value_metadata ?? []).map(({ key, value }) => [key, value ?? ""]));
    expect(stored["betaguard.sourceSha256"]).toBe(trace.sha256);
    expect(stored["betaguard.source"]).toBe("run.mpt");
    expect(JSON.parse(stored["betaguard.evidence"] ?? "")).toEqual(trace.evidence);
    expect(JSON.parse(stored["betaguard.dropped"] ?? "")).toEqual(trace.dropped);
    const gz = await converted(source, "gz");
    expect(gunzipSync(readFileSync(gz.target)).toString()).toBe(readFileSync(csv.target, "utf8"));
  });
});

describe("a conversion", () => {
  const source = () => write(SAMPLES["arbin-old"] as string);
  const options = { betaguardVersion: "1.2.3" };

  it("does not overwrite, neither the table nor what lies beside it, without being told to", async () => {
    for (const present of ["kept.csv", "kept.csv.json"]) {
      const path = join(directory, present);
      writeFileSync(path, "precious");
      const target = join(directory, "kept.csv");
      expect(await codeOf(convertTrace(await source(), target, options))).toBe("E_CONVERT_EXISTS");
      expect(readFileSync(path, "utf8")).toBe("precious");
      expect((await convertTrace(await source(), target, { ...options, force: true })).rows).toBeGreaterThan(
        0,
      );
      rmSync(target);
      rmSync(`${target}.json`);
    }
  });

  it("does not overwrite its own source, whatever it is told", async () => {
    const path = await write(SAMPLES["bdf-labels"] as string, "same.csv");
    expect(await codeOf(convertTrace(path, path, { ...options, force: true }))).toBe("E_CONVERT_EXISTS");
  });

  it.each([
    ["run.xlsx", "E_CONVERT_FORMAT"],
    ["no/such/place.csv", "E_CONVERT_WRITE"],
    ["no/such/place.parquet", "E_CONVERT_WRITE"],
  ])("to %s is refused", async (name, code) => {
    expect(await codeOf(convertTrace(await source(), join(directory, name), options))).toBe(code);
  });

  it("that would not read back leaves nothing behind", async () => {
    // Only a clock that BDF has no column for tells that an hour between two rows is no mistake.
    const rows = Array.from({ length: 9 }, (_, k) => `${3600 * k},3.5,1,${String(k).padStart(2, "0")}:00:00`);
    const path = await write(`s,v,a,clock\n${rows.join("\n")}\n`);
    const map: ColumnMap = {
      ...{ time: "s", time_unit: "s", current: "a", current_unit: "A", voltage: "v", voltage_unit: "V" },
      ...{ clock: "clock", sign: "charge-positive" },
    };
    expect((await readTrace(path, { map })).rows).toBe(9);
    const target = join(directory, "inexact.csv");
    const before = readdirSync(directory).length;
    expect(await codeOf(convertTrace(path, target, { ...options, map }))).toBe("E_CONVERT_INEXACT");
    expect(readdirSync(directory)).toHaveLength(before);
  });
});

describe("loggers", () => {
  const joinOf = async (quantity: LoggerJoin["channel"]["quantity"], column: string): Promise<LoggerJoin> => {
    const rows = Array.from({ length: 60 }, (_, k) => `${1.7e9 + 2 * k},${20 + (k % 7) / 10},${31 + k / 3}`);
    const logger = await write(`unix s,P (bar),T (degC)\n${rows.join("\n")}\n`);
    return { logger, channel: { quantity, column }, options: { tolerance_s: 2 } };
  };
  // Its last rows are past the logger's.
  const trace = () => {
    const rows = Array.from({ length: 150 }, (_, k) => `${k},3.${k},1,${1.7e9 + k + 0.5},25,1e5,24`);
    const names = [
      "Test Time / s",
      "Voltage / V",
      "Current / A",
      "Unix Time / s",
      "Surface Temperature / degC",
    ];
    return write(
      `${[...names, "Surface Pressure / Pa", "Ambient Temperature / degC"].join(",")}\n${rows.join("\n")}\n`,
    );
  };

  it.each(FORMATS)(
    "join on the way to %s, bit for bit, with the file's own columns kept aside",
    async (format) => {
      const source = await trace();
      const loggers = [await joinOf("pressure", "P (bar)"), await joinOf("temperature", "T (degC)")];
      const target = join(directory, `joined.bdf.${format}`);
      const conversion = await convertTrace(source, target, { loggers, betaguardVersion: "1.2.3" });
      const joined = await joinLoggers(await readTrace(source), loggers);
      const { columns, sourceColumns } = await readTrace(target);
      expect(columns.surfacePressure_Pa?.[1]).toBe(20e5);
      for (const key of ["surfacePressure_Pa", "temperature_degC", "time_s", "voltage_V"] as const)
        expect(bits(columns[key] as Float64Array), key).toBe(bits(joined.columns[key] as Float64Array));
      expect(columns.temperature_degC?.at(-1)).toBeNaN();
      expect(sourceColumns).toEqual(
        expect.arrayContaining([
          "Surface Pressure / Pa (source)",
          "Surface Temperature / degC (source)",
          "Ambient Temperature / degC",
        ]),
      );
      expect(conversion.joins).toMatchObject([
        { column: "surfacePressure_Pa", loggerPath: basename(loggers[0]?.logger ?? ""), rowsJoined: 120 },
        { column: "temperature_degC", loggerColumn: "T (degC)", rowsJoined: 120 },
      ]);
      expect(conversion.events).toMatchObject({ "join-miss": 2 });
    },
  );

  it("of a displacement are refused: BDF has no column for it", async () => {
    const loggers = [await joinOf("displacement", "P (bar)")];
    const target = join(directory, "displacement.parquet");
    expect(await codeOf(convertTrace(await trace(), target, { loggers, betaguardVersion: "1.2.3" }))).toBe(
      "E_CONVERT_FORMAT",
    );
  });
});

describeRecorded("recorded traces", () => {
  const files = readdirSync(recordedPath("."), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "MANIFEST.md")
    .map((entry) => join(entry.parentPath, entry.name));

  it.each(files.map((path) => [basename(path), path]))(
    "%s comes back bit for bit, if it is read",
    async (_, path) => {
      const code = await codeOf(readTrace(path));
      // Both formats of the small ones; the large ones take turns.
      const formats = (["parquet", "csv"] as const).filter(
        (_, k) => statSync(path).size < 100_000 || files.indexOf(path) % 2 === k,
      );
      for (const format of formats) {
        if (code !== "read") {
          expect(await codeOf(converted(path, format))).toBe(code);
          continue;
        }
        const { target, conversion } = await converted(path, format);
        expectEveryColumn(conversion, await expectSame(path, target));
        rmSync(target);
      }
    },
  );
});

/** A source column is in the file under some name, or its numbers are those of a column of the trace. */
function expectEveryColumn({ columns }: Conversion, { sourceColumns }: Trace) {
  const kept = columns.flatMap(({ sourceColumn }) => sourceColumn ?? []);
  const replaced = sourceColumns.filter((name) => !kept.includes(name));
  for (const name of replaced) expect(name).toMatch(/^[\w ]+ \/ \S+$|^[a-z]\w*$|^(?:Cycle|Step|Step Count)$/);
  expect(new Set(columns.map(({ name }) => name)).size).toBe(columns.length);
}
