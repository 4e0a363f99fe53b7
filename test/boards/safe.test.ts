/** What cannot go on ends in the safe state, says why, and comes back after a reset. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { boardMemoryBytes, inputBytes } from "../../host/schema/layout.js";
import { Board, EXIT, notBuilt } from "./board.js";
import { deep, type Misbehaviour, misbehaving, recursive, slow, trapsAfter } from "./modules.js";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "betaguard-boards-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** Arguments of a board with that module, and storage of its own that outlives it. */
function boardWith(name: string, module: Uint8Array): string[] {
  const path = join(directory, `${name}.wasm`);
  writeFileSync(path, module);
  return ["--module", path, "--store", join(directory, `${name}.store`)];
}

const oneStep = Uint8Array.of(1, 0, 0, 0, ...new Array<number>(inputBytes(1)).fill(0));

describe.skipIf(notBuilt("posix-asan"))("safe state", () => {
  test.each<[string, Misbehaviour]>([
    ["unreachable", { step: "(unreachable)" }],
    ["division by zero", { step: "(i32.div_s (i32.const 1) (i32.const 0))" }],
    ["integer overflow", { step: "(i32.div_s (i32.const 0x80000000) (i32.const -1))" }],
    ["conversion of NaN", { step: "(i32.trunc_f32_s (f32.const nan))" }],
    [
      "a store past the board's memory, within the page",
      { step: "(i32.store (i32.const 40000) (i32.const 1)) (i32.const 0)" },
    ],
    [
      "a store whose last byte is past the board's memory",
      { step: `(i32.store (i32.const ${boardMemoryBytes - 3}) (i32.const 1)) (i32.const 0)` },
    ],
    [
      "a store at an address that wraps",
      { step: "(i32.store offset=16 (i32.const -8) (i32.const 1)) (i32.const 0)" },
    ],
    ["a load at an address that wraps", { step: "(i32.load offset=16 (i32.const -8))" }],
    ["endless recursion", recursive],
  ])("a step that traps: %s", async (name, misbehaviour) => {
    const args = boardWith(`trap ${name}`, misbehaving(misbehaviour));
    const board = new Board(args);
    await board.hello();
    await board.start(1);
    expect(await board.refusal("steps", oneStep)).toBe("safe");
    expect(await board.hello()).toMatchObject({ mode: "safe", safeCause: { name: "trap" } });
    // Nothing runs the logic again, not even a host that insists.
    for (const message of ["steps", "snapshot", "store"] as const)
      expect(await board.refusal(message, message === "steps" ? oneStep : undefined)).toBe("safe");
    expect(await board.refusal("mode", Uint8Array.of(2))).toBe("safe");
    expect(await board.refusal("reset", Uint8Array.of(1, 0, 0, 0))).toBe("safe");
    // What it stopped with can still be read.
    expect((await board.request("read", Uint8Array.of(0, 0, 0, 0, 24, 0, 0, 0))).length).toBe(24);
    expect((await board.health()).steps).toBe(0);
    expect(await board.close()).toBe(EXIT.closed);

    const again = new Board(args);
    expect(await again.hello()).toMatchObject({
      mode: "hosted",
      resetCause: { name: "pin" },
      safeCause: { name: "trap" },
    });
    await again.start(1);
    await again.close();
  });

  test("the last bytes of the board's memory can be used", async () => {
    const last = boardMemoryBytes - 4;
    const step = `(i32.store (i32.const ${last}) (i32.const 7)) (i32.sub (i32.load (i32.const ${last})) (i32.const 7))`;
    const board = new Board(boardWith("last bytes", misbehaving({ step })));
    await board.hello();
    await board.start(1);
    await board.request("steps", oneStep);
    expect((await board.health()).steps).toBe(1);
    await board.close();
  });

  test("a trap in live mode opens the contactor, and the board comes back from its storage", async () => {
    const args = boardWith("live trap", misbehaving(trapsAfter(5)));
    const hosted = new Board(args);
    await hosted.hello();
    await hosted.start(2);
    await hosted.request("store");
    await hosted.close();
    expect(hosted.said).toBe("");

    const board = new Board([...args, "--run", "20"]);
    await board.hello();
    await board.until(() => board.said === "contactor: closed\ncontactor: open\n");
    expect(await board.hello()).toMatchObject({ mode: "safe", safeCause: { name: "trap" }, cells: 2 });
    expect((await board.health()).steps).toBe(4);
    await board.close();

    const again = new Board([...args, "--run", "3"]);
    expect(await again.hello()).toMatchObject({ mode: "live", safeCause: { name: "trap" }, cells: 2 });
    await again.until(async () => (await again.health()).steps === 3);
    await again.close();
    expect(again.said).toBe("contactor: closed\ncontactor: open\n");
  });

  test("three control ticks in a row that are late stop the logic", async () => {
    const board = new Board([...boardWith("slow", misbehaving(slow(5_000_000))), "--tick", "2"], "posix");
    await board.hello();
    await board.start(1);
    await board.enter("live");
    await board.until(() => board.said.includes("contactor: open"));
    expect(await board.hello()).toMatchObject({ mode: "safe", safeCause: { name: "overrun" } });
    const { overruns, steps } = await board.health();
    expect(overruns).toBeGreaterThanOrEqual(3);
    expect(steps).toBeGreaterThanOrEqual(1);
    expect(await board.refusal("mode", Uint8Array.of(1))).toBe("safe");
    await board.close();
  });

  test("a step that never ends is ended by the watchdog; the board waits for a host then", async () => {
    const args = boardWith(
      "endless",
      misbehaving({
        rest: "(func $for_ever (loop $again (br $again)))",
        step: "(call $for_ever) (i32.const 0)",
      }),
    );
    const board = new Board(args, "posix");
    await board.hello();
    await board.start(1);
    await board.request("store");
    await expect(board.request("steps", oneStep)).rejects.toThrow("ended with 3");
    expect(await board.ended()).toBe(EXIT.watchdog);
    expect(board.said).toContain("reset: watchdog");

    const again = new Board(args, "posix");
    expect(await again.hello()).toMatchObject({
      mode: "safe",
      resetCause: { name: "watchdog" },
      safeCause: { name: "watchdog" },
      cells: 1,
    });
    expect(await again.refusal("steps", oneStep)).toBe("mode");
    await again.enter("live");
    await again.close();

    // The reset button is meant: live again.
    const third = new Board(args, "posix");
    expect(await third.hello()).toMatchObject({
      mode: "live",
      resetCause: { name: "pin" },
      safeCause: { name: "watchdog" },
    });
    await third.close();
  });

  test("native stack: its guard resets the board, and the cause is kept", async () => {
    const args = [...boardWith("deep", misbehaving(deep)), "--stack", "16384"];
    const board = new Board(args, "posix");
    await board.hello();
    await board.start(1);
    const { stackUsed_B, stackSize_B } = await board.health();
    expect(stackSize_B).toBe(16384);
    expect(stackUsed_B).toBeLessThan(stackSize_B);
    await expect(board.request("steps", oneStep)).rejects.toThrow("ended with 4");
    expect(board.said).toContain("reset: native stack overflow");
    const again = new Board(args, "posix");
    expect(await again.hello()).toMatchObject({
      mode: "safe",
      resetCause: { name: "fault" },
      safeCause: { name: "stack" },
    });
    await again.enter("hosted");
    await again.close();
  });

  test("a module that needs more than the heap is told from one that does not belong here", async () => {
    const many = Array.from(
      { length: 3000 },
      (_, i) => `(func (export "f${i}") (param i32) (result i32)
      (i32.mul (i32.add (local.get 0) (i32.const ${i})) (i32.const ${i + 7})))`,
    ).join("\n");
    const cases: [string, Uint8Array, string][] = [
      ["large", misbehaving({ rest: many }), "memory"],
      ["layout", misbehaving({ layoutHash: 1 }), "module"],
      ["export", misbehaving({ restore: "reinstate" }), "module"],
      ["bytes", new TextEncoder().encode("no module at all"), "module"],
      ["cut", misbehaving({}).subarray(0, 100), "module"],
    ];
    for (const [name, module, cause] of cases) {
      const board = new Board(boardWith(name, module));
      expect(await board.hello(), name).toMatchObject({ mode: "safe", safeCause: { name: cause }, cells: 0 });
      expect(await board.refusal("reset", Uint8Array.of(1, 0, 0, 0)), name).toBe("safe");
      expect(await board.close(), name).toBe(EXIT.closed);
    }
  });
});
