/** Where the limits of a profile are compared: a half-full cell at rest and after stress, in the shipped module. */
import { type FirmwareModule, loadModule } from "../replay/module.js";
import { freshBits } from "../schema/codes.js";
import type { ParameterName } from "../schema/parameters.js";
import { type CellOutputName, SLOTS } from "../schema/records.js";

export const limitNames = [
  "chargeLimitContinuous_mA_cm2",
  "chargeLimit_mA_cm2",
  "dischargeLimitContinuous_mA_cm2",
  "dischargeLimit_mA_cm2",
  "pressureSetpoint_MPa",
] as const satisfies readonly CellOutputName[];
export type LimitName = (typeof limitNames)[number];

/** Where limits are read. Currents are magnitudes at the anode; they and the demand are the same for all samples. */
export interface Condition {
  readonly name: string;
  readonly temperature_degC: number;
  /** Stripping current the pressure setpoint is asked to serve: what the nominal profile allows continuously there. */
  readonly demand_mA_cm2: number;
  /** Stress before the reading: charge, then strip, at these; 0 for none. */
  readonly stressCharge_mA_cm2: number;
  readonly stressStrip_mA_cm2: number;
}

/** Limits follow their targets within a step, so that a reading needs no minutes of slewing. */
export const UNSLEWED = { slew_up_mA_cm2_s: 1000, slew_down_mA_cm2_s: 10000 } as const;

const HOUR_s = 3600;
/** Formation: half of the set's own capacity at C/5 and 60 °C, where every system plates as it is meant to. */
export const FORMATION = { temperature_degC: 60, cRate: 0.2, dt_s: 10 } as const;
/** Rest in which every slow quantity is worked out three times: all limits have settled. */
const REST = { steps: 3 * SLOTS, dt_s: 10 } as const;
/**
 * A little above what the nominal profile allows continuously, at most 1C: within the margins of the cell it describes,
 * damage to one that bears less. The step is as long as the contact can still follow the void.
 */
export const STRESS = { overLimit: 1.2, cRate: 1, charge_s: 600, strip_s: 900, dt_s: 1 } as const;

const freshBit = (name: (typeof freshBits)[number]) => 1 << freshBits.indexOf(name);
const FRESH = freshBit("current") | freshBit("temperature");
/** The voltage is known at rest only: under current it would have to come from a model of the cathode. */
const FRESH_AT_REST = FRESH | freshBit("voltage");

export type Values = Readonly<Record<ParameterName, number>>;

/** One cell in the module, taken through the conditions. */
export class TestCell {
  readonly #module: FirmwareModule = loadModule();
  #voltage_V = 0;

  /** A cell with these parameters, half full and warm; returns its state. */
  form(values: Values): Uint8Array {
    // Half a window from either end: a state of charge, not a voltage.
    this.#voltage_V = (values.voltage_min_V + values.voltage_max_V) / 2;
    this.#module.setParameters(values);
    this.#module.reset(1);
    const { temperature_degC, cRate, dt_s } = FORMATION;
    const capacity = values.cell_capacity_mAh_cm2;
    this.#rest(temperature_degC, 0);
    this.#run((0.5 * HOUR_s) / cRate / dt_s, dt_s, cRate * capacity, temperature_degC, 0);
    return this.#module.snapshot();
  }

  /** The limits, in the order of `limitNames`, of a formed cell at rest or after stress. */
  read(formed: Uint8Array, condition: Condition): number[] {
    const { temperature_degC, demand_mA_cm2, stressCharge_mA_cm2, stressStrip_mA_cm2 } = condition;
    this.#module.restore(formed);
    if (stressCharge_mA_cm2 + stressStrip_mA_cm2 > 0) {
      const { charge_s, strip_s, dt_s } = STRESS;
      this.#rest(temperature_degC, 0);
      this.#run(charge_s / dt_s, dt_s, stressCharge_mA_cm2, temperature_degC, 0);
      this.#run(strip_s / dt_s, dt_s, -stressStrip_mA_cm2, temperature_degC, 0);
    }
    this.#rest(temperature_degC, demand_mA_cm2);
    const output = this.#module.output(0);
    return limitNames.map((name) => output[name]);
  }

  #rest(temperature_degC: number, demand_mA_cm2: number): void {
    this.#run(REST.steps, REST.dt_s, 0, temperature_degC, demand_mA_cm2);
  }

  #run(steps: number, dt_s: number, current_mA_cm2: number, temperature_degC: number, demand: number): void {
    this.#module.step({ dt_s, demand_mA_cm2: demand }, [
      {
        current_mA_cm2,
        voltage_V: this.#voltage_V,
        temperature_degC,
        stackPressure_MPa: Number.NaN,
        fixturePressure_MPa: Number.NaN,
        fresh: current_mA_cm2 === 0 ? FRESH_AT_REST : FRESH,
      },
    ]);
    // The inputs stay where they are: the same step again.
    for (let n = 1; n < steps; n++) this.#module.exports.step();
  }
}

/** At each temperature rest, and rest after stress a little above the limits the nominal profile publishes there. */
export function conditionsOf(
  cell: TestCell,
  nominal: Values,
  temperatures_degC: readonly number[],
): Condition[] {
  const formed = cell.form(nominal);
  const most = STRESS.cRate * nominal.cell_capacity_mAh_cm2;
  const stress = (limit: number) => Math.min(STRESS.overLimit * limit, most);
  return temperatures_degC.flatMap((temperature_degC) => {
    const idle = { temperature_degC, demand_mA_cm2: 0, stressCharge_mA_cm2: 0, stressStrip_mA_cm2: 0 };
    const rest: Condition = { name: `rest, ${temperature_degC} °C`, ...idle };
    const limits = cell.read(formed, rest);
    const limitOf = (name: LimitName) => limits[limitNames.indexOf(name)] as number;
    const demand_mA_cm2 = limitOf("dischargeLimitContinuous_mA_cm2");
    return [
      { ...rest, demand_mA_cm2 },
      {
        name: `after stress, ${temperature_degC} °C`,
        temperature_degC,
        demand_mA_cm2,
        stressCharge_mA_cm2: stress(limitOf("chargeLimitContinuous_mA_cm2")),
        stressStrip_mA_cm2: stress(demand_mA_cm2),
      },
    ];
  });
}
