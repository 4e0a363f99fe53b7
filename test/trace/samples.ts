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

/** [Summary], [Protocol] and [Data] of a Novonix test. */
const NOVONIX = `[Summary]\nNovonix HPC data file\nStarted: 5/30/2024 12:00:00 PM\n[End Summary]\n[Protocol]\n   [0 Stop channel if voltage < 2.6900 V]\n[End Protocol]\n[Data]\n${lines(
  [
    "Date and Time",
    "Cycle Number",
    "Step Number",
    "Run Time (h)",
    " Step Time (h)",
    "Current (A)",
    "Potential (V)",
    "Capacity (Ah)",
    "Temperature (\u00b0C)",
    "Circuit Temperature (\u00b0C)",
  ],
  (r) => [
    `5/30/2024 12:${clock(r.t).slice(3)} PM`,
    1,
    r.step,
    (r.t / 3600).toFixed(7),
    (r.stepTime / 3600).toFixed(7),
    r.current.toFixed(10),
    r.voltage,
    Ah(r.charge - r.discharge),
    25.5,
    31.5,
  ],
  ",",
)}\n`;

/** The same test run a second time into the same file, as a resumed test is. */
export const NOVONIX_RESUMED = NOVONIX + NOVONIX;

/** 28 lines of keys and values, a block of results, 16 columns and a trailing comma. */
const pec = (time: (t: number) => string, timeUnit: string, milli: "" | "m") => {
  const keys = Array.from({ length: 28 }, (_, k) =>
    k === 3 ? "TestRegime Name:,sample" : `Key ${k}:,value`,
  );
  const factor = milli === "m" ? 1000 : 1;
  const records = lines(
    [
      "Test",
      "Cell",
      "Step",
      "Instruction Name",
      "Cycle",
      `Total Time (${timeUnit})`,
      "Step Time (Seconds)",
      "Real Time",
      `Voltage (${milli}V)`,
      `Current (${milli}A)`,
      "Charge Capacity (mAh)",
      "Discharge Capacity (mAh)",
      "ReasonCode",
      "Temp (\u00b0C)",
      "",
    ],
    (r) => [
      ...[1, 1, r.step, { R: "Idle", C: "I_chrg", D: "I_disch" }[r.state], 0, time(r.t), r.stepTime],
      ...[`05/30/2024 ${clock(r.t)}`, Number((factor * r.voltage).toFixed(4)), factor * r.current],
      ...[r.charge / 3.6, r.discharge / 3.6, 30, 25.5, ""],
    ],
    ",",
  );
  return `${keys.join("\n")}\nResults,Check\nCapacity (mAh),Passed\n22.2,True\n${records}`;
};

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
  novonix: NOVONIX,
  basytec: Buffer.from(
    `~Resultfile from Basytec Battery Test System\n~Start of Test: 30.05.2024 12:00:00\n~\n~${lines(
      [
        "Time[h]",
        "DataSet",
        "DateTime",
        "t-Step[h]",
        "Line",
        "Command",
        "U[V]",
        "I[A]",
        "Ah[Ah]",
        "Ah-Cyc-Charge",
        "Ah-Cyc-Discharge",
        "T1[\u00b0C]",
        "Cyc-Count",
        "State",
      ],
      (r, k) => [
        ...[r.t / 3600, k + 1, `30.05.2024 ${clock(r.t)}`, r.stepTime / 3600, r.step],
        ...[{ R: "Pause", C: "Charge", D: "Discharge" }[r.state], r.voltage, r.current],
        ...[Ah(r.charge - r.discharge), Ah(r.charge), Ah(r.discharge), 25.5, 1, 1],
      ],
      "\t",
    )}`,
    "latin1",
  ),
  landt: `${[
    "cell model:",
    "cell id: ",
    "test: ",
    "checkpoint: ",
    "Nominal capacity:Ah",
    "Nominal energy: Wh",
  ]
    .map((line) => line + ",".repeat(13))
    .join("\n")}\n${lines(
    [
      "channel_index",
      "cycle_index",
      "step_index",
      "date_time_iso_string",
      "test_time_s",
      "step_time_s",
      "current_A",
      "voltage_V",
      "discharge_capacity_Ah",
      "charge_capacity_Ah",
      "Pressure_Psi",
      "temperature_1_C",
      "temperature_2_C",
      "step_name",
    ],
    (r, k) => [
      ...[k + 1, 1, r.step, `05/30/2024 ${clock(r.t)}`, r.t.toFixed(3), r.stepTime.toFixed(3)],
      ...[r.current.toFixed(4), r.voltage, Ah(r.discharge), Ah(r.charge), 0, 0, 0],
      ...[{ R: "rest", C: "charge CC", D: "discharge CC" }[r.state], ""],
    ],
    ",",
  )}`,
  pec: pec((t) => `${hms(t)}.000`, "Hours in hh:mm:ss.xxx", ""),
  // Written after the column names that published readers look for; no recorded file was at hand.
  digatron: lines(
    [
      "Step",
      "Status",
      "Program Duration#s",
      "Step Duration#s",
      "Timestamp",
      "Current#A",
      "Voltage#V",
      "AhCha#Ah",
      "AhDch#Ah",
      "AhAccu#Ah",
      "T1#\u00b0C",
      "Cycle",
    ],
    (r) => [
      ...[r.step, { R: "PAU", C: "CHA", D: "DCH" }[r.state], r.t, r.stepTime, `2024-05-30 ${clock(r.t)}`],
      ...[r.current, r.voltage, Ah(r.charge), Ah(r.discharge), Ah(r.charge - r.discharge), 25.5, 1],
    ],
    ",",
  ).replace("\n", "\n,,s,s,,A,V,Ah,Ah,Ah,\u00b0C,\n"),
  "plain-csv": lines(
    ["Seconds", "Amps", "Volts", "State", "Step", "Cycle", "Ah"],
    (r) => [
      r.t.toFixed(1),
      r.current === 0 ? "-0.0" : r.current,
      r.voltage,
      r.state,
      r.step,
      "1.0",
      Ah(r.discharge),
    ],
    ",",
  ),
};

/** PEC's other units. */
export const PEC_SECONDS = pec((t) => t.toFixed(3), "Seconds", "m");

/** The signed variant of Maccor's text, as in `.034` files. */
export const MACCOR_SIGNED = maccorA(false);
