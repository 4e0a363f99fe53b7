import { SingleBar } from "cli-progress";

/** A bar on stderr while a trace is read or replays; nothing at all where stderr is no terminal. */
export class Progress {
  readonly #bar = new SingleBar({
    format: "{name} {bar} {percentage} %  {eta_formatted} left",
    barCompleteChar: "█",
    barIncompleteChar: "░",
    barsize: 32,
    clearOnComplete: true,
    hideCursor: true,
    // The replay does not return to the event loop, so the bar has to draw itself when it is told of progress.
    synchronousUpdate: true,
    stream: process.stderr,
  });

  /** Shows the bar while `work` runs. */
  async watch<T>(name: string, work: (onProgress: (share: number) => void) => Promise<T>): Promise<T> {
    this.#bar.start(1, 0, { name: name.padEnd(28).slice(0, 40) });
    try {
      return await work((share) => this.#bar.update(share));
    } finally {
      this.#bar.stop();
    }
  }
}
