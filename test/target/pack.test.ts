import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LinkClient } from "../../host/link/client.js";
import { decodeHealth, wordsPayload } from "../../host/link/messages.js";
import { packSteps } from "../../host/link/pack.js";
import { loadProfile } from "../../host/profiles/profile.js";
import { parameterPairs } from "../../host/replay/module.js";
import { inputBytes } from "../../host/schema/layout.js";
import { modes } from "../../host/schema/link.js";
import { processWire } from "../../host/target/process.js";
import { describeBuilt, firmwareOf } from "./built.js";
import { unpackSteps } from "./unpack.js";

/** Steps of `stride` words of which few change. */
const inputs = fc
  .record({
    stride: fc.integer({ min: 1, max: 20 }),
    words: fc.array(fc.constantFrom(0, 0, 0, 1, -1, 0x7fc00001), { maxLength: 400 }),
  })
  .map(({ stride, words }) => ({
    stride,
    words: Int32Array.from(words.slice(0, words.length - (words.length % stride))),
  }));

test("packed steps are those steps, as many as there is room for and no more", () => {
  fc.assert(
    fc.property(inputs, fc.nat(60), fc.integer({ min: 0, max: 500 }), ({ stride, words }, most, room) => {
      const { steps, bytes } = packSteps(words, stride, most, room);
      expect(bytes.length).toBeLessThanOrEqual(room);
      const unpacked = unpackSteps(bytes, steps, 4 * stride) as Uint8Array[];
      const first = words.subarray(0, steps * stride);
      expect(Buffer.concat(unpacked)).toEqual(Buffer.from(first.buffer, 0, first.byteLength));
      const all = words.length / stride;
      if (steps === Math.min(most, all)) return;
      expect(packSteps(words, stride, steps + 1, 1000).bytes.length).toBeGreaterThan(room);
    }),
  );
});

describeBuilt("posix-asan", "the board's reading of packed steps", () => {
  const CELLS = 2;
  const words = inputBytes(CELLS) / 4;
  let client: LinkClient;

  beforeAll(async () => {
    client = new LinkClient(
      processWire({ name: "posix", command: firmwareOf("posix-asan"), args: [], remedy: "" }),
    );
    await client.hello();
    await client.request("mode", Uint8Array.of(modes.indexOf("hosted")));
    await client.request("parameters", parameterPairs(loadProfile("li-agc-argyrodite").values));
    await client.request("reset", wordsPayload(CELLS));
  });
  afterAll(async () => {
    await client.close();
  });

  const stepsDone = async () => decodeHealth(await client.request("health")).steps;
  const send = (steps: number, packed: Uint8Array) =>
    client.request("steps", Uint8Array.of(steps & 0xff, steps >> 8, 4, 0, ...packed));

  /** Packed steps of as many words as their bits say, a few with a byte too much. */
  const packed = fc
    .array(fc.record({ bits: fc.integer({ min: 0, max: 0xffff }), more: fc.constantFrom(0, 0, 0, 0, 1) }), {
      maxLength: 6,
    })
    .map((steps) => {
      const bytes = steps.flatMap(({ bits, more }) => {
        const set = [...Array(words).keys()].filter((k) => (bits >> k) & 1).length;
        return [bits & 0xff, bits >> 8, ...new Array(4 * set + more).fill(7)];
      });
      return { bytes: Uint8Array.from(bytes), count: steps.length };
    });

  test("carries out what is whole and refuses the rest before the first step", async () => {
    let whole = 0;
    await fc.assert(
      fc.asyncProperty(packed, fc.constantFrom(0, 0, 1), async ({ bytes, count }, missing) => {
        const steps = count + missing;
        const before = await stepsDone();
        if (unpackSteps(bytes, steps, 4 * words)) {
          whole++;
          await send(steps, bytes);
          expect(await stepsDone()).toBe(before + steps);
        } else {
          await expect(send(steps, bytes)).rejects.toThrow(
            expect.objectContaining({ code: "E_BOARD_REFUSED" }),
          );
          expect(await stepsDone()).toBe(before);
        }
      }),
      { numRuns: 300 },
    );
    expect(whole).toBeGreaterThan(30);
  });
});
