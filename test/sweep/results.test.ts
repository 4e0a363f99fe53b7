/** A sweep in one process and on threads: one row per job, the same bits, nothing twice, nothing lost. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { loadProfile } from "../../host/profiles/profile.js";
import { packageFile } from "../../host/root.js";
import { loadScenario } from "../../host/simulate/scenario.js";
import { simulate } from "../../host/simulate/simulate.js";
import { designPoints, parseVaried } from "../../host/sweep/design.js";
import { scenarioSource } from "../../host/sweep/job.js";
import { type Plan, planSweep } from "../../host/sweep/plan.js";
import { JobPool } from "../../host/sweep/pool.js";
import { JobRunner } from "../../host/sweep/runner.js";
import { onPool, sweep } from "../../host/sweep/sweep.js";
import { betaguard, expectRefusal } from "../cli/command.js";
import { describeBuilt } from "../target/built.js";
import { chargeTrace, contents, flat, folder, inputsOf, partsOf, planOf, query } from "./jobs.js";

const inputs = inputsOf(chargeTrace());

async function run(plan: Plan, results: string, threads = 2) {
  const pool = new JobPool(plan.inputs, threads);
  try {
    return await sweep(plan, { results, request: {} }, onPool(plan, results, pool));
  } finally {
    await pool.close();
  }
}

const jobsOf = (plan: Plan) => plan.parts.flatMap(({ jobs }) => jobs);

describe("a sweep's results", () => {
  it("are what the runner says of each job, to the bit, on one thread and on two", async () => {
    const plan = planOf(inputs, 600);
    const runner = new JobRunner(inputs);
    const expected = [];
    // In the other order: no job may depend on what ran before it.
    for (const job of jobsOf(plan).reverse()) expected.unshift(flat(await runner.runJob(job)));
    expect(new Set(expected.map(({ verdict }) => verdict))).toEqual(new Set(["ok", "broken"]));

    const one = await run(plan, folder("one"), 1);
    expect(one).toMatchObject({ jobs: 600, found: 0, parts: plan.parts.length });
    const verdicts = expected.filter(({ verdict }) => verdict === "broken").length;
    expect(one.verdicts).toEqual({ broken: verdicts, ok: 600 - verdicts });
    await run(plan, folder("two"), 2);
    expect(contents(folder("two"))).toEqual(contents(folder("one")));

    const rows = await query(`SELECT * FROM '${folder("two")}/*.parquet'`);
    const byJob = new Map(rows.map((row) => [row.job, row]));
    expect(rows).toHaveLength(600);
    for (const row of expected) expect(byJob.get(row.job)).toEqual(row);
  });

  it("are completed, not done again", async () => {
    const plan = planOf(inputs, 700);
    const results = folder("completed");
    await run(plan, results);
    const before = contents(results);
    const [lost = "", ...kept] = partsOf(results);
    const times = kept.map((file) => statSync(join(results, file)).mtimeMs);
    rmSync(join(results, lost));
    writeFileSync(join(results, `${lost}.0123456789ab.partial`), "what a killed writer leaves");
    const again = await run(plan, results);
    const partSize = plan.parts.find(({ name }) => lost.includes(name))?.jobs.length as number;
    expect(again.found).toBe(700 - partSize);
    expect(contents(results)).toEqual(before);
    expect(kept.map((file) => statSync(join(results, file)).mtimeMs)).toEqual(times);
    expect(readdirSync(results).filter((file) => file.endsWith(".partial"))).toEqual([]);
    expect((await run(plan, results)).found).toBe(700);
  });

  it("are of one sweep: what decides a job is in its id", async () => {
    const results = folder("claimed");
    await run(planOf(inputs, 8), results);
    await expect(run(planOf(inputs, 9), results)).rejects.toThrow(/E_SWEEP_OTHER|those of/);

    const idOf = (plan: Plan) => jobsOf(plan)[0]?.id;
    const base = idOf(planOf(inputs, 1));
    const source = chargeTrace();
    if (source.kind !== "replay") throw new Error("expected a trace");
    const others = [
      planOf({ ...inputs, moduleSha256: "0" }, 1),
      planOf({ ...inputs, version: "0" }, 1),
      planOf({ ...inputs, profiles: [loadProfile("li-mg")] }, 1),
      planOf(inputsOf(chargeTrace(0.0011)), 1),
      planOf(inputsOf({ ...source, options: { ...source.options, area_cm2: 2 } }), 1),
      planOf(inputs, 1, ["wasm3"]),
    ].map(idOf);
    expect(new Set([base, ...others]).size).toBe(others.length + 1);
    expect(idOf(planOf(inputsOf(chargeTrace()), 1))).toBe(base);
  });

  it("hold a trace given twice once", () => {
    const twice = { ...inputs, sources: [...inputs.sources, ...inputs.sources] };
    const pairs = [0, 1].map((source) => ({ profile: 0, source }));
    expect(planSweep(twice, pairs, ["v8"], [], [[]]).jobs).toBe(1);
  });

  it("say which jobs are impossible, and have the others", async () => {
    const broken = {
      ...inputs,
      profiles: inputs.profiles.map((profile) => ({
        ...profile,
        values: { ...profile.values, slew_up_mA_cm2_s: -1 },
      })),
    };
    const bad = await run(planOf(broken, 2), folder("impossible"));
    expect(bad.verdicts).toEqual({ failed: 2 });
    const [row] = await query(`SELECT error, cellSteps FROM '${folder("impossible")}/*.parquet'`);
    expect(row).toMatchObject({
      error: expect.stringMatching(/^E_PARAMETER_RANGE: slew_up/),
      cellSteps: null,
    });
  });

  it("are refused where another module would make them", async () => {
    expect(() => new JobRunner({ ...inputs, moduleSha256: "0".repeat(64) })).toThrow(/same build/);
    const pool = new JobPool({ ...inputs, moduleSha256: "0".repeat(64) }, 1);
    await expect(pool.run(jobsOf(planOf(inputs, 1)))).rejects.toMatchObject({ code: "E_SWEEP_MODULE" });
    await pool.close();
  });
});

describe("a scenario in a sweep", () => {
  it("is the simulation with those values in plant and firmware, or in the plant alone", async () => {
    const scenario = { ...loadScenario("over-pressure"), cycles: 1 };
    const varied = [parseVaried("plating_margin=0.5:0.9"), parseVaried("plant.void_heightScale_um=0.5:2")];
    const both = { ...inputs, sources: [scenarioSource(scenario)] };
    const points = designPoints("lhs", varied, 2, 3);
    await run(planSweep(both, [{ profile: 0, source: 0 }], ["v8"], varied, points), folder("scenario"));
    const rows = await query(`SELECT * FROM '${folder("scenario")}/*.parquet'`);
    expect(rows).toHaveLength(2);
    for (const row of rows) {
      const expected = await simulate(
        {
          ...scenario,
          profile: "li-agc-argyrodite",
          parameters: { ...scenario.parameters, plating_margin: row.plating_margin as number },
          cells: scenario.cells.map((own) => ({
            void_heightScale_um: row["plant.void_heightScale_um"] as number,
            ...own,
          })),
        },
        "betaguard",
      );
      expect(row).toMatchObject({
        kind: "simulate",
        verdict: expected.verdict,
        contactMin: expected.plantDamage.contactMin,
        crackIndexMax: expected.plantDamage.crackIndexMax,
        throughput_mAh_cm2: expected.throughput_mAh_cm2,
        actuatorTravel_MPa: expected.actuatorTravel_MPa,
        poreRiskMax: null,
      });
      expect(row.cellSteps).toBeGreaterThan(1000);
    }
  });
});

describeBuilt("posix", "targets in a sweep", () => {
  it("give the same rows but for their name", async () => {
    await run(planOf(inputs, 4, ["v8", "wasm3"]), folder("targets"));
    const [counts] = await query(
      `SELECT count(*) AS n, count(DISTINCT target) AS targets FROM '${folder("targets")}/*.parquet'`,
    );
    expect(counts).toEqual({ n: 8n, targets: 2n });
    const different = await query(
      `SELECT * EXCLUDE (job, target) FROM '${folder("targets")}/*.parquet' GROUP BY ALL HAVING count(*) <> 2`,
    );
    expect(different).toEqual([]);
  });
});

const TRACE = "examples/li-agc-25C-fast-charge.SIMULATED.bdf.csv";
const ARGS = [
  "--profile",
  "li-agc-argyrodite",
  "--area",
  "1.54",
  "--dt",
  "1",
  "--vary",
  "plating_margin=0.3:1",
];

describe("betaguard sweep", () => {
  it("goes on after kill -9 of its process", async () => {
    const args = ["sweep", TRACE, ...ARGS, "--points", "2000", "--to", "300", "--json"];
    const results = folder("killed");
    const main = packageFile("build", "host", "cli", "main.js");
    const child = spawn(process.execPath, [main, ...args, "-o", results], {
      cwd: packageFile(),
      stdio: "ignore",
    });
    const exited = once(child, "exit");
    while (partsOf(results).length < 3 && child.exitCode === null) await sleep(5);
    child.kill("SIGKILL");
    await exited;
    const there = partsOf(results).length;
    expect(there).toBeGreaterThanOrEqual(3);
    const second = JSON.parse((await betaguard([...args, "-o", results])).stdout);
    expect(second).toMatchObject({ jobs: 2000, found: expect.any(Number), verdicts: expect.any(Object) });
    expect(second.found).toBeGreaterThanOrEqual(3 * 256);
    expect(second.found).toBeLessThan(2000);
    await betaguard([...args, "-o", folder("unhurt")]);
    expect(contents(results)).toEqual(contents(folder("unhurt")));
  });

  it.each([
    ["E_OPTION", ["--points", "4", "--design", "random"]],
    ["E_OPTION", []],
    ["E_QUEUE_CONNECT", ["--points", "4", "--queue", "redis://127.0.0.1:1"]],
    ["E_SWEEP_VARY", ["--points", "4", "--vary", "plating_margin=0.3:0.4"]],
    ["E_SWEEP_VARY", ["--points", "4", "--vary", "sensor_hasVoltage=0:1"]],
    ["E_SWEEP_VARY", ["--points", "4", "--vary", "plant.slab_length_um=1:2"]],
    ["E_OPTION", ["--points", "4", "--target", "serial:/dev/null", "--workers", "2"]],
  ])("refuses with %s: %s", async (code, options) => {
    expectRefusal(await betaguard(["sweep", TRACE, ...ARGS, "-o", folder("refused"), ...options]), code);
  });
});
