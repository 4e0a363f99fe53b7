/** Samples from the lines of a CAN log, or of `candump` as it runs. */
import { decodeFrame } from "../can/decode.js";
import { parseLogLine } from "../can/log.js";
import { BetaguardError } from "../errors.js";
import { type CanMessage, canMessages } from "../schema/can.js";
import { packSignals, type Sample } from "./sample.js";

const nothing = (): Record<string, number | null> =>
  Object.fromEntries(packSignals.map(({ name }) => [name, null]));

/**
 * A sample per control tick. A damaged frame is counted and not used; what did not come in a tick is null.
 * @throws E_CAN_LOG when no line is one of candump's, E_CAN_SILENT when none is a frame of a board.
 */
export async function* busSamples(lines: AsyncIterable<string>): AsyncGenerator<Sample> {
  const counters = new Map<CanMessage, number>();
  const counts = { seen: 0, damaged: 0, repeated: 0, lost: 0 };
  let frames = 0;
  let firstLine: string | undefined;
  let tick: { time_s: number; values: Record<string, number | null>; last: number } | undefined;
  const sample = ({ time_s, values }: NonNullable<typeof tick>): Sample => ({
    time_s,
    values,
    frames: { ...counts },
  });

  for await (const line of lines) {
    firstLine ??= line;
    const logged = parseLogLine(line);
    if (!logged) continue;
    frames++;
    const decoded = decodeFrame(logged);
    if (!decoded) continue;
    counts.seen++;
    if (!decoded.intact) {
      counts.damaged++;
      continue;
    }
    const { message, counter, values } = decoded;
    const previous = counters.get(message);
    counters.set(message, counter);
    if (previous === counter) {
      counts.repeated++;
      continue;
    }
    if (previous !== undefined) counts.lost += (counter - previous - 1) & 15;
    // The cells' pages are about one cell each; a sample is about the pack.
    if (message.pages.length === 0) {
      const order = canMessages.indexOf(message);
      if (tick && order <= tick.last) {
        yield sample(tick);
        tick = undefined;
      }
      tick ??= { time_s: logged.time_s, values: nothing(), last: order };
      tick.last = order;
      Object.assign(tick.values, values);
    }
  }
  if (tick) {
    yield sample(tick);
  } else if (frames === 0) {
    throw new BetaguardError(
      "E_CAN_LOG",
      `expected lines as candump -L writes them, (1700000000.000000) can0 310#0011223344556677, found ${firstLine === undefined ? "none" : JSON.stringify(firstLine.slice(0, 60))}`,
    );
  } else {
    throw new BetaguardError(
      "E_CAN_SILENT",
      `expected intact frames of a board (${canMessages.map(({ id }) => `0x${id.toString(16)}`).join(", ")}), found none in ${frames}; check that the log is of the board's bus`,
    );
  }
}
