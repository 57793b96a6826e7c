export interface Room {
  /** Does the work; null, and nothing is done, where there is no room. */
  within<Result>(key: string, work: () => Promise<Result>): Promise<Result> | null;
  readonly isEmpty: () => boolean;
}

/** Room for so many works at once, of each key and of all together. */
export const createRoom = ({
  mostOfOne,
  mostInAll,
}: {
  readonly mostOfOne: number;
  readonly mostInAll: number;
}): Room => {
  const underWay = new Map<string, number>();
  let all = 0;
  const count = (key: string, change: 1 | -1): void => {
    const ofOne = (underWay.get(key) ?? 0) + change;
    all += change;
    if (ofOne === 0) underWay.delete(key);
    else underWay.set(key, ofOne);
  };
  const counted = async <Result>(key: string, work: () => Promise<Result>): Promise<Result> => {
    count(key, 1);
    try {
      return await work();
    } finally {
      count(key, -1);
    }
  };
  return {
    within: (key, work) =>
      all >= mostInAll || (underWay.get(key) ?? 0) >= mostOfOne ? null : counted(key, work),
    isEmpty: () => all === 0,
  };
};
