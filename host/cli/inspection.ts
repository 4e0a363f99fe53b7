/** `betaguard inspect` for a terminal. */
import { formatClock, formatDuration, formatNumber, plural } from "../report/format.js";
import type { TraceInspection } from "../trace/index.js";

const EVENTS_SHOWN = 3;

/** What a file is, why the tool thinks so, what is in it and what is wrong with it. */
export function formatInspection(path: string, inspection: TraceInspection): string {
  const { rows, span_s, charge_Ah, discharge_Ah, voltage_V, current_A, events, warnings, dropped } =
    inspection;
  const range = ([least, most]: readonly [number, number], unit: string) =>
    `${formatNumber(least)} … ${formatNumber(most)} ${unit}`;
  const types = [...new Set(events.map((event) => event.type))];
  return [
    `${path}  ${inspection.format} (${inspection.dialect})`,
    `  ${plural(rows, "row")} over ${formatDuration(span_s)} (${formatClock(span_s)})`,
    `  charge ${formatNumber(charge_Ah)} Ah   discharge ${formatNumber(discharge_Ah)} Ah`,
    `  current ${range(current_A, "A")}   voltage ${voltage_V ? range(voltage_V, "V") : "not recorded"}`,
    `  columns: ${inspection.columns.join(", ")}`,
    "  decided",
    ...inspection.evidence.map((evidence) => `    ${evidence}`),
    ...dropped.map(({ rule, count }) => `  dropped ${plural(count, "row")}: ${rule}`),
    ...types.flatMap((type) => {
      const found = events.filter((event) => event.type === type);
      const rest = found.length - EVENTS_SHOWN;
      return [
        `  ${type}: ${plural(found.length, "time")}`,
        ...found.slice(0, EVENTS_SHOWN).map(({ line, detail }) => `    line ${line}: ${detail}`),
        ...(rest > 0 ? [`    … and ${rest} more (--json lists all)`] : []),
      ];
    }),
    ...warnings.map((warning) => `  warning: ${warning}`),
    "",
  ].join("\n");
}
