/** Samples from a board over the link, reading only: what it decides goes on undisturbed. */
import { BetaguardError } from "../errors.js";
import { LinkClient, type LinkOptions } from "../link/client.js";
import { decodeHealth, type Hello, viewOf, wordsPayload } from "../link/messages.js";
import type { Wire } from "../link/wire.js";
import type { CanSignal } from "../schema/can.js";
import { recordBytes } from "../schema/field.js";
import { ABI_VERSION, addresses, layoutHash, snapshotBytes, stateBytesPerCell } from "../schema/layout.js";
import { modes, safeCauses } from "../schema/link.js";
import { cellOutputFields, packOutputFields } from "../schema/records.js";
import { packSignals, type Sample } from "./sample.js";

/** A sample, then one every `every_s` seconds until the wire is lost or the caller stops. Closes the wire.
 * @throws E_BOARD_LAYOUT and what the link throws
 */
export async function* boardSamples(
  wire: Wire,
  every_s: number,
  options?: LinkOptions,
): AsyncGenerator<Sample> {
  const client = new LinkClient(wire, options);
  try {
    for (;;) {
      yield await sample(client, wire.name);
      await new Promise((done) => setTimeout(done, every_s * 1000));
    }
  } finally {
    await client.close();
  }
}

async function sample(client: LinkClient, name: string): Promise<Sample> {
  const hello = await client.hello();
  requireLayout(hello, name);
  const health = decodeHealth(await client.request("health"));
  const live = hello.mode === "live";
  const status: Record<string, number> = {
    mode: modes.indexOf(hello.mode),
    safeCause: safeCauses.indexOf(hello.safeCause),
    cells: live ? hello.cells : 0,
    overruns: health.overruns,
  };
  const records = live ? await readRecords(client, hello.cells) : undefined;
  const value = (signal: CanSignal): number | null => {
    if (signal.origin === "status") return status[signal.name] ?? null;
    if (records) return recordValue(signal, records);
    return signal.idle === signal.notAvailable ? null : signal.idle;
  };
  return {
    time_s: Date.now() / 1000,
    values: Object.fromEntries(packSignals.map((signal) => [signal.name, value(signal)])),
    health,
  };
}

interface Records {
  readonly pack: DataView;
  readonly cells: readonly DataView[];
}

/** Each record is of one tick; the board may have stepped between two of them. */
async function readRecords(client: LinkClient, cellCount: number): Promise<Records> {
  const read = async (offset: number, bytes: number) =>
    viewOf(await client.request("read", wordsPayload(offset, bytes)));
  const cells: DataView[] = [];
  for (let cell = 0; cell < cellCount; cell++) {
    const offset = addresses.cells - addresses.header + cell * stateBytesPerCell;
    cells.push(await read(offset, recordBytes(cellOutputFields)));
  }
  return { pack: await read(snapshotBytes(cellCount), recordBytes(packOutputFields)), cells };
}

/** What the board would encode for CAN, unrounded. */
function recordValue({ origin, word, conversion, shift, bits }: CanSignal, { pack, cells }: Records): number {
  if (origin === "pack") {
    if (conversion === "slice") return (pack.getUint32(4 * word, true) >>> shift) & (2 ** bits - 1);
    return conversion === "integer" ? pack.getInt32(4 * word, true) : pack.getFloat32(4 * word, true);
  }
  const values = cells.map((cell) => cell.getFloat32(4 * word, true));
  const worst = origin.startsWith("most") ? Math.max(...values) : Math.min(...values);
  return origin.endsWith("Cell") ? values.indexOf(worst) : worst;
}

function requireLayout({ abiVersion, layoutHash: found }: Hello, name: string): void {
  if (abiVersion === ABI_VERSION && found === layoutHash) return;
  throw new BetaguardError(
    "E_BOARD_LAYOUT",
    `${name}: expected a module with ABI ${ABI_VERSION}, layout ${layoutHash}, found ABI ${abiVersion}, layout ${found}; flash the firmware of this version, or use the betaguard it was built with`,
  );
}
