/** Inputs no cycler records: what a broken sensor, a bad clock or plain bits give the module. */
import { freshBits } from "../../host/schema/codes.js";
import { inputBytes } from "../../host/schema/layout.js";

const ALL_FRESH = (1 << freshBits.length) - 1;

/** Words of one cell's samples: floats by value, and which of them are new. */
interface Samples {
  current: number;
  voltage: number;
  temperature: number;
  stackPressure: number;
  fixturePressure: number;
  fresh: number;
}

interface Draw {
  /** 0 … 1 */
  readonly share: () => number;
  readonly pick: <T>(list: readonly T[]) => T;
  /** 32 random bits. */
  readonly bits: () => number;
}

/** Mulberry32: the same steps for the same seed on every machine. */
function draw(seed: number): Draw {
  let state = seed;
  const bits = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) | 0;
  };
  const share = () => (bits() >>> 0) / 2 ** 32;
  return { bits, share, pick: (list) => list[Math.floor(share() * list.length)] as never };
}

/** A cell that cycles, at rest in between, between 25 and 60 °C: what the hostile things happen to. */
function usual(n: number, { share }: Draw): Samples {
  const current = n % 700 < 300 ? 2 : n % 700 < 400 ? 0 : -2;
  return {
    current: current * (1 + 0.1 * share()),
    voltage: 3.7 + 0.05 * current + 0.01 * share(),
    temperature: 42 + 18 * Math.sin(n / 500),
    stackPressure: 5 + share(),
    fixturePressure: 5,
    fresh: ALL_FRESH,
  };
}

const NOT_NUMBERS = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
const EXTREMES = [0, -0, 1e-45, -1e-40, 1.2e-38, 1e9, -1e9, 3.4e38, -3.4e38, ...NOT_NUMBERS];
const CHANNELS = ["current", "voltage", "temperature", "stackPressure", "fixturePressure"] as const;

/** What becomes of the usual samples, by kind of trouble. */
const troubles: Record<string, (samples: Samples, n: number, draw: Draw) => void> = {
  dropouts: (samples, n, { share, bits }) => {
    // Single samples lost, and a channel silent for long.
    if (share() < 0.2) samples.fresh = bits() & ALL_FRESH;
    if (n % 1000 > 500) samples.fresh &= ~(1 << (Math.floor(n / 1000) % freshBits.length));
  },
  notNumbers: (samples, _, { share, pick }) => {
    if (share() < 0.1) samples[pick(CHANNELS)] = pick(NOT_NUMBERS);
  },
  outOfRange: (samples, _, { share, pick }) => {
    if (share() < 0.2) samples[pick(CHANNELS)] = pick(EXTREMES);
  },
  cold: (samples, n) => {
    samples.temperature = n % 900 < 600 ? -40 : 25;
  },
  hot: (samples, n) => {
    samples.temperature = n % 900 < 600 ? 85 : 20;
    samples.current *= 5;
  },
  crushed: (samples, n, { share }) => {
    samples.stackPressure = n % 400 < 200 ? 80 : 0.01 * share();
    samples.fixturePressure = samples.stackPressure;
  },
};

/** Kinds of trouble; `clock` is in the step lengths, `bits` in every bit of every input. */
export const KINDS = [...Object.keys(troubles), "clock", "bits"];

/** `steps` steps of `cells` cells as `compareInputs` takes them, the same for the same arguments. */
export function stressInputs(kind: string, steps: number, cells: number, seed = 1): Int32Array {
  const random = draw(seed);
  const { share, pick, bits } = random;
  const words = new Int32Array((steps * inputBytes(cells)) / 4);
  const floats = new Float32Array(words.buffer);
  let at = 0;
  for (let n = 0; n < steps; n++) {
    floats[at++] = kind === "clock" && share() < 0.3 ? pick([...EXTREMES, 0.001, 0.0009, 10, 10.1]) : 0.1;
    floats[at++] = kind === "clock" ? pick(EXTREMES) : 2 * share();
    for (let cell = 0; cell < cells; cell++) {
      const samples = usual(n + 100 * cell, random);
      troubles[kind]?.(samples, n, random);
      for (const channel of CHANNELS) floats[at++] = samples[channel];
      words[at++] = samples.fresh;
    }
  }
  return kind === "bits" ? words.map(bits) : words;
}
