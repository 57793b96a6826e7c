type Doing = <Result>(name: string, run: () => Promise<Result>) => Promise<Result>;

/** What is being done with charging profiles by name, before it is on disk: what is asked meanwhile counts it. */
export interface ProfileUse {
  readonly coming: Doing;
  readonly assigning: Doing;
  readonly leaving: Doing;
  readonly isBeingAssigned: (name: string) => boolean;
  readonly isLeaving: (name: string) => boolean;
  /** How many others come that are not there yet. */
  readonly comingBeside: (name: string, there: { has(name: string): boolean }) => number;
}

export const createProfileUse = (): ProfileUse => {
  const [coming, assigning, leaving] = [createCounted(), createCounted(), createCounted()];
  return {
    coming: coming.during,
    assigning: assigning.during,
    leaving: leaving.during,
    isBeingAssigned: assigning.has,
    isLeaving: leaving.has,
    comingBeside: (name, there) =>
      coming.names().filter((other) => other !== name && !there.has(other)).length,
  };
};

/** By name, how often the same is being done. */
const createCounted = () => {
  const counts = new Map<string, number>();
  const add = (name: string, more: 1 | -1): void => {
    const count = (counts.get(name) ?? 0) + more;
    if (count === 0) counts.delete(name);
    else counts.set(name, count);
  };
  const during: Doing = async (name, run) => {
    add(name, 1);
    try {
      return await run();
    } finally {
      add(name, -1);
    }
  };
  return { during, has: (name: string) => counts.has(name), names: () => [...counts.keys()] };
};
