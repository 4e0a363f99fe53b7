/**
 * One runner for every scenario: a cell of a profile, current segments through the shipped module, a record of what was
 * asked for, and a balance of charge, metal and solute that nobody has to ask for.
 */
import { readFileSync } from "node:fs";
import { loadProfile } from "../profiles/profile.js";
import { FirmwareModule } from "../replay/module.js";
import { packageFile } from "../root.js";
import { freshBits, type ReasonName, reasons } from "../schema/codes.js";
import { fieldOffsets } from "../schema/field.js";
import { addresses } from "../schema/layout.js";
import type { ParameterName } from "../schema/parameters.js";
import {
  type CellOutputName,
  type CellStateName,
  cellInputFields,
  cellStateFields,
  stepInputFields,
} from "../schema/records.js";

export type Overrides = Partial<Record<ParameterName, number>>;

export interface CellSetup {
  /** Id of a shipped profile. */
  readonly profile: string;
  /** What this variant of the system changes. */
  readonly parameters?: Overrides;
  /** Default 25 °C. */
  readonly temperature_degC?: number;
  /** Step at full length; the rig may halve it. Default 5 s. */
  readonly dt_s?: number;
  /** Terminal voltage, where it matters; without it the cell has no voltage sensor. */
  readonly voltage_V?: number;
}

export interface Segment {
  /** Charge (plating) positive. */
  readonly current_mA_cm2: number;
  readonly hours: number;
  /** From here on; the profile's before. */
  readonly fixturePressure_MPa?: number;
  /** Ends the segment after the step in which it holds. */
  readonly until?: (cell: ScenarioCell) => boolean;
}

/** Largest imbalance seen: charge and metal as a part of what flowed, solute as a part of its inventory. */
export interface Conservation {
  charge: number;
  metal: number;
  solute: number;
  /** Step-by-step comparisons made. */
  checks: number;
}

/** f32 sums over millions of steps; compensated, so the error does not grow with their number. */
export const CONSERVATION_LIMIT = 1e-5;

/** Enough rest for every coefficient to be worked out and for the limits to rise to their caps. */
const SETTLE_h = 1 / 6;
const CHECK_EVERY = 64;
/** Less throughput than this is not judged in relative terms. */
const LEAST_THROUGHPUT_mAh_cm2 = 0.01;

const stateOffsets = fieldOffsets(cellStateFields);
const inputOffsets = fieldOffsets(cellInputFields);
const stepOffsets = fieldOffsets(stepInputFields);
const stateWord = (name: CellStateName): number => (addresses.cells + (stateOffsets[name] as number)) / 4;
const INPUT = {
  dt: (addresses.stepInput + (stepOffsets.dt_s as number)) / 4,
  demand: (addresses.stepInput + (stepOffsets.demand_mA_cm2 as number)) / 4,
  current: (addresses.cellInput + (inputOffsets.current_mA_cm2 as number)) / 4,
  voltage: (addresses.cellInput + (inputOffsets.voltage_V as number)) / 4,
  temperature: (addresses.cellInput + (inputOffsets.temperature_degC as number)) / 4,
  stackPressure: (addresses.cellInput + (inputOffsets.stackPressure_MPa as number)) / 4,
  fixturePressure: (addresses.cellInput + (inputOffsets.fixturePressure_MPa as number)) / 4,
  fresh: (addresses.cellInput + (inputOffsets.fresh as number)) / 4,
};
const REST = {
  se: "seChargeRest_mAh_cm2",
  pore: "poreChargeRest_mAh_cm2",
  cc: "ccChargeRest_mAh_cm2",
} as const satisfies Record<string, CellStateName>;
/** Current, voltage and temperature are new in every step. */
const FRESH = (["current", "voltage", "temperature"] as const).reduce(
  (bits, name) => bits | (1 << freshBits.indexOf(name)),
  0,
);

/** One cell at constant temperature, as its profile describes it. Made by `Rig.cell`. */
export class ScenarioCell {
  readonly module: FirmwareModule;
  readonly dt_s: number;
  readonly #conservation: Conservation;
  readonly #metalAtReset: number;
  #passed_mAh_cm2 = 0;
  #throughput_mAh_cm2 = 0;
  hours = 0;

  constructor(module: FirmwareModule, setup: CellSetup, dt_s: number, conservation: Conservation) {
    this.module = module;
    this.dt_s = Math.fround(dt_s);
    this.#conservation = conservation;
    module.setParameters({
      ...loadProfile(setup.profile).values,
      sensor_hasVoltage: setup.voltage_V === undefined ? 0 : 1,
      sensor_hasPressure: 0,
      ...setup.parameters,
    });
    module.reset(1);
    const { floats, words } = module;
    floats[INPUT.dt] = dt_s;
    floats[INPUT.demand] = 0;
    floats[INPUT.voltage] = setup.voltage_V ?? Number.NaN;
    floats[INPUT.temperature] = setup.temperature_degC ?? 25;
    floats[INPUT.stackPressure] = Number.NaN;
    floats[INPUT.fixturePressure] = Number.NaN;
    words[INPUT.fresh] = FRESH;
    this.#metalAtReset = this.#compensatedMetal();
    this.run({ current_mA_cm2: 0, hours: SETTLE_h });
    this.hours = 0;
  }

  /** Holds a current; returns the hours it was held. The inputs stay in place, so a step is one call. */
  run({ current_mA_cm2, hours, fixturePressure_MPa, until }: Segment): number {
    const { floats, exports } = this.module;
    const current = Math.fround(current_mA_cm2);
    floats[INPUT.current] = current;
    if (fixturePressure_MPa !== undefined) floats[INPUT.fixturePressure] = fixturePressure_MPa;
    const steps = Math.round((hours * 3600) / this.dt_s);
    let done = 0;
    let unchecked = 0;
    while (done < steps) {
      exports.step();
      done++;
      unchecked++;
      const stop = until?.(this) === true;
      if (stop || done === steps || unchecked === CHECK_EVERY) {
        this.#balance(current, unchecked);
        unchecked = 0;
      }
      if (stop) break;
    }
    const held = (done * this.dt_s) / 3600;
    this.hours += held;
    return held;
  }

  /** Any word of the cell's state or outputs. */
  get(name: CellStateName | CellOutputName): number {
    return this.module.floats[stateWord(name)] as number;
  }

  /** Metal at all sites, mAh/cm². */
  metal(): number {
    return this.get("seCharge_mAh_cm2") + this.get("poreCharge_mAh_cm2") + this.get("ccCharge_mAh_cm2");
  }

  /** Part of the metal that is on the electrolyte; 0 without metal. */
  seShare(): number {
    return this.get("seCharge_mAh_cm2") / Math.max(this.metal(), 1e-9);
  }

  /** What binds the continuous limit. */
  reason(direction: "charge" | "discharge"): ReasonName {
    const name = direction === "charge" ? "chargeReasons" : "dischargeReasons";
    const bytes = this.module.words[stateWord(name)] as number;
    return (reasons[(bytes >>> 24) & 0xff] as { name: ReasonName }).name;
  }

  /** With what rounding kept back, which the next step adds: 20 mAh/cm² in f32 are known to 1 µAh/cm² only. */
  #compensatedMetal(): number {
    const { se, pore, cc } = REST;
    return this.metal() + this.get(se) + this.get(pore) + this.get(cc);
  }

  #balance(current: number, steps: number): void {
    this.#passed_mAh_cm2 += (current * this.dt_s * steps) / 3600;
    this.#throughput_mAh_cm2 += (Math.abs(current) * this.dt_s * steps) / 3600;
    const scale = Math.max(this.#throughput_mAh_cm2, LEAST_THROUGHPUT_mAh_cm2);
    const metal = this.#compensatedMetal() + this.get("selfDischarge_mAh_cm2") - this.get("deficit_mAh_cm2");
    const metalOff = Math.abs(metal - this.#metalAtReset - this.#passed_mAh_cm2) / scale;
    const split =
      this.get("seCurrent_mA_cm2") + this.get("poreCurrent_mA_cm2") + this.get("ccCurrent_mA_cm2");
    // A cell stripped bare cannot carry the current; what it could not give is the deficit above.
    const short = this.get("deficit_mAh_cm2") > 0;
    const chargeOff = short ? 0 : Math.abs(split - current) / Math.max(Math.abs(current), 1e-3);
    const solute = this.get("soluteSeShare") + this.get("solutePoreShare") + this.get("soluteCcShare");
    const worst = this.#conservation;
    worst.charge = Math.max(worst.charge, chargeOff);
    worst.metal = Math.max(worst.metal, metalOff);
    worst.solute = Math.max(worst.solute, Math.abs(solute - 1));
    worst.checks++;
  }
}

/** Makes cells at one step length and keeps the balance of all of them. */
export class Rig {
  /** 1 as the scenarios are written, 0.5 to see that nothing depends on the step. */
  readonly dtScale: number;
  readonly conservation: Conservation = { charge: 0, metal: 0, solute: 0, checks: 0 };
  readonly #wasm = readFileSync(packageFile("build", "betaguard.wasm"));
  readonly #idle: FirmwareModule[] = [];

  constructor(dtScale = 1) {
    this.dtScale = dtScale;
  }

  /** Runs `work` on a fresh cell. Modules are used again: each reserves gigabytes of address space. */
  cell<T>(setup: CellSetup, work: (cell: ScenarioCell) => T): T {
    const module = this.#idle.pop() ?? new FirmwareModule(this.#wasm);
    try {
      return work(new ScenarioCell(module, setup, (setup.dt_s ?? 5) * this.dtScale, this.conservation));
    } finally {
      this.#idle.push(module);
    }
  }

  conserved(): boolean {
    const { charge, metal, solute } = this.conservation;
    return Math.max(charge, metal, solute) < CONSERVATION_LIMIT;
  }
}

/** Where a yes/no outcome changes between `low` (no) and `high` (yes), to a part in 1000; geometric steps. */
export function bisect(low: number, high: number, outcome: (x: number) => boolean): number {
  let [no, yes] = [low, high];
  while (yes / no > 1.001) {
    const middle = Math.sqrt(no * yes);
    if (outcome(middle)) yes = middle;
    else no = middle;
  }
  return Math.sqrt(no * yes);
}
