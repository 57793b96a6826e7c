import { isSameToken } from "../domain/id-token.js";
import type { QueueEntry, QueueState, Turn, TurnEnd } from "../domain/sharing.js";
import { type EpochMs, HOUR_MS, MINUTE_MS } from "../domain/units.js";
import { nextInLine, type QueueRules, waiterId } from "./queue-rules.js";
import { nameOf, notice, OPERATOR, pleaseUnplug, turnSoon } from "./queue-notices.js";
import type { Effect, PileView, SessionAtPile, Step } from "./steps.js";

/** Less than this is no rest that is worth another turn. */
const LEAST_REST_KWH = 0.5;

/** Whoever can do something: a driver who waited has a name, of one who just came only the operator can know. */
const driverOf = ({ entry }: Turn): string => entry?.driver ?? OPERATOR;
const both = (turn: Turn): string[] => [...new Set([driverOf(turn), OPERATOR])];

/** The car that has the pile: whether it is another one, is still there, should go, and whether it does. */
export const followTurn = (state: QueueState, pile: PileView, rules: QueueRules): Step<QueueState> => {
  const begun = begin(state, pile, rules);
  if (begun.state.turn === null) return begun;
  // Of a station that is not heard nothing is known to have changed.
  const isGone = pile.isUsable && !pile.isOccupied;
  if (pile.unstopped?.isAwaited === true && pile.session === null) return begun;
  const next = isGone ? ended(begun.state, pile, rules) : asked(begun.state, pile, rules);
  return { state: next.state, effects: [...begun.effects, ...next.effects] };
};

/**
 * Another session than before: its car has the turn, and waits no more if it did. A car that ends its session
 * and begins another without having left goes on with the turn that it has.
 */
const begin = (state: QueueState, pile: PileView, rules: QueueRules): Step<QueueState> => {
  const { session } = pile;
  if (session === null || session.id === state.turn?.sessionId) return { state, effects: [] };
  if (state.turn !== null && isSameToken(state.turn.idToken, session.idToken))
    return { state: { ...state, turn: { ...state.turn, sessionId: session.id } }, effects: [] };
  if (session.id === state.lastTurn?.sessionId) return resumed(state, state.lastTurn, session, rules);
  const over = ended(state, pile, rules);
  const { waiting, offer } = over.state;
  const entry = waiting.find(({ idToken }) => isSameToken(idToken, session.idToken)) ?? null;
  const turn = turnOf(session, entry);
  const isOffered = entry !== null && offer?.entryId === entry.id;
  const taken = offer === null || isOffered ? [] : takenBy(over.state, session);
  return {
    state: { ...over.state, waiting: waiting.filter((one) => one !== entry), offer: null, turn },
    effects: [...over.effects, ...taken, ...(entry === null ? [] : [wishOf(session, entry)])],
  };
};

/**
 * A session that had ended by what its station said of the EVSE alone, and is heard of again: its car never left, and
 * goes on with the turn that it had. What it owed until then was said.
 */
const resumed = (
  state: QueueState,
  last: Turn,
  session: SessionAtPile,
  { nowMs }: QueueRules,
): Step<QueueState> => {
  const isOwn = ({ idToken }: QueueEntry): boolean => isSameToken(idToken, session.idToken);
  const isOwnOffer = state.waiting.some((entry) => entry.id === state.offer?.entryId && isOwn(entry));
  return {
    state: {
      ...state,
      // One that was asked to unplug may wait for its rest.
      waiting: last.asked === null ? state.waiting.filter((entry) => !isOwn(entry)) : state.waiting,
      offer: null,
      turn: { ...last, idleSinceMs: last.idleSinceMs === null ? null : nowMs },
      lastTurn: null,
    },
    effects: isOwnOffer ? [] : takenBy(state, session),
  };
};

const turnOf = (session: SessionAtPile, entry: QueueEntry | null): Turn => ({
  sessionId: session.id,
  idToken: session.idToken,
  entry,
  startedMs: session.startedMs,
  asked: null,
  idleSinceMs: null,
});

const wishOf = (session: SessionAtPile, { energyNeedKwh, deadlineMs }: QueueEntry): Effect => ({
  kind: "wish",
  sessionId: session.id,
  energyNeedKwh,
  departureMs: deadlineMs,
});

/** Another car came than the one that the pile was held for, which stays first. */
const takenBy = (state: QueueState, session: SessionAtPile): Effect[] => {
  const { offer } = state;
  const held = state.waiting.find(({ id }) => id === offer?.entryId);
  if (offer === null || held === undefined) return [];
  const text = `another car has ${nameOf(state)}, though it was held`;
  return [
    { kind: "let-go", holder: waiterId(held) },
    notice(state, { to: held.driver, kind: "pile-taken", about: held.id, text }),
    notice(state, { to: OPERATOR, kind: "pile-taken", about: session.id, text }),
  ];
};

/** What a car owes that stayed too long, said to its driver and the operator. */
const idleFee = (state: QueueState, turn: Turn, { terms, nowMs }: QueueRules): Effect[] => {
  if (turn.idleSinceMs === null || nowMs <= turn.idleSinceMs) return [];
  const idleMinutes = (nowMs - turn.idleSinceMs) / MINUTE_MS;
  const fee = (idleMinutes * terms.idleFeePerMinute).toFixed(2);
  const text = `stayed ${Math.round(idleMinutes)} min after it was to be unplugged: ${fee} due`;
  const about = turn.entry?.id ?? turn.sessionId;
  return both(turn).map((to) => notice(state, { to, kind: "idle-fee", about, text }));
};

/** The car is gone, and the pile with it free; it stayed no longer than until its EVSE was said to be free. */
const ended = (state: QueueState, { unstopped }: PileView, rules: QueueRules): Step<QueueState> => {
  const { turn } = state;
  if (turn === null) return { state, effects: [] };
  const leftMs = unstopped?.id === turn.sessionId ? unstopped.freeSinceMs : rules.nowMs;
  return {
    state: { ...state, turn: null, lastTurn: turn },
    effects: idleFee(state, turn, { ...rules, nowMs: leftMs }),
  };
};

/** Whether the car that has the pile should go, and does. */
const asked = (state: QueueState, pile: PileView, rules: QueueRules): Step<QueueState> => {
  const { turn } = state;
  if (turn === null) return { state, effects: [] };
  const next = nextInLine(state, rules, turn.idToken);
  if (turn.asked !== null)
    return next === undefined ? stays(state, turn, rules) : overdue(state, turn, rules);
  const why = next === undefined ? null : endOf(turn, pile, rules);
  if (next === undefined || why === null) return { state, effects: [] };
  const untilMs = rules.nowMs + rules.terms.unplugWithinMinutes * MINUTE_MS;
  const about = turn.entry?.id ?? turn.sessionId;
  const rest = restOf(turn, pile.session, { why, ...rules });
  return {
    state: {
      ...state,
      waiting: rest === null ? state.waiting : [...state.waiting, rest],
      turn: { ...turn, asked: { atMs: rules.nowMs, untilMs, why } },
    },
    effects: [pleaseUnplug(state, { to: driverOf(turn), about, why, untilMs }), turnSoon(state, next)],
  };
};

/** Nobody else waits any more: the car may stay and have its rest; what it owes already is said. */
const stays = (state: QueueState, turn: Turn, rules: QueueRules): Step<QueueState> => {
  const about = turn.entry?.id ?? turn.sessionId;
  const text = `nobody waits for ${nameOf(state)} any more: you may stay`;
  return {
    state: {
      ...state,
      waiting: state.waiting.filter(({ idToken }) => !isSameToken(idToken, turn.idToken)),
      turn: { ...turn, asked: null, idleSinceMs: null },
    },
    effects: [
      ...idleFee(state, turn, rules),
      notice(state, { to: driverOf(turn), kind: "may-stay", about, text }),
    ],
  };
};

const overdue = (state: QueueState, turn: Turn, { nowMs }: QueueRules): Step<QueueState> => {
  if (turn.asked === null || turn.idleSinceMs !== null || nowMs < turn.asked.untilMs)
    return { state, effects: [] };
  const about = turn.entry?.id ?? turn.sessionId;
  const text = `the car at ${nameOf(state)} was to be unplugged: an idle fee runs`;
  return {
    state: { ...state, turn: { ...turn, idleSinceMs: turn.asked.untilMs } },
    effects: both(turn).map((to) => notice(state, { to, kind: "overstay", about, text })),
  };
};

/** Why the turn of the car that is plugged in is over; null: it is not. */
const endOf = (turn: Turn, { session, isUsable }: PileView, { terms, nowMs }: QueueRules): TurnEnd | null => {
  // Whether the car of an ended session is there still, only a station that is heard can say.
  if (session === null) return isUsable ? "session-over" : null;
  if (session.isDone) return "done";
  if (session.departureMs <= nowMs) return "departure";
  if (nowMs >= turn.startedMs + terms.mostTurnMinutes * MINUTE_MS) return "turn-over";
  return session.planEndsMs !== null && session.planEndsMs <= nowMs ? "planned" : null;
};

interface Ending extends QueueRules {
  readonly why: TurnEnd;
}

/** What a car that waited before still wants when its turn ends early; null: nothing that is worth a turn. */
const restOf = (
  { entry }: Turn,
  session: SessionAtPile | null,
  { why, nowMs, pileKw }: Ending,
): QueueEntry | null => {
  if (entry === null || session === null || (why !== "turn-over" && why !== "planned")) return null;
  const leftMs: EpochMs = entry.deadlineMs - nowMs;
  if (session.toGoKwh < LEAST_REST_KWH || leftMs < (LEAST_REST_KWH / pileKw) * HOUR_MS) return null;
  const id = `${entry.id.split("+")[0] ?? entry.id}+${nowMs.toString(36)}`;
  return {
    ...entry,
    id,
    energyNeedKwh: session.toGoKwh,
    joinedMs: nowMs,
    missedOffers: 0,
    behindKeyMs: null,
  };
};
