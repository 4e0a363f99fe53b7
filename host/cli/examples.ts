/** The bundled example traces: what each shows, and what its replay must find. */
import type { ReplayOptions } from "../replay/replay.js";
import type { Violation } from "../replay/types.js";
import type { ReasonName } from "../schema/codes.js";

export interface Example {
  /** File in examples/. */
  readonly file: string;
  readonly story: string;
  readonly profile: string;
  readonly options: ReplayOptions;
  /** The limits its current breaks; none: it stays within them. */
  readonly breaks: readonly { readonly kind: Violation["kind"]; readonly reason: ReasonName }[];
}

export const AREA_cm2 = 2;

export const examples: readonly Example[] = [
  {
    file: "li-agc-60C-cycles.SIMULATED.bdf.csv",
    story: "Ag-C interlayer, 60 °C, 2 MPa, 0.5C: the metal goes to the collector",
    profile: "li-agc-argyrodite",
    options: { area_cm2: AREA_cm2 },
    breaks: [],
  },
  {
    file: "li-agc-25C-fast-charge.SIMULATED.bdf.csv",
    story: "the same cell charged fast at 25 °C: the interlayer cannot carry the current to the collector",
    profile: "li-agc-argyrodite",
    options: { area_cm2: AREA_cm2 },
    breaks: [{ kind: "charge", reason: "platingSe" }],
  },
  {
    file: "li-bare-low-pressure-strip.SIMULATED.bdf.csv",
    story: "bare lithium stripped fast at 1 MPa: vacancies outrun creep, pores open",
    profile: "li-bare-argyrodite",
    options: { area_cm2: AREA_cm2 },
    breaks: [{ kind: "discharge", reason: "vacancy" }],
  },
  {
    file: "li-agc-60C-drive.SIMULATED.bdf.csv",
    story: "a drive cycle with regeneration at 60 °C: the cell gives and takes what its limits allow",
    profile: "li-agc-argyrodite",
    options: { area_cm2: AREA_cm2 },
    breaks: [],
  },
];
