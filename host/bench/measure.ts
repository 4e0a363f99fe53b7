/** What an image takes, measured in the emulator over the link. */
import { LinkClient } from "../link/client.js";
import { decodeHealth, viewOf, wordsPayload } from "../link/messages.js";
import { packSteps } from "../link/pack.js";
import { loadProfile } from "../profiles/profile.js";
import { parameterPairs, requireOk } from "../replay/module.js";
import { inputBytes, MAX_CELLS } from "../schema/layout.js";
import { modes } from "../schema/link.js";
import { SLOTS } from "../schema/records.js";
import { processWire } from "../target/process.js";
import { imageSizes } from "./elf.js";
import { EMULATORS, type Image } from "./images.js";

export interface Measurement {
  /** Mean instructions of a cell-step in a pack of one and of 24 cells, and of the longest step of the latter. */
  readonly instructionsOneCell: number;
  readonly instructionsPerCell: number;
  readonly instructionsLongestStep: number;
  /** Most that freeze frames took beside a step of 24 cells. */
  readonly instructionsFreeze: number;
  readonly flash_B: number;
  /** Stack, heap and all variables. */
  readonly ram_B: number;
  /** High-water marks; heap 0 where nothing is interpreted. */
  readonly heapUsed_B: number;
  readonly heapSize_B: number;
  readonly stackUsed_B: number;
  readonly stackSize_B: number;
}

const PROFILE = "li-agc-argyrodite";
/** Every coefficient has been worked out twice; then whole rounds of the slow quantities are counted. */
const WARM_UP_ROUNDS = 2;
const COUNTED_ROUNDS = 4;
const PACKED = 4;
const NANOSECONDS_PER_SECOND = 1e9;
const FRESH_ALL = 15;

/** A round of steps: charge and discharge in turn, at 60 °C and 5 MPa. */
function stepsRequest(round: number, cells: number, mostBytes: number): Uint8Array {
  const stride = inputBytes(cells) / 4;
  const floats = new Float32Array(SLOTS * stride);
  const words = new Int32Array(floats.buffer);
  const current = round % 2 === 0 ? 1 : -1;
  const headWords = inputBytes(0) / 4;
  const cellWords = stride - inputBytes(cells - 1) / 4;
  for (let step = 0; step < SLOTS; step++) {
    floats.set([0.1, Math.max(0, -current)], step * stride);
    for (let cell = 0; cell < cells; cell++) {
      const at = step * stride + headWords + cell * cellWords;
      floats.set([current, 3.7, 60, 5, 5], at);
      words[at + cellWords - 1] = FRESH_ALL;
    }
  }
  const { steps, bytes } = packSteps(words, stride, SLOTS, mostBytes - 4);
  if (steps !== SLOTS) throw new Error(`expected room for ${SLOTS} steps of ${cells} cells, found ${steps}`);
  const request = new Uint8Array(4 + bytes.length);
  viewOf(request).setUint16(0, SLOTS, true);
  viewOf(request).setUint16(2, PACKED, true);
  request.set(bytes, 4);
  return request;
}

/** Runs the image. @throws E_TARGET_…, E_LINK_…, E_BOARD_…, E_BENCH_IMAGE */
export async function measure({ port, preset, path }: Image): Promise<Measurement> {
  const sizes = imageSizes(path);
  const { command, args, remedy } = EMULATORS[port];
  const machine = ["-display", "none", "-monitor", "none", "-serial", "stdio", "-kernel", path];
  const board = new LinkClient(processWire({ name: preset, command, args: [...args, ...machine], remedy }), {
    // An emulated UART drops what comes before it is set up.
    timeout_ms: 2_000,
    tries: 30,
  });
  const health = async () => decodeHealth(await board.request("health"));
  try {
    const { requestBytes } = await board.hello();
    await board.request("mode", Uint8Array.of(modes.indexOf("hosted")));
    const status = await board.request("parameters", parameterPairs(loadProfile(PROFILE).values));
    requireOk(viewOf(status).getInt32(0, true));
    // A port whose ticks are no clock counts instructions itself.
    const { ticksPerSecond } = await health();
    const perTick = ticksPerSecond === 0 ? 1 : NANOSECONDS_PER_SECOND / ticksPerSecond;

    const instructionsPerStep = async (cells: number): Promise<number> => {
      requireOk(viewOf(await board.request("reset", wordsPayload(cells))).getInt32(0, true));
      let ticks = 0;
      for (let round = 0; round < WARM_UP_ROUNDS + COUNTED_ROUNDS; round++) {
        const answer = viewOf(await board.request("steps", stepsRequest(round, cells, requestBytes)));
        requireOk(answer.getInt32(0, true));
        if (round >= WARM_UP_ROUNDS) ticks += answer.getUint32(8, true);
      }
      return (ticks * perTick) / (COUNTED_ROUNDS * SLOTS);
    };
    const oneCell = await instructionsPerStep(1);
    const pack = await instructionsPerStep(MAX_CELLS);
    await board.request("snapshot");
    const { ticksMost, ticksFreeze, heapUsed_B, heapSize_B, stackUsed_B, stackSize_B } = await health();
    return {
      instructionsOneCell: Math.round(oneCell),
      instructionsPerCell: Math.round(pack / MAX_CELLS),
      instructionsLongestStep: Math.round(ticksMost * perTick),
      instructionsFreeze: Math.round(ticksFreeze * perTick),
      ...sizes,
      heapUsed_B,
      heapSize_B,
      stackUsed_B,
      stackSize_B,
    };
  } finally {
    await board.close();
  }
}
