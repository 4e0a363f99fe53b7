/** The built command line as a user starts it. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";

export const root = fileURLToPath(new URL("../..", import.meta.url));
const main = fileURLToPath(new URL("../../build/host/cli/main.js", import.meta.url));
if (!existsSync(main)) throw new Error(`expected the built command line at ${main}; run: npm run build`);

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export function betaguard(
  args: readonly string[],
  { preload = [], env = {} }: { preload?: readonly string[]; env?: NodeJS.ProcessEnv } = {},
): Promise<Finished> {
  return new Promise((done) => {
    execFile(
      process.execPath,
      [...preload, main, ...args],
      { cwd: root, env: { ...process.env, BETAGUARD_DEBUG: "", ...env }, maxBuffer: 1 << 26 },
      (error, stdout, stderr) => {
        done({ code: error ? Number(error.code) : 0, stdout, stderr });
      },
    );
  });
}

/** One coded line on stderr, nothing on stdout, no stack, exit code 2. */
export function expectRefusal({ code, stdout, stderr }: Finished, errorCode: string): void {
  expect(stderr).toMatch(new RegExp(`^betaguard: ${errorCode}: [^\\n]+\\n$`));
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stdout).toBe("");
  expect(code).toBe(2);
}
