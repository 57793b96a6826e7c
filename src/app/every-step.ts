/** Takes every step in order, also after one that failed; what failed is thrown at the end. */
export const everyStep = async (steps: readonly (() => unknown)[]): Promise<void> => {
  const errors: unknown[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      errors.push(error);
    }
  }
  throwAny(errors);
};

/** Waits for all that is under way, also where some of it failed. */
export const allOver = async (underWay: readonly Promise<unknown>[]): Promise<void> => {
  const outcomes = await Promise.allSettled(underWay);
  throwAny(outcomes.flatMap((one): unknown[] => (one.status === "rejected" ? [one.reason] : [])));
};

const throwAny = (errors: readonly unknown[]): void => {
  if (errors.length === 0) return;
  const [first, ...others] = errors.map((one) => (one instanceof Error ? one : new Error(String(one))));
  if (others.length === 0) throw first;
  throw new AggregateError(errors, [first, ...others].map((one) => one?.message).join("; "));
};
