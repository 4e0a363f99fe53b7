/**
 * Known parameters, drawn over their bounds, come back from simulated traces with 1 % of noise, and their standard errors
 * say how well: over 50 draws each of a voltage, a pressure, a stripping and a rate test.
 */
import { describe, expect, test } from "vitest";
import { calibrate } from "../../host/calibrate/calibrate.js";
import { fitParameters, fitRequests, valueAt } from "../../host/calibrate/parameters.js";
import { loadProfile, type Profile } from "../../host/profiles/profile.js";
import { generator } from "../../host/random.js";
import { type Program, type Stretch, simulated, simulationModule, untilPolarised } from "./simulated.js";

const DRAWS = 50;
/** Truths keep this far from the bounds: an estimate at a bound has no standard error. */
const INSIDE = 0.15;

interface Experiment {
  readonly name: string;
  readonly profile: string;
  readonly fit: string;
  /** Where the profile's own value is none the experiment could tell. */
  readonly start?: Partial<Profile["values"]>;
  readonly channel: "voltage" | "pressure";
  readonly starts: number;
  readonly program: (values: Profile["values"]) => Program;
}

const at = (duration_s: number, current_mA_cm2: number, temperature_degC = 25): Stretch => ({
  duration_s,
  current_mA_cm2,
  temperature_degC,
});

const experiments: readonly Experiment[] = [
  {
    name: "steps of voltage at two temperatures: charge transfer, its activation, the rest of the cell",
    profile: "li-bare-argyrodite",
    fit: "se_chargeTransfer_ohm_cm2,series_resistance_ohm_cm2=5:50,chargeTransfer_Ea_eV=0.2:0.6",
    channel: "voltage",
    starts: 2,
    program: () => ({
      row_s: 1,
      conditions: { area_cm2: 1, dt_s: 1 },
      stretches: [10, 45].flatMap((temperature) => [0.5, -1.5, 4, -8].map((j) => at(50, j, temperature))),
    }),
  },
  {
    name: "pressure over a cycle: fixture's pressure, stiffness and relaxation",
    profile: "li-agc-argyrodite",
    fit: "fixture_pressure_MPa=1:4,fixture_stiffness_MPa_um=0.02:0.4,fixture_relaxFraction=0.05:0.5,fixture_relaxTime_h=0.1:2",
    start: { fixture_relaxTime_h: 1 },
    channel: "pressure",
    starts: 2,
    program: () => ({
      row_s: 10,
      conditions: { area_cm2: 1, dt_s: 10 },
      stretches: [at(300, 0, 60), at(1800, 4, 60), at(2400, 0, 60), at(1800, -4, 60), at(900, 0, 60)],
    }),
  },
  {
    name: "stripping to polarisation: vacancy limit, void height, charge transfer",
    profile: "li-bare-argyrodite",
    fit: "vacancy_currentLimit_mA_cm2=0.04:1,void_heightScale_um=0.3:3,se_chargeTransfer_ohm_cm2=2:20",
    channel: "voltage",
    starts: 2,
    program: (values) =>
      untilPolarised(
        { row_s: 0.5, conditions: { area_cm2: 1, dt_s: 0.1 }, stretches: [at(5, 0), at(300, -4)] },
        values,
        4 * (values.series_resistance_ohm_cm2 + 3 * values.se_chargeTransfer_ohm_cm2),
      ),
  },
  {
    name: "rate steps: adhesion that keeps metal off the electrolyte, conductivity of the interlayer",
    profile: "li-agc-argyrodite",
    fit: "se_adhesion_J_m2=5:60,interlayer_conductivity_mS_cm",
    channel: "voltage",
    starts: 3,
    program: () => ({
      row_s: 1,
      conditions: { area_cm2: 1, dt_s: 1 },
      stretches: [0, 0.5, 1, 2, 3, 4, 6, 8, 12].map((j) => at(60, j, 60)),
    }),
  },
];

describe.each(experiments)("$name", ({ profile: id, fit, start, channel, starts, program }) => {
  const shipped = loadProfile(id);
  const profile = { ...shipped, values: { ...shipped.values, ...start } };
  const requests = fitRequests(fit);
  const parameters = fitParameters(requests, profile);

  test(`within the standard errors it gives, over ${DRAWS} draws`, () => {
    const deviations: number[] = [];
    for (let draw = 0; draw < DRAWS; draw++) {
      const random = generator(1000 + draw);
      const truth = { ...profile.values };
      for (const parameter of parameters)
        truth[parameter.name] = valueAt(parameter, INSIDE + (1 - 2 * INSIDE) * random());
      const run = program(truth);
      const trace = simulated(run, truth, channel, 7000 + draw);
      const { calibration } = calibrate(
        [trace],
        profile,
        { ...run.conditions, fit: requests, channels: [channel], starts, seed: draw },
        [],
        simulationModule,
      );
      for (const { name, status, value, standardError } of calibration.parameters)
        if (status === "identified") deviations.push((value - truth[name]) / (standardError as number));
    }
    const within = (errors: number) =>
      deviations.filter((deviation) => Math.abs(deviation) <= errors).length / deviations.length;
    const summary = `${deviations.length} of ${DRAWS * parameters.length}: ${within(1)} ${within(2)} ${within(3)}, worst ${Math.max(...deviations.map(Math.abs))}`;
    // The tests are made so that nearly all of it can be told; otherwise the shares below would say little.
    expect(deviations.length, summary).toBeGreaterThanOrEqual(0.9 * DRAWS * parameters.length);
    // 68.3, 95.4 and 99.7 % of a normal distribution, less three standard deviations of the share itself.
    expect(within(1), summary).toBeGreaterThan(0.5);
    expect(within(1), summary).toBeLessThan(0.9);
    expect(within(2), summary).toBeGreaterThan(0.88);
    expect(within(3), summary).toBeGreaterThanOrEqual(0.98);
  }, 300_000);
});
