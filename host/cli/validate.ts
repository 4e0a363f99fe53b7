/** `betaguard validate`: the models against published evidence, the review's systems and the reference physics. */
import type { Command } from "commander";
import { BetaguardError } from "../errors.js";
import { validate } from "../validate/index.js";
import { markdownFiles } from "../validate/markdown.js";
import { formatValidation } from "../validate/terminal.js";
import { number } from "./options.js";
import { EXIT, exitWith, print, printJson } from "./output.js";
import { requireMarkdown, writePage } from "./page.js";
import { Progress } from "./progress.js";

interface ValidateFlags {
  readonly quick?: boolean;
  readonly dtScale?: number;
  readonly json?: boolean;
  readonly out?: string;
}

export const withValidate = (command: Command): Command =>
  command
    .description("hold the module against published evidence, the review's systems and the reference physics")
    .option("--quick", "without the repetition at half the step; coarser references and screening")
    .option(
      "--dt-scale <part>",
      "step of the module against the full-order models, over the usual one (docs/models.md)",
      number("--dt-scale"),
    )
    .option("--json", "print as JSON")
    .option("--out <file>", "write the tables as Markdown there, plots in a directory of the same name")
    .addHelpText(
      "after",
      `
Exit code 1 when anything claimed is not met. What is known not to be met stays in the table.

Examples:
  betaguard validate
  betaguard validate --quick --json
  betaguard validate --dt-scale 0.5
  betaguard validate --out docs/validation.md`,
    )
    .action(async ({ quick = false, dtScale, json = false, out }: ValidateFlags) => {
      if (dtScale !== undefined && !(dtScale > 0 && dtScale <= 1))
        throw new BetaguardError(
          "E_OPTION",
          `expected a part above 0 and up to 1 after --dt-scale, found ${dtScale}`,
        );
      if (out !== undefined) requireMarkdown(out);
      const validation = await new Progress().watch("validation", (onProgress) =>
        validate({ quick, dtScale, onProgress }),
      );
      if (json) printJson(validation);
      else print(formatValidation(validation));
      if (out !== undefined) writePage(out, (directory) => markdownFiles(validation, directory));
      if (!validation.pass) exitWith(EXIT.limitBroken);
    });
