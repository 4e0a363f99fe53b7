/** Cells read as bytes say what the same cells say as strings, row after row: numbers, durations, stamps, blanks. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CellRow, type Row } from "../../host/trace/row.js";
import { Tokeniser } from "../../host/trace/tokenise.js";

const digits = (least: number, most: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: least, maxLength: most });
const joined = (...parts: fc.Arbitrary<string>[]) => fc.tuple(...parts).map((cells) => cells.join(""));
const fraction = fc.oneof(fc.constant(""), joined(fc.constantFrom(".", ","), digits(0, 16)));
const two = fc.integer({ min: 0, max: 61 }).map((n) => String(n).padStart(2, "0"));
const clock = joined(fc.oneof(two, digits(1, 3)), fc.constant(":"), two, fc.constant(":"), two, fraction);
const space = fc.constantFrom("", "", "", " ", "  ");

const number = joined(
  space,
  fc.constantFrom("", "-", "+"),
  digits(0, 12),
  fraction,
  fc.constantFrom("", "", "e3", "E-7"),
  space,
);
const duration = joined(space, fc.constantFrom("", "0d ", "12d  ", "1d"), clock, space);
const stamp = joined(
  space,
  fc.constantFrom("2024-02-29 ", "2024-03-01T", "28.02.2024 ", "02/03/24, ", "3-Mar-24 ", ""),
  clock,
  fc.constantFrom("", "", "", "Z", "+02:00", "-0530", " PM", "am"),
  space,
);
/** Times as a file has them: most rows differ from the one above in a digit or two. */
const ticking = fc
  .tuple(
    fc.constantFrom("2024-02-29 ", "02/03/2024 ", ""),
    fc.integer({ min: 0, max: 1e7 }),
    fc.constantFrom(0, 1, 3),
  )
  .map(([day, ms, n]) => day + new Date(ms).toISOString().slice(11, 19 + (n && n + 1)));
const other = fc.constantFrom(
  "",
  "N/A",
  "--",
  "null",
  " ",
  "CC Chg",
  "CC DChg",
  "µ",
  "12:30",
  "1:2",
  "5 d",
  "0x1",
);
const cell = fc.oneof(number, duration, stamp, ticking, ticking, other);

const COLUMNS = 3;
const rows = fc.array(fc.array(cell, { minLength: COLUMNS, maxLength: COLUMNS }), {
  minLength: 1,
  maxLength: 8,
});

function said(row: Row, column: number) {
  return {
    text: row.text(column),
    point: row.number(column, "."),
    comma: row.number(column, ","),
    duration: row.duration(column),
    stamp: row.stamp(column),
    isBlank: row.isBlank(column),
  };
}

describe("a row of bytes", () => {
  it("says of every cell what a row of the same strings says, whatever stood there before", () => {
    let [numbers, durations, stamps] = [0, 0, 0];
    fc.assert(
      fc.property(rows, (table) => {
        // A row of blanks is none.
        const kept = table.filter((cells) => cells.some((text) => text.trim() !== ""));
        const tokeniser = new Tokeniser(
          { decode: (bytes) => bytes.toString() },
          "\t",
          [{ from: 0, to: Number.POSITIVE_INFINITY }],
          "file",
        );
        let at = 0;
        tokeniser.take(Buffer.from(`${table.map((cells) => cells.join("\t")).join("\n")}\n`), true, (row) => {
          const expected = new CellRow(kept[at++] as string[], row.line);
          for (let column = 0; column <= COLUMNS; column++) {
            const found = said(row, column);
            expect(found).toEqual(said(expected, column));
            if (!Number.isNaN(found.point)) numbers++;
            if (!Number.isNaN(found.duration)) durations++;
            if (found.stamp) stamps++;
          }
          return true;
        });
        expect(at).toBe(kept.length);
      }),
      { numRuns: 3000 },
    );
    expect(Math.min(numbers, durations, stamps)).toBeGreaterThan(2500);
  });
});
