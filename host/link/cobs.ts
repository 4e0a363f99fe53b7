/**
 * Consistent overhead byte stuffing (Cheshire and Baker, 1999): bytes without a 0 in them, so that a 0 can end a frame.
 * Each code byte says how many bytes follow until the next 0; 0xff: 254 bytes and no 0.
 */
const LONGEST_RUN = 254;

/** Most bytes that `bytes` bytes become. */
export const stuffedBytes = (bytes: number): number => bytes + Math.floor(bytes / LONGEST_RUN) + 1;

/** Writes the stuffed `bytes` to the start of `into` and returns how many there are. */
export function stuff(bytes: Uint8Array, into: Uint8Array): number {
  let code = 0;
  let at = 1;
  for (const byte of bytes) {
    if (at - code > LONGEST_RUN) {
      into[code] = LONGEST_RUN + 1;
      code = at++;
    }
    if (byte === 0) {
      into[code] = at - code;
      code = at++;
    } else into[at++] = byte;
  }
  into[code] = at - code;
  return at;
}

/** The bytes that were stuffed; undefined where a code points past the end or a 0 is among them. */
export function unstuff(stuffed: Uint8Array): Uint8Array | undefined {
  const bytes = new Uint8Array(stuffed.length);
  let into = 0;
  for (let at = 0; at < stuffed.length; ) {
    const code = stuffed[at++] as number;
    const end = at + code - 1;
    if (code === 0 || end > stuffed.length) return undefined;
    while (at < end) {
      const byte = stuffed[at++] as number;
      if (byte === 0) return undefined;
      bytes[into++] = byte;
    }
    if (code <= LONGEST_RUN && at < stuffed.length) bytes[into++] = 0;
  }
  return bytes.subarray(0, into);
}
