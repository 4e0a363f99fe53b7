/**
 * One small file per dialect, all of the same test, so that a clone without recorded traces tests every reader:
 * rest 0–20 s at 3.5 V, charge at 2 A from 20 s to 60 s, rest to 80 s, discharge at 1 A from 80 s to 120 s.
 * A row every 10 s, and one at the start of each step: 16 rows, 80 As of charge, 40 As of discharge.
 */
interface Row {
  readonly t: number;
  readonly stepTime: number;
  readonly step: number;
  readonly state: "R" | "C" | "D";
  readonly current: number;
  readonly voltage: number;
  /** Since the step began, As. */
  readonly stepCharge: number;
  readonly charge: number;
  readonly discharge: number;
}

const STEPS = [
  { state: "R", current: 0, from: 0, to: 20, voltage: 3.5 },
  { state: "C", current: 2, from: 20, to: 60, voltage: 3.6 },
  { state: "R", current: 0, from: 60, to: 80, voltage: 3.55 },
  { state: "D", current: -1, from: 80, to: 120, voltage: 3.45 },
] as const;

export const ROWS: readonly Row[] = STEPS.flatMap(({ state, current, from, to, voltage }, k) =>
  Array.from({ length: (to - from) / 10 + 1 }, (_, n) => ({
    t: from + 10 * n,
    stepTime: 10 * n,
    step: k + 1,
    state,
    current,
    voltage: Number((voltage + 0.001 * n * Math.sign(current)).toFixed(4)),
    stepCharge: Math.abs(current) * 10 * n,
    charge: k < 1 ? 0 : Math.min(from + 10 * n - 20, 40) * 2,
    discharge: k < 3 ? 0 : 10 * n,
  })),
);

export const EXPECTED = { rows: 16, span_s: 120, charge_Ah: 80 / 3600, discharge_Ah: 40 / 3600 };

const START = Date.UTC(2024, 4, 30, 12, 0, 0);
const iso = (t: number) => new Date(START + 1000 * t).toISOString().replace("T", " ").slice(0, 19);
const clock = (t: number) => iso(t).slice(11);
const hms = (t: number) =>
  `00:${String(Math.floor(t / 60)).padStart(2, "0")}:${String(t % 60).padStart(2, "0")}`;
const Ah = (As: number) => (As / 3600).toFixed(8);
const lines = (
  header: readonly string[],
  row: (r: Row, k: number) => readonly (string | number)[],
  delimiter: string,
) => [header.join(delimiter), ...ROWS.map((r, k) => row(r, k).join(delimiter))].join("\n");
const commaDecimals = (text: string) => text.replaceAll(/(\d)\.(\d)/g, "$1,$2");
const neware = { R: "Rest", C: "CC Chg", D: "CC DChg" };

function newareHierarchical(): string {
  const out = [
    "Cycle Index,Chg. Cap.(Ah),DChg. Cap.(Ah)",
    ",Step Index,Step Number,Step Type,Step Time",
    ",,DataPoint,Time,Total Time,Current(A),Voltage(V),Capacity(Ah),Date,T1(?)",
  ];
  ROWS.forEach((r, k) => {
    if (k === 0) out.push(`1,0.02,0.01,${r.step},${r.step},${neware[r.state]},00:00:20`);
    else if (r.stepTime === 0) out.push(`,${r.step},${r.step},${neware[r.state]},00:00:40`);
    out.push(
      `,,${k + 1},${hms(r.stepTime)},${hms(r.t)},${r.current},${r.voltage},${Ah(r.stepCharge)},${iso(r.t)},25.5`,
    );
  });
  return out.join("\n");
}

const MACCOR_A = [
  "Rec#",
  "Cyc#",
  "Step",
  "Test (Sec)",
  "Step (Sec)",
  "Amp-hr",
  "Amps",
  "Volts",
  "State",
  "ES",
  "DPt Time",
  "Aux #1",
  " Units",
];
const maccorA = (unsigned: boolean) =>
  `Today's Date 05/31/2024\tDate of Test:\t05/30/2024\n${lines(
    MACCOR_A,
    (r, k) => [
      ...[k + 1, 0, r.step, r.t.toFixed(4), r.stepTime.toFixed(4), Ah(r.stepCharge)],
      ...[
        unsigned ? Math.abs(r.current) : r.current,
        r.voltage,
        r.state,
        1,
        `05/30/2024 ${clock(r.t)}`,
        "-2501.71",
        " C  ",
      ],
    ],
    "\t",
  )}`;

const BIOLOGIC = [
  "mode",
  "Ns",
  "time/s",
  "control/V/mA",
  "Ewe/V",
  "I/mA",
  "(Q-Qo)/mA.h",
  "freq/Hz",
  "cycle number",
  "Temperature/\u00b0C",
  "",
];
const biologic = lines(
  BIOLOGIC,
  (r) => [
    1,
    r.step,
    (1000 + r.t).toExponential(6),
    99.5,
    r.voltage,
    1000 * r.current,
    (r.charge - r.discharge) / 3.6,
    "0.0",
    "1.0",
    25.5,
  ],
  "\t",
);

/** Dialect → file content. Strings are written as UTF-8. */
export const SAMPLES: Readonly<Record<string, string | Uint8Array>> = {
  "bdf-labels": lines(
    [
      "Test Time / s",
      "Voltage / V",
      "Current / A",
      "Unix Time / s",
      "Step Count / 1",
      "Charging Capacity / Ah",
      "Discharging Capacity / Ah",
      "Surface Pressure / Pa",
      "Surface Temperature / degC",
    ],
    (r) => [
      r.t,
      r.voltage,
      r.current,
      START / 1000 + r.t,
      r.step,
      Ah(r.charge),
      Ah(r.discharge),
      5e6 + r.t,
      25.5,
    ],
    ",",
  ),
  "bdf-machine-names": lines(
    ["test_time_millisecond", "voltage_volt", "current_ampere", "step_index", "cycle_dimensionless"],
    (r) => [1000 * r.t, r.voltage, r.current, r.step, 1],
    ",",
  ),
  "arbin-old": lines(
    [
      "Data_Point",
      "Test_Time",
      "DateTime",
      "Step_Time",
      "Step_Index",
      "Cycle_Index",
      "Current",
      "Voltage",
      "Charge_Capacity",
      "Discharge_Capacity",
      "Temperature",
    ],
    (r, k) => [
      k + 1,
      r.t,
      START / 1000 + r.t,
      r.stepTime,
      r.step,
      1,
      r.current,
      r.voltage,
      Ah(r.charge),
      Ah(r.discharge),
      25.5,
    ],
    ",",
  ).replaceAll("\n", "\r\n"),
  "arbin-mits": `\ufeff${lines(
    [
      "Data Point",
      "Date Time",
      "Test Time (s)",
      "Step Time (s)",
      "Cycle Index",
      "Step Index",
      "Current (A)",
      "Voltage (V)",
      "Charge Capacity (Ah)",
      "Discharge Capacity (Ah)",
      "dQ/dV (Ah/V)",
      "Aux_Temperature_1 (C)",
    ],
    (r, k) => [
      k + 1,
      `\t05/30/2024 ${clock(r.t)}.000`,
      r.t,
      r.stepTime,
      1,
      r.step,
      r.current,
      r.voltage,
      Ah(r.charge),
      Ah(r.discharge),
      "",
      25.5,
    ],
    ",",
  )}`,
  "arbin-batteryarchive": lines(
    [
      "Date_Time",
      "Test_Time (s)",
      "Cycle_Index",
      "Current (A)",
      "Voltage (V)",
      "Charge_Capacity (Ah)",
      "Discharge_Capacity (Ah)",
      "Environment_Temperature (C)",
      "Cell_Temperature (C)",
    ],
    (r) => [iso(r.t), r.t, "1.0", r.current, r.voltage, Ah(r.charge), Ah(r.discharge), "", ""],
    ",",
  ),
  "neware-flat": Buffer.from(
    lines(
      [
        "DataPoint",
        "Cycle Index",
        "Step Index",
        "Step Type",
        "Time",
        "Total Time",
        "Current(\u00b5A)",
        "Voltage(mV)",
        "Chg. Cap.(mAs)",
        "DChg. Cap.(mAs)",
        "Date",
        "",
      ],
      (r, k) => [
        ...[
          k + 1,
          1,
          r.step,
          neware[r.state],
          `${hms(r.stepTime)}.000`,
          `${hms(r.t)}.000`,
          1e6 * r.current,
          1000 * r.voltage,
        ],
        ...[
          r.state === "C" ? 1000 * r.stepCharge : 0,
          r.state === "D" ? 1000 * r.stepCharge : 0,
          `${iso(r.t)}.383`,
          "",
        ],
      ],
      ",",
    ),
    "latin1",
  ),
  "neware-hierarchical": newareHierarchical(),
  "biologic-preamble": Buffer.from(`EC-Lab ASCII FILE\nNb header lines : 4\n\n${biologic}`, "latin1"),
  "biologic-headerless": commaDecimals(biologic),
  "maccor-text-a": maccorA(true),
  "maccor-text-b": commaDecimals(
    `Name:\tcell\nSCap\t0.017\n\n${lines(
      [
        "Rec",
        "Cycle P",
        "Cycle C",
        "Step",
        "TestTime",
        "StepTime",
        "Cap. [Ah]",
        "Current [A]",
        "Voltage [V]",
        "Md",
        "DPT Time",
      ],
      (r, k) => [
        k + 1,
        0,
        1,
        r.step,
        (r.t / 60).toFixed(6),
        (r.stepTime / 60).toFixed(6),
        Ah(r.stepCharge),
        Math.abs(r.current).toFixed(8),
        r.voltage.toFixed(4),
        r.state,
        `30/05/2024 ${clock(r.t)}`,
      ],
      "\t",
    )}`,
  ),
  "maccor-csv": `Today's Date ,31-May-24\n${lines(
    [
      "Rec",
      "Cycle C",
      "Step",
      "Test Time (sec)",
      "Step Time (sec)",
      "Capacity",
      "Current",
      "Voltage",
      "DPT Time",
      "Temp 1",
    ],
    (r, k) => [
      k + 1,
      1,
      r.step,
      r.t.toFixed(4),
      r.stepTime.toFixed(4),
      Ah(r.stepCharge),
      Math.abs(r.current),
      r.voltage,
      `30-May-24 12:${clock(r.t).slice(3)} PM`,
      25.5,
    ],
    ",",
  )}`,
};

/** The signed variant of Maccor's text, as in `.034` files. */
export const MACCOR_SIGNED = maccorA(false);
