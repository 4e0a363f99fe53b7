/** Every term that protects a cell is noticed by a scenario when it is taken out. */
import { beforeAll, describe, expect, it } from "vitest";
import { FirmwareModule } from "../../host/replay/module.js";
import { V8Target } from "../../host/target/v8.js";
import { compileMutants, mutations, scenarioOf } from "./mutations.js";
import { type Watched, watch } from "./watch.js";

/** What a sound firmware cannot keep from happening there: it ends a charge, not the creep of the charge before. */
const UNAVOIDABLE: Readonly<Record<string, readonly string[]>> = { "pressed-short": ["damaged"] };

describe("a firmware without one of its terms", () => {
  let wasm: Uint8Array;
  const sound = new Map<string, Promise<Watched>>();

  /** The compiled module with the n-th term out; 0: with all. */
  const without = (n: number): V8Target => {
    const module = new FirmwareModule(wasm);
    (module.exports as unknown as { mutate(n: number): void }).mutate(n);
    return new V8Target(module);
  };
  const withAll = (name: string): Promise<Watched> => {
    const known = sound.get(name) ?? watch(scenarioOf(name), without(0));
    sound.set(name, known);
    return known;
  };

  beforeAll(async () => {
    wasm = await compileMutants();
  }, 120_000);

  it("is the shipped one while all are in", async () => {
    for (const name of ["foil-pulses", "uneven-pack", "sensor-faults/voltage-stuck"])
      expect(await withAll(name)).toEqual(await watch(scenarioOf(name)));
  });

  it.each(mutations.map((mutation, index) => ({ ...mutation, n: index + 1 })))(
    "$term: noticed in $scenario",
    async ({ scenario, n }) => {
      const expected = await withAll(scenario);
      const kept = new Set(["not completed", ...(UNAVOIDABLE[scenario] ?? [])]);
      expect([...expected.breaches.keys()].filter((name) => !kept.has(name))).toEqual([]);

      const found = await watch(scenarioOf(scenario), without(n));
      const breached = [...found.breaches.keys()].filter((name) => !expected.breaches.has(name));
      const unheeded = found.safe?.reason !== expected.safe?.reason;
      expect({ breached, unheeded }, "nothing noticed").not.toEqual({ breached: [], unheeded: false });
    },
  );
});
