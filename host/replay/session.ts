/** Steps from a resampler through a target, batch by batch, without allocating; and what they add up to. */
import { type ReasonName, reasons } from "../schema/codes.js";
import { recordBytes } from "../schema/field.js";
import {
  type CellOutputName,
  cellOutputFields,
  type PackOutputName,
  packOutputFields,
  SLOTS,
} from "../schema/records.js";
import { CELL_WORD, FRESH, STEP_WORD, wordOf } from "../schema/words.js";
import type { Target } from "../target/target.js";
import type { BatchLayout } from "./module.js";
import { type Resampler, type StepChunk, stepChunk } from "./resample.js";
import type { ReplayChunk, ReplayColumn, ReplayVerdict } from "./types.js";
import { LimitWatch } from "./violations.js";

/** Slow limits may take this long to rise to their level; after it the replay starts anyway and says so. */
const MAX_PREROLL_s = 3600;
/** Every limit has been worked out again at least twice within this many steps. */
const CALM_STEPS = 2 * SLOTS;
const STARTUP = reasons.findIndex(({ name }) => name === "startup");
const PROGRESS_EVERY_ms = 30;

const outputWord = (name: CellOutputName) => wordOf(cellOutputFields, name);
const packWord = (name: PackOutputName) => wordOf(packOutputFields, name);

const OUTPUT = {
  seCharge: outputWord("seCharge_mAh_cm2"),
  poreCharge: outputWord("poreCharge_mAh_cm2"),
  ccCharge: outputWord("ccCharge_mAh_cm2"),
  supersaturation: outputWord("supersaturation"),
  contact: outputWord("contact"),
  crackIndex: outputWord("crackIndex"),
  stackPressure: outputWord("stackPressure_MPa"),
  void: outputWord("void_um"),
  sePressure: outputWord("sePressure_MPa"),
  intrusion: outputWord("intrusion"),
};
const CHARGE = {
  limits: packWord("chargeLimit_mA_cm2"),
  reasons: packWord("chargeReasons"),
  cells: packWord("weakestCells"),
};
const DISCHARGE = {
  limits: packWord("dischargeLimit_mA_cm2"),
  reasons: packWord("dischargeReasons"),
  cells: packWord("weakestCells") + 4,
};
/** All eight limits among the pack's words. */
const LIMITS = [CHARGE.limits, DISCHARGE.limits].flatMap((at) => [at, at + 1, at + 2, at + 3]);

type Findings = Pick<ReplayVerdict, "sites" | "worst" | "violations" | "binding_s">;

export interface SessionOptions {
  readonly dt_s: number;
  /** Series cells the target was started with. */
  readonly cells: number;
  /** The profile's slew rate: a limit that rises at it has not reached its level. */
  readonly slewUp_mA_cm2_s: number;
}

export class Session {
  readonly #target: Target;
  readonly #resampler: Resampler;
  readonly #dt_s: number;
  readonly #cells: number;
  readonly #slewUp_mA_cm2_s: number;
  readonly #batch: BatchLayout;
  readonly #inputs: StepChunk;
  /** Steps waiting in `#inputs`. */
  #staged: number;
  readonly #watches: { readonly charge: LimitWatch; readonly discharge: LimitWatch };
  /** The pack's output of the step before: the limits in force. */
  readonly #inForce = new Float32Array(recordBytes(packOutputFields) / 4);
  readonly #inForceWords = new Int32Array(this.#inForce.buffer);
  /** Steps each reason bound the continuous limit. */
  readonly #bound = { charge: new Uint32Array(reasons.length), discharge: new Uint32Array(reasons.length) };
  readonly #worst = {
    poreRisk: Number.NEGATIVE_INFINITY,
    contact: Number.POSITIVE_INFINITY,
    crackIndex: 0,
    stackPressure_MPa: 0,
    void_um: 0,
    sePressure_MPa: 0,
    intrusion: 0,
  };
  /** Metal of the first cell after the last step. */
  readonly #sites = { se: 0, pore: 0, cc: 0 };

  /** `target` has been started; `batch` is what that returned. */
  constructor(
    target: Target,
    batch: BatchLayout,
    resampler: Resampler,
    { dt_s, cells, slewUp_mA_cm2_s }: SessionOptions,
  ) {
    this.#target = target;
    this.#resampler = resampler;
    this.#dt_s = dt_s;
    this.#cells = cells;
    this.#slewUp_mA_cm2_s = slewUp_mA_cm2_s;
    this.#batch = batch;
    this.#inputs = stepChunk(this.#batch.capacity);
    this.#watches = {
      charge: new LimitWatch("charge", dt_s, CHARGE),
      discharge: new LimitWatch("discharge", dt_s, DISCHARGE),
    };
    this.#staged = resampler.fill(this.#inputs, this.#batch.capacity);
  }

  /** Rests the cell in the trace's first conditions until the limits have risen to their level. Returns notes. */
  async preRoll(): Promise<string[]> {
    const { outputStride, cellOutputStride, capacity } = this.#batch;
    const risen = 0.1 * Math.fround(this.#slewUp_mA_cm2_s) * this.#dt_s;
    const most = Math.ceil(MAX_PREROLL_s / this.#dt_s);
    const before = new Float32Array(this.#inForce.length);
    let calm = 0;
    for (let done = 0; calm < CALM_STEPS && done < most; ) {
      // As many steps as are needed at the least: every target rests for the same number, whatever its batches hold.
      const steps = Math.min(CALM_STEPS - calm, most - done, capacity);
      for (let n = 0; n < steps; n++) this.#stageStep(n, 0, 0);
      const outputs = await this.#target.stepBatch(steps);
      for (let n = 0; n < steps; n++) {
        before.set(this.#inForce);
        this.#takeInForce(outputs + n * outputStride + this.#cells * cellOutputStride);
        const rises = LIMITS.some((at) => (this.#inForce[at] as number) - (before[at] as number) > risen);
        calm = rises || this.#starting() ? 0 : calm + 1;
      }
      done += steps;
    }
    return calm < CALM_STEPS
      ? [`the limits were still rising after ${MAX_PREROLL_s} s at rest before the first row`]
      : [];
  }

  /** Every step of the trace. Chunks go to `onChunk` cell by cell and are reused. */
  async run(onChunk?: (chunk: ReplayChunk) => void, onProgress?: (share: number) => void): Promise<void> {
    const { capacity } = this.#batch;
    const columns = this.#chunkColumns();
    let done = 0;
    let told_ms = performance.now();
    while (this.#staged > 0) {
      for (let n = 0; n < this.#staged; n++) this.#stageStep(n, n, this.#inputs.current_mA_cm2[n] as number);
      const outputs = await this.#target.stepBatch(this.#staged);
      this.#evaluate(outputs);
      if (onChunk) this.#emit(outputs, columns, onChunk);
      done += this.#staged;
      if (onProgress && performance.now() - told_ms > PROGRESS_EVERY_ms) {
        onProgress(done / this.#resampler.steps);
        told_ms = performance.now();
      }
      this.#staged = this.#resampler.fill(this.#inputs, capacity);
    }
    onProgress?.(1);
  }

  findings(): Findings {
    this.#watches.charge.finish();
    this.#watches.discharge.finish();
    const inSeconds = (steps: Uint32Array) =>
      Object.fromEntries(
        reasons.flatMap(({ name }, code) => {
          const bound = steps[code] as number;
          return bound > 0 ? [[name, bound * this.#dt_s]] : [];
        }),
      ) as Partial<Record<ReasonName, number>>;
    return {
      sites: { ...this.#sites },
      worst: { ...this.#worst },
      violations: [...this.#watches.charge.found, ...this.#watches.discharge.found].sort(
        (a, b) => a.from_s - b.from_s,
      ),
      binding_s: { charge: inSeconds(this.#bound.charge), discharge: inSeconds(this.#bound.discharge) },
    };
  }

  /** The shortest horizon's reason speaks for all: the module starts with all of them. */
  #starting(): boolean {
    return ((this.#inForceWords[CHARGE.reasons] as number) & 0xff) === STARTUP;
  }

  /** What was measured in that step; the current always is, a gap in the file counting as rest. */
  #freshAt(n: number): number {
    const { voltage_V, temperature_degC, surfacePressure_MPa } = this.#inputs;
    const measured = (values: Float32Array, bit: number) => (Number.isNaN(values[n]) ? 0 : bit);
    return (
      FRESH.current |
      measured(voltage_V, FRESH.voltage) |
      measured(temperature_degC, FRESH.temperature) |
      measured(surfacePressure_MPa, FRESH.pressure)
    );
  }

  /** Step `n` of the batch gets what was measured in `sample`, with that current. */
  #stageStep(n: number, sample: number, current: number): void {
    const { floats, words } = this.#target;
    const { input, inputStride, cellInput, cellInputStride } = this.#batch;
    const inputs = this.#inputs;
    const step = input + n * inputStride;
    const fresh = this.#freshAt(sample);
    floats[step + STEP_WORD.dt] = this.#dt_s;
    // The setpoint serves the stripping current the trace asks for.
    floats[step + STEP_WORD.demand] = current < 0 ? -current : 0;
    for (let cell = 0; cell < this.#cells; cell++) {
      const at = step + cellInput + cell * cellInputStride;
      floats[at + CELL_WORD.current] = current;
      floats[at + CELL_WORD.voltage] = inputs.voltage_V[sample] as number;
      floats[at + CELL_WORD.temperature] = inputs.temperature_degC[sample] as number;
      floats[at + CELL_WORD.pressure] = inputs.surfacePressure_MPa[sample] as number;
      floats[at + CELL_WORD.fixture] = inputs.appliedPressure_MPa[sample] as number;
      words[at + CELL_WORD.fresh] = fresh;
    }
  }

  #evaluate(outputs: number): void {
    const { floats } = this.#target;
    const cells = this.#cells;
    const { outputStride, cellOutputStride } = this.#batch;
    const { charge, discharge } = this.#watches;
    const worst = this.#worst;
    const inForce = this.#inForce;
    const inForceWords = this.#inForceWords;
    for (let n = 0; n < this.#staged; n++) {
      const end_s = this.#inputs.time_s[n] as number;
      const current = this.#inputs.current_mA_cm2[n] as number;
      charge.step(end_s, current, inForce, inForceWords);
      discharge.step(end_s, -current, inForce, inForceWords);
      const step = outputs + n * outputStride;
      for (let cell = 0; cell < cells; cell++) {
        const at = step + cell * cellOutputStride;
        worst.poreRisk = Math.max(worst.poreRisk, floats[at + OUTPUT.supersaturation] as number);
        worst.contact = Math.min(worst.contact, floats[at + OUTPUT.contact] as number);
        worst.crackIndex = Math.max(worst.crackIndex, floats[at + OUTPUT.crackIndex] as number);
        worst.stackPressure_MPa = Math.max(
          worst.stackPressure_MPa,
          floats[at + OUTPUT.stackPressure] as number,
        );
        worst.void_um = Math.max(worst.void_um, floats[at + OUTPUT.void] as number);
        worst.sePressure_MPa = Math.max(worst.sePressure_MPa, floats[at + OUTPUT.sePressure] as number);
        worst.intrusion = Math.max(worst.intrusion, floats[at + OUTPUT.intrusion] as number);
      }
      this.#takeInForce(step + cells * cellOutputStride);
      (this.#bound.charge[(inForceWords[CHARGE.reasons] as number) >>> 24] as number)++;
      (this.#bound.discharge[(inForceWords[DISCHARGE.reasons] as number) >>> 24] as number)++;
    }
    const last = outputs + (this.#staged - 1) * outputStride;
    this.#sites.se = floats[last + OUTPUT.seCharge] as number;
    this.#sites.pore = floats[last + OUTPUT.poreCharge] as number;
    this.#sites.cc = floats[last + OUTPUT.ccCharge] as number;
  }

  /** `at` is the word index of the pack output to remember. */
  #takeInForce(at: number): void {
    const { words } = this.#target;
    for (let i = 0; i < this.#inForceWords.length; i++) this.#inForceWords[i] = words[at + i] as number;
  }

  #chunkColumns(): Record<ReplayColumn, Float32Array | Int32Array> {
    const { capacity } = this.#batch;
    const { current_mA_cm2, voltage_V, temperature_degC } = this.#inputs;
    const outputs = cellOutputFields.map(({ name, type }) => [
      name,
      type === "f32" ? new Float32Array(capacity) : new Int32Array(capacity),
    ]);
    return { current_mA_cm2, voltage_V, temperature_degC, ...Object.fromEntries(outputs) };
  }

  #emit(
    outputs: number,
    columns: Record<ReplayColumn, Float32Array | Int32Array>,
    onChunk: (chunk: ReplayChunk) => void,
  ): void {
    const { floats, words } = this.#target;
    const { outputStride, cellOutputStride } = this.#batch;
    const steps = this.#staged;
    for (let cell = 0; cell < this.#cells; cell++) {
      for (const [index, { name, type }] of cellOutputFields.entries()) {
        const column = columns[name];
        const source = type === "f32" ? floats : words;
        let at = outputs + cell * cellOutputStride + index;
        for (let n = 0; n < steps; n++, at += outputStride) column[n] = source[at] as number;
      }
      onChunk({ cell, steps, time_s: this.#inputs.time_s, columns });
    }
  }
}
