import * as fc from "fast-check";
import type { QueueEntry, QueueState, SharedTerms } from "../../src/domain/sharing.js";
import { HOUR_MS, MINUTE_MS } from "../../src/domain/units.js";
import { emptyQueue, type QueueEvent, queueWakeMs, reduceQueue } from "../../src/sharing/queue.js";
import type { Effect, PileView } from "../../src/sharing/steps.js";

export const TERMS: SharedTerms = {
  comeWithinMinutes: 10,
  unplugWithinMinutes: 10,
  mostTurnMinutes: 60,
  handoverMinutes: 15,
  idleFeePerMinute: 0.2,
};
export const PILE_KW = 7;
export const PLACE = { stationId: "p1", evseId: 1 };
export const START_MS = Date.parse("2026-06-01T10:00:00Z");

export const entryOf = (id: string, change: Partial<QueueEntry> = {}): QueueEntry => ({
  id,
  driver: `driver ${id}`,
  idToken: `card ${id}`,
  energyNeedKwh: 7,
  deadlineMs: START_MS + 10 * HOUR_MS,
  joinedMs: START_MS,
  readyFromMs: START_MS,
  reachableUntilMs: null,
  missedOffers: 0,
  behindKeyMs: null,
  ...change,
});

/** How a driver behaves. */
export interface Habit {
  readonly joinsAtMinute: number;
  readonly needKwh: number;
  readonly deadlineH: number;
  /** Minutes after the call; null: never comes. */
  readonly comesIn: number | null;
  /** Minutes after being asked. */
  readonly leavesIn: number;
}

export const habits = (most: number): fc.Arbitrary<Habit[]> =>
  fc.array(
    fc.record({
      joinsAtMinute: fc.integer({ min: 0, max: 600 }),
      needKwh: fc.integer({ min: 1, max: 10 }),
      deadlineH: fc.integer({ min: 1, max: 30 }),
      comesIn: fc.oneof(
        { weight: 5, arbitrary: fc.integer({ min: 0, max: 9 }) },
        { weight: 1, arbitrary: fc.constantFrom(15, null) },
      ),
      leavesIn: fc.integer({ min: 0, max: 25 }),
    }),
    { minLength: 1, maxLength: most },
  );

export interface Played {
  /** Minutes at which each driver plugged in, by its number. */
  readonly pluggedAt: Map<number, number>;
  readonly effects: { readonly minute: number; readonly effect: Effect }[];
  readonly states: QueueState[];
  readonly end: QueueState;
}

interface There {
  readonly driver: number;
  gotKwh: number;
  readonly since: number;
}

/** Drivers with habits at one pile, minute by minute, by the rules alone. */
export const play = (drivers: readonly Habit[], minutes: number): Played => {
  let state = emptyQueue(PLACE);
  let there: There | null = null;
  const played: Played = { pluggedAt: new Map(), effects: [], states: [], end: state };
  const at = (minute: number) => START_MS + minute * MINUTE_MS;
  const asked = new Map<number, number>();
  const take = (event: QueueEvent, minute: number): void => {
    const step = reduceQueue(state, event, { terms: TERMS, pileKw: PILE_KW, nowMs: at(minute) });
    state = step.state;
    played.states.push(state);
    for (const effect of step.effects) {
      played.effects.push({ minute, effect });
      if (effect.kind === "notice" && effect.notice.kind === "please-unplug" && there !== null)
        asked.set(there.driver, minute);
    }
  };
  const view = (): PileView => ({
    isOccupied: there !== null,
    isUsable: true,
    isReserved: false,
    unstopped: null,
    closed: null,
    session:
      there === null
        ? null
        : {
            id: `s${there.driver}-${there.since}`,
            // As stations read cards: case does not matter.
            idToken: `${there.driver % 2 === 0 ? "card" : "CARD"} D${there.driver}`,
            isAuthorized: true,
            startedMs: at(there.since),
            isDone: there.gotKwh >= (drivers[there.driver]?.needKwh ?? 0),
            departureMs: at(
              (drivers[there.driver]?.joinsAtMinute ?? 0) + (drivers[there.driver]?.deadlineH ?? 0) * 60,
            ),
            toGoKwh: Math.max(0, (drivers[there.driver]?.needKwh ?? 0) - there.gotKwh),
            deliveredKwh: there.gotKwh,
            planEndsMs: null,
          },
  });
  for (let minute = 0; minute < minutes; minute++) {
    for (const [number, { joinsAtMinute, needKwh, deadlineH }] of drivers.entries())
      if (joinsAtMinute === minute)
        take(
          {
            kind: "join",
            entry: entryOf(`d${number}`, {
              energyNeedKwh: needKwh,
              joinedMs: at(minute),
              readyFromMs: at(minute),
              deadlineMs: at(minute + deadlineH * 60),
            }),
          },
          minute,
        );
    if (there !== null) {
      there.gotKwh += PILE_KW / 60;
      const askedAt = asked.get(there.driver);
      if (askedAt !== undefined && minute >= askedAt + (drivers[there.driver]?.leavesIn ?? 0)) {
        asked.delete(there.driver);
        there = null;
      }
    }
    const { offer } = state;
    const called = offer === null ? null : Number(/^d(\d+)/.exec(offer.entryId)?.[1] ?? NaN);
    const comesIn = called === null ? null : (drivers[called]?.comesIn ?? null);
    if (there === null && offer !== null && called !== null && comesIn !== null)
      if (at(minute) >= offer.madeMs + comesIn * MINUTE_MS) {
        there = { driver: called, gotKwh: 0, since: minute };
        if (!played.pluggedAt.has(called)) played.pluggedAt.set(called, minute);
      }
    take({ kind: "look", pile: view() }, minute);
  }
  return { ...played, end: state };
};

/** When the rules would be looked at again by themselves. */
export const wakeOf = (state: QueueState, nowMs: number): number | null =>
  queueWakeMs(state, { terms: TERMS, pileKw: PILE_KW, nowMs });
