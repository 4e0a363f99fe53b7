/** What the report tests share: the built viewer, a directory for pages, and a browser. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll } from "vitest";
import { packageFile } from "../../host/root.js";

/** Bundles the viewer from its sources as they are now. */
export function buildViewer(): void {
  execFileSync("npm", ["run", "--silent", "build:viewer"], { cwd: packageFile(), stdio: "pipe" });
}

/** A directory that the suite removes when it is done. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "betaguard-report-"));
  afterAll(() => rmSync(directory, { recursive: true }));
  return directory;
}

/** Path of an installed Chromium, by the names it goes by. */
export function findChromium(): string | undefined {
  const directories = (process.env.PATH ?? "").split(delimiter);
  return ["chromium", "chromium-browser", "google-chrome"]
    .flatMap((name) => directories.map((directory) => join(directory, name)))
    .find((path) => existsSync(path));
}
