/** Files for the trace tests: temporary ones, and the recorded ones beside a checkout. */
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { BetaguardError } from "../../host/errors.js";

export const RECORDED = fileURLToPath(new URL("../../../shared/traces/", import.meta.url));

export function recordedPath(name: string): string {
  return join(RECORDED, name);
}

/** Runs a suite over the recorded traces; where they are absent it is skipped by name, and a failure under CI. */
export function describeRecorded(name: string, suite: () => void): void {
  if (existsSync(RECORDED)) describe(name, suite);
  else if (process.env.CI)
    describe(name, () =>
      it("finds the recorded traces", () => expect.fail(`recorded traces absent: ${RECORDED}`)),
    );
  else describe.skip(`${name} (recorded traces absent: ../shared/traces)`, suite);
}

/** A directory that the suite removes when it is done. Returns a writer that gives the file's path. */
export function temporaryFiles(): (content: string | Uint8Array, name?: string) => Promise<string> {
  const directory = mkdtemp(join(tmpdir(), "betaguard-trace-"));
  afterAll(async () => rm(await directory, { recursive: true }));
  let count = 0;
  return async (content, name) => {
    const path = join(await directory, name ?? `${count++}.txt`);
    await writeFile(path, content);
    return path;
  };
}

/** The code of the BetaguardError a promise rejects with; any other error or success fails the test. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof BetaguardError) {
      expect(error.message).not.toContain("\n");
      return error.code;
    }
    throw error;
  }
  return "read";
}
