/** A generated Markdown page and what belongs to it. */
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { BetaguardError } from "../errors.js";

/** @throws E_OPTION unless `out` names a Markdown file */
export function requireMarkdown(out: string): void {
  if (!out.endsWith(".md"))
    throw new BetaguardError("E_OPTION", `expected a file ending in .md after --out, found ${out}`);
}

/**
 * Writes a page and the files beside it, in a directory of the page's name.
 * @param filesOf given that directory's name, text by name in it; the page is `""`
 * @throws E_REPORT_WRITE when a file cannot be written
 */
export function writePage(out: string, filesOf: (directory: string) => ReadonlyMap<string, string>): void {
  const page = resolve(out);
  const directory = basename(page, ".md");
  const beside = join(dirname(page), directory);
  try {
    const files = filesOf(directory);
    mkdirSync(files.size > 1 ? beside : dirname(page), { recursive: true });
    for (const [name, text] of files) writeFileSync(name === "" ? page : join(beside, name), text);
  } catch (cause) {
    throw new BetaguardError(
      "E_REPORT_WRITE",
      `expected to write ${page} and its plots, ${(cause as Error).message}; choose another --out`,
      { cause },
    );
  }
}
