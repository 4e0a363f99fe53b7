/** The charge limit against the full-order interlayer: charged along it, the electrolyte stays free. */
import { expect, test } from "vitest";
import { loadProfile } from "../../host/profiles/profile.js";
import { ReferenceCell } from "../../host/reference/cell.js";
import { loadModule } from "../../host/replay/module.js";

/** Fresh current and temperature. */
const FRESH = 1 | 4;

test.each([
  [41, "as it is"],
  [15, "whose electrolyte begins at 0.6 of its threshold"],
])(
  "an Ag–C cell of Γ %d J/m², %s, charged along its limit fills pores, then collector, not the electrolyte",
  (gamma_J_m2) => {
    const values = {
      ...loadProfile("li-agc-argyrodite").values,
      se_adhesion_J_m2: gamma_J_m2,
      sensor_hasVoltage: 0,
      sensor_hasPressure: 0,
    };
    const module = loadModule();
    module.setParameters(values);
    module.reset(1);
    const step = (current_mA_cm2: number): void =>
      module.step({ dt_s: 0.1, demand_mA_cm2: 0 }, [
        {
          current_mA_cm2,
          voltage_V: 0,
          temperature_degC: 60,
          stackPressure_MPa: 0,
          fixturePressure_MPa: 2,
          fresh: FRESH,
        },
      ]);
    // Limits rise from 0 at their rate.
    for (let n = 0; n < 600; n++) step(0);
    const full = new ReferenceCell(values);
    full.stack_MPa = 2;
    // Past the pores' 1.34 mAh/cm² and on until the collector has nucleated.
    for (let metal = 0; metal < 1.8; ) {
      const { chargeLimitContinuous_mA_cm2: current, ...now } = module.output(0);
      for (let n = 0; n < 10; n++) step(current);
      full.advance(1, {
        current_mA_cm2: current,
        temperature_degC: 60,
        fixture_MPa: 2,
        solute: [now.soluteSeShare, now.solutePoreShare, now.soluteCcShare],
      });
      metal += current / 3600;
    }
    const [se, pore, cc] = full.plating.sites_mAh_cm2();
    expect(se).toBeLessThan(0.002);
    expect(pore).toBeGreaterThan(1.3);
    expect(cc).toBeGreaterThan(0.2);
  },
  120_000,
);
