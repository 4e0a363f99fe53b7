/**
 * Reaction distribution through the mixed-conducting interlayer: a porous electrode with an interface at either end
 * (Newman & Tobias 1962). Ions enter at the electrolyte, electrons at the collector; the ions react at the
 * electrolyte's face (node 0), on the pore walls (nodes 1 … N, the middles of N equal slices) or at the collector
 * (node N + 1). Every node follows Butler–Volmer with equal transfer coefficients past its own threshold,
 *
 *     j_k = 2·i₀ₖ·sinh((η_k − U_k)/(2·RT/F)) for η_k > U_k, else 0,      i₀ₖ = RT/(F·R_ct,k),
 *
 * and between neighbours the local overpotential changes by what ions and electrons lose on their way. The currents
 * into the nodes are monotone in η, so the balance is the minimum of a convex function; Newton's method with a line
 * search finds it from anywhere.
 */
import { solveTridiagonal } from "./tridiagonal.js";

export interface InterlayerPath {
  /** Resistance of the whole thickness to ions and to electrons, Ω·cm². */
  readonly ionic_ohm_cm2: number;
  readonly electronic_ohm_cm2: number;
  /** RT/F. */
  readonly thermal_mV: number;
}

/** One entry per node: electrolyte, slices of pore wall from the electrolyte on, collector. */
export interface InterlayerNodes {
  readonly threshold_mV: Float64Array;
  /** Charge-transfer resistance at zero current, per geometric area; Infinity where nothing reacts. */
  readonly chargeTransfer_ohm_cm2: Float64Array;
  /** Most a node may carry (an emptying site in stripping); Infinity where nothing limits it. */
  readonly most_mA_cm2: Float64Array;
}

export interface Distribution {
  /** Current into every node; they add up to the cell's. */
  readonly current_mA_cm2: Float64Array;
  /** Local overpotential at every node; element 0 and what the electrons lose is what the cell sees. */
  readonly overpotential_mV: Float64Array;
  /** Current no node could carry. */
  readonly missing_mA_cm2: number;
  readonly iterations: number;
}

/** Balance of every node, relative to the current. */
const BALANCE = 1e-10;
const MOST_ITERATIONS = 400;
/** What rounding may leave of it between links of very different resistance. */
const ROUNDING = 1e-6;
/** sinh of this is still finite, and so is its square. */
const LARGEST_ARGUMENT = 300;

/**
 * Splits a current (a magnitude: plating, or stripping with reversed thresholds) over the nodes.
 * `guess` is where Newton starts, the overpotentials of a similar case.
 */
export function distribute(
  current_mA_cm2: number,
  path: InterlayerPath,
  nodes: InterlayerNodes,
  guess?: Float64Array,
): Distribution {
  const count = nodes.threshold_mV.length;
  const full = new Uint8Array(count);
  let start = guess;
  let iterations = 0;
  // A node that would carry more than it may carries just that. Filling one only raises what the others take, so none
  // is ever freed again and the loop ends.
  for (;;) {
    let pinned = 0;
    let open = 0;
    for (let k = 0; k < count; k++) {
      if (full[k]) pinned += nodes.most_mA_cm2[k] as number;
      else if (Number.isFinite(nodes.chargeTransfer_ohm_cm2[k] as number)) open++;
    }
    const left = current_mA_cm2 - pinned;
    if (open === 0 || left <= BALANCE * current_mA_cm2) {
      const current = Float64Array.from(full, (f, k) => (f ? (nodes.most_mA_cm2[k] as number) : 0));
      return {
        current_mA_cm2: current,
        overpotential_mV: start ?? new Float64Array(count),
        missing_mA_cm2: Math.max(left, 0),
        iterations,
      };
    }
    const found = solve(current_mA_cm2, path, nodes, full, start);
    iterations += found.iterations;
    start = found.overpotential_mV;
    let more = false;
    for (let k = 0; k < count; k++) {
      if (!full[k] && (found.current_mA_cm2[k] as number) > (nodes.most_mA_cm2[k] as number) * (1 + 1e-12)) {
        full[k] = 1;
        more = true;
      }
    }
    if (!more) return { ...found, missing_mA_cm2: 0, iterations };
  }
}

interface Solution {
  readonly current_mA_cm2: Float64Array;
  readonly overpotential_mV: Float64Array;
  readonly iterations: number;
}

function solve(
  current: number,
  path: InterlayerPath,
  nodes: InterlayerNodes,
  full: Uint8Array,
  guess: Float64Array | undefined,
): Solution {
  const count = nodes.threshold_mV.length;
  const slices = count - 2;
  const balance = new Balance(current, path, nodes, full, slices);
  let eta = guess?.slice() ?? balance.start();
  let norm = balance.evaluate(eta);
  if (!balance.reacts) {
    eta = balance.start();
    norm = balance.evaluate(eta);
  }
  const lower = new Float64Array(count);
  const diagonal = new Float64Array(count);
  const upper = new Float64Array(count);
  const change = new Float64Array(count);
  let iterations = 0;
  while (norm > balance.target(eta)) {
    if (++iterations > MOST_ITERATIONS) {
      throw new Error(`interlayer: no balance after ${MOST_ITERATIONS} iterations, ${norm} mA/cm² left`);
    }
    for (let k = 0; k < count; k++) {
      const before = k > 0 ? balance.link(k - 1) : 0;
      const after = k < count - 1 ? balance.link(k) : 0;
      lower[k] = -before;
      upper[k] = -after;
      diagonal[k] = before + after + (balance.slope[k] as number);
      change[k] = -(balance.residual[k] as number);
    }
    solveTridiagonal(lower, diagonal, upper, change);
    const descent = dot(balance.residual, change);
    const energy = balance.energy;
    let share = 1;
    let next = eta;
    let nextNorm = norm;
    // Armijo's rule on the function Newton minimises; near its bottom only the balance itself still tells.
    for (;;) {
      next = eta.map((value, k) => value + share * (change[k] as number));
      nextNorm = balance.evaluate(next);
      if (nextNorm < norm / 2 || balance.energy <= energy + 1e-4 * share * descent) break;
      share /= 2;
      if (share > 1e-12) continue;
      if (norm < ROUNDING * current)
        return { current_mA_cm2: balance.at(eta), overpotential_mV: eta, iterations };
      throw new Error(`interlayer: Newton stalls with ${norm} mA/cm² left`);
    }
    const settled = norm < ROUNDING * current && nextNorm > norm / 2;
    eta = next;
    norm = nextNorm;
    if (settled) break;
  }
  return { current_mA_cm2: balance.at(eta), overpotential_mV: eta, iterations };
}

const dot = (a: Float64Array, b: Float64Array): number =>
  a.reduce((sum, value, k) => sum + value * (b[k] as number), 0);

/** Charge balance of the nodes at given overpotentials: its residual, and what a node takes with its slope. */
class Balance {
  readonly residual: Float64Array;
  readonly reaction: Float64Array;
  readonly slope: Float64Array;
  /** The convex function whose gradient is the residual. */
  energy = 0;
  /** Whether any node is past its threshold. */
  reacts = false;

  readonly #link: Float64Array;
  /** Ionic current that electrons alone would drive through a link. */
  readonly #electronDrive: Float64Array;

  constructor(
    readonly current: number,
    readonly path: InterlayerPath,
    readonly nodes: InterlayerNodes,
    readonly full: Uint8Array,
    slices: number,
  ) {
    const count = slices + 2;
    this.residual = new Float64Array(count);
    this.reaction = new Float64Array(count);
    this.slope = new Float64Array(count);
    const total = path.ionic_ohm_cm2 + path.electronic_ohm_cm2;
    // The first and the last link are half a slice long.
    this.#link = Float64Array.from({ length: slices + 1 }, (_, k) =>
      Math.min(((k === 0 || k === slices ? 2 : 1) * slices) / total, 1e12),
    );
    this.#electronDrive = new Float64Array(slices + 1).fill((current * path.electronic_ohm_cm2) / total);
  }

  /** Currents into the nodes at these overpotentials. */
  at(eta: Float64Array): Float64Array {
    this.evaluate(eta);
    return this.reaction.slice();
  }

  /** Residual that counts as balanced: relative to the current, but not below the rounding of the links' currents. */
  target(eta: Float64Array): number {
    const highest = eta.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return Math.max(BALANCE * this.current, 4 * Number.EPSILON * highest * this.link(this.#link.length >> 1));
  }

  link(k: number): number {
    return this.#link[k] as number;
  }

  /** Uniform overpotential at which the most willing node alone would carry the current and a bit more. */
  start(): Float64Array {
    const { threshold_mV: threshold, chargeTransfer_ohm_cm2: resistance } = this.nodes;
    const { thermal_mV: thermal } = this.path;
    let least = Number.POSITIVE_INFINITY;
    for (let k = 0; k < threshold.length; k++) {
      if (this.full[k] || !Number.isFinite(resistance[k] as number)) continue;
      const u = (this.current * (resistance[k] as number)) / (2 * thermal);
      least = Math.min(least, (threshold[k] as number) + 2 * thermal * Math.asinh(u));
    }
    return new Float64Array(threshold.length).fill(least);
  }

  /** Largest residual, mA/cm². */
  evaluate(eta: Float64Array): number {
    const { threshold_mV: threshold, chargeTransfer_ohm_cm2: resistance, most_mA_cm2: most } = this.nodes;
    const scale = 2 * this.path.thermal_mV;
    const count = eta.length;
    let largest = 0;
    let entering = this.current;
    let energy = -this.current * (eta[0] as number);
    this.reacts = false;
    for (let k = 0; k < count; k++) {
      let taken = 0;
      // A slope where nothing reacts keeps the matrix regular; it changes the way, not the answer.
      let slope = 1e-9;
      const excess = (eta[k] as number) - (threshold[k] as number);
      if (this.full[k]) {
        taken = most[k] as number;
        energy += taken * (eta[k] as number);
      } else if (excess > 0 && Number.isFinite(resistance[k] as number)) {
        const u = Math.min(excess / scale, LARGEST_ARGUMENT);
        const grown = Math.exp(u);
        taken = ((grown - 1 / grown) / 2) * (scale / (resistance[k] as number));
        slope = (grown + 1 / grown) / 2 / (resistance[k] as number);
        energy += ((grown + 1 / grown) / 2 - 1) * ((scale * scale) / (resistance[k] as number));
        this.reacts = true;
      }
      let leaving = 0;
      if (k < count - 1) {
        const drop = (eta[k] as number) - (eta[k + 1] as number);
        const drive = this.#electronDrive[k] as number;
        leaving = drop * (this.#link[k] as number) + drive;
        energy += ((drop * (this.#link[k] as number)) / 2 + drive) * drop;
      }
      const residual = leaving + taken - entering;
      this.residual[k] = residual;
      this.reaction[k] = taken;
      this.slope[k] = slope;
      largest = Math.max(largest, Math.abs(residual));
      entering = leaving;
    }
    this.energy = energy;
    return largest;
  }
}
