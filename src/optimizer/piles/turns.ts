/** A stretch of slots: `from` to `to` − 1. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** A car that waits for a pile. */
export interface Turn {
  /** Estimated cost of being served in a window; Infinity outside its stay. */
  readonly cost: (window: Window) => number;
  /** The same of not being served at all. */
  readonly unserved: number;
}

interface Queue {
  readonly turns: readonly Turn[];
  /** Slots at which windows may begin and end, ascending, the first 0. */
  readonly points: readonly number[];
  readonly freeFrom: readonly number[];
  /** The cars are served in the order in which they stand. */
  readonly isOrdered: boolean;
}

interface Line {
  readonly cost: number;
  /** Per car of the queue; null: not served. */
  readonly windows: readonly (Window | null)[];
}

/**
 * The best windows for cars in a given order, by dynamic programming over the point from which the pile is
 * free: O(cars · points²).
 */
const inOrder = ({ turns, points, freeFrom }: Queue, order: readonly number[]): Line => {
  const nextPoint = points.map((point) => points.findIndex((other) => other >= (freeFrom[point] ?? point)));
  let best = points.map((_, place) => (place === 0 ? 0 : Infinity));
  const chosen: { window: Window | null; before: number }[][] = [];
  for (const car of order) {
    const turn = turns[car];
    const choices: { window: Window | null; before: number }[] = [];
    const next = best.map((cost, place) => {
      choices.push({ window: null, before: place });
      return cost + (turn?.unserved ?? 0);
    });
    let [reached, before] = [Infinity, 0];
    for (const [start, from] of points.entries()) {
      if ((best[start] ?? Infinity) < reached) [reached, before] = [best[start] ?? Infinity, start];
      for (let end = start + 1; end < points.length; end++) {
        const window = { from, to: points[end] ?? from };
        const cost = reached + (turn?.cost(window) ?? 0);
        const free = nextPoint[end] ?? -1;
        const place = free < 0 ? points.length - 1 : free;
        if (cost < (next[place] ?? Infinity)) {
          next[place] = cost;
          choices[place] = { window, before };
        }
      }
    }
    best = next;
    chosen.push(choices);
  }
  let place = best.indexOf(Math.min(...best));
  const cost = best[place] ?? Infinity;
  const windows: (Window | null)[] = turns.map(() => null);
  for (let step = order.length - 1; step >= 0; step--) {
    const choice = chosen[step]?.[place];
    if (choice === undefined) break;
    windows[order[step] ?? -1] = choice.window;
    place = choice.before;
  }
  return { cost, windows };
};

/** Windows are asked for once per order of the cars; each is worked out once. */
const remembered = ({ cost, unserved }: Turn, slots: number): Turn => {
  const known = new Map<number, number>();
  return {
    unserved,
    cost: (window) => {
      const key = window.from * (slots + 1) + window.to;
      const before = known.get(key);
      if (before !== undefined) return before;
      const now = cost(window);
      known.set(key, now);
      return now;
    },
  };
};

const permutations = (cars: readonly number[]): number[][] =>
  cars.length <= 1
    ? [[...cars]]
    : cars.flatMap((car) =>
        permutations(cars.filter((other) => other !== car)).map((rest) => [car, ...rest]),
      );

/** Cars up to which every order is tried. */
const MOST_TRIED = 5;
/** Rounds of swapping neighbours in longer queues. */
const MOST_ROUNDS = 20;

const swapped = (order: readonly number[], place: number): number[] => {
  const next = [...order];
  [next[place], next[place + 1]] = [order[place + 1] ?? 0, order[place] ?? 0];
  return next;
};

/**
 * Windows for the cars of a pile, one after the other: of a few cars the best of all orders, of more the best
 * that swapping neighbours finds from the order in which they come. A stated order is kept to.
 */
export const bestTurns = (asked: Queue): readonly (Window | null)[] => {
  const slots = asked.points.at(-1) ?? 0;
  const queue = { ...asked, turns: asked.turns.map((turn) => remembered(turn, slots)) };
  const cars = [...queue.turns.keys()];
  let order = cars;
  let best = inOrder(queue, cars);
  if (asked.isOrdered) return best.windows;
  if (cars.length <= MOST_TRIED) {
    for (const other of permutations(cars)) {
      const line = inOrder(queue, other);
      if (line.cost < best.cost) best = line;
    }
    return best.windows;
  }
  for (let round = 0, again = true; again && round < MOST_ROUNDS; round++) {
    again = false;
    for (let place = 0; place + 1 < cars.length; place++) {
      const next = swapped(order, place);
      const line = inOrder(queue, next);
      if (line.cost >= best.cost) continue;
      [order, best, again] = [next, line, true];
    }
  }
  return best.windows;
};
