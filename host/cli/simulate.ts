/** `betaguard simulate`: the firmware in closed loop with a plant that can be damaged. */
import type { Command } from "commander";
import { BetaguardError } from "../errors.js";
import { type Compared, compareControllers, comparisonFiles } from "../simulate/comparison.js";
import { controllerNames } from "../simulate/controller.js";
import { type DrawnResult, type DrawnTime, simulateDraws } from "../simulate/draws.js";
import { drawsPage } from "../simulate/drawsPage.js";
import { type OracleSearch, searchCharge } from "../simulate/oracleSearch.js";
import { experiments, pressureCases, pressureSpread } from "../simulate/pressureLoop.js";
import { loadScenario, type Scenario, scenarioNames, variantsOf } from "../simulate/scenario.js";
import { type SimulationResult, simulate } from "../simulate/simulate.js";
import { openTarget, TARGETS } from "../target/open.js";
import { number } from "./options.js";
import { EXIT, errorRecord, exitWith, print, printJson, reportError } from "./output.js";
import { requireMarkdown, writePage } from "./page.js";
import { Progress } from "./progress.js";

interface SimulateFlags {
  readonly all?: true;
  readonly controller: string;
  readonly target: string;
  readonly compare?: true;
  readonly search?: true;
  readonly fixtures?: number;
  readonly draws?: number;
  readonly cycles?: number;
  readonly out?: string;
  readonly json?: true;
}

export const withSimulate = (command: Command): Command =>
  command
    .description("run the firmware in closed loop with full-order cells that can be damaged")
    .argument("[scenario...]", "shipped scenarios by name, or scenario files (docs/simulate.md)")
    .option("--all", "all shipped scenarios")
    .option("--controller <name>", `who decides: ${controllerNames.join(", ")}`, "betaguard")
    .option("--target <name>", `what runs the firmware: ${TARGETS.join(", ")}`, "v8")
    .option("--compare", "all controllers side by side, and for a charge what knowing the plant allows")
    .option(
      "--draws <n>",
      "cells drawn over what the profile assumes, against a firmware that keeps to it",
      number("--draws"),
    )
    .option("--search", "what is faster than the oracle in a charge, by exhaustive search; takes minutes")
    .option(
      "--fixtures <n>",
      "instead of scenarios: the pressure controller's step responses on so many fixtures",
      number("--fixtures"),
    )
    .option(
      "--cycles <n>",
      "times the phases are gone through, in place of the scenario's",
      number("--cycles"),
    )
    .option("--out <file>", "write what --compare or --draws found as Markdown there, plots beside it")
    .option("--json", "print as JSON")
    .addHelpText(
      "after",
      `
Shipped scenarios:
${scenarioNames()
  .map((name) => `  ${name}`)
  .join("\n")}

Exit code 1 when betaguard, or the controller named, damages a plant.

Examples:
  betaguard simulate fast-charge-60C
  betaguard simulate high-rate-strip low-pressure-fixture --compare
  betaguard simulate drive-cycle --target stm32f405
  betaguard simulate --all --compare --out docs/closed-loop.md
  betaguard simulate fast-charge-60C --draws 200
  betaguard simulate fast-charge-60C --search
  betaguard simulate --fixtures 48
  betaguard simulate ageing --cycles 20
  betaguard simulate --all --json`,
    )
    .action(simulateCommand);

async function simulateCommand(named: string[], flags: SimulateFlags): Promise<void> {
  const { all, controller, compare, draws, json } = flags;
  if (flags.fixtures !== undefined) return overFixtures(flags.fixtures, json === true);
  const scenarios = all ? [...scenarioNames(), ...named] : named;
  if (scenarios.length === 0)
    throw new BetaguardError(
      "E_USAGE",
      "expected scenarios or --all, found none; betaguard simulate --help lists the shipped ones",
    );
  const judged = controllerNames.find((name) => name === controller);
  if (judged === undefined)
    throw new BetaguardError(
      "E_OPTION",
      `expected ${controllerNames.join(", ")} after --controller, found ${JSON.stringify(controller)}`,
    );
  if (draws !== undefined && flags.target !== "v8")
    throw new BetaguardError(
      "E_OPTION",
      `expected --draws on v8, found --target ${flags.target}; every target has the same bits, run one scenario there`,
    );
  if (flags.out !== undefined) {
    requireMarkdown(flags.out);
    if (!compare && draws === undefined)
      throw new BetaguardError("E_OPTION", "expected --compare or --draws with --out, found neither");
  }
  const progress = new Progress();
  const records: unknown[] = [];
  const compared: Compared[] = [];
  const drawn: DrawnResult[] = [];
  const target = await openTarget(flags.target);
  try {
    for (const name of scenarios) {
      try {
        const scenario = requested(name, flags);
        if (flags.search) {
          const found = await progress.watch(scenario.name, async (onProgress) =>
            searchCharge(scenario, onProgress),
          );
          if (found === undefined)
            throw new BetaguardError(
              "E_OPTION",
              `expected a scenario of one cell and one charge with --search, found ${scenario.name}`,
            );
          records.push({ scenario: scenario.name, ...found });
          if (!json) print(formatSearch(scenario.name, found));
        } else if (draws === undefined) {
          // Faults are the firmware's business: the others are compared on healthy sensors.
          for (const variant of variantsOf(compare ? { ...scenario, eachFault: [] } : scenario)) {
            const results = await progress.watch(variant.name, async (onProgress) => {
              if (!compare) return [await simulate(variant, judged, { target, onProgress })];
              const one = await compareControllers(variant, target, onProgress);
              compared.push(one);
              return withOracle(one);
            });
            if (results.some((result) => result.controller === judged && result.verdict !== "ok"))
              exitWith(EXIT.limitBroken);
            records.push(...results);
            if (!json) print(results.map(formatResult).join("\n"));
          }
        } else {
          const result = await progress.watch(scenario.name, (onProgress) =>
            simulateDraws(scenario, draws, onProgress),
          );
          if (result.ok < result.draws) exitWith(EXIT.limitBroken);
          drawn.push(result);
          records.push(result);
          if (!json) print(formatDrawn(result));
        }
      } catch (error) {
        reportError(error);
        records.push({ scenario: name, error: errorRecord(error) });
      }
    }
  } finally {
    await target.close();
  }
  if (flags.out !== undefined) {
    const command = commandOf(scenarios, flags);
    writePage(flags.out, (directory) =>
      draws === undefined
        ? comparisonFiles(compared, command, directory)
        : new Map([["", drawsPage(drawn, command)]]),
    );
  }
  if (json) printJson(records.length === 1 ? records[0] : records);
}

async function overFixtures(count: number, json: boolean): Promise<void> {
  requireWhole("--fixtures", count);
  const spread = await new Progress().watch(`${count} fixtures`, async (onProgress) =>
    pressureSpread(pressureCases(count), onProgress),
  );
  if (json) return printJson(spread);
  const lines = experiments.map((name) => {
    const { overshoot_MPa, settling_s, error_MPa, swing_MPa } = spread.worst[name];
    const past = name === "swelling" ? "off the setpoint" : "past the setpoint";
    return `  ${name}: at most ${overshoot_MPa.toFixed(2)} MPa ${past}, settled in ${settling_s} s, then ${error_MPa.toFixed(2)} MPa off with ${swing_MPa.toFixed(3)} MPa of swing`;
  });
  const { fixtures, blind, gainMargin } = spread;
  print(
    [
      `${fixtures} fixtures; on ${blind.length} the module stopped believing the pressure sensor, the others:`,
      ...lines,
      `  gain and integral may be ${gainMargin.least} times as large before any rings`,
    ].join("\n"),
  );
}

const formatSearch = (scenario: string, { oracle, clean, undamaged, tried }: OracleSearch): string =>
  [
    `${scenario}, ${tried} profiles along the oracle's current, which takes ${(oracle.chargeTime_s / 60).toFixed(2)} min:`,
    ...(
      [
        ["without metal on the electrolyte", clean],
        ["not damaged", undamaged],
      ] as const
    ).map(
      ([what, found]) =>
        `  fastest ${what}: ${(found.chargeTime_s / 60).toFixed(2)} min, factors ${found.factors.join(", ")}`,
    ),
  ].join("\n");

type Result = SimulationResult & { readonly oracleTime_s?: number };

/** The command line again, as a page says it was made. */
const commandOf = (scenarios: readonly string[], { all, compare, draws, cycles, out }: SimulateFlags) =>
  [
    "npx betaguard simulate",
    ...(all ? ["--all"] : scenarios),
    ...(draws === undefined ? (compare ? ["--compare"] : []) : ["--draws", draws]),
    ...(cycles === undefined ? [] : ["--cycles", cycles]),
    `--out ${out}`,
  ].join(" ");

function requireWhole(flag: string, value: number): void {
  if (!(Number.isInteger(value) && value > 0))
    throw new BetaguardError("E_OPTION", `expected a whole number above 0 after ${flag}, found ${value}`);
}

function requested(name: string, { cycles, draws }: SimulateFlags): Scenario {
  for (const [flag, value] of [
    ["--cycles", cycles],
    ["--draws", draws],
  ] as const)
    if (value !== undefined) requireWhole(flag, value);
  const scenario = loadScenario(name);
  return cycles === undefined ? scenario : { ...scenario, cycles };
}

const withOracle = ({ results, oracle }: Compared): Result[] =>
  results.map((result) => (oracle?.complete ? { ...result, oracleTime_s: oracle.chargeTime_s } : result));

function formatDrawn(result: DrawnResult): string {
  const { scenario, draws, ok, damaged, unsafe, incomplete, time, margins, blamed, harmed } = result;
  const { asPublished } = result;
  const took = ({ charge_s, scenario_s, complete }: DrawnTime) =>
    `${(charge_s / 60).toFixed(1)} min of charge, ${(scenario_s / 60).toFixed(1)} min in all${complete ? "" : ", not all done"}`;
  const lines = [
    `${scenario}, ${draws} cells drawn over the assumed ranges: ${ok} ok, ${damaged} damaged, ${unsafe} unsafe`,
    `  the cell as assumed: ${took(time.nominal)}; without margins: ${took(time.withoutMargins)}`,
  ];
  if (asPublished)
    lines.push(`  of ${asPublished.draws} that do what is published of such a cell: ${asPublished.ok} ok`);
  const stopped = Object.entries(incomplete).map(([reason, count]) => `${count} by ${reason}`);
  if (stopped.length > 0) lines.push(`  not all that was asked for: ${stopped.join(", ")}`);
  for (const step of margins)
    lines.push(`  ${step.margin} ${step.value}: ${step.ok} ok; the cell as assumed: ${took(step.time)}`);
  if (blamed.length > 0)
    lines.push(
      `  among the harmed, high (+) or low (−) in their range: ${blamed.map(({ parameter, shift }) => `${parameter} ${shift < 0 ? "−" : "+"}${Math.abs(shift).toFixed(2)}`).join(", ")}`,
    );
  for (const { draw, verdict, margin, wholeAt, blamed: own } of harmed)
    lines.push(
      `  draw ${draw}: ${verdict}, ${wholeAt > 0 ? `whole at ${margin} ${wholeAt}` : `at no ${margin}`}; ${own.map(({ parameter, value }) => `${parameter} ${value.toPrecision(3)}`).join(", ")}`,
    );
  return lines.join("\n");
}

function formatResult(result: Result): string {
  const { plantDamage: damage, throughput_mAh_cm2, limitReasons } = result;
  const seconds = (reasons: Readonly<Record<string, number>>): string =>
    Object.entries(reasons)
      .sort(([, a], [, b]) => b - a)
      .map(([reason, time]) => `${reason} ${Math.round(time)} s`)
      .join(", ");
  const charge = `charge ${(result.chargeTime_s / 60).toFixed(1)} min${result.complete ? "" : " (not completed)"}`;
  const oracle =
    result.oracleTime_s === undefined
      ? ""
      : `, ${(result.chargeTime_s / result.oracleTime_s).toFixed(2)} × the oracle's`;
  const lines = [
    `${result.scenario}, ${result.controller}: ${result.verdict.toUpperCase()}`,
    `  ${charge}${oracle}; ${throughput_mAh_cm2.toFixed(2)} mAh/cm² moved, ${result.energy_mWh_cm2.toFixed(1)} mWh/cm²`,
    `  worst: ${damage.seMetal_mAh_cm2.toFixed(3)} mAh/cm² on the electrolyte, void ${damage.voidMax_um.toFixed(2)} µm, contact ${damage.contactMin.toFixed(3)}, crack index ${damage.crackIndexMax.toFixed(2)}, intrusion ${damage.creepIntrusion.toFixed(4)}`,
    `  actuator travel ${result.actuatorTravel_MPa.toFixed(1)} MPa`,
  ];
  if (result.controller === "betaguard")
    lines.push(
      `  bound by: charge ${seconds(limitReasons.charge) || "–"}; discharge ${seconds(limitReasons.discharge) || "–"}`,
    );
  return lines.join("\n");
}
