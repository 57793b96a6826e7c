import { isSameToken } from "../../domain/id-token.js";
import { ratedKw } from "../../domain/draw.js";
import { YouxuError } from "../../domain/errors.js";
import type { PileOutlook, SessionTerms } from "../../domain/outlook.js";
import {
  pileKey,
  type QueueEntry,
  type QueueState,
  queueStateSchema,
  type SharedTerms,
} from "../../domain/sharing.js";
import { DAY_MS, type EpochMs, MINUTE_MS } from "../../domain/units.js";
import type { QueueWish } from "../../ports/sharing.js";
import { emptyQueue, type QueueEvent, queueWakeMs, reduceQueue } from "../../sharing/queue.js";
import { isCallable, type QueueRules, queueOrder, waiterId } from "../../sharing/queue-rules.js";
import type { DeskMaker, PileDesk } from "./contract.js";
import type { Pile } from "./pile-view.js";

const MOST_WAITING = 50;
const LONGEST_WAIT_MS = 7 * DAY_MS;

/** A pile whose drivers take turns. */
export interface SharedPile extends Pile {
  readonly terms: SharedTerms;
}

export interface Queues extends PileDesk<SharedPile> {
  join(pile: SharedPile, wish: QueueWish): Promise<QueueEntry>;
  leave(pile: SharedPile, entryId: string): Promise<void>;
  stateOf(pile: SharedPile): QueueState;
  /** In the fair order, whose turn it is first. */
  orderOf(pile: SharedPile): QueueEntry[];
}

/** The queues of shared piles. */
export const createQueues = ({ clock, newId, makeDesk, viewOf }: DeskMaker): Queues => {
  const desk = makeDesk("sharing-queue", queueStateSchema);
  const rulesOf = (pile: SharedPile): QueueRules => ({
    terms: pile.terms,
    pileKw: ratedKw(pile.evse),
    nowMs: clock.now(),
  });
  const stateOf = (pile: SharedPile): QueueState => desk.get(pileKey(pile)) ?? emptyQueue(pile);
  const step = (pile: SharedPile, event: (state: QueueState) => QueueEvent): Promise<QueueState> => {
    const initial = emptyQueue(pile);
    return desk.step({ id: pileKey(pile), turn: pile.stationId, initial }, (state) => {
      const before = state ?? initial;
      return reduceQueue(before, event(before), rulesOf(pile));
    });
  };
  const orderOf = (pile: SharedPile): QueueEntry[] => {
    const { offer, ...state } = stateOf(pile);
    const order = queueOrder({ ...state, offer }, ratedKw(pile.evse));
    const first = order.find(({ id }) => id === offer?.entryId);
    return first === undefined ? order : [first, ...order.filter((entry) => entry !== first)];
  };

  return {
    idle: desk.idle,
    restore: desk.restore,
    stateOf,
    orderOf,
    look: async (pile, closed) => {
      await step(pile, (state) => ({ kind: "look", pile: viewOf(pile, closed, expectedIds(state)) }));
    },
    join: async (pile, wish) => {
      const entry = entryOf(wish, newId(), clock.now());
      await step(pile, (state) => {
        check(state, entry);
        return { kind: "join", entry };
      });
      return entry;
    },
    leave: async (pile, entryId) => {
      await step(pile, () => ({ kind: "leave", entryId }));
    },
    wakeMs: (pile) => queueWakeMs(stateOf(pile), rulesOf(pile)),
    holdOf: (pile) => {
      const { offer, waiting } = stateOf(pile);
      const entry = waiting.find(({ id }) => id === offer?.entryId);
      if (offer === null || entry === undefined) return [];
      return [{ holder: waiterId(entry), idToken: entry.idToken, untilMs: offer.untilMs }];
    },
    claimsOn: (pile) => {
      const { offer, evseId } = stateOf(pile);
      if (offer === null) return [];
      return [{ evseId, fromMs: offer.madeMs, untilMs: offer.untilMs, what: "a turn of the queue" }];
    },
    outlook: (pile) => ({
      pile: outlookOf(pile, { state: stateOf(pile), order: orderOf(pile), nowMs: clock.now() }),
      terms: termsOf(stateOf(pile)),
    }),
  };
};

const expectedIds = ({ waiting }: QueueState): string[] => waiting.map(waiterId);

const entryOf = (wish: QueueWish, id: string, nowMs: EpochMs): QueueEntry => {
  const readyFromMs = Math.max(nowMs, wish.readyFromMs ?? nowMs);
  const { driver, idToken, energyNeedKwh, deadlineMs, reachableUntilMs } = wish;
  if (deadlineMs <= readyFromMs || deadlineMs > nowMs + LONGEST_WAIT_MS)
    throw new YouxuError(
      "queue.window",
      "the deadline is past, before the car can come, or far away",
      "body.deadline",
    );
  if (reachableUntilMs !== null && reachableUntilMs <= readyFromMs)
    throw new YouxuError("queue.window", "reachable only before the car can come", "body.reachableUntil");
  return {
    id,
    driver,
    idToken,
    energyNeedKwh,
    deadlineMs,
    readyFromMs,
    reachableUntilMs,
    joinedMs: nowMs,
    missedOffers: 0,
    behindKeyMs: null,
  };
};

const check = ({ waiting, turn }: QueueState, { idToken }: QueueEntry): void => {
  if (waiting.some((other) => isSameToken(other.idToken, idToken)) || isSameToken(turn?.idToken, idToken))
    throw new YouxuError("queue.already", "this card waits there, or has the pile", "body.idToken");
  if (waiting.length >= MOST_WAITING)
    throw new YouxuError("queue.full", `${MOST_WAITING} drivers wait there already`, "body");
};

interface Waiting {
  readonly state: QueueState;
  readonly order: readonly QueueEntry[];
  readonly nowMs: EpochMs;
}

/** Whoever waits is expected from when the car may come and the one before it is to be gone. */
const outlookOf = (pile: SharedPile, { state, order, nowMs }: Waiting): PileOutlook => {
  const { stationId, evseId, terms } = pile;
  const freeMs = Math.max(nowMs, state.turn?.asked?.untilMs ?? nowMs);
  return {
    stationId,
    evseId,
    handoverMinutes: terms.handoverMinutes,
    expected: order.map((entry) => ({
      id: waiterId(entry),
      energyNeedKwh: entry.energyNeedKwh,
      fromMs: isCallable(entry, nowMs) ? freeMs : Math.max(freeMs, entry.readyFromMs),
      untilMs: Math.min(entry.deadlineMs, lastTurnEndMs(entry, terms)),
      isUrgent: false,
    })),
  };
};

/** A turn begins while its driver can be called, and lasts no longer than any. */
const lastTurnEndMs = ({ reachableUntilMs }: QueueEntry, { mostTurnMinutes }: SharedTerms): EpochMs =>
  reachableUntilMs === null ? Infinity : reachableUntilMs + mostTurnMinutes * MINUTE_MS;

const termsOf = ({ turn }: QueueState): SessionTerms[] =>
  turn === null || turn.asked === null
    ? []
    : [{ sessionId: turn.sessionId, endsMs: turn.asked.untilMs, mostKwh: null, isUrgent: false }];
