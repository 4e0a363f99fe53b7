import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { LinkClient } from "../../host/link/client.js";
import { viewOf, wordsPayload } from "../../host/link/messages.js";
import { loadModule, parameterPairs } from "../../host/replay/module.js";
import { addresses } from "../../host/schema/layout.js";
import { Gdb } from "./gdb.js";
import { lockstep, VALUES } from "./lockstep.js";
import { imageOf, notBuilt, PATIENT, startBoard, startWire } from "./started.js";

const PRESET = "rv32imc";
const folder = mkdtempSync(join(tmpdir(), "betaguard-rv32imc-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(notBuilt(PRESET))("rv32imc in QEMU", () => {
  test("wasm3 on it has V8's bits", { timeout: 60_000 }, async () => {
    expect(await lockstep(await startBoard(PRESET, loadModule().sha256), 3, 400)).toBe(400);
  });

  describe("a processor fault resets it, and the next start knows why", () => {
    const SP = 2;
    const PC = 32;
    const symbols = () =>
      new Map(
        execFileSync("riscv64-unknown-elf-nm", [imageOf(PRESET)], { encoding: "utf8" })
          .split("\n")
          .map((line) => line.split(" "))
          .map(([address = "", , name = ""]) => [name, Number.parseInt(address, 16)]),
      );
    const addressOf = (name: string): number => {
      const address = symbols().get(name);
      if (address === undefined) throw new Error(`expected the symbol ${name} in ${imageOf(PRESET)}`);
      return address;
    };

    /** Stops the firmware in its loop, does something to it and lets it run on. Returns what it says then. */
    const afterwards = async (harm: (gdb: Gdb) => Promise<void>) => {
      const socket = join(folder, "gdb");
      const wire = startWire(PRESET, imageOf(PRESET), "-gdb", `unix:${socket},server=on,wait=off`);
      const client = new LinkClient(wire, PATIENT);
      try {
        const before = await client.hello();
        expect([before.resetCause.name, before.safeCause.name]).toEqual(["power", "none"]);
        const gdb = await Gdb.attach(socket);
        await gdb.runTo(addressOf("firmware_turn"));
        await harm(gdb);
        await gdb.detach();
        const { resetCause, safeCause, mode } = await client.hello();
        const again = await Gdb.attach(socket);
        const [mcause, mepc, mtval] = await again.words(addressOf("kept") + 12, 3);
        await again.detach();
        return { resetCause: resetCause.name, safeCause: safeCause.name, mode, mcause, mepc, mtval };
      } finally {
        await client.close();
      }
    };

    test("an instruction that is none", { timeout: 60_000 }, async () => {
      const at = addressOf("stack_bottom");
      const found = await afterwards(async (gdb) => {
        await gdb.write(at, new Uint8Array(4));
        await gdb.setRegister(PC, at);
      });
      expect(found).toMatchObject({ resetCause: "fault", safeCause: "fault", mode: "safe", mcause: 2 });
    });

    test("a stack that overflows", { timeout: 60_000 }, async () => {
      const bottom = addressOf("stack_bottom");
      const found = await afterwards((gdb) => gdb.setRegister(SP, bottom));
      expect(found).toMatchObject({ resetCause: "fault", safeCause: "stack", mode: "safe", mcause: 7 });
      expect(found.mtval).toBeLessThan(bottom);
      expect(found.mtval).toBeGreaterThanOrEqual(addressOf("hole_start"));
    });

    test("a loop that never comes round", { timeout: 60_000 }, async () => {
      const at = addressOf("stack_bottom");
      const found = await afterwards(async (gdb) => {
        // c.j 0
        await gdb.write(at, Uint8Array.of(0x01, 0xa0));
        await gdb.setRegister(PC, at);
      });
      expect(found).toMatchObject({ resetCause: "watchdog", safeCause: "watchdog", mode: "safe" });
      expect(found.mcause).toBe(0x80000007);
    });
  });

  test("it starts from the state in its flash", { timeout: 60_000 }, async () => {
    const flash = join(folder, "flash");
    writeFileSync(flash, "");
    // As large as the bank.
    truncateSync(flash, 32 << 20);
    const drive = ["-drive", `if=pflash,unit=1,format=raw,file=${flash}`];
    const start = () => new LinkClient(startWire(PRESET, imageOf(PRESET), ...drive), PATIENT);
    const parameters = (client: LinkClient) =>
      client.request(
        "read",
        wordsPayload(addresses.params - addresses.header, addresses.derived - addresses.params),
      );

    const first = start();
    expect(await first.hello()).toMatchObject({ cells: 0, mode: "hosted" });
    await first.request("parameters", parameterPairs(VALUES));
    await first.request("reset", wordsPayload(2));
    const before = await parameters(first);
    expect(viewOf(await first.request("store")).getInt32(0, true)).toBe(0);
    await first.close();

    const second = start();
    expect(await second.hello()).toMatchObject({ cells: 2, mode: "live", resetCause: { name: "power" } });
    expect(await parameters(second)).toEqual(before);
    await second.close();
  });
});
