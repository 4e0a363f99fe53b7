/**
 * How stressed is the cell: β-phase pressure at the electrolyte, crack index, stack pressure with its sensor, creep
 * intrusion. Pressures in MPa, compression positive.
 */
import { CellState, DERIVED_AT, Derived, PARAMS_AT, Parameters } from "./layout";
import { exp, pow } from "./math";
import { accumulate, clamp, ramp, snap, TINY } from "./numeric";
import { rateFactor_kJ_mol, SECONDS_PER_HOUR } from "./thermo";

const LARGEST_SE_MPA: f32 = 1e4;
const LARGEST_STACK_MPA: f32 = 200.0;
/** Tolerances of the pressure sensor that neither fixture nor swelling go within a turn, nor its noise. */
const JUMP: f32 = 1.5;

/**
 * β-phase pressure at the electrolyte over one step of dσ/dt = (M/h_c)·(g − a·σ^n), g the growth speed.
 *
 * Stiff, and σ^6.56; one power and no iteration, whatever the step. With σ* = (g/a)^(1/n), x = σ/σ*, the growth left
 * is g − a·σ^n = g·(1 − x)·Q(x), Q = (1 − x^n)/(1 − x) taken as 1 + x + x² + (n − 3)·x⁴: exact at 0 and 1, within 3 %
 * between for n ≥ 5. Below σ* the step is explicit and ends at σ*: the true course bends down, so the pressure is
 * never underestimated (an implicit step lags by up to 40 % of σ*). Above σ* it is implicit.
 *
 * Without growth σ falls to σ·(1 + (n − 1)·z)^(−1/(n − 1)), z = (M/h_c)·a·σ^(n−1)·dt; the root is interpolated between
 * the fourth, exact at n = 5, and the eighth, exact at n = 9: never too low for any n.
 */
export function stepSePressure(cell: CellState, dt: f32): void {
  const p = changetype<Parameters>(PARAMS_AT);
  const d = changetype<Derived>(DERIVED_AT);
  const growth = d.growth_um_s_mA_cm2 * (cell.seCurrent_mA_cm2 - cell.seOutflow_mA_cm2);
  const before = cell.sePressure_MPa;
  const n = p.metal_creepExponent;
  const powerLaw = cell.sePowerLaw_um_s + TINY;
  const rate = d.pressureRise_MPa_um * dt;
  let pressure: f32;
  let strain: f32;
  if (growth > TINY) {
    const steady = pow(growth / powerLaw, d.creepExponentInverse);
    const x = before / steady;
    const square = x * x;
    strain = rate * min<f32>((growth / steady) * (square * square * (n - 3.0) + square + x + 1.0), 1e12);
    const change = strain * (steady - before);
    pressure = select<f32>(min<f32>(before + change, steady), before + change / (strain + 1.0), x < 1.0);
  } else {
    strain = rate * min<f32>((powerLaw * pow(before, n)) / (before + TINY), 1e12);
    const fourth = sqrt<f32>(sqrt<f32>(strain * (n - 1.0) + 1.0));
    const share = clamp((8.0 as f32) / (1.0 - n) + 2.0, 0.0, 1.0);
    pressure = (before * (sqrt<f32>(fourth) * share + 1.0 - share)) / fourth + rate * growth;
  }
  pressure = snap(clamp(pressure, 0.0, LARGEST_SE_MPA));
  cell.sePressure_MPa = pressure;
  // K_I/K_IC = Y·σ·sqrt(πa)/K_IC of the pre-existing flaw.
  cell.crackIndex = pressure * d.crackPerMPa;
  cell.seFeedback_mV_per_mA_cm2 = min<f32>((rate * d.feedback_mV_um_MPa_mA) / (strain + 1.0), 1000000.0);
}

/**
 * Stack pressure S = fixture + k_fix·Δh − relaxation, corrected by the sensor where one is fitted; one turn in
 * HORIZON_SLOTS steps, `elapsed` since the last. Metal that stays in the pores does not load the stack. A sensor that
 * pulls the model further than its tolerance is not believed (sensors.ts).
 */
export function stepStackPressure(cell: CellState, elapsed: f32): void {
  const p = changetype<Parameters>(PARAMS_AT);
  const d = changetype<Derived>(DERIVED_AT);
  const metal = cell.seCharge_mAh_cm2 + cell.ccCharge_mAh_cm2;
  const pore = cell.poreCharge_mAh_cm2;
  const initial = p.cell_initialMetal_mAh_cm2;
  const outside = metal + max<f32>(pore - d.poreCapacity_mAh_cm2, 0.0) - initial;
  const swelling = outside * d.thickness_um_mAh_cm2 - p.cathode_shrink_um_mAh_cm2 * (metal + pore - initial);
  const model = cell.fixturePressure_MPa + p.fixture_stiffness_MPa_um * swelling - cell.pressureRelaxed_MPa;

  const measured = i32(cell.pressureAge_s < elapsed) & i32(p.sensor_hasPressure > 0.5);
  const pull = select<f32>(p.pressureSensor_gain_per_s * elapsed, 0.0, measured);
  const bias = cell.pressureBias_MPa;
  const innovation = cell.pressureSample_MPa - (model + bias);
  const most = p.pressureSensor_tolerance_MPa * 2.0;
  // What the model misses is learnt slowly; a jump that no stack makes is taken whole, which disqualifies the sensor.
  const jumped = measured & i32(abs<f32>(innovation) > p.pressureSensor_tolerance_MPa * JUMP);
  const learnt = (innovation * pull) / (pull + 1.0);
  const corrected = clamp(bias + select<f32>(innovation, learnt, jumped), -most, most);
  cell.pressureBias_MPa = corrected;
  cell.stackPressure_MPa = clamp(model + corrected, 0.0, LARGEST_STACK_MPA);
}

/**
 * Slow slot: creep speed at this temperature, the SE-side current whose steady pressure is the allowed index, and how
 * much pressure heat is worth. Power-law creep, σ^n·exp(−Q/RT), is as fast at 25 °C under σ·exp(Q/nR·(1/T₀ − 1/T)).
 * What is published of intrusion was measured at 25 °C: heat tightens it by this, cold never loosens it.
 */
export function slowStress(cell: CellState, inverse: f32): void {
  const p = changetype<Parameters>(PARAMS_AT);
  const d = changetype<Derived>(DERIVED_AT);
  const powerLaw = max<f32>(d.sePowerLaw_um_s * rateFactor_kJ_mol(p.metal_creep_Q_kJ_mol, inverse), 1e-35);
  cell.sePowerLaw_um_s = min<f32>(powerLaw, 1000000.0);
  const ratio = rateFactor_kJ_mol(p.metal_creep_Q_kJ_mol * d.creepExponentInverse, inverse);
  cell.creepPressureRatio = clamp(ratio, 1.0, 10000.0);
  cell.crackHeadroom_mA_cm2 = snap(min<f32>((powerLaw * d.crackPower) / d.growth_um_s_mA_cm2, 1000000.0));
}

/** Slow slot: relaxation of the stack, a Maxwell element on the pressure the fixture and the swelling make. */
export function slowRelaxation(cell: CellState, elapsed: f32): void {
  const p = changetype<Parameters>(PARAMS_AT);
  const target = p.fixture_relaxFraction * (cell.stackPressure_MPa + cell.pressureRelaxed_MPa);
  const pull = elapsed / (p.fixture_relaxTime_h * SECONDS_PER_HOUR);
  const before = cell.pressureRelaxed_MPa;
  cell.pressureRelaxed_MPa = clamp(
    snap(before + ((target - before) * pull) / (pull + 1.0)),
    -LARGEST_STACK_MPA,
    LARGEST_STACK_MPA,
  );
}

/**
 * Slow slot: creep intrusion dξ/dt = 1/t_short(S) while current flows, t_short = exp(a − b·S) hours, S as it would have
 * to be at 25 °C. Published between 10 and 25 MPa; below the onset none is known.
 */
export function slowIntrusion(cell: CellState, elapsed: f32): void {
  const p = changetype<Parameters>(PARAMS_AT);
  const stack = cell.stackPressure_MPa * cell.creepPressureRatio;
  const perHour = exp(p.intrusion_perMPa * stack - p.intrusion_lnTime);
  const onset = p.intrusion_onset_MPa;
  const flowing = abs<f32>(cell.current_mA_cm2) > p.intrusion_minCurrent_mA_cm2;
  const share = ramp(stack, onset, onset + p.intrusion_onsetWidth_MPa);
  const grown = (perHour * share * elapsed) / SECONDS_PER_HOUR;
  accumulate(
    changetype<usize>(cell) + offsetof<CellState>("intrusion"),
    changetype<usize>(cell) + offsetof<CellState>("intrusionRest"),
    select<f32>(grown, 0.0, flowing),
    10.0,
  );
}
