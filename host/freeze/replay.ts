/** A freeze frame replayed: from the state before, through the inputs, to the bits the board had. */
import type { ParameterValues } from "../replay/module.js";
import { type Field, fieldOffsets, recordBytes } from "../schema/field.js";
import { addresses, snapshotBytes, stateBytesPerCell } from "../schema/layout.js";
import { parameters } from "../schema/parameters.js";
import { cellStateFields, headerFields, packOutputFields } from "../schema/records.js";
import { seal } from "../target/snapshot.js";
import type { Target } from "../target/target.js";
import type { OpenedFrame } from "./frame.js";

export interface FreezeReplay {
  /** Steps replayed, and words of the state after them that were compared: none where the board has no such state. */
  readonly steps: number;
  readonly words: number;
  readonly differences: number;
  readonly first: FreezeDifference | null;
}

export interface FreezeDifference {
  readonly record: "cell" | "pack";
  readonly field: string;
  readonly bits: { readonly board: string; readonly replayed: string };
}

const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, "0");

/** Field a word belongs to, with its index where it is one of several. */
function fieldAt(fields: readonly Field[], word: number): string {
  const offsets = fieldOffsets(fields);
  const field = fields.find(({ name, count }) => {
    const first = (offsets[name] as number) / 4;
    return word >= first && word < first + count;
  }) as Field;
  const index = word - (offsets[field.name] as number) / 4;
  return field.count > 1 ? `${field.name}[${index}]` : field.name;
}

/**
 * Cells work alone but for the pack's outputs, and one's place decides when it does its slow work. So the cell kept is put
 * where it was, and stands for the cells before it too; the pack's output is compared where the pack is that cell alone.
 * @throws what `target` throws
 */
export async function replayFrame({ frame, constants }: OpenedFrame, target: Target): Promise<FreezeReplay> {
  const { head } = frame;
  const cells = head.cell + 1;
  const values: ParameterValues = Object.fromEntries(
    [...new Float32Array(constants.buffer, constants.byteOffset, parameters.length)].map((value, id) => [
      parameters[id]?.name,
      value,
    ]),
  );
  const layout = await target.start(values, cells);
  await target.restore(snapshotOf(frame, constants, cells));
  const inputWords = frame.inputs.length / head.steps;
  for (let done = 0; done < head.steps; ) {
    const steps = Math.min(layout.capacity, head.steps - done);
    for (let n = 0; n < steps; n++) {
      const input = frame.inputs.subarray((done + n) * inputWords, (done + n + 1) * inputWords);
      const at = layout.input + n * layout.inputStride;
      target.words.set(input.subarray(0, layout.cellInput), at);
      for (let cell = 0; cell < cells; cell++)
        target.words.set(
          input.subarray(layout.cellInput),
          at + layout.cellInput + cell * layout.cellInputStride,
        );
    }
    await target.stepBatch(steps);
    done += steps;
  }
  if (!head.whole) return { steps: head.steps, words: 0, differences: 0, first: null };
  const state = new Int32Array((await target.state()).buffer);
  const cellAt = (addresses.cells - addresses.header + head.cell * stateBytesPerCell) / 4;
  const records = [{ record: "cell", fields: cellStateFields, board: frame.after, at: cellAt }] as const;
  const pack = {
    record: "pack",
    fields: packOutputFields,
    board: frame.pack,
    at: snapshotBytes(cells) / 4,
  } as const;
  const compared = head.cells === 1 ? [...records, pack] : records;
  const different = compared.flatMap(({ record, fields, board, at }) =>
    [...board.keys()]
      .filter((k) => board[k] !== state[at + k])
      .map((k) => ({
        record,
        field: fieldAt(fields, k),
        bits: { board: hex(board[k] as number), replayed: hex(state[at + k] as number) },
      })),
  );
  return {
    steps: head.steps,
    words: compared.reduce((sum, { board }) => sum + board.length, 0),
    differences: different.length,
    first: different[0] ?? null,
  };
}

/** The state region before the first step, as `restore` takes it. */
function snapshotOf(
  { header, before }: OpenedFrame["frame"],
  constants: Int32Array,
  cells: number,
): Uint8Array {
  const words = new Int32Array((snapshotBytes(cells) + recordBytes(packOutputFields)) / 4);
  words.set(header);
  words[(fieldOffsets(headerFields).cells as number) / 4] = cells;
  words.set(constants, header.length);
  for (let cell = 0; cell < cells; cell++)
    words.set(before, header.length + constants.length + cell * before.length);
  return seal(new Uint8Array(words.buffer));
}
