import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { loadModule } from "../../host/replay/module.js";
import { packageFile } from "../../host/root.js";
import { boardMemoryBytes } from "../../host/schema/layout.js";
import type { BoardTarget } from "../../host/target/board.js";
import { lockstep, VALUES } from "./lockstep.js";
import { FLOAT_RESULTS, inV8, type ProbeCase, probe, RESULTS, selectorOf } from "./probe.js";
import { imageOf, notBuilt, type Preset, sha256, startBoard } from "./started.js";

const PROBED = ["posix-aot", "stm32f405-aot", "rv32imc-aot"] as const;
const anyMissing = PROBED.some(notBuilt);

describe("ahead of time, the module's bits are V8's", () => {
  test.skipIf(anyMissing).each([
    ["posix-aot", 24, 4000],
    ["stm32f405-aot", 3, 400],
    ["rv32imc-aot", 3, 400],
  ] as const)("%s, %i cells, %i steps", { timeout: 60_000 }, async (preset, cells, steps) => {
    expect(await lockstep(await startBoard(preset, loadModule().sha256), cells, steps)).toBe(steps);
  });
});

describe.skipIf(anyMissing)(
  "WebAssembly's rules hold ahead of time, its numbers also in wasm3 with f64 as float",
  () => {
    const bytes = probe();
    const file = packageFile("build", "boards", "probe.wasm");
    const folder = (preset: Preset) => `probe-${preset}`;

    beforeAll(() => {
      mkdirSync(join(file, ".."), { recursive: true });
      writeFileSync(file, bytes);
      for (const preset of PROBED) {
        const into = packageFile("build", "boards", folder(preset));
        const cmake = (...args: string[]) =>
          execFileSync("cmake", args, { cwd: packageFile("boards"), stdio: "pipe" });
        cmake("--preset", preset, "-B", into, `-DBETAGUARD_MODULE=${file}`);
        cmake("--build", into);
      }
    }, 120_000);

    /** What a process says that was given its module. */
    const UNKNOWN = "0".repeat(64);
    /** Ahead of time the module is part of the firmware; wasm3 is given it. */
    const start = async (preset: Preset) => {
      const board =
        preset === "posix"
          ? await startBoard(preset, UNKNOWN, imageOf(preset), "--module", file)
          : await startBoard(preset, sha256(bytes), imageOf(preset, folder(preset)));
      return { board, layout: await board.start(VALUES, 1) };
    };

    const INTERESTING = [
      0,
      -0,
      1,
      -1,
      0.5,
      -0.5,
      1.5,
      2.5,
      -2.5,
      1e-38,
      -1e-45,
      1.1754943508222875e-38,
      0.1,
      3.25,
      8388607.5,
      16777217,
      2147483520,
      -2147483648,
      3.4028234663852886e38,
      Infinity,
      -Infinity,
      NaN,
    ];
    const bitsOf = (value: number) => new Int32Array(Float32Array.of(value).buffer)[0] as number;
    const isNaNBits = (bits: number) => (bits & 0x7fffffff) > 0x7f800000;

    test.each(["posix", ...PROBED] as const)("numbers on %s", { timeout: 60_000 }, async (preset) => {
      const { board, layout } = await start(preset);
      try {
        const expected = inV8(bytes);
        const pairs = INTERESTING.flatMap((x) => INTERESTING.map((y) => [bitsOf(x), bitsOf(y)] as const));
        for (let done = 0; done < pairs.length; done += layout.capacity) {
          const batch = pairs.slice(done, done + layout.capacity);
          batch.forEach(([x, y], n) => {
            board.words.set([selectorOf("compute"), 0, x, y], layout.input + n * layout.inputStride);
          });
          const outputs = await board.stepBatch(batch.length);
          batch.forEach(([x, y], n) => {
            const at = outputs + n * layout.outputStride;
            const found = [...board.words.subarray(at, at + RESULTS)];
            const wanted = expected(x, y);
            // Which NaN it is WebAssembly leaves open.
            const same = found.map((bits, k) =>
              k < FLOAT_RESULTS && isNaNBits(bits) && isNaNBits(wanted[k] as number) ? wanted[k] : bits,
            );
            expect([x, y, ...same]).toEqual([x, y, ...wanted]);
          });
        }
      } finally {
        await board.close();
      }
    });

    const END = boardMemoryBytes;
    const TRAPS: readonly (readonly [ProbeCase, number, number])[] = [
      ["load", END - 3, 0],
      ["load", -1, 0],
      ["load", -4, 0],
      ["loadByte", END, 0],
      // 0xc0000000 + 0x40000000 must not come round to 0.
      ["loadFar", 0xc0000000 | 0, 0],
      ["store", END - 3, 0],
      ["store", 0x7ffffffc, 0],
      ["storeFloat", END, 0],
      ["divide", 1, 0],
      ["divide", -2147483648, -1],
      ["truncate", bitsOf(NaN), 0],
      ["truncate", bitsOf(3e9), 0],
      ["unreachable", 0, 0],
    ];
    const HARMLESS: readonly (readonly [ProbeCase, number, number])[] = [
      ["load", END - 4, 0],
      ["load", END - 5, 0],
      ["loadByte", END - 1, 0],
      ["store", END - 4, 0],
      ["storeFloat", END - 4, 0],
      ["divide", -7, 2],
      ["truncate", bitsOf(-2.5), 0],
    ];

    const stage = (board: BoardTarget, at: number, [name, x, y]: readonly [ProbeCase, number, number]) =>
      board.words.set([selectorOf(name), 0, x, y], at);

    test.each(PROBED)("what a module may do is no trap on %s", { timeout: 60_000 }, async (preset) => {
      const { board, layout } = await start(preset);
      for (const harmless of HARMLESS) {
        stage(board, layout.input, harmless);
        await board.stepBatch(1);
      }
      await board.close();
    });

    const expectTrap = async (preset: Preset, trap: readonly [ProbeCase, number, number]) => {
      const { board, layout } = await start(preset);
      stage(board, layout.input, trap);
      await expect(board.stepBatch(1)).rejects.toThrow(/safe state.*trapped/);
      await board.close();
    };

    test.each(TRAPS)("a trap stops the board: %s of %i, %i", { timeout: 60_000 }, async (...trap) => {
      await expectTrap("posix-aot", trap);
    });

    // Comparisons and jumps are the same translation for every processor; an emulator takes its time to start.
    test.each(["stm32f405-aot", "rv32imc-aot"] as const)("also %s", { timeout: 60_000 }, async (preset) => {
      await expectTrap(preset, ["loadFar", 0xc0000000 | 0, 0]);
      await expectTrap(preset, ["divide", 1, 0]);
    });
  },
);
