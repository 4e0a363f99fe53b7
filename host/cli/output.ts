/** What every command prints the same way: JSON, one-line errors, the exit code. */
import { BetaguardError } from "../errors.js";
import { printable } from "../report/terminal.js";

/** 0 fine; the others by rising severity, the highest one met is the process's. */
export const EXIT = { ok: 0, limitBroken: 1, badInput: 2, internal: 70 } as const;

export function exitWith(code: (typeof EXIT)[keyof typeof EXIT]): void {
  process.exitCode = Math.max(code, Number(process.exitCode ?? 0));
}

export const print = (text: string): void => {
  process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
};

export const printJson = (value: unknown): void => print(JSON.stringify(value, null, 2));

/** Code and message of an error, as JSON output carries it; the message is one plain line. */
export function errorRecord(error: unknown): { code: string; message: string } {
  if (error instanceof BetaguardError) return { code: error.code, message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  return { code: "E_INTERNAL", message: printable(message.replace(/\s*[\r\n]+\s*/g, " ")) };
}

/** One line on stderr and the exit code that goes with it. */
export function reportError(error: unknown): void {
  const { code, message } = errorRecord(error);
  const known = error instanceof BetaguardError;
  const hint = known ? "" : " (set BETAGUARD_DEBUG=1 for the stack)";
  process.stderr.write(`betaguard: ${code}: ${message}${hint}\n`);
  if (process.env.BETAGUARD_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  exitWith(known ? EXIT.badInput : EXIT.internal);
}

/**
 * Runs `work` over every path, going on after a failure. Prints each result, or with `json` all of them: one object
 * for one path, an array for several, with an `error` in place of what failed.
 */
export async function overTraces<T>(
  paths: readonly string[],
  json: boolean,
  work: (path: string) => Promise<T>,
  format: (result: T) => string,
  record: (result: T) => unknown = (result) => result,
): Promise<void> {
  const records: unknown[] = [];
  for (const path of paths) {
    try {
      const result = await work(path);
      if (json) records.push(record(result));
      else print(format(result));
    } catch (error) {
      reportError(error);
      if (paths.length > 1) records.push({ trace: path, error: errorRecord(error) });
    }
  }
  if (json && records.length > 0) printJson(paths.length === 1 ? records[0] : records);
}
