import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { describe, expect, it } from "vitest";
import { loadProfile } from "../../host/profiles/profile.js";
import { axesOf, limitMap } from "../../host/tune/limitMap.js";
import { tunePage } from "../../host/tune/page.js";
import type { Score } from "../../host/tune/problem.js";
import { shippedPoint, tunablesOf, valuesAt } from "../../host/tune/tunable.js";
import type { TunedPoint } from "../../host/tune/tune.js";
import { buildViewer, findChromium, temporaryDirectory } from "../report/viewer.js";

const executablePath = findChromium();

if (process.env.CI && executablePath === undefined) {
  it("finds a browser to test the tuning page in", () =>
    expect.fail("no chromium on the PATH; on Debian: apt-get install chromium"));
}

describe.skipIf(executablePath === undefined)("the tuning page (needs chromium on the PATH)", () => {
  const directory = temporaryDirectory();

  it("shows the front, and for a point that is clicked its limits beside the shipped ones", async () => {
    buildViewer();
    const profile = loadProfile("li-agc-argyrodite");
    const tunables = tunablesOf(profile);
    const shippedValues = valuesAt(tunables, shippedPoint(tunables));
    const scored = (time_h: number, travel_MPa: number, plating_margin: number): TunedPoint => {
      const score: Score = {
        ...{ time_h, travel_MPa, chargeTime_h: time_h, cut_s: 0 },
        ...{ plants: 3, harmed: 0, incomplete: 0, excess: 0 },
      };
      return { values: { ...shippedValues, plating_margin }, score, proof: score };
    };
    const [shipped, ...front] = [scored(2, 3, 0.9), scored(1.5, 3, 0.99), scored(2.5, 1, 0.6)];
    const axes = axesOf(profile);
    const maps = [shipped, ...front].map((point) => limitMap({ ...profile.values, ...point?.values }, axes));
    const path = join(directory, "tune.html");
    const page = tunePage(
      {
        tunables,
        objectives: ["time_h", "travel_MPa"],
        shipped: shipped as TunedPoint,
        front,
        suggested: 0,
        feasible: true,
        progress: [1],
        evaluations: 2,
      },
      maps,
      axes,
      {
        profile: { id: "<b>hostile</b>", hash: profile.hash },
        ...{ moduleSha256: "", version: "", seed: 1, draws: 2, spread: 1, population: 4, generations: 1 },
        scenarios: [],
        traces: [],
      },
    );
    expect(page).not.toContain("<b>hostile");
    writeFileSync(path, page);

    const browser = await chromium.launch({
      executablePath: executablePath as string,
      args: ["--no-sandbox", "--disable-gpu"],
    });
    try {
      const tab = await browser.newPage();
      const unwanted: string[] = [];
      const url = pathToFileURL(path).href;
      tab.on("console", (message) => unwanted.push(message.text()));
      tab.on("pageerror", (error) => unwanted.push(error.message));
      tab.on("request", (request) => request.url() !== url && unwanted.push(request.url()));
      await tab.goto(url);
      const shown = async (map: number): Promise<number[]> =>
        (await tab.locator("#maps figure").nth(map).locator("text.value").allTextContents()).map(Number);
      expect(await tab.locator("#front circle").count()).toBe(3);
      expect(await tab.locator("#maps figcaption").allTextContents()).toEqual(["as shipped", "point 1"]);

      await tab.locator('#front circle[data-point="2"]').click();
      expect(await tab.locator("#maps figcaption").allTextContents()).toEqual(["as shipped", "point 2"]);
      expect(await tab.locator("#points tr.selected").getAttribute("data-point")).toBe("2");
      // The page carries three digits and shows two.
      const digits = (value: number | undefined) => Number(Number(value?.toPrecision(3)).toPrecision(2));
      const two = (map: number, n: number) => digits(maps[map]?.charge[n]);
      const cells = axes.temperatures_degC.length * axes.fills.length;
      for (const [place, map] of [
        [0, 0],
        [1, 2],
      ] as const)
        expect(await shown(place)).toEqual(Array.from({ length: cells }, (_, n) => two(map, n)));

      await tab.locator("#controls select").first().selectOption("discharge");
      await tab.locator("#controls select").nth(1).selectOption({ index: 2 });
      const last = (map: number, n: number) => digits(maps[map]?.discharge[2 * cells + n]);
      expect(await shown(1)).toEqual(Array.from({ length: cells }, (_, n) => last(2, n)));
      expect(unwanted).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});
