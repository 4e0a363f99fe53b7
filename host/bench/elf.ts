/** Sizes out of a 32-bit little-endian ELF file's section headers. */
import { readFileSync } from "node:fs";
import { BetaguardError } from "../errors.js";

export interface ImageSizes {
  /** Code, constants and the initial values of variables. */
  readonly flash_B: number;
  /** Everything a program writes to: stack, heap, buffers, variables. */
  readonly ram_B: number;
}

const WORD = 4;
const SECTION = { type: 1, flags: 2, size: 5 };
const NOBITS = 8;
const WRITE = 1;
const ALLOC = 2;

/** @throws E_BENCH_IMAGE when the file is missing or something else. */
export function imageSizes(path: string): ImageSizes {
  const view = elfView(path);
  const sections = view.getUint32(0x20, true);
  const bytesEach = view.getUint16(0x2e, true);
  const count = view.getUint16(0x30, true);
  const sizes = { flash_B: 0, ram_B: 0 };
  for (let index = 0; index < count; index++) {
    const word = (n: number) => view.getUint32(sections + index * bytesEach + n * WORD, true);
    const flags = word(SECTION.flags);
    if ((flags & ALLOC) === 0) continue;
    const size = word(SECTION.size);
    if (word(SECTION.type) !== NOBITS) sizes.flash_B += size;
    if ((flags & WRITE) !== 0) sizes.ram_B += size;
  }
  return sizes;
}

function elfView(path: string): DataView {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new BetaguardError(
      "E_BENCH_IMAGE",
      `expected firmware at ${path}, found none; run npm run boards`,
      {
        cause,
      },
    );
  }
  // Magic, 32 bits, little-endian.
  if (!bytes.subarray(0, 6).equals(Buffer.from("\x7fELF\x01\x01", "latin1"))) {
    throw new BetaguardError(
      "E_BENCH_IMAGE",
      `expected a 32-bit little-endian ELF file at ${path}, found something else; run npm run boards`,
    );
  }
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
