/// <reference types="assemblyscript/std/assembly/index" />
/// <reference types="@as-pect/assembly/types/as-pect" />
import { pressureFor, slowContact, slowCreep, slowDiffusion, stepVacancy } from "../vacancy";
import { apply, cell, derived, parameters, plain } from "./bench";

/** Holds a stripping current through the only site. */
function strip(current: f32, dt: f32, steps: i32): void {
  cell.seCurrent_mA_cm2 = -current;
  for (let n = 0; n < steps; n++) stepVacancy(cell, dt);
}

function settle(): void {
  slowDiffusion(cell, 0);
  slowCreep(cell, 0);
}

describe("the slab", () => {
  beforeEach(() => {
    plain();
    settle();
  });

  it("has the static gain of the diffusion equation: 1 with a sink behind", () => {
    const gain =
      derived.slabGain_0 / derived.slabPole_0 +
      derived.slabGain_1 / derived.slabPole_1 +
      derived.slabGain_2 / derived.slabPole_2 +
      derived.slabGain_3 / derived.slabPole_3 +
      derived.slabFeedthrough;
    expect<f32>(gain).toBeCloseTo(1, 5);
  });

  it("has an integrator and ⅓ when it is sealed", () => {
    parameters.slab_sealed = 1;
    apply();
    const gain =
      derived.slabGain_1 / derived.slabPole_1 +
      derived.slabGain_2 / derived.slabPole_2 +
      derived.slabGain_3 / derived.slabPole_3 +
      derived.slabFeedthrough;
    expect<f32>(derived.slabPole_0).toBe(0);
    expect<f32>(derived.slabGain_0).toBe(1);
    expect<f32>(gain).toBeCloseTo(0.333333, 5);
  });

  it("rests at the share of the limit that is stripped, whatever the step", () => {
    strip(0.5, 10, 1000);
    expect<f32>(cell.supersaturation).toBeCloseTo(0.5, 5);
    strip(0.25, 0.1, 100000);
    expect<f32>(cell.supersaturation).toBeCloseTo(0.25, 5);
  });

  it("answers with the square root of time at first: 2·sqrt(m/π)", () => {
    // L²/D is 1000 s.
    strip(0.5, 0.1, 100);
    expect<f32>(cell.supersaturation).toBeCloseTo(0.5 * 0.112838, 2);
  });

  it("sees more current where less contact carries it", () => {
    cell.contact = 0.5;
    strip(0.4, 10, 1000);
    expect<f32>(cell.supersaturation).toBeCloseTo(0.8, 5);
  });
});

describe("the limit", () => {
  beforeEach(plain);

  it("adds creep under the stack pressure to the vacancies'", () => {
    parameters.creep_currentLimit_mA_cm2 = 0.3;
    cell.stackPressure_MPa = 6;
    settle();
    expect<f32>(cell.vacancyLimit_mA_cm2).toBeCloseTo(1 + 0.3 * 4, 4);
  });

  it("and the least pressure that serves a current are each other's inverse", () => {
    parameters.creep_currentLimit_mA_cm2 = 0.3;
    cell.contact = 0.8;
    settle();
    cell.stackPressure_MPa = pressureFor(2, cell);
    settle();
    expect<f32>(cell.vacancyLimit_mA_cm2 * 0.8).toBeCloseTo(2, 4);
  });
});

describe("the void", () => {
  beforeEach(() => {
    plain();
    settle();
  });

  it("opens only past u = 1, at the speed of the excess", () => {
    strip(1.5, 0.1, 10);
    expect<f32>(cell.supersaturation).toBeLessThan(1);
    expect<f32>(cell.void_um).toBe(0);
    strip(1.5, 10, 200);
    const before = cell.void_um;
    strip(1.5, 10, 100);
    // 0.5 mA/cm² for 1000 s is 0.1389 mAh/cm².
    expect<f32>(cell.void_um - before).toBeCloseTo(0.1389 * 4.8535, 2);
  });

  it("heals to what the pressure holds open and no further", () => {
    parameters.void_healRate_per_s = 0.01;
    parameters.contact_closure_MPa = 1;
    cell.stackPressure_MPa = 3;
    cell.void_um = 2;
    settle();
    slowContact(cell);
    expect<f32>(cell.voidHeld_um).toBeCloseTo(0.25, 5);
    strip(0, 1, 5000);
    expect<f32>(cell.void_um).toBeCloseTo(0.25, 4);
  });

  it("does not open when the pressure goes", () => {
    parameters.contact_closure_MPa = 1;
    cell.void_um = 0.25;
    cell.stackPressure_MPa = 0;
    settle();
    slowContact(cell);
    strip(0, 10, 1000);
    expect<f32>(cell.void_um).toBe(0.25);
  });

  it("leaves exp(−v/h_v) of the contact, at least the minimum", () => {
    cell.void_um = 1;
    slowContact(cell);
    expect<f32>(cell.contact).toBeCloseTo(0.367879, 5);
    cell.void_um = 100;
    slowContact(cell);
    expect<f32>(cell.contact).toBeCloseTo(0.01, 6);
  });
});
