import { Matrix } from "ml-matrix";
import { expect, test } from "vitest";
import { type Combination, combinations, openParameters } from "../../host/calibrate/identify.js";
import { jacobian, minimise } from "../../host/calibrate/leastSquares.js";
import { correlationLength } from "../../host/calibrate/noise.js";
import { generator, normal } from "../../host/random.js";

/** Rosenbrock's valley, its floor at (0.6, 0.36). */
const rosenbrock = ([x = 0, y = 0]: Float64Array) => Float64Array.of(10 * (y - x * x), 0.6 - x);

test.each([
  [0, 0],
  [1, 0],
  [0.1, 0.95],
])("follows Rosenbrock's valley from (%d, %d) to its end", (x, y) => {
  const { point, cost } = minimise(rosenbrock, Float64Array.of(x, y));
  expect(point[0]).toBeCloseTo(0.6, 4);
  expect(point[1]).toBeCloseTo(0.36, 4);
  expect(cost).toBeLessThan(1e-8);
});

test("ends at the bound that cuts the minimum off, and finds the best point on it", () => {
  // The minimum of (x − 1.5)² + (x + y − 1.7)² in the cube is at x = 1, y = 0.7; clamping the free step ends elsewhere.
  const { point, bound } = minimise(
    ([x = 0, y = 0]) => Float64Array.of(x - 1.5, x + y - 1.7),
    Float64Array.of(0.2, 0.2),
  );
  expect(point[0]).toBe(1);
  expect(point[1]).toBeCloseTo(0.7, 6);
  expect(bound).toEqual(["upper", undefined]);
});

test("a coordinate that moves nothing stays where it is and disturbs nobody", () => {
  const { point } = minimise(([x = 0]) => Float64Array.of(x - 0.25), Float64Array.of(0.9, 0.4));
  expect(point[0]).toBeCloseTo(0.25, 6);
  expect(point[1]).toBe(0.4);
});

test("derivatives are central inside and one-sided at a bound", () => {
  const square = ([x = 0]: Float64Array) => Float64Array.of(x * x);
  expect(jacobian(square, Float64Array.of(0.5)).get(0, 0)).toBeCloseTo(1, 10);
  expect(jacobian(square, Float64Array.of(1), Float64Array.of(0.01)).get(0, 0)).toBeCloseTo(1.99, 10);
});

test("a sum that is known and a difference that is not are told apart", () => {
  const slopes = new Matrix([
    [100, 100, 0],
    [100, 100, 0],
    [0, 0, 50],
  ]);
  const found = combinations(slopes, Matrix.zeros(3, 3));
  expect(found.map(({ determined }) => determined)).toEqual([true, true, false]);
  const [a, b, c] = (found[2] as Combination).direction;
  expect(a).toBeCloseTo(-(b as number), 9);
  expect(Math.abs(c as number)).toBeLessThan(1e-9);
  expect(openParameters(found)).toEqual([0, 1]);
});

test("a slope no larger than its own error is none", () => {
  const slopes = new Matrix([
    [100, 0],
    [0, 20],
  ]);
  expect(
    combinations(
      slopes,
      new Matrix([
        [0, 0],
        [0, 9],
      ]),
    ).map(({ determined }) => determined),
  ).toEqual([true, true]);
  expect(
    combinations(
      slopes,
      new Matrix([
        [0, 0],
        [0, 11],
      ]),
    ).map(({ determined }) => determined),
  ).toEqual([true, false]);
});

test("rows that hang together count as fewer: 1 for white noise, (1 + a)/(1 − a) for AR(1)", () => {
  const random = generator(3);
  const white = Float64Array.from({ length: 20_000 }, () => normal(random));
  expect(correlationLength(white)).toBeLessThan(1.1);
  const a = 0.8;
  let last = 0;
  const coloured = white.map((noise) => {
    last = a * last + noise;
    return last;
  });
  expect(correlationLength(coloured) / ((1 + a) / (1 - a))).toBeCloseTo(1, 0.8);
});
