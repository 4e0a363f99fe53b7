/** Word-wise fill and copy: the standard library's go through i64, which the module must not contain. */

/** Sets `bytes` (a multiple of 4) bytes at `at` to zero. */
export function clearWords(at: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 4) store<i32>(at + i, 0);
}

/** Copies `bytes` (a multiple of 4) bytes between regions that do not overlap. */
export function copyWords(into: usize, from: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 4) store<i32>(into + i, load<i32>(from + i));
}
