/** Boards that are wrong on purpose: a comparison that finds nothing proves something only if it finds these. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BackToBack } from "../../host/compare/backToBack.js";
import { compareInputs, compareTrace } from "../../host/compare/compare.js";
import { stateNames } from "../../host/compare/words.js";
import { loadProfile } from "../../host/profiles/profile.js";
import { FirmwareModule, loadModule } from "../../host/replay/module.js";
import { fieldOffsets, recordBytes } from "../../host/schema/field.js";
import { addresses, stateBytesPerCell } from "../../host/schema/layout.js";
import { parameters } from "../../host/schema/parameters.js";
import { cellStateFields, headerFields, packOutputFields } from "../../host/schema/records.js";
import { BoardTarget } from "../../host/target/board.js";
import { processWire } from "../../host/target/process.js";
import { V8Target } from "../../host/target/v8.js";
import { describeBuilt, firmwareOf } from "../target/built.js";
import { MockBoard, type MockOptions } from "../target/mockBoard.js";
import { temporaryFiles } from "../trace/files.js";
import { wrongModule } from "./module.js";
import { stressInputs } from "./stress.js";
import { simulated } from "./traces.js";

const { values } = loadProfile("li-agc-argyrodite");
const CELLS = 3;
const STEPS = 700;
const inputs = stressInputs("dropouts", STEPS, CELLS);
const offset = (fields: Parameters<typeof fieldOffsets>[0], name: string) =>
  fieldOffsets(fields)[name] as number;
const stepsAt = (addresses.header + offset(headerFields, "steps")) / 4;
const cellWord = (cell: number, name: string) =>
  (addresses.cells + cell * stateBytesPerCell + offset(cellStateFields, name)) / 4;

async function compareWith(options: MockOptions) {
  const board = await BoardTarget.open("mock", new MockBoard(options), loadModule().sha256);
  return compareInputs([inputs], values, CELLS, new BackToBack(new V8Target(loadModule()), [board]));
}

/** The word as V8 has it after those steps. */
function expectedWord(steps: number, at: number): number {
  const module = loadModule();
  module.setParameters(values);
  module.reset(CELLS);
  const { input, inputStride, capacity } = module.batchLayout();
  for (let done = 0; done < steps; done += capacity) {
    const part = inputs.subarray(done * inputStride, Math.min(steps, done + capacity) * inputStride);
    module.words.set(part, input);
    module.stepBatch(part.length / inputStride);
  }
  return module.words[at] as number;
}

const hexadecimal = (word: number) => `0x${(word >>> 0).toString(16).padStart(8, "0")}`;

/** From that step on the lowest bit of a word is another. */
const flipping = (step: number, at: number) => (module: FirmwareModule) => {
  if ((module.words[stepsAt] as number) === step) module.words[at] = (module.words[at] as number) ^ 1;
};

describe("one wrong bit", () => {
  test.each([
    [1, 0, "current_mA_cm2"],
    [19, 2, "interphaseSquared_ohm2_cm4"],
    [345, 1, "contact"],
    [STEPS, 0, "currentPerVolt_mA_cm2"],
  ])("in step %i of cell %i, %s, is found there", async (step, cell, field) => {
    const at = cellWord(cell, field);
    const { steps, differences, first } = await compareWith({ afterStep: flipping(step, at) });
    const right = expectedWord(step, at);
    expect(first).toEqual({
      step,
      cell,
      field,
      type: "f32",
      bits: { v8: hexadecimal(right), mock: hexadecimal(right ^ 1) },
    });
    expect({ steps, differences }).toEqual({ steps: step, differences: 1 });
  });

  test("in the pack's output is found", async () => {
    const at = (addresses.packOutput + offset(packOutputFields, "weakestCells")) / 4 + 5;
    const { first } = await compareWith({ afterStep: flipping(40, at) });
    expect(first).toMatchObject({ step: 40, cell: null, field: "pack.weakestCells[5]", type: "i32" });
  });

  test("in the parameters is found before the first step", async () => {
    const board = new MockBoard();
    const target = await BoardTarget.open("mock", board, loadModule().sha256);
    const start = target.start.bind(target);
    target.start = async (...given) => {
      const layout = await start(...given);
      board.module.words[addresses.params / 4 + 4] = 1;
      return layout;
    };
    const both = new BackToBack(new V8Target(loadModule()), [target]);
    const { steps, first } = await compareInputs([inputs], values, CELLS, both);
    expect(steps).toBe(0);
    expect(first).toMatchObject({ step: 0, cell: null, field: `parameter.${parameters[4]?.name}` });
  });

  test("that comes once and not again is reported as that", async () => {
    let steps = 0;
    const { first, differences } = await compareWith({
      afterStep: (module) => {
        if (++steps === 200) module.words[cellWord(0, "contact")] = 0;
      },
    });
    expect(first).toMatchObject({ step: 200, cell: null, field: "CRC-32, not again when repeated" });
    expect(differences).toBe(1);
  });

  test("that no CRC showed is found in the bytes at the end", async () => {
    const board = new MockBoard();
    const target = await BoardTarget.open("mock", board, loadModule().sha256);
    const batch = target.crcBatch.bind(target);
    target.crcBatch = async (...given) => {
      await batch(...given);
      if (board.module.words[stepsAt] === STEPS) board.module.words[cellWord(2, "void_um")] = 1;
    };
    const both = new BackToBack(new V8Target(loadModule()), [target]);
    const { steps, differences, first } = await compareInputs([inputs], values, CELLS, both);
    expect({ steps, differences }).toEqual({ steps: STEPS, differences: 1 });
    expect(first).toMatchObject({ cell: 2, field: "void_um", bits: { mock: "0x00000001" } });
  });
});

test("every word has a name of its own", () => {
  const names = stateNames(2).map(({ cell, field }) => `${cell} ${field}`);
  expect(new Set(names).size).toBe(names.length);
  const bytes = addresses.cells - addresses.header + 2 * stateBytesPerCell + recordBytes(packOutputFields);
  expect(4 * names.length).toBe(bytes);
});

describeBuilt("posix", "a board whose module has one constant another", () => {
  const wrong = wrongModule();
  const file = temporaryFiles();
  let target: BackToBack;

  beforeAll(async () => {
    const args = ["--module", await file(wrong, "wrong.wasm")];
    const wire = processWire({ name: "wasm3", command: firmwareOf("posix"), args, remedy: "" });
    // The port does not know the hash of a module it was not built with.
    const board = await BoardTarget.open("wasm3", wire, "0".repeat(64));
    target = new BackToBack(new V8Target(loadModule()), [board]);
  });
  afterAll(async () => {
    await target.close();
  });

  /** Where V8 itself tells the two modules apart first, stepping both side by side. */
  function toldApart() {
    const pair = [loadModule(), new FirmwareModule(wrong)] as const;
    for (const module of pair) {
      module.setParameters(values);
      module.reset(CELLS);
    }
    const words = addresses.stepInput / 4;
    const stride = pair[0].batchLayout().inputStride;
    for (let step = 1; step <= STEPS; step++) {
      for (const module of pair) {
        module.words.set(inputs.subarray((step - 1) * stride, step * stride), addresses.staging / 4);
        module.stepBatch(1);
      }
      const [right, wrong] = pair.map((module) => module.words.subarray(addresses.header / 4, words));
      const k = right?.findIndex((word, index) => word !== wrong?.[index]) ?? -1;
      if (k >= 0) return { step, ...stateNames(CELLS)[k], bits: [right?.[k], wrong?.[k]] };
    }
    throw new Error("the two modules do the same");
  }

  test("is told by the first step, cell, field and bits it gets wrong", async () => {
    const { first, differences } = await compareInputs([inputs], values, CELLS, target);
    const { bits, ...where } = toldApart();
    const [v8, wasm3] = bits.map((word) => hexadecimal(word as number));
    expect(first).toEqual({ ...where, bits: { v8, wasm3 } });
    expect(first?.cell).not.toBeNull();
    expect(differences).toBeGreaterThan(0);
  });

  test("is told on a trace too", async () => {
    const [compared] = await simulated();
    const { trace, profile, options } = compared as NonNullable<typeof compared>;
    const { first, steps } = await compareTrace(trace, profile, options, target);
    expect(first?.step).toBe(steps);
    expect(first?.bits.v8).not.toBe(first?.bits.wasm3);
  });
});
