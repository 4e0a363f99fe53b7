/** Options that say what the recorded cell is: the same for every command that replays. */
import type { Command } from "commander";
import { BetaguardError } from "../errors.js";
import { loadProfile, type Profile } from "../profiles/profile.js";
import type { CellKind, ReplayOptions } from "../replay/replay.js";
import { type TraceInputs, withLoggers } from "./loggers.js";
import { CELL_KINDS, cellKind, columnMap, number } from "./options.js";

export interface CellFlags extends TraceInputs {
  readonly profile?: string;
  readonly area?: number;
  readonly cell?: CellKind;
  readonly cells: number;
  readonly dt: number;
  readonly from?: number;
  readonly to?: number;
}

export const withMap = (command: Command): Command =>
  command.option(
    "--map <columns>",
    "columns of a table of no known format, e.g. time=Seconds,current=Amps,current_unit=A (docs/traces.md)",
    columnMap,
  );

export const withProfile = (command: Command): Command =>
  command.option("--profile <id>", "cell system: an id of `betaguard profiles` or a JSON file");

export const withCellOptions = (command: Command): Command =>
  withLoggers(command, {
    temperature: { unit: "degC", meaning: "temperature where none is recorded (default: 25)" },
    pressure: { unit: "MPa", meaning: "fixture pressure in place of the profile's" },
  })
    .option("--area <cm2>", "electrode area in cm², turns recorded A into mA/cm²", number("--area"))
    .option(
      "--cell <kind>",
      `what the voltage is measured over: ${CELL_KINDS.join(", ")} (default: as in the profile)`,
      cellKind,
    )
    .option("--cells <n>", "series cells that carry the recorded current", number("--cells"), 1)
    .option("--dt <s>", "length of a step", number("--dt"), 0.1)
    .option("--from <s>", "start of the part to replay, in the trace's seconds", number("--from"))
    .option("--to <s>", "end of the part to replay", number("--to"));

/** @throws E_PROFILE_UNKNOWN without one, and what `loadProfile` throws */
export function requiredProfile({ profile }: CellFlags): Profile {
  if (profile !== undefined) return loadProfile(profile);
  throw new BetaguardError(
    "E_PROFILE_UNKNOWN",
    "expected the cell system after --profile; betaguard profiles lists them",
  );
}

/** @throws E_AREA_MISSING without an area */
export const replayOptions = ({
  area,
  cell,
  cells,
  temperature,
  pressure,
  dt,
  from,
  to,
}: CellFlags): ReplayOptions => {
  if (area === undefined) {
    throw new BetaguardError(
      "E_AREA_MISSING",
      "expected the electrode area that turns the recorded A into mA/cm²; give it in cm² with --area, e.g. --area 1.54 for a disc of 14 mm",
    );
  }
  return {
    area_cm2: area,
    cellKind: cell,
    cells,
    temperature_degC: temperature?.constant,
    pressure_MPa: pressure?.constant,
    dt_s: dt,
    from_s: from,
    to_s: to,
  };
};
