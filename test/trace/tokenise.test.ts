/** Rows and cells against csv-parse, and against themselves however the bytes are cut. */
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BetaguardError } from "../../host/errors.js";
import { cellsOf } from "../../host/trace/row.js";
import { type Section, Tokeniser } from "../../host/trace/tokenise.js";

const TEXT = { decode: (bytes: Buffer) => bytes.toString() };
const ALL: readonly Section[] = [{ from: 0, to: Number.POSITIVE_INFINITY }];

interface Found {
  readonly line: number;
  readonly cells: string[];
}

/** Rows of a text that is handed over in pieces of some lengths, again and again. */
function rowsOf(text: string, delimiter: string, lengths: readonly number[] = [1e9], sections = ALL) {
  const tokeniser = new Tokeniser(TEXT, delimiter, sections, "file");
  const bytes = Buffer.from(text);
  const rows: Found[] = [];
  const visit = (row: Parameters<typeof cellsOf>[0]) => {
    rows.push({ line: row.line, cells: cellsOf(row) });
    return true;
  };
  for (let at = 0, k = 0; at < bytes.length; k++) {
    const length = lengths[k % lengths.length] as number;
    tokeniser.take(Buffer.from(bytes.subarray(at, at + length)), false, visit);
    at += length;
  }
  tokeniser.take(Buffer.alloc(0), true, visit);
  return rows;
}

const soup = (delimiter: string) =>
  fc.string({ unit: fc.constantFrom(delimiter, '"', "\n", "\r", "\r\n", "a", "1", " ", "µ"), maxLength: 40 });

describe("tokeniser", () => {
  it("finds the rows that csv-parse finds, quoted or not", () => {
    let compared = 0;
    fc.assert(
      fc.property(soup(","), (text) => {
        // A cell that goes on behind its closing quote, or a doubled quote in one, is spelled differently by the two.
        fc.pre(!/"[^",\r\n]*[^",\r\n\s]"|""/.test(text));
        let expected: string[][];
        try {
          expected = parse(text, {
            relax_quotes: true,
            relax_column_count: true,
            skip_empty_lines: true,
            record_delimiter: ["\r\n", "\n", "\r"],
          });
        } catch {
          expect(() => rowsOf(text, ",")).toThrow(BetaguardError);
          return;
        }
        compared++;
        expect(rowsOf(text, ",").map(({ cells }) => cells)).toEqual(
          expected.filter((cells) => cells.some((cell) => cell.trim() !== "")),
        );
      }),
      { numRuns: 4000 },
    );
    expect(compared).toBeGreaterThan(500);
  });

  it.each([",", "\t", ";"])("finds the same rows and lines however the text is cut (%j)", (delimiter) => {
    fc.assert(
      fc.property(
        soup(delimiter),
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 }),
        (text, lengths) => {
          const outcome = (cut?: readonly number[]) => {
            try {
              return rowsOf(text, delimiter, cut);
            } catch (error) {
              return (error as BetaguardError).code;
            }
          };
          expect(outcome(lengths)).toEqual(outcome());
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("unescapes doubled quotes and keeps delimiters and line breaks within quotes", () => {
    expect(rowsOf('1,"a ""b"", c",2\n"x\ny",3\n4\n', ",")).toEqual([
      { line: 1, cells: ["1", 'a "b", c', "2"] },
      { line: 2, cells: ["x\ny", "3"] },
      { line: 4, cells: ["4"] },
    ]);
  });

  it("takes a quote anywhere else for a character", () => {
    expect(rowsOf('5" pipe,"a"b\n', ",")[0]?.cells).toEqual(['5" pipe', '"a"b']);
    expect(rowsOf('"a\t1\n', "\t")[0]?.cells).toEqual(['"a', "1"]);
  });

  it("passes over lines outside its sections and knows where it is", () => {
    const text = 'pre"amble\r\nheader\r\n1,2\r\n\r\n3,4\r\n[Summary]\r\nh\r\n5,6';
    const rows = rowsOf(
      text,
      ",",
      [3],
      [
        { from: 2, to: 5 },
        { from: 7, to: 9 },
      ],
    );
    expect(rows.map(({ line, cells }) => [line, ...cells])).toEqual([
      [3, "1", "2"],
      [5, "3", "4"],
      [8, "5", "6"],
    ]);
  });

  it("refuses a quote that is never closed and a row beyond all measure", () => {
    expect(() => rowsOf('1,2\n3,"4\n5,6\n', ",")).toThrow(/file:2: .*quote that is never closed/);
    expect(() => rowsOf("x".repeat(5 << 20), ",", [1 << 20])).toThrow(/file:1: .*row longer than 4 MiB/);
  });

  it("splits rows of more cells than most", () => {
    const cells = Array.from({ length: 300 }, (_, k) => String(k));
    expect(rowsOf(`${cells.join("\t")}\n`, "\t")[0]?.cells).toEqual(cells);
  });
});
