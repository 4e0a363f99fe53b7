/** Freeze frames of a board, over the link. The board goes on with what it does. */
import { BetaguardError } from "../errors.js";
import { LinkClient, type LinkOptions } from "../link/client.js";
import { viewOf, wordsPayload } from "../link/messages.js";
import type { Wire } from "../link/wire.js";
import { addresses, layoutHash } from "../schema/layout.js";
import { LINK_VERSION } from "../schema/link.js";
import { type FreezeFile, freezeFile } from "./frame.js";

export interface BoardFrames {
  /** Oldest first. */
  readonly frames: readonly FreezeFile[];
  /** Events that found no room. */
  readonly missed: number;
}

const HEAD_BYTES = 8;
const WAIT_ms = 200;

/**
 * Fetches every frame there is, waiting up to `wait_s` for the first one; with `clear` the board then forgets them.
 * Closes the wire.
 * @throws E_LINK_VERSION, E_BOARD_LAYOUT, E_FREEZE_CRC, and what the link throws
 */
export async function boardFrames(
  wire: Wire,
  { wait_s, clear }: { readonly wait_s: number; readonly clear: boolean },
  options?: LinkOptions,
): Promise<BoardFrames> {
  const client = new LinkClient(wire, options);
  try {
    return await fetchFrames(client, wire.name, wait_s, clear);
  } finally {
    await client.close();
  }
}

/** The same over a link that stays open. */
export async function fetchFrames(
  client: LinkClient,
  name: string,
  wait_s = 0,
  clear = false,
): Promise<BoardFrames> {
  const hello = await client.hello();
  if (hello.linkVersion !== LINK_VERSION || hello.layoutHash !== layoutHash) {
    throw new BetaguardError(
      "E_BOARD_LAYOUT",
      `${name}: expected link version ${LINK_VERSION} and layout ${layoutHash}, found ${hello.linkVersion} and ${hello.layoutHash}; flash the firmware of this version, or use the betaguard it was built with`,
    );
  }
  const until = Date.now() + wait_s * 1000;
  let answer = viewOf(await client.request("freeze"));
  while (answer.byteLength === HEAD_BYTES && Date.now() < until) {
    await new Promise((done) => setTimeout(done, WAIT_ms));
    answer = viewOf(await client.request("freeze"));
  }
  const numbers = Array.from({ length: (answer.byteLength - HEAD_BYTES) / 4 }, (_, k) =>
    answer.getUint32(HEAD_BYTES + 4 * k, true),
  );
  const constants =
    numbers.length === 0
      ? new Uint8Array()
      : await client.request(
          "read",
          wordsPayload(addresses.params - addresses.header, addresses.cells - addresses.params),
        );
  const frames: FreezeFile[] = [];
  for (const number of numbers)
    frames.push(freezeFile(hello, constants, await client.request("frame", wordsPayload(number))));
  if (clear) for (const number of numbers) await client.request("clear", wordsPayload(number));
  return { frames, missed: answer.getUint32(4, true) };
}
