/**
 * What the firmware module says a trace's voltage and stack pressure should have been: the module itself, stepped over
 * the trace's current and temperature, with its voltage and pressure sensors taken out, so that what is measured
 * does not correct what is predicted.
 */
import type { FirmwareModule, ParameterValues } from "../replay/module.js";
import { DEFAULT_DT_s, type ReplayOptions, withDeclared } from "../replay/replay.js";
import { Resampler, type StepChunk, stepChunk } from "../replay/resample.js";
import { addresses } from "../schema/layout.js";
import { type CellStateName, cellStateFields, derivedFields, SLOTS } from "../schema/records.js";
import { CELL_WORD, FRESH, STEP_WORD, wordOf } from "../schema/words.js";
import type { Trace } from "../trace/types.js";

/** What of a replay matters for a prediction. */
export type CellConditions = Pick<
  ReplayOptions,
  "area_cm2" | "dt_s" | "from_s" | "to_s" | "cellKind" | "temperature_degC" | "pressure_MPa"
>;

/** One entry per step; overwritten by the next run. */
export interface Prediction {
  /**
   * Terminal voltage above the open-circuit voltage, charge positive: j·R_series + interfaces·(η − U + j·R_ip), U the
   * potential of the metal at rest: where it is under pressure or holds a solute, both sides of a symmetric cell are.
   */
  readonly polarisation_mV: Float64Array;
  readonly stackPressure_MPa: Float64Array;
}

const STEP = addresses.stepInput / 4;
const INPUT = addresses.cellInput / 4;
const stateWord = (name: CellStateName) => addresses.cells / 4 + wordOf(cellStateFields, name);

const STATE = {
  overpotential: stateWord("overpotential_mV"),
  series: stateWord("seriesResistance_ohm_cm2"),
  interphaseSquared: stateWord("interphaseSquared_ohm2_cm4"),
  stack: stateWord("stackPressure_MPa"),
  sePressure: stateWord("sePressure_MPa"),
  seBase: stateWord("seBase_mV"),
  ccBase: stateWord("ccBase_mV"),
};
const PER_PRESSURE = addresses.derived / 4 + wordOf(derivedFields, "potentialPerPressure_mV_MPa");

/** Every coefficient has been worked out twice from the trace's first conditions before its first step. */
const REST_STEPS = 2 * SLOTS;
const REST_DT_s = 0.1;

export class Predictor {
  readonly steps: number;
  readonly start_s: number;
  readonly dt_s: number;
  readonly current_mA_cm2: Float32Array;
  readonly #module: FirmwareModule;
  readonly #temperature_degC: Float32Array;
  readonly #fixture_MPa: Float32Array;
  readonly #wiring: ParameterValues;
  readonly #prediction: Prediction;

  /**
   * Without a fixture's pressure, measured or declared, what was measured at the cell before current first flowed is the
   * fixture's, on average (the firmware takes its first sample); with `fitsFixture` it is left to the parameter.
   * @throws E_TRACE_WINDOW
   */
  constructor(module: FirmwareModule, trace: Trace, conditions: CellConditions, fitsFixture: boolean) {
    const { area_cm2, dt_s = DEFAULT_DT_s, from_s, to_s, cellKind, pressure_MPa } = conditions;
    const columns = withDeclared(trace.columns, conditions);
    const resampler = new Resampler({ ...trace, columns }, { area_cm2, dt_s, from_s, to_s });
    const chunk = stepChunk(resampler.steps);
    resampler.fill(chunk, resampler.steps);
    this.steps = resampler.steps;
    this.start_s = resampler.start_s;
    this.dt_s = dt_s;
    this.current_mA_cm2 = chunk.current_mA_cm2;
    this.#module = module;
    this.#temperature_degC = chunk.temperature_degC;
    this.#fixture_MPa =
      columns.appliedPressure_Pa || fitsFixture
        ? chunk.appliedPressure_MPa
        : chunk.appliedPressure_MPa.fill(pressureAtFirst(chunk));
    this.#wiring = {
      sensor_hasVoltage: 0,
      sensor_hasPressure: 0,
      ...(cellKind && { cell_metalInterfaces: cellKind === "symmetric" ? 2 : 1 }),
      ...(pressure_MPa !== undefined && { fixture_pressure_MPa: pressure_MPa }),
    };
    this.#prediction = {
      polarisation_mV: new Float64Array(this.steps),
      stackPressure_MPa: new Float64Array(this.steps),
    };
  }

  /** @throws E_PARAMETER_RANGE */
  run(values: ParameterValues): Prediction {
    const module = this.#module;
    const { floats, exports } = module;
    const { polarisation_mV, stackPressure_MPa } = this.#prediction;
    const all = { ...values, ...this.#wiring };
    const interfaces = all.cell_metalInterfaces as number;
    // Metal is at the collector where there is an interlayer, else at the electrolyte.
    const layered = (all.interlayer_thickness_um as number) > 0;
    const base = layered ? STATE.ccBase : STATE.seBase;
    module.setParameters(all);
    module.reset(1);
    floats[STEP + STEP_WORD.demand] = 0;
    floats[INPUT + CELL_WORD.voltage] = Number.NaN;
    floats[INPUT + CELL_WORD.pressure] = Number.NaN;
    this.#stage(0, 0, Math.min(this.dt_s, REST_DT_s));
    for (let n = 0; n < REST_STEPS; n++) exports.step();
    for (let n = 0; n < this.steps; n++) {
      const current = this.current_mA_cm2[n] as number;
      this.#stage(n, current, this.dt_s);
      exports.step();
      const stack = floats[STATE.stack] as number;
      const interphase = Math.sqrt(floats[STATE.interphaseSquared] as number);
      const pressure = stack + (layered ? 0 : (floats[STATE.sePressure] as number));
      const atRest = pressure * (floats[PER_PRESSURE] as number) + (floats[base] as number);
      const atInterface = (floats[STATE.overpotential] as number) - atRest + current * interphase;
      polarisation_mV[n] =
        current === 0 ? 0 : current * (floats[STATE.series] as number) + interfaces * atInterface;
      stackPressure_MPa[n] = stack;
    }
    return this.#prediction;
  }

  #stage(n: number, current: number, dt_s: number): void {
    const { floats, words } = this.#module;
    const temperature = this.#temperature_degC[n] as number;
    floats[STEP + STEP_WORD.dt] = dt_s;
    floats[INPUT + CELL_WORD.current] = current;
    floats[INPUT + CELL_WORD.temperature] = temperature;
    floats[INPUT + CELL_WORD.fixture] = this.#fixture_MPa[n] as number;
    words[INPUT + CELL_WORD.fresh] = FRESH.current | (Number.isNaN(temperature) ? 0 : FRESH.temperature);
  }
}

/** Mean of the pressures measured before the current first flows, or the first one; NaN where none was. */
function pressureAtFirst({ current_mA_cm2, surfacePressure_MPa }: StepChunk): number {
  const flowing = current_mA_cm2.findIndex((current) => current !== 0);
  const measured = (values: Float32Array) => values.filter((value) => !Number.isNaN(value));
  const rest = measured(surfacePressure_MPa.subarray(0, Math.max(flowing, 0)));
  if (rest.length === 0) return measured(surfacePressure_MPa)[0] ?? Number.NaN;
  return rest.reduce((sum, value) => sum + value, 0) / rest.length;
}
