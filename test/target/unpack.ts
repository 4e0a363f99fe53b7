/** Outputs as the board is to pack them: what is not the word before. */
export function packOutputs(outputs: Int32Array, before: Int32Array): Uint8Array {
  const mask = new Uint8Array(Math.ceil(outputs.length / 8));
  const changed = [...outputs.keys()].filter((k) => outputs[k] !== before[k]);
  for (const k of changed) mask[k >> 3] = (mask[k >> 3] as number) | (1 << (k & 7));
  return Buffer.concat([mask, new Uint8Array(Int32Array.from(changed, (k) => outputs[k] as number).buffer)]);
}

/** The inputs of packed steps, as the board is to read them; undefined unless the bytes are these steps and no more. */
export function unpackSteps(bytes: Uint8Array, steps: number, inputBytes: number): Uint8Array[] | undefined {
  const inputs: Uint8Array[] = [];
  let before = new Uint8Array(inputBytes);
  let at = 0;
  for (let n = 0; n < steps; n++) {
    const input = before.slice();
    const bits = bytes.subarray(at, at + Math.ceil(inputBytes / 32));
    at += Math.ceil(inputBytes / 32);
    for (let k = 0; k < inputBytes / 4; k++) {
      if ((((bits[k >> 3] ?? 0) >> (k & 7)) & 1) === 0) continue;
      input.set(bytes.subarray(at, at + 4), 4 * k);
      at += 4;
    }
    if (at > bytes.length) return undefined;
    inputs.push(input);
    before = input;
  }
  return at === bytes.length ? inputs : undefined;
}
