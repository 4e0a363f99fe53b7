/** Every target that runs on this machine against V8, on recorded, simulated and hostile inputs. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { BackToBack } from "../../host/compare/backToBack.js";
import { compareInputs, compareTrace, openBackToBack } from "../../host/compare/compare.js";
import { loadProfile } from "../../host/profiles/profile.js";
import { describeBuilt } from "../target/built.js";
import { describeRecorded } from "../trace/files.js";
import { KINDS, stressInputs } from "./stress.js";
import { type Compared, recorded, simulated } from "./traces.js";

interface Extent {
  /** Most steps of each trace, of each kind of trouble, and with 24 cells. */
  readonly perTrace: number;
  readonly perKind: number;
  readonly ofPack: number;
  /** What they must come to. */
  readonly atLeast: number;
}

const { values } = loadProfile("li-agc-argyrodite");
const agreed = (steps: unknown) => ({ steps, differences: 0, first: null });

function compareOn(name: string, preset: string, { perTrace, perKind, ofPack, atLeast }: Extent): void {
  describeBuilt(preset, name, () => {
    let target: BackToBack;
    let steps = 0;
    let traces = 0;

    beforeAll(async () => {
      target = await openBackToBack([name]);
    }, 60_000);
    afterAll(async () => {
      await target.close();
    });

    async function agree({ trace, profile, options }: Compared): Promise<void> {
      const found = await compareTrace(trace, profile, { ...options, steps: perTrace }, target);
      expect(found, trace.path).toEqual(agreed(expect.any(Number)));
      steps += found.steps;
      traces++;
    }

    test("agrees on the simulated examples to the last bit", async () => {
      for (const compared of await simulated()) await agree(compared);
    });

    test.each(KINDS)("agrees under %s", async (kind) => {
      const found = await compareInputs([stressInputs(kind, perKind, 1)], values, 1, target);
      expect(found).toEqual(agreed(perKind));
      steps += found.steps;
    });

    test.each(KINDS)("agrees under %s with 24 cells, in batches of any length", async (kind) => {
      const inputs = [stressInputs(kind, ofPack, 24, 2), stressInputs(kind, 3, 24, 3)];
      expect(await compareInputs(inputs, values, 24, target)).toEqual(agreed(ofPack + 3));
    });

    describeRecorded("on recorded traces", () => {
      test("agrees to the last bit", async () => {
        for (const compared of await recorded()) await agree(compared);
      });

      test("has then been compared on enough", () => {
        expect(traces).toBeGreaterThanOrEqual(10);
        expect(steps).toBeGreaterThanOrEqual(atLeast);
      });
    });
  });
}

compareOn("wasm3", "posix", { perTrace: 8000, perKind: 3000, ofPack: 100, atLeast: 100_000 });
compareOn("stm32f405", "stm32f405", { perTrace: 210, perKind: 150, ofPack: 16, atLeast: 5000 });
compareOn("rv32imc", "rv32imc", { perTrace: 210, perKind: 150, ofPack: 16, atLeast: 5000 });
