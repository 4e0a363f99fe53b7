/** Which encoding a text is in, found from a stream of its bytes, without holding them. */
import { isAscii } from "node:buffer";

export interface Encoding {
  readonly label: "utf-8" | "utf-16le" | "utf-16be" | "gb18030" | "latin1";
  readonly evidence: string;
}

const HEAD_BYTES = 65_536;
/** Enough to tell UTF-16 by its zero bytes. */
const UTF16_HEAD_BYTES = 512;
const MAX_CONTROL_SHARE = 0.01;

/** Takes a file's bytes in order; what it concludes is settled once the last has been taken. */
export class EncodingProbe {
  #head = Buffer.alloc(0);
  #hasZero = false;
  #blank = true;
  readonly #utf8 = new TextDecoder("utf-8", { fatal: true });
  #isUtf8 = true;
  #mayContinue = false;
  #hasReplacement = false;

  take(bytes: Buffer): void {
    if (this.#head.length < HEAD_BYTES)
      this.#head = Buffer.concat([this.#head, bytes.subarray(0, HEAD_BYTES - this.#head.length)]);
    this.#hasZero ||= bytes.includes(0);
    this.#blank &&= isBlank(bytes);
    const ascii = isAscii(bytes);
    if (!this.#isUtf8 || (ascii && !this.#mayContinue)) return;
    this.#mayContinue = !ascii;
    try {
      // Streaming mode forgives a character cut at the end of a truncated file.
      this.#hasReplacement ||= this.#utf8.decode(bytes, { stream: true }).includes("\ufffd");
    } catch {
      this.#isUtf8 = false;
    }
  }

  /** The first bytes of the file, at most 64 KiB. */
  get head(): Buffer {
    return this.#head;
  }

  /** True when there is nothing but white space. */
  get isBlank(): boolean {
    return this.#blank;
  }

  /** UTF-16 or UTF-8; `binary`; or `other`, which only another look at all bytes can tell (decideLegacy). */
  decide(): Encoding | "binary" | "other" {
    const utf16 = utf16Encoding(this.#head.subarray(0, UTF16_HEAD_BYTES));
    if (utf16) return utf16;
    if (this.#hasZero) return "binary";
    if (this.#isUtf8) {
      const marked = this.#head[0] === 0xef && this.#head[1] === 0xbb && this.#head[2] === 0xbf;
      return {
        label: "utf-8",
        evidence: marked ? "UTF-8 (byte-order mark)" : "UTF-8 (every byte valid)",
      };
    }
    return controlShare(this.#head) > MAX_CONTROL_SHARE ? "binary" : "other";
  }

  /** True when a character was destroyed before this text was written, as far as UTF-8 shows it. */
  get hasReplacement(): boolean {
    return this.#hasReplacement;
  }
}

/**
 * GB18030 writes a Chinese character as neighbouring high bytes; latin-1's µ and ° stand between ASCII.
 * @param chunks all bytes of a text that is neither UTF-8 nor UTF-16.
 */
export async function decideLegacy(chunks: AsyncIterable<Buffer>): Promise<Encoding> {
  const latin1 = { label: "latin1", evidence: "latin-1 (not UTF-8; isolated high bytes)" } as const;
  const decoder = new TextDecoder("gb18030", { fatal: true });
  let neighbours = false;
  let last = 0;
  for await (const bytes of chunks) {
    try {
      decoder.decode(bytes, { stream: true });
    } catch {
      return latin1;
    }
    for (let k = 0; k < bytes.length && !neighbours; k++) {
      neighbours = last >= 0x80 && (bytes[k] as number) >= 0x80;
      last = bytes[k] as number;
    }
  }
  return neighbours
    ? { label: "gb18030", evidence: "GB18030 (not UTF-8; high bytes in valid pairs)" }
    : latin1;
}

function isBlank(bytes: Buffer): boolean {
  // Past the byte-order marks; a zero byte stands beside UTF-16's white space.
  return bytes.every((byte) => byte <= 0x20 || [0xef, 0xbb, 0xbf, 0xfe, 0xff].includes(byte));
}

function utf16Encoding(head: Buffer): Encoding | undefined {
  if (head[0] === 0xff && head[1] === 0xfe)
    return { label: "utf-16le", evidence: "UTF-16 LE (byte-order mark)" };
  if (head[0] === 0xfe && head[1] === 0xff)
    return { label: "utf-16be", evidence: "UTF-16 BE (byte-order mark)" };
  let evenZeros = 0;
  let oddZeros = 0;
  head.forEach((byte, k) => {
    if (byte !== 0) return;
    if (k % 2 === 0) evenZeros++;
    else oddZeros++;
  });
  const most = 0.45 * head.length;
  if (oddZeros > most && evenZeros === 0)
    return { label: "utf-16le", evidence: "UTF-16 LE (zero high bytes)" };
  if (evenZeros > most && oddZeros === 0)
    return { label: "utf-16be", evidence: "UTF-16 BE (zero high bytes)" };
  return undefined;
}

function controlShare(head: Buffer): number {
  let count = 0;
  for (const byte of head) if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) count++;
  return count / head.length;
}
