import type { Trace, TraceColumns } from "../../host/trace/types.js";

/** A trace as a reader would return it, from columns alone. */
export const traceOf = (columns: TraceColumns): Trace => ({
  path: "columns.csv",
  sha256: "",
  format: "bdf",
  dialect: "bdf-label",
  evidence: [],
  rowsRead: columns.time_s.length,
  rows: columns.time_s.length,
  columns,
  sourceColumns: Object.keys(columns),
  events: [],
  warnings: [],
  dropped: [],
});
