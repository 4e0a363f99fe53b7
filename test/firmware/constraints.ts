/** What the limits must obey, worked out again in f64 from the parameters and the state of a cell. */
import type { ReasonName } from "../../host/schema/codes.js";
import type { ParameterName } from "../../host/schema/parameters.js";
import type { CellStateName } from "../../host/schema/records.js";
import type { Bench } from "./support.js";

/** What a constraint allows, mA/cm², and the reason it is published with. */
export type Constraint = readonly [reason: ReasonName, allowed_mA_cm2: number];

const FARADAY_C_MOL = 96485.33212;
const within01 = (x: number) => Math.min(Math.max(x, 0), 1);

/** The constraints of one horizon: 0 now, 1 2 s, 2 10 s, 3 continuous. */
export function constraints(
  bench: Bench,
  direction: "charge" | "discharge",
  horizon: number,
): readonly Constraint[] {
  const p = (name: ParameterName) => bench.module.parameter(name);
  const s = (name: CellStateName) => bench.get(name);
  const seconds = [0.5, 2, 10, p("horizon_continuous_s")][horizon] as number;
  const perPressure_mV_MPa = (p("metal_molarVolume_cm3_mol") * 1000) / FARADAY_C_MOL;
  const thickness_um_mAh = (p("metal_molarVolume_cm3_mol") * 36000) / FARADAY_C_MOL;
  const growth_um_s = thickness_um_mAh / 3600;
  const metal = s("seCharge_mAh_cm2") + s("poreCharge_mAh_cm2") + s("ccCharge_mAh_cm2");
  const ramp = (zero: ParameterName, full: ParameterName) =>
    within01((s("temperature_degC") - p(zero)) / (p(full) - p(zero)));
  const hot = ramp("temperature_hotZero_degC", "temperature_hotFull_degC");
  const windowed = p("cell_hasVoltageWindow") > 0.5 && p("sensor_hasVoltage") > 0.5;
  const resistance =
    s("interfaceResistance_ohm_cm2") * p("cell_metalInterfaces") + s("seriesResistance_ohm_cm2");
  const byVoltage = (headroom_V: number) =>
    windowed ? Math.max((headroom_V * 1000) / resistance, 0) : Number.POSITIVE_INFINITY;

  if (direction === "discharge") {
    const cap = p("cap_discharge_mA_cm2");
    const cold = ramp("temperature_dischargeZero_degC", "temperature_dischargeFull_degC");
    const voidRoom = Math.max(p("void_allowed_um") - s("void_um"), 0) / growth_um_s / seconds;
    const local = p("vacancy_margin") * s("vacancyLimit_mA_cm2") + voidRoom;
    return [
      ["none", cap],
      ["temperature", cap * Math.min(cold, hot)],
      ["vacancy", s("contact") * p("strip_areaFactor") * local],
      ["metalLeft", (metal * 3600) / seconds],
      ["voltage", byVoltage(s("voltage_V") - p("voltage_min_V"))],
    ];
  }
  const cap = p("cap_charge_mA_cm2");
  const cold = ramp("temperature_chargeZero_degC", "temperature_chargeFull_degC");
  const poreCapacity = (p("interlayer_thickness_um") * p("interlayer_porosity")) / thickness_um_mAh;
  const onset = s("seThreshold_mV") - perPressure_mV_MPa * s("sePressure_MPa");
  const ccG = s("ccConductanceRest_S_cm2");
  // Pores fill from the electrolyte on: the way to the last grows once the first are full.
  const reserve_mV = Math.max(onset - s("poreThreshold_mV"), 0);
  const overfill_mV = (perPressure_mV_MPa * p("interlayer_stiffness_MPa")) / Math.max(poreCapacity, 1e-6);
  const filled = s("poreCharge_mAh_cm2") / Math.max(poreCapacity, 1e-6);
  const q = s("poreSteepness");
  const firstFull = (1 + 0.4 * q) / (1 + 2.4 * q);
  const front = within01(q > 0 ? (filled - firstFull) / (1 - firstFull) : 0);
  const past_mV = Math.max(filled - 1, 0) * Math.max(poreCapacity, 1e-6) * overfill_mV;
  const spread = reserve_mV > 0 ? reserve_mV / (reserve_mV + past_mV) : 0;
  const longer = 0.9 * s("interlayer_ohm_cm2") * front * spread;
  const poreG = 1 / (1 / s("poreConductanceRest_S_cm2") + longer);
  // What either takes alone, and gives up of it to the other on the way both share.
  const shared = s("sharedPath_ohm_cm2");
  const ccK = 1 + shared * ccG;
  const poreK = 1 + shared * poreG;
  const ccAlone = (Math.max(onset - s("ccThreshold_mV"), 0) * ccG) / ccK;
  const poreAlone = (reserve_mV * poreG) / poreK;
  const ccLoss = (shared * ccG) / ccK;
  const poreLoss = (shared * poreG) / poreK;
  const both = Math.max(ccAlone - ccLoss * poreAlone, 0) / (1 - ccLoss * poreLoss);
  const intoPore = Math.max(poreAlone - poreLoss * Math.min(ccAlone, both), 0);
  const room = Math.max(poreCapacity - s("poreCharge_mAh_cm2"), 0) + reserve_mV / overfill_mV;
  const viaPore = Math.min(intoPore, (room * 3600) / seconds);
  const diverted = Math.max(ccAlone - ccLoss * viaPore, 0) + viaPore;
  const perMPa =
    (p("crack_shape") * Math.sqrt(Math.PI * p("crack_flaw_um") * 1e-6)) / p("crack_toughness_MPa_sqrtm");
  const crackPressure = Math.min(p("crack_maxIndex") / perMPa, 1e4);
  const creeps = (s("sePowerLaw_um_s") * crackPressure ** p("metal_creepExponent")) / growth_um_s;
  const rise =
    (crackPressure - s("sePressure_MPa")) /
    ((p("stress_modulus_MPa") / p("stress_height_um")) * growth_um_s) /
    seconds;
  const stackRise = p("fixture_stiffness_MPa_um") * growth_um_s;
  const full = p("cell_initialMetal_mAh_cm2") + p("cell_capacity_mAh_cm2");
  return [
    ["none", cap],
    ["temperature", cap * Math.min(cold, hot)],
    ["localCurrent", s("contact") * s("criticalPlating_mA_cm2")],
    ["intrusion", cap * within01((1 - s("intrusion")) / 0.2)],
    ["platingSe", p("plating_seAllowed") > 0.5 ? Number.POSITIVE_INFINITY : diverted * p("plating_margin")],
    ["crack", Math.max(diverted + creeps + rise, 0)],
    [
      "stackPressure",
      stackRise > 0
        ? Math.max(p("pressure_max_MPa") - s("stackPressure_MPa"), 0) / stackRise / seconds
        : Number.POSITIVE_INFINITY,
    ],
    ["capacity", (Math.max(full - metal, 0) * 3600) / seconds],
    ["voltage", byVoltage(p("voltage_max_V") - s("voltage_V"))],
  ];
}
