/** What presses the stack: an actuator that follows a command late, at a bounded rate and within a range, or none. */
export interface FixtureOptions {
  /** First-order lag behind the command. */
  readonly lag_s: number;
  readonly rate_MPa_s: number;
  readonly least_MPa: number;
  readonly most_MPa: number;
}

export class Fixture {
  /** Pressure it applies before the cell's swelling adds to it. */
  pressure_MPa: number;
  /** Way it has gone, up and down. */
  travel_MPa = 0;
  stuck = false;

  /** @param options none for a passive fixture, which keeps what it was set to. */
  constructor(
    start_MPa: number,
    readonly options?: FixtureOptions,
  ) {
    this.pressure_MPa = start_MPa;
  }

  advance(duration_s: number, command_MPa: number): void {
    if (this.options === undefined || this.stuck) return;
    const { lag_s, rate_MPa_s, least_MPa, most_MPa } = this.options;
    const before = this.pressure_MPa;
    const target = Math.min(Math.max(command_MPa, least_MPa), most_MPa);
    const wanted = (target - before) * -Math.expm1(-duration_s / lag_s);
    const most = rate_MPa_s * duration_s;
    this.pressure_MPa = before + Math.min(Math.max(wanted, -most), most);
    this.travel_MPa += Math.abs(this.pressure_MPa - before);
  }
}
