/** Number of letters to insert, drop, change or swap from one word to the other. */
export const editDistance = (from: string, to: string): number => {
  let before: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1];
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      next[j] = Math.min(
        (row[j] ?? 0) + 1,
        (next[j - 1] ?? 0) + 1,
        (row[j - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (before[j - 2] ?? 0) + 1 : Infinity,
      );
    }
    before = row;
    row = next;
  }
  return row[to.length] ?? 0;
};

/**
 * The known word nearest to a mistyped one, whatever their case; null when none is near: no more than
 * a third of its letters differ, and no more than `mostEdits`.
 */
export const nearest = (word: string, known: readonly string[], mostEdits = Infinity): string | null => {
  const typed = word.toLowerCase();
  const most = Math.min(mostEdits, Math.max(1, Math.floor(word.length / 3)));
  const [best] = known
    .filter(({ length }) => Math.abs(length - word.length) <= most)
    .map((candidate) => ({ candidate, distance: editDistance(typed, candidate.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance);
  return best !== undefined && best.distance <= most ? best.candidate : null;
};
