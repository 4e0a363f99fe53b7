/** What a sensor makes of the truth: delay, bias, noise; and how it can fail. */
import { normal } from "../random.js";

export interface SensorOptions {
  readonly noise: number;
  readonly bias: number;
  /** Whole samples by which readings come late. */
  readonly delay_samples: number;
}

/** `dropout`: no new sample. `stuck`: the last reading comes again, as new. `notANumber`, `range`: rubbish. */
export type SensorFault =
  | { readonly kind: "dropout" | "stuck" | "notANumber" | "range" }
  | { readonly kind: "bias"; readonly by: number }
  | { readonly kind: "drift"; readonly perHour: number }
  | { readonly kind: "noise"; readonly spread: number };

export interface Reading {
  readonly value: number;
  readonly fresh: boolean;
}

/** Above what any range accepts. */
const OUT_OF_RANGE = 1e6;

export class Sensor {
  fault: SensorFault | undefined;
  /** Truths not reported yet. */
  readonly #waiting: number[] = [];
  #last = Number.NaN;
  #faulty_s = 0;

  constructor(
    readonly options: SensorOptions,
    readonly random: () => number,
  ) {}

  /** The reading of this sample time, `dt_s` after the last. */
  read(truth: number, dt_s: number): Reading {
    const { noise, bias, delay_samples } = this.options;
    this.#faulty_s = this.fault ? this.#faulty_s + dt_s : 0;
    this.#waiting.push(truth);
    const late =
      this.#waiting.length > delay_samples ? (this.#waiting.shift() as number) : (this.#waiting[0] as number);
    const healthy = late + bias + noise * normal(this.random);
    const { fault } = this;
    switch (fault?.kind) {
      case "dropout":
        return { value: this.#last, fresh: false };
      case "stuck":
        return { value: this.#last, fresh: true };
      case "notANumber":
        return { value: Number.NaN, fresh: true };
      case "range":
        return { value: OUT_OF_RANGE, fresh: true };
      case "bias":
        this.#last = healthy + fault.by;
        break;
      case "drift":
        this.#last = healthy + (fault.perHour * this.#faulty_s) / 3600;
        break;
      case "noise":
        this.#last = healthy + fault.spread * normal(this.random);
        break;
      default:
        this.#last = healthy;
    }
    return { value: this.#last, fresh: true };
  }
}
