/** Boards that are processes or on a serial port, and what is said when they are not there or go away. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { BackToBack } from "../../host/compare/backToBack.js";
import { compareInputs } from "../../host/compare/compare.js";
import { loadProfile } from "../../host/profiles/profile.js";
import { loadModule } from "../../host/replay/module.js";
import { replay } from "../../host/replay/replay.js";
import { BoardTarget } from "../../host/target/board.js";
import { openBoard, openTarget } from "../../host/target/open.js";
import { type BoardProcess, processWire } from "../../host/target/process.js";
import { serialWire } from "../../host/target/serial.js";
import type { Target } from "../../host/target/target.js";
import { V8Target } from "../../host/target/v8.js";
import { stressInputs } from "../compare/stress.js";
import { simulated } from "../compare/traces.js";
import { temporaryFiles } from "../trace/files.js";
import { describeBuilt, firmwareOf } from "./built.js";
import { serialPorts } from "./pty.js";

const { values } = loadProfile("li-agc-argyrodite");
const { sha256 } = loadModule();
const coded = (code: string, text = "") =>
  expect.objectContaining({ code, message: expect.stringContaining(text) });
const open = (board: Omit<BoardProcess, "name" | "remedy">) =>
  BoardTarget.open("child", processWire({ name: "child", remedy: "build it", ...board }), sha256);

describe("a target", () => {
  test.each([
    ["nothing", "E_TARGET_UNKNOWN", "stm32f405"],
    ["", "E_TARGET_UNKNOWN", "v8"],
    ["toString", "E_TARGET_UNKNOWN", "v8"],
    ["serial:/dev/betaguard-is-not-here@9600", "E_SERIAL_OPEN", "ports found"],
  ])("called %j is refused", async (name, code, text) => {
    await expect(openTarget(name)).rejects.toThrow(coded(code, text));
  });

  test("whose command is not there says what to do", async () => {
    await expect(open({ command: "/betaguard/is/not/here", args: [] })).rejects.toThrow(
      coded("E_TARGET_MISSING", "build it"),
    );
  });

  test("that ends at once is told with its last words", async () => {
    await expect(open({ command: "sh", args: ["-c", "echo no flash >&2; exit 3"] })).rejects.toThrow(
      coded("E_TARGET_ENDED", "code 3: no flash"),
    );
  });
});

describe("a board's process", () => {
  const file = temporaryFiles();

  test("ends with ours, even when ours is killed", async () => {
    const pidFile = await file("");
    const wire = new URL("../../host/target/process.ts", import.meta.url).href;
    const board = {
      name: "",
      command: "sh",
      args: ["-c", `echo $$ > ${pidFile}; exec sleep 60`],
      remedy: "",
    };
    const script = `(await import(${JSON.stringify(wire)})).processWire(${JSON.stringify(board)});`;
    const ours = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", script]);
    const pid = await vi.waitUntil(() => Number(readFileSync(pidFile, "utf8")), { timeout: 20_000 });
    expect(process.kill(pid, 0)).toBe(true);
    ours.kill("SIGKILL");
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow("ESRCH"), { timeout: 20_000 });
  });
});

/** Every preset by the target it is. */
describe.each([
  ["wasm3", "posix", 3000],
  ["stm32f405", "stm32f405", 60],
  ["rv32imc", "rv32imc", 60],
])("%s", (name, preset, steps) => {
  describeBuilt(preset, "replays", () => {
    let target: Target;
    beforeAll(async () => {
      target = await openTarget(name);
    }, 60_000);
    afterAll(async () => {
      await target.close();
    });

    test("to the verdict and the outputs of V8", async () => {
      const [compared] = await simulated();
      const { trace, profile, options } = compared as NonNullable<typeof compared>;
      const on = async (target?: Target) => {
        const outputs: number[] = [];
        const { stepsPerSecond: _, ...verdict } = await replay(
          trace,
          profile,
          { ...options, steps, cells: 2, target },
          ({ columns, steps }) =>
            outputs.push(...columns.contact.slice(0, steps), ...columns.chargeReasons.slice(0, steps)),
        );
        return { verdict, outputs };
      };
      const board = await on(target);
      const v8 = await on();
      expect(board.verdict).toEqual({ ...v8.verdict, target: name });
      expect(board.outputs).toHaveLength(4 * steps);
      // Chunks are as long as a target's batches: only the order of the two columns differs.
      expect(board.outputs.toSorted()).toEqual(v8.outputs.toSorted());
    });
  });
});

describeBuilt("posix", "the firmware of this machine", () => {
  test("that ends in the middle of a replay is told", async () => {
    // hello, mode, parameters and reset go through, not all of the steps.
    const target = await open({
      command: "sh",
      args: ["-c", `dd bs=1 count=5000 status=none | ${firmwareOf("posix")}`],
    });
    await target.start(values, 1);
    const steps = target.crcBatch(stressInputs("bits", 500, 1), new Uint32Array(500));
    await expect(steps).rejects.toThrow(coded("E_TARGET_ENDED", "code 0"));
    await target.close();
  });

  test("says how long its steps took", async () => {
    const target = await openBoard("wasm3");
    const { capacity } = await target.start(values, 1);
    expect(await target.stepping_s()).toBe(0);
    const before = performance.now();
    await target.stepBatch(capacity);
    const stepping_s = (await target.stepping_s()) as number;
    expect(stepping_s).toBeGreaterThan(0);
    expect(stepping_s).toBeLessThan((performance.now() - before) / 1000);
    await target.close();
  });

  describe("on a serial port", () => {
    const plugIn = serialPorts();

    test("does what V8 does, and again when the port is opened again", async () => {
      const { path } = await plugIn(firmwareOf("posix"));
      for (const cells of [1, 5]) {
        const board = await openBoard(`serial:${path}@230400`);
        const target = new BackToBack(new V8Target(loadModule()), [board]);
        const inputs = [stressInputs("outOfRange", 1000, cells)];
        expect(await compareInputs(inputs, values, cells, target)).toEqual({
          steps: 1000,
          differences: 0,
          first: null,
        });
        await target.close();
      }
    });

    test("that is unplugged is told", async () => {
      const { path, unplug } = await plugIn(firmwareOf("posix"));
      const board = await openBoard(`serial:${path}`);
      await board.start(values, 1);
      await unplug();
      await expect(board.state()).rejects.toThrow(coded("E_SERIAL_LOST", path));
      await board.close();
    });

    test("that is silent is told what to check", async () => {
      const { path } = await plugIn("sleep", "60");
      const wire = await serialWire(path, 115200);
      await expect(BoardTarget.open(path, wire, sha256, { timeout_ms: 50, tries: 4 })).rejects.toThrow(
        coded("E_LINK_SILENT", "baud rate"),
      );
    });
  });
});
