/**
 * What the reduced and the full models are driven with: currents, temperatures and pressures as steps, pulses,
 * sinusoids, ramps, a drive of our own making and recorded currents. Every input is held for `hold_s`, so that both
 * models see the same.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Resampler, stepChunk } from "../replay/resample.js";
import type { ParameterName } from "../schema/parameters.js";
import { readTrace } from "../trace/index.js";

export interface DriveInput {
  readonly current_mA_cm2: number;
  readonly temperature_degC: number;
  readonly fixture_MPa: number;
}

export interface Drive {
  readonly name: string;
  readonly profile: string;
  /** Which reductions the drive exercises. */
  readonly models: readonly ("vacancy" | "stress" | "plating")[];
  readonly dt_s: number;
  /** How long an input stays; a multiple of the module's step. */
  readonly hold_s: number;
  readonly duration_s: number;
  readonly at: (time_s: number) => DriveInput;
  /** Parameters of the profile set otherwise for this drive. */
  readonly parameters?: Partial<Record<ParameterName, number>>;
  /** Part of the quick run. */
  readonly quick?: boolean;
}

/** A shipped profile with currents that matter to it. */
interface System {
  readonly profile: string;
  readonly models: Drive["models"];
  /** About the stripping current its vacancies sustain, and a usual plating current. */
  readonly strip_mA_cm2: number;
  readonly plate_mA_cm2: number;
  readonly temperature_degC: number;
  readonly fixture_MPa: number;
  /** Time in which its slab answers; sets how long a drive lasts. */
  readonly slab_s: number;
  readonly parameters?: Drive["parameters"];
}

const bare: Drive["models"] = ["vacancy", "stress"];
const SYSTEMS: readonly System[] = [
  {
    profile: "li-bare-argyrodite",
    models: bare,
    strip_mA_cm2: 0.5,
    plate_mA_cm2: 0.5,
    temperature_degC: 25,
    fixture_MPa: 5,
    slab_s: 3000,
  },
  {
    profile: "na-bare",
    models: bare,
    strip_mA_cm2: 1.4,
    plate_mA_cm2: 1,
    temperature_degC: 25,
    fixture_MPa: 5,
    slab_s: 800,
  },
  {
    profile: "li-mg",
    models: bare,
    strip_mA_cm2: 9.6,
    plate_mA_cm2: 1,
    temperature_degC: 60,
    fixture_MPa: 2,
    slab_s: 20_000,
    // Its foil would be gone before the slab has answered.
    parameters: { cell_initialMetal_mAh_cm2: 100 },
  },
];

/** Every drive but the recorded ones. */
export function drives(): Drive[] {
  return [...SYSTEMS.flatMap(bareDrives), ...exhaustionDrives(), ...interlayerDrives()];
}

/** Evidence E1 as it was computed: the alloy's slab alone, flat, until its surface is exhausted. */
function exhaustionDrives(): Drive[] {
  const alone = {
    strip_areaFactor: 1,
    vacancy_currentLimit_mA_cm2: 1e-6,
    creep_currentLimit_mA_cm2: 0,
    contact_initial: 1,
    cell_initialMetal_mAh_cm2: 10,
  };
  return [0.01, 0.1].map((current) => ({
    name: `E1: alloy slab at ${current} mA/cm² until its surface is exhausted`,
    profile: "li-mg",
    models: ["vacancy"],
    dt_s: 0.1 / current,
    hold_s: 1 / current,
    duration_s: current < 0.05 ? 1.04e6 : 4.56e4,
    at: () => ({ current_mA_cm2: -current, temperature_degC: 25, fixture_MPa: 2 }),
    parameters: alone,
  }));
}

function bareDrives(system: System): Drive[] {
  const { profile, models, strip_mA_cm2: strip, plate_mA_cm2: plate, slab_s } = system;
  const { temperature_degC, fixture_MPa } = system;
  const quick = profile === "li-bare-argyrodite";
  const { parameters = {} } = system;
  const common = { profile, models, parameters, dt_s: 0.1, hold_s: 1 };
  // A slow slab is looked at less often.
  const slow = slab_s > 10_000 ? { hold_s: 10 } : {};
  const held = (current: (time_s: number) => number) => (time_s: number) => ({
    current_mA_cm2: current(time_s),
    temperature_degC,
    fixture_MPa,
  });
  // Twice the limit nucleates within a tenth of the slab's time, 1.3 times within half of it.
  const step = (factor: number, share: number): Drive => ({
    ...common,
    ...slow,
    name: `stripping step, ${factor} × limit`,
    duration_s: share * slab_s,
    at: held(() => -factor * strip),
  });
  return [
    { ...step(1.3, 1), quick },
    { ...step(2, 0.3), quick },
    { ...step(5, 0.05), hold_s: 1 },
    {
      ...common,
      ...slow,
      name: "pulses, 30 s stripping and 30 s rest",
      duration_s: 0.3 * slab_s,
      at: held((t) => (t % 60 < 30 ? -1.5 * strip : 0)),
      quick,
    },
    ...[60, 600].map(
      (period): Drive => ({
        ...common,
        name: `sinusoid of ${period} s on a stripping current`,
        duration_s: Math.max(0.5 * slab_s, 3 * period),
        at: held((t) => -strip * (0.5 + 0.8 * Math.sin((2 * Math.PI * t) / period))),
      }),
    ),
    {
      ...common,
      name: "temperature ramp 25 → 60 °C, stripping",
      duration_s: 1800,
      at: (t) => ({
        current_mA_cm2: -0.7 * strip,
        temperature_degC: 25 + Math.min((35 * t) / 1500, 35),
        fixture_MPa,
      }),
    },
    {
      ...common,
      name: "pressure ramp 2 → 8 → 2 MPa, stripping",
      duration_s: 1800,
      at: (t) => ({
        current_mA_cm2: -0.3 * strip,
        temperature_degC,
        fixture_MPa: 8 - 6 * Math.min(Math.abs(t - 900) / 700, 1),
      }),
    },
    {
      ...common,
      models: ["stress"],
      name: "plating steps",
      dt_s: 0.1,
      hold_s: 0.1,
      duration_s: 60,
      at: held((t) => plate * ([0.1, 1, 0.3, 2, 0, 0.5][Math.floor(t / 10)] as number)),
      quick,
    },
    {
      ...common,
      models: ["stress"],
      name: "plating sinusoid of 20 s",
      dt_s: 0.1,
      hold_s: 0.1,
      duration_s: 60,
      at: held((t) => plate * Math.sin((2 * Math.PI * t) / 20)),
    },
    {
      ...common,
      name: "drive with recuperation",
      duration_s: 1800,
      at: held((t) => -strip * driveCycle(t)),
      quick,
    },
  ];
}

function interlayerDrives(): Drive[] {
  const common = {
    profile: "li-agc-argyrodite",
    models: ["plating", "stress"],
    dt_s: 0.1,
    hold_s: 1,
  } as const;
  const at =
    (current: (t: number) => number, temperature_degC = 60, fixture_MPa = 2) =>
    (t: number) => ({
      current_mA_cm2: current(t),
      temperature_degC,
      fixture_MPa,
    });
  const full = (j: number): number => (6.8 / j) * 3600;
  return [
    {
      ...common,
      name: "charge 3.4 mA/cm² and discharge, 60 °C",
      duration_s: 2 * full(3.4),
      at: at((t) => (t < full(3.4) ? 3.4 : -3.2)),
    },
    {
      ...common,
      name: "charge steps 0.5 … 6 mA/cm², 60 °C",
      duration_s: 3000,
      at: at(chargeSteps),
      quick: true,
    },
    {
      ...common,
      name: "charge 1 mA/cm² past the onset at the electrolyte, 25 °C",
      duration_s: 3600,
      at: at(() => 1, 25),
    },
    {
      ...common,
      name: "sinusoid of 300 s around 2 mA/cm², 60 °C",
      duration_s: 3600,
      at: at((t) => 2 + 3 * Math.sin((2 * Math.PI * t) / 300)),
    },
    {
      ...common,
      name: "pulses of 4 mA/cm², 10 s on, 20 s off, 60 °C",
      duration_s: 1800,
      at: at((t) => (t % 30 < 10 ? 4 : 0)),
    },
    {
      ...common,
      name: "temperature ramp 60 → 25 °C, charging",
      duration_s: 2700,
      at: (t) => ({
        current_mA_cm2: 1.5,
        temperature_degC: 60 - Math.min((35 * t) / 2400, 35),
        fixture_MPa: 2,
      }),
    },
    {
      ...common,
      name: "pressure ramp 2 → 5 → 2 MPa, charging",
      duration_s: 1800,
      at: (t) => ({
        current_mA_cm2: 3,
        temperature_degC: 60,
        fixture_MPa: 5 - 3 * Math.min(Math.abs(t - 900) / 700, 1),
      }),
    },
    {
      ...common,
      name: "charge, then a drive with recuperation",
      duration_s: 4500,
      at: at((t) => (t < 2700 ? 3.4 : -3 * driveCycle(t - 2700))),
    },
  ];
}

const chargeSteps = (time_s: number): number => [0.5, 1, 2, 3.4, 5, 6][Math.floor(time_s / 500)] as number;

/**
 * Current of a made-up drive over its largest, discharge positive: starts and stops of one to two minutes, each an
 * acceleration, a cruise that wavers, and a braking that charges. Incommensurate sines, so it does not repeat itself.
 */
function driveCycle(time_s: number): number {
  const trip = time_s % 97;
  const vigour = 0.6 + 0.4 * Math.sin(0.31 * Math.floor(time_s / 97));
  if (trip < 12) return vigour;
  if (trip < 70) return vigour * (0.35 + 0.15 * Math.sin(0.23 * time_s) + 0.1 * Math.sin(1.07 * time_s));
  if (trip < 82) return -0.5 * vigour;
  return 0;
}

/** Recorded currents that are scaled to cells: file, part of it, and the largest current it is scaled to. */
const RECORDED = [
  { file: "arbin/toolkit_arbin_example.csv", profile: "li-bare-argyrodite", largest_mA_cm2: 1, quick: true },
  {
    file: "biologic/empa_Li-LLZO_MB_PEIS.mpt",
    profile: "li-bare-argyrodite",
    largest_mA_cm2: 0.6,
    quick: false,
  },
  { file: "neware/ife_hierarchical_export.csv", profile: "na-bare", largest_mA_cm2: 1.5, quick: false },
  { file: "maccor/beep_PreDiag_000229.034", profile: "li-agc-argyrodite", largest_mA_cm2: 3.4, quick: false },
] as const;

/** The largest recorded rate drives this much of a recording. */
const RECORDED_s = 3600;
const QUICK_RECORDED_s = 900;

/** Drives from the recordings found in `directory`; `note` is told of those that are not there. */
export async function recordedDrives(
  directory: string,
  quick: boolean,
  note: (text: string) => void,
): Promise<Drive[]> {
  const found: Drive[] = [];
  for (const { file, profile, largest_mA_cm2, ...recorded } of RECORDED) {
    if (quick && !recorded.quick) continue;
    const path = join(directory, file);
    if (!existsSync(path)) {
      note(`recorded trace absent: ${file}`);
      continue;
    }
    const system = SYSTEMS.find((candidate) => candidate.profile === profile);
    const trace = await readTrace(path);
    const { current_A } = trace.columns;
    const largest_A = current_A.reduce((most, current) => Math.max(most, Math.abs(current)), 0);
    const from_s = busiest(trace.columns.time_s, current_A, RECORDED_s);
    const duration_s = quick ? QUICK_RECORDED_s : RECORDED_s;
    const resampler = new Resampler(trace, {
      area_cm2: (1000 * largest_A) / largest_mA_cm2,
      dt_s: 1,
      from_s,
      to_s: from_s + duration_s,
    });
    const chunk = stepChunk(resampler.steps);
    resampler.fill(chunk, resampler.steps);
    found.push({
      name: `recorded current, ${file}`,
      profile,
      models: system?.models ?? ["plating", "stress"],
      dt_s: 0.1,
      hold_s: 1,
      duration_s: resampler.steps,
      at: (time_s) => ({
        current_mA_cm2: chunk.current_mA_cm2[Math.round(time_s)] as number,
        temperature_degC: system?.temperature_degC ?? 60,
        fixture_MPa: system?.fixture_MPa ?? 2,
      }),
    });
  }
  return found;
}

/** Start of the window of that length in which most charge passes, whatever its sign. */
function busiest(time_s: Float64Array, current_A: Float64Array, window_s: number): number {
  const passed = new Float64Array(time_s.length);
  for (let k = 1; k < time_s.length; k++) {
    const length = Math.min(Math.max((time_s[k] as number) - (time_s[k - 1] as number), 0), 60);
    passed[k] = (passed[k - 1] as number) + Math.abs(current_A[k] as number) * length;
  }
  let [best, most] = [0, -1];
  for (let from = 0, to = 0; from < time_s.length; from++) {
    while (to + 1 < time_s.length && (time_s[to] as number) < (time_s[from] as number) + window_s) to++;
    const charge = (passed[to] as number) - (passed[from] as number);
    if (charge > most) [best, most] = [from, charge];
  }
  return time_s[best] as number;
}
