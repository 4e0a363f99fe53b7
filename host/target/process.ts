/** A board as a child process whose standard input and output are the link. */
import { spawn } from "node:child_process";
import { BetaguardError } from "../errors.js";
import type { Wire } from "../link/wire.js";

export interface BoardProcess {
  /** As messages name it. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** What to do when there is no such command. */
  readonly remedy: string;
}

/** Time to end by itself after its input did; an emulator does not. */
const GRACE_ms = 250;

/** Starts it. What goes wrong is told through the wire: E_TARGET_MISSING, E_TARGET_ENDED with its last words. */
export function processWire({ name, command, args, remedy }: BoardProcess): Wire {
  const child = spawn(command, args, { stdio: "pipe" });
  const ended = new Promise<void>((done) => child.once("close", () => done()));
  let lastWords = "";
  child.stderr.on("data", (text: Buffer) => {
    lastWords = (lastWords + text.toString()).slice(-500);
  });
  // A write after its end fails too; the end itself is what is told.
  child.stdin.on("error", () => {});
  const end = () => child.kill();
  // An emulator would outlive us.
  process.once("exit", end);

  return {
    name,
    send: (bytes) => child.stdin.write(bytes),
    listen(received, lost) {
      child.stdout.on("data", received);
      child.on("error", (cause) =>
        lost(
          new BetaguardError(
            "E_TARGET_MISSING",
            `${name}: cannot start ${command} (${cause.message}); ${remedy}`,
            {
              cause,
            },
          ),
        ),
      );
      child.on("close", (code, signal) => {
        const words = lastWords.trim().replace(/\s*\n\s*/g, " | ");
        lost(
          new BetaguardError(
            "E_TARGET_ENDED",
            `${name}: expected ${command} to run on, it ended with ${signal ?? `code ${code}`}${words && `: ${words}`}; run it by hand, or build it again with npm run boards`,
          ),
        );
      });
    },
    async close() {
      process.off("exit", end);
      child.stdin.end();
      const timer = setTimeout(end, GRACE_ms);
      await ended;
      clearTimeout(timer);
    },
  };
}
