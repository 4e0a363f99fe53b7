/** The board's encoder as a process: ticks in, frames out. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll } from "vitest";
import type { CanFrame } from "../../host/can/decode.js";
import { packageFile } from "../../host/root.js";
import { CAN_FRAME_BYTES } from "../../host/schema/can.js";
import { type Field, fieldOffsets, recordBytes } from "../../host/schema/field.js";
import { MAX_CELLS, stateBytesPerCell } from "../../host/schema/layout.js";
import { modes, safeCauses } from "../../host/schema/link.js";
import { cellOutputFields, packOutputFields } from "../../host/schema/records.js";

/** One number per word, by the field's name; an array field is `name[0]`, `name[1]`, …. */
export type Words = Record<string, number>;

export interface Tick {
  readonly mode: number;
  readonly safeCause: number;
  readonly overruns: number;
  readonly pack: Words;
  readonly cells: readonly Words[];
}

export const LIVE = modes.indexOf("live");

let directory: string;
/** Compiles the encoder, with sanitizers, before this file's tests. */
export function useEncoder(): (ticks: readonly Tick[]) => CanFrame[][] {
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "betaguard-can-"));
    const common = packageFile("boards", "common");
    execFileSync("gcc", [
      ..."-std=c11 -Wall -Wextra -Werror -g -O1".split(" "),
      "-fsanitize=address,undefined,float-cast-overflow",
      "-fno-sanitize-recover=all",
      `-I${common}`,
      packageFile("test", "can", "encode.c"),
      join(common, "can.c"),
      "-lm",
      "-o",
      join(directory, "encode"),
    ]);
  });
  afterAll(() => rmSync(directory, { recursive: true }));
  return (ticks) =>
    parseFrames(
      execFileSync(join(directory, "encode"), [], {
        input: Buffer.concat(ticks.map(tickBytes)),
        maxBuffer: 1 << 28,
      }),
    );
}

const wordNames = ({ name, count }: Field): string[] =>
  count === 1 ? [name] : Array.from({ length: count }, (_, k) => `${name}[${k}]`);

function recordAt(into: DataView, at: number, fields: readonly Field[], words: Words): void {
  const offsets = fieldOffsets(fields);
  for (const field of fields) {
    for (const [k, name] of wordNames(field).entries()) {
      const offset = at + (offsets[field.name] as number) + 4 * k;
      if (field.type === "f32") into.setFloat32(offset, words[name] as number, true);
      else into.setInt32(offset, words[name] as number, true);
    }
  }
}

function tickBytes({ mode, safeCause, overruns, pack, cells }: Tick): Buffer {
  const packBytes = recordBytes(packOutputFields);
  const bytes = Buffer.alloc(16 + packBytes + cells.length * stateBytesPerCell);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  view.setInt32(0, mode, true);
  view.setInt32(4, safeCause, true);
  view.setUint32(8, overruns, true);
  view.setInt32(12, cells.length, true);
  recordAt(view, 16, packOutputFields, pack);
  for (const [index, cell] of cells.entries())
    recordAt(view, 16 + packBytes + index * stateBytesPerCell, cellOutputFields, cell);
  return bytes;
}

function parseFrames(bytes: Buffer): CanFrame[][] {
  const ticks: CanFrame[][] = [];
  for (let at = 0; at < bytes.length; ) {
    const count = bytes.readInt32LE(at);
    at += 4;
    const frames: CanFrame[] = [];
    for (; frames.length < count; at += 4 + CAN_FRAME_BYTES)
      frames.push({
        id: bytes.readUInt32LE(at),
        data: new Uint8Array(bytes.subarray(at + 4, at + 4 + CAN_FRAME_BYTES)),
      });
    ticks.push(frames);
  }
  return ticks;
}

const anyBits = fc.integer().map((word) => new Float32Array(new Int32Array([word]).buffer)[0] as number);
/** What the module gives, what it must never give, and both sides of a step's edge. */
const value = ({ min, max }: Field): fc.Arbitrary<number> =>
  fc.oneof(
    fc.float({ min: Math.fround(Math.max(min, -1000)), max: Math.fround(Math.min(max, 1000)), noNaN: true }),
    fc.float({ min: -2, max: 2, noNaN: true }),
    fc.integer({ min: -70_000, max: 70_000 }).map((code) => code / 128),
    fc.integer({ min: -9000, max: 9000 }).map((code) => Math.fround((code / 64) * (1 + 2 ** -23))),
    anyBits,
    fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 1),
  );

const words = (fields: readonly Field[]): fc.Arbitrary<Words> =>
  fc.record(
    Object.fromEntries(
      fields.flatMap((field) =>
        wordNames(field).map((name) => [
          name,
          field.type === "f32" ? value(field) : fc.integer({ min: field.min, max: field.max }),
        ]),
      ),
    ),
  );

export const tick: fc.Arbitrary<Tick> = fc.record({
  mode: fc.oneof({ weight: 4, arbitrary: fc.constant(LIVE) }, fc.nat(modes.length - 1)),
  safeCause: fc.nat(safeCauses.length - 1),
  overruns: fc.oneof(fc.nat(300), fc.nat(0xffffffff)),
  pack: words(packOutputFields),
  cells: fc.array(words(cellOutputFields), { minLength: 1, maxLength: MAX_CELLS, size: "max" }),
});

/** A frame's bytes, each equally likely. */
export const randomBytes = (): Uint8Array =>
  fc.sample(fc.uint8Array({ minLength: CAN_FRAME_BYTES, maxLength: CAN_FRAME_BYTES }), 1)[0] as Uint8Array;
