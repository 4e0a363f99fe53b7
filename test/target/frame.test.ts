import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { crc32 } from "../../host/crc32.js";
import { stuff, stuffedBytes, unstuff } from "../../host/link/cobs.js";
import { encodeFrame, type Frame, FrameReader } from "../../host/link/frame.js";

const MOST = 2000;

/** Lengths about the 254-byte runs of COBS, and many zeros, which are what it is about. */
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.array(fc.constantFrom(0, 0, 1, 255), { maxLength: 600 }).map((list) => Uint8Array.from(list)),
  fc.integer({ min: 250, max: 520 }).map((length) => new Uint8Array(length).fill(7)),
);

const frame = fc.record({
  type: fc.integer({ min: 0, max: 255 }),
  sequence: fc.integer({ min: 0, max: 0xffff }),
  payload: bytes,
});

const plain = ({ type, sequence, payload }: Frame) => ({ type, sequence, payload: [...payload] });
const taken = (reader: FrameReader, stream: Uint8Array) =>
  reader.take(stream).map((found) => (found === "damaged" ? found : plain(found)));
const read = (stream: Uint8Array) => taken(new FrameReader(MOST), stream);

describe("CRC-32", () => {
  test("has the standard's check value, in one piece or several", () => {
    const digits = new TextEncoder().encode("123456789");
    expect(crc32(digits)).toBe(0xcbf43926);
    fc.assert(
      fc.property(bytes, fc.nat(600), (all, at) => {
        expect(crc32(all.subarray(at), crc32(all.subarray(0, at)))).toBe(crc32(all));
      }),
    );
  });
});

describe("COBS", () => {
  test.each([
    [[], [1]],
    [[0], [1, 1]],
    [
      [0x11, 0x22, 0, 0x33],
      [3, 0x11, 0x22, 2, 0x33],
    ],
    [
      [0x11, 0, 0, 0],
      [2, 0x11, 1, 1, 1],
    ],
  ])("stuffs %o as its authors do", (from, to) => {
    const into = new Uint8Array(10);
    expect([...into.subarray(0, stuff(Uint8Array.from(from), into))]).toEqual(to);
  });

  test("returns what was stuffed, without a 0 in it and within its bound", () => {
    fc.assert(
      fc.property(bytes, (from) => {
        const into = new Uint8Array(stuffedBytes(from.length));
        const stuffed = into.subarray(0, stuff(from, into));
        expect(stuffed.includes(0)).toBe(false);
        expect(unstuff(stuffed)).toEqual(from);
      }),
    );
  });
});

describe("frames", () => {
  test("come back whole, in order, however the stream is cut", () => {
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 300 })),
        (frames, cuts) => {
          const stream = Buffer.concat(frames.map(encodeFrame));
          const reader = new FrameReader(MOST);
          const found = [];
          let at = 0;
          for (const cut of [...cuts, stream.length]) {
            found.push(...taken(reader, stream.subarray(at, at + cut)));
            at += cut;
          }
          expect(found).toEqual(frames.map(plain));
        },
      ),
    );
  });

  test("with any one bit wrong are damaged, never another frame, and the next one is read", () => {
    const next = { type: 1, sequence: 2, payload: Uint8Array.of(3) };
    const short = frame.filter(({ payload }) => payload.length < 60);
    fc.assert(
      fc.property(short, (sent) => {
        const encoded = encodeFrame(sent);
        for (let bit = 0; bit < 8 * encoded.length; bit++) {
          const stream = Buffer.concat([encoded, encodeFrame(next), encodeFrame(next)]);
          stream[bit >> 3] = (stream[bit >> 3] as number) ^ (1 << (bit & 7));
          const found = read(stream);
          const whole = found.filter((one) => one !== "damaged");
          expect(found).not.toHaveLength(whole.length);
          // Without the 0 at its end, the frame takes the one behind it along.
          expect(whole).toEqual(new Array(bit >> 3 === encoded.length - 1 ? 1 : 2).fill(plain(next)));
        }
      }),
      { numRuns: 30 },
    );
  });

  test("cut short are damaged", () => {
    fc.assert(
      fc.property(frame, fc.nat(), (sent, at) => {
        const encoded = encodeFrame(sent);
        const cut = encoded.subarray(0, 1 + (at % (encoded.length - 2)));
        expect(read(Uint8Array.of(...cut, 0))).toEqual(["damaged"]);
      }),
    );
  });

  test("are found again behind any garbage", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3 * MOST }), frame, (garbage, sent) => {
        expect(read(Buffer.concat([garbage, Uint8Array.of(0), encodeFrame(sent)])).at(-1)).toEqual(
          plain(sent),
        );
      }),
    );
  });

  test("longer than agreed are damaged, at the bound they are not", () => {
    const of = (length: number) =>
      read(encodeFrame({ type: 1, sequence: 0, payload: new Uint8Array(length).fill(9) }));
    expect(of(MOST)).toHaveLength(1);
    expect(of(MOST)).not.toEqual(["damaged"]);
    expect(of(2 * MOST)).toEqual(["damaged"]);
  });

  test("of no bytes are nothing: a sender may begin with a 0", () => {
    expect(read(Uint8Array.of(0, 0, 0))).toEqual([]);
  });
});
