/** Runs work under one key in the order in which it was asked for, each after the one before has ended. */
export type InTurn = <T>(key: string, work: () => Promise<T>) => Promise<T>;

export const oneAfterAnother = (): InTurn => {
  const last = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const before = last.get(key) ?? Promise.resolve();
    const mine = before.then(work);
    const settled = mine.catch(() => undefined);
    last.set(key, settled);
    try {
      return await mine;
    } finally {
      if (last.get(key) === settled) last.delete(key);
    }
  };
};
