/** What is peculiar to one vendor's text: resumed blocks, other units, rows of units, placeholders. */
import { describe, expect, it } from "vitest";
import { inspectTrace, readTrace } from "../../host/trace/index.js";
import { codeOf, temporaryFiles } from "./files.js";
import { EXPECTED, NOVONIX_RESUMED, PEC_SECONDS, ROWS, SAMPLES } from "./samples.js";

const write = temporaryFiles();
const read = async (content: string | Uint8Array) => readTrace(await write(content));
const refusal = async (content: string) => codeOf(read(content));
const sample = (dialect: string) => SAMPLES[dialect] as string;

describe("Novonix", () => {
  it("joins the blocks of a resumed test, with a restart at the line where its time begins again", async () => {
    const trace = await read(NOVONIX_RESUMED);
    expect(trace.rows).toBe(2 * EXPECTED.rows);
    // 8 lines before each header, 16 rows below: the second block's first row.
    const restart = 8 + 1 + EXPECTED.rows + 8 + 2;
    expect(trace.events.filter(({ type }) => type === "restart")).toMatchObject([{ line: restart }]);
    const { charge_Ah, discharge_Ah } = inspectTrace(trace);
    expect(charge_Ah).toBeCloseTo(2 * EXPECTED.charge_Ah, 6);
    expect(discharge_Ah).toBeCloseTo(2 * EXPECTED.discharge_Ah, 6);
  });

  it("takes the cell's temperature, not the circuit's", async () => {
    expect((await read(sample("novonix"))).columns.temperature_degC?.[0]).toBe(25.5);
    const alone = sample("novonix").replace("Temperature (\u00b0C),Circuit", "Humidity (%),Circuit");
    expect((await read(alone)).columns.temperature_degC).toBeUndefined();
  });

  it("finds its data below a protocol of any length", async () => {
    const long = sample("novonix").replace("[Protocol]\n", `[Protocol]\n${"[Rest]\n".repeat(5000)}`);
    expect((await read(long)).rows).toBe(EXPECTED.rows);
  });

  it("does not count a row that is stamped hours too early against the current", async () => {
    const moved = (line: string, hours: number, capacity_Ah: number) => {
      const cells = line.split(",");
      cells[3] = (Number(cells[3]) + hours).toFixed(7);
      cells[7] = (Number(cells[7]) + capacity_Ah).toFixed(8);
      return cells.join(",");
    };
    const [first = "", ...rows] = sample("novonix")
      .trimEnd()
      .split(/\n(?=5\/30\/2024)/);
    const early = rows.flatMap((row, k) => [moved(row, 3, 0), ...(k === 7 ? [moved(row, 0.3, -1)] : [])]);
    const trace = await read([first, ...early].join("\n"));
    expect(trace.events.map(({ type }) => type)).toEqual(expect.arrayContaining(["backward-time", "gap"]));
    expect(trace.warnings.join("\n")).not.toMatch(/capacity/);
    expect(trace.evidence.join("\n")).toMatch(/units: .*Capacity \(Ah\) counted 0\.033333 Ah/);
  });

  it("reads the other two date styles", async () => {
    for (const style of ["2024-05-30 $1", "30/05/2024 $1"]) {
      const text = sample("novonix").replaceAll(/^5\/30\/2024 (\S+) PM/gm, style);
      expect((await read(text)).columns.unixTime_s?.[0]).toBe(Date.UTC(2024, 4, 30, 12) / 1000);
    }
  });

  it.each([
    ["a block without data", `${NOVONIX_RESUMED}[Summary]\n`],
    ["no data at all", "[Summary]\nNovonix\n"],
    ["blocks with different columns", NOVONIX_RESUMED.replace("Step Number", "Step Name")],
  ])("refuses %s", async (_, content) => {
    expect(await refusal(content)).toBe("E_TRACE_BAD_VALUES");
  });

  it("refuses blocks without a current", async () => {
    expect(await refusal(sample("novonix").replace("Current (A)", "Power (W)"))).toBe("E_TRACE_NO_CURRENT");
  });
});

describe("Basytec", () => {
  const text = Buffer.from(SAMPLES.basytec as Uint8Array).toString("latin1");

  it("reads a file whose degree sign was destroyed, in seconds and without a wall clock", async () => {
    let row = 0;
    const seconds = text
      .replace("\u00b0", "\ufffd")
      .replace("Time[h]", "Time[s]")
      .replace("DateTime", "t-Set[s]")
      .replaceAll(/^[\d.e-]+(?=\t\d+\t30)/gm, () => String(ROWS[row++]?.t))
      .replaceAll(/30\.05\.2024 [\d:]+(?=\t)/g, "0");
    const trace = await read(seconds);
    expect(row).toBe(EXPECTED.rows);
    expect(inspectTrace(trace).span_s).toBeCloseTo(EXPECTED.span_s, 9);
    expect(trace.columns.temperature_degC?.[0]).toBe(25.5);
    expect(trace.warnings).toEqual([expect.stringMatching(/no wall clock/)]);
  });

  it("corrects hours labelled seconds on the wall clock's word", async () => {
    const trace = await read(text.replace("~Time[h]", "~Time[s]"));
    expect(inspectTrace(trace).span_s).toBeCloseTo(EXPECTED.span_s, 6);
    expect(trace.events.map(({ type }) => type)).toContain("time-unit");
  });
});

describe("Landt", () => {
  it("takes all-zero pressure and temperatures for not measured", async () => {
    const { columns, warnings } = await read(sample("landt"));
    expect(columns.surfacePressure_Pa).toBeUndefined();
    expect(columns.temperature_degC).toBeUndefined();
    expect(warnings.join("\n")).toMatch(/temperature: not measured.*\n.*pressure: not measured/);
  });

  it("turns a measured pressure from psi into Pa", async () => {
    const { columns } = await read(sample("landt").replaceAll(",0,0,0,", ",100,0,31,"));
    expect(columns.surfacePressure_Pa?.[0]).toBeCloseTo(689_475.73, 2);
    expect(columns.temperature_degC?.[0]).toBe(31);
  });
});

describe("PEC", () => {
  it("reads seconds, mV and mA as it reads hh:mm:ss, V and A", async () => {
    const [seconds, clock] = [await read(PEC_SECONDS), await read(sample("pec"))];
    for (const column of ["time_s", "current_A"] as const)
      expect(seconds.columns[column]).toEqual(clock.columns[column]);
    expect(seconds.columns.voltage_V?.[3]).toBeCloseTo(3.6, 9);
  });

  it("takes the leakage of a test that only rests as it is", async () => {
    // Counters that drift by more than the current can explain are no witness against its sign.
    let drift = 0;
    const resting = sample("pec")
      .replaceAll(/I_(?:chrg|disch)/g, "Idle")
      .replaceAll(/,(?:0|2|-1),[\d.]+,[\d.]+,30,/g, () => `,-1E-06,${(drift++ / 1000).toFixed(3)},0,30,`);
    const trace = await read(resting);
    expect(new Set(trace.columns.current_A)).toEqual(new Set([-1e-6]));
    expect(trace.warnings).toContainEqual(
      expect.stringMatching(/0\.00000100 A in a test whose state .* rest/),
    );
  });

  it.each([
    ["two cells", "1,2,4,"],
    ["two tests", "2,1,4,"],
  ])("refuses an export of %s", async (_, start) => {
    const reading = read(sample("pec").replaceAll(/^1,1,4,/gm, start));
    expect(await codeOf(reading)).toBe("E_TRACE_BAD_VALUES");
    // 28 keys, 3 lines of results, the header, and 11 rows of the first three steps.
    await expect(reading).rejects.toThrow(/:44: expected one cell's test per file/);
  });
});

describe("Digatron", () => {
  it("leaves the row of units out", async () => {
    const trace = await read(sample("digatron"));
    expect(trace.rows).toBe(EXPECTED.rows);
    expect(trace.evidence.join("\n")).toMatch(/units: line 2 repeats/);
  });

  it("refuses a row of units that contradicts the names", async () => {
    expect(await refusal(sample("digatron").replace(",,s,s,,A,", ",,ms,s,,A,"))).toBe("E_TRACE_UNKNOWN_UNIT");
  });

  it("corrects milliseconds labelled seconds", async () => {
    const text = sample("digatron").replaceAll(/(PAU|CHA|DCH),(\d+),(\d+)/g, "$1,$2000,$3000");
    const trace = await read(text);
    expect(inspectTrace(trace)).toMatchObject({ span_s: EXPECTED.span_s });
    expect(trace.events.map(({ type }) => type)).toContain("time-unit");
  });
});

describe("rows in = rows used + rows dropped", () => {
  it.each(["novonix", "basytec", "landt", "pec", "digatron", "plain-csv"])(
    "in a damaged %s file",
    async (dialect) => {
      const lines = Buffer.from(SAMPLES[dialect] as string | Uint8Array)
        .toString("latin1")
        .trimEnd()
        .split("\n");
      const delimiter = dialect === "basytec" ? "\t" : ",";
      const last = lines.at(-1) as string;
      const damaged = [
        ...lines,
        `${last}${delimiter}9`,
        "",
        last.split(delimiter).slice(0, 3).join(delimiter),
      ];
      const trace = await read(Buffer.from(damaged.join("\n"), "latin1"));
      expect(trace.dropped.reduce((sum, { count }) => sum + count, trace.rows)).toBe(EXPECTED.rows + 2);
      const found = trace.events
        .filter(({ type }) => /-row$/.test(type))
        .map(({ type, line }) => [type, line]);
      expect(found).toEqual([
        ["long-row", lines.length + 1],
        ["truncated-row", lines.length + 3],
      ]);
    },
  );
});
