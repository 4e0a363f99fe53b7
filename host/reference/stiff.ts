/**
 * One stiff ordinary differential equation, dy/dt = f(y), integrated by the Rosenbrock method RODAS3: order 3 with an
 * embedded order 2, L-stable, stiffly accurate (Sandu et al., Atmospheric Environment 31, 1997).
 */
export interface StiffOptions {
  /** Error of a step: at most `relative`·|y| + `absolute`. */
  readonly relative: number;
  readonly absolute: number;
  /** A value y cannot fall below; it stays there while f points down. */
  readonly floor?: number;
  /** Fixed step, for measuring the order; by default steps follow the error. */
  readonly fixedStep?: number;
}

const GAMMA = 0.5;

/** y after `length`, starting from `start`. */
export function integrateStiff(
  f: (y: number) => number,
  start: number,
  length: number,
  { relative, absolute, floor = Number.NEGATIVE_INFINITY, fixedStep }: StiffOptions,
): number {
  let y = Math.max(start, floor);
  let left = length;
  let step = fixedStep ?? Math.min(length, firstStep(f, y, relative, absolute));
  while (left > 1e-12 * length) {
    if (y <= floor && f(floor) <= 0) return floor;
    const h = Math.min(step, left);
    const { value, error } = rosenbrockStep(f, y, h);
    const ratio = Math.abs(error) / (relative * Math.max(Math.abs(y), Math.abs(value)) + absolute);
    if (fixedStep === undefined && !(ratio <= 1)) {
      step = h * Math.max(0.1, Number.isFinite(ratio) ? 0.9 / Math.cbrt(ratio) : 0.1);
      if (step < 1e-15 * length) throw new Error(`stiff: no step is short enough at y = ${y}`);
      continue;
    }
    y = Math.max(value, floor);
    left -= h;
    if (fixedStep === undefined) step = h * Math.min(5, 0.9 / Math.cbrt(Math.max(ratio, 1e-6)));
  }
  return y;
}

/** A step over which y changes by about a tenth of a per cent. */
function firstStep(f: (y: number) => number, y: number, relative: number, absolute: number): number {
  const scale = Math.max(Math.abs(y) * 1e-3, Math.cbrt(relative) * 1e-3, absolute);
  return scale / Math.max(Math.abs(f(y)), 1e-300);
}

function rosenbrockStep(f: (y: number) => number, y: number, h: number): { value: number; error: number } {
  const at = f(y);
  const nudge = 1e-7 * Math.max(Math.abs(y), 1e-6);
  const jacobian = (f(y + nudge) - f(y - nudge)) / (2 * nudge);
  const divisor = 1 / (h * GAMMA) - jacobian;
  const k1 = at / divisor;
  const k2 = (at + (4 / h) * k1) / divisor;
  const k3 = (f(y + 2 * k1) + (k1 - k2) / h) / divisor;
  const k4 = (f(y + 2 * k1 + k3) + (k1 - k2 - (8 / 3) * k3) / h) / divisor;
  return { value: y + 2 * k1 + k3 + k4, error: k4 };
}
