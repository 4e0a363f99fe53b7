/** Colours of the style sheet, so that charts and page agree in light and dark. */
import type { ReasonName } from "../../schema/codes.js";

/** Value of the CSS variable `--name`. */
export const color = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

const sensorReasons: readonly ReasonName[] = [
  "sensorCurrent",
  "sensorVoltage",
  "sensorTemperature",
  "sensorPressure",
  "clock",
  "state",
  "selfCheck",
];

export const reasonColor = (reason: ReasonName): string =>
  color(`reason-${sensorReasons.includes(reason) ? "sensor" : reason}`);
