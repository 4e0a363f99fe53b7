/// <reference types="assemblyscript/std/assembly/index" />
/// <reference types="@as-pect/assembly/types/as-pect" />
import { accumulate, clamp, ramp, snap } from "../numeric";

const SUM: usize = 4096;
const REST: usize = 4100;

function start(value: f32): void {
  store<f32>(SUM, value);
  store<f32>(REST, 0.0);
}

describe("accumulate", () => {
  it("keeps additions far below the sum's last place", () => {
    start(7);
    // 2e-8 is a tenth of what an f32 of 7 can show.
    for (let i = 0; i < 1000000; i++) accumulate(SUM, REST, 2e-8, 100);
    expect<f32>(load<f32>(SUM)).toBeCloseTo(7.02, 5);
  });

  it("takes back what it has added", () => {
    start(0);
    for (let i = 0; i < 10000; i++) accumulate(SUM, REST, 1e-5, 100);
    for (let i = 0; i < 9999; i++) accumulate(SUM, REST, -1e-5, 100);
    expect<f32>(load<f32>(SUM)).toBeCloseTo(1e-5, 8);
  });

  it("stays within its bounds and carries nothing of what it refused", () => {
    start(1);
    accumulate(SUM, REST, 5, 3);
    expect<f32>(load<f32>(SUM)).toBe(3);
    accumulate(SUM, REST, -1, 3);
    expect<f32>(load<f32>(SUM)).toBe(2);
    accumulate(SUM, REST, -9, 3);
    expect<f32>(load<f32>(SUM)).toBe(0);
    accumulate(SUM, REST, 1, 3);
    expect<f32>(load<f32>(SUM)).toBe(1);
  });

  it("never leaves a subnormal", () => {
    start(1e-20);
    accumulate(SUM, REST, -0.99999999e-20, 1);
    expect<f32>(load<f32>(SUM)).toBe(0);
    expect<f32>(load<f32>(REST)).toBe(0);
  });
});

describe("snap", () => {
  it("is +0 for what no model can tell from it, of either sign", () => {
    expect<i32>(reinterpret<i32>(snap(1e-28))).toBe(0);
    expect<i32>(reinterpret<i32>(snap(-1e-28))).toBe(0);
    expect<i32>(reinterpret<i32>(snap(f32.MIN_VALUE))).toBe(0);
    expect<i32>(reinterpret<i32>(snap(-0.0))).toBe(0);
  });

  it("leaves everything that is not small", () => {
    expect<f32>(snap(2e-13)).toBe(2e-13);
    expect<f32>(snap(-5)).toBe(-5);
    expect<f32>(snap(Infinity)).toBe(Infinity);
    expect<i32>(reinterpret<i32>(snap(NaN)) & 0x7fc00000).toBe(0x7fc00000);
  });
});

describe("clamp", () => {
  it("keeps a value within its bounds, infinities too", () => {
    expect<f32>(clamp(2, -1, 1)).toBe(1);
    expect<f32>(clamp(-Infinity, -1, 1)).toBe(-1);
    expect<f32>(clamp(0.5, -1, 1)).toBe(0.5);
  });
});

describe("ramp", () => {
  it("goes from 0 to 1, upwards or downwards", () => {
    expect<f32>(ramp(-20, -10, 10)).toBe(0);
    expect<f32>(ramp(0, -10, 10)).toBe(0.5);
    expect<f32>(ramp(20, -10, 10)).toBe(1);
    expect<f32>(ramp(90, 100, 80)).toBe(0.5);
    expect<f32>(ramp(101, 100, 80)).toBe(0);
    expect<f32>(ramp(79, 100, 80)).toBe(1);
  });

  it("is a step where its ends meet", () => {
    expect<f32>(ramp(4.999, 5, 5)).toBe(0);
    expect<f32>(ramp(5.01, 5, 5)).toBe(1);
  });
});
