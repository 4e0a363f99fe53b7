import type { BetaguardError } from "../errors.js";

/** Bytes to a board and back: a child process's pipes, or a serial port. */
export interface Wire {
  /** How a message names the other side. */
  readonly name: string;
  send(bytes: Uint8Array): void;
  /** Says who is told; called once, before the first `send`. `lost` gets the reason why nothing more will come. */
  listen(received: (bytes: Uint8Array) => void, lost: (reason: BetaguardError) => void): void;
  /** Ends the other side, or lets go of it. */
  close(): Promise<void>;
}
