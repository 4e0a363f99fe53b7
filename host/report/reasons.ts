/** The reason codes in words: the schema's sentence, and a label short enough for a band on a chart. */
import { type ReasonName, reasons } from "../schema/codes.js";

const labels: Record<ReasonName, string> = {
  none: "hard cap",
  startup: "starting up",
  recovering: "recovering",
  platingSe: "plating on electrolyte",
  crack: "crack index",
  localCurrent: "local current",
  stackPressure: "stack pressure",
  capacity: "areal capacity",
  voltage: "voltage window",
  temperature: "temperature",
  intrusion: "creep intrusion",
  vacancy: "vacancies",
  metalLeft: "metal left",
  sensorCurrent: "current sensor",
  sensorVoltage: "voltage sensor",
  sensorTemperature: "temperature sensor",
  sensorPressure: "pressure sensor",
  clock: "clock",
  state: "state",
  selfCheck: "self-check",
  windowMin: "window, lower end",
  windowMax: "window, upper end",
};

/** Two or three words for a reason. */
export const reasonLabel = (reason: ReasonName): string => labels[reason];

/** What a reason means, as the schema words it: `platingSe` → "metal would plate on the solid electrolyte". */
export const describeReason = (reason: ReasonName): string =>
  reasons.find(({ name }) => name === reason)?.doc ?? reason;

/** The reason of a code in the outputs; a code the schema does not know is a module of another version. */
export const reasonOfCode = (code: number): ReasonName => reasons[code]?.name ?? "state";

/** Code of the continuous limit's reason in a packed reasons word (one byte per horizon, continuous the highest). */
export const continuousReason = (word: number): number => (word >>> 24) & 0xff;
