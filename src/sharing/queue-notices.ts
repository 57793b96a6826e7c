import type { NoticeKind, QueueEntry, QueueState, TurnEnd } from "../domain/sharing.js";
import type { EpochMs } from "../domain/units.js";
import type { Effect } from "./steps.js";

export const OPERATOR = "operator";
export const OWNER = "owner";

type Place = Pick<QueueState, "stationId" | "evseId">;

interface Told {
  readonly to: string;
  readonly kind: NoticeKind;
  readonly about: string | null;
  readonly text: string;
  readonly untilMs?: EpochMs;
}

export const notice = ({ stationId, evseId }: Place, { untilMs, ...told }: Told): Effect => ({
  kind: "notice",
  notice: { ...told, stationId, evseId, untilMs: untilMs ?? null },
});

export const nameOf = ({ stationId, evseId }: Place): string => `${stationId}/${evseId}`;

export const droppedNotice = (place: Place, entry: QueueEntry, nowMs: EpochMs): Effect =>
  notice(place, {
    to: entry.driver,
    kind: "left-queue",
    about: entry.id,
    text:
      entry.deadlineMs <= nowMs
        ? `the deadline has come before a turn at ${nameOf(place)}`
        : `no turn came at ${nameOf(place)} while you could be called`,
  });

export const yourTurn = (place: Place, entry: QueueEntry, untilMs: EpochMs): Effect =>
  notice(place, {
    to: entry.driver,
    kind: "your-turn",
    about: entry.id,
    untilMs,
    text: `your turn at ${nameOf(place)}: it is held for your card`,
  });

export const turnSoon = (place: Place, entry: QueueEntry): Effect =>
  notice(place, {
    to: entry.driver,
    kind: "turn-soon",
    about: entry.id,
    text: `you are next at ${nameOf(place)}: the car that is there was asked to unplug`,
  });

export const turnMissed = (place: Place, entry: QueueEntry, isLast: boolean): Effect =>
  notice(place, {
    to: entry.driver,
    kind: isLast ? "left-queue" : "turn-missed",
    about: entry.id,
    text: isLast
      ? `the turn at ${nameOf(place)} was missed again: you wait no more`
      : `the turn at ${nameOf(place)} was missed: the next driver comes before you`,
  });

const WHY: Record<TurnEnd, string> = {
  done: "the car has what it wanted",
  "session-over": "its session has ended, and others wait",
  departure: "the departure has come",
  "turn-over": "the turn is over, and others wait",
  planned: "the plan gives the pile to the next car",
};

export const pleaseUnplug = (
  place: Place,
  asked: {
    readonly to: string;
    readonly about: string | null;
    readonly why: TurnEnd;
    readonly untilMs: EpochMs;
  },
): Effect =>
  notice(place, {
    to: asked.to,
    kind: "please-unplug",
    about: asked.about,
    untilMs: asked.untilMs,
    text: `please unplug at ${nameOf(place)}: ${WHY[asked.why]}`,
  });
