/** Traces whose parameters are known: the module itself, run over a current, with noise on what it predicts. */
import { type CellConditions, Predictor } from "../../host/calibrate/predict.js";
import type { Profile } from "../../host/profiles/profile.js";
import { generator, normal } from "../../host/random.js";
import { loadModule } from "../../host/replay/module.js";
import type { Trace } from "../../host/trace/types.js";
import { traceOf } from "../replay/fixtures.js";

/** A stretch of constant current and temperature. */
export interface Stretch {
  readonly duration_s: number;
  readonly current_mA_cm2: number;
  readonly temperature_degC: number;
}

export interface Program {
  readonly stretches: readonly Stretch[];
  readonly row_s: number;
  readonly conditions: CellConditions;
}

export const simulationModule = loadModule();
/** Parts of the largest reading: what a sensor's data sheet calls 1 % of full scale. */
const NOISE = 0.01;

/** Current and temperature alone, on 1 cm². */
export function blank({ stretches, row_s }: Pick<Program, "stretches" | "row_s">): Trace {
  const rows = stretches.flatMap((stretch, step) =>
    Array.from({ length: Math.round(stretch.duration_s / row_s) }, () => ({ ...stretch, step })),
  );
  const column = (of: (row: (typeof rows)[number], n: number) => number) => Float64Array.from(rows, of);
  return traceOf({
    time_s: column((_, n) => n * row_s),
    current_A: column(({ current_mA_cm2 }) => current_mA_cm2 / 1000),
    temperature_degC: column(({ temperature_degC }) => temperature_degC),
    step: column(({ step }) => step),
  });
}

/** The program up to where its polarisation passes `limit_mV`, as a strip test ends at its cut-off. */
export function untilPolarised(program: Program, values: Profile["values"], limit_mV: number): Program {
  const predictor = new Predictor(simulationModule, blank(program), program.conditions, true);
  const past = predictor
    .run(values)
    .polarisation_mV.findIndex((polarisation) => Math.abs(polarisation) > limit_mV);
  let left_s = past < 0 ? Number.POSITIVE_INFINITY : past * predictor.dt_s;
  const stretches = program.stretches.flatMap((stretch) => {
    const duration_s = Math.min(stretch.duration_s, left_s);
    left_s -= duration_s;
    return duration_s > 0 ? [{ ...stretch, duration_s }] : [];
  });
  return { ...program, stretches };
}

/**
 * Voltage or pressure as the module predicts it, with white noise of 1 % of the largest reading, or of `noise`.
 */
export function simulated(
  program: Program,
  values: Profile["values"],
  channel: "voltage" | "pressure",
  seed: number,
  noise: number = NOISE,
): Trace {
  const trace = blank(program);
  const predictor = new Predictor(simulationModule, trace, program.conditions, true);
  const { polarisation_mV, stackPressure_MPa } = predictor.run(values);
  const [of, column, scale] =
    channel === "voltage"
      ? ([polarisation_mV, "voltage_V", 1e-3] as const)
      : ([stackPressure_MPa, "surfacePressure_Pa", 1e6] as const);
  const random = generator(seed);
  const largest = of.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const measured = trace.columns.time_s.map((time_s) => {
    const step = Math.max(Math.ceil((time_s - predictor.start_s) / predictor.dt_s - 1e-6) - 1, 0);
    return scale * ((of[step] as number) + noise * largest * normal(random));
  });
  return { ...trace, columns: { ...trace.columns, [column]: measured } };
}
