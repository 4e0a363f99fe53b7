export interface Tool {
  readonly name: string;
  /** Debian's package. */
  readonly debian: string;
}
export function missingTools(preset?: string): Tool[];
export function aptLine(missing: readonly Tool[]): string;
