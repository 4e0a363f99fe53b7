/** Where a recorded current broke the limits that were in force. */
import { type ReasonName, reasons } from "../schema/codes.js";
import type { Violation } from "./types.js";

/** Currents below this are noise of the recording, whatever the limit. */
const NEGLIGIBLE_mA_cm2 = 1e-3;
/** Relative rounding of an f32 current against an f32 limit. */
const TOLERANCE = 1e-6;
/** Violations closer together than this are one. */
const MERGE_s = 1;

interface OpenViolation {
  from_s: number;
  to_s: number;
  reason: ReasonName;
  excess_mA_cm2: number;
  cell: number;
}

/** Where a direction's four words of each kind begin in the pack's output, shortest horizon first. */
export interface LimitWords {
  readonly limits: number;
  /** One word, a byte per horizon. */
  readonly reasons: number;
  /** The cell that binds each limit. */
  readonly cells: number;
}

/**
 * One direction of current against its four limits. The continuous limit may be passed for 2 s up to the 2 s limit
 * and for 10 s up to the 10 s limit, counted from when the current last was below it; the instantaneous limit never.
 */
export class LimitWatch {
  readonly found: Violation[] = [];
  readonly #kind: Violation["kind"];
  readonly #dt_s: number;
  readonly #at: LimitWords;
  #stepsAbove = 0;
  #open: OpenViolation | null = null;

  constructor(kind: Violation["kind"], dt_s: number, at: LimitWords) {
    this.#kind = kind;
    this.#dt_s = dt_s;
    this.#at = at;
  }

  /**
   * A step that ends at `end_s` with a current of that magnitude in this direction (0 or less: in the other one),
   * against the limits in force: the pack's output of the step before, as f32 and as i32.
   */
  step(end_s: number, current_mA_cm2: number, floats: Float32Array, words: Int32Array): void {
    const { limits } = this.#at;
    const instantaneous = floats[limits] as number;
    const above = current_mA_cm2 > NEGLIGIBLE_mA_cm2 && exceeds(current_mA_cm2, floats[limits + 3] as number);
    if (!above) {
      this.#stepsAbove = 0;
      if (current_mA_cm2 <= NEGLIGIBLE_mA_cm2 || !exceeds(current_mA_cm2, instantaneous)) return;
    } else this.#stepsAbove++;
    const above_s = this.#stepsAbove * this.#dt_s;
    const held = above_s < 2 + this.#dt_s / 2 ? 1 : above_s < 10 + this.#dt_s / 2 ? 2 : 3;
    const horizon = instantaneous < (floats[limits + held] as number) ? 0 : held;
    const excess = current_mA_cm2 - (floats[limits + horizon] as number);
    if (exceeds(current_mA_cm2, floats[limits + horizon] as number))
      this.#extend(end_s, excess, horizon, words);
  }

  /** Closes the last violation; `found` is complete after it. */
  finish(): void {
    if (this.#open) this.found.push({ ...this.#open, kind: this.#kind });
    this.#open = null;
  }

  #extend(end_s: number, excess_mA_cm2: number, horizon: number, words: Int32Array): void {
    const from_s = end_s - this.#dt_s;
    if (this.#open && from_s - this.#open.to_s >= MERGE_s) this.finish();
    if (this.#open) this.#open.to_s = end_s;
    if (this.#open && excess_mA_cm2 <= this.#open.excess_mA_cm2) return;
    const byte = ((words[this.#at.reasons] as number) >>> (8 * horizon)) & 0xff;
    this.#open = {
      from_s: this.#open?.from_s ?? from_s,
      to_s: end_s,
      reason: reasons[byte]?.name ?? "state",
      excess_mA_cm2,
      cell: words[this.#at.cells + horizon] as number,
    };
  }
}

const exceeds = (current: number, limit: number): boolean => current > limit * (1 + TOLERANCE);
