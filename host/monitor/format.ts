/** A sample as text: the whole of it, and the line that tells what has changed. */
import type { Health } from "../link/messages.js";
import { formatCount, formatNumber, plural } from "../report/format.js";
import { reasonLabel, reasonOfCode } from "../report/reasons.js";
import { table } from "../report/terminal.js";
import { codeName, type FrameCounts, faultNames, type Sample } from "./sample.js";

const HORIZONS = [
  ["now", ""],
  ["2 s", "2s"],
  ["10 s", "10s"],
  ["continuous", "Continuous"],
] as const;

const WORST = [
  ["stack pressure, largest", "stackPressureMost", "_MPa", "MPa"],
  ["SE pressure, largest", "sePressureMost", "_MPa", "MPa"],
  ["crack index, largest", "crackIndexMost", "", ""],
  ["contact, least", "contactLeast", "", ""],
  ["void, largest", "voidMost", "_um", "µm"],
  ["intrusion, largest", "intrusionMost", "", ""],
] as const;

/** Local time, to a tenth of a second. */
const clock = ({ time_s }: Sample): string =>
  `${new Date(time_s * 1000).toTimeString().slice(0, 8)}.${Math.floor((time_s % 1) * 10)}`;
const number = (value: number | null | undefined): string => formatNumber(value ?? Number.NaN);
const reason = (code: number | null | undefined): string =>
  code === null || code === undefined ? "–" : reasonLabel(reasonOfCode(code));
/** Of the setpoint, which has no cap that binds when nothing else does. */
const pressureReason = ({ pressureReason: code }: Sample["values"]): string =>
  code === 0 ? "" : reason(code);
const cell = (index: number | null | undefined): string =>
  index === null || index === undefined ? "" : `cell ${index}`;

function state(sample: Sample): string {
  const { values } = sample;
  const cause = codeName(sample, "safeCause") ?? "–";
  const faults = faultNames(sample);
  return [
    codeName(sample, "mode") ?? "mode unknown",
    ...(values.cells ? [plural(values.cells, "cell")] : []),
    faults.length > 0 ? `faults: ${faults.join(", ")}` : "no fault",
    ...(cause === "none" ? [] : [`last safe state: ${cause}`]),
    ...(values.overruns ? [plural(values.overruns, "control tick missed", "control ticks missed")] : []),
  ].join(" · ");
}

function healthLines(health: Health): string[] {
  const time = (ticks: number) =>
    health.ticksPerSecond > 0
      ? `${formatNumber((1000 * ticks) / health.ticksPerSecond, 3)} ms`
      : plural(ticks, "tick");
  const used = (bytes: number, size: number) =>
    size > 0 ? `${formatCount(bytes)} of ${formatCount(size)} B` : "not measured";
  return [
    `${plural(health.steps, "step")}: last ${time(health.ticksLast)}, longest ${time(health.ticksMost)}`,
    `heap ${used(health.heapUsed_B, health.heapSize_B)}, native stack ${used(health.stackUsed_B, health.stackSize_B)}`,
    `link: ${formatCount(health.damagedFrames)} damaged, ${formatCount(health.refusedFrames)} refused`,
  ];
}

const frameLine = ({ seen, damaged, repeated, lost }: FrameCounts): string =>
  `${plural(seen, "frame")}: ${formatCount(damaged)} damaged, ${formatCount(repeated)} repeated, ${formatCount(lost)} lost`;

/** Several lines without a final newline; the same number of them while the board stays in one mode. */
export function formatSample(sample: Sample): string {
  const { values, health, frames } = sample;
  const limits = HORIZONS.map(([label, suffix]) => [
    label,
    ...["charge", "discharge"].flatMap((direction) => {
      const name = `${direction}Limit${suffix}`;
      return [number(values[`${name}_mA_cm2`]), reason(values[`${name}Reason`]), cell(values[`${name}Cell`])];
    }),
  ]);
  const worst = WORST.map(([label, stem, unitSuffix, unit]) => [
    label,
    number(values[`${stem}${unitSuffix}`]),
    unit,
    cell(values[`${stem}Cell`]),
  ]);
  return [
    `${clock(sample)}  ${state(sample)}`,
    "",
    ...table([["limit", "charge", "mA/cm²", "", "discharge", "mA/cm²", ""], ...limits], [1, 4]),
    "",
    ...table(
      [
        ["setpoint", number(values.pressureSetpoint_MPa), "MPa", pressureReason(values)],
        ["actuator", number(values.actuatorCommand_MPa), "MPa", ""],
        ...worst,
      ],
      [1],
    ),
    "",
    ...(health ? healthLines(health) : []),
    ...(frames ? [frameLine(frames)] : []),
  ].join("\n");
}

/** One line with the continuous limits and what binds them. */
export function formatChange(sample: Sample): string {
  const { values } = sample;
  const limit = (direction: string) => {
    const name = `${direction}LimitContinuous`;
    const where = cell(values[`${name}Cell`]);
    return `${direction} ${number(values[`${name}_mA_cm2`])} mA/cm² ${reason(values[`${name}Reason`])}${where && ` (${where})`}`;
  };
  return [
    clock(sample),
    state(sample),
    limit("charge"),
    limit("discharge"),
    `setpoint ${number(values.pressureSetpoint_MPa)} MPa ${pressureReason(values)}`,
  ]
    .join("  ")
    .trimEnd();
}

/** Equal for two samples that differ in numbers only. */
export const situation = (sample: Sample): string =>
  JSON.stringify([
    codeName(sample, "mode"),
    codeName(sample, "safeCause"),
    faultNames(sample),
    sample.values.chargeLimitContinuousReason,
    sample.values.dischargeLimitContinuousReason,
    sample.values.pressureReason,
  ]);
