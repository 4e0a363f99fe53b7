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
import { windowTop_MPa } from "./setpoint";

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
  const most = windowTop_MPa();
  const rise = p.pressure_rise_MPa_s * dt;

  // Quick to press, slow to let go, and not for less than the dead band: a demand that comes and goes, or noise in it,
  // must not wear out the actuator. Out of the window at once.
  const before = header.pressureTarget_MPa;
  const setpoint = pack.pressureSetpoint_MPa;
  const dead = p.pressure_deadBand_MPa;
  const needed = clamp(before, setpoint, setpoint + dead);
  const followed = clamp(needed, before - p.pressure_fall_MPa_s * dt, before + rise);
  const target = clamp(followed, p.pressure_min_MPa, header.pressureCeiling_MPa);

  // Without a sensor there is nothing to correct: the target is the command.
  const off = target - changetype<CellState>(CELLS_AT).stackPressure_MPa;
  const error = select<f32>(off, 0.0, p.sensor_hasPressure > 0.5);
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
