/** Groups of linking rows, one after the other. */
export interface Groups {
  readonly groupStart: Int32Array;
  readonly groupOf: Int32Array;
}

/**
 * For each later group that one meets, the first column of each row of the factor's tile in which anything can
 * stand, or the tile's width: a slot of a site meets the same slot of its feeder only, so that half of their tile
 * stays empty.
 */
export type Firsts = Map<number, Int32Array>;

/** Makes note of two linking rows that meet. */
const noteMeeting = (
  { groupStart, groupOf }: Groups,
  found: readonly Firsts[],
  upper: number,
  lower: number,
): void => {
  const [a, b] = [groupOf[upper]!, groupOf[lower]!];
  if (a >= b) return;
  let first = found[a]!.get(b);
  if (first === undefined) {
    first = new Int32Array(groupStart[b + 1]! - groupStart[b]!).fill(groupStart[a + 1]! - groupStart[a]!);
    found[a]!.set(b, first);
  }
  const row = lower - groupStart[b]!;
  first[row] = Math.min(first[row]!, upper - groupStart[a]!);
};

/** What eliminating a group leaves where two later ones meet that it meets both. */
const noteFill = (groups: Groups, found: readonly Firsts[], group: number): void => {
  const { groupStart } = groups;
  const width = groupStart[group + 1]! - groupStart[group]!;
  const inOrder = [...found[group]!].toSorted(([a], [b]) => a - b);
  for (const [at, [upper, columns]] of inOrder.entries()) {
    const column = columns.findIndex((first) => first < width);
    if (column < 0) continue;
    for (const [lower, rows] of inOrder.slice(at + 1))
      for (const [row, first] of rows.entries())
        if (first < width) noteMeeting(groups, found, groupStart[upper]! + column, groupStart[lower]! + row);
  }
};

/** Of all groups, from the linking rows that meet, by number; fill included, groups in their order. */
export const firstsOf = (
  groups: Groups,
  eachMeeting: (meet: (links: Int32Array) => void) => void,
): Firsts[] => {
  const found = Array.from({ length: groups.groupStart.length - 1 }, (): Firsts => new Map());
  const { groupOf } = groups;
  eachMeeting((links) => {
    // They are in their order: what begins and ends in one group ties none together.
    if (groupOf[links[0]!] === groupOf[links.at(-1)!]) return;
    for (const upper of links) for (const lower of links) noteMeeting(groups, found, upper, lower);
  });
  for (const group of found.keys()) noteFill(groups, found, group);
  return found.map((own) => new Map([...own].toSorted(([a], [b]) => a - b)));
};
