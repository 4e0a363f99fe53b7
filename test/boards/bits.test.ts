/** Raw outputs and state of the posix port against V8's, bit for bit, with restore and without. */
import { describe, expect, test } from "vitest";
import { crc32 } from "../../host/crc32.js";
import { viewOf, wordsPayload } from "../../host/link/messages.js";
import { loadProfile } from "../../host/profiles/profile.js";
import { generator } from "../../host/random.js";
import { loadModule } from "../../host/replay/module.js";
import { recordBytes } from "../../host/schema/field.js";
import { addresses, inputBytes, outputBytes, snapshotBytes } from "../../host/schema/layout.js";
import { type CellInput, packOutputFields } from "../../host/schema/records.js";
import { Board, notBuilt } from "./board.js";

const CELLS = 3;
const STEPS = 60;
const BATCHES = 8;
const HEAD = 4;

/** Samples that wander over what the profile knows and past it, some missing. */
function wandering(draw: () => number): () => CellInput[] {
  let current_mA_cm2 = 0;
  let temperature_degC = 25;
  return () => {
    current_mA_cm2 = 0.97 * current_mA_cm2 + (draw() - 0.5);
    temperature_degC += draw() - 0.5;
    return Array.from({ length: CELLS }, (_, cell) => ({
      current_mA_cm2,
      voltage_V: 3.7 + 0.02 * current_mA_cm2 + 0.01 * cell,
      temperature_degC: temperature_degC + cell,
      stackPressure_MPa: draw() < 0.01 ? Number.NaN : 2 + draw(),
      fixturePressure_MPa: 2,
      fresh: draw() < 0.02 ? 7 : 15,
    }));
  };
}

describe.each(["posix", "posix-asan", "posix-aot"])("bits of %s", (preset) => {
  test.skipIf(notBuilt(preset))("outputs and state after every step are V8's", async () => {
    const next = wandering(generator(11));
    const module = loadModule();
    const values = loadProfile("li-agc-argyrodite").values;
    module.setParameters(values);
    module.reset(CELLS);
    const memory = Buffer.from(module.exports.memory.buffer);
    const region = memory.subarray(addresses.header, addresses.header + snapshotBytes(CELLS));
    const pack = memory.subarray(addresses.packOutput, addresses.packOutput + recordBytes(packOutputFields));
    const input = memory.subarray(addresses.stepInput, addresses.stepInput + inputBytes(CELLS));

    let board = new Board([], preset);
    await board.hello();
    const { heapUsed_B } = await board.health();
    await board.start(CELLS, values);
    for (let batch = 0; batch < BATCHES; batch++) {
      const request = Buffer.alloc(HEAD + STEPS * input.length);
      request.writeUInt16LE(STEPS, 0);
      request.writeUInt16LE(3, 2);
      const expected: Buffer[] = [];
      for (let step = 0; step < STEPS; step++) {
        module.step({ dt_s: 0.1, demand_mA_cm2: 1 }, next());
        input.copy(request, HEAD + step * input.length);
        const crc = Buffer.alloc(4);
        crc.writeUInt32LE(crc32(Buffer.concat([region, pack])));
        const outputs = Array.from({ length: CELLS }, (_, cell) => {
          const at = addresses.cells + (cell * (snapshotBytes(CELLS) - snapshotBytes(0))) / CELLS;
          return memory.subarray(at, at + (outputBytes(CELLS) - pack.length) / CELLS);
        });
        expected.push(Buffer.concat([crc, ...outputs, pack]));
      }
      const answer = Buffer.from(await board.request("steps", request));
      expect([answer.readInt32LE(0), answer.readUInt16LE(4)]).toEqual([0, STEPS]);
      expect(answer.subarray(12).equals(Buffer.concat(expected)), `batch ${batch}`).toBe(true);

      if (batch % 3 !== 2) continue;
      // Another board goes on from this one's snapshot.
      const length = viewOf(await board.request("snapshot")).getInt32(0, true);
      expect(length).toBe(snapshotBytes(CELLS));
      const snapshot = await board.request("read", wordsPayload(0, length));
      expect(Buffer.from(module.snapshot()).equals(snapshot)).toBe(true);
      await board.close();
      board = new Board([], preset);
      await board.hello();
      await board.request("stage", Buffer.concat([wordsPayload(0), snapshot]));
      expect(viewOf(await board.request("restore", wordsPayload(length))).getInt32(0, true)).toBe(0);
    }
    const { stackUsed_B, stackSize_B, ticksLeast, ticksMost, ...health } = await board.health();
    // Nothing is allocated after the start.
    expect(health.heapUsed_B).toBe(heapUsed_B);
    expect(heapUsed_B).toBeLessThanOrEqual(health.heapSize_B);
    expect(stackUsed_B).toBeLessThan(stackSize_B);
    expect(ticksLeast).toBeGreaterThan(0);
    expect(ticksMost).toBeGreaterThanOrEqual(ticksLeast);
    expect(await board.close()).toBe(0);
  });
});
