/**
 * Is stripping outrunning the vacancies? The slab's diffusion equation as four modes, the void that opens past u = 1,
 * and the contact that is left. Contact has memory: pressure closes a void, its release does not open one; only
 * stripping does.
 */
import { CellState, DERIVED_AT, Derived, PARAMS_AT, Parameters } from "./layout";
import { exp, pow } from "./math";
import { accumulate, clamp, snap, TINY } from "./numeric";
import { rateFactor_eV } from "./thermo";

/** Relative stripping beyond this only says "far too much". */
const LARGEST_DRIVE: f32 = 1000.0;
const LARGEST_MODE: f32 = 1e4;

/**
 * Poles and gains of x_k' = (D/L²)(−a_k·x_k + b_k·f) for a slab with flux f at one face, u = Σ x_k + rest·f.
 *
 * Not the first eigenmodes ((k−½)π)² with 2, which leave 5 % of the range to the feedthrough: the four exponentials
 * whose step response is nearest to the exact one everywhere (minimax over D·t/L² = 1e-6 … 10, static gain exact). Error
 * 0.20 % of the steady state with a sink behind, 0.21 % of it with a sealed back, whose first mode is the integrator.
 */
export function deriveSlab(d: Derived, sealed: bool): void {
  if (sealed) {
    setMode(d, 0, 0.0, 1.0);
    setMode(d, 1, 10.83915, 0.2279569);
    setMode(d, 2, 112.6773, 0.07814762);
    setMode(d, 3, 2770.28, 0.02511307);
    d.slabFeedthrough = 0.0021158;
  } else {
    setMode(d, 0, 2.458616, 0.8128127);
    setMode(d, 1, 27.59777, 0.114045);
    setMode(d, 2, 229.3934, 0.05499621);
    setMode(d, 3, 7640.436, 0.01799181);
    d.slabFeedthrough = 0.00015423;
  }
}

/** Mode k by its pole a_k and its static gain b_k/a_k; the integrator (pole 0) by b_k. */
function setMode(d: Derived, k: usize, pole: f32, staticGain: f32): void {
  const at = changetype<usize>(d) + (k << 2);
  store<f32>(at, pole, offsetof<Derived>("slabPole_0"));
  store<f32>(at, pole > 0.0 ? pole * staticGain : staticGain, offsetof<Derived>("slabGain_0"));
}

/**
 * One mode over a step of D·dt/L² = `m`: e^z is replaced by 1 + z·s, s = 1 + z/2 + z²/6, so the step is third order,
 * monotone and bounded for every length, and exact at rest. `push` is gain × drive × m.
 */
function stepMode(x: f32, pole: f32, push: f32, m: f32): f32 {
  const z = pole * m;
  const s = z * (z * 0.16666667 + 0.5) + 1.0;
  return snap((x + push * s) / (z * s + 1.0));
}

/** Advances modes and void under the current now. */
export function stepVacancy(cell: CellState, dt: f32): void {
  const p = changetype<Parameters>(PARAMS_AT);
  const d = changetype<Derived>(DERIVED_AT);
  const limit = cell.vacancyLimit_mA_cm2;
  const net = cell.seCurrent_mA_cm2 + cell.poreCurrent_mA_cm2 + cell.ccCurrent_mA_cm2;
  const local = -net / (cell.contact * p.strip_areaFactor);
  const drive = clamp(local / limit, -LARGEST_DRIVE, LARGEST_DRIVE);

  const m = min<f32>(cell.slabRate_per_s * dt, 10000.0);
  const push = drive * m;
  const first = stepMode(cell.slabModes_0, d.slabPole_0, push * d.slabGain_0, m);
  // A sealed slab integrates: it cannot hold more metal than pure metal does. A sink's mode may swing below zero.
  const x0 = select<f32>(clamp(first, 0.0, LARGEST_MODE), first, d.slabPole_0 < 1.0);
  const x1 = stepMode(cell.slabModes_1, d.slabPole_1, push * d.slabGain_1, m);
  const x2 = stepMode(cell.slabModes_2, d.slabPole_2, push * d.slabGain_2, m);
  const x3 = stepMode(cell.slabModes_3, d.slabPole_3, push * d.slabGain_3, m);
  cell.slabModes_0 = x0;
  cell.slabModes_1 = x1;
  cell.slabModes_2 = x2;
  cell.slabModes_3 = x3;
  const u = x0 + x1 + x2 + x3 + d.slabFeedthrough * drive;
  cell.supersaturation = u;

  const excess = max<f32>(local - limit, 0.0);
  const opening = d.growth_um_s_mA_cm2 * select<f32>(excess, 0.0, u >= 1.0);
  // Plating fills only what faces a void; the rest of it lands where contact is.
  const filling = d.growth_um_s_mA_cm2 * max<f32>(net, 0.0) * ((1.0 as f32) - cell.contact);
  const loose = max<f32>(cell.void_um - cell.voidHeld_um, 0.0);
  const healRate = cell.healRate_per_s * dt;
  const healing = (loose * healRate) / (healRate + 1.0);
  accumulate(
    changetype<usize>(cell) + offsetof<CellState>("void_um"),
    changetype<usize>(cell) + offsetof<CellState>("voidRest_um"),
    (opening - filling) * dt - healing,
    d.voidMaximum_um,
  );
}

/** Slow slot: what diffusion sustains at this temperature, and how fast it is. */
export function slowDiffusion(cell: CellState, inverse: f32): void {
  const p = changetype<Parameters>(PARAMS_AT);
  const d = changetype<Derived>(DERIVED_AT);
  const diffusion = rateFactor_eV(p.slab_diffusion_Ea_eV, inverse);
  cell.slabRate_per_s = min<f32>(d.slabRate_per_s * diffusion, 1000000.0);
  const vacancies = p.vacancy_currentLimit_mA_cm2 * rateFactor_eV(p.vacancy_Ea_eV, inverse);
  cell.sustained_mA_cm2 = min<f32>(vacancies + d.alloyLimit_mA_cm2 * diffusion, 1000000.0);
}

/** Slow slot: what creep adds under the stack pressure, and with it j_lim = j_v + j_alloy + j_creep and healing. */
export function slowCreep(cell: CellState, inverse: f32): void {
  const p = changetype<Parameters>(PARAMS_AT);
  const rate = rateFactor_eV(p.creep_Ea_eV, inverse);
  const pressed = pow(
    max<f32>(cell.stackPressure_MPa, 0.001) / p.creep_referencePressure_MPa,
    p.creep_pressureExponent,
  );
  const creepLimit = min<f32>(p.creep_currentLimit_mA_cm2 * rate, 1000000.0);
  cell.creepLimit_mA_cm2 = creepLimit;
  cell.vacancyLimit_mA_cm2 = clamp(cell.sustained_mA_cm2 + creepLimit * pressed, 0.0000001, 10000.0);
  cell.healRate_per_s = snap(min<f32>(p.void_healRate_per_s * rate * pressed, 1000.0));
}

/** Slow slot: contact φ = exp(−v/h_v), and the void that the stack pressure cannot close, v_held = h_v·S_c/(S + S_b). */
export function slowContact(cell: CellState): void {
  const p = changetype<Parameters>(PARAMS_AT);
  const d = changetype<Derived>(DERIVED_AT);
  const held = p.contact_closure_MPa / (cell.stackPressure_MPa + p.contact_offset_MPa);
  cell.voidHeld_um = min<f32>(p.void_heightScale_um * held, d.voidMaximum_um);
  cell.contact = clamp(exp(-cell.void_um / p.void_heightScale_um), p.contact_minimum, 1.0);
}

/** Least stack pressure at which j_lim serves `stripping` mA/cm², from the creep law. */
export function pressureFor(stripping_mA_cm2: f32, cell: CellState): f32 {
  const p = changetype<Parameters>(PARAMS_AT);
  const local = stripping_mA_cm2 / (cell.contact * p.strip_areaFactor);
  const missing = max<f32>(local - cell.sustained_mA_cm2, 0.0);
  const relative = missing / (cell.creepLimit_mA_cm2 + TINY);
  return p.creep_referencePressure_MPa * pow(relative, (1.0 as f32) / p.creep_pressureExponent);
}
