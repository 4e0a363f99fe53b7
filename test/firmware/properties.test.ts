/** What holds for any input: bounds, conservation, and bits that do not depend on the FPU's manners. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { listProfiles } from "../../host/profiles/profile.js";
import { loadModule } from "../../host/replay/module.js";
import { reasons } from "../../host/schema/codes.js";
import { addresses } from "../../host/schema/layout.js";
import { fpuVariant } from "./fpu.js";
import {
  Bench,
  between,
  derivedOutOfBounds,
  FUZZ,
  faultBit,
  HORIZONS,
  hostileInputs,
  outOfBounds,
  pick,
  profileValues,
  RELEASE,
  random,
  randomParameters,
  type Values,
} from "./support.js";

const profiles = listProfiles();
const seeds = fc.integer({ min: 0, max: 0x7fffffff });

/** What is wrong with the published limits whatever the input, as text. */
function badLimits(bench: Bench): string | undefined {
  for (let cell = 0; cell < bench.cells; cell++) {
    for (const direction of ["charge", "discharge"] as const) {
      const cap = bench.module.parameter(`cap_${direction}_mA_cm2`);
      const limits = bench.limits(direction, cell);
      const word = bench.get(`${direction}Reasons`, cell);
      for (let horizon = 0; horizon < HORIZONS; horizon++) {
        const limit = limits[horizon] as number;
        const reason = (word >>> (8 * horizon)) & 0xff;
        const what = `cell ${cell}, ${direction} limit ${horizon} = ${limit}, cap ${cap}, reason ${reason}`;
        if (limit > cap || reason >= reasons.length) return what;
        if (limit < cap && reason === 0) return `${what}: no reason`;
      }
    }
  }
  return undefined;
}

/** Walks `steps` steps and throws at the first that breaks a bound. */
function walk(bench: Bench, seed: number, steps: number): void {
  const rng = random(seed);
  const feed = hostileInputs(bench, rng, pick(rng, [0, 0.05, 0.5]));
  for (let step = 0; step < steps; step++) {
    feed();
    bench.run(1);
    const found = outOfBounds(bench) ?? badLimits(bench);
    if (found) throw new Error(`seed ${seed}, step ${step}: ${found}`);
    if (bench.pack("faults") & faultBit("state"))
      throw new Error(`seed ${seed}, step ${step}: an input made a state fault`);
  }
}

describe("any input", () => {
  const module = loadModule(RELEASE);

  test.each(profiles)("keeps %s within the schema's bounds", (id) => {
    fc.assert(
      fc.property(seeds, fc.constantFrom(1, 1, 1, 3, 24), (seed, cells) => {
        walk(new Bench(profileValues(id), { cells, module }), seed, cells === 24 ? 100 : 1000);
      }),
      { numRuns: 10 * FUZZ },
    );
  });

  test("keeps any parameter set within them", () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom(1, 1, 1, 3), (seed, cells) => {
        const bench = new Bench(randomParameters(random(seed)), { cells, module });
        expect(derivedOutOfBounds(bench)).toBeUndefined();
        walk(bench, seed, 1000);
      }),
      { numRuns: 200 * FUZZ },
    );
  });

  test("keeps parameters changed while it runs within them", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const bench = new Bench(profileValues(pick(random(seed), profiles)), { module });
        for (let change = 0; change < 10; change++) {
          const { cap_charge_mA_cm2, cap_discharge_mA_cm2, ...others } = randomParameters(
            random(seed + change),
          );
          module.setParameters(others);
          walk(bench, seed + change, 100);
        }
      }),
      { numRuns: 20 * FUZZ },
    );
  });
});

/**
 * Runs `steps` steps of a random current and returns what is not conserved, and the charge that went through, mAh/cm².
 * The current changes level, sign and shape at random and sometimes strips more than there is.
 */
function imbalance(bench: Bench, seed: number, steps: number, dt: number): { lost: number; moved: number } {
  const rng = random(seed);
  const initial = bench.metal();
  const limit = Math.min(bench.module.parameter("sensor_maxCurrent_mA_cm2"), 10);
  const used = Math.fround(dt);
  bench.setStep(dt);
  let level = 0;
  let noise = 0;
  let net = 0;
  let moved = 0;
  for (let step = 0; step < steps; step++) {
    if (rng() < 0.002) {
      level = between(rng, -1, 1) * limit * pick(rng, [0, 0.001, 0.1, 0.5]);
      noise = pick(rng, [0, 0, 0.01, 1]);
      bench.set({ temperature_degC: between(rng, -20, 80), stackPressure_MPa: between(rng, 0, 10) });
    }
    const current = Math.fround(level * (1 + noise * between(rng, -2, 2)));
    bench.set({ current_mA_cm2: current });
    bench.run(1);
    net += (current * used) / 3600;
    moved += (Math.abs(current) * used) / 3600;
  }
  const expected = initial + net + bench.charge("deficit") - bench.charge("selfDischarge");
  return { lost: bench.metal() - expected, moved };
}

describe("charge", () => {
  test.each(["li-agc-argyrodite", "li-garnet-cnt", "na-mixed"])(
    "is conserved in %s over a million steps",
    (id) => {
      const bench = new Bench(profileValues(id));
      const { lost, moved } = imbalance(bench, 1, 1e6, 0.1);
      expect(moved).toBeGreaterThan(10);
      expect(bench.charge("deficit")).toBeGreaterThan(0);
      expect(Math.abs(lost) / Math.max(bench.metal(), 1)).toBeLessThan(1e-4);
    },
  );

  test.each(profiles)("is conserved in %s for any current, and its solute too", (id) => {
    fc.assert(
      fc.property(seeds, fc.constantFrom(0.01, 0.1, 1, 10), (seed, dt) => {
        const bench = new Bench(profileValues(id, { interphase_leak_mA_cm2: seed % 2 ? 0.05 : 0 }));
        const { lost } = imbalance(bench, seed, 4000, dt);
        expect(Math.abs(lost) / Math.max(bench.metal(), 1)).toBeLessThan(1e-4);
        const shares = (["Se", "Pore", "Cc"] as const).map((site) => bench.get(`solute${site}Share`));
        expect(shares.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
      }),
      { numRuns: 5 * FUZZ },
    );
  });
});

describe("bits", () => {
  const runs = (values: Values, seed: number, modules: ReturnType<typeof loadModule>[]) =>
    modules.map((module) => {
      const bench = new Bench(values, { module });
      const rng = random(seed);
      const feed = hostileInputs(bench, rng, pick(rng, [0, 0.05, 0.5]));
      for (let step = 0; step < 800; step++) {
        feed();
        bench.run(1);
      }
      // The sign of a zero may differ in memory: no result depends on it.
      return bench.module.words
        .slice(addresses.header / 4, addresses.stepInput / 4)
        .map((word) => (word === -0x80000000 ? 0 : word));
    });

  test.each([
    "flushes subnormals",
    "has no negative zero",
    "has only negative zeros",
    "renames NaNs",
  ] as const)("are the same on an FPU that %s", (manner) => {
    const reference = loadModule(RELEASE);
    const variant = fpuVariant(manner);
    fc.assert(
      fc.property(seeds, (seed) => {
        const rng = random(seed);
        const values = rng() < 0.5 ? profileValues(pick(rng, profiles)) : randomParameters(rng);
        const [expected, found] = runs(values, seed, [reference, variant]);
        expect(found).toEqual(expected);
      }),
      { numRuns: 40 * FUZZ },
    );
  });
});

describe("halving the step", () => {
  test.each(["li-agc-argyrodite", "li-bare-argyrodite", "li-garnet-cnt", "na-mixed"])(
    "changes no verdict of %s",
    (id) => {
      const whole = new Bench(profileValues(id));
      const half = new Bench(profileValues(id));
      whole.setStep(0.1);
      half.setStep(0.05);
      whole.setStep(0.1);
      const rest = 120;
      let differs = 0;
      let compared = 0;
      const compare = (current_mA_cm2: number, seconds: number, count: boolean) => {
        for (const bench of [whole, half]) bench.set({ current_mA_cm2, temperature_degC: 45 });
        for (let step = 0; step < seconds * 10; step++) {
          whole.run(1);
          half.run(2);
          if (!count) continue;
          compared += 2;
          for (const direction of ["chargeReasons", "dischargeReasons"] as const) {
            // The continuous limit's reason.
            if (whole.get(direction) >>> 24 !== half.get(direction) >>> 24) differs++;
          }
        }
      };
      compare(0, rest, false);
      for (const current of [1, -0.5, 2, 0, 0.3, -1.5]) compare(current, 600, true);
      expect(differs / compared).toBeLessThan(0.01);
      const scale = whole.metal();
      for (const site of ["seCharge", "poreCharge", "ccCharge"] as const) {
        expect(Math.abs(whole.charge(site) - half.charge(site)) / scale, site).toBeLessThan(0.01);
      }
    },
  );
});
