/** Nothing is lost: every row of a file is used, or dropped by a rule that says how many. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { readTrace } from "../../host/trace/index.js";
import { describeRecorded, recordedPath } from "./files.js";

/** 1-based line of the column names, as `grep -n` shows it; rows are the lines below that are not blank. */
const HEADER_LINES: Readonly<Record<string, number>> = {
  "bdf/sample.bdf.csv": 1,
  "bdf/SINTEF_LiGr_Landt.bdf.csv": 1,
  "bdf/SINTEF_G20M7_C30_Neware.bdf.csv": 1,
  "bdf/arbin_example_mixed.bdf.csv": 1,
  "bdf/SIMULATED_batmo_hours_dischargepositive.bdf.csv": 1,
  "digatron/FZJ_HPPC_Digatron_excerpt.bdf.csv": 1,
  "arbin/toolkit_arbin_example.csv": 1,
  "arbin/pyprobe_mits_sample.csv": 1,
  "arbin/batteryarchive_CALCE_timeseries_excerpt.csv": 1,
  "arbin/beep_FastCharge_000025_CH8.csv": 1,
  "maccor/cellpy_maccor_one.txt": 4,
  "maccor/cellpy_maccor_two_decimalcomma.txt": 14,
  "maccor/beep_PreDiag_000229.034": 2,
  "maccor/toolkit_maccor_example.001": 2,
  "maccor/toolkit_maccor_example.002": 2,
  "maccor/pyprobe_maccor_sample.csv": 3,
  "neware/fastnda_interp-test.csv": 1,
  "biologic/pyprobe_no_header.mpt": 1,
  "basytec/pyprobe_basytec_sample.txt": 13,
  "landt/SINTEF_LiGr_Landt_raw.csv": 7,
  "pec/cellpy_Test25195.csv": 46,
  "pec/cellpy_Test25205.csv": 46,
  "generic/nrel_hppc_discharge.csv": 1,
};
/** Their second line says how many lines their header has. */
const ANNOUNCED = [
  "biologic/empa_Li-LLZO_MB_PEIS.mpt",
  "biologic/empa_Na-closoborate_CV.mpt",
  "biologic/empa_Mo-LBNH-Mo_CA.mpt",
  "biologic/pyprobe_01_MB_CA1.txt",
  "biologic/pyprobe_02_MB_CA1.txt",
  "biologic/pyprobe_03_MB_CA1.txt",
  "biologic/pyprobe_timestamped.txt",
];

const linesOf = (file: string) => readFileSync(recordedPath(file), "latin1").split(/\r\n|\n|\r/);
const isRow = (line: string) => /[^,;\t\s"]/.test(line);

async function expectAccount(file: string, rowsInFile: number) {
  const { rowsRead, rows, lines, dropped } = await readTrace(recordedPath(file));
  expect(rowsRead).toBe(rowsInFile);
  expect(dropped.reduce((sum, { count }) => sum + count, rows)).toBe(rowsRead);
  expect(lines).toHaveLength(rows);
}

describeRecorded("rows in the file = rows used + rows dropped by rule", () => {
  it.each(Object.entries(HEADER_LINES))("%s, below line %i", async (file, header) => {
    await expectAccount(file, linesOf(file).slice(header).filter(isRow).length);
  });

  it.each(ANNOUNCED)("%s", async (file) => {
    const lines = linesOf(file);
    const header = Number(/Nb header lines\s*:\s*(\d+)/.exec(lines[1] ?? "")?.[1]);
    expect(header).toBeGreaterThan(2);
    await expectAccount(file, lines.slice(header).filter(isRow).length);
  });

  it("neware/ife_hierarchical_export.csv: lines that begin with two commas, below the three headers", async () => {
    const file = "neware/ife_hierarchical_export.csv";
    await expectAccount(
      file,
      linesOf(file)
        .slice(3)
        .filter((line) => /^,,[^,]/.test(line)).length,
    );
  });

  it.each(["novonix/pyprobe_novonix_sample.csv", "novonix/preparenovonix_example_resumed.csv"])(
    "%s: below each [Data] and its header",
    async (file) => {
      let inData = false;
      let rows = 0;
      const lines = linesOf(file);
      for (const [k, line] of lines.entries()) {
        if (line.trim() === "[Summary]") inData = false;
        else if (lines[k - 2]?.trim() === "[Data]") inData = true;
        if (inData && isRow(line)) rows++;
      }
      await expectAccount(file, rows);
    },
  );
});
