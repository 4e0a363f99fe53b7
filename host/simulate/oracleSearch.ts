/**
 * How far the oracle (oracle.ts) is from the fastest charge there is: an exhaustive search on the full model over
 * profiles that follow the oracle's current, over charge, times a factor of their own in each part of the charge.
 * Factors below 1 ask whether it pays to go slower first; factors above 1, whether metal on the electrolyte does, as
 * far as the marks let it pass.
 */
import { PlantCell } from "../plant/cell.js";
import { loadProfile } from "../profiles/profile.js";
import { fastestCharge, type OracleMoment } from "./oracle.js";
import { ambientAt, type Scenario } from "./scenario.js";
import { DAMAGED, judge } from "./simulate.js";

export interface FoundProfile {
  readonly chargeTime_s: number;
  readonly seMetal_mAh_cm2: number;
  /** Of the oracle's current, in the parts of the charge. */
  readonly factors: readonly number[];
}

export interface OracleSearch {
  /** The oracle's own current, in the steps of the search. */
  readonly oracle: FoundProfile;
  /** Fastest of which nothing is on the electrolyte, and fastest that is not damaged. */
  readonly clean: FoundProfile;
  readonly undamaged: FoundProfile;
  /** Charges gone through; those that begin like one that failed are not. */
  readonly tried: number;
}

export interface ProfileFamily {
  /** Where the parts of the charge end, as shares of it. */
  readonly ends: readonly number[];
  readonly factors: readonly number[];
}

/**
 * The first stage, in which pores take most; their filling; the long level stretch in two; and the end, in which what
 * plates on the electrolyte has little time left.
 */
const FAMILY: ProfileFamily = {
  ends: [0.13, 0.3, 0.65, 0.95, 1],
  factors: [0.7, 0.85, 1, 1.02, 1.06, 1.1, 1.5, 2.5],
};
const HOLD_s = 5;

/** For a scenario of one cell that begins with a charge; undefined for any other. */
export function searchCharge(
  scenario: Scenario,
  onProgress: (share: number) => void = () => {},
  family: ProfileFamily = FAMILY,
): OracleSearch | undefined {
  const { ends, factors } = family;
  const moments: OracleMoment[] = [];
  const oracle = fastestCharge(scenario, (moment) => moments.push(moment));
  if (!oracle?.complete || scenario.cells.length !== 1) return undefined;
  const plain = charge(scenario, moments, ends, new Array<number>(ends.length).fill(1));
  let [clean, undamaged] = [plain, plain];
  let tried = 0;
  const profiles = factors.length ** ends.length;
  // The first part's factor is the most significant digit of a profile's number.
  const factorsOf = (n: number): number[] =>
    ends.map(
      (_, part) =>
        factors[Math.floor(n / factors.length ** (ends.length - 1 - part)) % factors.length] as number,
    );
  for (let n = 0; n < profiles; ) {
    const found = charge(scenario, moments, ends, factorsOf(n));
    tried++;
    if (found.failedIn === undefined) {
      if (found.chargeTime_s < undamaged.chargeTime_s) undamaged = found;
      if (found.chargeTime_s < clean.chargeTime_s && found.seMetal_mAh_cm2 === 0) clean = found;
    }
    // What differs from a failure only in parts that it did not come to fails, too.
    const same = factors.length ** (ends.length - 1 - (found.failedIn ?? ends.length - 1));
    n = (Math.floor(n / same) + 1) * same;
    onProgress(n / profiles);
  }
  return { oracle: plain, clean, undamaged, tried };
}

/** One charge; `failedIn` is the part in which it came to harm. */
function charge(
  scenario: Scenario,
  moments: readonly OracleMoment[],
  ends: readonly number[],
  factors: readonly number[],
): FoundProfile & { readonly failedIn?: number } {
  const [phase] = scenario.phases as [Extract<Scenario["phases"][number], { to_mAh_cm2: number }>];
  const { fixture, parameters, cells } = scenario;
  const cell = new PlantCell(
    { ...loadProfile(scenario.profile).values, ...parameters, ...cells[0] },
    { temperature_degC: ambientAt(scenario, 0), fixture_MPa: fixture.start_MPa },
  );
  const allowed_mAh_cm2 = DAMAGED.seMetalShare * phase.to_mAh_cm2;
  let time_s = 0;
  let passed = 0;
  for (;;) {
    const { net_mAh_cm2: charged, damage } = cell;
    const done = charged >= phase.to_mAh_cm2 - 1e-6;
    const part = Math.min(
      ends.findIndex((end) => charged < end * phase.to_mAh_cm2 + 1e-6),
      ends.length - 1,
    );
    const result = { chargeTime_s: time_s, seMetal_mAh_cm2: damage.seMetal_mAh_cm2, factors };
    if (damage.seMetal_mAh_cm2 > allowed_mAh_cm2 || damage.crackIndexMax >= DAMAGED.crackIndex)
      return { ...result, failedIn: part };
    if (done) return judge(damage, charged) === "ok" ? result : { ...result, failedIn: ends.length - 1 };
    // What the oracle takes falls while a hold lasts: it is that of the hold's end that counts.
    const ahead = charged + ((moments[passed] as OracleMoment).current_mA_cm2 * HOLD_s) / 3600;
    while (passed < moments.length - 2 && (moments[passed + 1] as OracleMoment).charged_mAh_cm2 <= ahead)
      passed++;
    const wanted = (factors[part] as number) * (moments[passed] as OracleMoment).current_mA_cm2;
    const hold_s = Math.min(HOLD_s, ((phase.to_mAh_cm2 - charged) * 3600) / wanted);
    cell.advance(
      hold_s,
      Math.min(wanted, phase.demand_mA_cm2),
      ambientAt(scenario, time_s),
      fixture.start_MPa,
    );
    time_s += hold_s;
  }
}
