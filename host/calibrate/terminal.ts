/** A calibration for a terminal. */
import { basename } from "node:path";
import { formatNumber, plural } from "../report/format.js";
import { printable } from "../report/terminal.js";
import { type Calibration, type FittedParameter, fitStatuses, type OpenCombination } from "./types.js";

export function formatCalibration(calibration: Calibration): string {
  const { profile, parameters, open, fits, notes, starts, agreeing, noise } = calibration;
  const seen = [...new Set(parameters.map(({ status }) => status))];
  return [
    `${profile} calibrated; ${agreeing} of ${plural(starts, "descent")} ended as well as the best`,
    ...parameters.map((parameter) => `  ${formatParameter(parameter)}`),
    ...seen.map((status) => `    ${status}: ${fitStatuses[status]}`),
    ...(open.length > 0 ? ["  not told apart by these traces:"] : []),
    ...open.map((combination) => `    ${formatCombination(combination)}`),
    ...Object.entries(noise).map(
      ([channel, { deviation, unit, correlationLength }]) =>
        `  ${channel}: ${formatNumber(deviation, 3)} ${unit} left over${
          correlationLength > 1
            ? `, ${formatNumber(correlationLength, 3)} rows hang together: the model does not follow, standard errors allow for it`
            : ""
        }`,
    ),
    ...fits.map(
      ({ trace, role, channel, rows, unit, rmsBefore, rmsAfter }) =>
        `  ${role} ${printable(basename(trace))}, ${channel}: ${plural(rows, "row")}, rms ${formatNumber(rmsBefore, 3)} → ${formatNumber(rmsAfter, 3)} ${unit}`,
    ),
    ...notes.map((note) => `  note: ${note}`),
  ].join("\n");
}

/** `name  value ± error unit  (before)  status`. */
function formatParameter(parameter: FittedParameter): string {
  const { name, value, unit, start, status, given } = parameter;
  const known = `${formatNumber(value)}${formatError(parameter)} ${unit}`;
  const held = given ? `, given ${given.join(", ")}` : "";
  return `${name.padEnd(34)} ${known.padEnd(28)} was ${formatNumber(start)}  ${status}${held}`;
}

/** ` ± standard error`, or which end of the bounds or of what the traces allow. */
export function formatError({ standardError, bound, limit }: FittedParameter): string {
  if (standardError !== undefined) return ` ± ${formatNumber(standardError, 2)}`;
  if (bound) return ` (${bound} bound)`;
  return limit ? ` (${limit} limit)` : "";
}

/** A combination in words. */
export function formatCombination({ determined, logarithmic, terms }: OpenCombination): string {
  const weight = (value: number) => formatNumber(value, 2);
  if (determined) {
    const joined = logarithmic
      ? terms.map(({ name, weight: power }) => `${name}^${weight(power)}`).join(" · ")
      : terms.map(({ name, weight: factor }) => `${weight(factor)} × ${name}`).join(" + ");
    return `determined: ${joined}${logarithmic ? "" : " (each over its bounds)"}`;
  }
  const moves = logarithmic
    ? terms.map(({ name, weight: power }) => `${name} × r^${weight(power)}`)
    : terms.map(({ name, weight: factor }) => `${name} + ${weight(factor)} r`);
  return `open: ${moves.join(", ")}${logarithmic ? " for any r" : " for any r (each over its bounds)"}`;
}
