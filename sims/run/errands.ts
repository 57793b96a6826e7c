/** Work of the world at the central system's doors: counted while it runs; a failure is noted, never thrown. */
export interface Errands {
  run(name: string, work: Promise<void>): void;
  note(failure: string): void;
  /** Names of what is under way. */
  running(): readonly string[];
  failures(): readonly string[];
}

export const createErrands = (): Errands => {
  const failures: string[] = [];
  const counts = new Map<string, number>();
  const count = (name: string, by: number): void => {
    const left = (counts.get(name) ?? 0) + by;
    if (left > 0) counts.set(name, left);
    else counts.delete(name);
  };
  return {
    run: (name, work) => {
      count(name, 1);
      void work
        .catch((error: unknown) => {
          failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
        })
        .finally(() => count(name, -1));
    },
    note: (failure) => void failures.push(failure),
    running: () => [...counts.keys()],
    failures: () => failures,
  };
};
