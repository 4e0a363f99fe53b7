/** Parquet as others write it: types, nulls, names, and files that are no Parquet after all. */
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, it } from "vitest";
import { duckdb } from "../../host/trace/duckdb.js";
import { readTrace } from "../../host/trace/index.js";
import { codeOf, temporaryFiles } from "./files.js";

const write = temporaryFiles();

/** A file of what a query gives, written by DuckDB. */
async function parquetOf(sql: string, name?: string): Promise<string> {
  const path = await write("", name);
  await (await duckdb()).run(`COPY (${sql}) TO '${path.replaceAll("'", "''")}' (FORMAT parquet)`);
  return path;
}

const TIME = `"Test Time / s"`;
const rest = `3.5 AS "Voltage / V", 1.0 AS "Current / A"`;

describe("Parquet", () => {
  it("reads every type of number, in the file's order over row groups", async () => {
    const path = await write("", "ordered.parquet");
    await (await duckdb()).run(
      `COPY (SELECT k AS ${TIME}, CAST(3.5 + k / 1e6 AS FLOAT) AS "Voltage / V", CAST(k % 7 AS DECIMAL(9, 3)) AS "Current / A",
        CAST(k % 5 AS UTINYINT) AS "Cycle Count / 1", CAST(k AS HUGEINT) AS "Step Count / 1" FROM range(300000) t(k))
        TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 20000)`,
    );
    const { columns, rows } = await readTrace(path);
    expect(rows).toBe(300_000);
    expect(columns.time_s.every((t, k) => t === k)).toBe(true);
    expect(columns.voltage_V?.every((v, k) => v === Math.fround(3.5 + k / 1e6))).toBe(true);
    expect(columns.current_A.every((i, k) => i === k % 7)).toBe(true);
    expect(columns.cycle?.every((n, k) => n === k % 5)).toBe(true);
    expect(columns.step?.every((n, k) => n === k)).toBe(true);
  });

  it("takes null and NaN for not measured, infinity for damage", async () => {
    const path = await parquetOf(
      `SELECT k AS ${TIME}, CASE k WHEN 1 THEN NULL WHEN 2 THEN 'nan'::DOUBLE ELSE 3.5 END AS "Voltage / V",
        CASE k WHEN 3 THEN NULL WHEN 4 THEN 'nan'::DOUBLE WHEN 5 THEN 'inf'::DOUBLE ELSE 1 END AS "Current / A" FROM range(9) t(k)`,
    );
    const trace = await readTrace(path);
    expect(Array.from(trace.columns.voltage_V ?? [])).toEqual([3.5, Number.NaN, Number.NaN, 3.5, 3.5, 3.5]);
    expect(trace.dropped).toEqual([
      { rule: "row without a current", count: 2 },
      { rule: "row with an unreadable time, current or voltage", count: 1 },
    ]);
    expect(trace.rowsRead).toBe(9);
    expect(trace.events).toMatchObject([{ type: "unreadable-cell", line: 6 }]);
  });

  it.each([
    ["a timestamp", "TIMESTAMP '2026-03-01 12:00:00.25' + INTERVAL (k) SECOND"],
    ["a timestamp with a zone", "TIMESTAMPTZ '2026-03-01 13:00:00.25+01' + INTERVAL (k) SECOND"],
    ["a text", "strftime(TIMESTAMP '2026-03-01 12:00:00' + INTERVAL (k) SECOND, '%Y-%m-%dT%H:%M:%S.25Z')"],
    ["Unix seconds", "1772366400.25 + k"],
  ])("reads %s as the wall clock", async (_, clock) => {
    const path = await parquetOf(
      `SELECT k AS ${TIME}, ${rest}, ${clock} AS "Unix Time / s" FROM range(20) t(k)`,
    );
    const { columns } = await readTrace(path);
    expect(columns.unixTime_s?.[0]).toBe(1_772_366_400.25);
    expect(columns.unixTime_s?.[19]).toBe(1_772_366_419.25);
  });

  it("tells columns apart that differ in case only, and refuses one that is there twice", async () => {
    const columnData = (names: readonly string[]) =>
      names.map((name, k) => ({ name, data: [k, k + 1, k + 2], type: "DOUBLE" as const }));
    const cased = parquetWriteBuffer({
      columnData: columnData(["Test Time / s", "Voltage / V", "Current / A", "CURRENT / a"]),
    });
    const trace = await readTrace(await write(new Uint8Array(cased)));
    expect(trace.columns.current_A[0]).toBe(2);
    expect(trace.sourceColumns).toEqual(["Test Time / s", "Voltage / V", "Current / A", "CURRENT / a"]);
    const twice = parquetWriteBuffer({
      columnData: columnData(["Test Time / s", "Voltage / V", "Current / A", "Current / A"]),
    });
    expect(await codeOf(readTrace(await write(new Uint8Array(twice))))).toBe("E_TRACE_DUPLICATE_COLUMN");
  });

  it("reads the file of that name, whatever a pattern would make of it", async () => {
    await parquetOf(`SELECT k AS ${TIME}, ${rest} FROM range(5) t(k)`, "run1.parquet");
    const path = await parquetOf(`SELECT k AS ${TIME}, ${rest} FROM range(3) t(k)`, "run[1]*?'.parquet");
    const trace = await readTrace(path);
    expect(trace.rows).toBe(3);
    const folder = join(dirname(path), "cell=7");
    await mkdir(folder, { recursive: true });
    const inside = await parquetOf(`SELECT k AS ${TIME}, ${rest} FROM range(4) t(k)`, "cell=7/run.parquet");
    expect((await readTrace(inside)).sourceColumns).toHaveLength(3);
  });

  it("refuses what is cut, and what gzip hides", async () => {
    const whole = new Uint8Array(
      parquetWriteBuffer({ columnData: [{ name: "Test Time / s", data: [1, 2], type: "DOUBLE" }] }),
    );
    expect(await codeOf(readTrace(await write(whole.subarray(0, whole.length - 9))))).toBe(
      "E_TRACE_BAD_PARQUET",
    );
    expect(await codeOf(readTrace(await write(gzipSync(whole))))).toBe("E_TRACE_BINARY");
  });
});
