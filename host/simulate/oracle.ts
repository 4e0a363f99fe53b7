/**
 * A fast charge by something that knows the plant: in every moment about the largest current of which nothing would
 * plate on the electrolyte. It looks into the plant's own distribution, so no controller that has only sensors can know
 * as much. It takes no metal on the electrolyte at all: that pays the interface's nucleation and opening once, and then
 * draws current at every rate. Greedy, and not proven to be the fastest undamaged charge there is.
 */
import { PlantCell } from "../plant/cell.js";
import { loadProfile } from "../profiles/profile.js";
import { ambientAt, type Scenario } from "./scenario.js";
import { judge, type Verdict } from "./simulate.js";

export interface OracleCharge {
  readonly chargeTime_s: number;
  readonly complete: boolean;
  readonly verdict: Verdict;
}

/** What the oracle did for one hold. */
export interface OracleMoment {
  readonly time_s: number;
  readonly charged_mAh_cm2: number;
  readonly current_mA_cm2: number;
}

/** The plant fills while a current is held; this part of it keeps the onset ahead. */
const AHEAD = 0.98;
const LEAST_mA_cm2 = 1e-3;

/**
 * The charge a scenario begins with, at its first pressure; undefined where it begins otherwise, goes on to charge again,
 * has a fault, or has no interlayer.
 */
export function fastestCharge(
  scenario: Scenario,
  onMoment: (moment: OracleMoment) => void = () => {},
): OracleCharge | undefined {
  const [phase] = scenario.phases;
  const values = { ...loadProfile(scenario.profile).values, ...scenario.parameters };
  const charges =
    scenario.cycles * scenario.phases.filter(({ kind }) => kind !== "discharge" && kind !== "rest").length;
  if (phase?.kind !== "charge" || charges > 1 || scenario.faults.length > 0) return undefined;
  if (values.plating_seAllowed > 0.5) return undefined;
  const { hold_s, fixture, cells: own } = scenario;
  const start = { temperature_degC: ambientAt(scenario, 0), fixture_MPa: fixture.start_MPa };
  const cells = own.map((overrides) => new PlantCell({ ...values, ...overrides }, start));
  const first = cells[0] as PlantCell;
  let time_s = 0;
  let current = LEAST_mA_cm2;
  while (first.net_mAh_cm2 < phase.to_mAh_cm2 - 1e-6 && time_s < phase.most_h * 3600) {
    const most = Math.min(phase.demand_mA_cm2, ((phase.to_mAh_cm2 - first.net_mAh_cm2) * 3600) / hold_s);
    current = onset(cells, current, phase.demand_mA_cm2) * AHEAD;
    const taken = Math.min(current, most);
    onMoment({ time_s, charged_mAh_cm2: first.net_mAh_cm2, current_mA_cm2: taken });
    const ambient = ambientAt(scenario, time_s);
    for (const cell of cells) cell.advance(hold_s, taken, ambient, fixture.start_MPa);
    time_s += hold_s;
  }
  const verdicts = cells.map(({ damage, throughput_mAh_cm2 }) => judge(damage, throughput_mAh_cm2));
  return {
    chargeTime_s: time_s,
    complete: first.net_mAh_cm2 >= phase.to_mAh_cm2 - 1e-6,
    verdict: verdicts.find((verdict) => verdict !== "ok") ?? "ok",
  };
}

/** Largest current, up to `most`, that plates nothing on any cell's electrolyte; searched from `guess` on. */
function onset(cells: readonly PlantCell[], guess: number, most: number): number {
  const clean = (current: number): boolean => cells.every((cell) => cell.seShareAt(current) <= 0);
  let low = Math.max(guess, LEAST_mA_cm2);
  let high = low;
  while (low > LEAST_mA_cm2 && !clean(low)) {
    high = low;
    low = Math.max(0.9 * low, LEAST_mA_cm2);
  }
  while (high < most && clean(high)) {
    low = high;
    high = Math.min(1.1 * high, most);
  }
  if (clean(high)) return high;
  for (let n = 0; n < 6; n++) {
    const middle = (low + high) / 2;
    if (clean(middle)) low = middle;
    else high = middle;
  }
  return low;
}
