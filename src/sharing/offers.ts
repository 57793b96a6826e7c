import type { Offer, QueueEntry, QueueState } from "../domain/sharing.js";
import { MINUTE_MS } from "../domain/units.js";
import { orderKeyMs } from "./fair-order.js";
import { nextInLine, type QueueRules, waiterId } from "./queue-rules.js";
import { turnMissed, yourTurn } from "./queue-notices.js";
import type { Effect, PileView, Step } from "./steps.js";

/** Who misses so many turns waits no more. */
const MOST_MISSED = 2;

/** A free pile is offered to the first who can be called; who does not come in time falls behind. */
export const offerTurns = (state: QueueState, pile: PileView, rules: QueueRules): Step<QueueState> => {
  const withdrawn = withdraw(state, pile, rules);
  const { turn, offer } = withdrawn.state;
  const isFree = pile.isUsable && !pile.isOccupied && !pile.isReserved && turn === null && offer === null;
  const next = isFree ? nextInLine(withdrawn.state, rules) : undefined;
  if (next === undefined) return withdrawn;
  const made = makeOffer(withdrawn.state, next, rules);
  return { state: made.state, effects: [...withdrawn.effects, ...made.effects] };
};

const makeOffer = (state: QueueState, entry: QueueEntry, { terms, nowMs }: QueueRules): Step<QueueState> => {
  const untilMs = nowMs + terms.comeWithinMinutes * MINUTE_MS;
  const offer: Offer = { entryId: entry.id, madeMs: nowMs, untilMs };
  return {
    state: { ...state, offer },
    effects: [
      { kind: "hold", holder: waiterId(entry), idToken: entry.idToken, untilMs },
      yourTurn(state, entry, untilMs),
    ],
  };
};

/**
 * An offer that could not be taken ends without fault: the station was lost, or something is plugged in that began no
 * session. One that was not taken in time costs its place.
 */
const withdraw = (state: QueueState, pile: PileView, rules: QueueRules): Step<QueueState> => {
  const { offer } = state;
  if (offer === null) return { state, effects: [] };
  const letGo: Effect = { kind: "let-go", holder: waiterId({ id: offer.entryId }) };
  if (rules.nowMs < offer.untilMs) return { state, effects: [] };
  if (pile.isOccupied || !pile.isUsable) return { state: { ...state, offer: null }, effects: [letGo] };
  const late = state.waiting.find(({ id }) => id === offer.entryId);
  if (late === undefined) return { state: { ...state, offer: null }, effects: [letGo] };
  const isLast = late.missedOffers + 1 >= MOST_MISSED;
  const waiting = isLast
    ? state.waiting.filter(({ id }) => id !== late.id)
    : state.waiting.map((entry) => (entry.id === late.id ? fallenBehind(state, late, rules) : entry));
  return { state: { ...state, offer: null, waiting }, effects: [letGo, turnMissed(state, late, isLast)] };
};

/** Right behind the next who can be called. */
const fallenBehind = (state: QueueState, late: QueueEntry, rules: QueueRules): QueueEntry => {
  const next = nextInLine(state, rules, late.idToken);
  const behindKeyMs = next === undefined ? late.behindKeyMs : orderKeyMs(next, rules.pileKw) + 1;
  return { ...late, missedOffers: late.missedOffers + 1, behindKeyMs };
};
