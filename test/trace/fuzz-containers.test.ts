/** Damaged archives, workbooks, NDAX and Parquet files, and what damaged data in a sound container does. */
import { describe, expect, it } from "vitest";
import { readTrace } from "../../host/trace/index.js";
import { makeZip } from "./containers.js";
import { codeOf, temporaryFiles } from "./files.js";
import { expectSound } from "./fuzzrun.js";

const write = temporaryFiles();

describe("damaged containers", () => {
  it(
    "are read soundly or refused with a code",
    ({ signal }) => expectSound(["zip", "parquet"], 3500, signal),
    900_000,
  );

  it("that unpack to far more than they hold are refused before they do", async () => {
    const zeros = Buffer.alloc(64 * 1024 * 1024);
    const bomb = (name: string, claimedSize?: number) =>
      write(makeZip([{ name, content: zeros, ...(claimedSize && { claimedSize }) }]));
    const before = process.memoryUsage().rss;
    expect(await codeOf(readTrace(await bomb("data.ndc")))).toMatch(/^E_TRACE_/);
    expect(await codeOf(readTrace(await bomb("data.ndc", 1000)))).toBe("E_TRACE_BAD_ZIP");
    expect(await codeOf(readTrace(await bomb("data.ndc", 2 ** 31)))).toBe("E_TRACE_TOO_LARGE");
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 2 ** 20);
  });
});
