import { describe, expect, it } from "vitest";
import { FARADAY_C_MOL } from "../../host/reference/constants.js";
import { Slab, type SlabDrive, type SlabOptions } from "../../host/reference/slab.js";

const constant = (flux: number, diffusivity: number): SlabDrive => ({
  flux_mol_cm2_s: () => flux,
  diffusivity_cm2_s: () => diffusivity,
});

/** Slope of log2 of successive errors, each from a problem of half the size. */
const orders = (errors: readonly number[]): number[] =>
  errors.slice(1).map((error, k) => Math.log2((errors[k] as number) / error));

/** Relative stripping of a unit slab (L = D = J = 1) at time τ, from the cosine series. */
function sinkSeries(time: number): number {
  let u = 1;
  for (let k = 0; k < 4000; k++) {
    const pole = ((k + 0.5) * Math.PI) ** 2;
    u -= (2 / pole) * Math.exp(-pole * time);
  }
  return u;
}
function sealedSeries(time: number): number {
  let u = time + 1 / 3;
  for (let k = 1; k < 4000; k++) u -= (2 / (k * Math.PI) ** 2) * Math.exp(-((k * Math.PI) ** 2) * time);
  return u;
}

/** Abramowitz & Stegun 7.1.5, to rounding for the small arguments used here. */
function erf(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < 60; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

describe("slab against closed solutions", () => {
  it("falls as Sand's square root before the back face is felt", () => {
    const slab = new Slab({ length_cm: 1, initial_mol_cm3: 1, back: "sealed", cells: 200, grading: 50 });
    const drive = constant(4, 1);
    // Sand's time of a half-infinite medium, π·D·(c₀/2J)².
    const sand = Math.PI / 64;
    expect(slab.advanceUntilSurface(0, 1, drive)).toBeCloseTo(sand, 4);
  });

  it("keeps its surface under Cottrell's current", () => {
    const slab = new Slab({ length_cm: 1, initial_mol_cm3: 1, back: "sealed", cells: 200, grading: 100 });
    const begin = 1e-6;
    // The singular start as a constant current of the same charge: forgotten a thousand times later.
    slab.advance(begin, constant((2 * Math.sqrt(begin / Math.PI)) / begin, 1));
    const cottrell: SlabDrive = {
      flux_mol_cm2_s: (t) => 1 / Math.sqrt(Math.PI * t),
      diffusivity_cm2_s: () => 1,
    };
    for (const time of [0.003, 0.01, 0.03]) {
      slab.advance(time, cottrell);
      expect(slab.surface(cottrell)).toBeCloseTo(0, 3);
    }
  });

  it.each([
    ["sink", sinkSeries],
    ["sealed", sealedSeries],
  ] as const)("follows the series of a slab with a %s behind it", (back, series) => {
    const drive = constant(1, 1);
    const slab = new Slab({ length_cm: 1, initial_mol_cm3: 0, back, cells: 100, grading: 20 });
    for (const time of [0.001, 0.01, 0.1, 0.5, 2]) {
      slab.advance(time, drive);
      expect(Math.abs(slab.surface(drive) + series(time))).toBeLessThan(1e-4);
    }
  });

  it("piles the other metal up before a receding face as a moving wall does", () => {
    // Smith, Tiller & Rutter (1955), no solute passes: n/n₀ = (1 + 2a²)(1 + erf a) + (2a/√π)·e^(−a²), a = v·√(t/D)/2.
    const fraction = 0.1;
    const slab = new Slab({
      length_cm: 1,
      initial_mol_cm3: 1 - fraction,
      back: "sealed",
      recession_cm3_mol: 1,
      cells: 200,
      grading: 50,
    });
    const drive = constant(3, 1);
    for (const time of [0.002, 0.005, 0.01]) {
      slab.advance(time, drive);
      const a = (3 * Math.sqrt(time)) / 2;
      const pile = (1 + 2 * a * a) * (1 + erf(a)) + ((2 * a) / Math.sqrt(Math.PI)) * Math.exp(-a * a);
      expect((1 - slab.surface(drive)) / fraction).toBeCloseTo(pile, 3);
      expect(slab.length_cm).toBeCloseTo(1 - 3 * time, 12);
    }
  });
});

describe("order of the scheme", () => {
  const surfaceError = (cells: number, extra: Partial<SlabOptions>, exact: number): number => {
    const slab = new Slab({
      length_cm: 1,
      initial_mol_cm3: 0,
      back: "sink",
      tolerance: 1e-9,
      cells,
      ...extra,
    });
    slab.advance(0.2, constant(-1, 1));
    return Math.abs(slab.surface(constant(-1, 1)) - exact);
  };

  it.each([1, 10])("is two in space on a mesh graded %d to 1", (grading) => {
    const exact = sinkSeries(0.2);
    const found = orders([10, 20, 40, 80].map((cells) => surfaceError(cells, { grading }, exact)));
    expect(Math.min(...found)).toBeGreaterThan(1.9);
  });

  it("is two in space with a receding face", () => {
    const at = (cells: number): number => {
      const options = { length_cm: 1, initial_mol_cm3: 0.9, back: "sealed", recession_cm3_mol: 1 } as const;
      const slab = new Slab({ ...options, cells, tolerance: 1e-10 });
      slab.advance(0.2, constant(1, 1));
      return slab.surface(constant(1, 1));
    };
    const values = [80, 160, 320, 640].map(at);
    const differences = values.slice(1).map((value, k) => Math.abs(value - (values[k] as number)));
    expect(Math.min(...orders(differences))).toBeGreaterThan(1.9);
  });

  it("is two in time, with a diffusivity and a current that change", () => {
    const drive: SlabDrive = {
      flux_mol_cm2_s: (t) => -(Math.sin(6 * t) ** 2),
      diffusivity_cm2_s: (t) => 1 + 0.5 * Math.sin(9 * t),
    };
    const at = (longestStep_s: number): number => {
      const options = { length_cm: 1, initial_mol_cm3: 0, back: "sink", cells: 40 } as const;
      const slab = new Slab({ ...options, tolerance: 1e9, longestStep_s });
      slab.advance(1, drive);
      return slab.surface(drive);
    };
    const exact = at(1 / 4096);
    const found = orders([1 / 32, 1 / 64, 1 / 128, 1 / 256].map((step) => Math.abs(at(step) - exact)));
    expect(Math.min(...found)).toBeGreaterThan(1.9);
  });

  it("meets its tolerance: a hundred times stricter, the error falls by at least ten", () => {
    const error = (tolerance: number): number => {
      const drive: SlabDrive = {
        flux_mol_cm2_s: (t) => -(1 + Math.sin(20 * t)),
        diffusivity_cm2_s: () => 1,
      };
      const at = (tol: number): number => {
        const slab = new Slab({ length_cm: 1, initial_mol_cm3: 0, back: "sink", cells: 40, tolerance: tol });
        slab.advance(1, drive);
        return slab.surface(drive);
      };
      return Math.abs(at(tolerance) - at(1e-11));
    };
    expect(error(1e-7)).toBeLessThan(error(1e-5) / 10);
    expect(error(1e-5)).toBeLessThan(1e-3);
  });
});

describe("conservation", () => {
  const take = (recession_cm3_mol: number): Slab => {
    const slab = new Slab({
      length_cm: 1,
      initial_mol_cm3: 0.9,
      back: "sealed",
      recession_cm3_mol,
      grading: 5,
    });
    const drive: SlabDrive = { flux_mol_cm2_s: () => 0.5, diffusivity_cm2_s: (t) => 1 + t };
    slab.advance(0.4, drive);
    return slab;
  };

  it("a slab loses what is taken out, its face where it was or receding", () => {
    for (const recession of [0, 1]) expect(take(recession).inventory_mol_cm2()).toBeCloseTo(0.9 - 0.2, 11);
  });

  it("a receding face gives up volume for metal: the other metal stays", () => {
    const slab = take(1);
    expect(slab.length_cm - slab.inventory_mol_cm2()).toBeCloseTo(0.1, 11);
  });
});

describe("E1: Li₀.₉Mg₀.₁ of 25 µm, sealed behind, face in place, stripped to 24.0 mmol/cm³ there", () => {
  const length = 25e-4;
  const [all, left] = [69.6e-3, 24e-3];

  /** Stop time of the series, by bisection. */
  const exactStop_s = (flux: number): number => {
    const reached = ((all - left) * 3e-11) / (flux * length);
    let [low, high] = [0, 10];
    while (high - low > 1e-9) {
      const middle = (low + high) / 2;
      if (sealedSeries(middle) < reached) low = middle;
      else high = middle;
    }
    return (low * length * length) / 3e-11;
  };

  // Of the total: of the 69.6 mmol/cm³ there were. Of the β-phase: of what lies above 24.0 mmol/cm³, where it ends.
  it.each([
    [10e-6, 1.0305e6, 61.4, 93.7],
    [100e-6, 4.546e4, 27.1, 41.3],
  ])(
    "at %d A/cm² stops at %d s with %d %% of the lithium and %d %% of the β-phase's used",
    (current, stop_s, total, beta) => {
      const flux = current / FARADAY_C_MOL;
      const slab = new Slab({ length_cm: length, initial_mol_cm3: all, back: "sealed", cells: 200 });
      const found = slab.advanceUntilSurface(left, 1e7, constant(flux, 3e-11)) as number;
      expect(Math.abs(found / exactStop_s(flux) - 1)).toBeLessThan(2e-5);
      // The page's second time is 2e-4 above the series' 45 452 s; its percentages are the series'.
      expect(Math.abs(found / stop_s - 1)).toBeLessThan(2e-4);
      const used = flux * found;
      expect((100 * used) / (all * length)).toBeCloseTo(total, 1);
      expect((100 * used) / ((all - left) * length)).toBeCloseTo(beta, 1);
      expect(slab.inventory_mol_cm2() + used).toBeCloseTo(all * length, 12);
    },
  );
});
