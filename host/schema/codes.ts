/**
 * Enumerations shared by module, host and bus. Numbers are part of the ABI: add at the end, never renumber.
 */

/** Which constraint binds a limit or the setpoint. `none` means the hard cap (or nothing) binds. */
export const reasons = [
  { name: "none", doc: "no model constraint is below the profile's hard cap" },
  { name: "startup", doc: "coefficients have not all been evaluated since reset" },
  { name: "recovering", doc: "the constraint is gone; the limit is still rising at its slew rate" },
  { name: "platingSe", doc: "metal would plate on the solid electrolyte" },
  { name: "crack", doc: "β-phase pressure at the electrolyte would pass the allowed crack index" },
  {
    name: "localCurrent",
    doc: "current through the remaining contact would pass the critical plating current",
  },
  { name: "stackPressure", doc: "predicted stack pressure would pass its maximum" },
  { name: "capacity", doc: "areal capacity is reached within the horizon" },
  { name: "voltage", doc: "terminal voltage would leave its window" },
  { name: "temperature", doc: "outside the temperature table" },
  {
    name: "intrusion",
    doc: "creep intrusion into the electrolyte: near a short, or the setpoint held below its onset",
  },
  { name: "vacancy", doc: "stripping would outrun the vacancies and open pores" },
  { name: "metalLeft", doc: "the metal would be used up within the horizon" },
  { name: "sensorCurrent", doc: "current sensor stale or out of range" },
  { name: "sensorVoltage", doc: "voltage sensor stale, out of range, or contradicted by the model" },
  { name: "sensorTemperature", doc: "temperature sensor stale or out of range" },
  { name: "sensorPressure", doc: "pressure sensor stale, out of range, or contradicted by the model" },
  { name: "clock", doc: "the step length is not a number or outside its range" },
  { name: "state", doc: "a state is not a number, or a restored snapshot failed its check" },
  { name: "selfCheck", doc: "the executor does not reproduce the reference bits of the arithmetic" },
  { name: "windowMin", doc: "setpoint held at the lower end of the pressure window" },
  { name: "windowMax", doc: "setpoint held at the upper end of the pressure window" },
] as const;

export type ReasonName = (typeof reasons)[number]["name"];

/** Bits of a cell's `faults` word. Any set bit puts that cell's limits into the safe state. */
export const faults = [
  { name: "current", reason: "sensorCurrent" },
  { name: "voltage", reason: "sensorVoltage" },
  { name: "temperature", reason: "sensorTemperature" },
  { name: "pressure", reason: "sensorPressure" },
  { name: "clock", reason: "clock" },
  { name: "state", reason: "state" },
  { name: "selfCheck", reason: "selfCheck" },
] as const satisfies readonly { name: string; reason: ReasonName }[];

/** Bits of a cell input's `fresh` word: this sample is new since the last step. */
export const freshBits = ["current", "voltage", "temperature", "pressure"] as const;

/** What the module's functions return. 0 is success; nothing has changed after any other. */
export const status = [
  { name: "ok", doc: "done" },
  { name: "badCellCount", doc: "cells must be 1 … the compile-time maximum" },
  { name: "unknownParameter", doc: "a parameter id is not in the schema" },
  { name: "parameterOutOfRange", doc: "a value is outside its parameter's range, or not a number" },
  { name: "badCount", doc: "a count is negative or larger than the staging area holds" },
  { name: "badMagic", doc: "the staged bytes are not a snapshot" },
  { name: "badVersion", doc: "the snapshot was taken with another layout" },
  { name: "badCrc", doc: "the snapshot's checksum does not match" },
  { name: "notReset", doc: "reset has not been called, or failed" },
] as const;
