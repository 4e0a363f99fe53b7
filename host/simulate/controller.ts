/**
 * What decides the current: betaguard's module, or what is in use without it. All see the same readings and nothing of
 * the plant.
 */

import type { Reading } from "../plant/sensors.js";
import type { Profile } from "../profiles/profile.js";
import { type FirmwareModule, loadModule } from "../replay/module.js";
import { freshBits, type ReasonName, reasons } from "../schema/codes.js";
import type { CellInput } from "../schema/records.js";
import type { Scenario } from "./scenario.js";

export interface CellReadings {
  readonly current: Reading;
  readonly voltage: Reading;
  readonly temperature: Reading;
  readonly pressure: Reading;
}

export interface Allowed {
  /** For as long as it is held. */
  readonly charge_mA_cm2: number;
  readonly discharge_mA_cm2: number;
  /** For a pulse. */
  readonly chargePulse_mA_cm2: number;
  readonly dischargePulse_mA_cm2: number;
  /** Command to the fixture's actuator. */
  readonly pressure_MPa: number;
  readonly chargeReason: ReasonName;
  readonly dischargeReason: ReasonName;
}

export interface Controller {
  readonly name: ControllerName;
  /** One step; `fixture_MPa` is what the actuator reports, NaN without one. */
  step(cells: readonly CellReadings[], demandDischarge_mA_cm2: number, fixture_MPa: number): Allowed;
}

export const controllerNames = ["betaguard", "derating-table", "datasheet"] as const;
export type ControllerName = (typeof controllerNames)[number];

export function makeController(
  name: ControllerName,
  scenario: Scenario,
  values: Profile["values"],
): Controller {
  if (name === "betaguard") return new Betaguard(scenario, values);
  return name === "datasheet" ? new Datasheet(scenario) : new DeratingTable(scenario, values);
}

const bit = (name: (typeof freshBits)[number]): number => 1 << freshBits.indexOf(name);
const BITS = {
  current: bit("current"),
  voltage: bit("voltage"),
  temperature: bit("temperature"),
  pressure: bit("pressure"),
};

/** The shipped module. */
class Betaguard implements Controller {
  readonly name = "betaguard";
  readonly #module: FirmwareModule = loadModule();
  readonly #dt_s: number;

  constructor(scenario: Scenario, values: Profile["values"]) {
    this.#dt_s = scenario.dt_s;
    this.#module.setParameters({
      ...values,
      fixture_pressure_MPa: scenario.fixture.start_MPa,
      sensor_hasVoltage: 1,
      sensor_hasPressure: 1,
    });
    this.#module.reset(scenario.cells.length);
  }

  step(cells: readonly CellReadings[], demandDischarge_mA_cm2: number, fixture_MPa: number): Allowed {
    const inputs = cells.map(
      ({ current, voltage, temperature, pressure }): CellInput => ({
        current_mA_cm2: current.value,
        voltage_V: voltage.value,
        temperature_degC: temperature.value,
        stackPressure_MPa: pressure.value,
        fixturePressure_MPa: fixture_MPa,
        fresh:
          (current.fresh ? BITS.current : 0) |
          (voltage.fresh ? BITS.voltage : 0) |
          (temperature.fresh ? BITS.temperature : 0) |
          (pressure.fresh ? BITS.pressure : 0),
      }),
    );
    this.#module.step({ dt_s: this.#dt_s, demand_mA_cm2: demandDischarge_mA_cm2 }, inputs);
    const pack = this.#module.packOutput();
    return {
      charge_mA_cm2: pack.chargeLimitContinuous_mA_cm2,
      discharge_mA_cm2: pack.dischargeLimitContinuous_mA_cm2,
      chargePulse_mA_cm2: pack.chargeLimit10s_mA_cm2,
      dischargePulse_mA_cm2: pack.dischargeLimit10s_mA_cm2,
      pressure_MPa: pack.pressureSetpoint_MPa,
      chargeReason: continuousReason(pack.chargeReasons),
      dischargeReason: continuousReason(pack.dischargeReasons),
    };
  }
}

const continuousReason = (packed: number): ReasonName =>
  (reasons[packed >>> 24] as (typeof reasons)[number]).name;

/** The datasheet's currents between its temperatures, and nothing outside; the pressure it was set to. */
class Datasheet implements Controller {
  readonly name = "datasheet";

  constructor(readonly scenario: Scenario) {}

  step(cells: readonly CellReadings[]): Allowed {
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

  step(cells: readonly CellReadings[]): Allowed {
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

const ramp = (x: number, zero: number, one: number): number =>
  Math.min(Math.max((x - zero) / (one - zero), 0), 1);

const constant = (charge_mA_cm2: number, discharge_mA_cm2: number, pressure_MPa: number): Allowed => ({
  charge_mA_cm2,
  discharge_mA_cm2,
  chargePulse_mA_cm2: charge_mA_cm2,
  dischargePulse_mA_cm2: discharge_mA_cm2,
  pressure_MPa,
  chargeReason: "none",
  dischargeReason: "none",
});
