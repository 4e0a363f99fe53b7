/** The viewer's built files, and what makes a page run them and nothing else. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { BetaguardError } from "../errors.js";
import { packageFile } from "../root.js";

/** @throws E_REPORT_NO_VIEWER when build/report is missing */
export function viewerFile(name: string): string {
  const path = packageFile("build", "report", name);
  if (existsSync(path)) return readFileSync(path, "utf8");
  throw new BetaguardError(
    "E_REPORT_NO_VIEWER",
    `expected the report viewer at ${path}, found nothing; run npm run build:viewer`,
  );
}

/** Content security policy: only this script's bytes run, whatever got past the escaping; and nothing is fetched. */
export const policyFor = (script: string): string =>
  `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${createHash("sha256").update(script).digest("base64")}'`;
