import { describe, expect, it } from "vitest";
import { loadProfile } from "../../host/profiles/profile.js";
import { soluteParameters } from "../../host/reference/cell.js";
import { Solute } from "../../host/reference/solute.js";

const values = loadProfile("li-agc-argyrodite").values;
const parameters = soluteParameters(values);
const KELVIN = 333.15;

describe("solute of the full-order cell", () => {
  it("is neither made nor lost, and no share leaves 0 … 1", () => {
    const solute = new Solute(parameters, { se_mAh_cm2: 0, cc_mAh_cm2: 0 });
    let [se, cc] = [0, 0];
    for (let n = 0; n < 500; n++) {
      se = Math.max(se + Math.sin(0.3 * n), 0);
      cc = Math.max(cc + 2 * Math.sin(0.11 * n), 0);
      solute.advance(60, { se_mAh_cm2: se, cc_mAh_cm2: cc }, KELVIN, 2);
      const { shares } = solute;
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
      for (const share of shares) {
        expect(share).toBeGreaterThanOrEqual(-1e-12);
        expect(share).toBeLessThanOrEqual(1 + 1e-12);
      }
    }
  });

  it("dissolves no more into new metal than its solubility", () => {
    // Free at once, so that only the solubility bounds what the metal takes.
    const eager = { ...parameters, coble: { ...parameters.coble, mobilityFactor: 1e12 } };
    const solute = new Solute(eager, { se_mAh_cm2: 0, cc_mAh_cm2: 0 });
    const before = solute.shares[2];
    solute.advance(60, { se_mAh_cm2: 0, cc_mAh_cm2: 1 }, KELVIN, 2);
    const most = parameters.solubility / parameters.inventory_mAh_cm2;
    expect(solute.shares[2] - before).toBeCloseTo(most - before, 12);
  });

  it("comes free at the Coble rate of the review's check: of the order of 1e-8 per second", () => {
    const strainOnly = { ...parameters, solubility: 1, coble: { ...parameters.coble, mobilityFactor: 1 } };
    const solute = new Solute(strainOnly, { se_mAh_cm2: 0, cc_mAh_cm2: 0 });
    const [, pores, before] = solute.shares;
    solute.advance(1, { se_mAh_cm2: 0, cc_mAh_cm2: 1 }, 298.15, 5);
    const perSecond = (solute.shares[2] - before) / pores;
    expect(perSecond).toBeGreaterThan(1e-9);
    expect(perSecond).toBeLessThan(1e-7);
  });

  it("gathers at the collector cycle by cycle where only a part returns", () => {
    const solute = new Solute(parameters, { se_mAh_cm2: 0, cc_mAh_cm2: 0 });
    const atCollector: number[] = [];
    for (let cycle = 0; cycle < 5; cycle++) {
      for (let n = 1; n <= 100; n++) solute.advance(72, { se_mAh_cm2: 0, cc_mAh_cm2: n * 0.05 }, KELVIN, 2);
      for (let n = 99; n >= 0; n--) solute.advance(72, { se_mAh_cm2: 0, cc_mAh_cm2: n * 0.05 }, KELVIN, 2);
      atCollector.push(solute.shares[2]);
    }
    for (let k = 1; k < atCollector.length; k++)
      expect(atCollector[k] as number).toBeGreaterThan(atCollector[k - 1] as number);
  });
});
