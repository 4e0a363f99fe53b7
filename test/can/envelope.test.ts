/** Checksum and counter: what a receiver finds out about a frame that went wrong on its way. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type CanFrame, crc8, decodeFrame } from "../../host/can/decode.js";
import { canMessages } from "../../host/schema/can.js";
import { LIVE, tick, useEncoder } from "./support.js";

const encode = useEncoder();

const liveFrames = (ticks: number): CanFrame[] =>
  encode(
    fc.sample(
      tick.map((source) => ({ ...source, mode: LIVE })),
      ticks,
    ),
  ).flat();

const flipped = ({ id, data }: CanFrame, ...bits: number[]): CanFrame => {
  const copy = data.slice();
  for (const bit of bits) copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
  return { id, data: copy };
};

test("CRC-8 is SAE J1850's: its published check value", () => {
  expect(crc8(Buffer.from("123456789"))).toBe(0x4b);
});

test("every error of one or two bits is detected", () => {
  const undetected: string[] = [];
  for (const frame of liveFrames(1)) {
    expect(decodeFrame(frame)?.intact).toBe(true);
    for (let first = 0; first < 64; first++)
      for (let second = first; second < 64; second++) {
        const damaged = flipped(frame, ...new Set([first, second]));
        if (decodeFrame(damaged)?.intact !== false)
          undetected.push(`0x${frame.id.toString(16)}: ${first}, ${second}`);
      }
  }
  expect(undetected).toEqual([]);
});

test("a frame under another message's identifier is detected", () => {
  for (const { id, data } of liveFrames(2))
    for (const other of canMessages)
      if (other.id !== id) expect(decodeFrame({ id: other.id, data })?.intact, other.name).toBe(false);
});

test("each identifier counts its own frames mod 16, through every mode", () => {
  const expected = new Map<number, number>();
  const frames = encode(fc.sample(tick, 60)).flat();
  for (const frame of frames) {
    const counter = expected.get(frame.id) ?? 0;
    expect(decodeFrame(frame)?.counter).toBe(counter);
    expected.set(frame.id, (counter + 1) % 16);
  }
  expect([...expected.keys()].sort()).toEqual(canMessages.map(({ id }) => id).sort());
});

test("what is none of the board's frames is not decoded", () => {
  const [frame] = liveFrames(1) as [CanFrame];
  expect(decodeFrame({ ...frame, id: 0x123 })).toBeUndefined();
  expect(decodeFrame({ ...frame, data: frame.data.subarray(0, 7) })).toBeUndefined();
});
