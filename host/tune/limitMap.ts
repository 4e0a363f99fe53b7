/** j_max(T, q, S): what the module allows continuously, over temperature, metal plated and fixture pressure. */
import type { Profile } from "../profiles/profile.js";
import { loadModule } from "../replay/module.js";
import { freshBits } from "../schema/codes.js";
import { SLOTS } from "../schema/records.js";
import { FORMATION, UNSLEWED } from "../validate/operatingPoints.js";
import type { LimitMap, MapAxes } from "./pageData.js";

export const axesOf = ({ values }: Profile): MapAxes => {
  const { pressure_min_MPa: least, pressure_max_MPa: most } = values;
  return {
    temperatures_degC: [-10, 0, 10, 20, 25, 30, 40, 50, 60, 70, 80],
    fills: [0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95],
    pressures_MPa: [least, (least + most) / 2, most],
  };
};

const freshBit = (name: (typeof freshBits)[number]) => 1 << freshBits.indexOf(name);
const FRESH = freshBit("current") | freshBit("voltage") | freshBit("temperature");
/** Every slow quantity has been worked out three times by then: the limits have settled. */
const REST = { steps: 3 * SLOTS, dt_s: 10 } as const;

/** Charges a cell slowly and warm, and reads its limits at rest at every fill, temperature and pressure. */
export function limitMap(
  values: Profile["values"],
  { temperatures_degC, fills, pressures_MPa }: MapAxes,
): LimitMap {
  const module = loadModule();
  module.setParameters({ ...values, ...UNSLEWED, sensor_hasPressure: 0 });
  module.reset(1);
  const capacity = values.cell_capacity_mAh_cm2;
  // Half a window from either end: a state of charge, not a voltage.
  const voltage_V = (values.voltage_min_V + values.voltage_max_V) / 2;
  const run = (steps: number, current_mA_cm2: number, temperature_degC: number, pressure_MPa: number) => {
    module.step({ dt_s: REST.dt_s, demand_mA_cm2: 0 }, [
      {
        current_mA_cm2,
        voltage_V,
        temperature_degC,
        stackPressure_MPa: Number.NaN,
        fixturePressure_MPa: pressure_MPa,
        fresh: current_mA_cm2 === 0 ? FRESH : FRESH & ~freshBit("voltage"),
      },
    ]);
    // The inputs stay where they are: the same step again.
    for (let n = 1; n < steps; n++) module.exports.step();
  };
  const size = temperatures_degC.length * fills.length;
  const charge = new Array<number>(pressures_MPa.length * size).fill(0);
  const discharge = new Array<number>(charge.length).fill(0);
  const usual_MPa = values.fixture_pressure_MPa;
  run(REST.steps, 0, FORMATION.temperature_degC, usual_MPa);
  let filled = 0;
  for (const [q, fill] of fills.entries()) {
    const steps = Math.round(((fill - filled) * 3600) / (FORMATION.cRate * REST.dt_s));
    run(steps, FORMATION.cRate * capacity, FORMATION.temperature_degC, usual_MPa);
    filled = fill;
    const formed = module.snapshot();
    for (const [s, pressure_MPa] of pressures_MPa.entries()) {
      for (const [t, temperature_degC] of temperatures_degC.entries()) {
        module.restore(formed);
        run(REST.steps, 0, temperature_degC, pressure_MPa);
        const output = module.output(0);
        const at = s * size + t * fills.length + q;
        charge[at] = output.chargeLimitContinuous_mA_cm2;
        discharge[at] = output.dischargeLimitContinuous_mA_cm2;
      }
    }
  }
  return { charge, discharge };
}
