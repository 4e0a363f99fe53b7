/** A scenario under a profile, written down as a cycler would have, so that `betaguard check` can judge it. */
import type { Profile } from "../profiles/profile.js";
import { type BatchLayout, loadModule, type ParameterValues } from "../replay/module.js";
import type { Scenario } from "../simulate/scenario.js";
import { type SimulationResult, simulate } from "../simulate/simulate.js";
import { V8Target } from "../target/v8.js";
import { withProfile } from "./problem.js";

/**
 * Part of what is allowed that the charger of these loops takes. Limits fall while a current is held, and each replay
 * works them out at other moments than the loop did: a charger that stood on the limit would pass it by a hair for hours.
 */
export const CHARGER_SHARE = 0.97;

/** The firmware as a charger with that caution understands it; its own state is as it is. */
class CautiousTarget extends V8Target {
  #layout: BatchLayout | undefined;
  #cells = 0;

  override async start(values: ParameterValues, cells: number): Promise<BatchLayout> {
    this.#cells = cells;
    this.#layout = await super.start(values, cells);
    return this.#layout;
  }

  override stepBatch(steps: number): number {
    const outputs = super.stepBatch(steps);
    const { outputStride, cellOutputStride } = this.#layout as BatchLayout;
    for (let n = 0; n < steps; n++) {
      const pack = outputs + n * outputStride + this.#cells * cellOutputStride;
      // The eight limits are the pack's first words.
      for (let k = 0; k < LIMITS; k++)
        this.floats[pack + k] = (this.floats[pack + k] as number) * CHARGER_SHARE;
    }
    return outputs;
  }
}
const LIMITS = 8;

/** Electrode area of the written traces: what is A in the file is A/cm². */
export const LOOP_AREA_cm2 = 1;

const COLUMNS = [
  "Test Time / s",
  "Current / A",
  "Voltage / V",
  "Surface Temperature / degC",
  "Surface Pressure / Pa",
  "Applied Pressure / Pa",
  "Step Count / 1",
  "Step Time / s",
  "Origin",
];

export interface ClosedLoop {
  readonly result: SimulationResult;
  /** BDF, of the first cell, a row and a cycler step per hold. */
  readonly csv: string;
}

export async function closedLoop(scenario: Scenario, profile: Profile): Promise<ClosedLoop> {
  const rows = [COLUMNS.join(",")];
  const { hold_s } = scenario;
  const result = await simulate(withProfile(scenario, profile), "betaguard", {
    target: new CautiousTarget(loadModule()),
    onMoment: ({ time_s, current_mA_cm2, cells: [cell], fixture_MPa }) => {
      if (!cell || time_s < 0) return;
      rows.push(
        [
          time_s.toFixed(3),
          ((current_mA_cm2 * LOOP_AREA_cm2) / 1000).toPrecision(9),
          cell.voltage_V.toFixed(6),
          cell.temperature_degC.toFixed(3),
          (cell.stackPressure_MPa * 1e6).toFixed(0),
          (fixture_MPa * 1e6).toFixed(0),
          rows.length,
          hold_s.toFixed(3),
          "SIMULATED",
        ].join(","),
      );
    },
  });
  return { result: { ...result, scenario: scenario.name }, csv: `${rows.join("\n")}\n` };
}
