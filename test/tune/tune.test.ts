import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { listProfiles, loadProfile } from "../../host/profiles/profile.js";
import { packageFile } from "../../host/root.js";
import { parameters } from "../../host/schema/parameters.js";
import { loadScenario } from "../../host/simulate/scenario.js";
import type { Job } from "../../host/sweep/job.js";
import { failedOutcome, type Row, rowOf } from "../../host/sweep/row.js";
import { axesOf, limitMap } from "../../host/tune/limitMap.js";
import { type Problem, problemOf } from "../../host/tune/problem.js";
import { HARD_CAPS, shippedPoint, TUNABLE, tunablesOf, valuesAt } from "../../host/tune/tunable.js";
import { search } from "../../host/tune/tune.js";
import { parameterBlock, type TuneRun, tunedProfile } from "../../host/tune/write.js";
import { betaguard, expectRefusal } from "../cli/command.js";

const profile = loadProfile("li-agc-argyrodite");
const tunables = tunablesOf(profile);
const directory = mkdtempSync(join(tmpdir(), "betaguard-tune-"));
afterAll(() => rmSync(directory, { recursive: true }));

const run: TuneRun = {
  profile: { id: profile.id, hash: profile.hash },
  moduleSha256: "ab".repeat(32),
  version: "0.0.0",
  seed: 7,
  draws: 2,
  spread: 0.25,
  population: 4,
  generations: 1,
  scenarios: [{ name: "fast-charge-60C", sha256: "cd".repeat(32) }],
  traces: [],
};

const unitPoint = fc
  .array(fc.double({ min: 0, max: 1, noNaN: true }), {
    minLength: tunables.length,
    maxLength: tunables.length,
  })
  .map((shares) => Float64Array.from(shares));

describe("what may be tuned", () => {
  it("is no hard cap: not by name, and not by what it is called", () => {
    expect(TUNABLE.filter((name) => (HARD_CAPS as readonly string[]).includes(name))).toEqual([]);
    const capping =
      /^(cap_|limpHome_|temperature_|voltage_|cell_capacity|crack_|criticalPlating|pressure_m(in|ax)_)/;
    expect(TUNABLE.filter((name) => capping.test(name))).toEqual([]);
    const unnamed = parameters.filter(({ name }) =>
      /^(cap_|limpHome_|temperature_|voltage_m|pressure_m(in|ax)_)/.test(name),
    );
    expect(unnamed.filter(({ name }) => !(HARD_CAPS as readonly string[]).includes(name))).toEqual([]);
  });

  it.each(listProfiles())("stays in the ranges that %s and the schema give", (id) => {
    const own = loadProfile(id);
    for (const { name, low, high, shipped } of tunablesOf(own)) {
      const { min, max } = parameters.find(
        (parameter) => parameter.name === name,
      ) as (typeof parameters)[number];
      expect(low).toBeGreaterThanOrEqual(min);
      expect(high).toBeLessThanOrEqual(max);
      expect(shipped).toBeGreaterThanOrEqual(low);
      expect(shipped).toBeLessThanOrEqual(high);
    }
    const all = tunablesOf(own);
    for (const [name, value] of Object.entries(valuesAt(all, shippedPoint(all))))
      expect(value).toBeCloseTo(own.values[name as (typeof TUNABLE)[number]], 6);
  });

  it("changes nothing else in a profile, wherever the point lies", () => {
    const path = join(directory, "any.json");
    fc.assert(
      fc.property(unitPoint, (point) => {
        const values = valuesAt(tunables, point);
        writeFileSync(path, tunedProfile(profile, "any", values, run));
        const tuned = loadProfile(path);
        for (const { name } of parameters) {
          const isTuned = name in values;
          expect(tuned.values[name]).toBe(
            isTuned ? values[name as keyof typeof values] : profile.values[name],
          );
          if (!isTuned) expect(tuned.provenance[name]).toEqual(profile.provenance[name]);
        }
        for (const cap of HARD_CAPS) expect(tuned.values[cap]).toBe(profile.values[cap]);
      }),
      { numRuns: 30 },
    );
  });
});

describe("the chosen point", () => {
  const values = valuesAt(
    tunables,
    Float64Array.from(tunables, () => 0.3),
  );
  const path = join(directory, "chosen.json");
  writeFileSync(path, tunedProfile(profile, "chosen", values, run));
  const tuned = loadProfile(path);

  it("says what made it: module, seed, scenarios with their hashes", () => {
    const { kind, case: made } = tuned.provenance.plating_margin as { kind: string; case: string };
    expect(kind).toBe("fitted");
    for (const part of [
      run.moduleSha256.slice(0, 12),
      "seed 7",
      "fast-charge-60C cdcdcdcdcdcd",
      profile.hash.slice(0, 12),
    ])
      expect(made).toContain(part);
    expect(tuned.hash).not.toBe(profile.hash);
  });

  it("is the same, to the bit, in the C that a board is built with", () => {
    writeFileSync(join(directory, "parameters.h"), parameterBlock(tuned, run));
    writeFileSync(
      join(directory, "print.c"),
      `#include <stdio.h>\n#include <string.h>\n#include "parameters.h"\nint main(void)\n{\n    for (int i = 0; i < BETAGUARD_TUNED_COUNT; i++) {\n        uint32_t bits;\n        memcpy(&bits, &betaguard_tuned[i].value, sizeof bits);\n        printf("%d %u\\n", (int)betaguard_tuned[i].id, (unsigned)bits);\n    }\n    return 0;\n}\n`,
    );
    const program = join(directory, "print");
    execFileSync("gcc", [
      ...["-std=c11", "-Wall", "-Wextra", "-Werror", `-I${packageFile("boards", "common")}`],
      ...["-o", program, join(directory, "print.c")],
    ]);
    const printed = execFileSync(program, { encoding: "utf8" }).trim().split("\n");
    expect(printed).toEqual(
      parameters.map(
        ({ name }, id) => `${id} ${new Uint32Array(Float32Array.of(tuned.values[name]).buffer)[0]}`,
      ),
    );
  });

  it("is refused by a board with another layout", () => {
    const other = readFileSync(join(directory, "parameters.h"), "utf8").replace(
      /BG_LAYOUT_HASH == /,
      "BG_LAYOUT_HASH != ",
    );
    writeFileSync(join(directory, "other.c"), other);
    expect(() =>
      execFileSync(
        "gcc",
        [
          "-std=c11",
          `-I${packageFile("boards", "common")}`,
          "-c",
          "-o",
          "/dev/null",
          join(directory, "other.c"),
        ],
        {
          stdio: "pipe",
        },
      ),
    ).toThrow(/another layout/);
  });
});

/** Rows without a simulation: fast with a large margin, harmed beyond `safe`, restless with a large gain. */
const rowsOf =
  ({ inputs }: Problem, safe: (plant: Job["plant"]) => number) =>
  async (jobs: readonly Job[]): Promise<Row[]> =>
    jobs.map((job) => {
      const { plating_margin: margin, pressure_gain: gain } = { ...profile.values, ...job.parameters };
      const harmed = margin > safe(job.plant);
      return {
        ...rowOf(inputs, job, failedOutcome("")),
        error: null,
        verdict: harmed ? "damaged" : "ok",
        cellSteps: 3600 / margin + 3600 * (1 - gain),
        chargeTime_s: 3600 / margin,
        complete: true,
        throughput_mAh_cm2: 1,
        seMetal_mAh_cm2: harmed ? 0.02 + margin - safe(job.plant) : 0,
        contactMin: 1,
        crackIndexMax: 0,
        creepIntrusionMax: 0,
        actuatorTravel_MPa: 10 * gain,
      };
    });

describe("the search", async () => {
  const scenario = { ...loadScenario("fast-charge-60C"), phases: [{ kind: "rest", hours: 0.01 }] } as const;
  const made = {
    profile,
    scenarios: [{ ...scenario, phases: [...scenario.phases] }],
    traces: [],
    moduleSha256: run.moduleSha256,
    version: run.version,
    spread: 0.5,
  };
  const problem = await problemOf({ ...made, draws: 3, seed: 1 });
  const proof = await problemOf({ ...made, draws: 6, seed: 2 });
  const options = { tunables, population: 24, generations: 20, seed: 5, allowedHarmed: 0 };

  it("draws other cells for the proof, none beyond what the profile assumes", () => {
    expect(problem.plants.slice(1)).not.toEqual(proof.plants.slice(1, 4));
    for (const plant of [...problem.plants, ...proof.plants]) {
      for (const [name, value] of Object.entries(plant)) {
        const provenance = profile.provenance[name as keyof typeof profile.provenance];
        if (provenance.kind !== "assumed") return expect.fail(`${name} is not assumed`);
        expect(value).toBeGreaterThanOrEqual(provenance.range[0]);
        expect(value).toBeLessThanOrEqual(provenance.range[1]);
      }
    }
  });

  it("trades time for travel, up to where cells come to harm, and the same way again", async () => {
    const drawn = (plant: Job["plant"]) => (Object.keys(plant).length > 0 ? 0.8 : 0.95);
    const found = await search(problem, proof, rowsOf(problem, drawn), options);
    expect(found.feasible).toBe(true);
    expect(found.shipped.score).toMatchObject({ plants: 4, harmed: 3 });
    expect(found.front.length).toBeGreaterThan(8);
    for (const [n, { values, score, proof: other }] of found.front.entries()) {
      expect(values.plating_margin).toBeLessThanOrEqual(0.8);
      expect(score).toMatchObject({ plants: 4, harmed: 0, excess: 0 });
      expect(other).toMatchObject({ plants: 7, harmed: 0 });
      const before = found.front[n - 1];
      if (before) expect(score.travel_MPa).toBeLessThanOrEqual(before.score.travel_MPa);
    }
    // The fastest of them stands at the edge of harm, with all the gain there is.
    const fastest = found.front[0]?.values;
    expect(fastest?.plating_margin).toBeGreaterThan(0.78);
    expect(fastest?.pressure_gain).toBeGreaterThan(0.9);
    expect(found.progress.at(-1)).toBe(1);
    expect(found.progress[0]).toBeLessThan(1);
    expect(await search(problem, proof, rowsOf(problem, drawn), options)).toEqual(found);
  });

  it("says so when every candidate harms, and comes as near as it can", async () => {
    const found = await search(
      problem,
      proof,
      rowsOf(problem, () => 0.2),
      options,
    );
    expect(found.feasible).toBe(false);
    expect(found.front[0]?.values.plating_margin).toBeLessThan(0.55);
  });
});

describe("a limit map", () => {
  it("falls with the margin where plating limits, nowhere rises, and keeps to the caps", () => {
    const axes = axesOf(profile);
    const [bold, shy] = [0.9, 0.6].map((plating_margin) =>
      limitMap({ ...profile.values, plating_margin }, axes),
    );
    const { cap_charge_mA_cm2: cap, cap_discharge_mA_cm2: capDischarge } = profile.values;
    let fallen = 0;
    for (const [n, most] of bold?.charge.entries() ?? []) {
      const least = shy?.charge[n] as number;
      expect(least).toBeLessThanOrEqual(most + 1e-6);
      expect(most).toBeLessThanOrEqual(cap);
      if (least < 0.7 * most) fallen++;
    }
    expect(fallen).toBeGreaterThan(50);
    expect(bold?.discharge).toEqual(shy?.discharge);
    expect(Math.max(...(bold?.discharge ?? []))).toBeLessThanOrEqual(capDischarge);
    expect(bold?.charge.length).toBe(3 * 11 * 7);
  });
});

describe("betaguard tune", () => {
  it("writes a profile that check passes on its own closed loops, and a page that needs no network", async () => {
    const out = join(directory, "out");
    const { code, stdout } = await betaguard([
      ...["tune", "fast-charge-60C", "--out", out, "--draws", "1", "--population", "4"],
      ...["--generations", "1", "--workers", "2", "--json"],
    ]);
    expect(code).toBe(0);
    const { front, picked, loops, evaluations } = JSON.parse(stdout);
    expect(evaluations).toBe(8);
    expect(loops).toMatchObject([{ scenario: "fast-charge-60C", verdict: "ok" }]);
    const tuned = loadProfile(join(out, "profile.json"));
    expect(tuned.values).toEqual({ ...profile.values, ...front[picked - 1].values });
    const files = readdirSync(join(out, "loops")).map((file) => join(out, "loops", file));
    expect(files.length).toBe(1);
    const checked = await betaguard([
      "check",
      ...files,
      "--profile",
      join(out, "profile.json"),
      "--area",
      "1",
    ]);
    expect(checked.stdout).toMatch(/^pass /);
    expect(checked.code).toBe(0);
    // The same loops under a profile that allows less are too much: the check can fail.
    const strict = join(directory, "strict.json");
    writeFileSync(strict, tunedProfile(profile, "strict", { plating_margin: 0.5 }, run));
    expect((await betaguard(["check", ...files, "--profile", strict, "--area", "1"])).code).toBe(1);

    const page = readFileSync(join(out, "report.html"), "utf8");
    expect(page).toContain("default-src &#39;none&#39;");
    expect(page).not.toMatch(/(src|href)="?https?:/);
    expect(page.length).toBeLessThan(200_000);
    const [, data = ""] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page) ?? [];
    const { points, selected } = JSON.parse(data);
    expect(points.length).toBe(front.length + 1);
    expect(selected).toBe(picked);
  });

  it("refuses what it cannot search", async () => {
    const out = ["--out", join(directory, "refused")];
    expectRefusal(await betaguard(["tune", "fast-charge", ...out]), "E_SCENARIO_UNKNOWN");
    expectRefusal(await betaguard(["tune", "fast-charge-60C", ...out, "--population", "5"]), "E_OPTION");
    expectRefusal(await betaguard(["tune", "fast-charge-60C", ...out, "--spread", "2"]), "E_OPTION");
    expectRefusal(await betaguard(["tune", "fast-charge-60C", ...out, "--trace", "a.csv"]), "E_AREA_MISSING");
  });
});
