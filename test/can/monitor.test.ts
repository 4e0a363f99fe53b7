/** The monitor: ticks out of a log, and a live board read over its link beside what it sends on its bus. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { type CanFrame, decodeFrame } from "../../host/can/decode.js";
import { LinkClient } from "../../host/link/client.js";
import { wordsPayload } from "../../host/link/messages.js";
import { boardSamples } from "../../host/monitor/board.js";
import { busSamples } from "../../host/monitor/bus.js";
import { formatChange, formatSample, situation } from "../../host/monitor/format.js";
import { faultNames, packSignals, type Sample, sampleRecord } from "../../host/monitor/sample.js";
import { loadProfile } from "../../host/profiles/profile.js";
import { parameterPairs } from "../../host/replay/module.js";
import { packageFile } from "../../host/root.js";
import { processWire } from "../../host/target/process.js";
import { betaguard, expectRefusal } from "../cli/command.js";
import { LIVE, type Tick, tick, useEncoder } from "./support.js";

const encode = useEncoder();
const directory = mkdtempSync(join(tmpdir(), "betaguard-monitor-"));
afterAll(() => rmSync(directory, { recursive: true }));

const hex = (data: Uint8Array, separator: string) =>
  [...data].map((byte) => byte.toString(16).padStart(2, "0").toUpperCase()).join(separator);
const logLine = ({ id, data }: CanFrame, time_s: number): string =>
  `(${time_s.toFixed(6)}) can0 ${id.toString(16).toUpperCase()}#${hex(data, "")}`;
const plainLine = ({ id, data }: CanFrame, time_s: number): string =>
  ` (${time_s.toFixed(6)})  vcan0  ${id.toString(16)}   [${data.length}]  ${hex(data, " ")}`;

async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}
async function samplesOf(lines: Iterable<string>): Promise<Sample[]> {
  const samples: Sample[] = [];
  for await (const sample of busSamples(each(lines))) samples.push(sample);
  return samples;
}

const TICKS = 12;
const ticks = (mode: number) =>
  fc.sample(
    tick.map((source) => ({ ...source, mode })),
    TICKS,
  );

describe("a log", () => {
  test("gives a sample per tick with every signal of the pack's frames, in either format of candump", async () => {
    const frames = encode(ticks(LIVE));
    for (const format of [logLine, plainLine]) {
      const lines = frames.flatMap((tick, n) => tick.map((frame) => format(frame, 100 + n / 10)));
      const samples = await samplesOf(["# a remark", "(1.0) can0 00000310#0011223344556677", ...lines]);
      expect(samples.map(({ time_s }) => time_s)).toEqual(frames.map((_, n) => 100 + n / 10));
      for (const [n, { values, frames: counts }] of samples.entries()) {
        const sent = Object.assign(
          {},
          ...(frames[n] as CanFrame[])
            .map((frame) => decodeFrame(frame))
            .filter((decoded) => decoded?.message.pages.length === 0)
            .map((decoded) => decoded?.values),
        );
        expect(values).toEqual(sent);
        expect(Object.keys(values).sort()).toEqual(packSignals.map(({ name }) => name).sort());
        expect(counts).toMatchObject({ damaged: 0, repeated: 0, lost: 0 });
      }
    }
  });

  test("counts what was damaged, came twice or never came, and shows nothing of it", async () => {
    const frames = encode(ticks(0)).map((tick) => [...tick]);
    const perTick = (frames[0] as CanFrame[]).length;
    const bad = frames[3]?.[1] as CanFrame;
    frames[3]?.splice(1, 1, { id: bad.id, data: bad.data.map((byte, n) => (n === 5 ? byte ^ 8 : byte)) });
    const twice = frames[5]?.[2] as CanFrame;
    frames[5]?.splice(2, 0, twice);
    frames[7]?.splice(6, 1);
    const lines = frames.flatMap((tick, n) => tick.map((frame) => logLine(frame, n / 10)));
    const samples = await samplesOf(lines);
    expect(samples).toHaveLength(TICKS);
    // A damaged frame is one of those that, by the counter, did not arrive.
    expect(samples.at(-1)?.frames).toEqual({ seen: TICKS * perTick, damaged: 1, repeated: 1, lost: 2 });
    expect(samples[3]?.values.chargeLimit_mA_cm2).toBeNull();
    expect(samples[3]?.values.chargeLimit10s_mA_cm2).toBe(0);
    expect(samples[7]?.values.pressureReason).toBeNull();
  });

  test("that is none, or of another bus, is refused", async () => {
    await expect(samplesOf(["time,current", "0,1"])).rejects.toMatchObject({ code: "E_CAN_LOG" });
    await expect(samplesOf([])).rejects.toMatchObject({ code: "E_CAN_LOG" });
    await expect(samplesOf(["(1.0) can0 123#00"])).rejects.toMatchObject({ code: "E_CAN_SILENT" });
  });

  test("as text: every limit with its reason; a line per change; faults by name", async () => {
    const [source] = ticks(LIVE) as [Tick];
    const plain = {
      ...source,
      pack: { ...source.pack, chargeLimit2s_mA_cm2: 1.25, chargeReasons: 0x08030403, faults: 0b1001 },
    };
    const changed = { ...plain, pack: { ...plain.pack, chargeReasons: 0x0b030403 } };
    const [first, second, third] = await samplesOf(
      encode([plain, plain, changed]).flatMap((tick, n) => tick.map((frame) => logLine(frame, n))),
    );
    const text = formatSample(first as Sample);
    expect(text).toMatch(/^2 s +1\.25 {2}crack index/m);
    expect(text).toContain("faults: current, pressure");
    expect(faultNames(first as Sample)).toEqual(["current", "pressure"]);
    expect(formatChange(third as Sample)).toMatch(/ charge \S+ mA\/cm² vacancies/);
    expect(situation(first as Sample)).toBe(situation(second as Sample));
    expect(situation(third as Sample)).not.toBe(situation(second as Sample));
    expect(sampleRecord(first as Sample)).toMatchObject({
      mode: "live",
      chargeLimit2s_mA_cm2: 1.25,
      chargeLimitReason: "platingSe",
      chargeLimitContinuousReason: "voltage",
      faults: ["current", "pressure"],
    });
  });

  test("on the command line: a line of JSON per tick, the first one, or text; refusals of one line", async () => {
    const log = join(directory, "bus.log");
    const frames = encode(ticks(LIVE));
    writeFileSync(log, frames.flatMap((tick, n) => tick.map((f) => logLine(f, n))).join("\n"));
    const run = (...args: string[]) => betaguard(["monitor", ...args]);
    const [json, once, text, folder, twice] = await Promise.all([
      run(log, "--json"),
      run(log, "--json", "--once"),
      run(log),
      run("."),
      run(log, "--", "--tick", "5"),
    ]);
    expect(json.code).toBe(0);
    const records = json.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(records.map(({ time_s }) => time_s)).toEqual(frames.map((_, n) => n));
    expect(JSON.parse(once.stdout)).toEqual(records[0]);
    expect(text.stdout.split("\n").filter((line) => line.startsWith("continuous "))).toHaveLength(1);
    expectRefusal(folder, "E_MONITOR_SOURCE");
    expectRefusal(twice, "E_OPTION");
  });
});

const firmware = packageFile("build", "boards", "posix", "betaguard");
if (!existsSync(firmware) && process.env.CI) throw new Error(`expected ${firmware}; run: npm run boards`);

describe.skipIf(!existsSync(firmware))("a live board (skipped without npm run boards)", () => {
  const CELLS = 3;
  const store = join(directory, "store.bin");
  const samples = join(directory, "samples.csv");
  const log = join(directory, "live.log");
  const start = (...args: string[]) =>
    processWire({ name: "posix", command: firmware, args, remedy: "run npm run boards" });

  test("is read without being disturbed, and says the same on its bus", async () => {
    const client = new LinkClient(start("--store", store));
    await client.hello();
    await client.request("parameters", parameterPairs(loadProfile("li-agc-argyrodite").values));
    await client.request("reset", wordsPayload(CELLS));
    await client.request("store");
    await client.close();

    const rows = Array.from({ length: 400 }, () => "0.5,3.6,60,2,2");
    const columns = "current_mA_cm2,voltage_V,temperature_degC,stackPressure_MPa,fixturePressure_MPa";
    writeFileSync(samples, `${[columns, ...rows].join("\n")}\n`);
    const seen: Sample[] = [];
    const wire = start("--store", store, "--samples", samples, "--can", log, "--tick", "25");
    for await (const sample of boardSamples(wire, 0.3)) {
      seen.push(sample);
      if (seen.length === 5) break;
    }
    expect(seen.map((sample) => sampleRecord(sample).mode)).toEqual(Array(5).fill("live"));
    expect(seen.at(-1)?.values.cells).toBe(CELLS);
    const steps = seen.map(({ health }) => health?.steps as number);
    for (let n = 1; n < steps.length; n++) expect(steps[n]).toBeGreaterThan(steps[n - 1] as number);
    expect(seen.at(-1)?.values.chargeLimitContinuous_mA_cm2).toBeGreaterThan(0);

    const bus = await samplesOf(readFileSync(log, "utf8").split("\n"));
    const quantities = packSignals.filter(({ origin }) => origin !== "status");
    for (const { values } of seen.slice(1)) {
      const near = bus.filter((sent) =>
        quantities.every(({ name, exponent }) => {
          const [here, there] = [values[name] ?? null, sent.values[name] ?? null];
          if (here === null || there === null) return here === there;
          return Math.abs(here - there) < 2 ** exponent || here === there;
        }),
      );
      expect(near.length, JSON.stringify(values)).toBeGreaterThan(0);
    }
    expect(bus.at(-1)?.frames).toMatchObject({ damaged: 0, repeated: 0, lost: 0 });
  });
});
