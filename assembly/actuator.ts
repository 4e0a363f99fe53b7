/**
 * The stack-pressure controller: what to command the fixture so that the stack gets the pressure the cells ask for. The
 * setpoint goes through as it is (a fixture mostly does what it is told); a PI term takes out what swelling, relaxation
 * and an uncalibrated fixture leave. Series cells are pressed as one stack, so the first cell's pressure speaks for all.
 */
import {
  CELLS_AT,
  CellState,
  Fault,
  HEADER_AT,
  Header,
  PACK_OUTPUT_AT,
  PARAMS_AT,
  PackOutput,
  Parameters,
} from "./layout";
import { clamp, snap } from "./numeric";

/** At reset: the fixture stands where the parameters say. */
export function resetActuator(): void {
  const header = changetype<Header>(HEADER_AT);
  const fixture = changetype<Parameters>(PARAMS_AT).fixture_pressure_MPa;
  header.pressureTarget_MPa = fixture;
  header.actuatorCommand_MPa = fixture;
}

/** After the pack's setpoint is known. */
export function stepActuator(dt: f32): void {
  const p = changetype<Parameters>(PARAMS_AT);
  const header = changetype<Header>(HEADER_AT);
  const pack = changetype<PackOutput>(PACK_OUTPUT_AT);
  const least = p.pressure_min_MPa;
  const most = max<f32>(p.pressure_max_MPa, least);
  const rise = p.pressure_rise_MPa_s * dt;

  // Quick to press, slow to let go: a demand that comes and goes must not wear out the actuator.
  const before = header.pressureTarget_MPa;
  const followed = clamp(pack.pressureSetpoint_MPa, before - p.pressure_fall_MPa_s * dt, before + rise);
  const target = clamp(followed, least, most);

  // Without a sensor there is nothing to correct: the target is the command.
  const off = target - changetype<CellState>(CELLS_AT).stackPressure_MPa;
  const error = select<f32>(off, 0.0, p.sensor_hasPressure > 0.5);
  const dead = p.pressure_deadBand_MPa;
  const beyond = error - clamp(error, -dead, dead);
  const integral = header.pressureIntegral_MPa;
  const moved = integral + p.pressure_integral_per_s * beyond * dt;
  const wanted = target + p.pressure_gain * beyond + moved;
  const previous = header.actuatorCommand_MPa;
  const command = clamp(clamp(wanted, previous - rise, previous + rise), 0.0, most);
  // Anti-windup: what would ask for more of what range or rate cut off is not integrated.
  const kept = select<f32>(integral, moved, beyond * (wanted - command) > 0.0);

  // A sensor at fault says nothing: fixture, target and integral stay as they were.
  const blind = pack.faults & (Fault.pressure | Fault.state);
  header.pressureTarget_MPa = select<f32>(before, target, blind);
  header.pressureIntegral_MPa = select<f32>(integral, snap(clamp(kept, -most, most)), blind);
  const next = select<f32>(previous, command, blind);
  header.actuatorCommand_MPa = next;
  pack.actuatorCommand_MPa = next;
}
