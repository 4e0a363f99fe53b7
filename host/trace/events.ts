/** Events as they are found: each with its line, and of what happens all over a file no more than can be read. */
import type { TraceEvent, TraceEventType } from "./types.js";

/** A logger that stamps whole seconds at 10 Hz repeats nine times of ten. */
const MOST_OF_A_TYPE = 10_000;

export class EventLog {
  readonly #events: TraceEvent[] = [];
  readonly #counts = new Map<TraceEventType, number>();
  readonly #unlisted = new Map<TraceEventType, TraceEvent>();

  add(event: TraceEvent): void {
    const count = (this.#counts.get(event.type) ?? 0) + 1;
    this.#counts.set(event.type, count);
    if (count <= MOST_OF_A_TYPE) this.#events.push(event);
    else if (count === MOST_OF_A_TYPE + 1) this.#unlisted.set(event.type, event);
  }

  /** By line; what was not listed is counted in an event at the first such line. */
  finish(): TraceEvent[] {
    for (const { type, line } of this.#unlisted.values()) {
      const count = (this.#counts.get(type) as number) - MOST_OF_A_TYPE;
      this.#events.push({ type, line, detail: `${count} more from here on, not listed one by one`, count });
    }
    return this.#events.sort((a, b) => a.line - b.line);
  }
}
