/** Ids of messages of one sort, by the source that each is of: who has most is known without a count. */
export interface Crowd {
  readonly add: (source: string, id: string) => void;
  readonly remove: (source: string, id: string) => void;
  /** How many there are of the source that has most. */
  readonly most: () => number;
  /** The oldest of the source that has most; where several have as many, of the one that came to it first. */
  readonly oldestOfMost: () => string | undefined;
}

const first = <T>(of: Iterable<T> | undefined): T | undefined => {
  for (const one of of ?? []) return one;
  return undefined;
};

export const createCrowd = (): Crowd => {
  const idsOf = new Map<string, Set<string>>();
  /** Sources by how many each has, in the order in which they came to have as many. */
  const bySize: Set<string>[] = [new Set()];
  let most = 0;

  const resize = (source: string, from: number, to: number): void => {
    bySize[from]?.delete(source);
    if (to > 0) (bySize[to] ??= new Set()).add(source);
    most = Math.max(most, to);
    // No more than one at a time: what grew by ones shrinks by ones.
    if (most > 0 && bySize[most]?.size === 0) most--;
  };
  return {
    add: (source, id) => {
      const ids = idsOf.get(source) ?? new Set();
      idsOf.set(source, ids.add(id));
      resize(source, ids.size - 1, ids.size);
    },
    remove: (source, id) => {
      const ids = idsOf.get(source);
      if (ids?.delete(id) !== true) return;
      if (ids.size === 0) idsOf.delete(source);
      resize(source, ids.size + 1, ids.size);
    },
    most: () => most,
    oldestOfMost: () => {
      const source = first(bySize[most]);
      return source === undefined ? undefined : first(idsOf.get(source));
    },
  };
};
