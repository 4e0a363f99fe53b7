/** Traces of any length: memory by the row, a refusal in place of an end without one, and events that can be read. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readTrace } from "../../host/trace/index.js";
import { codeOf, temporaryFiles } from "./files.js";

const write = temporaryFiles();
const HEADER = "Test Time / s,Voltage / V,Current / A,Surface Temperature / degC";
const bdf = (rows: number) =>
  `${HEADER}\n${Array.from({ length: rows }, (_, k) => `${k / 10},${(3.7 + (k % 997) / 1e4).toFixed(4)},0.0020${k % 10},60.${k % 10}\n`).join("")}`;

/** Most memory that was resident while a process of its own read a file, MiB. */
function residentWhileReading(path: string): number {
  const index = new URL("../../host/trace/index.ts", import.meta.url).href;
  const script = `
    const { readTrace } = await import(${JSON.stringify(index)});
    const trace = await readTrace(${JSON.stringify(path)});
    console.log(JSON.stringify([trace.rows, process.resourceUsage().maxRSS / 1024]));`;
  const out = execFileSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
  });
  const [rows, resident] = JSON.parse(String(out)) as [number, number];
  expect(rows).toBeGreaterThan(0);
  return resident;
}

describe("memory", () => {
  it("grows by no more than the columns and a margin", async () => {
    const rows = 400_000;
    const [short, long] = [
      residentWhileReading(await write(bdf(100))),
      residentWhileReading(await write(bdf(rows))),
    ];
    // Four columns of 8 bytes and a line number make 14 MiB; a string a cell would make 100 MiB and more.
    expect(long - short).toBeLessThan(90);
  });

  it("is refused beyond its bound, saying what would be needed", async () => {
    const path = await write(bdf(50_000));
    const bytesPerRow = 4 * 8 + 4;
    expect((await readTrace(path, { memory: 60_000 * bytesPerRow })).rows).toBe(50_000);
    const reading = readTrace(path, { memory: 40_000 * bytesPerRow });
    expect(await codeOf(reading)).toBe("E_TRACE_TOO_LARGE");
    await expect(reading).rejects.toThrow(/at most 2 MiB, found about \d{5} rows that need 2 MiB; split/);
  });

  it("is not refused for the columns that were never measured", async () => {
    const zeros = [
      "Applied Pressure / Pa",
      "Surface Pressure / Pa",
      "Temperature T1 / degC",
      "Temperature T2 / degC",
    ];
    const text = bdf(50_000)
      .replace(HEADER, `${HEADER},${zeros.join(",")}`)
      .replaceAll(/(?<=60\.\d)\n/g, ",0,0,,\n");
    const trace = await readTrace(await write(text), { memory: 60_000 * (4 * 8 + 4) });
    expect(trace.columns.appliedPressure_Pa).toBeUndefined();
    expect(trace.columns.temperature_degC?.[9]).toBe(60.9);
  });
});

describe("progress", () => {
  it("rises from 0 to 1 as a file is read", async () => {
    const shares: number[] = [];
    await readTrace(await write(bdf(100_000)), { onProgress: (share) => shares.push(share) });
    expect(shares.length).toBeGreaterThan(4);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
  });
});

describe("events", () => {
  it("of one kind are listed up to a number, and counted beyond it", async () => {
    const rows = 25_000;
    const text = `Test Time / s,Voltage / V,Current / A\n${Array.from({ length: rows }, (_, k) => `${Math.floor(k / 10)},3.7,1\n`).join("")}`;
    const { events } = await readTrace(await write(text));
    expect(events).toHaveLength(10_001);
    // Nine of ten rows repeat a time: 22,500, of which the first 10,000 are listed.
    const summary = events.filter(({ detail }) => detail.startsWith("12500 more"));
    expect(summary).toMatchObject([{ type: "duplicate-time" }]);
    const listed = events.filter((event) => event !== summary[0]);
    expect(listed.every(({ line }) => line < (summary[0]?.line ?? 0))).toBe(true);
  });
});

describe("text in pieces", () => {
  it("reads a character, a line break and a row cut anywhere between two pieces", async () => {
    // Pieces are 1 MiB: rows of 7 to 9 characters put their ends at every place of a row.
    const rows = 300_000;
    const text = `Zeit (s);Spannung µ;Strom\r\n${Array.from({ length: rows }, (_, k) => `${k};3,${k % 7}µ;-${k % 3}\r\n`).join("")}`;
    const map = { time: "Zeit (s)", current: "Strom", current_unit: "mA", sign: "charge-positive" } as const;
    for (const encoding of ["utf8", "latin1", "utf16le"] as const) {
      const mark = encoding === "utf16le" ? "\ufeff" : "";
      const trace = await readTrace(await write(Buffer.from(mark + text, encoding)), { map });
      expect(trace.rows).toBe(rows);
      expect(trace.columns.time_s.every((t, k) => t === k)).toBe(true);
      expect(trace.lines?.every((line, k) => line === k + 2)).toBe(true);
    }
  });
});
