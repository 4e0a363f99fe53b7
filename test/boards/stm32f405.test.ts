import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LinkClient } from "../../host/link/client.js";
import { encodeFrame, FrameReader } from "../../host/link/frame.js";
import { decodeHealth, wordsPayload } from "../../host/link/messages.js";
import type { Wire } from "../../host/link/wire.js";
import { loadModule, parameterPairs } from "../../host/replay/module.js";
import { packageFile } from "../../host/root.js";
import { fieldOffsets } from "../../host/schema/field.js";
import { addresses, inputBytes } from "../../host/schema/layout.js";
import { modes } from "../../host/schema/link.js";
import { headerFields } from "../../host/schema/records.js";
import { refusalOf, typeOf } from "./board.js";
import { Gdb } from "./gdb.js";
import { lockstep, VALUES } from "./lockstep.js";
import { misbehaving } from "./modules.js";
import { imageOf, notBuilt, PATIENT, startBoard, startWire } from "./started.js";

const PRESET = "stm32f405";
const folder = mkdtempSync(join(tmpdir(), "betaguard-stm32f405-"));
afterAll(() => rmSync(folder, { recursive: true }));

const enter = (client: LinkClient, mode: (typeof modes)[number]) =>
  client.request("mode", Uint8Array.of(modes.indexOf(mode)));
const health = async (client: LinkClient) => decodeHealth(await client.request("health"));
const oneStep = (cells: number) => {
  const request = new Uint8Array(4 + inputBytes(cells));
  request[0] = 1;
  return request;
};

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const late = Date.now() + 30_000; !(await holds()); ) {
    if (Date.now() > late) throw new Error("waited 30 s in vain");
    await new Promise((done) => setTimeout(done, 5));
  }
}

describe.skipIf(notBuilt(PRESET))("stm32f405 in QEMU", () => {
  test("says who it is, and that it has no storage where the flash's controller is missing", {
    timeout: 60_000,
  }, async () => {
    const client = new LinkClient(startWire(PRESET), PATIENT);
    try {
      expect(await client.hello()).toMatchObject({
        port: "stm32f405",
        executor: "wasm3",
        mode: "hosted",
        moduleSha256: loadModule().sha256,
        resetCause: { name: "power" },
        safeCause: { name: "none" },
      });
      await client.request("parameters", parameterPairs(VALUES));
      await client.request("reset", wordsPayload(1));
      await expect(client.request("store")).rejects.toThrow(/no storage/);
    } finally {
      await client.close();
    }
  });

  test("wasm3 on it has V8's bits", { timeout: 60_000 }, async () => {
    expect(await lockstep(await startBoard(PRESET, loadModule().sha256), 3, 300)).toBe(300);
  });

  test("frames that are damaged, cut short, too long or out of order are no steps", {
    timeout: 60_000,
  }, async () => {
    const refused: string[] = [];
    const reader = new FrameReader(1 << 20);
    const wire = startWire(PRESET);
    const watched: Wire = {
      ...wire,
      listen: (received, lost) =>
        wire.listen((bytes) => {
          for (const frame of reader.take(bytes))
            if (frame !== "damaged") refused.push(...[refusalOf(frame)?.name ?? []].flat());
          received(bytes);
        }, lost),
    };
    const client = new LinkClient(watched, PATIENT);
    /** Sends what must be refused while no request waits for an answer. */
    const provoke = async (bytes: Uint8Array): Promise<string | undefined> => {
      const before = refused.length;
      wire.send(bytes);
      await until(() => refused.length > before);
      return refused[before];
    };
    try {
      await client.hello();
      await client.request("parameters", parameterPairs(VALUES));
      await client.request("reset", wordsPayload(1));
      await client.request("steps", oneStep(1));
      const frame = encodeFrame({ type: typeOf("steps"), sequence: 0, payload: oneStep(1) });
      const damaged = frame.slice();
      damaged[4] = (damaged[4] as number) ^ 0x10;
      expect(await provoke(damaged)).toBe("crc");
      // A 0 ends what was cut short.
      expect(await provoke(Uint8Array.of(...frame.subarray(0, 8), 0))).toBe("crc");
      const long = new Uint8Array(8000).fill(7);
      expect(await provoke(encodeFrame({ type: typeOf("steps"), sequence: 0, payload: long }))).toBe("size");
      // The client began with a number of its own, and is not at 0 now but once in 2^16 tests.
      expect(await provoke(frame)).toBe("sequence");
      expect(await health(client)).toMatchObject({ steps: 1, damagedFrames: 2, refusedFrames: 2 });
      await client.request("steps", oneStep(1));
      expect(await health(client)).toMatchObject({ steps: 2 });
    } finally {
      await client.close();
    }
  });

  test("in live mode its own tick steps the cells", { timeout: 60_000 }, async () => {
    const client = new LinkClient(startWire(PRESET), PATIENT);
    try {
      await client.hello();
      await client.request("parameters", parameterPairs(VALUES));
      await client.request("reset", wordsPayload(1));
      await enter(client, "live");
      await until(async () => (await health(client)).steps >= 5);
      expect(await client.hello()).toMatchObject({ mode: "live", safeCause: { name: "none" } });
      await enter(client, "hosted");
      const { steps } = await health(client);
      expect((await health(client)).steps).toBe(steps);
    } finally {
      await client.close();
    }
  });

  describe("a processor fault resets it, and the next start knows why", () => {
    const SP = 13;
    const PC = 15;
    /** Offset of the fault's record in what is kept over a reset: after the kept word and whether it is new. */
    const RECORD_AT = 8;
    const addressOf = (name: string): number => {
      const lines = execFileSync("arm-none-eabi-nm", [imageOf(PRESET)], { encoding: "utf8" }).split("\n");
      const line = lines.find((found) => found.endsWith(` ${name}`));
      if (line === undefined) throw new Error(`expected the symbol ${name} in ${imageOf(PRESET)}`);
      return Number.parseInt(line, 16);
    };

    /** Stops the firmware in its loop, does something to it and lets it run on. Returns what it says then. */
    const afterwards = async (harm: (gdb: Gdb) => Promise<void>) => {
      const socket = join(folder, "gdb");
      const wire = startWire(PRESET, imageOf(PRESET), "-gdb", `unix:${socket},server=on,wait=off`);
      const client = new LinkClient(wire, PATIENT);
      try {
        expect(await client.hello()).toMatchObject({ resetCause: { name: "power" } });
        const gdb = await Gdb.attach(socket);
        await gdb.runTo(addressOf("firmware_turn"));
        await harm(gdb);
        await gdb.detach();
        const { resetCause, safeCause, mode } = await client.hello();
        const again = await Gdb.attach(socket);
        const [exception, cfsr, , , bfar, sp, pc] = await again.words(addressOf("kept") + RECORD_AT, 7);
        await again.detach();
        return {
          resetCause: resetCause.name,
          safeCause: safeCause.name,
          mode,
          exception,
          cfsr,
          bfar,
          sp,
          pc,
        };
      } finally {
        await client.close();
      }
    };

    test("an instruction that is none", { timeout: 60_000 }, async () => {
      const at = addressOf("stack_bottom");
      const found = await afterwards(async (gdb) => {
        // udf #0
        await gdb.write(at, Uint8Array.of(0x00, 0xde));
        await gdb.setRegister(PC, at);
      });
      const usageFault = 6;
      const undefinedInstruction = 1 << 16;
      expect(found).toMatchObject({
        resetCause: "fault",
        safeCause: "fault",
        mode: "safe",
        exception: usageFault,
        cfsr: undefinedInstruction,
        pc: at,
      });
    });

    test("a stack that overflows", { timeout: 60_000 }, async () => {
      const bottom = addressOf("stack_bottom");
      const found = await afterwards((gdb) => gdb.setRegister(SP, bottom));
      expect(found).toMatchObject({ resetCause: "fault", safeCause: "stack", mode: "safe" });
      expect(found.sp).toBeLessThan(bottom);
    });
  });

  describe("a module that misbehaves", () => {
    const TRAPS = 3;
    const SLOW = 2;
    const cellsAt = addresses.header + (fieldOffsets(headerFields).cells as number);
    const into = packageFile("build", "boards", "misbehaving-stm32f405");

    // Cells in use choose what it does, so that one image will do.
    beforeAll(() => {
      const file = join(folder, "misbehaving.wasm");
      writeFileSync(
        file,
        misbehaving({
          rest: `(func $work (param $left i32)
            (loop $again
              (local.set $left (i32.sub (local.get $left) (i32.const 1)))
              (br_if $again (local.get $left))))`,
          step: `(if (i32.eq (i32.load (i32.const ${cellsAt})) (i32.const ${TRAPS})) (then (unreachable)))
            (if (i32.eq (i32.load (i32.const ${cellsAt})) (i32.const ${SLOW})) (then (call $work (i32.const 1500000))))
            (i32.const 0)`,
        }),
      );
      mkdirSync(into, { recursive: true });
      const cmake = (...args: string[]) =>
        execFileSync("cmake", args, { cwd: packageFile("boards"), stdio: "pipe" });
      cmake("--preset", PRESET, "-B", into, `-DBETAGUARD_MODULE=${file}`);
      cmake("--build", into);
    }, 120_000);

    const started = async (cells: number): Promise<LinkClient> => {
      const client = new LinkClient(startWire(PRESET, join(into, "betaguard.elf")), PATIENT);
      await client.hello();
      await client.request("parameters", new Uint8Array());
      await client.request("reset", wordsPayload(cells));
      return client;
    };

    test("a trap in a step ends in the safe state", { timeout: 60_000 }, async () => {
      const client = await started(TRAPS);
      try {
        await expect(client.request("steps", oneStep(TRAPS))).rejects.toThrow(/safe state.*trapped/);
        expect(await client.hello()).toMatchObject({ mode: "safe", safeCause: { name: "trap" } });
        await expect(enter(client, "hosted")).rejects.toThrow(/safe state/);
      } finally {
        await client.close();
      }
    });

    test("steps that take longer than a tick end in the safe state", { timeout: 60_000 }, async () => {
      const client = await started(SLOW);
      try {
        await enter(client, "live");
        await until(async () => (await client.hello()).mode === "safe");
        expect(await client.hello()).toMatchObject({ safeCause: { name: "overrun" } });
        const { ticksMost, ticksPerSecond, overruns } = await health(client);
        expect(ticksMost / ticksPerSecond).toBeGreaterThan(0.1);
        expect(overruns).toBeGreaterThanOrEqual(3);
      } finally {
        await client.close();
      }
    });
  });
});
