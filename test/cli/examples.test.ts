import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { examples } from "../../host/cli/examples.js";
import { simulateExamples } from "../../host/cli/simulation.js";
import { packageFile } from "../../host/root.js";

const simulated = simulateExamples();

test("every example has its simulation", () => {
  expect([...simulated.keys()].sort()).toEqual(examples.map(({ file }) => file).sort());
});

test.each([...simulated])(
  "%s is what today's module and profile simulate; else: npm run examples",
  (file, text) => {
    const lines = readFileSync(packageFile("examples", file), "utf8").split("\n");
    const changed = text.split("\n").findIndex((line, k) => line !== lines[k]);
    expect(changed).toBe(-1);
    expect(text.length).toBeLessThan(300_000);
  },
);
