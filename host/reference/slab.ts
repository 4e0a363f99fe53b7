/**
 * Diffusion of vacancies, or of the metal of an alloy, through a slab whose front face is stripped: ∂c/∂t = D·∂²c/∂x²
 * by finite volumes, second order in space, in time by TR-BDF2 with its embedded error estimate (Bank et al. 1985,
 * Hosea & Shampine, Appl. Numer. Math. 20, 1996).
 *
 * The front face either stays where it is (vacancies, thin layers) or recedes by the volume of what leaves through it:
 * then the mesh shrinks with the slab, and of the flux J taken out only J·(1 − V_m·c) has to come by diffusion.
 *
 * Any consistent units do; the names give those of the alloy case.
 */
import { factorTridiagonal, solveFactored } from "./tridiagonal.js";

export interface SlabOptions {
  readonly length_cm: number;
  /** Initial concentration, uniform. */
  readonly initial_mol_cm3: number;
  /** `sealed`: nothing passes the back face. `sink`: it stays at the initial concentration. */
  readonly back: "sealed" | "sink";
  /** V_m: the front face recedes by V_m per amount taken out. 0, the default, leaves it in place. */
  readonly recession_cm3_mol?: number;
  /** Finite volumes; 80 by default. */
  readonly cells?: number;
  /** Width of the last volume over the first, on a smooth exponential mesh; 1, the default, is uniform. */
  readonly grading?: number;
  /** Error of one time step, over `scale_mol_cm3`; 1e-6 by default. */
  readonly tolerance?: number;
  /** Concentration the tolerance refers to; the initial one, or 1 where that is 0. */
  readonly scale_mol_cm3?: number;
  /** Longest time step; none by default. For measuring the order in time it fixes the step with a loose tolerance. */
  readonly longestStep_s?: number;
}

/** What acts on the slab, as functions of time; must be smooth between one `advance` target and the next. */
export interface SlabDrive {
  /** Amount taken out through the front face; negative is put in. */
  readonly flux_mol_cm2_s: (time_s: number) => number;
  /** D at the temperature and pressure of that time. */
  readonly diffusivity_cm2_s: (time_s: number) => number;
}

const GAMMA = 2 - Math.SQRT2;
/** Share of the step both implicit stages carry on their diagonal: γ/2 = (1 − γ)/(2 − γ). */
const IMPLICIT = GAMMA / 2;
const BDF_STAGE = 1 / (GAMMA * (2 - GAMMA));
const BDF_START = (1 - GAMMA) ** 2 / (GAMMA * (2 - GAMMA));
const ERROR_CONSTANT = (-3 * GAMMA * GAMMA + 4 * GAMMA - 2) / (12 * (2 - GAMMA));
/** Rejections in a row after which the drive cannot be smooth. */
const SMALLEST_STEP_s = 1e-12;

export class Slab {
  time_s = 0;
  /** Distance from the front to the back face now. */
  length_cm: number;
  /** Steps taken and rejected so far. */
  steps = 0;
  rejected = 0;

  readonly #options: Required<Omit<SlabOptions, "initial_mol_cm3" | "length_cm">> & SlabOptions;
  readonly #cells: number;
  /** Share of the length of every volume, and where its faces and its middle are. */
  readonly #width: Float64Array;
  readonly #face: Float64Array;
  readonly #middle: Float64Array;
  /** Unknowns: concentration times length, so that their sum over the widths is what the slab holds. */
  #content: Float64Array;
  /** Content after a step that may still be rejected; changes places with the content. */
  #next: Float64Array;
  readonly #stage: Float64Array;
  readonly #error: Float64Array;
  /** A·y + b at the start, the stage and the end of a step. */
  readonly #rates: readonly [Float64Array, Float64Array, Float64Array];
  /** A itself, and what the implicit stages solve with: the same again as long as nothing but the content changes. */
  readonly #explicit: Operator;
  readonly #implicit: Operator;
  #nextStep_s = Number.POSITIVE_INFINITY;

  constructor(options: SlabOptions) {
    const { length_cm, initial_mol_cm3, cells = 80, grading = 1 } = options;
    this.#options = {
      recession_cm3_mol: 0,
      tolerance: 1e-6,
      scale_mol_cm3: initial_mol_cm3 || 1,
      longestStep_s: Number.POSITIVE_INFINITY,
      ...options,
      cells,
      grading,
    };
    this.length_cm = length_cm;
    this.#cells = cells;
    const stretch = Math.log(grading);
    this.#face = Float64Array.from({ length: cells + 1 }, (_, k) =>
      stretch === 0 ? k / cells : Math.expm1((stretch * k) / cells) / Math.expm1(stretch),
    );
    this.#width = Float64Array.from({ length: cells }, (_, k) => this.#at(k + 1) - this.#at(k));
    this.#middle = Float64Array.from({ length: cells }, (_, k) => (this.#at(k + 1) + this.#at(k)) / 2);
    this.#content = new Float64Array(cells).fill(initial_mol_cm3 * length_cm);
    this.#next = new Float64Array(cells);
    this.#stage = new Float64Array(cells);
    this.#error = new Float64Array(cells);
    this.#rates = [new Float64Array(cells), new Float64Array(cells), new Float64Array(cells)];
    this.#explicit = new Operator(cells);
    this.#implicit = new Operator(cells);
  }

  #at(face: number): number {
    return this.#face[face] as number;
  }

  /** Mean concentrations of the volumes, front to back. */
  concentrations(): Float64Array {
    return this.#content.map((content) => content / this.length_cm);
  }

  /** What the slab holds per area. */
  inventory_mol_cm2(): number {
    return this.#content.reduce((sum, content, k) => sum + content * (this.#width[k] as number), 0);
  }

  /**
   * Concentration at the front face: the parabola through the means of the first two volumes whose slope at the face
   * carries the flux, D·c′ = J·(1 − V_m·c).
   */
  surface(drive: SlabDrive): number {
    const { length_cm: length } = this;
    const first = (this.#width[0] as number) * length;
    const second = (this.#width[1] as number) * length;
    const slope = drive.flux_mol_cm2_s(this.time_s) / drive.diffusivity_cm2_s(this.time_s);
    const [mean0, mean1] = [(this.#content[0] as number) / length, (this.#content[1] as number) / length];
    // mean = c + c′·m1 + q·m2 with the mean of x and x² over each volume.
    const both = first + second;
    const m1 = [first / 2, first + second / 2] as const;
    const m2 = [first ** 2 / 3, (both ** 3 - first ** 3) / (3 * second)] as const;
    // Elimination of q, then c·(1 − ratio) + c′·(m1₀ − ratio·m1₁) = mean₀ − ratio·mean₁.
    const ratio = m2[0] / m2[1];
    const lever = m1[0] - ratio * m1[1];
    const recession = this.#options.recession_cm3_mol;
    return (mean0 - ratio * mean1 - lever * slope) / (1 - ratio - lever * slope * recession);
  }

  /** Goes on to `until_s`. */
  advance(until_s: number, drive: SlabDrive): void {
    const slack = 1e-12 * Math.max(1, Math.abs(until_s));
    while (until_s - this.time_s > slack) this.#advanceOne(until_s - this.time_s, drive);
    this.time_s = until_s;
  }

  /**
   * Goes on until the surface has fallen to `level`; the time then, or undefined when it has not by `until_s`.
   * The last step is shortened until it ends there, to 1e-9 of the time.
   */
  advanceUntilSurface(level_mol_cm3: number, until_s: number, drive: SlabDrive): number | undefined {
    while (this.time_s < until_s) {
      const start = { content: this.#content.slice(), time_s: this.time_s, length_cm: this.length_cm };
      this.#advanceOne(until_s - this.time_s, drive);
      if (this.surface(drive) > level_mol_cm3) continue;
      let [short, long] = [0, this.time_s - start.time_s];
      while (long - short > 1e-9 * (start.time_s + long)) {
        const middle = (short + long) / 2;
        this.#content.set(start.content);
        this.time_s = start.time_s;
        this.length_cm = start.length_cm;
        this.#step(middle, drive);
        if (this.surface(drive) > level_mol_cm3) short = middle;
        else long = middle;
      }
      return this.time_s;
    }
    return undefined;
  }

  /** One accepted step, at most `longest_s`. */
  #advanceOne(longest_s: number, drive: SlabDrive): void {
    const { tolerance, scale_mol_cm3, longestStep_s } = this.#options;
    let step = Math.min(longest_s, longestStep_s, this.#nextStep_s);
    for (;;) {
      const before = { content: this.#content, time_s: this.time_s, length_cm: this.length_cm };
      const error = this.#step(step, drive) / (tolerance * scale_mol_cm3);
      // The estimate is of third order in the step.
      const change = Math.min(5, Math.max(0.1, 0.85 / Math.cbrt(Math.max(error, 1e-9))));
      if (error <= 1) {
        this.steps++;
        // A step cut short by its target says nothing against a longer one.
        this.#nextStep_s =
          step < this.#nextStep_s
            ? Math.max(step * change, Math.min(this.#nextStep_s, longest_s))
            : step * change;
        return;
      }
      this.rejected++;
      if (this.#content !== before.content) [this.#content, this.#next] = [before.content, this.#content];
      this.time_s = before.time_s;
      this.length_cm = before.length_cm;
      step *= change;
      this.#nextStep_s = step;
      if (!(step > SMALLEST_STEP_s)) throw new Error(`slab: no step is short enough at ${this.time_s} s`);
    }
  }

  /** Takes one step of that length, whatever its error; returns the estimate, a concentration. */
  #step(step: number, drive: SlabDrive): number {
    const { recession_cm3_mol: recession } = this.#options;
    const times = [this.time_s, this.time_s + GAMMA * step, this.time_s + step] as const;
    const flux = times.map(drive.flux_mol_cm2_s) as [number, number, number];
    // The length obeys the same scheme as the content, so that what the slab has lost in volume it has lost in metal.
    const length = this.length_cm;
    const stageLength = length - recession * IMPLICIT * step * (flux[0] + flux[1]);
    const endLength = BDF_STAGE * stageLength - BDF_START * length - recession * IMPLICIT * step * flux[2];
    // A face cannot pass through half the slab in a step whose error is small.
    if (!(Math.min(stageLength, endLength) > length / 2)) return Number.POSITIVE_INFINITY;
    const diffusivity = times.map(drive.diffusivity_cm2_s) as [number, number, number];

    const weight = IMPLICIT * step;
    const cells = this.#cells;
    const start = this.#content;
    const stage = this.#stage;
    const end = this.#next;
    const [startRate, stageRate, endRate] = this.#rates;
    this.#rate(start, length, flux[0], diffusivity[0], startRate);
    for (let k = 0; k < cells; k++) stage[k] = (start[k] as number) + weight * (startRate[k] as number);
    this.#solveImplicit(stage, weight, stageLength, flux[1], diffusivity[1]);
    this.#rate(stage, stageLength, flux[1], diffusivity[1], stageRate);
    for (let k = 0; k < cells; k++)
      end[k] = BDF_STAGE * (stage[k] as number) - BDF_START * (start[k] as number);
    this.#solveImplicit(end, weight, endLength, flux[2], diffusivity[2]);
    this.#rate(end, endLength, flux[2], diffusivity[2], endRate);

    const error = this.#error;
    for (let k = 0; k < cells; k++)
      error[k] =
        2 *
        ERROR_CONSTANT *
        step *
        ((startRate[k] as number) / GAMMA -
          (stageRate[k] as number) / (GAMMA * (1 - GAMMA)) +
          (endRate[k] as number) / (1 - GAMMA));
    // Filtered by the implicit operator: fast modes that the scheme damps must not decide the step.
    solveFactored(this.#implicit, error);

    this.#content = end;
    this.#next = start;
    this.length_cm = endLength;
    this.time_s = times[2];
    let most = 0;
    for (let k = 0; k < cells; k++) most = Math.max(most, Math.abs(error[k] as number));
    return most / endLength;
  }

  /** Replaces `right` by y of y − weight·(A·y + b) = right. */
  #solveImplicit(
    right: Float64Array,
    weight: number,
    length: number,
    flux: number,
    diffusivity: number,
  ): void {
    const last = this.#cells - 1;
    right[0] = (right[0] as number) + weight * this.#frontSource(flux);
    right[last] = (right[last] as number) + weight * this.#backSource(length, diffusivity);
    const swept = this.#options.recession_cm3_mol * flux;
    if (!this.#implicit.is(length, swept, diffusivity, weight)) {
      this.#assemble(this.#implicit, length, swept, diffusivity, weight);
      factorTridiagonal(this.#implicit);
    }
    solveFactored(this.#implicit, right);
  }

  /** `into` becomes A·y + b. */
  #rate(content: Float64Array, length: number, flux: number, diffusivity: number, into: Float64Array): void {
    const swept = this.#options.recession_cm3_mol * flux;
    if (!this.#explicit.is(length, swept, diffusivity, -1))
      this.#assemble(this.#explicit, length, swept, diffusivity, -1);
    const { lower, diagonal, upper } = this.#explicit;
    const [front, back] = [this.#frontSource(flux), this.#backSource(length, diffusivity)];
    const last = this.#cells - 1;
    for (let k = 0; k <= last; k++) {
      let rate = ((diagonal[k] as number) - 1) * (content[k] as number);
      rate += k > 0 ? (lower[k] as number) * (content[k - 1] as number) : front;
      rate += k < last ? (upper[k] as number) * (content[k + 1] as number) : back;
      into[k] = rate;
    }
  }

  /** What the boundaries put into the first and the last volume, per its width. */
  #frontSource(flux: number): number {
    return -flux / (this.#width[0] as number);
  }

  #backSource(length: number, diffusivity: number): number {
    const { back, initial_mol_cm3 } = this.#options;
    const width = this.#width[this.#cells - 1] as number;
    return back === "sink" ? (diffusivity * initial_mol_cm3 * 2) / (length * width * width) : 0;
  }

  /** Fills the three diagonals with 1 − weight·A; `swept` is the speed of the face. */
  #assemble(into: Operator, length: number, swept: number, diffusivity: number, weight: number): void {
    const { lower, diagonal, upper } = into;
    const last = this.#cells - 1;
    into.holds(length, swept, diffusivity, weight);
    diagonal.fill(1);
    for (let k = 0; k < last; k++) {
      const [near, far] = [this.#width[k] as number, this.#width[k + 1] as number];
      const conductance =
        diffusivity / (length * length * ((this.#middle[k + 1] as number) - (this.#middle[k] as number)));
      // The mesh moves with the face, the slower the nearer to the back: what it passes over changes volumes.
      const passed = (swept * (1 - this.#at(k + 1))) / length;
      const share = near / (near + far);
      const fromNear = conductance - passed * (1 - share);
      const fromFar = -conductance - passed * share;
      diagonal[k] = (diagonal[k] as number) + (weight * fromNear) / near;
      upper[k] = (weight * fromFar) / near;
      lower[k + 1] = (-weight * fromNear) / far;
      diagonal[k + 1] = (diagonal[k + 1] as number) - (weight * fromFar) / far;
    }
    if (this.#options.back === "sink") {
      const width = this.#width[last] as number;
      diagonal[last] =
        (diagonal[last] as number) + (weight * diffusivity * 2) / (length * length * width * width);
    }
  }
}

/** 1 − weight·A, and what it was assembled for. */
class Operator {
  readonly lower: Float64Array;
  readonly diagonal: Float64Array;
  readonly upper: Float64Array;
  #length = Number.NaN;
  #swept = Number.NaN;
  #diffusivity = Number.NaN;
  #weight = Number.NaN;

  constructor(cells: number) {
    this.lower = new Float64Array(cells);
    this.diagonal = new Float64Array(cells);
    this.upper = new Float64Array(cells);
  }

  is(length: number, swept: number, diffusivity: number, weight: number): boolean {
    return (
      this.#length === length &&
      this.#swept === swept &&
      this.#diffusivity === diffusivity &&
      this.#weight === weight
    );
  }

  holds(length: number, swept: number, diffusivity: number, weight: number): void {
    this.#length = length;
    this.#swept = swept;
    this.#diffusivity = diffusivity;
    this.#weight = weight;
  }
}
