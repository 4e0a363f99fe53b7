import { describe, expect, test } from "vitest";
import { LimitWatch } from "../../host/replay/violations.js";
import { reasons } from "../../host/schema/codes.js";

const DT_s = 0.1;
const code = (name: string) => reasons.findIndex((reason) => reason.name === name);
const AT = { limits: 0, reasons: 4, cells: 5 };

/** A pack output with the limits 10 (now), 8 (2 s), 5 (10 s) and 3 (continuous) unless told otherwise. */
function inForce(limits: readonly [number, number, number, number] = [10, 8, 5, 3]) {
  const floats = new Float32Array(9);
  const words = new Int32Array(floats.buffer);
  floats.set(limits);
  words[AT.reasons] =
    code("voltage") | (code("crack") << 8) | (code("platingSe") << 16) | (code("temperature") << 24);
  words.set([20, 21, 22, 23], AT.cells);
  return { floats, words };
}

/** Currents, each held for a while, from time 0. */
function watch(parts: readonly (readonly [current: number, seconds: number])[], limits = inForce()) {
  const watched = new LimitWatch("charge", DT_s, AT);
  let step = 0;
  for (const [current, seconds] of parts) {
    for (let n = 0; n < Math.round(seconds / DT_s); n++)
      watched.step(++step * DT_s, current, limits.floats, limits.words);
  }
  watched.finish();
  return watched.found;
}

describe("a current above the continuous limit", () => {
  test("at the limit is within it, for ever", () => {
    expect(watch([[3, 100]])).toEqual([]);
  });

  test("may stay for 2 s up to the 2 s limit", () => {
    expect(watch([[8, 2]])).toEqual([]);
    expect(watch([[8, 2.1]])).toHaveLength(1);
    expect(watch([[8.01, 0.1]])).toHaveLength(1);
  });

  test("may stay for 10 s up to the 10 s limit", () => {
    expect(watch([[5, 10]])).toEqual([]);
    expect(
      watch([
        [8, 2],
        [5, 8],
        [3, 10],
      ]),
    ).toEqual([]);
    expect(watch([[5.01, 2]])).toEqual([]);
    expect(watch([[5.01, 2.1]])).toHaveLength(1);
  });

  test("after 10 s it is a violation of the continuous limit, from there on", () => {
    const [violation, ...rest] = watch([
      [0, 5],
      [4, 20],
    ]);
    expect(rest).toEqual([]);
    expect(violation).toMatchObject({ kind: "charge", reason: "temperature", cell: 23 });
    expect(violation?.from_s).toBeCloseTo(15, 6);
    expect(violation?.to_s).toBeCloseTo(25, 6);
    expect(violation?.excess_mA_cm2).toBeCloseTo(1, 6);
  });

  test("counts again from when it was last below", () => {
    expect(
      watch([
        [5, 9],
        [2, 0.1],
        [5, 9],
      ]),
    ).toEqual([]);
  });

  test("never passes the instantaneous one, whatever the others say", () => {
    const limits = inForce([2, 8, 5, 3]);
    expect(watch([[2.5, 0.1]], limits)).toMatchObject([{ reason: "voltage", cell: 20 }]);
  });
});

describe("violations", () => {
  test("carry the horizon, reason and cell of the largest excess", () => {
    // 6 for 3 s: past 2 s the 10 s limit, 5, holds. Then 12: past every one; the 10 s limit is the strictest.
    const [violation] = watch([
      [6, 3],
      [12, 0.5],
      [6, 1],
    ]);
    expect(violation).toMatchObject({ reason: "platingSe", cell: 22, excess_mA_cm2: 7 });
    expect(violation?.from_s).toBeCloseTo(2, 6);
    expect(violation?.to_s).toBeCloseTo(4.5, 6);
  });

  test("less than a second apart are one, further apart are two", () => {
    const apart = (seconds: number) =>
      watch([
        [9, 0.3],
        [0, seconds],
        [9, 0.3],
      ]);
    expect(apart(0.9)).toHaveLength(1);
    expect(apart(1.1)).toHaveLength(2);
  });

  test("do not arise from float noise, from noise around zero, or from the other direction", () => {
    expect(watch([[3 * (1 + 9e-7), 100]])).toEqual([]);
    expect(watch([[9e-4, 100]], inForce([0, 0, 0, 0]))).toEqual([]);
    expect(watch([[1.1e-3, 100]], inForce([0, 0, 0, 0]))).toHaveLength(1);
    expect(watch([[-100, 100]])).toEqual([]);
  });
});
