/**
 * How a controller fares on cells unlike the one it believes in: the plant's assumed parameters drawn together over
 * their ranges (Latin hypercube), the firmware's as the profile has them.
 */
import { loadProfile } from "../profiles/profile.js";
import { generator } from "../random.js";
import type { ParameterName } from "../schema/parameters.js";
import { latinHypercube } from "../validate/morris.js";
import { type Assumed, assumptionsOf } from "../validate/sensitivity.js";
import type { Scenario } from "./scenario.js";
import { simulate, type Verdict } from "./simulate.js";

export interface DrawnResult {
  readonly scenario: string;
  readonly draws: number;
  readonly ok: number;
  readonly damaged: number;
  readonly unsafe: number;
  /** With the profile's own values, with its margins and with all of them at 1: what the margins cost. */
  readonly chargeTime_s: { readonly nominal: number; readonly withoutMargins: number };
  /** Parameters whose mean among the draws that were harmed differs most from that of all, in shares of their range. */
  readonly blamed: readonly { readonly parameter: ParameterName; readonly shift: number }[];
}

const BLAMED = 5;
const WITHOUT_MARGINS = { plating_margin: 1, vacancy_margin: 1 } as const;

export async function simulateDraws(
  scenario: Scenario,
  draws: number,
  onProgress: (share: number) => void = () => {},
): Promise<DrawnResult> {
  const unknowns = assumptionsOf(loadProfile(scenario.profile)).varied.filter(({ choice }) => !choice);
  const points = latinHypercube(draws, unknowns.length, generator(scenario.seed));
  const verdicts: Verdict[] = [];
  for (const [n, point] of points.entries()) {
    onProgress(n / (draws + 2));
    verdicts.push((await simulate(withPlant(scenario, unknowns, point), "betaguard")).verdict);
  }
  const count = (verdict: Verdict) => verdicts.filter((one) => one === verdict).length;
  const nominal = await simulate(scenario, "betaguard");
  onProgress((draws + 1) / (draws + 2));
  const bold = await simulate(
    { ...scenario, parameters: { ...scenario.parameters, ...WITHOUT_MARGINS } },
    "betaguard",
  );
  return {
    scenario: scenario.name,
    draws,
    ok: count("ok"),
    damaged: count("damaged"),
    unsafe: count("unsafe"),
    chargeTime_s: { nominal: nominal.chargeTime_s, withoutMargins: bold.chargeTime_s },
    blamed: blame(
      unknowns,
      points.filter((_, n) => verdicts[n] !== "ok"),
    ),
  };
}

const withPlant = (scenario: Scenario, unknowns: readonly Assumed[], point: Float64Array): Scenario => {
  const drawn = Object.fromEntries(unknowns.map(({ name, at }, d) => [name, at(point[d] as number)]));
  return { ...scenario, cells: scenario.cells.map((own) => ({ ...drawn, ...own })) };
};

/** A hypercube's mean is 1/2 in every coordinate: what is far from it among the harmed had a part in it. */
function blame(unknowns: readonly Assumed[], harmed: readonly Float64Array[]): DrawnResult["blamed"] {
  if (harmed.length === 0) return [];
  return unknowns
    .map(({ name }, d) => {
      const mean = harmed.reduce((sum, point) => sum + (point[d] as number), 0) / harmed.length;
      return { parameter: name, shift: mean - 0.5 };
    })
    .sort((a, b) => Math.abs(b.shift) - Math.abs(a.shift))
    .slice(0, BLAMED);
}
