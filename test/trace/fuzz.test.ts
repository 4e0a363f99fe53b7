/** Whatever happens to a file, it is read with its rows accounted for, or refused with a code. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readTrace } from "../../host/trace/index.js";
import { describeRecorded, temporaryFiles } from "./files.js";
import { BASES } from "./fuzzbases.js";
import { expectSound } from "./fuzzrun.js";

describe("damaged text", () => {
  it(
    "is read soundly or refused with a code",
    ({ signal }) => expectSound(["text"], 16_500, signal),
    900_000,
  );
});

describeRecorded("the recorded files", () => {
  it("are among those that get damaged", () => {
    expect(BASES.filter(({ name }) => name.includes("/")).length).toBeGreaterThan(40);
  });
});

const write = temporaryFiles();

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
