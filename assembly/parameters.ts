/**
 * The parameter table: checked as a whole before a single value changes, then turned into the constants the models
 * use every step. Only this file pays for divisions and powers that do not change from step to step.
 */
import {
  DERIVED_AT,
  Derived,
  PARAMETER_COUNT,
  PARAMETER_RANGES,
  PARAMS_AT,
  Parameters,
  STAGING_AT,
  STAGING_BYTES,
  Status,
} from "./layout";
import { log, pow } from "./math";
import { snap, UNBOUNDED } from "./numeric";
import {
  alloyLimit_mA_cm2,
  cobleRate_per_s_MPa,
  curvaturePressure_MPa,
  interdiffusivity,
  metalMass_g_Ah,
  openingPressure_MPa,
  potentialPerPressure_mV_MPa,
  REFERENCE_K,
  SECONDS_PER_HOUR,
  soluteAtomRatio,
  soluteFraction,
  thickness_um_mAh_cm2,
  wettingFactor,
} from "./thermo";
import { deriveSlab } from "./vacancy";

const PAIR_BYTES: usize = 8;
/** Stands for a voltage limit that does not apply: a current through any resistance stays above every cap. */
const OUT_OF_REACH_V: f32 = 1e12;
const PI: f32 = 3.1415927;

let refused: i32 = -1;

/** Id of the parameter the last refusal was about, or −1. */
export function refusedParameter(): i32 {
  return refused;
}

function inRange(id: i32, value: f32): bool {
  const range = PARAMETER_RANGES + ((<usize>id) << 3);
  return value >= load<f32>(range) && value <= load<f32>(range, 4);
}

/** A value that some FPUs would take for 0 is 0 for all. */
function normal(value: f32): f32 {
  return select<f32>(value, 0.0, abs<f32>(value) > 1.1754944e-38);
}

/** Takes `count` staged pairs of id (i32) and value (f32), all or none. */
export function setParameters(count: i32): Status {
  refused = -1;
  if (count < 0 || count > STAGING_BYTES / <i32>PAIR_BYTES) return Status.badCount;
  const end = STAGING_AT + <usize>count * PAIR_BYTES;
  for (let at = STAGING_AT; at < end; at += PAIR_BYTES) {
    const id = load<i32>(at);
    refused = id;
    if (id < 0 || id >= PARAMETER_COUNT) return Status.unknownParameter;
    if (!inRange(id, load<f32>(at, 4))) return Status.parameterOutOfRange;
  }
  refused = -1;
  for (let at = STAGING_AT; at < end; at += PAIR_BYTES) {
    store<f32>(PARAMS_AT + ((<usize>load<i32>(at)) << 2), normal(load<f32>(at, 4)));
  }
  derive();
  return Status.ok;
}

/** Whether every parameter has been given a value of its range since the module was loaded. */
export function checkParameters(): Status {
  for (let id = 0; id < PARAMETER_COUNT; id++) {
    refused = id;
    if (!inRange(id, load<f32>(PARAMS_AT + ((<usize>id) << 2)))) return Status.parameterOutOfRange;
  }
  refused = -1;
  return Status.ok;
}

function derive(): void {
  const p = changetype<Parameters>(PARAMS_AT);
  const d = changetype<Derived>(DERIVED_AT);
  const molarVolume = p.metal_molarVolume_cm3_mol;
  const potential = potentialPerPressure_mV_MPa(molarVolume);
  const thickness = thickness_um_mAh_cm2(molarVolume);
  d.potentialPerPressure_mV_MPa = potential;
  d.thickness_um_mAh_cm2 = thickness;
  d.growth_um_s_mA_cm2 = thickness / SECONDS_PER_HOUR;
  d.metalMass_g_Ah = metalMass_g_Ah(p.metal_molarMass_g_mol);

  const room = (p.interlayer_thickness_um * p.interlayer_porosity) / thickness;
  d.poreCapacity_mAh_cm2 = room;
  d.poreOverfill_mV_cm2_mAh = (potential * p.interlayer_stiffness_MPa) / max<f32>(room, 1e-6);
  d.poreCurvature_mV =
    potential * curvaturePressure_MPa(p.metal_surfaceEnergy_J_m2, p.interlayer_poreRadius_nm);
  const seOpening =
    potential * openingPressure_MPa(p.opening_modulus_GPa, p.se_adhesion_J_m2, p.opening_flaw_um);
  d.seOpening_mV = select<f32>(seOpening, 0.0, p.interlayer_thickness_um > 0.0);
  d.poreOpening_mV = 0.0;
  d.ccOpening_mV =
    potential * openingPressure_MPa(p.opening_modulus_GPa, p.cc_adhesion_J_m2, p.opening_flaw_um);
  d.seNucleation_mV = p.se_nucleation_mV * wettingFactor(p.se_wettingCosine);
  d.poreNucleation_mV = p.pore_nucleation_mV * wettingFactor(p.pore_wettingCosine);
  d.ccNucleation_mV = p.cc_nucleation_mV * wettingFactor(p.cc_wettingCosine);
  const ratio = p.redistribution_grainRatio;
  d.redistribution_mA_cm2_mV = p.redistribution_uA_cm2_mV * 0.001 * ratio * ratio * ratio;

  const fraction = soluteFraction(p.solute_loading_mg_Ah, p.solute_molarMass_g_mol);
  d.soluteFraction = fraction;
  d.soluteInventory_mAh_cm2 =
    soluteAtomRatio(p.solute_loading_mg_Ah, p.solute_molarMass_g_mol) * p.cell_capacity_mAh_cm2;
  d.soluteCobleRate_per_s_MPa = snap(
    cobleRate_per_s_MPa(
      p.solute_atomicVolume_nm3,
      p.solute_boundaryDiffusion_nm3_s,
      p.solute_boundaryDiffusion_Q_kJ_mol,
      p.solute_grain_nm,
      REFERENCE_K,
    ),
  );

  const mixed = interdiffusivity(fraction, p.alloy_soluteDiffusivity_cm2_s, p.alloy_metalDiffusivity_cm2_s);
  d.alloyLimit_mA_cm2 = alloyLimit_mA_cm2(mixed, p.alloy_range, molarVolume, p.slab_length_um);
  // D/L² with D in cm²/s and L in µm.
  d.slabRate_per_s = (p.slab_diffusivity_cm2_s * 100000000.0) / (p.slab_length_um * p.slab_length_um);
  deriveSlab(d, p.slab_sealed > 0.5);
  d.voidMaximum_um = -p.void_heightScale_um * log(p.contact_minimum);

  d.crackPerMPa = (p.crack_shape * sqrt<f32>(PI * p.crack_flaw_um * 0.000001)) / p.crack_toughness_MPa_sqrtm;
  const crackPressure = min<f32>(p.crack_maxIndex / d.crackPerMPa, 10000.0);
  d.crackPressure_MPa = crackPressure;
  const n = p.metal_creepExponent;
  d.crackPower = pow(crackPressure, n);
  d.creepExponentInverse = (1.0 as f32) / n;
  d.sePowerLaw_um_s = normal(
    p.stress_height_um * p.metal_creepRate_per_s * pow((1.0 as f32) / p.stress_confinement, n),
  );
  d.pressureRise_MPa_um = min<f32>(p.stress_modulus_MPa / p.stress_height_um, UNBOUNDED);

  d.crackRoom_mAs_MPa = (1.0 as f32) / (d.pressureRise_MPa_um * d.growth_um_s_mA_cm2);
  d.feedback_mV_um_MPa_mA = potential * d.growth_um_s_mA_cm2;
  d.fullCharge_mAh_cm2 = p.cell_initialMetal_mAh_cm2 + p.cell_capacity_mAh_cm2;
  const rise = (p.fixture_stiffness_MPa_um * thickness) / SECONDS_PER_HOUR;
  d.stackRoom_mAs_MPa = (1.0 as f32) / max<f32>(rise, 1e-12);
  d.continuousRate_per_s = (1.0 as f32) / p.horizon_continuous_s;
  const windowed = i32(p.cell_hasVoltageWindow > 0.5) & i32(p.sensor_hasVoltage > 0.5);
  d.voltageMax_V = select<f32>(p.voltage_max_V, OUT_OF_REACH_V, windowed);
  d.voltageMin_V = select<f32>(p.voltage_min_V, -OUT_OF_REACH_V, windowed);
}
