import type { QueueEntry, QueueState } from "../domain/sharing.js";
import { type EpochMs, MINUTE_MS } from "../domain/units.js";
import { offerTurns } from "./offers.js";
import { droppedNotice } from "./queue-notices.js";
import { isOver, type QueueRules, waiterId } from "./queue-rules.js";
import type { Effect, PileView, Step } from "./steps.js";
import { followTurn } from "./turn.js";

export type QueueEvent =
  | { readonly kind: "join"; readonly entry: QueueEntry }
  | { readonly kind: "leave"; readonly entryId: string }
  /** The pile as it stands: what changed is found by the rules, so that no news can be lost or doubled. */
  | { readonly kind: "look"; readonly pile: PileView };

export const emptyQueue = (place: { stationId: string; evseId: number }): QueueState => ({
  stationId: place.stationId,
  evseId: place.evseId,
  waiting: [],
  offer: null,
  turn: null,
  lastTurn: null,
});

/** A queue after an event. A station is told, and drivers are, once the state is on disk. */
export const reduceQueue = (state: QueueState, event: QueueEvent, rules: QueueRules): Step<QueueState> => {
  switch (event.kind) {
    case "join":
      return { state: { ...state, waiting: [...state.waiting, event.entry] }, effects: [] };
    case "leave":
      return left(state, event.entryId);
    default:
      return look(state, event.pile, rules);
  }
};

const left = (state: QueueState, entryId: string): Step<QueueState> => {
  const waiting = state.waiting.filter(({ id }) => id !== entryId);
  if (state.offer?.entryId !== entryId) return { state: { ...state, waiting }, effects: [] };
  const letGo: Effect = { kind: "let-go", holder: waiterId({ id: entryId }) };
  return { state: { ...state, waiting, offer: null }, effects: [letGo] };
};

/** First who is there, then whose time is over, then whose turn it is. */
const look = (state: QueueState, pile: PileView, rules: QueueRules): Step<QueueState> => {
  const effects: Effect[] = [];
  let now = state;
  for (const rule of [withoutExpired, followTurn, offerTurns]) {
    const step = rule(now, pile, rules);
    now = step.state;
    effects.push(...step.effects);
  }
  return { state: now, effects };
};

/** Whose deadline has come, or who cannot be called any more, waits for nothing and holds up nobody. */
const withoutExpired = (state: QueueState, _pile: PileView, { nowMs }: QueueRules): Step<QueueState> => {
  const over = state.waiting.filter((entry) => isOver(entry, nowMs));
  let now: QueueState = state;
  const effects: Effect[] = [];
  for (const entry of over) {
    const step = left(now, entry.id);
    now = step.state;
    effects.push(...step.effects, droppedNotice(state, entry, nowMs));
  }
  return { state: now, effects };
};

/** When the rules must look again at the latest, though nothing is heard of the pile; null: never. */
export const queueWakeMs = (state: QueueState, { terms, nowMs }: QueueRules): EpochMs | null => {
  const times = [
    state.offer?.untilMs,
    state.turn?.idleSinceMs === null ? state.turn.asked?.untilMs : undefined,
    state.turn === null ? undefined : state.turn.startedMs + terms.mostTurnMinutes * MINUTE_MS,
    ...state.waiting.flatMap(({ deadlineMs, reachableUntilMs, readyFromMs }) => [
      deadlineMs,
      reachableUntilMs ?? deadlineMs,
      readyFromMs,
    ]),
  ].filter((atMs): atMs is EpochMs => atMs !== undefined && atMs > nowMs);
  return times.length === 0 ? null : Math.min(...times);
};
