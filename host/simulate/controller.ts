/**
 * What decides the current: betaguard's module, or what is in use without it. All see the same readings and nothing of
 * the plant.
 */

import type { Reading } from "../plant/sensors.js";
import type { Profile } from "../profiles/profile.js";
import type { BatchLayout } from "../replay/module.js";
import { type ReasonName, reasons } from "../schema/codes.js";
import { type PackOutputName, packOutputFields } from "../schema/records.js";
import { CELL_WORD, FRESH, STEP_WORD, wordOf } from "../schema/words.js";
import type { Target } from "../target/target.js";
import type { Scenario } from "./scenario.js";

export interface CellReadings {
  readonly current: Reading;
  readonly voltage: Reading;
  readonly temperature: Reading;
  readonly pressure: Reading;
}

/** What a current may be, either way, and what binds it. */
export interface Limit {
  readonly charge_mA_cm2: number;
  readonly discharge_mA_cm2: number;
  readonly chargeReason: ReasonName;
  readonly dischargeReason: ReasonName;
}

/** The limit is that of a current that stays. */
export interface Allowed extends Limit {
  /** Of a pulse, the shortest first. */
  readonly pulses: readonly (Limit & { readonly longest_s: number })[];
  /** Command to the fixture's actuator. */
  readonly pressure_MPa: number;
}

/** What a current may be that is over after so many seconds. */
export const limitFor = (allowed: Allowed, seconds: number): Limit =>
  allowed.pulses.find(({ longest_s }) => seconds <= longest_s) ?? allowed;

export interface Controller {
  readonly name: ControllerName;
  /**
   * The steps up to the charger's next move; returns what is allowed after the last.
   * @param steps of each step the readings of each cell
   * @param fixture_MPa what the actuator reports, NaN without one
   */
  hold(
    steps: readonly (readonly CellReadings[])[],
    demandDischarge_mA_cm2: number,
    fixture_MPa: number,
  ): Allowed | Promise<Allowed>;
}

export const controllerNames = ["betaguard", "derating-table", "datasheet"] as const;
export type ControllerName = (typeof controllerNames)[number];

/** @param target runs betaguard's module; the others need none */
export async function makeController(
  name: ControllerName,
  scenario: Scenario,
  values: Profile["values"],
  target: Target,
): Promise<Controller> {
  if (name === "betaguard") return Betaguard.start(scenario, values, target);
  return name === "datasheet" ? new Datasheet(scenario) : new DeratingTable(scenario, values);
}

const packWord = (name: PackOutputName) => wordOf(packOutputFields, name);

const PACK = {
  chargeLimits: packWord("chargeLimit_mA_cm2"),
  dischargeLimits: packWord("dischargeLimit_mA_cm2"),
  chargeReasons: packWord("chargeReasons"),
  dischargeReasons: packWord("dischargeReasons"),
  pressure: packWord("actuatorCommand_MPa"),
};
/** Seconds that the first three of four limits look ahead (assembly/limits.ts); the fourth is the continuous one. */
const HORIZONS_s = [0.5, 2, 10] as const;

/** The shipped module, on any target. */
class Betaguard implements Controller {
  readonly name = "betaguard";
  readonly #target: Target;
  readonly #batch: BatchLayout;
  readonly #cells: number;
  readonly #dt_s: number;

  private constructor(target: Target, batch: BatchLayout, { cells, dt_s }: Scenario) {
    this.#target = target;
    this.#batch = batch;
    this.#cells = cells.length;
    this.#dt_s = dt_s;
  }

  static async start(scenario: Scenario, values: Profile["values"], target: Target): Promise<Betaguard> {
    const parameters = {
      ...values,
      fixture_pressure_MPa: scenario.fixture.start_MPa,
      sensor_hasVoltage: 1,
      sensor_hasPressure: 1,
    };
    return new Betaguard(target, await target.start(parameters, scenario.cells.length), scenario);
  }

  async hold(
    steps: readonly (readonly CellReadings[])[],
    demandDischarge_mA_cm2: number,
    fixture_MPa: number,
  ): Promise<Allowed> {
    const { capacity, outputStride, cellOutputStride } = this.#batch;
    let pack = 0;
    for (let done = 0; done < steps.length; done += capacity) {
      const batch = steps.slice(done, done + capacity);
      for (const [n, readings] of batch.entries())
        this.#stage(n, readings, demandDischarge_mA_cm2, fixture_MPa);
      const outputs = await this.#target.stepBatch(batch.length);
      pack = outputs + (batch.length - 1) * outputStride + this.#cells * cellOutputStride;
    }
    return this.#allowed(pack);
  }

  #stage(n: number, readings: readonly CellReadings[], demand_mA_cm2: number, fixture_MPa: number): void {
    const { floats, words } = this.#target;
    const { input, inputStride, cellInput, cellInputStride } = this.#batch;
    const step = input + n * inputStride;
    floats[step + STEP_WORD.dt] = this.#dt_s;
    floats[step + STEP_WORD.demand] = demand_mA_cm2;
    for (const [index, reading] of readings.entries()) {
      const cell = step + cellInput + index * cellInputStride;
      let fresh = 0;
      for (const name of ["current", "voltage", "temperature", "pressure"] as const) {
        floats[cell + CELL_WORD[name]] = reading[name].value;
        if (reading[name].fresh) fresh |= FRESH[name];
      }
      floats[cell + CELL_WORD.fixture] = fixture_MPa;
      words[cell + CELL_WORD.fresh] = fresh;
    }
  }

  /** What the pack's record beginning at word `at` allows. */
  #allowed(at: number): Allowed {
    const { floats, words } = this.#target;
    const limit = (horizon: number): Limit => ({
      charge_mA_cm2: floats[at + PACK.chargeLimits + horizon] as number,
      discharge_mA_cm2: floats[at + PACK.dischargeLimits + horizon] as number,
      chargeReason: reasonOf(words[at + PACK.chargeReasons] as number, horizon),
      dischargeReason: reasonOf(words[at + PACK.dischargeReasons] as number, horizon),
    });
    return {
      ...limit(HORIZONS_s.length),
      pulses: HORIZONS_s.map((longest_s, horizon) => ({ longest_s, ...limit(horizon) })),
      pressure_MPa: floats[at + PACK.pressure] as number,
    };
  }
}

/** One byte a horizon. */
const reasonOf = (packed: number, horizon: number): ReasonName =>
  (reasons[(packed >>> (8 * horizon)) & 0xff] as (typeof reasons)[number]).name;

/** The datasheet's currents between its temperatures, and nothing outside; the pressure it was set to. */
class Datasheet implements Controller {
  readonly name = "datasheet";

  constructor(readonly scenario: Scenario) {}

  hold(steps: readonly (readonly CellReadings[])[]): Allowed {
    const cells = steps.at(-1) ?? [];
    const { datasheet, fixture } = this.scenario;
    const inside = cells.every(({ temperature: { value } }) => value >= 0 && value <= 65);
    return constant(
      inside ? datasheet.charge_mA_cm2 : 0,
      inside ? datasheet.discharge_mA_cm2 : 0,
      fixture.start_MPa,
    );
  }
}

/**
 * Currents over temperature and voltage as open BMS firmware derates them (trapezoids between cut-off and full current,
 * as in foxBMS 2's state-of-function module): charge from 0 °C, full from 15 to 55, none at 65; discharge from −20, full
 * from 0; both taper over the last 50 mV before a voltage limit.
 */
class DeratingTable implements Controller {
  readonly name = "derating-table";

  constructor(
    readonly scenario: Scenario,
    readonly values: Profile["values"],
  ) {}

  hold(steps: readonly (readonly CellReadings[])[]): Allowed {
    const cells = steps.at(-1) ?? [];
    const { datasheet, fixture } = this.scenario;
    const { cell_hasVoltageWindow, voltage_max_V, voltage_min_V } = this.values;
    const strictest = (part: (cell: CellReadings) => number): number =>
      cells.reduce((least, cell) => Math.min(least, part(cell)), 1);
    const windowed = cell_hasVoltageWindow > 0.5;
    const charge = strictest(({ temperature: { value: T }, voltage: { value: V } }) =>
      Math.min(ramp(T, 0, 15), ramp(T, 65, 55), windowed ? ramp(V, voltage_max_V, voltage_max_V - 0.05) : 1),
    );
    const discharge = strictest(({ temperature: { value: T }, voltage: { value: V } }) =>
      Math.min(ramp(T, -20, 0), ramp(T, 65, 55), windowed ? ramp(V, voltage_min_V, voltage_min_V + 0.05) : 1),
    );
    return constant(
      charge * datasheet.charge_mA_cm2,
      discharge * datasheet.discharge_mA_cm2,
      fixture.start_MPa,
    );
  }
}

/** A reading that is no number allows nothing. */
const ramp = (x: number, zero: number, one: number): number =>
  Number.isNaN(x) ? 0 : Math.min(Math.max((x - zero) / (one - zero), 0), 1);

const constant = (charge_mA_cm2: number, discharge_mA_cm2: number, pressure_MPa: number): Allowed => ({
  charge_mA_cm2,
  discharge_mA_cm2,
  chargeReason: "none",
  dischargeReason: "none",
  pulses: [],
  pressure_MPa,
});
