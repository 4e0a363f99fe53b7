/** What the report tests share: the built viewer, a directory for pages, and a browser. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll } from "vitest";
import { packageFile } from "../../host/root.js";

/** When the youngest file under a directory was saved; 0 if there is none. */
const youngest = (directory: string): number =>
  Math.max(
    0,
    ...readdirSync(directory, { recursive: true, encoding: "utf8" }).map(
      (name) => statSync(join(directory, name)).mtimeMs,
    ),
  );

/** Bundles the viewer where its sources have changed since the last build. */
export function buildViewer(): void {
  const built = packageFile("build", "report", "viewer.js");
  const sources = [packageFile("host", "report"), packageFile("host", "schema")].map(youngest);
  if (existsSync(built) && statSync(built).mtimeMs > Math.max(...sources)) return;
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
