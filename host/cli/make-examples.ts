/** `npm run examples`: writes examples/*.csv. */
import { writeFileSync } from "node:fs";
import { packageFile } from "../root.js";
import { simulateExamples } from "./simulation.js";

for (const [file, text] of simulateExamples()) {
  writeFileSync(packageFile("examples", file), text);
  process.stdout.write(`${file}: ${text.split("\n").length - 2} rows, ${text.length} bytes\n`);
}
