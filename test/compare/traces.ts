/** Traces to compare targets on: the bundled simulated ones and recorded ones of every kind. */
import { examples } from "../../host/cli/examples.js";
import { loadProfile, type Profile } from "../../host/profiles/profile.js";
import type { ReplayOptions } from "../../host/replay/replay.js";
import { packageFile } from "../../host/root.js";
import { readTrace } from "../../host/trace/index.js";
import type { Trace } from "../../host/trace/types.js";
import { recordedPath } from "../trace/files.js";

export interface Compared {
  readonly trace: Trace;
  readonly profile: Profile;
  readonly options: ReplayOptions;
}

/** Reading takes longer than most comparisons, and every target is compared on the same. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

export const simulated: () => Promise<Compared[]> = once(() =>
  Promise.all(
    examples.map(async ({ file, profile, options }) => ({
      trace: await readTrace(packageFile("examples", file)),
      profile: loadProfile(profile),
      options,
    })),
  ),
);

/** With areas that give each of them mA/cm² a solid-state cell may see; none of them is of the profile's cell. */
const RECORDED: readonly [name: string, profile: string, area_cm2: number][] = [
  ["arbin/toolkit_arbin_example.csv", "li-agc-argyrodite", 2000],
  ["biologic/empa_Li-LLZO_MB_PEIS.mpt", "li-bare-garnet", 0.01],
  ["biologic/empa_Na-closoborate_CV.mpt", "na-bare", 10],
  ["maccor/beep_PreDiag_000229.034", "li-mg", 2000],
  ["neware/fastnda_nw4-120-1-6-53.ndax", "li-garnet-ag", 1],
  ["neware/um_CELL002_RPT_3_P0C_5PSI.xlsx", "li-snni-cu", 500],
  ["novonix/preparenovonix_example_resumed.csv", "li-tubule-carbon", 5000],
  ["landt/SINTEF_LiGr_Landt_raw.csv", "na-mixed", 1],
];

export const recorded: () => Promise<Compared[]> = once(() =>
  Promise.all(
    RECORDED.map(async ([name, profile, area_cm2]) => ({
      trace: await readTrace(recordedPath(name)),
      profile: loadProfile(profile),
      options: { area_cm2 },
    })),
  ),
);
