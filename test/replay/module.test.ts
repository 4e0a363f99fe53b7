import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import binaryen from "binaryen";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadProfile } from "../../host/profiles/profile.js";
import { FirmwareModule, loadModule } from "../../host/replay/module.js";
import { recordBytes } from "../../host/schema/field.js";
import { addresses, outputBytes, snapshotBytes, stateBytesPerCell } from "../../host/schema/layout.js";
import { type CellInput, cellOutputFields } from "../../host/schema/records.js";

const values = loadProfile("li-agc-argyrodite").values;

const started = (cells: number): FirmwareModule => {
  const module = loadModule();
  module.setParameters(values);
  module.reset(cells);
  return module;
};

const input = (current_mA_cm2: number): CellInput => ({
  current_mA_cm2,
  voltage_V: 3.7 + current_mA_cm2 * 0.02,
  temperature_degC: 40,
  stackPressure_MPa: Number.NaN,
  fixturePressure_MPa: 2,
  fresh: 0b0111,
});

describe("loading", () => {
  test("without a module the message says how to build it", () => {
    expect(() => loadModule("/nowhere/betaguard.wasm")).toThrow(
      expect.objectContaining({
        code: "E_MODULE_MISSING",
        message: expect.stringContaining("npm run build"),
      }),
    );
  });

  test("bytes that are no module, and a module with another ABI, are refused", () => {
    const directory = mkdtempSync(join(tmpdir(), "betaguard-module-"));
    const path = join(directory, "other.wasm");
    writeFileSync(path, "not a module");
    expect(() => loadModule(path)).toThrow(expect.objectContaining({ code: "E_MODULE_BINARY" }));
    rmSync(directory, { recursive: true });
    const other = binaryen
      .parseText(
        `(module (memory (export "memory") 1)
          (func (export "abiVersion") (result i32) (i32.const 1))
          (func (export "layoutHash") (result i32) (i32.const 0)))`,
      )
      .emitBinary();
    expect(() => new FirmwareModule(other)).toThrow(
      expect.objectContaining({ code: "E_MODULE_LAYOUT", message: expect.stringContaining("npm run build") }),
    );
  });
});

describe("parameters", () => {
  test("one out of range is named with its range, and none of them is taken", () => {
    const module = started(1);
    expect(() => module.setParameters({ metal_molarMass_g_mol: 50, metal_molarVolume_cm3_mol: 900 })).toThrow(
      expect.objectContaining({
        code: "E_PARAMETER_RANGE",
        message: "metal_molarVolume_cm3_mol: expected 5 … 60 cm³/mol, found 900; change it in the profile",
      }),
    );
    expect(module.parameter("metal_molarMass_g_mol")).toBe(Math.fround(values.metal_molarMass_g_mol));
  });

  test("not-a-number and an unknown name are refused", () => {
    const module = started(1);
    expect(() => module.setParameters({ metal_molarMass_g_mol: Number.NaN })).toThrow(
      expect.objectContaining({ code: "E_PARAMETER_RANGE" }),
    );
    expect(() => module.setParameters({ bogus: 1 } as object)).toThrow(
      expect.objectContaining({ code: "E_PARAMETER_UNKNOWN" }),
    );
  });

  test("reset without parameters names one that is missing, and refuses cells it has no room for", () => {
    expect(() => loadModule().reset(1)).toThrow(expect.objectContaining({ code: "E_PARAMETER_RANGE" }));
    for (const cells of [0, -1, 25]) {
      expect(() => started(1).reset(cells)).toThrow(
        expect.objectContaining({ code: "E_MODULE_BAD_CELL_COUNT" }),
      );
    }
  });
});

describe("steps", () => {
  test("a batch leaves the bits of single steps, for any currents and cells", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.double({ min: -20, max: 20, noNaN: true }), { minLength: 1, maxLength: 40 }),
        (cells, currents) => {
          const batched = started(cells);
          const single = started(cells);
          const layout = batched.batchLayout();
          for (const [n, current] of currents.entries()) {
            const step = layout.input + n * layout.inputStride;
            batched.floats.set([0.1, 0], step);
            for (let cell = 0; cell < cells; cell++) {
              const at = step + layout.cellInput + cell * layout.cellInputStride;
              const { fresh, ...floats } = input(current + cell);
              batched.floats.set(Object.values(floats), at);
              batched.words[at + layout.cellInputStride - 1] = fresh;
            }
          }
          const outputs = batched.stepBatch(currents.length);
          for (const [n, current] of currents.entries()) {
            single.step(
              { dt_s: 0.1, demand_mA_cm2: 0 },
              Array.from({ length: cells }, (_, cell) => input(current + cell)),
            );
            const at = outputs + n * layout.outputStride;
            const stride = layout.cellOutputStride;
            for (let cell = 0; cell < cells; cell++) {
              const state = (addresses.cells + cell * stateBytesPerCell) / 4;
              expect(batched.words.slice(at + cell * stride, at + (cell + 1) * stride)).toEqual(
                single.words.slice(state, state + stride),
              );
            }
            const pack = layout.outputStride - cells * stride;
            expect(batched.words.slice(at + cells * stride, at + layout.outputStride)).toEqual(
              single.words.slice(addresses.packOutput / 4, addresses.packOutput / 4 + pack),
            );
          }
          expect(batched.snapshot()).toEqual(single.snapshot());
        },
      ),
      { numRuns: 50 },
    );
  });

  test("outputs of a batch lie behind its inputs, cell after cell, then the pack's", () => {
    const module = started(3);
    const layout = module.batchLayout();
    expect(layout.cellOutputStride).toBe(recordBytes(cellOutputFields) / 4);
    expect(layout.outputStride).toBe(outputBytes(3) / 4);
    expect(() => module.stepBatch(layout.capacity + 1)).toThrow(
      expect.objectContaining({ code: "E_MODULE_BAD_COUNT" }),
    );
  });

  test("inputs of another number of cells are refused", () => {
    expect(() => started(2).step({ dt_s: 0.1, demand_mA_cm2: 0 }, [input(0)])).toThrow(
      expect.objectContaining({ code: "E_CELL_COUNT" }),
    );
  });
});

describe("snapshots", () => {
  const run = (module: FirmwareModule, from: number, to: number) => {
    for (let n = from; n < to; n++)
      module.step({ dt_s: 0.1, demand_mA_cm2: 1 }, [input(Math.sin(n / 9) * 4), input(1)]);
  };

  test("a module that goes on from a snapshot reaches the same bits", () => {
    const whole = started(2);
    run(whole, 0, 300);
    const first = started(2);
    run(first, 0, 137);
    const snapshot = first.snapshot();
    expect(snapshot).toHaveLength(snapshotBytes(2));
    const second = loadModule();
    second.restore(snapshot);
    expect(second.cells).toBe(2);
    run(second, 137, 300);
    expect(second.snapshot()).toEqual(whole.snapshot());
  });

  test("a damaged one is refused and changes nothing", () => {
    const module = started(2);
    run(module, 0, 50);
    const snapshot = module.snapshot();
    const damaged = snapshot.slice();
    damaged[damaged.length - 1] = (damaged.at(-1) as number) ^ 1;
    run(module, 50, 60);
    const before = module.snapshot();
    expect(() => module.restore(damaged)).toThrow(expect.objectContaining({ code: "E_MODULE_BAD_CRC" }));
    expect(() => module.restore(new Uint8Array(64))).toThrow(
      expect.objectContaining({ code: "E_MODULE_BAD_COUNT" }),
    );
    expect(() => module.restore(new Uint8Array(70_000))).toThrow(
      expect.objectContaining({ code: "E_MODULE_BAD_COUNT" }),
    );
    expect(module.snapshot()).toEqual(before);
  });
});
