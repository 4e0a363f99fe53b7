import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { packageFile } from "../../host/root.js";

/** Where `npm run boards` leaves the firmware of a preset. */
export const firmwareOf = (preset: string): string =>
  packageFile("build", "boards", preset, preset.startsWith("posix") ? "betaguard" : "betaguard.elf");

/** Runs a suite on a board's firmware; where that is not built it is skipped by name, and a failure under CI. */
export function describeBuilt(preset: string, name: string, suite: () => void): void {
  if (existsSync(firmwareOf(preset))) describe(name, suite);
  else if (process.env.CI)
    describe(name, () => it("finds the firmware", () => expect.fail(`absent: ${firmwareOf(preset)}`)));
  else describe.skip(`${name} (not built: npm run boards)`, suite);
}
