import type { EvseState, FleetEvent } from "../domain/fleet.js";
import type { EpochMs } from "../domain/units.js";
import type { Schedule } from "../domain/schedule.js";
import { allowedUpTo } from "../domain/allowed.js";
import { folded } from "./folded.js";

export type ScheduleEvent = Extract<FleetEvent, { schedule: Schedule }>;

/** What an EVSE holds after a schedule was sent to it, answered, or lost; what it was allowed is noted. */
export const reduceSchedule = (evse: EvseState, event: ScheduleEvent): EvseState => {
  const after = schedulesAfter(evse, event);
  return after === evse ? evse : { ...after, allowedBefore: allowedUpTo(evse, event.atMs) };
};

const schedulesAfter = (evse: EvseState, event: ScheduleEvent): EvseState => {
  if (event.schedule.purpose === "default") return defaultAfter(evse, event);
  if (event.schedule.purpose === "priority") return priorityAfter(evse, event);
  // A late answer for a transaction that has ended says nothing about the one that runs now.
  if (evse.session?.transactionId !== event.schedule.transactionId) return evse;
  return event.schedule.purpose === "correction" ? correctionAfter(evse, event) : sessionAfter(evse, event);
};

const defaultAfter = (evse: EvseState, { kind, schedule, atMs }: ScheduleEvent): EvseState => {
  switch (kind) {
    case "schedule-sending":
      return { ...evse, sendingDefault: schedule, toldMs: atMs };
    case "schedule-confirmed":
      return { ...evse, heldDefault: schedule, sendingDefault: null, defaultRefusedMs: null, toldMs: atMs };
    case "schedule-refused":
      return { ...evse, sendingDefault: null, defaultRefusedMs: atMs };
    case "schedule-unanswered":
      // The old or the new: as good as none known.
      return { ...evse, heldDefault: null, sendingDefault: null };
    default:
      return { ...evse, sendingDefault: null };
  }
};

/** What was sent and not confirmed may be what it holds, until one that came after is confirmed. */
const priorityAfter = (evse: EvseState, { kind, schedule, atMs }: ScheduleEvent): EvseState => {
  const { priority } = evse;
  switch (kind) {
    case "schedule-sending":
      return { ...evse, priority: { ...priority, others: [...priority.others, schedule] }, toldMs: atMs };
    case "schedule-unanswered":
      return {
        ...evse,
        priority: { ...priority, others: [...without(priority.others, schedule), schedule] },
      };
    case "schedule-confirmed":
      return {
        ...evse,
        priority: { ...priority, held: schedule, others: [], refusedMs: null },
        toldMs: atMs,
      };
    case "schedule-refused":
      return {
        ...evse,
        priority: { ...priority, others: lessOne(priority.others, schedule), refusedMs: atMs },
      };
    default:
      return { ...evse, priority: { ...priority, others: lessOne(priority.others, schedule) } };
  }
};

/** Those that are over say nothing; a confirmed one has taken the place of all that were sent before it. */
const correctionAfter = (evse: EvseState, { kind, schedule, atMs }: ScheduleEvent): EvseState => {
  const live = evse.corrections.filter(({ endMs }) => endMs > atMs);
  switch (kind) {
    case "schedule-sending":
      return { ...evse, corrections: [...live, schedule], toldMs: atMs };
    case "schedule-unanswered":
      return { ...evse, corrections: [...without(live, schedule), schedule], toldMs: atMs };
    case "schedule-confirmed":
      return {
        ...evse,
        corrections: [schedule, ...sentAfter(evse.corrections, schedule)],
        correctionUnknownUntilMs: null,
        correctionRefused: false,
        toldMs: atMs,
      };
    case "schedule-refused":
      return { ...evse, corrections: lessOne(live, schedule), correctionRefused: true };
    default:
      return { ...evse, corrections: lessOne(live, schedule) };
  }
};

/** One try less, the last: the station may have taken the same by an earlier one. */
const lessOne = (schedules: readonly Schedule[], one: Schedule): readonly Schedule[] => {
  const last = schedules.findLastIndex((schedule) => isSame(schedule, one));
  return last === -1 ? schedules : schedules.toSpliced(last, 1);
};

const sessionAfter = (evse: EvseState, { kind, schedule, atMs }: ScheduleEvent): EvseState => {
  const sending = evse.sending !== null && isSame(evse.sending, schedule) ? null : evse.sending;
  switch (kind) {
    case "schedule-sending":
      return { ...evse, sending: schedule, unanswered: folded(withInFlight(evse), atMs), toldMs: atMs };
    case "schedule-confirmed":
      return {
        ...evse,
        profileUnknown: false,
        awaitsSchedule: false,
        held: schedule,
        sending,
        unanswered: unansweredAfter(evse, schedule),
        toldMs: atMs,
        refusedMs: null,
        silentMs: null,
        silences: 0,
      };
    case "schedule-refused":
      return { ...withoutTry(evse, schedule), refusedMs: atMs, silences: 0 };
    case "schedule-unsent":
      return withoutTry(evse, schedule);
    default:
      // It may have been taken: it stays in the fail-safe sum until the station confirms another.
      return {
        ...evse,
        sending,
        unanswered: folded([...telling(without(evse.unanswered, schedule), atMs), schedule], atMs),
        silentMs: atMs,
        silences: (evse.silences ?? 0) + 1,
      };
  }
};

/** Every schedule of a session that the station may have taken without our knowing. */
export const withInFlight = ({ sending, unanswered }: EvseState): readonly Schedule[] =>
  sending === null ? unanswered : [...unanswered, sending];

/** One that is neither under way nor among them was sent before all of them that are kept for themselves. */
const unansweredAfter = ({ sending, unanswered }: EvseState, confirmed: Schedule): readonly Schedule[] => {
  const isKnown = [...unanswered, sending].some((one) => one !== null && isSame(one, confirmed));
  return isKnown ? sentAfter(unanswered, confirmed) : unanswered;
};

/** A station answers in order: what was sent before a confirmed schedule is replaced by it. */
const sentAfter = (unanswered: readonly Schedule[], confirmed: Schedule): readonly Schedule[] => {
  const place = unanswered.findLastIndex((schedule) => isSame(schedule, confirmed));
  return place === -1 ? [] : unanswered.slice(place + 1);
};

/** One try less, the last; the station may have taken the same by an earlier one. */
const withoutTry = (evse: EvseState, schedule: Schedule): EvseState => {
  if (evse.sending !== null && isSame(evse.sending, schedule)) return { ...evse, sending: null };
  const last = evse.unanswered.findLastIndex((one) => isSame(one, schedule));
  return last === -1 ? evse : { ...evse, unanswered: evse.unanswered.toSpliced(last, 1) };
};

const without = (schedules: readonly Schedule[], one: Schedule): readonly Schedule[] =>
  schedules.filter((schedule) => !isSame(schedule, one));

/** One that has ended may have replaced a longer one, and the default is in force: one such says it all. */
const telling = (schedules: readonly Schedule[], nowMs: EpochMs): readonly Schedule[] => {
  const lastEnded = schedules.findLastIndex(({ endMs }) => endMs <= nowMs);
  return schedules.filter(({ endMs }, index) => endMs > nowMs || index === lastEnded);
};

/** Two that say the same are one to a station. */
const isSame = (a: Schedule, b: Schedule): boolean =>
  a === b || (a.startMs === b.startMs && JSON.stringify(a) === JSON.stringify(b));
