import { relative } from "../gap.js";
import type { Choices } from "./choices.js";

/** What a solver finds where some events are decided and the others relaxed. */
export interface Relaxed {
  /** Of its powers as a plan of the problem that is asked. */
  readonly objective: number;
  /** Events whose floor they reach. */
  readonly paid: ReadonlySet<number>;
  /** No plan with these choices is below it; and what of it is proven by multipliers. */
  readonly bound: number;
  readonly proven: number;
}

/** Choices that the search went no further from. */
interface End<Found> {
  readonly choices: Choices;
  readonly bound: number;
  readonly proven: number;
  /** What was found with them; null where nothing was, or it was not looked for. */
  readonly relaxed: Found | null;
}

export interface Searched<Found> {
  readonly best: Found | null;
  readonly ends: readonly End<Found>[];
  /** Whether the time or the relaxations were over before all was decided. */
  readonly isCut: boolean;
}

interface Task<Found> {
  readonly events: readonly number[];
  /** What is decided before. */
  readonly first: Choices;
  /** "infeasible": no plan keeps to these choices; null: nothing is known of them. */
  readonly relax: (choices: Choices) => Promise<Found | "infeasible" | null>;
  readonly isLate: () => boolean;
}

/** All choices of four events. With more the best of so many relaxations is taken, and the bound says what is open. */
const MOST_RELAXED = 31;

/** Relative distance from the bound at which nothing better is looked for. */
const OPTIMAL_GAP = 1e-6;

const isClosed = (best: Relaxed | null, bound: number): boolean =>
  best !== null && relative(best.objective - bound, best.objective) <= OPTIMAL_GAP;

/** The next event to decide: first one that the relaxation pays for although its floor is missed. */
const nextEvent = (events: readonly number[], choices: Choices, relaxed: Relaxed): number | undefined => {
  const left = events.filter((event) => !choices.has(event));
  return left.find((event) => !relaxed.paid.has(event)) ?? left[0];
};

const leastBound = <Found>(open: readonly End<Found>[]): End<Found> | undefined =>
  open.reduce<End<Found> | undefined>(
    (least, end) => (least === undefined || end.bound < least.bound ? end : least),
    undefined,
  );

/**
 * Branch and bound over events that are taken up or let be (Land and Doig 1960), the branch of the least bound
 * first: exact up to four events and in time; else the ends that are left open say by their bounds what may be lost.
 */
export const searchEvents = async <Found extends Relaxed>(task: Task<Found>): Promise<Searched<Found>> => {
  const { events, first, relax, isLate } = task;
  const ends: End<Found>[] = [];
  let open: End<Found>[] = [{ choices: first, bound: -Infinity, proven: -Infinity, relaxed: null }];
  let best: Found | null = null;
  let isCut = false;
  for (let relaxations = 0; relaxations < MOST_RELAXED; relaxations++) {
    const next = leastBound(open);
    if (next === undefined || isClosed(best, next.bound)) break;
    isCut = relaxations > 0 && isLate();
    if (isCut) break;
    open = open.filter((end) => end !== next);
    const relaxed = await relax(next.choices);
    if (relaxed === "infeasible") {
      ends.push({ ...next, bound: Infinity });
      continue;
    }
    if (relaxed !== null && relaxed.objective < (best?.objective ?? Infinity)) best = relaxed;
    const bound = Math.max(next.bound, relaxed?.bound ?? -Infinity);
    const end = { ...next, relaxed, bound, proven: Math.max(next.proven, relaxed?.proven ?? -Infinity) };
    const event = relaxed === null ? undefined : nextEvent(events, next.choices, relaxed);
    if (event === undefined || isClosed(best, bound)) ends.push(end);
    else
      for (const choice of ["taken-up", "let-be"] as const)
        open.push({ ...end, relaxed: null, choices: new Map([...next.choices, [event, choice]]) });
  }
  const isOpen = open.some(({ bound }) => !isClosed(best, bound));
  return { best, ends: [...ends, ...open], isCut: isCut || isOpen };
};
