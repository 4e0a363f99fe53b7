/** Frames that are damaged, lost, late or wrong: never a step, and the next good one is answered. */
import { describe, expect, test } from "vitest";
import { encodeFrame, type Frame } from "../../host/link/frame.js";
import { decodeHealth, wordsPayload } from "../../host/link/messages.js";
import { loadProfile } from "../../host/profiles/profile.js";
import { generator } from "../../host/random.js";
import { recordBytes } from "../../host/schema/field.js";
import { inputBytes, snapshotBytes } from "../../host/schema/layout.js";
import { ANSWER, messages } from "../../host/schema/link.js";
import { packOutputFields } from "../../host/schema/records.js";
import { Board, notBuilt, refusalOf, typeOf } from "./board.js";

const values = loadProfile("li-agc-argyrodite").values;

/** Payload of `steps`: so many of one cell, all inputs 0, which the sensor checks make a step all the same. */
const stepsPayload = (steps: number, flags = 1) => {
  const payload = new Uint8Array(4 + steps * inputBytes(1));
  new DataView(payload.buffer).setUint16(0, steps, true);
  new DataView(payload.buffer).setUint16(2, flags, true);
  return payload;
};

async function hosted(): Promise<Board> {
  const board = new Board();
  await board.hello();
  await board.start(1, values);
  return board;
}

/** The next request in order, as bytes, without sending it. */
const upcoming = (
  board: Board,
  name: Parameters<typeof typeOf>[0],
  payload: Uint8Array = new Uint8Array(),
): Uint8Array => encodeFrame({ type: typeOf(name), sequence: board.sequence + 1, payload });

/** Sends bytes, then `health` in order; returns what came before its answer, and the steps done. */
async function provoke(board: Board, bytes: Uint8Array): Promise<{ answers: Frame[]; steps: number }> {
  board.send(bytes);
  // A 0 ends whatever frame the bytes began.
  board.send(Uint8Array.of(0));
  board.send(upcoming(board, "health"));
  const answers: Frame[] = [];
  for (;;) {
    const frame = await board.next();
    if (frame.type === (typeOf("health") | ANSWER)) {
      board.sequence++;
      return { answers, steps: decodeHealth(frame.payload).steps };
    }
    answers.push(frame);
  }
}

describe.skipIf(notBuilt("posix-asan"))("frames", () => {
  test("nothing but hello is answered before hello", async () => {
    const board = new Board();
    expect(await board.refusal("health")).toBe("sequence");
    expect(await board.refusal("mode", Uint8Array.of(2))).toBe("sequence");
    expect((await board.hello()).mode).toBe("hosted");
    expect((await board.health()).refusedFrames).toBe(2);
    expect(await board.close()).toBe(0);
  });

  test("a repeated request gets its answer again and is not carried out again", async () => {
    const board = await hosted();
    const frame = upcoming(board, "steps", stepsPayload(3));
    board.send(frame);
    const first = await board.next();
    expect(first.type).toBe(typeOf("steps") | ANSWER);
    board.send(frame);
    board.send(frame);
    expect(await board.next()).toEqual(first);
    expect(await board.next()).toEqual(first);
    board.sequence++;
    expect((await board.health()).steps).toBe(3);
    await board.close();
  });

  test("a refused request keeps its refusal when it is repeated", async () => {
    const board = await hosted();
    const frame = upcoming(board, "reset", wordsPayload(1, 2));
    board.send(frame);
    board.send(frame);
    const first = await board.next();
    expect(refusalOf(first)).toEqual({ name: "size", type: typeOf("reset"), expected: board.sequence + 2 });
    expect(await board.next()).toEqual(first);
    await board.close();
  });

  test("every single flipped bit of a steps frame is noticed", async () => {
    const board = await hosted();
    const good = upcoming(board, "steps", stepsPayload(1));
    const bad: Uint8Array[] = [];
    for (let bit = 0; bit < 8 * good.length; bit++) {
      const flipped = good.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
      bad.push(flipped, Uint8Array.of(0));
    }
    const { answers, steps } = await provoke(board, Buffer.concat(bad));
    expect(steps).toBe(0);
    // A bit that becomes the final 0's absence, or a 0 in the middle, makes other than one refusal of a frame.
    expect(answers.length).toBeGreaterThanOrEqual(8 * (good.length - 1));
    for (const answer of answers) expect(refusalOf(answer)?.name).toBe("crc");
    expect(await board.refusal("steps", stepsPayload(1))).toBeUndefined();
    expect((await board.health()).steps).toBe(1);
    await board.close();
  });

  test("a frame cut short anywhere is lost alone, or with the one it runs into", async () => {
    const board = await hosted();
    for (let length = 1; length < upcoming(board, "steps", stepsPayload(1)).length - 1; length++) {
      const cut = upcoming(board, "steps", stepsPayload(1)).subarray(0, length);
      const { answers, steps } = await provoke(board, cut);
      expect(steps).toBe(0);
      expect(answers.map((answer) => refusalOf(answer)?.name)).toEqual(["crc"]);
    }
    const whole = upcoming(board, "steps", stepsPayload(1));
    const { answers, steps } = await provoke(board, Buffer.concat([whole.subarray(0, 20), whole]));
    expect(steps).toBe(0);
    expect(answers.map((answer) => refusalOf(answer)?.name)).toEqual(["crc"]);
    await board.close();
  });

  test("requests out of order are refused with the number that is due", async () => {
    const board = await hosted();
    const due = board.sequence + 1;
    const frame = (sequence: number) =>
      encodeFrame({ type: typeOf("steps"), sequence: sequence & 0xffff, payload: stepsPayload(1) });
    for (const other of [due + 1, due + 2, due - 2, due + 0x7fff, due - 0x7fff]) {
      board.send(frame(other));
      const answer = await board.next();
      expect(answer.sequence).toBe(other & 0xffff);
      expect(refusalOf(answer)).toEqual({ name: "sequence", type: typeOf("steps"), expected: due });
    }
    board.send(frame(due));
    board.send(frame(due + 1));
    expect((await board.next()).sequence).toBe(due);
    expect((await board.next()).sequence).toBe(due + 1);
    board.sequence += 2;
    expect((await board.health()).steps).toBe(2);
    await board.close();
  });

  test("numbers go on over 65535, and hello is taken with any", async () => {
    const board = await hosted();
    board.sequence = 0xfffd;
    await board.hello();
    for (let i = 0; i < 4; i++) await board.health();
    expect(board.sequence).toBe(2);
    await board.close();
  });

  test("a frame longer than the board's buffer is refused, at any length", async () => {
    const board = await hosted();
    const { requestBytes } = await board.hello();
    for (const bytes of [requestBytes + 1, requestBytes + 2000, 20 * requestBytes]) {
      const { answers, steps } = await provoke(
        board,
        upcoming(board, "steps", new Uint8Array(bytes).fill(7)),
      );
      expect(steps).toBe(0);
      expect(answers.map((answer) => refusalOf(answer)?.name)).toEqual(["size"]);
    }
    // The longest that fits is read, and refused for what it says.
    const most = await board.ask(typeOf("steps"), new Uint8Array(requestBytes));
    expect(refusalOf(most)).toMatchObject({ name: "size", type: typeOf("steps") });
    await board.close();
  });

  test("a payload of the wrong length is refused, for every message that has a length", async () => {
    const board = await hosted();
    const lengths: Record<string, number> = { reset: 4, read: 8, restore: 4, mode: 1 };
    for (const { name } of messages) {
      const right = lengths[name] ?? 0;
      if (name === "parameters" || name === "stage" || name === "steps") continue;
      expect(await board.refusal(name, new Uint8Array(right + 1)), name).toBe("size");
      if (right > 0) expect(await board.refusal(name, new Uint8Array(right - 1)), name).toBe("size");
    }
    expect(await board.refusal("parameters", new Uint8Array(7))).toBe("size");
    expect(await board.refusal("stage", new Uint8Array(3))).toBe("size");
    expect(await board.refusal("steps", new Uint8Array(3))).toBe("size");
    expect(await board.refusal("steps", stepsPayload(2).subarray(0, -1))).toBe("size");
    expect(await board.refusal("steps", Buffer.concat([stepsPayload(2), Uint8Array.of(0)]))).toBe("size");
    // An answer that would not fit is refused before a step is taken.
    expect(await board.refusal("steps", stepsPayload(1000))).toBe("size");
    expect((await board.health()).steps).toBe(0);
    await board.close();
  });

  test("unknown types are refused", async () => {
    const board = await hosted();
    const known = new Set(messages.map(({ id }) => id as number));
    for (let type = 0; type < 256; type++) {
      if (known.has(type)) continue;
      expect(refusalOf(await board.ask(type)), `type ${type}`).toMatchObject({ name: "type", type });
    }
    await board.close();
  });

  test("read and stage keep to their regions, in sums that do not wrap", async () => {
    const board = await hosted();
    const end = snapshotBytes(1) + recordBytes(packOutputFields);
    expect((await board.request("read", wordsPayload(0, end))).length).toBe(end);
    expect((await board.request("read", wordsPayload(end, 0))).length).toBe(0);
    for (const [offset, bytes] of [
      [0, end + 1],
      [end, 1],
      [end + 1, 0],
      [4, -1],
      [-1, 2],
      [-16, 16],
      [0x7fffffff, 0x7fffffff],
    ] as const)
      expect(await board.refusal("read", wordsPayload(offset, bytes)), `${offset} ${bytes}`).toBe("size");

    const room = snapshotBytes(24);
    const stage = (offset: number, bytes: number) =>
      board.refusal("stage", Buffer.concat([wordsPayload(offset), new Uint8Array(bytes)]));
    expect(await stage(0, room)).toBeUndefined();
    expect(await stage(room, 0)).toBeUndefined();
    for (const [offset, bytes] of [
      [0, room + 1],
      [room, 1],
      [room - 3, 4],
      [-4, 8],
      [0x7fffffff, 1],
    ] as const)
      expect(await stage(offset, bytes), `${offset} ${bytes}`).toBe("size");
    await board.close();
  });

  test("what the module refuses is answered with its status", async () => {
    const board = await hosted();
    const status = async (name: "reset" | "restore", word: number) =>
      new DataView((await board.request(name, wordsPayload(word))).slice().buffer).getInt32(0, true);
    for (const cells of [0, 25, -1, 0x7fffffff]) expect(await status("reset", cells)).toBe(1);
    // Its cells are gone with a reset that failed: no step, and nothing to keep.
    const answer = await board.request("steps", stepsPayload(1));
    expect(new DataView(answer.slice().buffer).getInt32(0, true)).toBe(8);
    for (const length of [-1, 0, 0x7fffffff]) expect(await status("restore", length)).toBe(4);
    await board.close();
  });

  test("a storm of random bytes becomes no step and is survived", async () => {
    const draw = generator(20260101);
    const board = await hosted();
    const storm = Uint8Array.from({ length: 200_000 }, () => (draw() < 0.05 ? 0 : Math.floor(draw() * 256)));
    const { answers, steps } = await provoke(board, storm);
    expect(steps).toBe(0);
    expect(answers.length).toBeGreaterThan(1000);
    expect(answers.every((answer) => refusalOf(answer) !== undefined)).toBe(true);
    expect(await board.refusal("steps", stepsPayload(1))).toBeUndefined();
    expect(await board.close()).toBe(0);
  });

  test("random requests in good frames are all answered and stop nothing", async () => {
    const draw = generator(7);
    const board = await hosted();
    for (let i = 0; i < 400; i++) {
      const payload = Uint8Array.from({ length: Math.floor(draw() ** 3 * 600) }, () =>
        Math.floor(draw() * 256),
      );
      // Live mode too: then steps, parameters and reset are refused.
      await board.ask(1 + Math.floor(draw() * 12), payload);
    }
    expect((await board.hello()).safeCause.name).toBe("none");
    expect(await board.close()).toBe(0);
  });
});
