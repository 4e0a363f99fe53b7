import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The directory that holds package.json: the same from `host/` (tests, tsx) and from `build/host/` (installed). */
function findRoot(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, "package.json"))) directory = dirname(directory);
  return directory;
}

const root = findRoot();

/** Absolute path of a file of this package, wherever the code that asks for it was compiled to. */
export const packageFile = (...parts: string[]): string => join(root, ...parts);

export const packageVersion = (): string =>
  (JSON.parse(readFileSync(packageFile("package.json"), "utf8")) as { version: string }).version;
