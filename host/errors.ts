/**
 * Every failure a user can cause is a BetaguardError: a stable code to look up or to test for, and one line
 * that says what was expected, what was found, and what to do. The CLI prints it and exits with 2.
 */
export class BetaguardError extends Error {
  /** Stable, upper-case, prefixed with the part it comes from: `E_TRACE_EMPTY`, `E_PROFILE_UNKNOWN`. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    // What a message quotes from a file or a library may hold line breaks and escape sequences.
    super(message.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " "), options);
    this.name = "BetaguardError";
    this.code = code;
  }
}
