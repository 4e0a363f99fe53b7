/** One cell of a shipped profile at constant temperature, without a pressure sensor, and without a voltage unless given. */
import { loadProfile } from "../../host/profiles/profile.js";
import { type FirmwareModule, loadModule } from "../../host/replay/module.js";
import { type ReasonName, reasons } from "../../host/schema/codes.js";
import type { ParameterName } from "../../host/schema/parameters.js";
import type { CellOutputName } from "../../host/schema/records.js";

/** Current, voltage and temperature are new in every step; bits of `freshBits`. */
const FRESH = 0b111;
/** Enough rest for every coefficient and for the limits to rise to their caps. */
const SETTLE_S = 600;

export class ProfileCell {
  readonly module: FirmwareModule = loadModule();
  readonly #temperature_degC: number;
  readonly #dt_s: number;
  readonly #voltage_V: number;

  constructor(
    id: string,
    options: {
      temperature_degC?: number;
      dt_s?: number;
      voltage_V?: number;
      parameters?: Partial<Record<ParameterName, number>>;
    } = {},
  ) {
    this.#temperature_degC = options.temperature_degC ?? 25;
    this.#dt_s = options.dt_s ?? 5;
    this.#voltage_V = options.voltage_V ?? Number.NaN;
    this.module.setParameters({
      ...loadProfile(id).values,
      sensor_hasVoltage: options.voltage_V === undefined ? 0 : 1,
      sensor_hasPressure: 0,
      ...options.parameters,
    });
    this.module.reset(1);
    this.run(0, SETTLE_S / 3600);
  }

  /** Holds a current for `hours`, or until `stop` says so after a step; returns the hours it was held. */
  run(current_mA_cm2: number, hours: number, stop: (cell: this) => boolean = () => false): number {
    const steps = Math.round((hours * 3600) / this.#dt_s);
    for (let step = 1; step <= steps; step++) {
      this.module.step({ dt_s: this.#dt_s, demand_mA_cm2: 0 }, [
        {
          current_mA_cm2,
          voltage_V: this.#voltage_V,
          temperature_degC: this.#temperature_degC,
          stackPressure_MPa: Number.NaN,
          fixturePressure_MPa: Number.NaN,
          fresh: FRESH,
        },
      ]);
      if (stop(this)) return (step * this.#dt_s) / 3600;
    }
    return hours;
  }

  get(name: CellOutputName): number {
    return this.module.output(0)[name];
  }

  /** Metal at all sites, mAh/cm². */
  metal(): number {
    const { seCharge_mAh_cm2, poreCharge_mAh_cm2, ccCharge_mAh_cm2 } = this.module.output(0);
    return seCharge_mAh_cm2 + poreCharge_mAh_cm2 + ccCharge_mAh_cm2;
  }

  /** What binds the continuous limit. */
  reason(direction: "charge" | "discharge"): ReasonName | undefined {
    const bytes = this.get(direction === "charge" ? "chargeReasons" : "dischargeReasons");
    return reasons[(bytes >>> 24) & 0xff]?.name;
  }
}
