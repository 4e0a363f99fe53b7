/** Whatever happens to a file, it is read with its rows accounted for, or refused with a code. */
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { BetaguardError } from "../../host/errors.js";
import { type ColumnMap, inspectTrace, readTrace, type Trace } from "../../host/trace/index.js";
import { temporaryFiles } from "./files.js";
import { NOVONIX_RESUMED, SAMPLES } from "./samples.js";

const write = temporaryFiles();
const RUNS = 40;

/** Edits in latin-1 space, so that any byte can appear. */
type Edit = (text: string) => string;

const position = fc.double({ min: 0, max: 0.999, noNaN: true });
const at = (text: string, where: number) => Math.floor(where * text.length);

const bitFlip = fc.record({ where: position, bit: fc.nat(7) }).map(
  ({ where, bit }): Edit =>
    (text) => {
      const k = at(text, where);
      return text.slice(0, k) + String.fromCharCode(text.charCodeAt(k) ^ (1 << bit)) + text.slice(k + 1);
    },
);
const cutOut = fc.record({ where: position, length: fc.nat(60) }).map(
  ({ where, length }): Edit =>
    (text) =>
      text.slice(0, at(text, where)) + text.slice(at(text, where) + length),
);
const cutLine = position.map(
  (where): Edit =>
    (text) => {
      const lines = text.split("\n");
      lines.splice(at(text, where) % lines.length, 1);
      return lines.join("\n");
    },
);
const swapColumns = fc.record({ a: fc.nat(12), b: fc.nat(12) }).map(
  ({ a, b }): Edit =>
    (text) =>
      text
        .split("\n")
        .map((line) => {
          const delimiter = line.includes("\t") ? "\t" : ",";
          const cells = line.split(delimiter);
          const [first, second] = [cells[a % cells.length] ?? "", cells[b % cells.length] ?? ""];
          cells[a % cells.length] = second;
          cells[b % cells.length] = first;
          return cells.join(delimiter);
        })
        .join("\n"),
);
const insert = fc
  .record({
    where: position,
    what: fc.constantFrom('"', "\0", "\r", "\ufeff", ",", "\t", "NaN", "-", "1e308", "\n\n", "é"),
  })
  .map(
    ({ where, what }): Edit =>
      (text) =>
        text.slice(0, at(text, where)) + what + text.slice(at(text, where)),
  );
const edits = fc.array(fc.oneof(bitFlip, cutOut, cutLine, swapColumns, insert), {
  minLength: 1,
  maxLength: 4,
});

async function readOrRefuse(content: Uint8Array, map?: ColumnMap): Promise<Trace | string> {
  const path = await write(content, "fuzzed");
  try {
    return await readTrace(path, { map });
  } catch (error) {
    if (error instanceof BetaguardError && /^E_TRACE_/.test(error.code)) return error.code;
    throw error;
  }
}

function expectSound(trace: Trace) {
  const { columns, rows } = trace;
  for (const column of Object.values(columns)) expect(column).toHaveLength(rows);
  expect(columns.current_A.every(Number.isFinite) && columns.time_s.every(Number.isFinite)).toBe(true);
  const { charge_Ah, discharge_Ah } = inspectTrace(trace);
  expect(charge_Ah >= 0 && discharge_Ah >= 0).toBe(true);
}

interface Damaged {
  readonly name: string;
  readonly sample: string | Uint8Array;
  readonly map?: ColumnMap;
}

const DAMAGED: readonly Damaged[] = [
  ...Object.entries(SAMPLES).map(([name, sample]) => ({ name, sample })),
  { name: "novonix, resumed", sample: NOVONIX_RESUMED },
  {
    name: "plain-mapped",
    sample: SAMPLES["plain-csv"] as string,
    map: { time: "Seconds", current: "Amps", state: "State" },
  },
];

describe.each(DAMAGED)("damaged $name", ({ sample, map }) => {
  const text = Buffer.from(sample).toString("latin1");
  let read = 0;
  let refused = 0;

  it("is read soundly or refused with a code", async () => {
    await fc.assert(
      fc.asyncProperty(edits, async (list) => {
        const content = Buffer.from(
          list.reduce((edited, edit) => edit(edited), text),
          "latin1",
        );
        const outcome = await readOrRefuse(content, map);
        if (typeof outcome === "string") refused++;
        else {
          read++;
          expectSound(outcome);
        }
      }),
      { numRuns: RUNS, seed: 20_240_530 },
    );
  });

  afterAll(() => {
    // Edits that always or never break a file would test nothing.
    expect(read).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(0);
  });
});

describe("rows in = rows used + rows dropped", () => {
  const cell = fc.constantFrom("1", "2.5", "-3", "", "NaN", "x");
  const row = fc.tuple(
    fc.integer({ min: 0, max: 10 }),
    fc.constantFrom("3.4", "3.6", ""),
    cell,
    fc.constantFrom("", ",", ",extra"),
  );

  it("for any mixture of good, blank, bad, long and short rows", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 8 }), async (some) => {
        const good = Array.from({ length: 800 }, (_, k) => `${10 * k},3.5,1`);
        const rows = [...good, ...some.map(([t, v, i, tail]) => `${t},${v},${i}${tail}`), "9000,3.5"];
        const path = await write(`Test Time / s,Voltage / V,Current / A\n${rows.join("\n")}\n`, "rows");
        const trace = await readTrace(path);
        expect(trace.dropped.reduce((sum, { count }) => sum + count, trace.rows)).toBe(rows.length);
      }),
      { numRuns: 50 },
    );
  });
});

describe("Parquet", () => {
  it("with random bytes between its magic words is refused", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 4, maxLength: 200 }), async (bytes) => {
        const outcome = await readOrRefuse(Buffer.concat([Buffer.from("PAR1"), bytes, Buffer.from("PAR1")]));
        expect(outcome).toMatch(/^E_TRACE_/);
      }),
      { numRuns: 100 },
    );
  });
});
