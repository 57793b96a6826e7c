/** Begins a pass, or a plan that only asks what would be, at once or when those asked for before have begun. */
export type PlanningTurns = <Result>(pass: () => Promise<Result>) => Promise<Result>;

/**
 * One site's pass begins in a turn of the event loop. An event or a quarter of an hour has all sites of a city plan at
 * the same moment: one after the other without a pause, no station's answer would be read until the last has planned,
 * and calls to the first would be given up as unanswered.
 */
export const createPlanningTurns = (): PlanningTurns => {
  const waiting: (() => void)[] = [];
  let isTaken = false;
  const next = (): void => {
    const begin = waiting.shift();
    isTaken = begin !== undefined;
    if (begin === undefined) return;
    setImmediate(next);
    begin();
  };
  return async (pass) => {
    if (isTaken) await new Promise<void>((resolve) => void waiting.push(resolve));
    else {
      isTaken = true;
      setImmediate(next);
    }
    return pass();
  };
};
