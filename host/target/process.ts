/** A board as a child process whose standard input and output are the link. */
import { spawn } from "node:child_process";
import type { Duplex, Readable, Writable } from "node:stream";
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
/** Runs a command that is killed when file 3 ends, that is when we are gone, however that came: emulators live on. */
const GUARD = '(read _ <&3; kill $$) </dev/null >/dev/null 2>&1 & exec "$@" 3<&-';
/** What the shell ends with when there is no such command, or it may not be run. */
const NOT_RUN = [126, 127];

/** Starts it. What goes wrong is told through the wire: E_TARGET_MISSING, E_TARGET_ENDED with its last words. */
export function processWire({ name, command, args, remedy }: BoardProcess): Wire {
  const child = spawn("sh", ["-c", GUARD, "sh", command, ...args], {
    stdio: ["pipe", "pipe", "pipe", "pipe"],
  });
  const [stdin, stdout, stderr, alive] = child.stdio as unknown as [Writable, Readable, Readable, Duplex];
  child.once("exit", () => alive.destroy());
  const ended = new Promise<void>((done) => child.once("close", () => done()));
  let lastWords = "";
  stderr.on("data", (text: Buffer) => {
    lastWords = (lastWords + text.toString()).slice(-500);
  });
  // A write after its end fails too; the end itself is what is told.
  stdin.on("error", () => {});
  alive.on("error", () => {});

  return {
    name,
    send: (bytes) => stdin.write(bytes),
    listen(received, lost) {
      stdout.on("data", received);
      child.on("close", (code, signal) => {
        const words = lastWords.trim().replace(/\s*\n\s*/g, " | ");
        lost(
          NOT_RUN.includes(code ?? 0)
            ? new BetaguardError("E_TARGET_MISSING", `${name}: cannot start ${command} (${words}); ${remedy}`)
            : new BetaguardError(
                "E_TARGET_ENDED",
                `${name}: expected ${command} to run on, it ended with ${signal ?? `code ${code}`}${words && `: ${words}`}; run it by hand, or build it again with npm run boards`,
              ),
        );
      });
    },
    async close() {
      stdin.end();
      const timer = setTimeout(() => child.kill(), GRACE_ms);
      await ended;
      clearTimeout(timer);
    },
  };
}
