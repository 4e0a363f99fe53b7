/** What each chart shows. */
import type { SeriesColumn } from "../series.js";

export type Side = "left" | "right";

export interface Line {
  readonly label: string;
  /** Written after the value at the cursor, where the panel's lines differ in it. */
  readonly unit?: string;
  readonly column: SeriesColumn;
  /** Shown at the cursor instead of `column`, where that is a sum. */
  readonly value?: SeriesColumn;
  /** Name of the colour's CSS variable, without the dashes. */
  readonly color: string;
  readonly axis: Side;
  /** −1 draws a magnitude downwards; the value at the cursor stays as it is. */
  readonly sign?: -1;
  readonly style?: "light" | "dashed" | "area";
}

export interface Axis {
  readonly label: string;
  /** Values the axis shows even where the data do not reach them. */
  readonly atLeast?: readonly [low: number, high: number];
  /** Values beyond which it does not reach, whatever the data: there the line leaves the chart. */
  readonly atMost?: readonly [low: number, high: number];
  /** The least difference it spans, so that noise does not look like a change. */
  readonly span?: number;
  /** A value with a meaning of its own, drawn as a line when in sight. */
  readonly mark?: { readonly value: number; readonly label: string };
}

export interface Panel {
  readonly title: string;
  /** Of all its lines, where they share one. */
  readonly unit?: string;
  /** CSS pixels, time axis included. */
  readonly height: number;
  readonly left: Axis;
  readonly right?: Axis;
  /** Later lines lie on top. */
  readonly lines: readonly Line[];
  /** The chart that carries reasons, and whose limits may leave it. */
  readonly limits?: true;
  /** The right axis is the left one as µm of dense metal; the lines are stacked areas, topmost first. */
  readonly stacked?: true;
}

export const panels: readonly Panel[] = [
  {
    title: "Current and its limits",
    unit: "mA/cm²",
    height: 380,
    left: { label: "mA/cm², charge positive" },
    limits: true,
    lines: [
      {
        label: "instantaneous",
        column: "dischargeLimit_mA_cm2",
        color: "limit-light",
        axis: "left",
        style: "light",
        sign: -1,
      },
      {
        label: "discharge limit",
        column: "dischargeLimitContinuous_mA_cm2",
        color: "limit",
        axis: "left",
        sign: -1,
      },
      {
        label: "instantaneous",
        column: "chargeLimit_mA_cm2",
        color: "limit-light",
        axis: "left",
        style: "light",
      },
      {
        label: "charge limit",
        column: "chargeLimitContinuous_mA_cm2",
        color: "limit",
        axis: "left",
      },
      { label: "current", column: "current_mA_cm2", color: "current", axis: "left" },
    ],
  },
  {
    title: "Metal by site",
    unit: "mAh/cm²",
    height: 220,
    left: { label: "mAh/cm²", atLeast: [0, 0] },
    right: { label: "µm if dense" },
    stacked: true,
    lines: [
      {
        label: "collector",
        column: "metal_mAh_cm2",
        value: "ccCharge_mAh_cm2",
        color: "site-cc",
        axis: "left",
        style: "area",
      },
      {
        label: "pores",
        column: "seAndPoreCharge_mAh_cm2",
        value: "poreCharge_mAh_cm2",
        color: "site-pore",
        axis: "left",
        style: "area",
      },
      {
        label: "electrolyte",
        column: "seCharge_mAh_cm2",
        color: "site-se",
        axis: "left",
        style: "area",
      },
    ],
  },
  {
    title: "Contact and voids",
    height: 220,
    left: {
      label: "φ, u (1)",
      atLeast: [0, 1.2],
      atMost: [0, 2],
      mark: { value: 1, label: "u = 1: voids nucleate" },
    },
    right: { label: "void, µm", atLeast: [0, 0], span: 0.1 },
    lines: [
      {
        label: "supersaturation u",
        column: "supersaturation",
        color: "supersaturation",
        axis: "left",
      },
      { label: "void height", unit: "µm", column: "void_um", color: "void", axis: "right" },
      { label: "contact φ", column: "contact", color: "contact", axis: "left" },
    ],
  },
  {
    title: "Stack pressure",
    unit: "MPa",
    height: 170,
    left: { label: "MPa", span: 0.5 },
    lines: [
      {
        label: "setpoint",
        column: "pressureSetpoint_MPa",
        color: "setpoint",
        axis: "left",
        style: "dashed",
      },
      {
        label: "stack pressure",
        column: "stackPressure_MPa",
        color: "stack",
        axis: "left",
      },
    ],
  },
  {
    title: "Stress at the electrolyte",
    height: 200,
    left: { label: "MPa", atLeast: [0, 0], span: 0.5 },
    right: {
      label: "index (1)",
      atLeast: [0, 0],
      atMost: [0, 2],
      span: 0.1,
      mark: { value: 1, label: "1: crack or short" },
    },
    lines: [
      {
        label: "creep intrusion ξ",
        column: "intrusion",
        color: "intrusion",
        axis: "right",
      },
      { label: "crack index", column: "crackIndex", color: "crack", axis: "right" },
      {
        label: "β-phase pressure",
        unit: "MPa",
        column: "sePressure_MPa",
        color: "se-pressure",
        axis: "left",
      },
    ],
  },
  {
    title: "Voltage and temperature",
    height: 220,
    left: { label: "V", span: 0.05 },
    right: { label: "°C", span: 5 },
    lines: [
      {
        label: "temperature",
        unit: "°C",
        column: "temperature_degC",
        color: "temperature",
        axis: "right",
      },
      { label: "voltage", unit: "V", column: "voltage_V", color: "voltage", axis: "left" },
    ],
  },
];
