import { describe, expect, test } from "vitest";
import { LinkClient } from "../../host/link/client.js";
import { wordsPayload } from "../../host/link/messages.js";
import { loadProfile } from "../../host/profiles/profile.js";
import { loadModule } from "../../host/replay/module.js";
import { layoutHash } from "../../host/schema/layout.js";
import { LINK_VERSION, safeCauses } from "../../host/schema/link.js";
import { BoardTarget } from "../../host/target/board.js";
import { type Line, MockBoard, type MockOptions } from "./mockBoard.js";

const { values } = loadProfile("li-agc-argyrodite");
const { sha256 } = loadModule();
const QUICK = { timeout_ms: 30, tries: 4 };

const open = (board: MockBoard) => BoardTarget.open("mock", board, sha256, QUICK);
const coded = (code: string, text = "") =>
  expect.objectContaining({ code, message: expect.stringContaining(text) });

/** The answers with these numbers are treated so; the others arrive. */
const only =
  (numbers: readonly number[], treat: Line): Line =>
  (answer, sent) =>
    numbers.includes(sent) ? treat(answer, sent) : [answer];

const flipped = (answer: Uint8Array): Uint8Array => {
  const damaged = answer.slice();
  damaged[answer.length >> 1] = (damaged[answer.length >> 1] as number) ^ 0x10;
  return damaged;
};

/** hello and mode are answers 0 and 1, parameters 2, reset 3, the batches 4 and up. */
async function threeBatches(line?: Line): Promise<{ board: MockBoard; crcs: number[] }> {
  const board = new MockBoard(line ? { line } : {});
  const target = await open(board);
  const { inputStride } = await target.start(values, 1);
  const inputs = new Int32Array(5 * inputStride);
  const crcs: number[] = [];
  for (let batch = 0; batch < 3; batch++) {
    const found = new Uint32Array(5);
    await target.crcBatch(inputs, found);
    crcs.push(...found);
  }
  await target.close();
  return { board, crcs };
}

describe("a request whose answer", () => {
  test.each<[string, Line]>([
    ["is lost", only([1, 3, 5], () => [])],
    ["is lost three times in a row", only([4, 5, 6], () => [])],
    ["is damaged", only([0, 2, 4, 6], (answer) => [flipped(answer)])],
    ["comes twice", (answer) => [answer, answer]],
    ["comes in single bytes", (answer) => [...answer].map((byte) => Uint8Array.of(byte))],
    ["comes behind noise", (answer) => [Uint8Array.of(1, 2, 3, 4, 0, 9, 0), answer]],
    [
      "comes after the next one was due",
      (answer, sent) => (sent === 4 ? [] : sent === 5 ? [answer, answer] : [answer]),
    ],
  ])("%s is carried out once, and the steps are the same", async (_, line) => {
    const expected = await threeBatches();
    const found = await threeBatches(line);
    expect(found.crcs).toEqual(expected.crcs);
    expect(new Set(found.crcs).size).toBe(15);
    expect(found.board.carriedOut.filter((name) => name !== "hello")).toEqual(
      expected.board.carriedOut.filter((name) => name !== "hello"),
    );
  });

  test("never comes is given up on after the tries, with the next step to take", async () => {
    const board = new MockBoard({ line: () => [] });
    await expect(open(board)).rejects.toThrow(coded("E_LINK_SILENT", "sent 4 times"));
    expect(board.answered).toBe(4);
    expect(board.closed).toBe(true);
  });

  test("is always damaged is given up on too", async () => {
    const board = new MockBoard({ line: (answer) => [flipped(answer)] });
    await expect(open(board)).rejects.toThrow(coded("E_LINK_SILENT"));
  });
});

describe("a board", () => {
  test.each<[string, NonNullable<MockOptions["hello"]>, string, string]>([
    ["with another module", { sha256: "ab".repeat(32) }, "E_BOARD_MODULE", "npm run boards"],
    ["with another layout", { layoutHash: layoutHash + 1 }, "E_BOARD_LAYOUT", "npm run boards"],
    ["with another link", { linkVersion: LINK_VERSION + 1 }, "E_LINK_VERSION", "flash"],
  ])("%s is refused, saying what to do", async (_, hello, code, remedy) => {
    const board = new MockBoard({ hello });
    await expect(open(board)).rejects.toThrow(coded(code, remedy));
    expect(board.closed).toBe(true);
  });

  test("that was restarted is not taken for the one before", async () => {
    const board = new MockBoard({ hello: { resetCause: "watchdog" } });
    const target = await open(board);
    await target.start(values, 1);
    board.restart();
    await expect(target.state()).rejects.toThrow(coded("E_BOARD_RESTARTED", "watchdog reset the board"));
  });

  test("in the safe state says why", async () => {
    const { doc } = safeCauses.find(({ name }) => name === "trap") as { doc: string };
    const board = new MockBoard({ refuses: { steps: "safe" }, hello: { safeCause: "trap" } });
    const target = await open(board);
    await target.start(values, 1);
    await expect(target.stepBatch(1)).rejects.toThrow(coded("E_BOARD_SAFE", doc));
  });

  test("that refuses for another reason gives it", async () => {
    await expect(open(new MockBoard({ refuses: { mode: "mode" } }))).rejects.toThrow(
      coded("E_BOARD_REFUSED", "not in this mode"),
    );
  });

  test("that goes away ends what waits, and what comes after, with the reason", async () => {
    const board = new MockBoard({ line: only([4], () => []) });
    const target = await open(board);
    await target.start(values, 1);
    const waiting = target.stepBatch(1);
    board.vanish();
    await expect(waiting).rejects.toThrow(coded("E_TARGET_ENDED"));
    await expect(target.stepBatch(1)).rejects.toThrow(coded("E_TARGET_ENDED"));
  });

  test("refuses a parameter as V8 does", async () => {
    const target = await open(new MockBoard());
    await expect(target.start({ ...values, slew_up_mA_cm2_s: -1 }, 1)).rejects.toThrow(
      coded("E_PARAMETER_RANGE", "slew_up_mA_cm2_s"),
    );
    await expect(target.start(values, 25)).rejects.toThrow(coded("E_MODULE_BAD_CELL_COUNT"));
  });

  test("whose frames hold no step of so many cells says so", async () => {
    const target = await open(new MockBoard({ payloadBytes: 1100 }));
    await expect(target.start(values, 24)).rejects.toThrow(coded("E_BOARD_PAYLOAD", "fewer cells"));
    // Whose frames hold a few steps of one cell gets them in as many frames as it takes.
    const { capacity, inputStride, outputStride } = await target.start(values, 1);
    expect(capacity).toBeGreaterThan(100);
    const module = loadModule();
    module.setParameters(values);
    module.reset(1);
    const alone = module.batchLayout();
    for (let n = 0; n < 100; n++) {
      const input = [0.1, 0, n % 7, 3.7, 25, 2, 2];
      target.floats.set(input, n * inputStride);
      target.words[n * inputStride + 7] = 15;
      module.floats.set(input, alone.input + n * alone.inputStride);
      module.words[alone.input + n * alone.inputStride + 7] = 15;
    }
    const from = await target.stepBatch(100);
    const expected = module.stepBatch(100);
    expect(target.words.slice(from, from + 100 * outputStride)).toEqual(
      module.words.slice(expected, expected + 100 * outputStride),
    );
  });

  test("that was live is hosted meanwhile, and goes on from its state at the end", async () => {
    const board = new MockBoard({ hello: { mode: "live" } });
    board.module.setParameters(values);
    board.module.reset(3);
    board.module.stepBatch(1);
    const before = board.module.snapshot();
    const target = await open(board);
    expect(board.mode).toBe("hosted");
    await target.start(values, 1);
    await target.stepBatch(2);
    await target.close();
    expect(board.mode).toBe("live");
    expect(board.module.snapshot()).toEqual(before);
  });
});

test("requests wait for each other", async () => {
  const board = new MockBoard();
  const client = new LinkClient(board, QUICK);
  await Promise.all([
    client.hello(),
    client.request("reset", wordsPayload(1)),
    client.request("read", wordsPayload(0, 4)),
  ]);
  expect(board.carriedOut).toEqual(["hello", "reset", "read"]);
});
