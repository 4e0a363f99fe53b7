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

/**
 * One direction of current against its four limits. The continuous limit may be passed for 2 s up to the 2 s limit
 * and for 10 s up to the 10 s limit, counted from when the current last was below it; the instantaneous limit never.
 */
export class LimitWatch {
  readonly found: Violation[] = [];
  readonly #kind: Violation["kind"];
  readonly #dt_s: number;
  #stepsAbove = 0;
  #open: OpenViolation | null = null;

  constructor(kind: Violation["kind"], dt_s: number) {
    this.#kind = kind;
    this.#dt_s = dt_s;
  }

  /**
   * A step that ends at `end_s` with a current of that magnitude in this direction (0 or less: in the other one),
   * against the limits published before it: `limits[at …]` are the instantaneous, 2 s, 10 s and continuous one,
   * `reasonBytes` their reasons, `cell` the one that binds.
   */
  step(
    end_s: number,
    current_mA_cm2: number,
    limits: Float32Array,
    at: number,
    reasonBytes: number,
    cell: number,
  ): void {
    const instantaneous = limits[at] as number;
    const continuous = limits[at + 3] as number;
    const above = current_mA_cm2 > NEGLIGIBLE_mA_cm2 && exceeds(current_mA_cm2, continuous);
    if (above) this.#stepsAbove++;
    else {
      this.#stepsAbove = 0;
      if (!exceeds(current_mA_cm2, Math.max(instantaneous, NEGLIGIBLE_mA_cm2))) return;
    }
    const above_s = this.#stepsAbove * this.#dt_s;
    const horizon = above_s < 2 + this.#dt_s / 2 ? 1 : above_s < 10 + this.#dt_s / 2 ? 2 : 3;
    const held = limits[at + horizon] as number;
    const allowed = Math.min(instantaneous, held);
    if (!exceeds(current_mA_cm2, allowed)) return;
    const byte = instantaneous < held ? 0 : horizon;
    const reason = reasons[(reasonBytes >>> (8 * byte)) & 0xff]?.name ?? "none";
    this.#extend(end_s, current_mA_cm2 - allowed, reason, cell);
  }

  /** Closes the last violation; `found` is complete after it. */
  finish(): void {
    if (this.#open) this.found.push({ ...this.#open, kind: this.#kind });
    this.#open = null;
  }

  #extend(end_s: number, excess_mA_cm2: number, reason: ReasonName, cell: number): void {
    const from_s = end_s - this.#dt_s;
    if (this.#open && from_s - this.#open.to_s >= MERGE_s) this.finish();
    if (!this.#open) {
      this.#open = { from_s, to_s: end_s, reason, excess_mA_cm2, cell };
      return;
    }
    this.#open.to_s = end_s;
    if (excess_mA_cm2 > this.#open.excess_mA_cm2) Object.assign(this.#open, { excess_mA_cm2, reason, cell });
  }
}

const exceeds = (current: number, limit: number): boolean => current > limit * (1 + TOLERANCE);
