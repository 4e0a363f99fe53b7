import type { BatchLayout, ParameterValues } from "../replay/module.js";

/**
 * What runs the firmware module: V8, or a board at the other end of a link. The host writes the inputs of a batch of
 * steps into `floats` and `words` (two views of one memory), calls `stepBatch` and reads the outputs there.
 */
export interface Target {
  /** As the user names it after `--target`. */
  readonly name: string;
  readonly floats: Float32Array;
  readonly words: Int32Array;
  /**
   * Parameters, then the initial state of `cells` cells. Returns where a batch's inputs and outputs lie.
   * @throws E_PARAMETER_UNKNOWN, E_PARAMETER_RANGE, E_MODULE_…, E_BOARD_PAYLOAD, and what the link throws
   */
  start(values: ParameterValues, cells: number): Promise<BatchLayout>;
  /** Runs `steps` staged steps; returns the word index of the first one's outputs. */
  stepBatch(steps: number): number | Promise<number>;
  /** Copy of the state region, header … cells in use, and of the pack's output behind it. */
  state(): Promise<Uint8Array>;
  /** @throws E_MODULE_BAD_… when it is not one of this layout; nothing has changed then. */
  restore(snapshot: Uint8Array): Promise<void>;
  /** Time the steps since `start` took on the target itself, without the link; undefined where it has no clock. */
  stepping_s(): Promise<number | undefined>;
  close(): Promise<void>;
}
