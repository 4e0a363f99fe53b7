/** Edit distance (Levenshtein 1966), one row at a time. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      next.push(
        Math.min(
          (next[j] as number) + 1,
          (row[j + 1] as number) + 1,
          (row[j] as number) + (letter === other ? 0 : 1),
        ),
      );
    }
    row = next;
  }
  return row[b.length] as number;
}

/**
 * The candidate a misspelt or cut-off word most likely meant, as a hint to end a message with; empty when none is
 * close.
 */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const lower = word.toLowerCase();
  const ranked = candidates
    .map((candidate) => {
      const other = candidate.toLowerCase();
      return { candidate, away: other.startsWith(lower) ? 0 : distance(lower, other) };
    })
    .sort((a, b) => a.away - b.away);
  const best = ranked[0];
  return best && best.away <= Math.max(2, word.length / 2) ? ` (did you mean ${best.candidate}?)` : "";
}
