/** NDAX: made here in every version, damaged in every way, and the recorded ones row by row against BTSDA's exports. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BetaguardError } from "../../host/errors.js";
import { openFile } from "../../host/trace/decode.js";
import { inspectTrace, readTrace, type Trace } from "../../host/trace/index.js";
import { ndax } from "../../host/trace/ndax.js";
import { cellsOf } from "../../host/trace/row.js";
import { openSource, type Table } from "../../host/trace/table.js";
import { type Member, makeNdc, makeZip, ndaxMembers, record, sealNdc } from "./containers.js";
import { codeOf, describeRecorded, recordedPath, temporaryFiles } from "./files.js";
import { EXPECTED, ROWS } from "./samples.js";

const write = temporaryFiles();
const VERSIONS = [2, 14, 17] as const;

const replaced = (members: readonly Member[], name: string, change: (content: Buffer) => Uint8Array) =>
  members.map((member) =>
    member.name === name ? { ...member, content: change(Buffer.from(member.content as Uint8Array)) } : member,
  );

async function readOrRefuse(bytes: Uint8Array): Promise<Trace | string> {
  const path = await write(bytes, "fuzzed");
  try {
    return await readTrace(path);
  } catch (error) {
    if (error instanceof BetaguardError && /^E_TRACE_/.test(error.code)) return error.code;
    throw error;
  }
}

describe.each(VERSIONS)("NDAX version %i", (version) => {
  it.each([false, true])("reads to the same table as every other dialect (ZIP64 sizes: %s)", async (long) => {
    const trace = await readTrace(await write(makeZip(ndaxMembers(version), long)));
    expect([trace.format, trace.dialect]).toEqual(["neware", "neware-ndax"]);
    const inspection = inspectTrace(trace);
    expect(inspection.rows).toBe(EXPECTED.rows);
    expect(inspection.charge_Ah).toBeCloseTo(EXPECTED.charge_Ah, 7);
    expect(inspection.discharge_Ah).toBeCloseTo(EXPECTED.discharge_Ah, 7);
    expect(Array.from(trace.columns.time_s)).toEqual(ROWS.map(({ t }) => t));
    expect(Array.from(trace.columns.current_A)).toEqual(ROWS.map(({ current }) => current + 0));
    expect(Array.from(trace.columns.stepTime_s ?? [])).toEqual(ROWS.map(({ stepTime }) => stepTime));
    expect(Array.from(trace.columns.step ?? [])).toEqual(ROWS.map(({ step }) => step));
    trace.columns.voltage_V?.forEach((volts, k) => {
      expect(volts).toBeCloseTo(ROWS[k]?.voltage ?? 0, 6);
    });
    const fraction = version === 2 ? 0 : 0.25;
    expect(trace.columns.unixTime_s?.[4]).toBe(Date.UTC(2024, 4, 30, 12, 0, 30) / 1000 + fraction);
    expect(trace.columns.temperature_degC?.[8]).toBe(version === 2 ? undefined : 26);
    expect(trace.dropped).toEqual([]);
    expect(trace.warnings.join()).toMatch(version === 2 ? /^current: version 2 counts in units/ : /^$/);
  });

  it("with any bit flipped is read to the same table or refused", async () => {
    const bytes = makeZip(ndaxMembers(version), true);
    const { columns } = await readTrace(await write(bytes));
    const outcomes = { read: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (at, bit) => {
        const flipped = Buffer.from(bytes);
        flipped[at] = (flipped[at] as number) ^ (1 << bit);
        const outcome = await readOrRefuse(flipped);
        if (typeof outcome === "string") outcomes.refused++;
        else {
          outcomes.read++;
          // A bit of a member's name may hide an auxiliary channel; what is read must still be right.
          expect({ temperature_degC: columns.temperature_degC, ...outcome.columns }).toEqual(columns);
        }
      }),
      { numRuns: 150, seed: 20_240_530 },
    );
    expect(Math.min(outcomes.read, outcomes.refused)).toBeGreaterThan(0);
  });

  it("cut short anywhere is refused", async () => {
    const bytes = makeZip(ndaxMembers(version));
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), async (length) => {
        expect(await readOrRefuse(bytes.subarray(0, length))).toMatch(/^E_TRACE_/);
      }),
      { numRuns: 60, seed: 20_240_530 },
    );
  });

  it("written wrongly, with checksums that fit, is read soundly or refused", async () => {
    const members = ndaxMembers(version);
    const names = members.map(({ name }) => name);
    const edit = fc.record({
      name: fc.constantFrom(...names),
      // The first page with records, where they are.
      at: fc.nat(version === 2 ? 1000 : 4096 + 132 + 400),
      byte: fc.nat(255),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 6 }), async (edits) => {
        const damaged = edits.reduce(
          (list, { name, at, byte }) =>
            replaced(list, name, (content) => {
              content[at % content.length] = byte;
              return name.endsWith(".ndc") ? sealNdc(content) : content;
            }),
          members,
        );
        const outcome = await readOrRefuse(makeZip(damaged));
        if (typeof outcome === "string") return;
        for (const column of Object.values(outcome.columns)) expect(column).toHaveLength(outcome.rows);
        const { time_s, current_A } = outcome.columns;
        expect(time_s.every(Number.isFinite) && current_A.every(Number.isFinite)).toBe(true);
        expect(outcome.dropped.reduce((sum, { count }) => sum + count, outcome.rows)).toBeLessThanOrEqual(
          ROWS.length,
        );
      }),
      { numRuns: 150, seed: 20_240_530 },
    );
  });
});

describe("NDAX refusals", () => {
  const members = ndaxMembers(14);
  const swap = (name: string, change: (content: Buffer) => Uint8Array) =>
    makeZip(replaced(members, name, change));

  it("names the version found and those known", async () => {
    const path = await write(
      swap("data.ndc", (content) => {
        content.writeUInt16LE(16, 2);
        return content;
      }),
    );
    await expect(readTrace(path)).rejects.toThrow(/expected ndc version 2, 14, 17, found 16/);
    expect(await codeOf(readTrace(path))).toBe("E_TRACE_NDAX_VERSION");
  });

  const table: readonly [string, Buffer, string, RegExp][] = [
    ["no rows", swap("data.ndc", () => makeNdc(14, 1, [])), "E_TRACE_NO_ROWS", /found none/],
    ["no steps", swap("data_step.ndc", () => makeNdc(14, 7, [])), "E_TRACE_BAD_NDAX", /found none for row 1/],
    ["no stamps", swap("data_runInfo.ndc", () => makeNdc(14, 18, [])), "E_TRACE_BAD_NDAX", /time stamp/],
    [
      "a lost member",
      makeZip(members.filter(({ name }) => name !== "data_step.ndc")),
      "E_TRACE_BAD_NDAX",
      /expected a member data_step\.ndc/,
    ],
    [
      "another file's type",
      swap("data_step.ndc", () => makeNdc(14, 18, [])),
      "E_TRACE_BAD_NDAX",
      /expected file type 7, found 18/,
    ],
    [
      "another version's stamps",
      swap("data_runInfo.ndc", () => makeNdc(17, 18, [])),
      "E_TRACE_BAD_NDAX",
      /expected one ndc version, found 14 and 17/,
    ],
    [
      "a page that its CRC contradicts",
      swap("data.ndc", (content) => {
        content.writeFloatLE(4.2, 4096 + 132);
        return content;
      }),
      "E_TRACE_BAD_NDAX",
      /CRC-32/,
    ],
    [
      "a page that its count contradicts",
      swap("data.ndc", (content) => {
        content.writeUInt16LE(15, 4096 + 2);
        return sealNdc(content);
      }),
      "E_TRACE_BAD_NDAX",
      /16 records by its slot mask, found type 2 with 15/,
    ],
    [
      "half a page",
      swap("data.ndc", (content) => content.subarray(0, 6000)),
      "E_TRACE_BAD_NDAX",
      /whole pages/,
    ],
    [
      "damaged XML beside auxiliary channels",
      swap("TestInfo.xml", (content) => content.subarray(0, 60)),
      "E_TRACE_BAD_NDAX",
      /whole XML in TestInfo\.xml/,
    ],
    [
      "an unknown current range",
      makeZip([
        {
          name: "data.ndc",
          content: makeNdc(2, 1, [record(94, (r) => r.writeInt32LE(7, 82) && r.writeInt32LE(1, 35))]),
        },
      ]),
      "E_TRACE_BAD_NDAX",
      /found 7 mA/,
    ],
    [
      "no NDAX at all",
      makeZip([{ name: "a.csv", content: "1,2" }]),
      "E_TRACE_UNKNOWN_DIALECT",
      /neither NDAX/,
    ],
    [
      "a member twice",
      makeZip([...members, ...members.slice(0, 1)]),
      "E_TRACE_BAD_ZIP",
      /"TestInfo\.xml" in it twice/,
    ],
    [
      "a member larger than any trace",
      makeZip([{ name: "data.ndc", content: "x", claimedSize: 500 * 1024 * 1024 }]),
      "E_TRACE_TOO_LARGE",
      /400 MiB/,
    ],
    [
      "a member that inflates to more than it says",
      makeZip([{ name: "data.ndc", content: Buffer.alloc(20 * 1024 * 1024), claimedSize: 100 }]),
      "E_TRACE_BAD_ZIP",
      /damaged/,
    ],
  ];
  it.each(table)("%s", async (_, bytes, code, message) => {
    const path = await write(bytes);
    await expect(readTrace(path)).rejects.toThrow(message);
    expect(await codeOf(readTrace(path))).toBe(code);
  });

  it("warns of an auxiliary channel that TestInfo.xml does not explain, and does not use it", async () => {
    const trace = await readTrace(
      await write(makeZip(members.filter(({ name }) => name !== "TestInfo.xml"))),
    );
    expect(trace.columns.temperature_degC).toBeUndefined();
    expect(trace.warnings.join()).toMatch(/does not say what data_AUX_9_3_1\.ndc holds/);
  });

  it("refuses steps that do not begin where the stamps say", async () => {
    const bytes = swap("data_step.ndc", (content) => {
      // The third step from row 11 on instead of row 9, which its stamps name as its first.
      content.writeUInt32LE(11, 4096 + 132 + 2 * 37 + 33);
      return sealNdc(content);
    });
    const path = await write(bytes);
    expect(await codeOf(readTrace(path))).toBe("E_TRACE_BAD_NDAX");
    await expect(readTrace(path)).rejects.toThrow(/change steps together, found row 9/);
  });

  it("warns where rows between stamps do not lead up to the next stamp", async () => {
    const moved = swap("data_runInfo.ndc", (content) => {
      // The fourth stamp ends the first step at 20 s; 3 s more, and its own interval does not explain them.
      content.writeUInt32LE(23_000, 4096 + 132 + 3 * 55);
      return sealNdc(content);
    });
    const trace = await readTrace(await write(moved));
    expect(trace.columns.time_s[2]).toBe(23);
    expect(trace.warnings.join()).toMatch(/at 1 of 12 stamps .*\(by up to 3 s\)/);
  });
});

/** Every row's cells under the column names. */
async function tableOf(name: string): Promise<{ header: readonly string[]; rows: string[][] }> {
  const source = await openSource(await openFile(recordedPath(name)));
  const evidence = ndax.detect(source);
  const table = evidence ? (await ndax.read(source, evidence)).table : (source.table as Table);
  const rows: string[][] = [];
  await table.scan((row) => rows.push(cellsOf(row)) > 0);
  return { header: table.header, rows };
}

const column = (table: Awaited<ReturnType<typeof tableOf>>, name: string) => {
  const index = table.header.indexOf(name);
  expect(index, name).toBeGreaterThanOrEqual(0);
  return table.rows.map((row) => row[index] as string);
};

/**
 * NDAX column, reference column, factor to the NDAX unit, and the largest difference: half of the last digit that the
 * reference was rounded to (0.1 mV, 1 µA), plus what its 32-bit floats add. Times and counts are exact.
 */
const COMPARED: readonly [string, string, number, number][] = [
  ["Time(s)", "Time", 1, 0],
  ["Total Time(s)", "Total Time", 1, 0],
  ["Cycle Index", "Cycle Index", 1, 0],
  ["Step Index", "Step Index", 1, 0],
  ["Step Count", "Step Count", 1, 0],
  ["Voltage(V)", "Voltage(mV)", 1e-3, 0.505e-4],
  ["Current(A)", "Current(uA)", 1e-6, 0.5e-6],
];
const AUXILIARY: typeof COMPARED = [
  ["V1(V)", "V1(mV)", 1e-3, 1e-6],
  ["T1(degC)", "T1(?)", 1, 1e-5],
  ["t1(degC, set-point)", "t1(?)", 1, 1e-5],
];

describeRecorded("recorded NDAX, every row against BTSDA's export", () => {
  it.each([
    ["fastnda_interp-test", 333, 1, COMPARED],
    ["fastnda_nw4-120-1-6-53", 18_700, 4696, COMPARED],
    ["fastnda_scrubbed_ndc2", 28, 1, [...COMPARED, ...AUXILIARY]],
  ] as const)("%s", async (name, rows, countedRows, compared) => {
    const ours = await tableOf(`neware/${name}.ndax`);
    const reference = await tableOf(`neware/${name}.parquet`);
    expect([ours.rows.length, reference.rows.length]).toEqual([rows, rows]);
    for (const [a, b, factor, tolerance] of compared) {
      const theirs = column(reference, b).map(Number);
      const worst = column(ours, a).reduce(
        (most, value, k) => Math.max(most, Math.abs(Number(value) - (theirs[k] as number) * factor)),
        0,
      );
      expect(worst, a).toBeLessThanOrEqual(tolerance);
    }
    expect(column(ours, "Step Type")).toEqual(column(reference, "Step Type"));

    // The export shifts the wall clock by its zone; the milliseconds between rows are exact.
    const clock = column(reference, "Date").map((date) => Date.parse(date));
    const unix_ms = column(ours, "Date(unix s)").map((s) => Math.round(1000 * Number(s)));
    expect(unix_ms.map((ms) => ms - (unix_ms[0] as number))).toEqual(
      clock.map((ms) => ms - (clock[0] as number)),
    );

    // Capacity: where a stamp moved it, the cycler's own count to 32-bit precision; between stamps it is held.
    const capacity = column(reference, "Capacity(mAs)").map(Number);
    const discharge = column(ours, "DChg. Cap.(Ah)").map(Number);
    const held = column(ours, "Chg. Cap.(Ah)").map(
      (Ah, k) => (Number(Ah) + (discharge[k] as number)) * 3.6e6,
    );
    const moved = held.flatMap((mAs, k) => (k === 0 || mAs !== held[k - 1] ? [k] : []));
    expect(moved).toHaveLength(countedRows);
    for (const k of moved)
      expect(Math.abs((held[k] as number) - (capacity[k] as number))).toBeLessThanOrEqual(
        2 ** -23 * (capacity[k] as number) + 1e-4,
      );
  });

  it("gives the auxiliary temperature to the trace", async () => {
    const { columns } = await readTrace(recordedPath("neware/fastnda_scrubbed_ndc2.ndax"));
    expect(columns.temperature_degC?.[0]).toBe(97);
    expect(columns.temperature_degC?.[27]).toBeCloseTo(217.3, 9);
  });
});
