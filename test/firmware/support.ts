/** What the firmware's tests share: a module driven by plain numbers, schema bounds over memory, random inputs. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadProfile } from "../../host/profiles/profile.js";
import { type FirmwareModule, loadModule } from "../../host/replay/module.js";
import { faults, freshBits, type ReasonName, reasons } from "../../host/schema/codes.js";
import { type Field, fieldOffsets, recordBytes } from "../../host/schema/field.js";
import { addresses, stateBytesPerCell } from "../../host/schema/layout.js";
import { type ParameterName, parameters } from "../../host/schema/parameters.js";
import {
  type CellInput,
  type CellStateName,
  cellInputFields,
  cellStateFields,
  derivedFields,
  type PackOutputName,
  packOutputFields,
} from "../../host/schema/records.js";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
export const RELEASE = join(ROOT, "build", "betaguard.wasm");
/** BETAGUARD_FUZZ multiplies how much the property tests draw. */
export const FUZZ = Number(process.env.BETAGUARD_FUZZ ?? 1);

export type Values = Readonly<Record<ParameterName, number>>;

/** Steps after which the limits may be anything but the startup zeros. */
export const SETTLE_STEPS = 32;
export const HORIZONS = 4;
const ALL_FRESH = (1 << freshBits.length) - 1;
/** Every sample new but this one. */
export const allFreshBut = (name: (typeof freshBits)[number]): number =>
  ALL_FRESH & ~(1 << freshBits.indexOf(name));
export const faultBit = (name: (typeof faults)[number]["name"]): number =>
  1 << faults.findIndex((fault) => fault.name === name);
export const reasonName = (word: number, horizon: number): ReasonName | undefined =>
  reasons[(word >>> (8 * horizon)) & 0xff]?.name;

const inputOffsets = fieldOffsets(cellInputFields);
const inputStride = recordBytes(cellInputFields);
const stateOffsets = fieldOffsets(cellStateFields);
const packOffsets = fieldOffsets(packOutputFields);
const isFloat = new Set(cellStateFields.filter(({ type }) => type === "f32").map(({ name }) => name));

export const CHARGE_LIMITS = [
  "chargeLimit_mA_cm2",
  "chargeLimit2s_mA_cm2",
  "chargeLimit10s_mA_cm2",
  "chargeLimitContinuous_mA_cm2",
] as const;
export const DISCHARGE_LIMITS = [
  "dischargeLimit_mA_cm2",
  "dischargeLimit2s_mA_cm2",
  "dischargeLimit10s_mA_cm2",
  "dischargeLimitContinuous_mA_cm2",
] as const;

/** What a bench starts with: a cell at rest, every sample new. */
const REST: CellInput = {
  current_mA_cm2: 0,
  voltage_V: 3.7,
  temperature_degC: 25,
  stackPressure_MPa: 2,
  fixturePressure_MPa: Number.NaN,
  fresh: ALL_FRESH,
};

/** A module with cells in it. Inputs stay as set from step to step. */
export class Bench {
  readonly module: FirmwareModule;
  readonly cells: number;

  constructor(values: Values, options: { cells?: number; module?: FirmwareModule } = {}) {
    this.module = options.module ?? loadModule(RELEASE);
    this.cells = options.cells ?? 1;
    this.module.setParameters(values);
    this.module.reset(this.cells);
    this.setStep(0.1, 0);
    this.setAll(REST);
  }

  setStep(dt_s: number, demand_mA_cm2 = 0): void {
    this.module.floats[addresses.stepInput / 4] = dt_s;
    this.module.floats[addresses.stepInput / 4 + 1] = demand_mA_cm2;
  }

  set(input: Partial<CellInput>, cell = 0): void {
    for (const name in input) {
      const word = (addresses.cellInput + cell * inputStride + (inputOffsets[name] as number)) / 4;
      const value = input[name as keyof CellInput] as number;
      if (name === "fresh") this.module.words[word] = value;
      else this.module.floats[word] = value;
    }
  }

  setAll(input: Partial<CellInput>): void {
    for (let cell = 0; cell < this.cells; cell++) this.set(input, cell);
  }

  run(steps: number): this {
    for (let n = 0; n < steps; n++) {
      const status = this.module.exports.step();
      if (status !== 0) throw new Error(`step returned status ${status}`);
    }
    return this;
  }

  word(name: CellStateName, cell = 0, index = 0): number {
    return (addresses.cells + cell * stateBytesPerCell + (stateOffsets[name] as number)) / 4 + index;
  }

  get(name: CellStateName, cell = 0, index = 0): number {
    const word = this.word(name, cell, index);
    return (isFloat.has(name) ? this.module.floats : this.module.words)[word] as number;
  }

  /** Writes a state behind the firmware's back, as a failing memory would. */
  plant(name: CellStateName, value: number, cell = 0, index = 0): void {
    const word = this.word(name, cell, index);
    if (isFloat.has(name)) this.module.floats[word] = value;
    else this.module.words[word] = value;
  }

  pack(name: PackOutputName, index = 0): number {
    const word = (addresses.packOutput + (packOffsets[name] as number)) / 4 + index;
    return (name.includes("_") ? this.module.floats : this.module.words)[word] as number;
  }

  limits(direction: "charge" | "discharge", cell = 0): number[] {
    return (direction === "charge" ? CHARGE_LIMITS : DISCHARGE_LIMITS).map((name) => this.get(name, cell));
  }

  reasons(direction: "charge" | "discharge", cell = 0): (ReasonName | undefined)[] {
    const word = this.get(direction === "charge" ? "chargeReasons" : "dischargeReasons", cell);
    return Array.from({ length: HORIZONS }, (_, horizon) => reasonName(word, horizon));
  }

  /** A charge in f64, with what its compensated sum keeps back. */
  charge(of: "seCharge" | "poreCharge" | "ccCharge" | "deficit" | "selfDischarge", cell = 0): number {
    return this.get(`${of}_mAh_cm2`, cell) + this.get(`${of}Rest_mAh_cm2`, cell);
  }

  metal(cell = 0): number {
    return this.charge("seCharge", cell) + this.charge("poreCharge", cell) + this.charge("ccCharge", cell);
  }

  /** Bytes of the whole memory but the staging area, for comparing instances. */
  memory(): Buffer {
    return Buffer.from(this.module.exports.memory.buffer.slice(0, addresses.staging));
  }
}

export const profileValues = (id: string, changes: Partial<Record<ParameterName, number>> = {}): Values => ({
  ...loadProfile(id).values,
  ...changes,
});

interface BoundWord {
  readonly at: number;
  readonly name: string;
  readonly float: boolean;
  readonly min: number;
  readonly max: number;
}

const boundWords = (fields: readonly Field[]): BoundWord[] => {
  const offsets = fieldOffsets(fields);
  return fields.flatMap((field) =>
    Array.from({ length: field.count }, (_, index) => ({
      at: (offsets[field.name] as number) / 4 + index,
      name: field.count > 1 ? `${field.name}[${index}]` : field.name,
      float: field.type === "f32",
      min: field.type === "f32" ? Math.fround(field.min) : field.min,
      max: field.type === "f32" ? Math.fround(field.max) : field.max,
    })),
  );
};
const stateBounds = boundWords(cellStateFields);
const packBounds = boundWords(packOutputFields);
const derivedBounds = boundWords(derivedFields);

function findOutside(
  module: FirmwareModule,
  bounds: readonly BoundWord[],
  record: number,
): string | undefined {
  for (const { at, name, float, min, max } of bounds) {
    const bits = module.words[record / 4 + at] as number;
    const value = float ? (module.floats[record / 4 + at] as number) : bits;
    // NaN compares false.
    if (!(value >= min && value <= max)) return `${name} = ${value}, expected ${min} … ${max}`;
    if (float && (bits & 0x7f800000) === 0 && (bits & 0x7fffff) !== 0)
      return `${name} = ${value} is subnormal`;
  }
  return undefined;
}

/** The first word of cells and pack outside its schema bounds, not a number or subnormal, as text. */
export function outOfBounds({ module, cells }: Bench): string | undefined {
  for (let cell = 0; cell < cells; cell++) {
    const found = findOutside(module, stateBounds, addresses.cells + cell * stateBytesPerCell);
    if (found) return `cell ${cell}: ${found}`;
  }
  return findOutside(module, packBounds, addresses.packOutput);
}

/** The same for the constants worked out from the parameters. */
export const derivedOutOfBounds = ({ module }: Bench): string | undefined =>
  findOutside(module, derivedBounds, addresses.derived);

/** Deterministic random numbers in [0, 1): Mulberry32. */
export type Random = () => number;
export function random(seed: number): Random {
  let a = seed | 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export const pick = <T>(rng: Random, from: readonly T[]): T => from[Math.floor(rng() * from.length)] as T;
export const between = (rng: Random, low: number, high: number): number => low + (high - low) * rng();
const logBetween = (rng: Random, low: number, high: number): number =>
  Math.exp(between(rng, Math.log(low), Math.log(high)));

/** A parameter set over the schema's full ranges: ends, log-uniform where the range is wide, else uniform. */
export function randomParameters(rng: Random): Values {
  return Object.fromEntries(
    parameters.map(({ name, min, max }) => {
      const kind = rng();
      if (kind < 0.08) return [name, min];
      if (kind < 0.16) return [name, max];
      if (min >= 0 && max > 100 * Math.max(min, max * 1e-9)) {
        const low = min > 0 ? min : max * 1e-9;
        return [name, Math.min(Math.max(logBetween(rng, low, max), min), max)];
      }
      return [name, between(rng, min, max)];
    }),
  ) as Values;
}

const HOSTILE = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  1e30,
  -1e30,
  3.4e38,
  1e-40,
  -1e-45,
  -0,
  0,
  1e-38,
  1e9,
  -1,
];
const HOSTILE_DT_S = [Number.NaN, 0, -0.1, 1e-9, 1e9, Number.POSITIVE_INFINITY, 1e-40, 0.0009, 10.01];

/**
 * A random walk of inputs that a bench sets before every step. `hostility` is the share of samples that are garbage;
 * the sane ones wander over the sensors' ranges, sometimes flip sign every step, and sometimes sit at an end.
 */
export function hostileInputs(bench: Bench, rng: Random, hostility: number): () => void {
  const limit = bench.module.parameter("sensor_maxCurrent_mA_cm2");
  let scale = logBetween(rng, 1e-6, limit);
  let flips = rng() < 0.2;
  let held = false;
  let dt = 0.1;
  let sign = 1;
  const now = { current: 0, voltage: 3.7, temperature: 25, pressure: 2, fixture: 2 };
  const garbled = (value: number): number => (rng() < hostility ? pick(rng, HOSTILE) : value);
  return () => {
    if (rng() < 0.01) {
      scale = logBetween(rng, 1e-12, limit);
      flips = rng() < 0.2;
      held = rng() < 0.4;
      dt = rng() < 0.3 ? 0.1 : logBetween(rng, 1e-3, 10);
      now.temperature = pick(rng, [-60, 200, between(rng, -60, 200), 25]);
      now.pressure = pick(rng, [0, 200, between(rng, 0, 20), between(rng, 0, 200)]);
      now.fixture = pick(rng, [Number.NaN, -1, 0, 200, between(rng, 0, 20)]);
      now.voltage = pick(rng, [-10, 10, 3.7]);
    }
    if (!held) now.current = between(rng, -1, 1) * scale;
    sign = flips ? -sign : 1;
    bench.setStep(
      rng() < hostility ? pick(rng, HOSTILE_DT_S) : dt,
      rng() < hostility ? pick(rng, HOSTILE) : between(rng, 0, 100),
    );
    for (let cell = 0; cell < bench.cells; cell++) {
      bench.set(
        {
          current_mA_cm2: garbled(sign * now.current),
          voltage_V: garbled(now.voltage + between(rng, -0.1, 0.1)),
          temperature_degC: garbled(now.temperature),
          stackPressure_MPa: garbled(now.pressure),
          fixturePressure_MPa: garbled(now.fixture),
          fresh: rng() < hostility ? Math.floor(between(rng, -1e9, 1e9)) : ALL_FRESH,
        },
        cell,
      );
    }
  };
}
