/**
 * Streaming rainflow count, the four-point form of ASTM E1049: an inner range no larger than both its neighbours is a
 * closed cycle. One comparison per visit; Miner's sum with a Basquin exponent. The record is the run of fields that the
 * schema makes for each counted signal.
 */
import { CellState, PARAMS_AT, Parameters, RAINFLOW_DEPTH } from "./layout";
import { pow } from "./math";
import { accumulate } from "./numeric";

const DEPTH = offsetof<CellState>("stackCycleDepth") - offsetof<CellState>("stackCyclePoints_0");
const EXTREME = offsetof<CellState>("stackCycleExtreme") - offsetof<CellState>("stackCyclePoints_0");
const RISING = offsetof<CellState>("stackCycleRising") - offsetof<CellState>("stackCyclePoints_0");
const REST = offsetof<CellState>("stackCycleDamageRest") - offsetof<CellState>("stackCyclePoints_0");
const LARGEST_DAMAGE: f32 = 1e6;
/** Reversals smaller than this part of the fatigue strength are noise: below 1e-6 of a failure with any exponent ≥ 2. */
const NOISE: f32 = 0.001;

/**
 * Takes one sample of a signal; Miner's sum lies at `damage`. A closed cycle leaves the stack first; only when none is left to close does the next
 * turning point enter, so that one comparison a visit keeps the count exact while signals turn slower than slots run.
 */
export function countCycle(record: usize, damage: usize, sample: f32): void {
  const p = changetype<Parameters>(PARAMS_AT);
  const strength = p.fatigue_strength_MPa;
  const depth = load<i32>(record, DEPTH);
  const top = record + ((<usize>depth) << 2);

  // Four youngest points; fewer than four never close.
  const last = load<f32>(top - 4);
  const inner = abs<f32>(load<f32>(top - 8) - load<f32>(top - 12));
  const right = abs<f32>(last - load<f32>(top - 8));
  const outer = min<f32>(abs<f32>(load<f32>(top - 12) - load<f32>(top - 16)), right);
  // A full stack gives its inner range up early, as a cycle, and the smaller swing beside it: pessimistic, and never out
  // of memory.
  const full = depth == RAINFLOW_DEPTH;
  const closes = depth >= 4 && (inner <= outer || full);
  const range = select<f32>(inner, 0.0, closes);
  accumulate(
    damage,
    record + REST,
    select<f32>(pow(range / strength, p.fatigue_exponent), 0.0, range > 0.0),
    LARGEST_DAMAGE,
  );

  const rising = load<i32>(record, RISING);
  const extreme = load<f32>(record, EXTREME);
  const reach = select<f32>(max<f32>(extreme, sample), min<f32>(extreme, sample), rising);
  const turned = abs<f32>(reach - sample) > strength * NOISE;
  if (closes) {
    if (inner <= right) store<f32>(top - 12, last);
    store<i32>(record, depth - 2, DEPTH);
    store<f32>(record, reach, EXTREME);
  } else if (turned) {
    store<f32>(top, reach);
    store<i32>(record, depth + 1, DEPTH);
    store<f32>(record, sample, EXTREME);
    store<i32>(record, 1 - rising, RISING);
  } else {
    store<f32>(record, reach, EXTREME);
  }
}
