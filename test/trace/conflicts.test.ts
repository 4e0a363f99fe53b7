/** Files that contradict themselves: each conflict is decided by evidence and reported, or refused; none passes. */
import { describe, expect, it } from "vitest";
import { inspectTrace, readTrace, type Trace } from "../../host/trace/index.js";
import { codeOf, temporaryFiles } from "./files.js";
import { SAMPLES } from "./samples.js";

const write = temporaryFiles();
const read = async (content: string | Uint8Array) => readTrace(await write(content));
const refusal = async (content: string | Uint8Array) => codeOf(read(content));
const events = ({ events }: Trace) => [...new Set(events.map(({ type }) => type))];

/** Three charges and three discharges at 1 A, 20 rows of 10 s each, with clock, state, counters and voltage. */
const ROWS = Array.from({ length: 120 }, (_, k) => {
  const charges = Math.floor(k / 20) % 2 === 0;
  return { t: 10 * k, charges, i: charges ? 1 : -1, v: (charges ? 3.6 : 3.4) + 0.0001 * k };
});
const START_s = 1.7e9;
/** What the cycler counted until a row; in the interval between two steps it counts nothing. */
const moved = (row: number, charge: boolean) => {
  const intervals = ROWS.slice(1, row + 1).filter(({ i }, k) => i === ROWS[k]?.i && i > 0 === charge);
  return (intervals.length * 10) / 3600;
};

type Cells = Readonly<Record<string, string | number>>;
/** The test as BDF, its cells and names edited. */
function bdf(
  edit: (row: Cells, k: number) => Cells = (row) => row,
  rename: Readonly<Record<string, string>> = {},
  keep = ALL,
) {
  const rows = ROWS.map(({ t, charges, i, v }, k) =>
    edit(
      {
        "Test Time / s": t,
        "Voltage / V": v,
        "Current / A": i,
        "Unix Time / s": START_s + t,
        "Step Type": charges ? "charge" : "discharge",
        "Charging Capacity / Ah": moved(k, true),
        "Discharging Capacity / Ah": moved(k, false),
      },
      k,
    ),
  );
  const names = [...keep, ...Object.keys(rows[0] as Cells).filter((name) => !ALL.includes(name))];
  return `${names.map((name) => rename[name] ?? name).join(",")}\n${rows.map((row) => names.map((name) => row[name]).join(",")).join("\n")}\n`;
}
const ALL = [
  "Test Time / s",
  "Voltage / V",
  "Current / A",
  "Unix Time / s",
  "Step Type",
  "Charging Capacity / Ah",
  "Discharging Capacity / Ah",
];
const without = (...names: string[]) => ALL.filter((name) => !names.some((part) => name.startsWith(part)));
const scaled = (name: string, factor: number) => (row: Cells) => ({
  ...row,
  [name]: Number(row[name]) * factor,
});

describe("no conflict", () => {
  it("is reported as what agrees with what", async () => {
    const trace = await read(bdf());
    expect(events(trace)).toEqual([]);
    const evidence = trace.evidence.join("\n");
    expect(evidence).toContain("it advances 1.000 per second of the wall clock");
    expect(evidence).toContain("state column: agrees, capacity counters: agrees, voltage response: agrees");
    expect(evidence).toMatch(/units: the current's integral is [\d.]+ Ah where .* counted/);
  });
});

describe("time unit against wall clock", () => {
  it.each([
    ["milliseconds", 1000],
    ["minutes", 1 / 60],
    ["hours", 1 / 3600],
    ["seconds taken for hours", 3600],
  ])("%s labelled seconds: the clock decides, with an event and a warning", async (_, factor) => {
    const trace = await read(bdf(scaled("Test Time / s", factor)));
    expect(inspectTrace(trace).span_s).toBeCloseTo(1190, 6);
    expect(events(trace)).toEqual(["time-unit"]);
    expect(trace.events[0]?.detail).toMatch(/expected seconds by the column's label, found that it advances/);
    expect(trace.warnings.join("\n")).toContain(trace.events[0]?.detail);
  });

  it("a factor that no unit has is refused", async () => {
    expect(await refusal(bdf(scaled("Test Time / s", 2)))).toBe("E_TRACE_TIME_UNIT");
  });

  it("without a clock the counters notice, and refuse", async () => {
    expect(await refusal(bdf(scaled("Test Time / s", 60), {}, without("Unix")))).toBe(
      "E_TRACE_UNIT_CONFLICT",
    );
  });
});

describe("sign against state", () => {
  const reversed = (row: Cells) => ({ ...row, "Current / A": -Number(row["Current / A"]) });

  it("a current that state, counters and voltage all oppose is turned round", async () => {
    const trace = await read(bdf(reversed));
    expect(trace.columns.current_A[0]).toBe(1);
    expect(events(trace)).toEqual(["state-sign"]);
    expect(trace.events[0]?.detail).toContain("sign reversed");
  });

  it("a state that nothing else supports is refused, not followed", async () => {
    const states = (row: Cells) => ({
      ...row,
      "Step Type": row["Step Type"] === "charge" ? "discharge" : "charge",
    });
    expect(await refusal(bdf(states))).toBe("E_TRACE_SIGN_CONFLICT");
    const nothingElse = (row: Cells) => ({ ...states(row), "Voltage / V": 3.6 });
    expect(await refusal(bdf(nothingElse, {}, without("Charging", "Discharging")))).toBe(
      "E_TRACE_SIGN_CONFLICT",
    );
  });

  it("magnitudes beside a state that says discharge are refused where the format is signed", async () => {
    const magnitudes = (row: Cells) => ({ ...row, "Current / A": 1 });
    expect(await refusal(bdf(magnitudes))).toBe("E_TRACE_SIGN_CONFLICT");
  });
});

describe("current column against accumulators", () => {
  const both = (factor: number) => (row: Cells) => ({
    ...row,
    "Current / A": Number(row["Current / A"]) * factor,
    Current: row["Current / A"] as number,
  });

  it("of two columns the one that the counters agree with is used", async () => {
    const trace = await read(bdf(both(0.001)));
    expect(inspectTrace(trace).current_A).toEqual([-1, 1]);
    expect(events(trace)).toEqual(["current-unit"]);
    expect(trace.events[0]?.detail).toMatch(/"Current" is used/);
  });

  it("without counters two that differ are refused", async () => {
    expect(await refusal(bdf(both(0.001), {}, without("Charging", "Discharging")))).toBe(
      "E_TRACE_CURRENT_UNIT",
    );
  });

  it.each([1000, 0.001, 3600, 1 / 60])("one column %d times the counters' is refused", async (factor) => {
    expect(await refusal(bdf(scaled("Current / A", factor)))).toBe("E_TRACE_UNIT_CONFLICT");
  });

  it("a difference that no unit explains is a warning with both numbers", async () => {
    const trace = await read(bdf(scaled("Current / A", 1.2)));
    expect(trace.warnings.join("\n")).toMatch(
      /capacity: the current's integral is [\d.]+ Ah where .* counted [\d.]+ Ah/,
    );
  });
});

describe("millivolts labelled volts", () => {
  it("are refused: no cell has them", async () => {
    const reading = read(bdf(scaled("Voltage / V", 1000)));
    expect(await codeOf(reading)).toBe("E_TRACE_VOLTAGE_UNIT");
    await expect(reading).rejects.toThrow(
      /:2: expected the voltage of one cell, at most 20 V, found 3600 V .*3600 mV would be 3.6 V/,
    );
  });

  it("are read where the label says so", async () => {
    const trace = await read(bdf(scaled("Voltage / V", 1000), { "Voltage / V": "Voltage / mV" }));
    expect(inspectTrace(trace).voltage_V?.[1]).toBeCloseTo(3.61, 2);
  });

  it.each([21, -400])("a single spike of %d V is not used, with an event", async (spike) => {
    const trace = await read(bdf((row, k) => (k === 50 ? { ...row, "Voltage / V": spike } : row)));
    expect(trace.columns.voltage_V?.[50]).toBeNaN();
    expect(trace.events).toMatchObject([{ type: "voltage-range", line: 52 }]);
    expect(inspectTrace(trace).voltage_V?.[1]).toBeLessThan(4);
  });

  it("what a cell can have under a potentiostat is left alone", async () => {
    const trace = await read(bdf((row, k) => (k === 50 ? { ...row, "Voltage / V": -10 } : row)));
    expect(events(trace)).toEqual([]);
  });
});

describe("volts labelled millivolts", () => {
  const label = { "Voltage / V": "Voltage / mV" };
  const energies = (row: Cells, k: number) => {
    const moved_Wh = (charge: boolean) =>
      ROWS.slice(1, k + 1).reduce((sum, { i, v }, n) => {
        const before = ROWS[n] as (typeof ROWS)[number];
        return i === before.i && i > 0 === charge ? sum + ((v + before.v) / 2) * (10 / 3600) : sum;
      }, 0);
    return { ...row, "Charging Energy / Wh": moved_Wh(true), "Discharging Energy / Wh": moved_Wh(false) };
  };

  it("are a doubt: a voltage that no current drives is a cell's own", async () => {
    const trace = await read(bdf(undefined, label));
    expect(inspectTrace(trace).voltage_V?.[1]).toBeCloseTo(0.003_61, 5);
    expect(trace.warnings.join("\n")).toMatch(
      /voltage: at most 3\.61 mV by its label, but there in 60 of 60 rows/,
    );
  });

  it("are refused where the file counted its energy too", async () => {
    expect(events(await read(bdf(energies)))).toEqual([]);
    const reading = read(bdf(energies, label));
    expect(await codeOf(reading)).toBe("E_TRACE_VOLTAGE_UNIT");
    await expect(reading).rejects.toThrow(/a factor of 0\.001\d*\); correct the unit of the voltage/);
    expect(await refusal(bdf(energies, label, without("Charging Cap", "Discharging Cap")))).toBe(
      "E_TRACE_UNIT_CONFLICT",
    );
  });

  it.each([
    ["a symmetric cell's, which follows the current", (i: number) => 5 * i],
    ["an unlike cell's, a little beside what the current drives", (i: number) => 0.5 + 9 * i],
    ["the noise of an open channel", () => 0.2],
  ])("are not suspected in %s", async (_, millivolts) => {
    const rests = (row: Cells, k: number) => {
      const i = k % 20 < 5 ? 0 : Number(row["Current / A"]);
      return { ...row, "Current / A": i, "Voltage / V": millivolts(i) };
    };
    const trace = await read(bdf(rests, label, without("Charging", "Discharging", "Step")));
    expect(trace.warnings.join("\n")).not.toContain("voltage: at most");
  });
});

describe("set-point against measured", () => {
  const biologic = (SAMPLES["biologic-headerless"] as string).split("\n");
  const control = (name: string) =>
    [biologic[0]?.replace("control/V/mA", name), ...biologic.slice(1)].join("\n");

  it.each(["control/V/mA", "control/mA", "I Range"])(
    "%s never stands for the measured current",
    async (name) => {
      // The set-point column says 99.5 throughout; the cell carried −1 to 2 A.
      expect(inspectTrace(await read(control(name))).current_A).toEqual([-1, 2]);
    },
  );

  it("a file with a set-point only is refused", async () => {
    expect(await refusal(control("control/mA").replace("\tI/mA\t", "\tI set/mA\t"))).toBe(
      "E_TRACE_NO_CURRENT",
    );
  });

  it("a plain table's set-point is no current, beside a measured one or alone", async () => {
    const table = (names: string) =>
      `Seconds,${names},Volts\n${ROWS.map(({ t, i, v }) => `${t},9,${i},${v}`).join("\n")}\n`;
    const trace = await read(table("Set Current (A),Current (A)"));
    expect(inspectTrace(trace).current_A).toEqual([-1, 1]);
    expect(await refusal(table("Set Current (A),Current Limit (A)"))).toBe("E_TRACE_UNKNOWN_DIALECT");
  });

  it("a chamber's set-point is no temperature of the cell", async () => {
    const name = "Ambient Temperature / degC";
    const trace = await read(bdf((row) => ({ ...row, [name]: 25, "Surface Temperature / degC": 31 })));
    expect(inspectTrace(trace).temperature_degC).toEqual([31, 31]);
    expect(trace.evidence.join("\n")).toContain("temperature: Surface Temperature / degC");
  });
});
