import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { writeReport } from "../../host/report/html.js";
import { type SyntheticOptions, syntheticReport } from "./synthetic.js";
import { buildViewer, findChromium, temporaryDirectory } from "./viewer.js";

const executablePath = findChromium();

if (process.env.CI && executablePath === undefined) {
  it("finds a browser to test the report in", () =>
    expect.fail("no chromium on the PATH; on Debian: apt-get install chromium"));
}

describe.skipIf(executablePath === undefined)("report in a browser (needs chromium on the PATH)", () => {
  const directory = temporaryDirectory();
  let browser: Browser;
  let page: Page;
  /** Console messages, errors and requests for anything but the page itself. */
  let unwanted: string[] = [];

  beforeAll(async () => {
    buildViewer();
    browser = await chromium.launch({
      executablePath: executablePath as string,
      args: ["--no-sandbox", "--disable-gpu"],
    });
  }, 60_000);
  afterAll(() => browser?.close());
  afterEach(async () => {
    await page?.close();
    expect(unwanted).toEqual([]);
  });

  async function open(
    options: SyntheticOptions,
    { name = "trace.csv", width = 1280, dark = false } = {},
  ): Promise<void> {
    const path = join(directory, "report.html");
    writeReport(path, syntheticReport(options, name));
    page = await browser.newPage({
      viewport: { width, height: 900 },
      colorScheme: dark ? "dark" : "light",
    });
    unwanted = [];
    const url = pathToFileURL(path).href;
    page.on("console", (message) => unwanted.push(`console: ${message.text()}`));
    page.on("pageerror", (error) => unwanted.push(`error: ${error.message}`));
    page.on("request", (request) => {
      if (request.url() !== url) unwanted.push(`request: ${request.url().slice(0, 80)}`);
    });
    await page.goto(url);
    await page.waitForSelector(".panel:nth-of-type(6) .u-over");
  }

  /** What the toolbar says is shown. */
  const range = () => page.locator(".toolbar > .quiet").last().textContent();
  const keyValue = (label: string) =>
    page.locator(".key", { hasText: label }).first().locator("b").textContent();
  /** The first plotting area, brought into view. */
  async function plot() {
    await page.evaluate("document.querySelector('#charts').scrollIntoView()");
    const box = await page.locator(".u-over").first().boundingBox();
    if (box === null) throw new Error("the plotting area is not on the page");
    return box;
  }
  async function drag(from: number, to: number): Promise<void> {
    const { x, y, width } = await plot();
    await page.mouse.move(x + from * width, y + 60);
    await page.mouse.down();
    await page.mouse.move(x + to * width, y + 70, { steps: 5 });
    await page.mouse.up();
    await expect.poll(range).toContain("–");
  }
  /** Number of different colours in each chart's canvas. */
  const colours = () =>
    page.evaluate<number[]>(`[...document.querySelectorAll("canvas")].map((canvas) => new Set(
      new Uint32Array(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer)
    ).size)`);

  it("draws six charts from one file without a request or a message", async () => {
    await open({ steps: 120_000 });
    expect(await page.locator("canvas").count()).toBe(6);
    for (const count of await colours()) expect(count).toBeGreaterThan(20);
    expect(await range()).toMatch(/^all 3 h 20 min · extremes of every/);
  });

  it("shows at the cursor what the trace had there, and why the limits bound", async () => {
    await open({ steps: 120_000 });
    const { x, y, width, height } = await plot();
    await page.mouse.move(x + width / 4, y + height / 2);
    await expect.poll(() => page.locator(".toolbar .time").textContent()).toMatch(/^0:50:0\d/);
    // Charging at 2.2 mA/cm² from the first step on.
    expect(await keyValue("current")).toMatch(/^2\.\d+( … 2\.\d+)?$/);
    expect(await keyValue("temperature")).toMatch(/^\d\d\.?\d*( … \d\d\.\d)? °C$/);
    expect(await page.locator(".toolbar .why").textContent()).toMatch(
      /charge limited by\s*plating on electrolyte\s*discharge limited by\s*vacancies/,
    );
    await page.mouse.move(x + width / 4, y - 300);
    await expect.poll(() => page.locator(".toolbar .time").textContent()).toBe("");
  });

  it("zooms all charts by dragging, to single steps, and back by double-click", async () => {
    await open({ steps: 120_000 });
    await drag(0.25, 0.5);
    expect(await range()).toMatch(/^0:(49|50):\S+ – 1:(39|40):\S+ · /);
    for (let i = 0; i < 12; i++) await page.getByRole("button", { name: /Magnify/ }).click();
    await expect.poll(range).toMatch(/ · extremes of every [\d.]+ s$/);
    const { x, y, width, height } = await plot();
    await page.mouse.dblclick(x + width / 2, y + height / 2);
    await expect.poll(range).toMatch(/^all 3 h 20 min/);
    expect(await page.getByRole("button", { name: /whole trace/ }).isDisabled()).toBe(true);
  });

  it("zooms by wheel with Ctrl, keys and buttons, and stays within the trace", async () => {
    await open({ steps: 10_000 });
    expect(await range()).toBe("all 16 min 40 s · extremes of every 1 s");
    const { x, y, width } = await plot();
    await page.mouse.move(x + width * 0.9, y + 50);
    await page.keyboard.down("Control");
    await page.mouse.wheel(0, -700);
    await page.keyboard.up("Control");
    await expect.poll(range).toMatch(/^0:\S+ – 0:\S+ · /);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await expect.poll(range).toMatch(/ – 0:16:40 · /);
    for (let i = 0; i < 14; i++) await page.keyboard.press("+");
    await expect.poll(range).toMatch(/ · every step$/);
    await page.keyboard.press("0");
    await expect.poll(range).toMatch(/^all/);
  });

  it("goes to a violation and to a tile's moment when they are chosen", async () => {
    await open({ steps: 120_000 });
    await page.locator("tr.jump").nth(3).click();
    await expect.poll(range).toMatch(/^\S+ – \S+ · /);
    const first = await range();
    await page.locator("button.jump").first().click();
    await expect.poll(range).not.toBe(first);
  });

  it("shows each cell of a pack", async () => {
    await open({ steps: 20_000, cells: 3 });
    const { x, y, width, height } = await plot();
    const currentOf = async (cell: string) => {
      await page.getByLabel("Cell", { exact: true }).selectOption(cell);
      await page.waitForTimeout(100);
      await page.mouse.move(x + width / 2, y + height / 2 + Number(cell));
      return Number((await keyValue("current"))?.split(" ")[0]);
    };
    // The last one, which carries most and breaks the limits, is shown first; each carries 5 % more.
    expect(await page.getByLabel("Cell", { exact: true }).inputValue()).toBe("2");
    expect((await currentOf("2")) / (await currentOf("0"))).toBeCloseTo(1.1, 1);
  });

  it.each([
    ["no voltage and no violation", { steps: 5000, load: 0.3, voltage: false }],
    ["a single step", { steps: 1 }],
    ["two steps at rest", { steps: 2, load: 0 }],
  ])("holds with %s", async (_, options) => {
    await open(options);
    for (const count of await colours()) expect(count).toBeGreaterThan(5);
    if ("voltage" in options) expect(await keyValue("voltage")).toBe("not recorded");
    const { x, y, width, height } = await plot();
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.mouse.move(x + width - 2, y + height / 2);
    await expect.poll(() => page.locator(".toolbar .time").textContent()).not.toBe("");
  });

  it("shows a hostile file name as text", async () => {
    await open({ steps: 100 }, { name: `<img src=x onerror="console.log('owned')"><script>console.log(1)` });
    expect(await page.locator("h1").textContent()).toContain("<script>");
    expect(await page.locator("img").count()).toBe(0);
  });

  it("fits a narrow screen, and follows the colour scheme while open", async () => {
    await open({ steps: 50_000 }, { width: 480, dark: true });
    const overflow = () =>
      page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
    expect(await overflow()).toBeLessThanOrEqual(0);
    const drawn = () => page.evaluate<string>("document.querySelector('canvas').toDataURL()");
    const dark = await drawn();
    await page.emulateMedia({ colorScheme: "light" });
    await expect.poll(drawn).not.toBe(dark);
    await page.setViewportSize({ width: 1000, height: 900 });
    await expect.poll(async () => (await plot()).width).toBeGreaterThan(700);
    expect(await overflow()).toBeLessThanOrEqual(0);
  });

  it("opens two million steps and zooms them within a few seconds", async () => {
    const path = join(directory, "report.html");
    await open({ steps: 2_000_000 });
    const started = Date.now();
    await page.goto(pathToFileURL(path).href);
    await page.waitForSelector(".panel:nth-of-type(6) .u-over");
    expect(Date.now() - started).toBeLessThan(5000);
    const zoomed = Date.now();
    await drag(0.4, 0.6);
    expect(Date.now() - zoomed).toBeLessThan(3000);
  });
});
