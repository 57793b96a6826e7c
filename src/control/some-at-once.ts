/** What asking each brings, in order, with no more of them asked at once than are allowed. */
export const someAtOnce = async <One, Brought>(
  all: readonly One[],
  most: number,
  ask: (one: One) => Promise<Brought>,
): Promise<Brought[]> => {
  const brought: Brought[] = [];
  for (let first = 0; first < all.length; first += most)
    brought.push(...(await Promise.all(all.slice(first, first + most).map(ask))));
  return brought;
};
