import { basename } from "node:path";
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

  start(path: string): void {
    this.#bar.start(1, 0, { name: basename(path).padEnd(28).slice(0, 40) });
  }

  readonly update = (share: number): void => {
    this.#bar.update(share);
  };

  stop(): void {
    this.#bar.stop();
  }

  /** Shows the bar while `work` runs. */
  async watch<T>(name: string, work: (onProgress: (share: number) => void) => Promise<T>): Promise<T> {
    this.start(name);
    try {
      return await work(this.update);
    } finally {
      this.stop();
    }
  }
}
