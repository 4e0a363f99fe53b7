/** The claims of `betaguard validate --quick`, and the shape of what it prints. */
import { describe, expect, it } from "vitest";
import { near, type Plot } from "../../host/validate/checks.js";
import { validate } from "../../host/validate/index.js";
import { markdownFiles } from "../../host/validate/markdown.js";
import { bisect, Rig } from "../../host/validate/scenario.js";
import { svgPlot } from "../../host/validate/svg.js";
import { formatValidation } from "../../host/validate/terminal.js";

const shares: number[] = [];
const validation = await validate({ quick: true, onProgress: (share) => shares.push(share) });

describe("validate --quick", () => {
  it("meets everything it claims, and claims everything it meets", () => {
    expect(validation.failures).toEqual([]);
    expect(validation.promote).toEqual([]);
    expect(validation.pass).toBe(true);
  });

  it("holds every published case and every shipped system, failing ones included, each with a reason", () => {
    expect([...new Set(validation.evidence.map(({ id }) => id))]).toEqual(
      Array.from({ length: 12 }, (_, n) => `E${n + 1}`),
    );
    expect(validation.systems).toHaveLength(10);
    const known = validation.evidence.filter(({ claimed }) => !claimed);
    expect(known.length).toBeGreaterThan(0);
    for (const { reason } of known) expect(reason).toMatch(/\w{4}/);
  });

  it("says what was fitted to what: a number a parameter was fitted to is no prediction", () => {
    const basis = (id: string) => validation.evidence.filter((row) => row.id === id).map((row) => row.basis);
    expect(basis("E3")).toEqual(Array(4).fill("fit"));
    expect(validation.evidence.find(({ id }) => id === "E3")?.fittedTo).toContain("creep_pressureExponent");
    expect(basis("E11")).toEqual(["input", "input"]);
    expect(basis("E10")).toEqual(["prediction"]);
    expect(new Set(basis("E7"))).toEqual(new Set(["fit", "prediction"]));
  });

  it("holds each reduced model against its reference, and gives a reason for every error it does not claim", () => {
    expect(new Set(validation.reduced.map(({ model }) => model))).toEqual(
      new Set(["vacancy", "stress", "plating"]),
    );
    for (const { error, limit, pass, claimed, reason } of validation.reduced) {
      expect(pass).toBe(error <= limit);
      if (!claimed) expect(reason).toMatch(/\w{4}/);
    }
    const plots = validation.plots.map(({ id }) => id);
    expect(plots).toEqual(expect.arrayContaining(["reduced-vacancy", "reduced-stress", "reduced-plating"]));
  });

  it("reports progress that rises to 1", () => {
    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
  });

  it("is JSON without loss", () => {
    expect(JSON.parse(JSON.stringify(validation))).toEqual(validation);
  });

  it("prints a line per check and writes a page with its plots", () => {
    const text = formatValidation(validation);
    for (const { name } of validation.evidence) expect(text).toContain(name);
    const files = markdownFiles(validation, "validation");
    const page = files.get("") as string;
    for (const { reason } of validation.evidence) if (reason) expect(page).toContain(reason);
    for (const [, name] of page.matchAll(/\(validation\/([^)]+)\)/g))
      expect(files.has(name as string)).toBe(true);
    expect([...page.matchAll(/\.svg\)/g)]).toHaveLength(files.size - 1);
  });
});

describe("scenario", () => {
  it("counts the charge it passes: 2 mA/cm² for half an hour leaves 1 mAh/cm² of metal", () => {
    const rig = new Rig();
    const metal = rig.cell({ profile: "li-agc-argyrodite", temperature_degC: 60 }, (cell) => {
      expect(cell.run({ current_mA_cm2: 2, hours: 0.5 })).toBeCloseTo(0.5, 6);
      return cell.metal();
    });
    expect(metal).toBeCloseTo(1, 5);
    expect(rig.conservation.checks).toBeGreaterThan(0);
  });

  it("sees charge that vanishes", () => {
    const rig = new Rig();
    rig.cell({ profile: "li-agc-argyrodite", temperature_degC: 60 }, (cell) => {
      cell.run({ current_mA_cm2: 2, hours: 0.5 });
      // A record moved behind the module's back.
      const snapshot = cell.module.snapshot();
      cell.run({ current_mA_cm2: 2, hours: 0.1 });
      cell.module.restore(snapshot);
      cell.run({ current_mA_cm2: 0, hours: 0.1 });
    });
    expect(rig.conservation.metal).toBeGreaterThan(0.01);
  });

  it("starts every cell fresh, whatever ran in the module before", () => {
    const setup = { profile: "li-bare-argyrodite", dt_s: 10 };
    const alone = new Rig().cell(setup, (cell) => cell.get("contact"));
    const rig = new Rig();
    rig.cell(setup, (cell) => {
      cell.run({ current_mA_cm2: -3, hours: 1 });
      expect(cell.get("contact")).toBeLessThan(0.5);
    });
    expect(rig.cell(setup, (cell) => cell.get("contact"))).toBe(alone);
  });

  it("ends a segment when told, and bisects to a part in a thousand", () => {
    const hours = new Rig().cell({ profile: "li-agc-argyrodite", temperature_degC: 60 }, (cell) =>
      cell.run({ current_mA_cm2: 1, hours: 2, until: () => cell.metal() >= 0.5 }),
    );
    expect(hours).toBeCloseTo(0.5, 2);
    expect(bisect(0.1, 100, (x) => x > 7) / 7).toBeCloseTo(1, 3);
  });
});

describe("tables and plots", () => {
  it("passes within the tolerance only, and never a number that is none", () => {
    expect(near("x", 10, 10.9, 0.1).pass).toBe(true);
    expect(near("x", 10, 11.1, 0.1).pass).toBe(false);
    expect(near("x", 10, Number.NaN, 0.1).pass).toBe(false);
    expect(near("x", 10, Number.POSITIVE_INFINITY, 0.1).pass).toBe(false);
  });

  it("draws axes with their units, and no point outside the frame or without a number", () => {
    const plot: Plot = {
      id: "p",
      title: "t",
      x: "time / h",
      y: "void < 1 / µm",
      logY: true,
      series: [
        {
          name: "module",
          points: [
            [1, 10],
            [2, 1000],
            [3, Number.POSITIVE_INFINITY],
          ],
        },
      ],
    };
    const svg = svgPlot(plot);
    expect(svg).toContain("time / h");
    expect(svg).toContain("void &lt; 1 / µm");
    expect(svg).not.toMatch(/NaN|Infinity/);
    for (const [, y] of svg.matchAll(/cy="([\d.-]+)"/g)) {
      expect(Number(y)).toBeGreaterThanOrEqual(0);
      expect(Number(y)).toBeLessThanOrEqual(340);
    }
  });
});
