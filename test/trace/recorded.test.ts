/** Every recorded file: read to values worked out without this code, or refused with a code. */
import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { inspectTrace, readTrace } from "../../host/trace/index.js";
import { codeOf, describeRecorded, recordedPath } from "./files.js";

/** Dialect, or the code of the refusal. */
const OUTCOMES: Readonly<Record<string, string>> = {
  "bdf/sample.bdf.csv": "bdf-labels",
  "bdf/legacy_ms.bdf.parquet": "bdf-machine-names",
  "bdf/SINTEF_LiGr_Landt.bdf.csv": "bdf-machine-names",
  // Time 3600 times too long, no wall clock and no counter that could tell 60 from 1000 from 3600.
  "bdf/DLR_LiLNMO_POCV_Basytec.bdf.csv": "E_TRACE_TIME_UNIT",
  "bdf/SINTEF_G20M7_C30_Neware.bdf.csv": "bdf-machine-names",
  "bdf/arbin_example_mixed.bdf.csv": "bdf-labels",
  "bdf/SIMULATED_batmo_hours_dischargepositive.bdf.csv": "bdf-labels",
  "digatron/FZJ_HPPC_Digatron_excerpt.bdf.csv": "bdf-machine-names",
  "arbin/toolkit_arbin_example.csv": "arbin-old",
  "arbin/pyprobe_mits_sample.csv": "arbin-mits",
  "arbin/batteryarchive_CALCE_timeseries_excerpt.csv": "arbin-batteryarchive",
  "arbin/beep_FastCharge_000025_CH8.csv": "arbin-old",
  "maccor/cellpy_maccor_one.txt": "maccor-text-a",
  "maccor/cellpy_maccor_two_decimalcomma.txt": "maccor-text-b",
  "maccor/beep_PreDiag_000229.034": "maccor-text-a",
  "maccor/toolkit_maccor_example.001": "maccor-text-a",
  "maccor/toolkit_maccor_example.002": "maccor-text-a",
  "maccor/pyprobe_maccor_sample.csv": "maccor-csv",
  "maccor/maccorcyclingdata_testdata_errors.csv": "E_TRACE_SIGN_UNKNOWN",
  "neware/ife_hierarchical_export.csv": "neware-hierarchical",
  "neware/fastnda_interp-test.csv": "neware-flat",
  "neware/fastnda_interp-test.parquet": "neware-flat",
  "neware/fastnda_nw4-120-1-6-53.parquet": "neware-flat",
  "neware/fastnda_scrubbed_ndc2.parquet": "neware-flat",
  "neware/fastnda_interp-test.ndax": "neware-ndax",
  "neware/fastnda_nw4-120-1-6-53.ndax": "neware-ndax",
  "neware/fastnda_scrubbed_ndc2.ndax": "neware-ndax",
  "neware/fastnda_empty.ndax": "E_TRACE_NO_ROWS",
  "neware/um_CELL002_RPT_3_P0C_5PSI.xlsx": "neware-flat",
  "biologic/empa_Li-LLZO_MB_PEIS.mpt": "biologic-preamble",
  "biologic/empa_Na-closoborate_CV.mpt": "biologic-preamble",
  "biologic/empa_Mo-LBNH-Mo_CA.mpt": "biologic-preamble",
  "biologic/empa_ocv.mpt": "E_TRACE_NO_CURRENT",
  "biologic/pyprobe_01_MB_CA1.txt": "biologic-preamble",
  "biologic/pyprobe_02_MB_CA1.txt": "biologic-preamble",
  "biologic/pyprobe_03_MB_CA1.txt": "biologic-preamble",
  "biologic/pyprobe_timestamped.txt": "biologic-preamble",
  "biologic/pyprobe_no_header.mpt": "biologic-headerless",
  "novonix/pyprobe_novonix_sample.csv": "novonix",
  "novonix/preparenovonix_example_resumed.csv": "novonix",
  "basytec/pyprobe_basytec_sample.txt": "basytec",
  "landt/SINTEF_LiGr_Landt_raw.csv": "landt",
  "pec/cellpy_Test25195.csv": "pec",
  "pec/cellpy_Test25205.csv": "pec",
  "daq/um_LDC_5PSI_RPT_1_R0.csv": "E_TRACE_UNKNOWN_DIALECT",
  "daq/arts_LabVIEW_initial_wait.txt": "E_TRACE_UNKNOWN_DIALECT",
  "generic/nrel_hppc_discharge.csv": "plain-csv",
};

interface Pin {
  readonly file: string;
  readonly rows: number;
  readonly span_s: number;
  readonly charge_Ah: number;
  readonly discharge_Ah: number;
  /** Where charge and discharge come from. */
  readonly by: string;
}

/**
 * Worked out from the files with a separate script (Python's csv and numpy; Parquet by a separate loop), none of it
 * this code. Counters: sum of rises, plus the value reached after each reset; per-step counters: last value of each
 * step, by its state. Spans: last minus first time cell.
 */
const PINS: readonly Pin[] = [
  {
    file: "bdf/sample.bdf.csv",
    rows: 3,
    span_s: 2,
    charge_Ah: 0.2 / 3600,
    discharge_Ah: 0,
    by: "0.1 A for 2 s",
  },
  {
    file: "bdf/SINTEF_G20M7_C30_Neware.bdf.csv",
    rows: 4000,
    span_s: 39970.004,
    charge_Ah: 1.8313420410156247,
    discharge_Ah: 0,
    by: "charging_capacity_ah",
  },
  {
    file: "bdf/arbin_example_mixed.bdf.csv",
    rows: 2150,
    span_s: 345733.3168620176,
    charge_Ah: 0.00191247827,
    discharge_Ah: 0.00189721508,
    by: "Charge_Capacity, Discharge_Capacity",
  },
  {
    file: "bdf/legacy_ms.bdf.parquet",
    rows: 5000,
    span_s: 148781.953,
    charge_Ah: 0.0037510162,
    discharge_Ah: 0.0017350605,
    by: "trapezoid outside this code; the file has no counter",
  },
  // Its counters start each step at 0 one row late, so they miss an interval per step: 0.6 % low.
  {
    file: "bdf/SIMULATED_batmo_hours_dischargepositive.bdf.csv",
    rows: 2000,
    span_s: 348380,
    charge_Ah: 0.885667778,
    discharge_Ah: 0.873725661,
    by: "sum of I·dt outside this code",
  },
  // Current and counters are both rounded to 0.1 mA(h) and lie 13 % apart under any rule: no witness at this size.
  {
    file: "bdf/SINTEF_LiGr_Landt.bdf.csv",
    rows: 25162,
    span_s: 262657.744,
    charge_Ah: 0.00356336,
    discharge_Ah: 0.00862873,
    by: "sum of I·dt outside this code",
  },
  {
    file: "arbin/toolkit_arbin_example.csv",
    rows: 2142,
    span_s: 6308.4823,
    charge_Ah: 1.2644302,
    discharge_Ah: 2.1452698,
    by: "Charge_Capacity, Discharge_Capacity",
  },
  {
    file: "arbin/batteryarchive_CALCE_timeseries_excerpt.csv",
    rows: 15,
    span_s: 420.151,
    charge_Ah: 0.059,
    discharge_Ah: 0,
    by: "Charge_Capacity (Ah)",
  },
  {
    file: "arbin/beep_FastCharge_000025_CH8.csv",
    rows: 248,
    span_s: 1790.008,
    charge_Ah: 0,
    discharge_Ah: 0,
    by: "Charge_Capacity",
  },
  {
    file: "neware/ife_hierarchical_export.csv",
    rows: 9295,
    span_s: 100543,
    charge_Ah: 5.71321,
    discharge_Ah: 5.94664,
    by: "Capacity(Ah) of the step lines",
  },
  {
    file: "neware/fastnda_interp-test.csv",
    rows: 333,
    span_s: 1800,
    charge_Ah: 0,
    discharge_Ah: 0,
    by: "Chg. Cap.(mAs)",
  },
  {
    file: "neware/fastnda_interp-test.parquet",
    rows: 333,
    span_s: 1800,
    charge_Ah: 0,
    discharge_Ah: 0,
    by: "Capacity(mAs)",
  },
  {
    file: "neware/fastnda_nw4-120-1-6-53.parquet",
    rows: 18700,
    span_s: 173045.9,
    charge_Ah: 0.00712418104,
    discharge_Ah: 0.00376094833,
    by: "Capacity(mAs) per step",
  },
  {
    file: "neware/fastnda_nw4-120-1-6-53.ndax",
    rows: 18700,
    span_s: 173045.9,
    charge_Ah: 0.00712418104,
    discharge_Ah: 0.00376094833,
    by: "Capacity(mAs) per step of the Parquet beside it",
  },
  {
    file: "biologic/pyprobe_01_MB_CA1.txt",
    rows: 1397,
    span_s: 139.5240066,
    charge_Ah: 0,
    discharge_Ah: 0.0323713513,
    by: "(Q-Qo)/mA.h",
  },
  {
    file: "biologic/pyprobe_02_MB_CA1.txt",
    rows: 1397,
    span_s: 139.5440146,
    charge_Ah: 0.1619098255,
    discharge_Ah: 0,
    by: "(Q-Qo)/mA.h",
  },
  {
    file: "biologic/pyprobe_03_MB_CA1.txt",
    rows: 1404,
    span_s: 140.2360146,
    charge_Ah: 0.0162784692,
    discharge_Ah: 0,
    by: "(Q-Qo)/mA.h",
  },
  {
    file: "biologic/pyprobe_timestamped.txt",
    rows: 8,
    span_s: 12.464,
    charge_Ah: 7.501638655e-4,
    discharge_Ah: 0,
    by: "(Q-Qo)/mA.h",
  },
  {
    file: "maccor/cellpy_maccor_one.txt",
    rows: 4459,
    span_s: 123012.75,
    charge_Ah: 12.21217,
    discharge_Ah: 9.53584,
    by: "Amp-hr per step",
  },
  {
    file: "maccor/beep_PreDiag_000229.034",
    rows: 4061,
    span_s: 82621.28,
    charge_Ah: 8.62625229,
    discharge_Ah: 4.76261737,
    by: "Amp-hr per step",
  },
  {
    file: "maccor/cellpy_maccor_two_decimalcomma.txt",
    rows: 213,
    span_s: 12720,
    charge_Ah: 0,
    discharge_Ah: 0,
    by: "Cap. [Ah]",
  },
  {
    file: "maccor/toolkit_maccor_example.001",
    rows: 8,
    span_s: 70.002,
    charge_Ah: 0,
    discharge_Ah: 0,
    by: "Amp-hr",
  },
  {
    file: "maccor/pyprobe_maccor_sample.csv",
    rows: 15,
    span_s: 13.06,
    charge_Ah: 88.14864 / 3600,
    discharge_Ah: 0,
    by: "the four charging rows by hand",
  },
  {
    file: "novonix/pyprobe_novonix_sample.csv",
    rows: 207,
    span_s: 12287.48004,
    charge_Ah: 1.70652976,
    discharge_Ah: 0,
    by: "Capacity (Ah)",
  },
  {
    file: "novonix/preparenovonix_example_resumed.csv",
    rows: 6699,
    span_s: 152421.41016,
    charge_Ah: 10.35959495,
    discharge_Ah: 8.28060992,
    by: "rises and falls of Capacity (Ah) in each block, without the five rows whose run time jumps back",
  },
  {
    file: "basytec/pyprobe_basytec_sample.txt",
    rows: 74,
    span_s: 70.2358036666668,
    charge_Ah: 0.001248916998009,
    discharge_Ah: 0,
    by: "Ah-Cyc-Charge",
  },
  // The file that bdf/SINTEF_LiGr_Landt.bdf.csv was converted from: see there.
  {
    file: "landt/SINTEF_LiGr_Landt_raw.csv",
    rows: 25162,
    span_s: 262657.744,
    charge_Ah: 0.00356336,
    discharge_Ah: 0.00862873,
    by: "sum of I·dt outside this code",
  },
  // Both PEC tests only rest; the counters of the longer one rose by 12 and 21 µAh that its current does not show.
  {
    file: "pec/cellpy_Test25195.csv",
    rows: 19,
    span_s: 162.361,
    charge_Ah: 0,
    discharge_Ah: 3.8866667e-9,
    by: "sum of I·dt outside this code",
  },
  {
    file: "pec/cellpy_Test25205.csv",
    rows: 489,
    span_s: 70918.978,
    charge_Ah: 0,
    discharge_Ah: 3.3611111e-7,
    by: "sum of I·dt outside this code",
  },
  {
    file: "generic/nrel_hppc_discharge.csv",
    rows: 15838,
    span_s: 50881.292566497905,
    charge_Ah: 6.0003676e-5,
    discharge_Ah: 0.003262456095,
    by: "rises (discharge) and falls (charge) of Ah",
  },
];

const TOLERANCE = 0.005;

describeRecorded("recorded traces", () => {
  it("are all in the table below", () => {
    const present = readdirSync(recordedPath("."), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== "MANIFEST.md")
      .map((entry) => `${entry.parentPath.split(/[/\\]/).filter(Boolean).at(-1)}/${entry.name}`);
    expect(present.sort()).toEqual(Object.keys(OUTCOMES).sort());
  });

  it.each(Object.entries(OUTCOMES))("%s: %s", async (file, outcome) => {
    if (outcome.startsWith("E_")) {
      expect(await codeOf(readTrace(recordedPath(file)))).toBe(outcome);
      return;
    }
    const trace = await readTrace(recordedPath(file));
    expect(trace.dialect).toBe(outcome);
    expect(trace.format).toBe(outcome.split("-")[0]);
    for (const column of Object.values(trace.columns)) expect(column).toHaveLength(trace.rows);
    expect(trace.columns.current_A.every(Number.isFinite)).toBe(true);
    expect(trace.columns.time_s.every(Number.isFinite)).toBe(true);
  });

  it.each(PINS)(
    "$file: rows, span, and charge by $by",
    async ({ file, rows, span_s, charge_Ah, discharge_Ah }) => {
      const inspection = inspectTrace(await readTrace(recordedPath(file)));
      expect(inspection.rows).toBe(rows);
      expect(Math.abs(inspection.span_s - span_s)).toBeLessThanOrEqual(1e-6 * span_s);
      expect(Math.abs(inspection.charge_Ah - charge_Ah)).toBeLessThanOrEqual(TOLERANCE * charge_Ah);
      expect(Math.abs(inspection.discharge_Ah - discharge_Ah)).toBeLessThanOrEqual(TOLERANCE * discharge_Ah);
    },
  );

  it("recovers milliseconds labelled seconds from the wall clock", async () => {
    const trace = await readTrace(recordedPath("digatron/FZJ_HPPC_Digatron_excerpt.bdf.csv"));
    expect(inspectTrace(trace).span_s).toBeCloseTo(7.014, 6);
    expect(trace.columns.time_s[0]).toBeCloseTo(0.64, 9);
    expect(trace.events.map(({ type }) => type)).toContain("time-unit");
  });

  it("uses the vendor's current where the converted one is 1000 times too small", async () => {
    const trace = await readTrace(recordedPath("bdf/arbin_example_mixed.bdf.csv"));
    expect(inspectTrace(trace).current_A[1]).toBeCloseTo(8.653e-5, 8);
    expect(trace.events.map(({ type }) => type)).toContain("current-unit");
  });

  it("reverses the simulator's discharge-positive current, on three witnesses", async () => {
    const trace = await readTrace(recordedPath("bdf/SIMULATED_batmo_hours_dischargepositive.bdf.csv"));
    expect(trace.columns.current_A[0]).toBeCloseTo(-0.006055, 6);
    expect(trace.events.map(({ type }) => type)).toContain("state-sign");
  });

  it("does not use a cycle count of 2π", async () => {
    const trace = await readTrace(recordedPath("bdf/SINTEF_G20M7_C30_Neware.bdf.csv"));
    expect(trace.columns.cycle).toBeUndefined();
    expect(trace.events.filter(({ type }) => type === "cycle-count")).toHaveLength(1);
  });

  it("drops impedance points by rule, with a count", async () => {
    const trace = await readTrace(recordedPath("biologic/empa_Li-LLZO_MB_PEIS.mpt"));
    // awk over column freq/Hz: 560 rows above 0 of 1588.
    expect(trace.dropped).toEqual([{ rule: "impedance point (freq/Hz > 0)", count: 560 }]);
    expect(trace.rows).toBe(1588 - 560);
    // (Q-Qo) rises by 1.12043e-5 Ah over the kept rows; its falls include the impedance sweeps' own charge.
    expect(inspectTrace(trace).charge_Ah).toBeCloseTo(1.12043e-5, 8);
  });

  it("reports the truncated last row and duplicate times with their lines", async () => {
    const truncated = await readTrace(recordedPath("maccor/cellpy_maccor_two_decimalcomma.txt"));
    expect(truncated.events).toMatchObject([{ type: "truncated-row", line: 229 }]);
    expect(truncated.rows + truncated.dropped.reduce((sum, { count }) => sum + count, 0)).toBe(214);
    const hierarchical = await readTrace(recordedPath("neware/ife_hierarchical_export.csv"));
    expect(hierarchical.events.filter(({ type }) => type === "duplicate-time")).toHaveLength(113);
    expect(hierarchical.events[0]?.line).toBe(17);
  });

  it("reports where a Novonix test was resumed, and its mis-stamped rows", async () => {
    const { events } = await readTrace(recordedPath("novonix/preparenovonix_example_resumed.csv"));
    const linesOf = (type: string) => events.filter((event) => event.type === type).map(({ line }) => line);
    expect(linesOf("restart")).toEqual([2300]);
    expect(linesOf("backward-time")).toEqual([4732, 4910, 5256, 5611, 6313]);
  });

  it("reads a raw Landt file and its BDF conversion to the same current", async () => {
    const raw = await readTrace(recordedPath("landt/SINTEF_LiGr_Landt_raw.csv"));
    const converted = await readTrace(recordedPath("bdf/SINTEF_LiGr_Landt.bdf.csv"));
    expect(raw.columns.current_A).toEqual(converted.columns.current_A);
    expect(raw.columns.time_s).toEqual(converted.columns.time_s);
    expect(raw.columns.surfacePressure_Pa).toBeUndefined();
    expect(raw.columns.temperature_degC).toBeUndefined();
  });

  it("reads rests written as -0.0 as zero", async () => {
    const { columns } = await readTrace(recordedPath("generic/nrel_hppc_discharge.csv"));
    expect(columns.current_A.some((current) => Object.is(current, -0))).toBe(false);
  });
});
