/// <reference types="assemblyscript/std/assembly/index" />
/// <reference types="@as-pect/assembly/types/as-pect" />
import { CellState, RAINFLOW_DEPTH } from "../layout";
import { countCycle } from "../rainflow";
import { cell, parameters, plain } from "./bench";

const RECORD: usize = changetype<usize>(cell) + offsetof<CellState>("stackCyclePoints_0");
const DAMAGE: usize = changetype<usize>(cell) + offsetof<CellState>("stackCycleDamage");

/** Most turning points that were open at once. */
let deepest = 0;

/** Each sample is visited until every cycle it closes has been counted. */
function feed(samples: f32[]): void {
  for (let i = 0; i < samples.length; i++) {
    for (let visit = 0; visit < RAINFLOW_DEPTH; visit++) {
      countCycle(RECORD, DAMAGE, samples[i]);
      deepest = max(deepest, cell.stackCycleDepth);
    }
  }
}

/**
 * Miner's sum of the closed cycles of a whole course, the four-point method (ASTM E1049 without the residue): reversals
 * first, then inner ranges no larger than both neighbours until none is left.
 */
function wholeCourse(samples: f32[]): f64 {
  const points: f64[] = [0];
  for (let i = 0; i < samples.length; i++) {
    const sample = <f64>samples[i];
    const last = points.length - 1;
    const before = last > 0 ? points[last] - points[last - 1] : -1;
    if ((sample - points[last]) * before >= 0) points[last] = sample;
    else points.push(sample);
  }
  // Whether the last extreme is a reversal only the next sample would show.
  points.pop();
  let damage: f64 = 0;
  let i = 0;
  while (i + 3 < points.length) {
    const inner = Math.abs(points[i + 2] - points[i + 1]);
    if (inner <= Math.abs(points[i + 1] - points[i]) && inner <= Math.abs(points[i + 3] - points[i + 2])) {
      damage += inner ** <f64>parameters.fatigue_exponent;
      points.splice(i + 1, 2);
      i = 0;
    } else {
      i++;
    }
  }
  return damage;
}

let seed: u32 = 1;
function random(): f32 {
  seed = seed * 1664525 + 1013904223;
  return <f32>(seed >> 8) / 16777216;
}

describe("the count of closed cycles", () => {
  beforeEach(() => {
    plain();
    parameters.fatigue_strength_MPa = 1;
  });

  it("of the example of ASTM E1049 is one of range 4, from −1 to 3", () => {
    parameters.fatigue_exponent = 1;
    feed([-2, 1, -3, 5, -1, 3, -4, 4, -2]);
    expect<f32>(load<f32>(DAMAGE)).toBeCloseTo(4, 5);
    // −2, 1, −3, 5, −4, 4 stay open.
    expect<i32>(cell.stackCycleDepth).toBe(6);
    expect<f32>(cell.stackCyclePoints_4).toBe(-4);
  });

  it("of random courses is that of the whole course at once, or more where the stack is full", () => {
    let full = 0;
    for (let course = 0; course < 300; course++) {
      plain();
      deepest = 0;
      const samples: f32[] = [];
      for (let i = 0; i < 100; i++) samples.push(random() * 20);
      feed(samples);
      const exact = <f32>wholeCourse(samples);
      expect<f32>(load<f32>(DAMAGE)).toBeGreaterThan(exact * 0.9999);
      if (deepest < RAINFLOW_DEPTH) expect<f32>(load<f32>(DAMAGE)).toBeLessThan(exact * 1.0001);
      else full++;
    }
    expect<i32>(full).toBeGreaterThan(3);
    expect<i32>(full).toBeLessThan(100);
  });

  it("weighs ranges with the exponent and the strength", () => {
    parameters.fatigue_strength_MPa = 10;
    parameters.fatigue_exponent = 4;
    feed([0, 9, 2, 7, 0, 1]);
    expect<f32>(load<f32>(DAMAGE)).toBeCloseTo(0.0625, 5);
  });

  it("ignores noise", () => {
    parameters.fatigue_exponent = 1;
    for (let n = 0; n < 1000; n++) feed([5.0, 5.0009]);
    expect<f32>(load<f32>(DAMAGE)).toBe(0);
  });

  it("that finds no room counts early instead: more damage, never less", () => {
    parameters.fatigue_exponent = 4;
    // Ever smaller swings, then the wide one that would have closed them all.
    const samples: f32[] = [0];
    for (let n = 0; n < 30; n++) samples.push(<f32>(10.0 + (n & 1 ? -1 : 1) * Math.exp(-0.05 * n) * 8));
    samples.push(0);
    samples.push(1);
    feed(samples);
    expect<f32>(load<f32>(DAMAGE)).toBeGreaterThan(<f32>wholeCourse(samples));
  });

  it("takes at most one cycle a visit", () => {
    parameters.fatigue_exponent = 1;
    const samples: f32[] = [0, 10, 2, 9, 3, 8, 0];
    for (let i = 0; i < samples.length; i++) countCycle(RECORD, DAMAGE, samples[i]);
    countCycle(RECORD, DAMAGE, 1);
    expect<f32>(load<f32>(DAMAGE)).toBe(0);
    countCycle(RECORD, DAMAGE, 1);
    expect<f32>(load<f32>(DAMAGE)).toBe(5);
    countCycle(RECORD, DAMAGE, 1);
    expect<f32>(load<f32>(DAMAGE)).toBe(5 + 7);
  });
});
