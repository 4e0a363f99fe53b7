/** Inputs and outputs of steps as `steps` packs them: most of a step's words are those of the step before. */

export interface PackedSteps {
  /** How many steps there was room for. */
  readonly steps: number;
  readonly bytes: Uint8Array;
}

/**
 * The first steps out of `inputs`, of `stride` words each, as many as fit.
 * @param most steps at most
 * @param room bytes at most
 */
export function packSteps(inputs: Int32Array, stride: number, most: number, room: number): PackedSteps {
  const bytes = new Uint8Array(room);
  const view = new DataView(bytes.buffer);
  const mask = maskBytes(stride);
  let length = 0;
  let steps = 0;
  for (; steps < most && steps * stride < inputs.length; steps++) {
    const step = steps * stride;
    let at = length + mask;
    for (let k = 0; k < stride; k++) {
      const word = inputs[step + k] as number;
      if (word === (steps === 0 ? 0 : inputs[step + k - stride])) continue;
      if (at + 4 > room) return { steps, bytes: bytes.subarray(0, length) };
      bytes[length + (k >> 3)] = (bytes[length + (k >> 3)] as number) | (1 << (k & 7));
      view.setInt32(at, word, true);
      at += 4;
    }
    if (at > room) break;
    length = at;
  }
  return { steps, bytes: bytes.subarray(0, length) };
}

/**
 * Unpacks outputs of `steps` steps of `stride` words each to the start of `into`; false unless `bytes` are these and no more.
 * @param before the outputs before the first of them
 */
export function unpackSteps(
  bytes: Uint8Array,
  steps: number,
  stride: number,
  before: Int32Array,
  into: Int32Array,
): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const mask = maskBytes(stride);
  let at = 0;
  for (let step = 0; step < steps; step++) {
    const to = step * stride;
    into.set(step === 0 ? before : into.subarray(to - stride, to), to);
    const bits = at;
    at += mask;
    for (let k = 0; k < stride; k++) {
      if ((((bytes[bits + (k >> 3)] ?? 0) >> (k & 7)) & 1) === 0) continue;
      if (at + 4 > bytes.length) return false;
      into[to + k] = view.getInt32(at, true);
      at += 4;
    }
  }
  return at === bytes.length;
}

/** Bytes of the bits that say which of a step's words follow. */
export const maskBytes = (stride: number): number => Math.ceil(stride / 8);
