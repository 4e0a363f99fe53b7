import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distribute, type InterlayerNodes, Scratch } from "../../host/reference/interlayer.js";

const THERMAL_mV = 25.7;
const path = (ionic_ohm_cm2: number, electronic_ohm_cm2 = 0) => ({
  ionic_ohm_cm2,
  electronic_ohm_cm2,
  thermal_mV: THERMAL_mV,
});

/** Pore wall of that resistance over all slices; the interfaces as given, closed by default. */
function nodes(slices: number, pore: number, se = Number.POSITIVE_INFINITY, cc = Number.POSITIVE_INFINITY) {
  const chargeTransfer_ohm_cm2 = new Float64Array(slices + 2).fill(pore * slices);
  chargeTransfer_ohm_cm2[0] = se;
  chargeTransfer_ohm_cm2[slices + 1] = cc;
  return {
    threshold_mV: new Float64Array(slices + 2),
    chargeTransfer_ohm_cm2,
    most_mA_cm2: new Float64Array(slices + 2).fill(Number.POSITIVE_INFINITY),
  } satisfies InterlayerNodes;
}

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
/** So small that Butler–Volmer is linear. */
const SMALL = 1e-3;

describe("linear porous electrode", () => {
  const [ionic, pore] = [10, 5];
  const nu = Math.sqrt(ionic / pore);

  it("has the closed solution's overpotential and distribution, ions alone resisting", () => {
    const slices = 200;
    const found = distribute(SMALL, path(ionic), nodes(slices, pore));
    // η(x) = j·R·cosh(ν(1 − x))/(ν·sinh ν).
    const exact = (x: number): number => (SMALL * ionic * Math.cosh(nu * (1 - x))) / (nu * Math.sinh(nu));
    for (const k of [1, 50, 100, 150, 200]) {
      expect((found.overpotential_mV[k] as number) / exact((k - 0.5) / slices)).toBeCloseTo(1, 4);
    }
    expect((found.overpotential_mV[0] as number) / exact(0)).toBeCloseTo(1, 4);
  });

  it("converges with second order in the slices", () => {
    const exact = (SMALL * ionic) / (nu * Math.tanh(nu));
    const errors = [20, 40, 80, 160].map((slices) =>
      Math.abs((distribute(SMALL, path(ionic), nodes(slices, pore)).overpotential_mV[0] as number) - exact),
    );
    const orders = errors.slice(1).map((error, k) => Math.log2((errors[k] as number) / error));
    expect(Math.min(...orders)).toBeGreaterThan(1.9);
  });

  it("has Newman & Tobias' resistance with ions and electrons resisting", () => {
    const electronic = 4;
    const slices = 400;
    const found = distribute(SMALL, path(ionic, electronic), nodes(slices, pore));
    // Electrons carry, past every slice, what has reacted before it; the end links are half a slice.
    let drop = 0;
    let reacted = 0;
    for (let k = 0; k <= slices; k++) {
      reacted += found.current_mA_cm2[k] as number;
      drop += reacted * (electronic / slices) * (k === 0 || k === slices ? 0.5 : 1);
    }
    const both = Math.sqrt((ionic + electronic) / pore);
    const parallel = (ionic * electronic) / (ionic + electronic);
    const shape =
      (2 + (ionic / electronic + electronic / ionic) * Math.cosh(both)) / (both * Math.sinh(both));
    const resistance = ((found.overpotential_mV[0] as number) + drop) / SMALL;
    expect(resistance / (parallel * (1 + shape))).toBeCloseTo(1, 4);
  });

  it("reacts alike at both ends when ions and electrons are alike", () => {
    const { current_mA_cm2: current } = distribute(3, path(20, 20), nodes(100, 1));
    for (let k = 1; k <= 50; k++) {
      expect(current[k] as number).toBeCloseTo(current[101 - k] as number, 8);
    }
  });
});

describe("thresholds and Butler–Volmer", () => {
  it("one interface alone follows the inverse hyperbolic sine", () => {
    const found = distribute(40, path(5), nodes(100, Number.POSITIVE_INFINITY, 10));
    const exact = 2 * THERMAL_mV * Math.asinh((40 * 10) / (2 * THERMAL_mV));
    expect(found.overpotential_mV[0] as number).toBeCloseTo(exact, 6);
  });

  it("the electrolyte's face takes current once the way to the collector costs more than its threshold", () => {
    const case_ = nodes(100, Number.POSITIVE_INFINITY, 5, 5);
    case_.threshold_mV[0] = 20;
    // Linear to rounding at a large thermal voltage: onset at j·(R_ion + R_ct) = 20 mV.
    const wide = { ...path(15), thermal_mV: 1e5 };
    expect(distribute(0.999, wide, case_).current_mA_cm2[0]).toBe(0);
    expect(distribute(1.1, wide, case_).current_mA_cm2[0]).toBeCloseTo((0.1 * 20) / 25, 4);
  });

  it("gives a full node what it may take and the rest to the others; without others it says what is missing", () => {
    const case_ = nodes(100, Number.POSITIVE_INFINITY, 1, 1);
    case_.most_mA_cm2[0] = 0.3;
    const shared = distribute(1, path(10), case_);
    expect(shared.current_mA_cm2[0]).toBe(0.3);
    expect(shared.current_mA_cm2[101]).toBeCloseTo(0.7, 9);
    case_.most_mA_cm2[101] = 0.5;
    expect(distribute(1, path(10), case_).missing_mA_cm2).toBeCloseTo(0.2, 12);
  });

  it("balances whatever the nodes are, from any start", () => {
    const resistance = fc.double({ min: -5, max: 7, noNaN: true }).map(Math.exp);
    const node = fc.record({
      threshold: fc.double({ min: -10, max: 60, noNaN: true }),
      resistance: fc.oneof(resistance, fc.constant(Number.POSITIVE_INFINITY)),
      most: fc.oneof(fc.double({ min: 0, max: 0.5, noNaN: true }), fc.constant(Number.POSITIVE_INFINITY)),
    });
    fc.assert(
      fc.property(
        fc.array(node, { minLength: 102, maxLength: 102 }),
        resistance,
        fc.oneof(fc.constant(0), resistance),
        fc.double({ min: -6, max: 5, noNaN: true }).map(Math.exp),
        fc.double({ min: -500, max: 500, noNaN: true }),
        (list, ionic, electronic, current, guess) => {
          const case_ = {
            threshold_mV: Float64Array.from(list, (n) => n.threshold),
            chargeTransfer_ohm_cm2: Float64Array.from(list, (n) => n.resistance),
            most_mA_cm2: Float64Array.from(list, (n) => n.most),
          };
          const start = new Float64Array(102).fill(guess);
          const found = distribute(current, path(ionic, electronic), case_, start);
          expect(Math.abs(sum(found.current_mA_cm2) + found.missing_mA_cm2 - current)).toBeLessThan(
            1e-5 * current,
          );
          for (const [k, taken] of found.current_mA_cm2.entries()) {
            expect(taken).toBeGreaterThanOrEqual(0);
            expect(taken).toBeLessThanOrEqual((case_.most_mA_cm2[k] as number) * (1 + 1e-9));
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});

it("works in the same scratch again and again, whatever it held before", () => {
  const slices = 30;
  const scratch = new Scratch(slices + 2);
  const cases = [nodes(slices, 5), nodes(slices, 50, 5, 20), nodes(slices, 0.5, 1)];
  // A node that is full must be free again in the next case.
  cases[1]?.most_mA_cm2.fill(0.1, 3, 9);
  for (const one of [...cases, ...cases.slice().reverse()]) {
    const fresh = distribute(2, path(10), one);
    const again = distribute(2, path(10), one, undefined, scratch);
    expect(again.current_mA_cm2).toEqual(fresh.current_mA_cm2);
    expect(again.overpotential_mV).toEqual(fresh.overpotential_mV);
  }
});
