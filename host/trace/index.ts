/** Cycler files to one normalised table: detected by content, read by the vendor's module, checked, never guessed. */

export { type Conversion, type ConvertOptions, convertTrace } from "./convert.js";
export type { OnProgress } from "./decode.js";
export { inspectTrace, type TraceInspection } from "./inspect.js";
export { type Charge, integrateCurrent, intervalCurrent_A, MAX_GAP_s } from "./integral.js";
export { type JoinOptions, joinLogger, joinLoggers, type LoggerJoin } from "./join.js";
export { LOGGED, type LoggedQuantity, type Logger, type LoggerChannel, readLogger } from "./logger.js";
export { type ColumnMap, MAP_KEYS } from "./plain.js";
export { type ReadOptions, readTrace } from "./read.js";
export type { Trace, TraceColumns, TraceEvent, TraceEventType, TraceJoin } from "./types.js";
