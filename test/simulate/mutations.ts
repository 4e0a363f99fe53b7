/**
 * What protects the cell in the firmware, each as an edit of the source that can be switched off at run time: the module
 * is compiled once, with all of them in it, and `mutate(n)` takes the n-th term out.
 */
import { existsSync, readFileSync } from "node:fs";
import { packageFile } from "../../host/root.js";
import { loadScenario, type Scenario, variantsOf } from "../../host/simulate/scenario.js";
import { compileAssembly } from "../assembly/compile.js";

export interface Mutation {
  readonly term: string;
  /** The scenario that must notice, `family/fault` where it stands for several. */
  readonly scenario: string;
  /** In that file of assembly/ a text that is there once, and what it becomes; OFF is true while the term is out. */
  readonly edits: readonly (readonly [file: string, from: string, to: string])[];
}

const limit = (term: string, scenario: string, from: string, to: string): Mutation => ({
  term,
  scenario,
  edits: [["limits.ts", from, to]],
});

const sensor = (term: string, fault: string, from: string, to: string): Mutation => ({
  term,
  scenario: `sensor-faults/${fault}`,
  edits: [["sensors.ts", from, to]],
});

/** Both places where a hard cap acts. */
const cap = (direction: "charge" | "discharge"): Mutation => ({
  term: `hard cap of ${direction}`,
  scenario: "low-caps",
  edits: [
    ["limits.ts", `const ${direction}Cap = `, `const ${direction}Cap = OFF ? UNBOUNDED : `],
    [
      "limits.ts",
      `bound, p.cap_${direction}_mA_cm2, dt)`,
      `bound, OFF ? UNBOUNDED : p.cap_${direction}_mA_cm2, dt)`,
    ],
  ],
});

const STRICTEST = {
  charge: "min<f32>(\n    min<f32>(min<f32>(ceiling, voltage), min<f32>(plating, crack))",
  discharge: "min<f32>(min<f32>(ceiling, voltage), min<f32>(vacancy, left))",
} as const;

/** All that binds one horizon. */
const horizons = (direction: "charge" | "discharge", scenario: string): Mutation[] =>
  ["now", "for 2 s", "for 10 s", "continuous"].map((name, horizon) =>
    limit(
      `${direction} limit ${name}`,
      scenario,
      STRICTEST[direction],
      `OFF && horizon == ${horizon} ? UNBOUNDED : ${STRICTEST[direction]}`,
    ),
  );

export const mutations: readonly Mutation[] = [
  limit(
    "plating on the electrolyte",
    "interlayer-pulses",
    "p.plating_seAllowed > 0.5",
    "OFF || p.plating_seAllowed > 0.5",
  ),
  limit(
    "room in the pores",
    "thin-pores",
    "= min<f32>(cell.divertedPore_mA_cm2, poreRoom * perHour)",
    "= min<f32>(cell.divertedPore_mA_cm2, OFF ? UNBOUNDED : poreRoom * perHour)",
  ),
  limit(
    "what the pores cost the collector",
    "without-margin",
    "cell.diversionLoss * viaPore",
    "(OFF ? 0.0 : cell.diversionLoss) * viaPore",
  ),
  limit(
    "the way past full pores",
    "without-margin",
    "const longer = FILLING",
    "const longer = (OFF ? (0.0 as f32) : FILLING)",
  ),
  limit(
    "crack index",
    "brittle-electrolyte",
    "const crack = max<f32>(",
    "const crack = OFF ? UNBOUNDED : max<f32>(",
  ),
  limit(
    "stack pressure while charging",
    "stiff-fixture",
    "const stack = max<f32>(",
    "const stack = OFF ? UNBOUNDED : max<f32>(",
  ),
  limit(
    "capacity",
    "full-and-empty",
    "const capacity = max<f32>(d.full",
    "const capacity = OFF ? UNBOUNDED : max<f32>(d.full",
  ),
  limit(
    "upper voltage limit",
    "voltage-window",
    "d.voltageMax_V - cell.voltage_V",
    "(OFF ? UNBOUNDED : d.voltageMax_V) - cell.voltage_V",
  ),
  limit(
    "lower voltage limit",
    "voltage-window",
    "cell.voltage_V - d.voltageMin_V",
    "cell.voltage_V + (OFF ? UNBOUNDED : -d.voltageMin_V)",
  ),
  limit(
    "hot end of the temperature table",
    "too-hot",
    "const hot = ramp(",
    "const hot = OFF ? (1.0 as f32) : ramp(",
  ),
  limit(
    "cold end of the temperature table, charge",
    "too-cold",
    "const warm = ramp(",
    "const warm = OFF ? (1.0 as f32) : ramp(",
  ),
  limit(
    "cold end of the temperature table, discharge",
    "too-cold",
    "const thawed = ramp(",
    "const thawed = OFF ? (1.0 as f32) : ramp(",
  ),
  limit("critical current", "worn-contact", "const byContact = ", "const byContact = OFF ? UNBOUNDED : "),
  limit(
    "contact in the critical current",
    "worn-contact",
    "cell.contact * cell.criticalPlating",
    "(OFF ? (1.0 as f32) : cell.contact) * cell.criticalPlating",
  ),
  limit(
    "creep intrusion",
    "pressed-short",
    "const byIntrusion = chargeCap",
    "const byIntrusion = OFF ? UNBOUNDED : chargeCap",
  ),
  cap("charge"),
  cap("discharge"),
  limit("vacancies", "foil-pulses", "const vacancy = ", "const vacancy = OFF ? UNBOUNDED : "),
  limit(
    "contact in the vacancy limit",
    "worn-contact",
    "cell.contact * p.strip_areaFactor",
    "(OFF ? (1.0 as f32) : cell.contact) * p.strip_areaFactor",
  ),
  limit("metal left", "full-and-empty", "const left = metal", "const left = OFF ? UNBOUNDED : metal"),
  ...horizons("charge", "interlayer-pulses"),
  ...horizons("discharge", "foil-pulses"),
  limit("start-up", "foil-pulses", "cell.settled < SETTLED", "!OFF && cell.settled < SETTLED"),
  limit(
    "safe state",
    "sensor-faults/current-dropout",
    "if (starting | faults)",
    "if (starting | (OFF ? 0 : faults))",
  ),
  limit(
    "slew rate up",
    "foil-pulses",
    "select<f32>(p.slew_up_mA_cm2_s * dt, 0.0, rises)",
    "select<f32>(OFF ? UNBOUNDED : p.slew_up_mA_cm2_s * dt, 0.0, rises)",
  ),
  {
    term: "the weakest cell",
    scenario: "uneven-pack",
    edits: [["pack.ts", "const stricter = load", "const stricter = !OFF && load"]],
  },
  sensor(
    "silent current sensor",
    "current-dropout",
    "const currentStale = staleBit(",
    "const currentStale = OFF ? 0 : staleBit(",
  ),
  sensor(
    "silent voltage sensor",
    "voltage-dropout",
    "staleBit(Fault.voltage,",
    "staleBit(OFF ? 0 : Fault.voltage,",
  ),
  sensor(
    "silent temperature sensor",
    "temperature-dropout",
    "staleBit(Fault.temperature,",
    "staleBit(OFF ? 0 : Fault.temperature,",
  ),
  sensor(
    "silent pressure sensor",
    "pressure-dropout",
    "staleBit(Fault.pressure,",
    "staleBit(OFF ? 0 : Fault.pressure,",
  ),
  sensor(
    "range of the current",
    "current-range",
    "i32(abs<f32>(sample) <= most)",
    "i32(OFF || abs<f32>(sample) <= most)",
  ),
  sensor(
    "range of temperature and pressure",
    "temperature-range",
    "i32(sample >= low) & i32(sample <= high)",
    "(OFF ? 1 : i32(sample >= low) & i32(sample <= high))",
  ),
  sensor(
    "a voltage the model contradicts",
    "voltage-stuck",
    "select<i32>(Fault.voltage, 0, cell.",
    "select<i32>(OFF ? 0 : Fault.voltage, 0, cell.",
  ),
  sensor(
    "a pressure the model contradicts",
    "pressure-bias+2",
    "select<i32>(Fault.pressure, 0, abs",
    "select<i32>(OFF ? 0 : Fault.pressure, 0, abs",
  ),
  {
    term: "pressure for the demand",
    scenario: "high-rate-strip",
    edits: [["setpoint.ts", "const wanted = snap(", "const wanted = OFF ? (0.0 as f32) : snap("]],
  },
  {
    term: "upper end of the pressure window",
    scenario: "high-rate-strip",
    edits: [
      [
        "setpoint.ts",
        "return max<f32>(p.pressure_max_MPa",
        "return OFF ? (100.0 as f32) : max<f32>(p.pressure_max_MPa",
      ],
      [
        "setpoint.ts",
        "return min<f32>(max<f32>(onset",
        "return OFF ? (100.0 as f32) : min<f32>(max<f32>(onset",
      ],
    ],
  },
  {
    term: "lower end of the pressure window",
    scenario: "low-demand",
    edits: [
      [
        "setpoint.ts",
        "const least = p.pressure_min_MPa",
        "const least = OFF ? (0.0 as f32) : p.pressure_min_MPa",
      ],
      [
        "actuator.ts",
        "clamp(followed, p.pressure_min_MPa,",
        "clamp(followed, OFF ? (0.0 as f32) : p.pressure_min_MPa,",
      ],
    ],
  },
  {
    term: "the actuator stays while blind",
    scenario: "strip-faults/pressure-bias+2",
    edits: [["actuator.ts", "const blind = pack.faults &", "const blind = OFF ? 0 : pack.faults &"]],
  },
];

/** What `Mutation.scenario` names: a shipped scenario, or one of those beside this file that end at one term. */
export function scenarioOf(name: string): Scenario {
  const [family] = name.split("/") as [string];
  const own = packageFile("test", "simulate", "scenarios", `${family}.json`);
  const found = variantsOf(loadScenario(existsSync(own) ? own : family)).find(
    (variant) => variant.name === name,
  );
  if (!found) throw new Error(`expected ${name} among what ${family} stands for`);
  return found;
}

/** The firmware with all mutations in it, none of them on. */
export async function compileMutants(): Promise<Uint8Array> {
  const changed = new Map([
    [
      "assembly/mutation.ts",
      "let off: i32 = 0;\nexport function mutate(n: i32): void { off = n; }\nexport function isOff(n: i32): bool { return off == n; }\n",
    ],
  ]);
  const source = (file: string): string =>
    changed.get(`assembly/${file}`) ??
    `import { isOff } from "./mutation";\n${readFileSync(packageFile("assembly", file), "utf8")}`;
  for (const [n, { term, edits }] of mutations.entries()) {
    for (const [file, from, to] of edits) {
      const text = source(file);
      const found = text.split(from).length - 1;
      if (found !== 1)
        throw new Error(
          `${term}: expected ${JSON.stringify(from)} once in assembly/${file}, found it ${found} times`,
        );
      changed.set(`assembly/${file}`, text.replace(from, to.replaceAll("OFF", `isOff(${n + 1})`)));
    }
  }
  changed.set(
    "assembly/index.ts",
    `export { mutate } from "./mutation";\n${readFileSync(packageFile("assembly", "index.ts"), "utf8")}`,
  );
  return compileAssembly("assembly/index.ts", changed);
}
