/** What an image takes, measured in the emulator over the link. */
import { LinkClient } from "../link/client.js";
import { decodeHealth, viewOf, wordsPayload } from "../link/messages.js";
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
const WARM_UP_STEPS = 2 * SLOTS;
const COUNTED_STEPS = 3 * SLOTS;
const HALF_PERIOD_STEPS = 24;
const NANOSECONDS_PER_SECOND = 1e9;
const FRESH_ALL = 15;

/** Charge and discharge in turn, at 60 °C and 5 MPa. */
function stepsRequest(step: number, cells: number): Uint8Array {
  const request = new Uint8Array(4 + inputBytes(cells));
  const view = viewOf(request);
  view.setUint16(0, 1, true);
  const current = Math.floor(step / HALF_PERIOD_STEPS) % 2 === 0 ? 1 + 0.01 * step : -1;
  const put = (at: number, values: readonly number[]) => {
    for (const [index, value] of values.entries()) view.setFloat32(at + 4 * index, value, true);
  };
  put(4, [0.1, Math.max(0, -current)]);
  const cellBytes = inputBytes(1) - inputBytes(0);
  for (let cell = 0; cell < cells; cell++) {
    const at = 4 + inputBytes(cell);
    put(at, [current, 3.7, 60, 5, 5]);
    view.setInt32(at + cellBytes - 4, FRESH_ALL, true);
  }
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
    await board.hello();
    await board.request("mode", Uint8Array.of(modes.indexOf("hosted")));
    const status = await board.request("parameters", parameterPairs(loadProfile(PROFILE).values));
    requireOk(viewOf(status).getInt32(0, true));
    // A port whose ticks are no clock counts instructions itself.
    const { ticksPerSecond } = await health();
    const perTick = ticksPerSecond === 0 ? 1 : NANOSECONDS_PER_SECOND / ticksPerSecond;

    const instructionsPerStep = async (cells: number): Promise<number> => {
      requireOk(viewOf(await board.request("reset", wordsPayload(cells))).getInt32(0, true));
      let ticks = 0;
      for (let step = 0; step < WARM_UP_STEPS + COUNTED_STEPS; step++) {
        const answer = viewOf(await board.request("steps", stepsRequest(step, cells)));
        requireOk(answer.getInt32(0, true));
        if (step >= WARM_UP_STEPS) ticks += answer.getUint32(8, true);
      }
      return (ticks * perTick) / COUNTED_STEPS;
    };
    const oneCell = await instructionsPerStep(1);
    const pack = await instructionsPerStep(MAX_CELLS);
    await board.request("snapshot");
    const { ticksMost, heapUsed_B, heapSize_B, stackUsed_B, stackSize_B } = await health();
    return {
      instructionsOneCell: Math.round(oneCell),
      instructionsPerCell: Math.round(pack / MAX_CELLS),
      instructionsLongestStep: Math.round(ticksMost * perTick),
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
