/** What the firmware module may use. The numbers a board is sized by; a module past one of them does not ship. */
export interface BudgetLimits {
  /** Size of the module's binary. */
  wasmBytes: number;
  /** State that one cell keeps between steps. */
  stateBytesPerCell: number;
  /** Executed instructions per cell and step on the longest path. */
  opsPerCellStep: number;
  /** Imports a board provides, as `module.name`. */
  imports: readonly string[];
  /** Most loops that `step` may reach. Each runs once per cell, none inside another. */
  cellLoops: number;
  /** Other exports that may loop, and what bounds their loops. No step waits for them. */
  loops: Readonly<Record<string, string>>;
}

export const LIMITS: BudgetLimits = {
  wasmBytes: 24 * 1024,
  stateBytesPerCell: 1024,
  opsPerCellStep: 2500,
  imports: [],
  cellLoops: 2,
  loops: {
    stepBatch: "the steps asked for",
    reset: "the cells and the state's words",
    setParameters: "the parameters staged",
    snapshot: "the snapshot's bytes",
    restore: "the snapshot's bytes",
  },
};
