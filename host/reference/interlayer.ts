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
import { factorTridiagonal, solveFactored } from "./tridiagonal.js";

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
  /** Current into every node; they add up to the cell's. Like the next, good until the scratch is used again. */
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

/** What a distribution works in and answers with; one can serve any number of them after each other. */
export class Scratch {
  /** Nodes that carry all they may. */
  readonly full: Uint8Array;
  eta: Float64Array;
  next: Float64Array;
  readonly residual: Float64Array;
  readonly reaction: Float64Array;
  readonly slope: Float64Array;
  readonly change: Float64Array;
  /** Conductance between a node and the next. */
  readonly link: Float64Array;
  readonly lower: Float64Array;
  readonly diagonal: Float64Array;
  readonly upper: Float64Array;

  constructor(readonly count: number) {
    const array = (): Float64Array => new Float64Array(count);
    this.full = new Uint8Array(count);
    this.eta = array();
    this.next = array();
    this.residual = array();
    this.reaction = array();
    this.slope = array();
    this.change = array();
    this.link = new Float64Array(count - 1);
    this.lower = array();
    this.diagonal = array();
    this.upper = array();
  }
}

/**
 * Splits a current (a magnitude: plating, or stripping with reversed thresholds) over the nodes.
 * `guess` is where Newton starts, the overpotentials of a similar case; it must not lie in `scratch`.
 */
export function distribute(
  current_mA_cm2: number,
  path: InterlayerPath,
  nodes: InterlayerNodes,
  guess?: Float64Array,
  scratch = new Scratch(nodes.threshold_mV.length),
): Distribution {
  const { count, full } = scratch;
  full.fill(0);
  let start = guess;
  let iterations = 0;
  const balance = new Balance(current_mA_cm2, path, nodes, scratch);
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
      for (let k = 0; k < count; k++) scratch.reaction[k] = full[k] ? (nodes.most_mA_cm2[k] as number) : 0;
      if (start === undefined) scratch.eta.fill(0);
      else if (start !== scratch.eta) scratch.eta.set(start);
      return {
        current_mA_cm2: scratch.reaction,
        overpotential_mV: scratch.eta,
        missing_mA_cm2: Math.max(left, 0),
        iterations,
      };
    }
    iterations += solve(balance, start);
    start = scratch.eta;
    let more = false;
    for (let k = 0; k < count; k++) {
      if (!full[k] && (scratch.reaction[k] as number) > (nodes.most_mA_cm2[k] as number) * (1 + 1e-12)) {
        full[k] = 1;
        more = true;
      }
    }
    if (!more)
      return {
        current_mA_cm2: scratch.reaction,
        overpotential_mV: scratch.eta,
        missing_mA_cm2: 0,
        iterations,
      };
  }
}

/** Leaves overpotentials and reactions in balance; returns Newton's iterations. */
function solve(balance: Balance, guess: Float64Array | undefined): number {
  const { current, scratch } = balance;
  const { count, link, lower, diagonal, upper, change, residual, slope } = scratch;
  if (guess === undefined) balance.start(scratch.eta);
  else if (guess !== scratch.eta) scratch.eta.set(guess);
  let norm = balance.evaluate(scratch.eta);
  if (!balance.reacts) {
    balance.start(scratch.eta);
    norm = balance.evaluate(scratch.eta);
  }
  let iterations = 0;
  while (norm > balance.target(scratch.eta)) {
    if (++iterations > MOST_ITERATIONS) {
      throw new Error(`interlayer: no balance after ${MOST_ITERATIONS} iterations, ${norm} mA/cm² left`);
    }
    const { eta, next } = scratch;
    for (let k = 0; k < count; k++) {
      const before = k > 0 ? (link[k - 1] as number) : 0;
      const after = k < count - 1 ? (link[k] as number) : 0;
      lower[k] = -before;
      upper[k] = -after;
      diagonal[k] = before + after + (slope[k] as number);
      change[k] = -(residual[k] as number);
    }
    factorTridiagonal(scratch);
    solveFactored(scratch, change);
    let descent = 0;
    for (let k = 0; k < count; k++) descent += (residual[k] as number) * (change[k] as number);
    const energy = balance.energy;
    let share = 1;
    let nextNorm = norm;
    // Armijo's rule on the function Newton minimises; near its bottom only the balance itself still tells.
    for (;;) {
      for (let k = 0; k < count; k++) next[k] = (eta[k] as number) + share * (change[k] as number);
      nextNorm = balance.evaluate(next);
      if (nextNorm < norm / 2 || balance.energy <= energy + 1e-4 * share * descent) break;
      share /= 2;
      if (share > 1e-12) continue;
      if (!(norm < ROUNDING * current)) throw new Error(`interlayer: Newton stalls with ${norm} mA/cm² left`);
      balance.evaluate(eta);
      return iterations;
    }
    const settled = norm < ROUNDING * current && nextNorm > norm / 2;
    scratch.eta = next;
    scratch.next = eta;
    norm = nextNorm;
    if (settled) break;
  }
  return iterations;
}

/** Charge balance of the nodes at given overpotentials: its residual, and what a node takes with its slope. */
class Balance {
  /** The convex function whose gradient is the residual. */
  energy = 0;
  /** Whether any node is past its threshold. */
  reacts = false;
  /** Ionic current that electrons alone would drive through a link. */
  readonly #electronDrive: number;

  constructor(
    readonly current: number,
    readonly path: InterlayerPath,
    readonly nodes: InterlayerNodes,
    readonly scratch: Scratch,
  ) {
    const slices = scratch.count - 2;
    const total = path.ionic_ohm_cm2 + path.electronic_ohm_cm2;
    // The first and the last link are half a slice long.
    for (let k = 0; k <= slices; k++)
      scratch.link[k] = Math.min(((k === 0 || k === slices ? 2 : 1) * slices) / total, 1e12);
    this.#electronDrive = (current * path.electronic_ohm_cm2) / total;
  }

  /** Residual that counts as balanced: relative to the current, but not below the rounding of the links' currents. */
  target(eta: Float64Array): number {
    const { link, count } = this.scratch;
    let highest = 0;
    for (let k = 0; k < count; k++) highest = Math.max(highest, Math.abs(eta[k] as number));
    return Math.max(
      BALANCE * this.current,
      4 * Number.EPSILON * highest * (link[link.length >> 1] as number),
    );
  }

  /** Fills in the uniform overpotential at which the most willing node alone would carry the current and a bit more. */
  start(eta: Float64Array): void {
    const { threshold_mV: threshold, chargeTransfer_ohm_cm2: resistance } = this.nodes;
    const { thermal_mV: thermal } = this.path;
    let least = Number.POSITIVE_INFINITY;
    for (let k = 0; k < threshold.length; k++) {
      if (this.scratch.full[k] || !Number.isFinite(resistance[k] as number)) continue;
      const u = (this.current * (resistance[k] as number)) / (2 * thermal);
      least = Math.min(least, (threshold[k] as number) + 2 * thermal * Math.asinh(u));
    }
    eta.fill(least);
  }

  /** Works out residual, reactions and slopes; returns the largest residual, mA/cm². */
  evaluate(eta: Float64Array): number {
    const { threshold_mV: threshold, chargeTransfer_ohm_cm2: resistances, most_mA_cm2: most } = this.nodes;
    const { full, link, count, residual, reaction, slope } = this.scratch;
    const scale = 2 * this.path.thermal_mV;
    const drive = this.#electronDrive;
    let largest = 0;
    let entering = this.current;
    let energy = -this.current * (eta[0] as number);
    this.reacts = false;
    for (let k = 0; k < count; k++) {
      let taken = 0;
      // A slope where nothing reacts keeps the matrix regular; it changes the way, not the answer.
      let steepness = 1e-9;
      const here = eta[k] as number;
      const resistance = resistances[k] as number;
      const excess = here - (threshold[k] as number);
      if (full[k]) {
        taken = most[k] as number;
        energy += taken * here;
      } else if (excess > 0 && resistance < Number.POSITIVE_INFINITY) {
        const grown = Math.exp(Math.min(excess / scale, LARGEST_ARGUMENT));
        const shrunk = 1 / grown;
        taken = ((grown - shrunk) / 2) * (scale / resistance);
        steepness = (grown + shrunk) / 2 / resistance;
        energy += ((grown + shrunk) / 2 - 1) * ((scale * scale) / resistance);
        this.reacts = true;
      }
      let leaving = 0;
      if (k < count - 1) {
        const drop = here - (eta[k + 1] as number);
        const conductance = link[k] as number;
        leaving = drop * conductance + drive;
        energy += ((drop * conductance) / 2 + drive) * drop;
      }
      const rest = leaving + taken - entering;
      residual[k] = rest;
      reaction[k] = taken;
      slope[k] = steepness;
      largest = Math.max(largest, Math.abs(rest));
      entering = leaving;
    }
    this.energy = energy;
    return largest;
  }
}
