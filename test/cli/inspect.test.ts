/** What inspect shows: findings by type, and a plot for any terminal. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type PlotStyle, plotTrace, terminalStyle } from "../../host/cli/plot.js";
import { temporaryFiles } from "../trace/files.js";
import { betaguard } from "./command.js";

const write = temporaryFiles();
const EXAMPLE = "examples/li-agc-60C-drive.SIMULATED.bdf.csv";
const BRAILLE = /[\u2801-\u28ff]/;
const CONTROLS = ["\u001b", "\u0007", "\u009b"];
const UTF8 = { LC_ALL: "C.UTF-8" };

describe.concurrent("inspect", () => {
  test("plots by default, in the characters the locale has, and without colours into a pipe", async () => {
    const [unicode, ascii, none] = await Promise.all([
      betaguard(["inspect", EXAMPLE], { env: UTF8 }),
      betaguard(["inspect", EXAMPLE], { env: { LC_ALL: "C" } }),
      betaguard(["inspect", EXAMPLE, "--no-plot"], { env: UTF8 }),
    ]);
    expect(unicode.stdout).toMatch(BRAILLE);
    expect(unicode.stdout).toContain("voltage / V");
    expect(unicode.stdout).toContain("current / mA");
    expect(ascii.stdout).toContain("current / mA");
    expect(ascii.stdout).not.toMatch(BRAILLE);
    expect(none.stdout).not.toContain("current / mA");
    for (const { stdout } of [unicode, ascii, none]) {
      expect(stdout).not.toContain("\u001b");
      expect(stdout).toContain("dialect: bdf-labels");
    }
  });

  test("counts events by type and shows the first lines of each", async () => {
    const times = [0, 10, 10, 10, 20, 20, 20, 30, 25, 40];
    const path = await write(
      `Test Time / s,Voltage / V,Current / A\n${times.map((t) => `${t},3.6,1`).join("\n")}\n`,
    );
    const { stdout } = await betaguard(["inspect", path, "--no-plot"]);
    expect(stdout).toMatch(
      /duplicate-time: 4 times\n {4}line 4: .*\n {4}line 5: .*\n {4}line 7: .*\n {4}… and 1 more/,
    );
    expect(stdout).toMatch(/backward-time: 1 time\n {4}line 10: from 30 s back to 25 s\n/);
  });

  test("counts events that are too many to list", async () => {
    const rows = Array.from({ length: 10_500 }, (_, k) => `${k < 10_400 ? 5 : k},3.6,1`);
    const path = await write(`Test Time / s,Voltage / V,Current / A\n${rows.join("\n")}\n`);
    const { stdout } = await betaguard(["inspect", path, "--no-plot"]);
    expect(stdout).toContain("duplicate-time: 10,399 times\n");
    expect(stdout).toContain("… and 10,396 more");
  });

  test("lets nothing in a file steer the terminal", async () => {
    const evil = "x\u001b]0;owned\u0007\u009b31m";
    const path = await write(`Test Time / s,Voltage / V,Current / A,${evil}\n0,3.6,1,1\n10,3.6,1,1\n`);
    const { stdout } = await betaguard(["inspect", path]);
    expect(stdout).toContain("owned");
    for (const control of CONTROLS) expect(stdout).not.toContain(control);
    const refused = await betaguard(["inspect", await write(`${evil}\n1\n`)]);
    for (const control of CONTROLS) expect(refused.stderr).not.toContain(control);
  });
});

describe("the plot", () => {
  const style: PlotStyle = { width: 60, unicode: true, color: false };
  const columns = (time: number[], current: number[], voltage?: number[]) => ({
    columns: {
      time_s: Float64Array.from(time),
      current_A: Float64Array.from(current),
      ...(voltage && { voltage_V: Float64Array.from(voltage) }),
    },
  });
  /** Lit dots of a panel as [column, row] of characters, from its title's line on. */
  const lit = (lines: string[], title: string) => {
    const at = lines.findIndex((line) => line.includes(title));
    return lines
      .slice(at + 1, at + 8)
      .flatMap((line, row) =>
        [...line.slice(line.search(/[│┤|+]/) + 1)].flatMap((c, x) => (c === " " ? [] : [[x, row] as const])),
      );
  };

  test("draws a rising line from bottom left to top right, with ticks that enclose it", () => {
    const t = Array.from({ length: 101 }, (_, k) => k);
    const lines = plotTrace(
      columns(
        t,
        t.map(() => 0.001),
        t.map((k) => 3 + k / 100),
      ),
      style,
    );
    const dots = lit(lines, "voltage / V");
    expect(dots[0]).toEqual([expect.any(Number), 0]);
    expect(dots.at(-1)?.[1]).toBe(6);
    const byColumn = [...dots].sort(([x, row], [x2, row2]) => x - x2 || row2 - row).map(([, row]) => row);
    expect(byColumn).toEqual([...byColumn].sort((a, b) => b - a));
    expect(lines.join("\n")).toMatch(/\n +3 ┤/);
    expect(lines.join("\n")).toMatch(/\n +4 ┤/);
    expect(lines.join("\n")).toContain("current / mA");
    expect(lines.at(-1)).toContain("/ s");
    expect(lines.at(-2)).toMatch(/0 +.*100$/);
  });

  test("draws nothing where the voltage was not measured, and no line across a gap", () => {
    const gap = lit(plotTrace(columns([0, 1, 10_000, 10_001], [0, 0, 1, 1]), style), "current / A");
    expect(gap.every(([x]) => x <= 1 || x >= 50)).toBe(true);
    const t = Array.from({ length: 300 }, (_, k) => k);
    const unmeasured = plotTrace(
      columns(
        t,
        t.map(() => 1),
        t.map((k) => (k > 100 && k < 200 ? Number.NaN : 3.6 + k / 1e4)),
      ),
      style,
    );
    expect(lit(unmeasured, "voltage / V").some(([x]) => x > 21 && x < 33)).toBe(false);
  });

  test("goes on where a test was resumed", () => {
    const t = [...Array.from({ length: 100 }, (_, k) => k), ...Array.from({ length: 100 }, (_, k) => k)];
    const lines = plotTrace(
      columns(
        t,
        t.map((_, k) => (k < 100 ? 1 : -1)),
      ),
      style,
    );
    expect(lines.at(-2)).toMatch(/^ +0 +50 +100 +150$/);
    const dots = lit(lines, "current / A");
    expect(Math.max(...dots.filter(([, row]) => row < 3).map(([x]) => x))).toBeLessThan(30);
  });

  test("fits any width, in ASCII when asked, whatever the values", () => {
    const value = fc.oneof(
      fc.double({ noNaN: true, min: -1e3, max: 1e3 }),
      fc.constantFrom(0, 1e-12, -1e-7, 5e300, Number.NaN),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ noNaN: true, min: 0, max: 1e9 }), value, value), {
          minLength: 1,
          maxLength: 40,
        }),
        fc.integer({ min: 40, max: 160 }),
        fc.boolean(),
        (rows, width, unicode) => {
          const [t, i, v] = [0, 1, 2].map((k) => rows.map((row) => row[k] as number)) as [
            number[],
            number[],
            number[],
          ];
          const lines = plotTrace(
            columns(
              t,
              i.map((x) => (Number.isNaN(x) ? 0 : x)),
              v,
            ),
            { width, unicode, color: false },
          );
          expect(lines).toHaveLength(19);
          for (const line of lines) expect([...line].length).toBeLessThanOrEqual(width);
          if (!unicode) expect(lines.join("")).toMatch(/^[\x20-\x7e]*$/);
          expect(lines.join("")).not.toMatch(/NaN|undefined|Infinity/);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("colours the curves only where it may", () => {
    const one = columns([0, 1], [1, 2], [3, 4]);
    expect(plotTrace(one, { ...style, color: true }).join("")).toContain("\u001b[36m");
    expect(plotTrace(one, style).join("")).not.toContain("\u001b");
    const tty = { isTTY: true, columns: 100 };
    expect(terminalStyle({ LANG: "de_DE.UTF-8" }, tty)).toEqual({ width: 100, unicode: true, color: true });
    expect(terminalStyle({ LANG: "de_DE.UTF-8", LC_ALL: "C", NO_COLOR: "1" }, tty)).toMatchObject({
      unicode: false,
      color: false,
    });
    expect(terminalStyle({}, { isTTY: false })).toEqual({ width: 80, unicode: false, color: false });
    expect(terminalStyle({}, { isTTY: true, columns: 20 }).width).toBe(40);
    expect(terminalStyle({}, { isTTY: true, columns: 400 }).width).toBe(160);
  });
});
