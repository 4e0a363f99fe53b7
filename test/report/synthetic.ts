/** A made-up but lifelike replay: cycles with rests, a warm-up, limits that bind for several reasons, broken at times. */
import type { Profile } from "../../host/profiles/profile.js";
import type { Provenance } from "../../host/profiles/provenance.js";
import type { ReplayChunk, ReplayColumn, ReplayVerdict, Violation } from "../../host/replay/types.js";
import type { ReportInput } from "../../host/report/html.js";
import { SeriesCollector } from "../../host/report/series.js";
import { type ReasonName, reasons } from "../../host/schema/codes.js";
import { parameters } from "../../host/schema/parameters.js";
import { cellOutputFields } from "../../host/schema/records.js";

export interface SyntheticOptions {
  readonly steps: number;
  readonly dt_s?: number;
  readonly cells?: number;
  readonly chunk?: number;
  readonly voltage?: boolean;
  /** Scales the current: 1 breaks limits at times, 0.3 never. */
  readonly load?: number;
}

const reasonCode = (name: ReasonName): number => reasons.findIndex((reason) => reason.name === name);

const columnNames: readonly ReplayColumn[] = [
  "current_mA_cm2",
  "voltage_V",
  "temperature_degC",
  ...cellOutputFields.map(({ name }) => name),
];

export const emptyChunk = (steps: number, cell = 0): ReplayChunk => ({
  cell,
  steps,
  time_s: new Float64Array(steps),
  columns: Object.fromEntries(
    columnNames.map((name) => [
      name,
      cellOutputFields.some((field) => field.name === name && field.type === "i32")
        ? new Int32Array(steps)
        : new Float32Array(steps),
    ]),
  ) as ReplayChunk["columns"],
});

/** Deterministic noise in −1 … 1 from a step number (a hash, so that chunks do not matter). */
function noise(step: number): number {
  let x = Math.imul(step ^ 0x9e3779b9, 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return ((x ^ (x >>> 16)) >>> 0) / 2 ** 31 - 1;
}

const CHARGE_s = 5400;
const REST_s = 900;
const CYCLE_s = 2 * (CHARGE_s + REST_s);

/** Chunks of every cell in turn, as a replay streams them: arrays are reused. */
export function* syntheticChunks(options: SyntheticOptions): Generator<ReplayChunk> {
  const { steps, dt_s = 0.1, cells = 1, chunk: size = 4096, voltage = true, load = 1 } = options;
  const states = Array.from({ length: cells }, () => ({ se: 0.02, pore: 0.1, cc: 0.2, void: 0, se_MPa: 0 }));
  const buffers = Array.from({ length: cells }, (_, cell) => emptyChunk(Math.min(size, steps), cell));
  for (let at = 0; at < steps; at += size) {
    const count = Math.min(size, steps - at);
    for (let cell = 0; cell < cells; cell++) {
      const buffer = buffers[cell] as ReplayChunk;
      const out = buffer.columns;
      const state = states[cell] as (typeof states)[number];
      for (let i = 0; i < count; i++) {
        const step = at + i;
        const t = step * dt_s;
        const cycle = Math.floor(t / CYCLE_s);
        const phase = t % CYCLE_s;
        const temperature = 60 - 25 * Math.exp(-t / 9000) + 2 * Math.sin(t / 4000) + 0.05 * noise(step);
        const charging = phase < CHARGE_s;
        const discharging = phase >= CHARGE_s + REST_s && phase < CYCLE_s - REST_s;
        const rate = load * (2.2 + 0.5 * ((cycle * 3) % 4)) * (1 + 0.05 * cell);
        const taper = charging && phase > 4200 ? Math.exp(-(phase - 4200) / 700) : 1;
        const pulse = discharging && phase % 300 < 20 ? 1.7 : 1;
        let current = charging ? rate * taper : discharging ? -rate * 0.92 * pulse : 0;
        if (current !== 0) current += 0.004 * noise(step + 7);
        const metal = state.se + state.pore + state.cc;
        if (current < 0 && metal < 0.15) current = 0;

        const warm = 4.2 * Math.exp((temperature - 60) / 18);
        const room = Math.max(0, 5.2 - metal) * 2.5;
        const charge = Math.min(warm, room, 5);
        const chargeReason = charge === warm ? "platingSe" : charge === room ? "capacity" : "none";
        const contact = Math.exp(-state.void / 1.6);
        const vacancy = 4.6 * contact * Math.exp((temperature - 60) / 30);
        const left = Math.max(0, metal - 0.1) * 6;
        const discharge = Math.min(vacancy, left, 5);
        const dischargeReason = discharge === vacancy ? "vacancy" : discharge === left ? "metalLeft" : "none";

        const dq = (current * dt_s) / 3600;
        if (dq > 0) {
          const toSe = current > charge ? 0.3 : 0.004;
          const toPore = 0.25 * Math.exp(-state.pore / 0.9);
          state.se += dq * toSe;
          state.pore += dq * toPore;
          state.cc += dq * (1 - toSe - toPore);
          state.void *= 1 - 3e-4 * dt_s;
        } else if (dq < 0) {
          const total = Math.max(1e-6, metal);
          state.se += (dq * state.se) / total;
          state.pore += (dq * state.pore) / total;
          state.cc += (dq * state.cc) / total;
          state.void += Math.max(0, -current - 0.75 * vacancy) * 4e-4 * dt_s;
        } else state.void *= 1 - 1e-4 * dt_s;
        const pull = Math.max(0, current) * (current > charge ? 9 : 1.2);
        state.se_MPa += (pull - state.se_MPa) * Math.min(1, dt_s / 120);
        const stack = 2 + 0.35 * (state.se + state.cc) + 0.005 * noise(step + 3);

        buffer.time_s[i] = (step + 1) * dt_s;
        out.current_mA_cm2[i] = current;
        out.voltage_V[i] = voltage
          ? 3.55 + 0.12 * metal + 0.035 * current + 0.0005 * noise(step + 1)
          : Number.NaN;
        out.temperature_degC[i] = temperature;
        out.chargeLimit_mA_cm2[i] = Math.min(5, charge * 1.35);
        out.chargeLimit2s_mA_cm2[i] = Math.min(5, charge * 1.25);
        out.chargeLimit10s_mA_cm2[i] = Math.min(5, charge * 1.12);
        out.chargeLimitContinuous_mA_cm2[i] = charge;
        out.dischargeLimit_mA_cm2[i] = Math.min(5, discharge * 1.3);
        out.dischargeLimit2s_mA_cm2[i] = Math.min(5, discharge * 1.2);
        out.dischargeLimit10s_mA_cm2[i] = Math.min(5, discharge * 1.1);
        out.dischargeLimitContinuous_mA_cm2[i] = discharge;
        out.chargeReasons[i] = reasonCode(chargeReason) * 0x01010101;
        out.dischargeReasons[i] = reasonCode(dischargeReason) * 0x01010101;
        out.pressureSetpoint_MPa[i] = 2 + 0.3 * Math.abs(current);
        out.pressureReason[i] = reasonCode("vacancy");
        out.seCharge_mAh_cm2[i] = state.se;
        out.poreCharge_mAh_cm2[i] = state.pore;
        out.ccCharge_mAh_cm2[i] = state.cc;
        out.seCurrent_mA_cm2[i] = current > charge ? current * 0.3 : 0;
        out.overpotential_mV[i] = 6 * current;
        out.supersaturation[i] = current < 0 ? Math.min(1.4, -current / Math.max(0.5, vacancy)) : 0;
        out.void_um[i] = state.void;
        out.contact[i] = contact;
        out.interfaceResistance_ohm_cm2[i] = 5 / contact;
        out.sePressure_MPa[i] = state.se_MPa;
        out.crackIndex[i] = state.se_MPa / 38;
        out.stackPressure_MPa[i] = stack;
        out.intrusion[i] = t * 2e-8;
        out.soluteCcShare[i] = 1 - Math.exp(-t / 40_000);
      }
      yield count === buffer.time_s.length ? buffer : { ...buffer, steps: count };
    }
  }
}

/** Violations of the instantaneous limits in the chunks of the last cell, which carries most. */
class ViolationFinder {
  readonly found: Violation[] = [];
  #open: { from_s: number; kind: Violation["kind"]; reason: ReasonName; excess: number } | undefined;

  step(chunk: ReplayChunk, i: number, dt_s: number): void {
    const { columns, cell, time_s } = chunk;
    const current = columns.current_mA_cm2[i] as number;
    const kind = current > 0 ? "charge" : "discharge";
    const limit = columns[current > 0 ? "chargeLimit_mA_cm2" : "dischargeLimit_mA_cm2"][i] as number;
    const excess = Math.abs(current) - limit;
    const now_s = (time_s[i] as number) - dt_s;
    if (this.#open && (excess <= 0 || this.#open.kind !== kind)) this.close(now_s, cell);
    if (excess <= 0) return;
    const code = (columns[kind === "charge" ? "chargeReasons" : "dischargeReasons"][i] as number) & 0xff;
    const reason = (reasons[code] as (typeof reasons)[number]).name;
    if (!this.#open) this.#open = { from_s: now_s, kind, reason, excess };
    else if (excess > this.#open.excess) Object.assign(this.#open, { excess, reason });
  }

  close(to_s: number, cell: number): void {
    if (!this.#open) return;
    const { excess, ...rest } = this.#open;
    this.found.push({ ...rest, to_s, excess_mA_cm2: excess, cell });
    this.#open = undefined;
  }
}

export const syntheticProfile = (): Profile => {
  const provenance = (i: number): Provenance =>
    i % 3 === 0
      ? { kind: "published", source: "Kim & Li, Energy Material Advances 2021, table 2", grade: "A" }
      : i % 3 === 1
        ? { kind: "fitted", case: "E3 rate steps at 60 °C" }
        : { kind: "assumed", range: [0.1, 10], why: "order of magnitude of comparable interlayers" };
  return {
    id: "li-agc-argyrodite",
    title: "Ag–C interlayer on Li₆PS₅Cl",
    metal: "Li",
    system: "Ag–C nanocomposite, argyrodite electrolyte, steel collector",
    reference: "Lee et al., Nature Energy 5 (2020) 299",
    notes: ["Made up for tests."],
    values: Object.fromEntries(
      parameters.map(({ name, min, max }) => [
        name,
        name === "metal_molarVolume_cm3_mol" ? 13.008 : min + (max - min) / 7,
      ]),
    ) as Profile["values"],
    provenance: Object.fromEntries(
      parameters.map(({ name }, i) => [name, provenance(i)]),
    ) as Profile["provenance"],
    hash: "5e".repeat(32),
  };
};

/** Everything a report needs, from a synthetic replay. */
export function syntheticReport(
  options: SyntheticOptions,
  path = "lab/cycler 3/C0412_60degC.csv",
): ReportInput {
  const { steps, dt_s = 0.1, cells = 1 } = options;
  const collector = new SeriesCollector(dt_s, cells);
  const finder = new ViolationFinder();
  const binding_s: Record<"charge" | "discharge", Partial<Record<ReasonName, number>>> = {
    charge: {},
    discharge: {},
  };
  let charge = 0;
  let discharge = 0;
  let sites = { se: 0, pore: 0, cc: 0 };
  for (const chunk of syntheticChunks(options)) {
    collector.add(chunk);
    const { columns } = chunk;
    for (let i = 0; i < chunk.steps; i++) {
      if (chunk.cell === cells - 1) finder.step(chunk, i, dt_s);
      if (chunk.cell > 0) continue;
      const moved = ((columns.current_mA_cm2[i] as number) * dt_s) / 3600;
      if (moved > 0) charge += moved;
      else discharge -= moved;
      for (const direction of ["charge", "discharge"] as const) {
        const code = (columns[`${direction}Reasons`][i] as number) >>> 24;
        const { name } = reasons[code] as (typeof reasons)[number];
        binding_s[direction][name] = (binding_s[direction][name] ?? 0) + dt_s;
      }
    }
    const last = chunk.steps - 1;
    sites = {
      se: columns.seCharge_mAh_cm2[last] as number,
      pore: columns.poreCharge_mAh_cm2[last] as number,
      cc: columns.ccCharge_mAh_cm2[last] as number,
    };
  }
  finder.close(steps * dt_s, cells - 1);
  const series = collector.finish();
  const extreme = (of: (extents: (typeof series)[number]["extents"]) => number, pick: typeof Math.max) =>
    pick(...series.map(({ extents }) => of(extents)));
  const verdict: ReplayVerdict = {
    trace: path,
    format: "arbin-mits",
    rows: Math.max(1, Math.round(steps / 10)),
    steps,
    dt_s,
    profile: "li-agc-argyrodite",
    target: "v8",
    cells,
    charge_mAh_cm2: charge,
    discharge_mAh_cm2: discharge,
    sites,
    worst: {
      poreRisk: extreme(({ supersaturation }) => supersaturation.high, Math.max),
      contact: extreme(({ contact }) => contact.low, Math.min),
      crackIndex: extreme(({ crackIndex }) => crackIndex.high, Math.max),
      stackPressure_MPa: extreme(({ stackPressure_MPa }) => stackPressure_MPa.high, Math.max),
      void_um: extreme(({ void_um }) => void_um.high, Math.max),
      sePressure_MPa: extreme(({ sePressure_MPa }) => sePressure_MPa.high, Math.max),
      intrusion: extreme(({ intrusion }) => intrusion.high, Math.max),
    },
    violations: finder.found,
    binding_s,
    notes: ["area 1.96 cm² as given", "no pressure was recorded: the model's own stack pressure is used"],
    stepsPerSecond: 812_345,
  };
  return {
    verdict,
    series,
    trace: {
      path,
      sha256: "ab".repeat(32),
      format: "arbin",
      dialect: "arbin-mits",
      evidence: [
        'time in s: header "Test Time (s)"',
        'current in A, charge positive: header "Current (A)", voltage rises while it is positive',
        "decimal point: 41,302 numbers with one",
      ],
      rowsRead: verdict.rows + 3,
      rows: verdict.rows,
      sourceColumns: ["Test Time (s)", "Current (A)", "Voltage (V)"],
      events: [
        { type: "duplicate-time", line: 812, detail: "same time as the row before, 3.1 s" },
        { type: "gap", line: 40_112, detail: "602 s without a row" },
      ],
      warnings: ["cycle count is 2π on every row: ignored"],
      dropped: [{ rule: "no current", count: 3 }],
    },
    profile: syntheticProfile(),
    run: {
      tracePath: path,
      traceSha256: "ab".repeat(32),
      profileId: "li-agc-argyrodite",
      profileHash: "5e".repeat(32),
      moduleHash: "c0".repeat(32),
      dt_s,
      area_cm2: 1.96,
      betaguardVersion: "0.1.0",
    },
  };
}
