/** Things to be done for names, a few at once, each name once. */
export interface Line {
  add(name: string): void;
  remove(name: string): void;
  clear(): void;
}

/** `work` never rejects. */
export const createLine = (mostAtOnce: number, work: (name: string) => Promise<void>): Line => {
  const waiting = new Set<string>();
  let working = 0;
  const next = (): void => {
    const [name] = waiting;
    if (name === undefined || working >= mostAtOnce) return;
    waiting.delete(name);
    working += 1;
    void work(name).finally(() => {
      working -= 1;
      next();
    });
  };
  return {
    add: (name) => {
      waiting.add(name);
      next();
    },
    remove: (name) => void waiting.delete(name),
    clear: () => waiting.clear(),
  };
};
