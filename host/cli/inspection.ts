/** `betaguard inspect` for a terminal. */
import { formatClock, formatCount, formatDuration, formatNumber, plural } from "../report/format.js";
import { printable } from "../report/terminal.js";
import type { TraceInspection } from "../trace/index.js";

const EVENTS_SHOWN = 3;

/** What a file is, why the tool thinks so, what is in it and what is wrong with it; `plot` goes below what is in it. */
export function formatInspection(
  path: string,
  inspection: TraceInspection,
  plot: readonly string[] = [],
): string {
  const { rowsRead, rows, span_s, charge_Ah, discharge_Ah, voltage_V, events, warnings, dropped } =
    inspection;
  const range = ([least, most]: readonly [number, number], unit: string, scale = 1) =>
    `${formatNumber(scale * least)} … ${formatNumber(scale * most)} ${unit}`;
  const sensors = (
    [
      ["temperature", inspection.temperature_degC, "°C", 1],
      ["pressure at the cell", inspection.surfacePressure_Pa, "MPa", 1e-6],
      ["pressure of the fixture", inspection.appliedPressure_Pa, "MPa", 1e-6],
      ["displacement", inspection.displacement_um, "µm", 1],
    ] as const
  ).flatMap(([name, values, unit, scale]) => (values ? [`${name} ${range(values, unit, scale)}`] : []));
  const types = [...new Set(events.map((event) => event.type))];
  const facts = [
    `${path}  ${inspection.format} (${inspection.dialect})`,
    `  ${plural(rows, "row")} over ${formatDuration(span_s)} (${formatClock(span_s)})`,
    `  charge ${formatNumber(charge_Ah)} Ah   discharge ${formatNumber(discharge_Ah)} Ah`,
    `  current ${range(inspection.current_A, "A")}   voltage ${voltage_V ? range(voltage_V, "V") : "not recorded"}`,
    ...(sensors.length > 0 ? [`  ${sensors.join("   ")}`] : []),
  ];
  const findings = [
    `  columns: ${inspection.columns.join(", ")}`,
    "  decided",
    ...inspection.evidence.map((evidence) => `    ${evidence}`),
    ...(dropped.length > 0 ? [`  of ${plural(rowsRead, "row")} in the file ${formatCount(rows)} used`] : []),
    ...dropped.map(({ rule, count }) => `  dropped ${plural(count, "row")}: ${rule}`),
    ...types.flatMap((type) => {
      const found = events.filter((event) => event.type === type);
      const total = found.reduce((sum, { count = 1 }) => sum + count, 0);
      const rest = total - EVENTS_SHOWN;
      return [
        `  ${type}: ${plural(total, "time")}`,
        ...found.slice(0, EVENTS_SHOWN).map(({ line, detail }) => `    line ${line}: ${detail}`),
        ...(rest > 0 ? [`    … and ${formatCount(rest)} more (--json lists them)`] : []),
      ];
    }),
    ...warnings.map((warning) => `  warning: ${warning}`),
  ];
  return [...facts.map(printable), ...plot, ...findings.map(printable), ""].join("\n");
}
