/** A calibration as a profile: what the traces determine on top of the profile it started from. */
import { writeFileSync } from "node:fs";
import { basename, dirname, relative, resolve } from "node:path";
import { BetaguardError } from "../errors.js";
import type { Profile } from "../profiles/profile.js";
import type { CalibrationProvenance } from "../profiles/provenance.js";
import type { Calibration, FittedParameter } from "./types.js";

/** Statuses whose value is the traces' and not the profile's. */
const WRITTEN: readonly FittedParameter["status"][] = ["identified", "conditional", "atBound", "limited"];

/**
 * Writes the profile to `path`, as an extension of the one that was calibrated.
 * @param source id or path the profile was loaded by
 * @throws E_FIT_NOTHING when the traces determine none of the parameters, E_FIT_WRITE when the file cannot be written
 */
export function writeFittedProfile(
  path: string,
  source: string,
  { id, title }: Profile,
  calibration: Calibration,
): void {
  const found = calibration.parameters.filter(({ status }) => WRITTEN.includes(status));
  if (found.length === 0)
    throw new BetaguardError(
      "E_FIT_NOTHING",
      `expected a parameter the traces determine, found none of ${calibration.parameters.map(({ name }) => name).join(", ")}; no profile is written: add traces that show them, or fit fewer`,
    );
  const profile = {
    id: basename(path, ".json"),
    title: `${title}, calibrated`,
    extends: source.endsWith(".json") ? extension(path, source) : id,
    parameters: Object.fromEntries(
      found.map((parameter) => [
        parameter.name,
        { value: parameter.value, provenance: provenanceOf(parameter, calibration) },
      ]),
    ),
  };
  try {
    writeFileSync(path, `${JSON.stringify(profile, null, 2)}\n`);
  } catch (cause) {
    throw new BetaguardError(
      "E_FIT_WRITE",
      `cannot write the profile to ${path}: ${(cause as Error).message}; choose a path that can be written`,
      { cause },
    );
  }
}

/** A path is taken from the file that extends it. */
const extension = (path: string, source: string): string =>
  relative(dirname(resolve(path)), resolve(source)).replaceAll("\\", "/");

function provenanceOf(
  { name, standardError, given, bound, limit }: FittedParameter,
  { fits, covariance, moduleSha256, profileHash, seed, starts, area_cm2, dt_s }: Calibration,
) {
  const trained = fits.filter(({ role }) => role === "train");
  const traces = [...new Map(trained.map(({ trace, sha256 }) => [sha256, basename(trace)]))];
  const row = covariance.matrix[covariance.names.indexOf(name)];
  const calibration: CalibrationProvenance = {
    traces: traces.map(([sha256, file]) => ({ name: file, sha256 })),
    module: moduleSha256,
    profile: profileHash,
    seed,
    starts,
    area_cm2,
    dt_s,
    ...(standardError !== undefined && { standardError }),
    ...(row && {
      covariance: Object.fromEntries(covariance.names.map((other, n) => [other, row[n] as number])),
    }),
    ...(given && { given: [...given] }),
    ...(bound && { bound }),
    ...(limit && { limit }),
  };
  return {
    kind: "fitted" as const,
    case: `betaguard calibrate: ${traces.map(([, file]) => file).join(", ")}`,
    calibration,
  };
}
