import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { difference } from "../../host/references/difference.js";
import {
  type Engagement,
  engagementOf,
  REACHABLE,
  requirements,
  UNREACHABLE,
} from "../../host/references/engagement.js";
import {
  pinWord,
  type Recorded,
  type Reference,
  readReference,
  record,
} from "../../host/references/reference.js";
import { loadReferenceSet, type ReferenceCase } from "../../host/references/set.js";
import { packageFile } from "../../host/root.js";
import { reasons } from "../../host/schema/codes.js";
import { betaguard, expectRefusal } from "../cli/command.js";
import { describeRecorded } from "../trace/files.js";

const set = loadReferenceSet(packageFile("test", "references", "set.json"));
const own = set.cases.filter((one) => !one.elsewhere);
const elsewhere = set.cases.filter((one) => one.elsewhere);

describe("the project's references", () => {
  const engaged = new Map<string, Engagement>();

  it.each(own)("$name: not a bit of an output has changed", async (one) => {
    const recorded = await record(one);
    engaged.set(one.name, recorded.engaged);
    expectUnchanged(one, recorded);
  });

  describeRecorded("recorded traces", () => {
    it.each(elsewhere)("$name: not a bit of an output has changed", async (one) => {
      expectUnchanged(one, await record(one));
    });
  });

  it("bring every limit, every reason and the pressure controller into play without a recorded trace", () => {
    expect(engaged.size).toBe(own.length);
    const never = requirements(engaged).filter(({ cases }) => cases.length === 0);
    expect(never).toEqual([]);
  });

  it("are required to do so of every reason there is", () => {
    const known = new Set([...Object.values(REACHABLE).flat(), ...UNREACHABLE]);
    expect(reasons.map(({ name }) => name).filter((name) => !known.has(name))).toEqual([]);
  });

  it("are small, and have a case each", () => {
    const files = readdirSync(set.directory).filter((file) => file.endsWith(".json") && file !== "set.json");
    expect(files.map((file) => file.slice(0, -5)).sort()).toEqual(set.cases.map(({ name }) => name).sort());
    const bytes = files.reduce((sum, file) => sum + statSync(join(set.directory, file)).size, 0);
    expect(bytes).toBeLessThan(300_000);
  });
});

function expectUnchanged({ name }: ReferenceCase, { reference }: Recorded): void {
  const before = readReference(join(set.directory, `${name}.json`));
  if (!before) expect.fail(`${name} has no reference; run: npm run references -- --update`);
  expect(difference(before, reference)).toMatchObject({ changed: [] });
}

/** Of 1600 steps of 0.1 s. */
const referenceOf = (words: Reference["words"]): Reference => ({
  trace: "",
  profile: "",
  module: "",
  options: {},
  dt_s: 0.1,
  restSteps: 0,
  steps: 1600,
  start_s: 0,
  words,
});

const wave = new Int32Array(Float32Array.from({ length: 1600 }, (_, n) => Math.sin(n)).buffer);

describe("a difference", () => {
  it.each([0, 98, 99, 100, 777, 1599])("shows one bit in step %i, and where it is", (step) => {
    const flipped = wave.slice();
    flipped[step] = (flipped[step] as number) ^ 1;
    const [before, after] = [wave, flipped].map((bits) => referenceOf({ contact: pinWord(bits, "f32") }));
    const [found, ...others] = difference(before as Reference, after as Reference).changed;
    expect(others).toEqual([]);
    const block = Math.floor(step / 100);
    expect(found).toMatchObject({ word: "contact", status: "changed", blocks: [1, 16] });
    expect(found?.first?.from_s).toBeCloseTo(10 * block);
    expect(found?.first?.to_s).toBeCloseTo(10 * (block + 1));
    // The value is known at the ends of the blocks alone.
    expect(found?.most !== undefined).toBe(step % 100 === 99);
  });

  it("puts the word that differs most first, with its values before and after", () => {
    const scaled = (factor: number) =>
      pinWord(new Int32Array(Float32Array.from({ length: 1600 }, () => factor).buffer), "f32");
    const { changed, same } = difference(
      referenceOf({ contact: scaled(1), void_um: scaled(2), crackIndex: scaled(3), gone: scaled(1) }),
      referenceOf({ contact: scaled(0.75), void_um: scaled(2.02), crackIndex: scaled(3), new: scaled(1) }),
    );
    expect(same).toBe(1);
    expect(changed.map(({ word, status }) => [word, status])).toEqual([
      ["gone", "gone"],
      ["new", "new"],
      ["contact", "changed"],
      ["void_um", "changed"],
    ]);
    expect(changed[2]).toMatchObject({ relative: 0.25, most: { before: "1", after: "0.75" } });
    expect(changed[3]?.relative).toBeCloseTo(0.01, 3);
  });
});

describe("engagement", () => {
  it("counts what bound, at which horizon, and how the pressures moved", () => {
    const code = (name: string) => reasons.findIndex((reason) => reason.name === name);
    const packed = (...names: string[]) => names.reduce((word, name, k) => word | (code(name) << (8 * k)), 0);
    const words: Record<string, Int32Array> = {
      chargeReasons: Int32Array.of(
        packed("none", "none", "none", "none"),
        packed("none", "none", "capacity", "capacity"),
        packed("recovering", "none", "crack", "capacity"),
      ),
      dischargeReasons: Int32Array.of(0, 0, 0),
      pressureReason: Int32Array.of(code("vacancy"), code("vacancy"), code("windowMax")),
      pressureSetpoint_MPa: new Int32Array(Float32Array.of(1, 2, 2).buffer),
      actuatorCommand_MPa: new Int32Array(Float32Array.of(1, 2, 1.5).buffer),
    };
    expect(engagementOf((name) => words[name] as Int32Array, 0.5)).toEqual({
      charge: { none: 1.5, recovering: 0.5, capacity: 1, crack: 0.5 },
      discharge: { none: 1.5 },
      setpoint: { vacancy: 1, windowMax: 0.5 },
      chargeHorizons: [0, 0, 1, 1],
      dischargeHorizons: [0, 0, 0, 0],
      moves: {
        pressureSetpoint_MPa: { rising: 1, falling: 0 },
        actuatorCommand_MPa: { rising: 1, falling: 1 },
      },
    });
  });
});

describe("betaguard references", () => {
  const directory = mkdtempSync(join(tmpdir(), "betaguard-references-"));
  /** Apart, since a set's directory holds references alone. */
  const profiles = mkdtempSync(join(tmpdir(), "betaguard-profile-"));
  afterAll(() => {
    for (const made of [directory, profiles]) rmSync(made, { recursive: true });
  });
  const file = (name: string) => join(directory, name);
  const write = (name: string, value: unknown) => writeFileSync(file(name), JSON.stringify(value));
  const references = (...args: string[]) => betaguard(["references", "--set", file("set.json"), ...args]);
  /** The shipped profile with another pressure margin. */
  const cell = join(profiles, "cell.json");
  const writeProfile = (margin: number) =>
    writeFileSync(
      cell,
      JSON.stringify({
        id: "cell",
        title: "cell",
        extends: "li-agc-argyrodite",
        parameters: {
          pressure_margin: {
            value: margin,
            provenance: { kind: "assumed", range: [1, 2], why: "test" },
          },
        },
      }),
    );
  const charge = {
    profile: cell,
    segments: [
      { seconds: 30, current_mA_cm2: 0, temperature_degC: 60 },
      { seconds: 60, current_mA_cm2: 2, temperature_degC: 60 },
      { seconds: 60, current_mA_cm2: -3, temperature_degC: 60 },
    ],
  };

  it("takes references, finds nothing changed, then what a parameter changes and no more", async () => {
    writeProfile(1.25);
    write("set.json", { cases: { charge } });
    const first = await references();
    expect(first.code).toBe(1);
    expect(first.stdout).toMatch(/^charge: no reference yet/m);
    expect((await references("--update")).code).toBe(0);
    const again = await references();
    expect(again.stdout).toMatch(/0 of 1 cases changed; 0 outputs changed, 55 same/);
    expect(again.code).toBe(0);

    writeProfile(1.5);
    const { code, stdout } = await references("--json");
    expect(code).toBe(1);
    const [{ status, made, changed, same }] = JSON.parse(stdout).cases;
    expect(status).toBe("changed");
    expect(made.map(({ what }: { what: string }) => what)).toEqual(["profile"]);
    // That margin moves what is asked of the fixture, and neither the cell nor its limits.
    expect(changed.map(({ word }: { word: string }) => word).sort()).toEqual([
      "pack.actuatorCommand_MPa",
      "pack.pressureSetpoint_MPa",
      "pressureSetpoint_MPa",
    ]);
    // The demand begins 90 s after the start of a trace of 150 s, in block 10 of 16.
    for (const { first } of changed) {
      expect(first.from_s).toBeCloseTo(84.6);
      expect(first.to_s).toBeCloseTo(94);
    }
    expect(same + changed.length).toBe(55);
    const text = await references();
    expect(text.stdout).toMatch(/^charge: \d+ changed, \d+ same$/m);
    expect(text.stdout).toMatch(/worst (pack\.)?\w+_MPa: first between .* s, in \d+ of \d+ blocks/);

    const updated = await references("--update");
    expect(updated.code).toBe(0);
    expect(updated.stdout).toMatch(/1 of 1 cases changed; .*; references written/);
    expect((await references()).code).toBe(0);
  });

  it("fails on a reference without a case and on one that is broken, until updated", async () => {
    write("set.json", { cases: { charge } });
    write("nobodys.json", {});
    writeFileSync(file("charge.json"), "<<<<<<< HEAD");
    const found = await references("--json");
    expect(JSON.parse(found.stdout).cases).toMatchObject([
      { name: "charge", status: "failed", error: { code: "E_REFERENCE_BAD" } },
      { name: "nobodys", status: "gone" },
    ]);
    expect(found.code).toBe(2);
    expect((await references("--update")).code).toBe(0);
    expect((await references()).code).toBe(0);
  });

  it("skips a trace kept elsewhere that is not there, except under CI", async () => {
    const absent = { profile: "li-agc-argyrodite", trace: "absent.csv", elsewhere: true };
    write("set.json", { cases: { charge, absent } });
    const there = await betaguard(["references", "--set", file("set.json")], { env: { CI: "" } });
    expect(there.stdout).toMatch(/^absent: SKIPPED, its trace is not there: .*absent\.csv$/m);
    expect(there.code).toBe(0);
    const ci = await betaguard(["references", "--set", file("set.json")], { env: { CI: "true" } });
    expect(ci.code).toBe(1);
  });

  it("fails a set that must engage all and leaves limits idle, also with --update", async () => {
    write("set.json", { mustEngageAll: true, cases: { charge } });
    const { code, stdout } = await references("--update", "--engaged");
    expect(code).toBe(1);
    expect(stdout).toMatch(/^never engaged: discharge by temperature$/m);
    expect(stdout).toMatch(/^charge by startup +charge$/m);
    expect(stdout).toMatch(/^setpoint by windowMax +NEVER$/m);
  });

  it("refuses what is no set or no case", async () => {
    write("set.json", { cases: { charge } });
    expectRefusal(await references("discharge"), "E_REFERENCE_CASE");
    write("set.json", { cases: { charge: { ...charge, segments: [] } } });
    expectRefusal(await references(), "E_REFERENCE_SET");
    rmSync(file("set.json"));
    expectRefusal(await references(), "E_REFERENCE_SET");
  });
});
