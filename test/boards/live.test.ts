/** The firmware on its own: sensors, control tick, storage, bus. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { crc32 } from "../../host/crc32.js";
import { encodeFrame, type Frame, FrameReader } from "../../host/link/frame.js";
import { viewOf, wordsPayload } from "../../host/link/messages.js";
import { loadProfile } from "../../host/profiles/profile.js";
import { loadModule } from "../../host/replay/module.js";
import { fieldOffsets, recordBytes } from "../../host/schema/field.js";
import { addresses, inputBytes, layoutHash, snapshotBytes } from "../../host/schema/layout.js";
import { ANSWER } from "../../host/schema/link.js";
import { headerFields, packOutputFields } from "../../host/schema/records.js";
import { Board, EXIT, notBuilt, typeOf } from "./board.js";

const values = loadProfile("li-agc-argyrodite").values;
const CELLS = 2;
const STEPS = 150;
/** Words before a snapshot in storage (boards/common/store.c). */
const RECORD_HEAD = 24;
const HEADER = "current_mA_cm2,voltage_V,temperature_degC,stackPressure_MPa,fixturePressure_MPa";
/** At rest, measured by all sensors. */
const REST = "0,3.7,25,2,2";

let directory: string;
const file = (name: string) => join(directory, name);
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "betaguard-live-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** A board with parameters and cells, stored. */
async function configured(store: string, cells = CELLS): Promise<void> {
  const board = new Board(["--store", store]);
  expect(await board.hello()).toMatchObject({ mode: "hosted", resetCause: { name: "power" } });
  await board.start(cells, values);
  await board.request("store");
  expect(await board.close()).toBe(EXIT.closed);
}

/** State region of all cells, then the pack's output. */
const readAll = (board: Board): Promise<Uint8Array> =>
  board.request("read", wordsPayload(0, snapshotBytes(CELLS) + recordBytes(packOutputFields)));

const chargeLimit = (all: Uint8Array) => viewOf(all).getFloat32(snapshotBytes(CELLS), true);

describe.skipIf(notBuilt("posix-asan"))("live", () => {
  test("without a snapshot the board waits for parameters with the contactor open", async () => {
    const board = new Board(["--store", file("empty"), "--run", "20"]);
    expect(await board.hello()).toMatchObject({ mode: "hosted", cells: 0 });
    expect(await board.refusal("mode", Uint8Array.of(1))).toBe("mode");
    await board.close();
    expect(board.said).toBe("");
  });

  test("with one it goes live by itself, to the bits that V8 has after as many steps", async () => {
    const store = file("live");
    await configured(store);
    writeFileSync(file("rest.csv"), `${HEADER}\n${`${REST}\n`.repeat(STEPS)}`);
    const ticks = ["--run", String(STEPS), "--samples", file("rest.csv"), "--can", file("can.log")];
    const board = new Board(["--store", store, ...ticks, "--actuator", file("actuator")]);
    expect(await board.hello()).toMatchObject({ mode: "live", cells: CELLS, resetCause: { name: "pin" } });
    await board.until(async () => (await board.health()).steps === STEPS);
    const all = await readAll(board);
    expect((await board.health()).overruns).toBe(0);
    expect(await board.close()).toBe(EXIT.closed);
    expect(board.said).toBe("contactor: closed\ncontactor: open\n");
    expect(chargeLimit(all)).toBeGreaterThan(0);

    const module = loadModule();
    module.setParameters(values);
    module.reset(CELLS);
    const samples = { current_mA_cm2: 0, voltage_V: 3.7, temperature_degC: 25, stackPressure_MPa: 2 };
    const cell = { ...samples, fixturePressure_MPa: 2, fresh: 0b1111 };
    const commands: number[] = [];
    for (let i = 0; i < STEPS; i++) {
      module.step({ dt_s: 0.1, demand_mA_cm2: 0 }, [cell, cell]);
      commands.push(module.packOutput().actuatorCommand_MPa);
    }
    const told = readFileSync(file("actuator"), "utf8").trim().split("\n").map(Number);
    expect(told.map(Math.fround)).toEqual(commands);
    expect(module.packOutput().pressureSetpoint_MPa).not.toBe(commands.at(-1));
    const expected = Buffer.from(module.exports.memory.buffer, addresses.header, snapshotBytes(CELLS));
    // But for the checksum: what the board started from was sealed.
    const crc = fieldOffsets(headerFields).crc as number;
    expected.fill(0, crc, crc + 4);
    all.fill(0, crc, crc + 4);
    expect(Buffer.from(all.subarray(0, snapshotBytes(CELLS))).equals(expected)).toBe(true);

    const frames = readFileSync(file("can.log"), "utf8").trim().split("\n");
    expect(frames.length).toBeGreaterThan(STEPS);
    for (const frame of frames) expect(frame).toMatch(/^\(\d+\.\d{6}\) can0 [0-7][0-9A-F]{2}#[0-9A-F]{16}$/);
  });

  test.each([
    // This profile's cells have no pressure sensor to miss.
    ["all sensors that fall silent", `${REST}\n`.repeat(40), 0b0111],
    ["a voltage sensor that falls silent", `${REST}\n`.repeat(40) + "0,,25,,2\n".repeat(800), 0b0010],
    [
      "a voltage sensor that is stuck",
      `${REST}\n`.repeat(40) + `${"0,3.7,25,,2\n".repeat(16)}${"2,3.7,25,,2\n".repeat(16)}`.repeat(25),
      0b0010,
    ],
  ])("%s: the cells go into the safe state, not the board", async (name, samples, faults) => {
    const ticks = 800;
    const store = file(`${name}.store`);
    await configured(store);
    writeFileSync(file("faulty.csv"), `${HEADER}\n${samples}`);
    const board = new Board(["--store", store, "--samples", file("faulty.csv"), "--run", String(ticks)]);
    await board.hello();
    await board.until(async () => (await board.health()).steps === ticks);
    const pack = viewOf(
      await board.request("read", wordsPayload(snapshotBytes(CELLS), recordBytes(packOutputFields))),
    );
    expect(pack.getFloat32(0, true)).toBe(0);
    expect(pack.getInt32(fieldOffsets(packOutputFields).faults as number, true)).toBe(faults);
    expect(await board.hello()).toMatchObject({ mode: "live", safeCause: { name: "none" } });
    await board.close();
  });

  test("a host that takes over opens the contactor and steps alone", async () => {
    const store = file("hosted");
    await configured(store);
    const board = new Board(["--store", store, "--tick", "100"]);
    await board.hello();
    await board.until(() => board.said.includes("contactor: closed"));
    const step = new Uint8Array(4 + inputBytes(CELLS));
    step[0] = 1;
    expect(await board.refusal("steps", step)).toBe("mode");
    expect(await board.refusal("reset", wordsPayload(1))).toBe("mode");
    await board.enter("hosted");
    await board.until(() => board.said.includes("contactor: open"));
    const before = (await board.health()).steps;
    await new Promise((done) => setTimeout(done, 250));
    expect((await board.health()).steps).toBe(before);
    await board.request("steps", step);
    expect((await board.health()).steps).toBe(before + 1);
    await board.enter("live");
    await board.until(() => board.said.endsWith("contactor: closed\n"));
    await board.close();
  });

  test("power that fails in a save leaves the record before, at its first and last bytes and between", async () => {
    const store = file("power");
    await configured(store, 1);
    const record = RECORD_HEAD + snapshotBytes(1);
    for (const cut of [0, 1, 4, snapshotBytes(1) - 1, snapshotBytes(1), record - 5, record - 4, record - 1]) {
      const before = new Board(["--store", store, "--cut", String(cut)]);
      expect(await before.hello()).toMatchObject({ cells: 1, mode: "live" });
      await before.enter("hosted");
      await before.start(2, values);
      await expect(before.request("store")).rejects.toThrow("ended with 6");
      const after = new Board(["--store", store]);
      // Either is whole; the new one needs its last byte.
      expect(await after.hello(), `cut after ${cut}`).toMatchObject({
        cells: 1,
        mode: "live",
        resetCause: { name: "power" },
        safeCause: { name: "none" },
      });
      await after.close();
    }
    const last = new Board(["--store", store]);
    await last.hello();
    await last.enter("hosted");
    await last.start(2, values);
    await last.request("store");
    await last.close();
    const found = new Board(["--store", store]);
    expect((await found.hello()).cells).toBe(2);
    await found.close();
  });

  test("a damaged record gives way to the one before, and one of another layout is not taken", async () => {
    const store = file("records");
    await configured(store, 1);
    const writer = new Board(["--store", store]);
    await writer.hello();
    await writer.enter("hosted");
    await writer.start(2, values);
    await writer.request("store");
    await writer.close();
    const cellsAfterStart = async () => {
      const board = new Board(["--store", store]);
      const { cells } = await board.hello();
      await board.close();
      return cells;
    };
    const patch = (change: (flash: Buffer) => void) => {
      const flash = readFileSync(store);
      change(flash);
      writeFileSync(store, flash);
    };
    expect(await cellsAfterStart()).toBe(2);
    const second = RECORD_HEAD + snapshotBytes(1);
    patch((flash) => {
      flash[second + RECORD_HEAD + 1000] = (flash[second + RECORD_HEAD + 1000] as number) ^ 1;
    });
    expect(await cellsAfterStart()).toBe(1);
    // The layout's hash is the second word of a header, its CRC the last.
    patch((flash) => {
      flash.writeInt32LE(layoutHash ^ 1, 4);
      flash.writeUInt32LE(crc32(flash.subarray(0, RECORD_HEAD - 4)), RECORD_HEAD - 4);
    });
    expect(await cellsAfterStart()).toBe(0);
  });

  test("over TCP one host comes after another, and the board goes on", async () => {
    const board = new Board(["--tcp", "0"]);
    await board.until(() => /link: 127\.0\.0\.1:\d+\n/.test(board.said));
    const port = Number(/:(\d+)\n/.exec(board.said)?.[1]);
    const ask = (name: "hello" | "health") =>
      new Promise<Frame | "damaged" | undefined>((done, failed) => {
        const socket = connect(port, "127.0.0.1", () => {
          // The first begins a count of frames, the second goes on with it: it is the same board.
          socket.write(
            encodeFrame({
              type: typeOf(name),
              sequence: name === "hello" ? 7 : 8,
              payload: new Uint8Array(),
            }),
          );
        });
        const reader = new FrameReader(1 << 16);
        socket.on("data", (bytes: Buffer) => {
          const [frame] = reader.take(bytes);
          if (frame) socket.end(() => done(frame));
        });
        socket.on("error", failed);
      });
    expect(await ask("hello")).toMatchObject({ type: typeOf("hello") | ANSWER, sequence: 7 });
    expect(await ask("health")).toMatchObject({ type: typeOf("health") | ANSWER, sequence: 8 });
    board.kill();
    expect(board.said).toMatch(/^link: .*\n$/);
  });

  test("options that cannot be are refused in one line", async () => {
    writeFileSync(file("no.csv"), "a,b\n1,2\n");
    writeFileSync(file("no.store"), "something else");
    for (const args of [
      ["--tick", "-1"],
      ["--tick", "x"],
      ["--stack", "10"],
      ["--samples", file("no.csv")],
      ["--samples", file("absent")],
      ["--store", file("no.store")],
      ["--module", file("absent")],
      ["--can", directory],
      ["what"],
    ]) {
      const board = new Board(args);
      expect(await board.ended(), args.join(" ")).toBe(EXIT.usage);
      expect(board.said, args.join(" ")).toMatch(/^betaguard: .*expected .*found .*\n$/);
    }
  });
});
