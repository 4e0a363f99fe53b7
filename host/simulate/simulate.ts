/** One scenario in closed loop: readings to the controller, its limits to the charger, the current to the plant. */

import { PlantCell, type PlantDamage } from "../plant/cell.js";
import { Fixture } from "../plant/fixture.js";
import { Sensor } from "../plant/sensors.js";
import { loadProfile, type Profile } from "../profiles/profile.js";
import { generator } from "../random.js";
import { loadModule } from "../replay/module.js";
import type { ReasonName } from "../schema/codes.js";
import type { Target } from "../target/target.js";
import { V8Target } from "../target/v8.js";
import {
  type Allowed,
  type CellReadings,
  type Controller,
  type ControllerName,
  type Limit,
  limitFor,
  makeController,
} from "./controller.js";
import { type ActuatorFault, ambientAt, type Phase, type Pulse, type Scenario } from "./scenario.js";

export interface SimulationResult {
  readonly scenario: string;
  readonly controller: ControllerName;
  /** Time in charge phases; with `complete` false, of which not all came to their end. */
  readonly chargeTime_s: number;
  readonly complete: boolean;
  readonly throughput_mAh_cm2: number;
  /** Energy the weakest cell gave and took at its terminals. */
  readonly energy_mWh_cm2: number;
  /** The worst of any cell, mark by mark. */
  readonly plantDamage: PlantDamage;
  readonly actuatorTravel_MPa: number;
  /** Seconds each reason bound the limit that was followed, by direction. */
  readonly limitReasons: {
    readonly charge: Partial<Record<ReasonName, number>>;
    readonly discharge: Partial<Record<ReasonName, number>>;
  };
  readonly verdict: Verdict;
}

export type Verdict = "ok" | "damaged" | "unsafe";

/** Marks past which a plant counts as damaged; metal on the electrolyte as a part of the throughput. */
export const DAMAGED = { seMetalShare: 0.02, contact: 0.9, crackIndex: 1, creepIntrusion: 0.1 } as const;

/** Time for every limit to settle before the scenario's clock starts. */
const SETTLE_s = 120;
/** Times by which a slow actuator is slower. */
const SLOW = 10;
/** A charge or discharge that creeps on below this part of the capacity per hour for this long has ended. */
const TAIL = { part_per_h: 0.01, for_s: 7200 } as const;

export function judge(damage: PlantDamage, throughput_mAh_cm2: number): Verdict {
  if (damage.crackIndexMax >= 1 || damage.creepIntrusion >= 1) return "unsafe";
  const harmed =
    damage.seMetal_mAh_cm2 > DAMAGED.seMetalShare * throughput_mAh_cm2 ||
    damage.contactMin < DAMAGED.contact ||
    damage.creepIntrusion >= DAMAGED.creepIntrusion;
  return harmed ? "damaged" : "ok";
}

/** What one hold did, for a plot or a test. */
export interface Moment {
  readonly time_s: number;
  readonly current_mA_cm2: number;
  readonly allowed: Allowed;
  readonly cells: readonly PlantCell[];
  readonly fixture_MPa: number;
}

export interface SimulateOptions {
  /** What runs the module; by default this process. Stays open. */
  readonly target?: Target;
  readonly onProgress?: (share: number) => void;
  readonly onMoment?: (moment: Moment) => void;
}

/**
 * The result is the same on every target.
 * @throws what the target throws
 */
export async function simulate(
  scenario: Scenario,
  name: ControllerName,
  options: SimulateOptions = {},
): Promise<SimulationResult> {
  const values = { ...loadProfile(scenario.profile).values, ...scenario.parameters };
  const target = options.target ?? new V8Target(loadModule());
  const controller = await makeController(name, scenario, values, target);
  return new Simulation(scenario, values, controller, options).run();
}

class Simulation {
  readonly #scenario: Scenario;
  readonly #controller: Controller;
  readonly #cells: readonly PlantCell[];
  readonly #sensors: readonly Readonly<Record<keyof CellReadings, Sensor>>[];
  readonly #fixture: Fixture;
  readonly #options: SimulateOptions;
  readonly #capacity_mAh_cm2: number;
  /** Below 0 while the limits settle. */
  #time_s = -SETTLE_s;
  #current = 0;
  #allowed: Allowed | undefined;
  #actuatorFault: ActuatorFault | undefined;
  #chargeTime_s = 0;
  #complete = true;
  #energy_mWh_cm2 = 0;
  readonly #reasons = { charge: new Map<ReasonName, number>(), discharge: new Map<ReasonName, number>() };

  constructor(
    scenario: Scenario,
    values: Profile["values"],
    controller: Controller,
    options: SimulateOptions,
  ) {
    const start = { temperature_degC: ambientAt(scenario, 0), fixture_MPa: scenario.fixture.start_MPa };
    const random = generator(scenario.seed);
    this.#scenario = scenario;
    this.#options = options;
    this.#capacity_mAh_cm2 = values.cell_capacity_mAh_cm2;
    this.#controller = controller;
    this.#cells = scenario.cells.map((own) => new PlantCell({ ...values, ...own }, start));
    this.#sensors = scenario.cells.map(() => ({
      current: new Sensor(scenario.sensors.current, random),
      voltage: new Sensor(scenario.sensors.voltage, random),
      temperature: new Sensor(scenario.sensors.temperature, random),
      pressure: new Sensor(scenario.sensors.pressure, random),
    }));
    this.#fixture = new Fixture(scenario.fixture.start_MPa, scenario.fixture.actuator);
  }

  async run(): Promise<SimulationResult> {
    const { phases, cycles } = this.#scenario;
    while (this.#time_s < 0) await this.#hold(() => 0, 0);
    for (let cycle = 0; cycle < cycles; cycle++) {
      for (const [index, phase] of phases.entries()) {
        await this.#run(phase);
        this.#options.onProgress?.((cycle + (index + 1) / phases.length) / cycles);
      }
    }
    const damage = this.#damage();
    const throughput = (this.#cells[0] as PlantCell).throughput_mAh_cm2;
    return {
      scenario: this.#scenario.name,
      controller: this.#controller.name,
      chargeTime_s: this.#chargeTime_s,
      complete: this.#complete,
      throughput_mAh_cm2: throughput,
      energy_mWh_cm2: this.#energy_mWh_cm2,
      plantDamage: damage,
      actuatorTravel_MPa: this.#fixture.travel_MPa,
      limitReasons: {
        charge: Object.fromEntries(this.#reasons.charge),
        discharge: Object.fromEntries(this.#reasons.discharge),
      },
      verdict: judge(damage, throughput),
    };
  }

  async #run(phase: Phase): Promise<void> {
    switch (phase.kind) {
      case "rest":
        await this.#pulse({ current_mA_cm2: 0, seconds: phase.hours * 3600 });
        break;
      case "drive":
        for (let n = 0; n < phase.repeat; n++) for (const pulse of phase.pulses) await this.#pulse(pulse);
        break;
      default:
        await this.#runUntil(phase);
    }
  }

  /** A current for a time, at what is allowed for so long. */
  async #pulse({ current_mA_cm2: wanted, seconds }: Pulse): Promise<void> {
    const end_s = this.#time_s + seconds - 1e-6;
    while (this.#time_s < end_s) {
      await this.#hold(
        (allowed) => {
          const limit = limitFor(allowed, seconds);
          return Math.min(Math.max(wanted, -limit.discharge_mA_cm2), limit.charge_mA_cm2);
        },
        Math.max(-wanted, 0),
      );
      if (wanted !== 0)
        this.#note(wanted > 0 ? "charge" : "discharge", limitFor(this.#allowed as Allowed, seconds));
    }
  }

  /** Charge or discharge to the wanted charge, at what is allowed continuously. */
  async #runUntil({
    kind,
    demand_mA_cm2,
    to_mAh_cm2,
    most_h,
  }: Extract<Phase, { demand_mA_cm2: number }>): Promise<void> {
    const cell = this.#cells[0] as PlantCell;
    const charging = kind === "charge";
    const end_s = this.#time_s + most_h * 3600;
    const left = (): number => (charging ? 1 : -1) * (to_mAh_cm2 - cell.net_mAh_cm2);
    let creeping_s = 0;
    while (left() > 1e-6 && this.#time_s < end_s && creeping_s < TAIL.for_s) {
      const most = (left() * 3600) / this.#scenario.hold_s;
      const current = await this.#hold(
        (allowed) =>
          charging
            ? Math.min(demand_mA_cm2, allowed.charge_mA_cm2, most)
            : -Math.min(demand_mA_cm2, allowed.discharge_mA_cm2, most),
        charging ? 0 : demand_mA_cm2,
      );
      if (charging) this.#chargeTime_s += this.#scenario.hold_s;
      this.#note(kind, this.#allowed as Allowed);
      const creeps = Math.abs(current) < TAIL.part_per_h * this.#capacity_mAh_cm2;
      creeping_s = creeps ? creeping_s + this.#scenario.hold_s : 0;
    }
    // What a hold in the tail would still bring is not missed.
    this.#complete &&= left() <= 0.01 * this.#capacity_mAh_cm2;
  }

  #note(direction: "charge" | "discharge", { chargeReason, dischargeReason }: Limit): void {
    const reason = direction === "charge" ? chargeReason : dischargeReason;
    const counts = this.#reasons[direction];
    counts.set(reason, (counts.get(reason) ?? 0) + this.#scenario.hold_s);
  }

  /** One hold: the controller's steps on the plant as it is, then the plant under what the charger makes of them. */
  async #hold(currentOf: (allowed: Allowed) => number, demand_mA_cm2: number): Promise<number> {
    const { hold_s, dt_s, fixture } = this.#scenario;
    this.#applyFaults();
    const reported = fixture.actuator ? this.#fixture.pressure_MPa : Number.NaN;
    const steps = Array.from({ length: Math.round(hold_s / dt_s) }, () =>
      this.#cells.map((cell, k) => this.#read(cell, k, this.#current)),
    );
    this.#allowed = await this.#controller.hold(steps, demand_mA_cm2, reported);
    this.#current = currentOf(this.#allowed);
    this.#press();
    const ambient = ambientAt(this.#scenario, Math.max(this.#time_s, 0));
    for (const cell of this.#cells) cell.advance(hold_s, this.#current, ambient, this.#fixture.pressure_MPa);
    const voltage = Math.min(...this.#cells.map(({ voltage_V }) => voltage_V));
    this.#energy_mWh_cm2 += (Math.abs(voltage * this.#current) * hold_s) / 3600;
    this.#time_s += hold_s;
    this.#options.onMoment?.({
      time_s: this.#time_s,
      current_mA_cm2: this.#current,
      allowed: this.#allowed,
      cells: this.#cells,
      fixture_MPa: this.#fixture.pressure_MPa,
    });
    return this.#current;
  }

  #read(cell: PlantCell, index: number, current_mA_cm2: number): CellReadings {
    const { dt_s } = this.#scenario;
    const sensors = this.#sensors[index] as Readonly<Record<keyof CellReadings, Sensor>>;
    return {
      current: sensors.current.read(current_mA_cm2, dt_s),
      voltage: sensors.voltage.read(cell.voltage_V, dt_s),
      temperature: sensors.temperature.read(cell.temperature_degC, dt_s),
      pressure: sensors.pressure.read(cell.stackPressure_MPa, dt_s),
    };
  }

  /** The actuator's part of a hold, as it can. */
  #press(): void {
    const { hold_s } = this.#scenario;
    const { pressure_MPa } = this.#allowed as Allowed;
    this.#fixture.stuck = this.#actuatorFault === "stuck";
    this.#fixture.advance(
      this.#actuatorFault === "slow" ? hold_s / SLOW : hold_s,
      this.#actuatorFault === "noPower" ? 0 : pressure_MPa,
    );
  }

  /** A fault strikes the first cell's sensor, or the actuator. */
  #applyFaults(): void {
    const active = this.#scenario.faults.filter(
      ({ at_s, until_s }) => this.#time_s >= at_s && this.#time_s < (until_s ?? Number.POSITIVE_INFINITY),
    );
    this.#actuatorFault = active.find((fault) => fault.channel === "actuator")?.kind;
    const sensors = this.#sensors[0] as Readonly<Record<keyof CellReadings, Sensor>>;
    for (const name of ["current", "voltage", "temperature", "pressure"] as const) {
      const found = active.find(({ channel }) => channel === name);
      sensors[name].fault = found?.channel === "actuator" ? undefined : found;
    }
  }

  #damage(): PlantDamage {
    const all = this.#cells.map(({ damage }) => damage);
    const most = (mark: keyof PlantDamage): number => Math.max(...all.map((damage) => damage[mark]));
    return {
      seMetal_mAh_cm2: most("seMetal_mAh_cm2"),
      voidMax_um: most("voidMax_um"),
      contactMin: Math.min(...all.map(({ contactMin }) => contactMin)),
      crackIndexMax: most("crackIndexMax"),
      creepIntrusion: most("creepIntrusion"),
    };
  }
}
