import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ReplayChunk } from "../../host/replay/types.js";
import { decodeReport, encodeReport } from "../../host/report/payload.js";
import {
  type CellSeries,
  MAX_BUCKETS,
  MAX_RUNS,
  SeriesCollector,
  seriesColumns,
} from "../../host/report/series.js";
import { emptyChunk, syntheticChunks } from "./synthetic.js";

const DT_s = 0.1;

/** A chunk of one cell with the given currents and continuous charge reasons, from step `first` on. */
function chunkOf(currents: readonly number[], codes: readonly number[] = [], first = 0): ReplayChunk {
  const chunk = emptyChunk(currents.length);
  currents.forEach((current, i) => {
    chunk.time_s[i] = (first + i + 1) * DT_s;
    chunk.columns.current_mA_cm2[i] = current;
    chunk.columns.chargeReasons[i] = (codes[i] ?? 0) << 24;
  });
  return chunk;
}

/** Collects values in chunks of the given lengths, which repeat. */
function collect(values: readonly number[], lengths: readonly number[], codes: readonly number[] = []) {
  const collector = new SeriesCollector(DT_s, 1);
  for (let at = 0, n = 0; at < values.length; n++) {
    const end = Math.min(values.length, at + (lengths[n % lengths.length] as number));
    collector.add(chunkOf(values.slice(at, end), codes.slice(at, end), at));
    at = end;
  }
  return collector.finish()[0] as CellSeries;
}

/** Everything in a series, as a hash: comparing it entry by entry would take seconds. */
const digest = (series: CellSeries): string =>
  createHash("sha256")
    .update(encodeReport({ thickness_um_mAh_cm2: 1, violations: [], firstCell: 0, cells: [series] }))
    .update(JSON.stringify(series.extents))
    .digest("hex");

const finite = (values: readonly number[]) => values.filter((value) => !Number.isNaN(value));

describe("series collector", () => {
  it("keeps every step of a short trace, bit for bit", () => {
    const values = [1, -0.5, Number.NaN, 0.1, 7e-12].map(Math.fround);
    const series = collect(values, [2]);
    expect(series.stepsPerBucket).toBe(1);
    expect(series.start_s).toBeCloseTo(0, 12);
    expect([...series.columns.current_mA_cm2.first]).toEqual(values);
    expect([...series.columns.current_mA_cm2.second]).toEqual(values);
  });

  it("never loses an extreme, keeps their order, and does not depend on how steps come in chunks", () => {
    const value = fc.oneof(
      { weight: 8, arbitrary: fc.float({ min: -20, max: 20, noNaN: true, noDefaultInfinity: true }) },
      { weight: 1, arbitrary: fc.constant(Number.NaN) },
    );
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 40 }),
        // Past 2 and 4 times the capacity, so that buckets have merged once and twice.
        fc.integer({ min: 1, max: 4.5 * MAX_BUCKETS }),
        fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 4 }),
        (pattern, length, lengths) => {
          const values = Array.from(
            { length },
            (_, i) => pattern[(i * 7 + (i >> 9)) % pattern.length] as number,
          );
          const series = collect(values, lengths);
          expect(digest(series)).toBe(digest(collect(values, [values.length])));
          const { first, second } = series.columns.current_mA_cm2;
          expect(first.length).toBeLessThanOrEqual(MAX_BUCKETS);
          const size = series.stepsPerBucket;
          expect(first.length).toBe(Math.ceil(length / size));
          // A sample of buckets: the first, the last and some between.
          for (let k = 0; k <= 10; k++) {
            const bucket = Math.floor((k / 10) * (first.length - 1));
            const inside = finite(values.slice(bucket * size, (bucket + 1) * size));
            if (inside.length === 0) {
              expect(first[bucket]).toBeNaN();
              continue;
            }
            const [low, high] = [Math.min(...inside), Math.max(...inside)];
            const kept = [first[bucket] as number, second[bucket] as number];
            expect(Math.min(...kept)).toBe(low);
            expect(Math.max(...kept)).toBe(high);
            expect(kept[0] === low || low === high).toBe(inside.indexOf(low) <= inside.indexOf(high));
          }
        },
      ),
      { numRuns: 12 },
    );
  });

  it("says when the extremes of a column first occurred, and NaN for what was never measured", () => {
    const { extents } = collect([0, 3, 3, -2, Number.NaN, 1], [4]);
    expect(extents.current_mA_cm2).toEqual({
      low: -2,
      lowAt_s: expect.closeTo(0.4, 9),
      high: 3,
      highAt_s: expect.closeTo(0.2, 9),
    });
    const chunk = chunkOf([1, 2]);
    chunk.columns.voltage_V.fill(Number.NaN);
    const collector = new SeriesCollector(DT_s, 1);
    collector.add(chunk);
    expect(collector.finish()[0]?.extents.voltage_V.high).toBeNaN();
  });

  it("records the continuous limit's reasons as exact runs", () => {
    const codes = [1, 1, 3, 3, 3, 0, 3];
    const series = collect(codes, [2, 3], codes);
    expect([...series.chargeReasons.code]).toEqual([1, 3, 0, 3]);
    expect([...series.chargeReasons.fromStep]).toEqual([0, 2, 5, 6]);
    expect(series.chargeReasons.leastSteps).toBe(1);
    expect([...series.dischargeReasons.code]).toEqual([0]);
  });

  it("bounds the runs of a limit that flickers and keeps the long ones", () => {
    const codes: number[] = [];
    for (let run = 0; codes.length < 60_000; run++)
      codes.push(...new Array<number>(run % 3 === 0 ? 9 : 1).fill(1 + (run % 4)));
    const { chargeReasons } = collect(codes, [1000], codes);
    expect(chargeReasons.code.length).toBeLessThanOrEqual(MAX_RUNS);
    expect(chargeReasons.leastSteps).toBeGreaterThan(1);
    const at = (step: number) => {
      let run = 0;
      while (run + 1 < chargeReasons.code.length && (chargeReasons.fromStep[run + 1] as number) <= step)
        run++;
      return chargeReasons.code[run];
    };
    // The middle of every run of nine steps of the compacted part.
    for (let step = 4; step < 10_000; step += 11) expect(at(step)).toBe(codes[step]);
  });

  it("shares its bound between cells and stacks sites exactly", () => {
    const collector = new SeriesCollector(DT_s, 5);
    for (const chunk of syntheticChunks({ steps: 20_000, cells: 5 })) collector.add(chunk);
    const series = collector.finish();
    expect(series.map(({ cell }) => cell)).toEqual([0, 1, 2, 3, 4]);
    for (const { columns, stepsPerBucket, extents } of series) {
      expect(columns.contact.first.length).toBe(Math.ceil(20_000 / stepsPerBucket));
      expect(columns.contact.first.length).toBeLessThanOrEqual(MAX_BUCKETS / 8);
      const { se, pore, cc } = {
        se: extents.seCharge_mAh_cm2.low,
        pore: extents.poreCharge_mAh_cm2.low,
        cc: extents.ccCharge_mAh_cm2.low,
      };
      // All three only grow while the cell charges, so their least values fall into the first step.
      expect(extents.metal_mAh_cm2.low).toBeCloseTo(se + pore + cc, 6);
    }
  });
});

describe("embedded data", () => {
  it("decodes to the same numbers", () => {
    const collector = new SeriesCollector(DT_s, 2);
    for (const chunk of syntheticChunks({ steps: 30_000, cells: 2, voltage: false })) collector.add(chunk);
    const cells = collector.finish();
    const violations = [{ from_s: 1.5, to_s: 2, kind: "charge" as const, cell: 1 }];
    const decoded = decodeReport(
      encodeReport({ thickness_um_mAh_cm2: 4.853, violations, firstCell: 1, cells }),
    );
    expect(decoded.violations).toEqual(violations);
    expect(decoded.firstCell).toBe(1);
    expect(decoded.thickness_um_mAh_cm2).toBe(4.853);
    decoded.cells.forEach((cell, i) => {
      const { extents: _, ...expected } = cells[i] as CellSeries;
      expect(Object.keys(cell.columns)).toEqual([...seriesColumns]);
      expect(cell).toEqual(expected);
    });
  });
});
