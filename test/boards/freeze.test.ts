/** What a board keeps around an event replays to its bits, is refused when damaged, and stays until it is cleared. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { crc32 } from "../../host/crc32.js";
import { fetchFrames } from "../../host/freeze/board.js";
import {
  decodeFrame,
  describe as describeFrame,
  type FreezeFile,
  openFrame,
} from "../../host/freeze/frame.js";
import { replayFrame } from "../../host/freeze/replay.js";
import { LinkClient } from "../../host/link/client.js";
import { decodeHealth, viewOf, wordsPayload } from "../../host/link/messages.js";
import { packSteps } from "../../host/link/pack.js";
import { loadProfile } from "../../host/profiles/profile.js";
import { loadModule, parameterPairs } from "../../host/replay/module.js";
import { addresses, inputBytes, layoutHash, stateBytesPerCell } from "../../host/schema/layout.js";
import { freezeFields, modes } from "../../host/schema/link.js";
import { V8Target } from "../../host/target/v8.js";
import { Board, notBuilt as notBuiltPosix } from "./board.js";
import { misbehaving, trapsAfter } from "./modules.js";
import { notBuilt, PATIENT, type Preset, startWire } from "./started.js";

const values = loadProfile("li-agc-argyrodite").values;
const here = { moduleSha256: loadModule().sha256, layoutHash };
const FRESH = 0b1111;
const NO_VOLTAGE = 0b1101;
const PACKED = 4;

/** A board with `cells` cells, and a way to step them. */
async function started(preset: Preset, cells: number) {
  const client = new LinkClient(startWire(preset), PATIENT);
  const { requestBytes } = await client.hello();
  await client.request("mode", Uint8Array.of(modes.indexOf("hosted")));
  await client.request("parameters", parameterPairs(values));
  await client.request("reset", wordsPayload(cells));
  const stride = inputBytes(cells) / 4;
  /** Steps with a current that comes and goes; `silent` is the cell whose voltage sensor says nothing. */
  const step = async (count: number, silent = -1) => {
    const floats = new Float32Array(count * stride);
    const words = new Int32Array(floats.buffer);
    for (let n = 0; n < count; n++) {
      const current = Math.sin(n / 9);
      floats.set([0.1, Math.max(0, -current)], n * stride);
      for (let cell = 0; cell < cells; cell++) {
        const at = n * stride + 2 + 6 * cell;
        floats.set([current, 3.7 + cell / 100, 60, 5, 5], at);
        words[at + 5] = cell === silent ? NO_VOLTAGE : FRESH;
      }
    }
    for (let done = 0; done < count; ) {
      const { steps, bytes } = packSteps(words.subarray(done * stride), stride, count, requestBytes - 4);
      const request = new Uint8Array(4 + bytes.length);
      viewOf(request).setUint16(0, steps, true);
      viewOf(request).setUint16(2, PACKED, true);
      request.set(bytes, 4);
      expect(viewOf(await client.request("steps", request)).getInt32(0, true)).toBe(0);
      done += steps;
    }
  };
  return { client, step, health: async () => decodeHealth(await client.request("health")) };
}

const v8 = () => new V8Target(loadModule());
const replay = (file: FreezeFile) => replayFrame(openFrame(file, here), v8());
const bytesOf = (text: string) => Uint8Array.from(Buffer.from(text, "base64"));
const CELL_WORDS = stateBytesPerCell / 4;

for (const preset of ["posix", "stm32f405", "rv32imc"] as const) {
  describe.skipIf(notBuilt(preset))(`freeze frames of ${preset}`, { timeout: 120_000 }, () => {
    test("a sensor that falls silent: the cell, its inputs and its bits; it stays until cleared", async () => {
      const { client, step } = await started(preset, 3);
      await step(60);
      await fetchFrames(client, preset, 0, true);
      await step(60, 1);
      const { frames } = await fetchFrames(client, preset);
      const fault = frames.find(({ event }) => event.event === "fault") as FreezeFile;
      expect(fault.event).toMatchObject({
        cell: 1,
        cells: 3,
        before: { faults: [] },
        after: { faults: ["voltage"] },
      });
      for (const frame of frames)
        expect(await replay(frame)).toEqual({
          steps: frame.event.steps,
          words: CELL_WORDS,
          differences: 0,
          first: null,
        });

      await step(80);
      await step(80, 2);
      const later = await fetchFrames(client, preset);
      expect(later.frames.find(({ event }) => event.number === fault.event.number)).toEqual(fault);
      const numbers = later.frames.map(({ event }) => event.number);
      expect(await client.request("clear", wordsPayload(fault.event.number))).toEqual(wordsPayload(0));
      const left = (await fetchFrames(client, preset)).frames.map(({ event }) => event.number);
      expect(left).toEqual(numbers.filter((number) => number !== fault.event.number));
      for (const message of ["frame", "clear"] as const)
        await expect(client.request(message, wordsPayload(fault.event.number))).rejects.toMatchObject({
          code: "E_BOARD_REFUSED",
        });
      // Others' parameters: what was kept could not be replayed with them.
      await client.request("parameters", parameterPairs(values));
      expect(await fetchFrames(client, preset)).toEqual({ frames: [], missed: 0 });
    });

    test("a pack of one: several steps before the event, and the pack's output too", async () => {
      const { client, step } = await started(preset, 1);
      await step(400);
      await step(60, 0);
      await step(40);
      const { frames, missed } = await fetchFrames(client, preset);
      expect(frames.length).toBeGreaterThan(0);
      expect(frames.some(({ event }) => event.eventStep > 1)).toBe(true);
      for (const frame of frames) {
        const { words, differences } = await replay(frame);
        expect(differences).toBe(0);
        expect(words).toBeGreaterThan(CELL_WORDS);
      }
      if (preset === "stm32f405") {
        expect(frames.length).toBe(2);
        expect(missed).toBeGreaterThan(0);
        // A fault makes reasons give way.
        expect(frames.map(({ event }) => event.event)).toContain("fault");
      }
    });

    test("what it takes is a small part of a step, event or not", async () => {
      const { step, health } = await started(preset, 24);
      await step(48);
      const quiet = await health();
      await step(48, 5);
      const eventful = await health();
      expect(eventful.ticksFreeze).toBeGreaterThan(0);
      if (preset === "posix") return;
      expect(quiet.ticksFreeze / quiet.ticksMost).toBeLessThan(0.03);
      // A frame is copied together, and sealed when it is whole.
      expect(eventful.ticksFreeze / eventful.ticksMost).toBeLessThan(0.06);
    });
  });
}

describe.skipIf(notBuilt("posix"))("a freeze frame", () => {
  let file: FreezeFile;
  beforeAll(async () => {
    const { client, step } = await started("posix", 2);
    await step(60);
    await step(60, 1);
    file = (await fetchFrames(client, "posix")).frames.at(-1) as FreezeFile;
  });

  const changed = (at: number, sealed: boolean, word?: number): FreezeFile => {
    const bytes = bytesOf(file.frame);
    const view = viewOf(bytes);
    view.setUint32(at, word ?? view.getUint32(at, true) ^ 1, true);
    if (sealed) view.setUint32(bytes.length - 4, crc32(bytes.subarray(0, -4)), true);
    return { ...file, frame: Buffer.from(bytes).toString("base64") };
  };
  const BEFORE = 4 * freezeFields.length + addresses.params - addresses.header;

  test("damaged anywhere is refused", () => {
    const { length } = bytesOf(file.frame);
    for (const at of [0, 40, BEFORE, BEFORE + 100, length - 8, length - 4])
      expect(() => openFrame(changed(at, false), here)).toThrow(
        expect.objectContaining({ code: "E_FREEZE_CRC" }),
      );
    const short = { ...file, frame: Buffer.from(bytesOf(file.frame).subarray(4)).toString("base64") };
    expect(() => openFrame(short, here)).toThrow(expect.objectContaining({ code: "E_FREEZE_FRAME" }));
    const constants = bytesOf(file.constants);
    constants[10] = (constants[10] as number) ^ 1;
    const other = { ...file, constants: Buffer.from(constants).toString("base64") };
    expect(() => openFrame(other, here)).toThrow(expect.objectContaining({ code: "E_FREEZE_CRC" }));
  });

  test("with what is no number, or of another module, is not restored", () => {
    expect(() => openFrame(changed(BEFORE + 8, true, 0x7fc00000), here)).toThrow(
      expect.objectContaining({ code: "E_FREEZE_VALUE" }),
    );
    expect(() => openFrame(changed(12, true, 99), here)).toThrow(
      expect.objectContaining({ code: "E_FREEZE_FRAME" }),
    );
    expect(() => openFrame(file, { ...here, moduleSha256: "0" })).toThrow(
      expect.objectContaining({ code: "E_FREEZE_MODULE" }),
    );
  });

  test("that says something else than the board did is found out", async () => {
    // The last word of the state after the steps.
    const pack = addresses.staging - addresses.packOutput;
    const result = await replay(changed(bytesOf(file.frame).length - 4 - pack - 4, true));
    expect(result.differences).toBe(1);
    expect(result.first?.record).toBe("cell");
  });
});

describe.skipIf(notBuiltPosix("posix-asan"))("under sanitizers", () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "betaguard-freeze-"));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  test("a trap leaves the state before the step that made it", async () => {
    const path = join(directory, "trap.wasm");
    writeFileSync(path, misbehaving(trapsAfter(5)));
    const board = new Board(["--module", path]);
    await board.hello();
    await board.start(1);
    const steps = new Uint8Array(4 + 6 * inputBytes(1));
    steps[0] = 6;
    expect(await board.refusal("steps", steps)).toBe("safe");
    const list = viewOf(await board.request("freeze"));
    expect(list.byteLength).toBe(12);
    const frame = decodeFrame(await board.request("frame", wordsPayload(list.getUint32(8, true))));
    expect(describeFrame(frame)).toMatchObject({
      event: "safe",
      cause: "trap",
      cell: 0,
      steps: 5,
      eventStep: 5,
    });
    expect(frame.head.whole).toBe(0);
    await board.close();
  });

  test("in live mode: fetched by the command, written, replayed from the file", async () => {
    const store = join(directory, "cells");
    const board = new Board(["--store", store]);
    await board.hello();
    await board.start(2, values);
    await board.request("store");
    await board.close();
    const rest = "0,3.7,25,2,2\n".repeat(60);
    const header = "current_mA_cm2,voltage_V,temperature_degC,stackPressure_MPa,fixturePressure_MPa\n";
    writeFileSync(join(directory, "samples.csv"), `${header}${rest}${"0,,25,2,2\n".repeat(200)}`);
    const { betaguard } = await import("../cli/command.js");
    const out = join(directory, "frame.json");
    const run = ["--store", store, "--samples", join(directory, "samples.csv"), "--run", "260"];
    const fetched = await betaguard([
      "freeze",
      "posix",
      "--wait",
      "20",
      "--replay",
      "--json",
      "-o",
      out,
      "--",
      ...run,
    ]);
    expect(fetched.code, fetched.stderr).toBe(0);
    const { frames } = JSON.parse(fetched.stdout) as { frames: { replay: { differences: number } }[] };
    expect(frames.map(({ replay: { differences } }) => differences)).toEqual(frames.map(() => 0));
    const again = await betaguard(["freeze", out, "--replay", "--target", "wasm3"]);
    expect(again.stdout).toMatch(/wasm3: the same bits after \d+ steps, \d+ words/);
    const file = JSON.parse(readFileSync(out, "utf8")) as FreezeFile;
    const bytes = bytesOf(file.frame);
    bytes[100] = (bytes[100] as number) ^ 4;
    writeFileSync(out, JSON.stringify({ ...file, frame: Buffer.from(bytes).toString("base64") }));
    const damaged = await betaguard(["freeze", out, "--replay"]);
    expect([damaged.code, damaged.stderr]).toEqual([2, expect.stringContaining("E_FREEZE_CRC")]);
    const nothing = await betaguard(["freeze", "posix", "-o", out, "--", "--store", store]);
    expect([nothing.code, nothing.stderr]).toEqual([2, expect.stringContaining("E_FREEZE_NONE")]);
  });
});
