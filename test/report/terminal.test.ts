import { stripVTControlCharacters } from "node:util";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { ReplayVerdict, Violation } from "../../host/replay/types.js";
import { formatClock, formatDuration, formatNumber } from "../../host/report/format.js";
import { continuousReason, reasonLabel } from "../../host/report/reasons.js";
import { describeReason, formatVerdict } from "../../host/report/terminal.js";
import { reasons } from "../../host/schema/codes.js";
import { syntheticReport } from "./synthetic.js";

const { verdict } = syntheticReport({ steps: 30_000, load: 0.3 });

const violation = (from_s: number, excess_mA_cm2: number): Violation => ({
  from_s,
  to_s: from_s + 12,
  kind: "charge",
  reason: "platingSe",
  excess_mA_cm2,
  cell: 0,
});

const lines = (of: ReplayVerdict) => formatVerdict(of, { color: false }).split("\n");

afterEach(() => vi.unstubAllEnvs());

describe("formatVerdict", () => {
  it("says in one line that no limit was broken, and where the metal is", () => {
    expect(verdict.violations).toEqual([]);
    const text = lines(verdict);
    expect(text[1]).toBe("  ✔ Within its limits for all of 50 min");
    const collector = text.find((line) => line.includes("collector")) as string;
    expect(collector).toContain(`${formatNumber(verdict.sites.cc, 3)} mAh/cm²`);
    expect(collector).toMatch(/█+/);
    expect(text.join("\n")).not.toContain("over the limit");
  });

  it("names the worst violation with its reason in words, and lists ten and a count", () => {
    const violations = Array.from({ length: 23 }, (_, i) => violation(60 * i, i === 17 ? 2.5 : 0.1));
    const text = lines({ ...verdict, violations });
    expect(text[1]).toBe("  ✘ Over a limit 23 times, for 4 min 36 s of 50 min");
    expect(text[2]).toBe(
      "    worst at 0:17:00: 2.5 mA/cm² above the charge limit: metal would plate on the solid electrolyte",
    );
    const rows = text.filter((line) => line.includes("metal would plate") && line.includes("12 s"));
    expect(rows.length).toBe(10);
    expect(text).toContain("    … and 13 more");
  });

  it("warns of a state at its own mark although no limit was broken", () => {
    const text = lines({ ...verdict, worst: { ...verdict.worst, crackIndex: 1.25 } });
    expect(text[1]?.trim().startsWith("!")).toBe(true);
    expect(text[2]).toContain("crack index reached 1.25");
  });

  it("is one second long, has no metal and no binding without dividing by zero", () => {
    const text = formatVerdict(
      {
        ...verdict,
        steps: 10,
        sites: { se: 0, pore: 0, cc: 0 },
        binding_s: { charge: {}, discharge: {} },
      },
      { color: false },
    );
    expect(text).toContain("all of 1 s");
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
  });

  it("colours only where asked or a terminal wants it, and NO_COLOR wins", () => {
    expect(formatVerdict(verdict, { color: true })).toContain("\u001b[");
    expect(stripVTControlCharacters(formatVerdict(verdict, { color: true }))).toBe(
      formatVerdict(verdict, { color: false }),
    );
    const tty = process.stdout.isTTY;
    try {
      process.stdout.isTTY = true;
      vi.stubEnv("NO_COLOR", "");
      expect(formatVerdict(verdict)).toContain("\u001b[");
      vi.stubEnv("NO_COLOR", "1");
      expect(formatVerdict(verdict)).not.toContain("\u001b[");
      vi.stubEnv("NO_COLOR", "");
      process.stdout.isTTY = false;
      expect(formatVerdict(verdict)).not.toContain("\u001b[");
    } finally {
      process.stdout.isTTY = tty;
    }
  });

  it("lets no escape sequence of a file name or a note through", () => {
    const hostile = "a\u001b]0;owned\u0007\r\nb.csv";
    const text = formatVerdict({ ...verdict, trace: hostile, notes: [hostile] }, { color: false });
    expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
    expect(text.split("\n").length).toBe(lines({ ...verdict, notes: ["one"] }).length);
  });
});

describe("reasons", () => {
  it("have a label and the schema's words, all different", () => {
    expect(describeReason("vacancy")).toBe("stripping would outrun the vacancies and open pores");
    expect(new Set(reasons.map(({ name }) => reasonLabel(name))).size).toBe(reasons.length);
  });

  it("are read from the highest byte of the packed word", () => {
    expect(continuousReason(0x03_02_01_00)).toBe(3);
    expect(continuousReason(0x7f_00_00_00)).toBe(127);
  });
});

describe("numbers and times", () => {
  it.each([
    [0, "0"],
    [0.000123456, "0.0001235"],
    [-2.5, "−2.5"],
    [1234.5678, "1235"],
    [12_345, "12350"],
    [1.5e7, "1.5e7"],
    [4e-7, "4e-7"],
    [Number.NaN, "–"],
  ])("formatNumber(%s) is %s", (value, text) => expect(formatNumber(value)).toBe(text));

  it.each([
    [0, "0:00:00"],
    [3723.46, "1:02:03.5"],
    [59.97, "0:01:00"],
    [360_000, "100:00:00"],
    [-1.5, "−0:00:01.5"],
  ])("formatClock(%s) is %s", (value, text) => expect(formatClock(value)).toBe(text));

  it.each([
    [0.1, "0.1 s"],
    [59.96, "1 min"],
    [59.4, "59.4 s"],
    [61, "1 min 1 s"],
    [3599.7, "1 h"],
    [45_000, "12 h 30 min"],
    [200_000, "2 d 8 h"],
  ])("formatDuration(%s) is %s", (value, text) => expect(formatDuration(value)).toBe(text));
});
