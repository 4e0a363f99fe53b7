/** The module's functions: all or nothing, the same bits in every way of running them, snapshots, the self-check. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { listProfiles } from "../../host/profiles/profile.js";
import { FirmwareModule, loadModule } from "../../host/replay/module.js";
import { status } from "../../host/schema/codes.js";
import { fieldOffsets } from "../../host/schema/field.js";
import { addresses, MAX_CELLS, snapshotBytes, stagingBytes } from "../../host/schema/layout.js";
import { parameterId, parameters } from "../../host/schema/parameters.js";
import { headerFields } from "../../host/schema/records.js";
import {
  Bench,
  FUZZ,
  faultBit,
  HORIZONS,
  hostileInputs,
  pick,
  profileValues,
  RELEASE,
  ROOT,
  random,
  randomParameters,
  SETTLE_STEPS,
} from "./support.js";

const profiles = listProfiles();
const seeds = fc.integer({ min: 0, max: 0x7fffffff });
const code = (name: (typeof status)[number]["name"]) => status.findIndex((entry) => entry.name === name);
const values = profileValues("li-agc-argyrodite");
const headerAt = (name: (typeof headerFields)[number]["name"]) =>
  addresses.header + (fieldOffsets(headerFields)[name] as number);

/** Stages pairs as they are, whatever they are. */
function stage(module: FirmwareModule, pairs: readonly (readonly [id: number, value: number])[]): number {
  for (const [n, [id, value]] of pairs.entries()) {
    module.words[addresses.staging / 4 + 2 * n] = id;
    module.floats[addresses.staging / 4 + 2 * n + 1] = value;
  }
  return pairs.length;
}

/** Walks hostile inputs. */
function walk(bench: Bench, seed: number, steps: number): void {
  const rng = random(seed);
  const feed = hostileInputs(bench, rng, pick(rng, [0, 0.05, 0.5]));
  for (let step = 0; step < steps; step++) {
    feed();
    bench.run(1);
  }
}

describe("setParameters", () => {
  const id = parameterId.get("cap_charge_mA_cm2") as number;
  const cap = parameters[id] as (typeof parameters)[number];

  test.each([
    ["an unknown id", [parameters.length, 1], "unknownParameter"],
    ["a negative id", [-1, 1], "unknownParameter"],
    ["an id far out of memory", [0x7fffffff, 1], "unknownParameter"],
    ["not a number", [id, Number.NaN], "parameterOutOfRange"],
    ["infinity", [id, Number.POSITIVE_INFINITY], "parameterOutOfRange"],
    ["a value below its range", [id, cap.min - 0.001], "parameterOutOfRange"],
    ["a value above its range", [id, cap.max * 1.001], "parameterOutOfRange"],
  ] as const)("refuses %s, names it, and changes nothing, wherever it stands", (_, bad, expected) => {
    for (const at of [0, 1, 2]) {
      const bench = new Bench(values).run(50);
      const { module } = bench;
      const good = [
        [parameterId.get("metal_molarMass_g_mol") as number, 50],
        [parameterId.get("cell_capacity_mAh_cm2") as number, 9],
      ] as [number, number][];
      const count = stage(module, good.toSpliced(at, 0, [bad[0], bad[1]]));
      const before = bench.memory();
      expect(module.exports.setParameters(count)).toBe(code(expected));
      expect(module.exports.refusedParameter()).toBe(bad[0]);
      expect(bench.memory().equals(before)).toBe(true);
    }
  });

  test("refuses counts that staging cannot hold", () => {
    const bench = new Bench(values).run(10);
    const before = bench.memory();
    for (const count of [-1, -0x80000000, Math.floor(stagingBytes / 8) + 1, 0x7fffffff]) {
      expect(bench.module.exports.setParameters(count)).toBe(code("badCount"));
      expect(bench.module.exports.refusedParameter()).toBe(-1);
    }
    expect(bench.memory().equals(before)).toBe(true);
  });

  test("takes both ends of every range, and refuses the next number beyond", () => {
    const { module } = new Bench(values);
    const view = new DataView(new ArrayBuffer(4));
    const beyond = (value: number, direction: number) => {
      const rounded = Math.fround(value);
      if (rounded === 0) return direction * 1e-45;
      view.setFloat32(0, rounded);
      view.setInt32(0, view.getInt32(0) + (rounded > 0 ? direction : -direction));
      return view.getFloat32(0);
    };
    for (const [n, { name, min, max }] of parameters.entries()) {
      for (const [end, direction] of [
        [min, -1],
        [max, 1],
      ] as const) {
        expect(module.exports.setParameters(stage(module, [[n, end]])), name).toBe(0);
        expect(module.parameter(name)).toBe(Math.fround(end));
        expect(module.exports.setParameters(stage(module, [[n, beyond(end, direction)]])), name).toBe(
          code("parameterOutOfRange"),
        );
      }
    }
  });

  test("of the same parameter twice the last counts; none at all is fine", () => {
    const { module } = new Bench(values);
    expect(
      module.exports.setParameters(
        stage(module, [
          [id, 3],
          [id, 4],
        ]),
      ),
    ).toBe(0);
    expect(module.parameter("cap_charge_mA_cm2")).toBe(4);
    expect(module.exports.setParameters(0)).toBe(0);
  });
});

describe("reset", () => {
  test.each([0, -1, MAX_CELLS + 1, 0x7fffffff, -0x80000000])(
    "refuses %s cells; then nothing runs",
    (cells) => {
      const { module } = new Bench(values);
      expect(module.exports.reset(cells)).toBe(code("badCellCount"));
      expect(module.exports.step()).toBe(code("notReset"));
      expect(module.exports.stepBatch(1)).toBe(code("notReset"));
    },
  );

  test("before all parameters are known it names one that is missing", () => {
    for (const missing of [0, 57, parameters.length - 1]) {
      const module = loadModule(RELEASE);
      const others = parameters.flatMap(({ name }, n) =>
        n === missing ? [] : [[n, values[name]] as [number, number]],
      );
      expect(module.exports.setParameters(stage(module, others))).toBe(0);
      // A parameter that was never set is 0, which only a range with 0 in it takes for a value.
      const parameter = parameters[missing] as (typeof parameters)[number];
      const complete = parameter.min <= 0 && parameter.max >= 0;
      expect(module.exports.reset(1)).toBe(complete ? 0 : code("parameterOutOfRange"));
      if (!complete) expect(module.exports.refusedParameter()).toBe(missing);
    }
  });

  test("nothing runs before it, and it leaves the same bits whatever ran before", () => {
    const untouched = loadModule(RELEASE);
    expect(untouched.exports.step()).toBe(code("notReset"));
    const first = new Bench(values, { cells: 3 });
    const fresh = first.memory();
    walk(first, 5, 500);
    first.module.reset(3);
    const region = (memory: Buffer) => memory.subarray(addresses.header, addresses.stepInput);
    expect(region(first.memory()).equals(region(fresh))).toBe(true);
  });
});

describe("stepBatch", () => {
  test.each([1, 3, MAX_CELLS])("leaves the bits of step with %s cells, for any input", (cells) => {
    const single = loadModule(RELEASE);
    const batch = loadModule(RELEASE);
    fc.assert(
      fc.property(seeds, fc.integer({ min: 0, max: 40 }), (seed, wanted) => {
        const rng = random(seed);
        const set = pick(rng, [randomParameters(rng), profileValues(pick(rng, profiles))]);
        const one = new Bench(set, { cells, module: single });
        const many = new Bench(set, { cells, module: batch });
        const layout = many.module.batchLayout();
        const steps = Math.min(wanted, layout.capacity);
        const feed = hostileInputs(one, rng, pick(rng, [0, 0.05, 0.5]));
        const inputs = addresses.stepInput / 4;
        const expected: Int32Array[] = [];
        for (let step = 0; step < steps; step++) {
          feed();
          many.module.words.set(
            one.module.words.subarray(inputs, inputs + layout.inputStride),
            layout.input + step * layout.inputStride,
          );
          one.run(1);
          const outputs = new Int32Array(layout.outputStride);
          for (let cell = 0; cell < cells; cell++) {
            const from = one.word("chargeLimit_mA_cm2", cell);
            const stride = layout.cellOutputStride;
            outputs.set(one.module.words.subarray(from, from + stride), cell * stride);
          }
          const pack = layout.outputStride - cells * layout.cellOutputStride;
          const from = addresses.packOutput / 4;
          outputs.set(one.module.words.subarray(from, from + pack), cells * layout.cellOutputStride);
          expected.push(outputs);
        }
        const at = many.module.stepBatch(steps);
        for (const [step, outputs] of expected.entries()) {
          const from = at + step * layout.outputStride;
          expect(many.module.words.slice(from, from + layout.outputStride)).toEqual(outputs);
        }
        if (steps > 0) expect(many.memory().equals(one.memory())).toBe(true);
      }),
      { numRuns: 12 * FUZZ },
    );
  });

  test.each([1, 3, MAX_CELLS])("refuses counts that staging cannot hold, with %s cells", (cells) => {
    const bench = new Bench(values, { cells }).run(5);
    const { capacity } = bench.module.batchLayout();
    expect(capacity).toBeGreaterThan(0);
    const before = bench.memory();
    for (const steps of [-1, -0x80000000, capacity + 1, 0x7fffffff])
      expect(bench.module.exports.stepBatch(steps)).toBe(code("badCount"));
    expect(bench.memory().equals(before)).toBe(true);
    expect(bench.module.exports.stepBatch(capacity)).toBe(0);
  });
});

describe("snapshots", () => {
  test.each([1, 3, MAX_CELLS])("go on with the same bits in another instance, %s cells", (cells) => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 0, max: 300 }), (seed, before) => {
        const first = new Bench(profileValues(pick(random(seed), profiles)), { cells });
        walk(first, seed, before);
        const bytes = first.module.snapshot();
        expect(bytes).toHaveLength(snapshotBytes(cells));
        // Another profile and other states: all of it must come from the snapshot.
        const second = new Bench(profileValues("na-bare"), { cells });
        walk(second, seed + 1, 20);
        second.module.restore(bytes);
        expect(second.module.snapshot()).toEqual(bytes);
        walk(first, seed + 2, 100);
        walk(second, seed + 2, 100);
        expect(second.memory().equals(first.memory())).toBe(true);
      }),
      { numRuns: 6 * FUZZ },
    );
  });

  test("may be of another number of cells", () => {
    const three = new Bench(values, { cells: 3 }).run(60);
    const bytes = three.module.snapshot();
    const { module } = new Bench(profileValues("na-bare"), { cells: MAX_CELLS }).run(60);
    module.restore(bytes);
    expect(module.cells).toBe(3);
    three.run(1);
    expect(module.exports.stepBatch(0)).toBe(0);
    module.floats.set(
      three.module.floats.subarray(addresses.stepInput / 4, addresses.packOutput / 4),
      addresses.stepInput / 4,
    );
    expect(module.exports.step()).toBe(0);
    expect(module.snapshot()).toEqual(three.module.snapshot());
  });

  test("with any byte changed are refused and change nothing", () => {
    const bench = new Bench(values, { cells: 2 }).run(100);
    const bytes = bench.module.snapshot();
    bench.run(7);
    bench.module.snapshot();
    const before = bench.memory();
    const staging = new Uint8Array(bench.module.exports.memory.buffer, addresses.staging);
    const rng = random(1);
    for (let at = 0; at < bytes.length; at++) {
      staging.set(bytes);
      staging[at] = (bytes[at] as number) ^ (1 << Math.floor(rng() * 8));
      const refusal = bench.module.exports.restore(bytes.length);
      expect(refusal, `byte ${at}`).not.toBe(0);
      if (at % 50 === 0) expect(bench.memory().equals(before), `byte ${at}`).toBe(true);
    }
    expect(bench.memory().equals(before)).toBe(true);
    bench.module.restore(bytes);
    expect(bench.memory().equals(before)).toBe(false);
  });

  test.each([
    ["no bytes", (bytes: Uint8Array) => bytes.subarray(0, 0), "badCount"],
    ["a byte too few", (bytes: Uint8Array) => bytes.subarray(0, -1), "badCount"],
    ["a cell too few", (bytes: Uint8Array) => bytes.subarray(0, snapshotBytes(1)), "badCount"],
    ["a word too many", (bytes: Uint8Array) => Uint8Array.from([...bytes, 0, 0, 0, 0]), "badCount"],
    ["another magic", (bytes: Uint8Array) => word(bytes, "magic", 0x12345678), "badMagic"],
    ["another layout", (bytes: Uint8Array) => word(bytes, "layoutHash", 1), "badVersion"],
    ["no cells", (bytes: Uint8Array) => word(bytes, "cells", 0), "badCellCount"],
    ["too many cells", (bytes: Uint8Array) => word(bytes, "cells", MAX_CELLS + 1), "badCellCount"],
    ["a negative number of cells", (bytes: Uint8Array) => word(bytes, "cells", -1), "badCellCount"],
    ["a cell more than it has", (bytes: Uint8Array) => word(bytes, "cells", 3), "badCount"],
    ["another checksum", (bytes: Uint8Array) => word(bytes, "crc", 0), "badCrc"],
  ] as const)("of %s are refused as such and change nothing", (_, change, expected) => {
    const bench = new Bench(values, { cells: 2 }).run(100);
    const bytes = change(bench.module.snapshot());
    const before = bench.memory();
    new Uint8Array(bench.module.exports.memory.buffer).set(bytes, addresses.staging);
    expect(bench.module.exports.restore(bytes.length)).toBe(code(expected));
    expect(bench.memory().equals(before)).toBe(true);
  });

  test.each([-1, -0x80000000, 0x7fffffff, stagingBytes + 1])("of %s bytes are refused", (length) => {
    const bench = new Bench(values).run(3);
    expect(bench.module.exports.restore(length)).toBe(code("badCount"));
  });

  function word(bytes: Uint8Array, name: (typeof headerFields)[number]["name"], value: number): Uint8Array {
    const changed = bytes.slice();
    new DataView(changed.buffer).setInt32(headerAt(name) - addresses.header, value, true);
    return changed;
  }
});

describe("determinism", () => {
  test("two instances leave the same bits", () => {
    const [first, second] = [1, 2].map(() => {
      const bench = new Bench(values, { cells: 3 });
      walk(bench, 11, 3000);
      return bench.memory();
    });
    expect(first?.equals(second as Buffer)).toBe(true);
  });

  test("the debug build leaves the bits of the release build", () => {
    const directory = mkdtempSync(join(tmpdir(), "betaguard-debug-"));
    const debug = join(directory, "betaguard.debug.wasm");
    execFileSync(
      process.execPath,
      [
        join(ROOT, "node_modules", "assemblyscript", "bin", "asc.js"),
        "assembly/index.ts",
        "--target",
        "debug",
        "--outFile",
        debug,
        "--textFile",
        join(directory, "betaguard.debug.wat"),
      ],
      { cwd: ROOT },
    );
    const modules = [RELEASE, debug].map((path) => loadModule(path));
    rmSync(directory, { recursive: true });
    for (let seed = 0; seed < 20 * FUZZ; seed++) {
      const rng = random(seed);
      const set = pick(rng, [randomParameters(rng), profileValues(pick(rng, profiles))]);
      const [release, debugged] = modules.map((module) => {
        const bench = new Bench(set, { module, cells: 1 + (seed % 3) });
        walk(bench, seed, 500);
        return bench.memory().subarray(addresses.header);
      });
      expect(debugged?.equals(release as Buffer), `seed ${seed}`).toBe(true);
    }
  });
});

describe("self-check", () => {
  const SIGNATURE = Number(
    /SIGNATURE: i32 = (-?\d+)/.exec(readFileSync(join(ROOT, "assembly", "selfcheck.ts"), "utf8"))?.[1],
  );
  const signatureOf = (module: FirmwareModule) =>
    (module.exports as unknown as { signature(seed: number): number }).signature(1);

  test("this executor returns the reference bits", () => {
    expect(signatureOf(loadModule(RELEASE))).toBe(SIGNATURE);
  });

  test("an executor that returns others is held in the safe state", () => {
    // The constant as the binary has it: i32.const, signed LEB128.
    const needle = Buffer.from([0x41, ...leb128(SIGNATURE)]);
    const wasm = Buffer.from(readFileSync(RELEASE));
    const at = wasm.indexOf(needle);
    expect(at).toBeGreaterThan(0);
    expect(wasm.indexOf(needle, at + 1)).toBe(-1);
    wasm[at + 1] = (wasm[at + 1] as number) ^ 1;
    const bench = new Bench(values, { cells: 2, module: new FirmwareModule(wasm) });
    bench.run(SETTLE_STEPS + 500);
    for (const cell of [0, 1]) {
      expect(bench.get("faults", cell)).toBe(faultBit("selfCheck"));
      expect(bench.limits("charge", cell)).toEqual(Array(HORIZONS).fill(0));
      const limp = bench.module.parameter("limpHome_discharge_mA_cm2");
      expect(bench.limits("discharge", cell)).toEqual(Array(HORIZONS).fill(limp));
      expect(bench.reasons("charge", cell)).toEqual(Array(HORIZONS).fill("selfCheck"));
      expect(bench.reasons("discharge", cell)).toEqual(Array(HORIZONS).fill("selfCheck"));
    }
  });

  function leb128(value: number): number[] {
    const bytes: number[] = [];
    for (let rest = value; ; ) {
      const byte = rest & 0x7f;
      rest >>= 7;
      if ((rest === 0 && !(byte & 0x40)) || (rest === -1 && byte & 0x40)) return [...bytes, byte];
      bytes.push(byte | 0x80);
    }
  }
});
