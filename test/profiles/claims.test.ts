/**
 * What each shipped profile must show of the system it describes, run through the firmware module itself. Numbers
 * beside the cases are published ones; E1–E11 are listed in docs/profiles.md.
 */
import { describe, expect, it } from "vitest";
import type { ParameterName } from "../../host/schema/parameters.js";
import { ProfileCell } from "./cell.js";

const FULL_mAh_cm2 = 6.8;
const RATE_mA_cm2 = 3.4;

describe("li-agc-argyrodite: Ag–C interlayer (E9)", () => {
  it("has the published interface resistance after a charge: 50 Ω·cm² at 25 °C, 5 at 60 °C", () => {
    for (const [temperature_degC, published] of [
      [25, 50],
      [60, 5],
    ] as const) {
      const cell = new ProfileCell("li-agc-argyrodite", { temperature_degC });
      cell.run(0.34, FULL_mAh_cm2 / 0.34);
      const resistance = cell.get("interfaceResistance_ohm_cm2");
      expect(Math.abs(resistance / published - 1), `${resistance} Ω·cm²`).toBeLessThan(0.1);
    }
  });

  it("pays about 4.5 mV of curvature in its pores, and about 20 mV to open the electrolyte side", () => {
    const { module } = new ProfileCell("li-agc-argyrodite");
    expect(module.derived("poreCurvature_mV")).toBeCloseTo(4.5, 1);
    expect(module.derived("seOpening_mV") + module.derived("seNucleation_mV")).toBeCloseTo(21, 0);
  });

  it("60 °C, 3.4 mA/cm²: permitted all the way, no metal at the electrolyte, 20–30 µm outside the interlayer", () => {
    const cell = new ProfileCell("li-agc-argyrodite", { temperature_degC: 60, dt_s: 1 });
    let least = Number.POSITIVE_INFINITY;
    cell.run(RATE_mA_cm2, FULL_mAh_cm2 / RATE_mA_cm2, () => {
      const beforeFull = cell.metal() < 0.98 * FULL_mAh_cm2;
      least = Math.min(least, cell.get("chargeLimit_mA_cm2"));
      if (beforeFull) least = Math.min(least, cell.get("chargeLimitContinuous_mA_cm2"));
      return cell.metal() >= 0.995 * FULL_mAh_cm2;
    });
    expect(least).toBeGreaterThanOrEqual(RATE_mA_cm2);
    expect(cell.get("seCharge_mAh_cm2")).toBeLessThan(0.05 * FULL_mAh_cm2);
    const outside_um =
      (cell.get("ccCharge_mAh_cm2") + cell.get("seCharge_mAh_cm2")) *
      cell.module.derived("thickness_um_mAh_cm2");
    expect(outside_um).toBeGreaterThan(20);
    expect(outside_um).toBeLessThan(30);
  });

  it("60 °C, 100 cycles: permitted, no voids, and the silver moves to the collector cycle by cycle", () => {
    const cell = new ProfileCell("li-agc-argyrodite", { temperature_degC: 60 });
    const silver: number[] = [];
    let leastDischarge = Number.POSITIVE_INFINITY;
    let largestVoid = 0;
    for (let cycle = 1; cycle <= 100; cycle++) {
      cell.run(RATE_mA_cm2, 3, () => cell.metal() >= 0.99 * FULL_mAh_cm2);
      silver.push(cell.get("soluteCcShare"));
      cell.run(0, 1 / 6);
      cell.run(-RATE_mA_cm2, 3, () => {
        largestVoid = Math.max(largestVoid, cell.get("void_um"));
        if (cell.metal() > 0.3) {
          leastDischarge = Math.min(leastDischarge, cell.get("dischargeLimitContinuous_mA_cm2"));
        }
        return cell.metal() < 0.1;
      });
      cell.run(0, 1 / 6);
    }
    expect(largestVoid).toBe(0);
    expect(leastDischarge).toBeGreaterThanOrEqual(RATE_mA_cm2);
    for (let cycle = 1; cycle < 6; cycle++) {
      expect(silver[cycle], `cycle ${cycle + 1}`).toBeGreaterThan(silver[cycle - 1] as number);
    }
    expect(silver[99]).toBeGreaterThan(1.5 * (silver[0] as number));
  });

  it("25 °C, 3.4 mA/cm²: refused because metal would plate on the electrolyte, and it does when forced", () => {
    const cell = new ProfileCell("li-agc-argyrodite", { temperature_degC: 25 });
    expect(cell.get("chargeLimitContinuous_mA_cm2")).toBeLessThan(RATE_mA_cm2 / 3);
    expect(cell.reason("charge")).toBe("platingSe");
    cell.run(RATE_mA_cm2, 1);
    expect(cell.get("seCharge_mAh_cm2")).toBeGreaterThan(0.25 * cell.metal());
    expect(cell.get("chargeLimitContinuous_mA_cm2")).toBe(0);
  });

  it("without silver, plating switches sides between the published adhesions (E8: 7 and 41 J/m², about 10)", () => {
    const seShare = (se_adhesion_J_m2: number) => {
      const cell = new ProfileCell("li-agc-argyrodite", {
        temperature_degC: 60,
        parameters: { se_adhesion_J_m2, solute_loading_mg_Ah: 0, fixture_pressure_MPa: 5 },
      });
      cell.run(0.1, 20);
      const se = cell.get("seCharge_mAh_cm2");
      return se / (se + cell.get("ccCharge_mAh_cm2"));
    };
    expect(seShare(7)).toBeGreaterThan(0.95);
    expect(seShare(41)).toBe(0);
  });
});

describe("bare metal", () => {
  const at = (id: string, pressure_MPa: number) =>
    new ProfileCell(id, { dt_s: 10, parameters: { fixture_pressure_MPa: pressure_MPa } });
  const contactAfter = (cell: ProfileCell, current_mA_cm2: number) => {
    cell.run(-current_mA_cm2, 6 / current_mA_cm2, () => cell.get("contact") < 0.5);
    return cell.get("contact");
  };

  it.each([
    { id: "li-bare-argyrodite", pressure_MPa: 3, critical_mA_cm2: 0.2, published: "E3" },
    { id: "li-bare-argyrodite", pressure_MPa: 7, critical_mA_cm2: 1.0, published: "E3" },
    { id: "li-bare-garnet", pressure_MPa: 0, critical_mA_cm2: 0.1, published: "E11" },
    { id: "li-bare-garnet", pressure_MPa: 2, critical_mA_cm2: 0.4, published: "E11" },
    { id: "na-bare", pressure_MPa: 9, critical_mA_cm2: 2.5, published: "E6" },
  ])(
    "$id at $pressure_MPa MPa opens voids past $critical_mA_cm2 mA/cm² ($published), not below; the limit keeps below",
    ({ id, pressure_MPa, critical_mA_cm2 }) => {
      const allowed = at(id, pressure_MPa).get("dischargeLimitContinuous_mA_cm2");
      expect(allowed).toBeLessThanOrEqual(critical_mA_cm2);
      expect(allowed).toBeGreaterThan(0.5 * critical_mA_cm2);
      expect(contactAfter(at(id, pressure_MPa), 0.95 * critical_mA_cm2)).toBe(1);
      expect(contactAfter(at(id, pressure_MPa), 1.25 * critical_mA_cm2)).toBeLessThan(0.5);
    },
  );

  it("on argyrodite does not short at 5 MPa, and does at 10–25 MPa after the published hours (E4)", () => {
    const timeToShort_h = (fixture_pressure_MPa: number) => {
      const cell = new ProfileCell("li-bare-argyrodite", { dt_s: 10, parameters: { fixture_pressure_MPa } });
      for (let hour = 0; hour < 1000; hour += 2) {
        cell.run(0.075, 1);
        cell.run(-0.075, 1);
        if (cell.get("intrusion") >= 1) return hour + 2;
      }
      return Number.POSITIVE_INFINITY;
    };
    expect(timeToShort_h(5)).toBe(Number.POSITIVE_INFINITY);
    for (const [pressure_MPa, published_h] of [
      [10, 474],
      [15, 272],
      [20, 190],
      [25, 48],
    ] as const) {
      const ratio = timeToShort_h(pressure_MPa) / published_h;
      expect(Math.abs(ratio - 1), `${pressure_MPa} MPa: ${ratio}`).toBeLessThan(0.35);
    }
  });
});

describe("li-tubule-carbon", () => {
  const charged = (parameters: Partial<Record<ParameterName, number>>) => {
    const cell = new ProfileCell("li-tubule-carbon", { parameters });
    const reason = cell.reason("charge");
    cell.run(1.8, 2);
    return { cell, reason, root: cell.get("seCharge_mAh_cm2") / cell.metal() };
  };
  const noBinder = { se_adhesion_J_m2: 1, se_wettingCosine: 0.9 };

  it("keeps the root free with the insulating binder; without it metal invades the root", () => {
    const bound = charged({});
    expect(bound.root).toBe(0);
    expect(bound.reason).not.toBe("platingSe");
    const invaded = charged(noBinder);
    expect(invaded.root).toBeGreaterThan(0.05);
    expect(invaded.reason).toBe("platingSe");
    expect(invaded.cell.get("sePressure_MPa")).toBeGreaterThan(5);
  });

  it("drives lithium on to the collector's end at rest", () => {
    const { cell } = charged({});
    const before = cell.get("ccCharge_mAh_cm2");
    cell.run(0, 10);
    expect(cell.get("ccCharge_mAh_cm2")).toBeGreaterThan(before + 0.2);
  });
});

describe("three-dimensional hosts", () => {
  it("li-garnet-cnt: 30 cycles at 1 mA/cm² without voids, with metal in touch with the electrolyte", () => {
    const cell = new ProfileCell("li-garnet-cnt");
    expect(cell.get("chargeLimitContinuous_mA_cm2")).toBeGreaterThan(1);
    expect(cell.get("dischargeLimitContinuous_mA_cm2")).toBeGreaterThan(1);
    let touching = 0;
    for (let cycle = 0; cycle < 30; cycle++) {
      cell.run(1, 2);
      touching = cell.get("seCharge_mAh_cm2");
      cell.run(-1, 2);
      expect(cell.get("void_um")).toBe(0);
    }
    expect(touching).toBeGreaterThan(0.5);
  });

  it("li-snni-cu: more than double the capacity of bare lithium at 5C, more than five times its cycles at 1C", () => {
    const areal_mAh_cm2 = 1;
    const delivered = (id: string) => {
      const cell = new ProfileCell(id, { dt_s: 1 });
      cell.run(0.5 * areal_mAh_cm2, 2);
      const rate = 5 * areal_mAh_cm2;
      return rate * cell.run(-rate, 1 / 5, () => rate * cell.get("interfaceResistance_ohm_cm2") > 500);
    };
    expect(delivered("li-snni-cu")).toBeGreaterThan(2 * delivered("li-bare-argyrodite"));

    const cycles = (id: string) => {
      const cell = new ProfileCell(id);
      for (let cycle = 1; cycle <= 50; cycle++) {
        cell.run(areal_mAh_cm2, 1);
        cell.run(-areal_mAh_cm2, 1);
        if (cell.get("contact") < 0.5) return cycle;
      }
      return 50;
    };
    expect(cycles("li-snni-cu")).toBeGreaterThan(5 * cycles("li-bare-argyrodite"));
  });
});

describe("li-mg", () => {
  it("1 mA/cm² is permitted and loses no contact in 100 cycles, where bare lithium loses it in one", () => {
    const alloy = new ProfileCell("li-mg");
    expect(alloy.get("dischargeLimitContinuous_mA_cm2")).toBeGreaterThan(1);
    for (let cycle = 0; cycle < 100; cycle++) {
      alloy.run(-1, 1);
      expect(alloy.get("contact")).toBe(1);
      alloy.run(1, 1);
    }
    const bare = new ProfileCell("li-bare-garnet");
    bare.run(-1, 1);
    expect(bare.get("contact")).toBeLessThan(0.1);
  });

  it("keeps its voids at 15 MPa for a day, where pure lithium closes most of them", () => {
    const healed = (id: string) => {
      const parameters = { contact_initial: 0.2, fixture_pressure_MPa: 15 };
      const cell = new ProfileCell(id, { dt_s: 10, parameters });
      const before = cell.get("void_um");
      cell.run(0, 24);
      return 1 - cell.get("void_um") / before;
    };
    expect(healed("li-mg")).toBeLessThan(0.05);
    expect(healed("li-bare-garnet")).toBeGreaterThan(0.4);
  });
});

describe("li-garnet-ag", () => {
  it("has about a seventh of bare garnet's interface resistance after 150 cycles", () => {
    const after150 = (id: string) => {
      const cell = new ProfileCell(id, { dt_s: 10 });
      for (let cycle = 0; cycle < 150; cycle++) {
        cell.run(0.2, 1);
        cell.run(-0.2, 1);
      }
      return cell.get("interfaceResistance_ohm_cm2");
    };
    const ratio = after150("li-bare-garnet") / after150("li-garnet-ag");
    expect(ratio).toBeGreaterThan(5);
    expect(ratio).toBeLessThan(9);
  });
});

describe("na-mixed", () => {
  /** Discharge limit 0.1 V above the voltage floor: what the resistances leave of the rate. */
  const rate = (parameters: Partial<Record<ParameterName, number>>) => {
    const cell = new ProfileCell("na-mixed", { voltage_V: 1.6, parameters });
    expect(cell.reason("discharge")).toBe("voltage");
    return cell.get("dischargeLimitContinuous_mA_cm2");
  };

  it("is limited by charge transfer: a fourfold electrolyte resistance costs little, a quarter of R_ct triples the rate", () => {
    const published = rate({});
    expect(rate({ series_resistance_ohm_cm2: 42 }) / published).toBeGreaterThan(0.9);
    expect(rate({ se_chargeTransfer_ohm_cm2: 100 }) / published).toBeGreaterThan(3);
  });
});
