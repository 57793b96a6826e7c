import type { CommandOutcome } from "../domain/command.js";
import type { EvseState } from "../domain/fleet.js";
import type { Schedule } from "../domain/schedule.js";
import { outdatedBy, withAside } from "../dispatch/told-aside.js";
import { priorityAlong } from "../dispatch/priority-along.js";
import { capabilitiesOf } from "./capabilities.js";
import type { EpochMs } from "../domain/units.js";
import type { Clock } from "../ports/clock.js";
import type { Asides } from "./asides.js";
import type { ControlParts } from "./contract.js";
import type { FleetKeeper } from "./fleet-keeper.js";

export type SendParts = Pick<ControlParts, "link" | "clock" | "log" | "settings"> & {
  readonly keeper: FleetKeeper;
  readonly asides: Asides;
  /** An answer came after its round had gone on: what may be drawn has changed. */
  readonly planAgain: () => void;
  /** A station does not take what was planned: the others have the room that it may take. */
  readonly makeRoom: () => void;
};

/** Not answered yet when the round went on. */
export interface Pending {
  readonly status: "pending";
}

/**
 * Sends schedules side by side and waits for their answers no longer than `answerWithinMs`: one silent
 * station does not keep a reduction from the others. What is pending stays in the fail-safe sum.
 */
export const sendTogether = async (
  parts: SendParts,
  schedules: readonly Schedule[],
): Promise<(CommandOutcome | Pending)[]> => {
  if (schedules.length === 0) return [];
  const outcomes: (CommandOutcome | Pending)[] = schedules.map(() => ({ status: "pending" }));
  let waiting = true;
  const all = schedules.map(async (schedule, index) => {
    const outcome = await sendSchedule(parts, schedule);
    if (waiting) outcomes[index] = outcome;
    else if (outcome.status === "accepted") parts.planAgain();
  });
  await atMost(parts.clock, parts.settings.answerWithinMs, Promise.all(all));
  waiting = false;
  return outcomes;
};

/** Waits for the work, but no longer than a duration of the clock. */
export const atMost = (clock: Clock, durationMs: number, work: Promise<unknown>): Promise<void> =>
  new Promise((resolve, reject) => {
    const cancel = clock.after(durationMs, resolve);
    work.then(() => {
      cancel();
      resolve();
    }, reject);
  });

/** Why a schedule is not told any more; null: it is. */
const outdated = ({ keeper }: SendParts, schedule: Schedule): string | null => {
  const evse = keeper.station(schedule.stationId)?.evses.get(schedule.evseId);
  const capabilities = capabilitiesOf(keeper.state, schedule.stationId);
  return evse === undefined ? null : outdatedBy(schedule, { evse, capabilities });
};

/** The profile, then the word beside it where there is one: a session may end, and a consent, between the two. */
const tell = async (parts: SendParts, schedule: Schedule): Promise<CommandOutcome> => {
  const { stationId } = schedule;
  const outcome = await parts.link.send(stationId, { kind: "set-schedule", schedule });
  const word = outcome.status === "accepted" ? parts.asides.wordOf(schedule) : null;
  if (word === null) return outcome;
  const why = outdated(parts, schedule);
  const said =
    why === null ? await parts.asides.tell(stationId, word) : ({ status: "rejected", detail: why } as const);
  return withAside(said, word.powerKw);
};

/** Sends one schedule and takes what became of it into the fleet's state. */
const sendSchedule = async (parts: SendParts, schedule: Schedule): Promise<CommandOutcome> => {
  const { keeper, clock, log } = parts;
  const why = outdated(parts, schedule);
  if (why !== null) return { status: "rejected", detail: why };
  const place = { stationId: schedule.stationId, evseId: schedule.evseId, schedule };
  keeper.apply({ kind: "schedule-sending", atMs: clock.now(), ...place });
  const outcome = await tell(parts, schedule);
  const atMs = clock.now();
  const kind = WHAT_BECAME_OF_IT[outcome.status];
  const where = "inDefaultsPlace" in outcome ? { inDefaultsPlace: true as const } : {};
  keeper.apply({ kind, atMs, ...place, ...where });
  if (outcome.status === "accepted" && outcome.taken !== undefined)
    for (const step of ["schedule-sending", "schedule-confirmed"] as const)
      keeper.apply({ ...place, kind: step, atMs, schedule: outcome.taken });
  if (kind === "schedule-confirmed") {
    if (schedule.purpose === "session") await goAlong(parts, schedule);
    return outcome;
  }
  log.warn({ stationId: schedule.stationId, evseId: schedule.evseId, outcome }, "schedule not taken");
  // Whether it refused or fell silent: the others must make the room that it may take.
  if (kind !== "schedule-unsent" && schedule.purpose === "session") {
    keeper.apply({ ...place, kind: "following", atMs, sinceMs: atMs });
    parts.makeRoom();
  }
  return outcome;
};

const WHAT_BECAME_OF_IT = {
  accepted: "schedule-confirmed",
  rejected: "schedule-refused",
  unsupported: "schedule-refused",
  offline: "schedule-unsent",
  timeout: "schedule-unanswered",
  error: "schedule-unanswered",
} as const;

/**
 * What goes along with a session's new schedule: its correction, made for the one before, is taken away, and
 * while the driver has priority the station is told the same of that, as it charges by nothing else.
 */
const goAlong = async (parts: SendParts, schedule: Schedule): Promise<void> => {
  const { keeper, clock, link } = parts;
  const { stationId, evseId } = schedule;
  const evse = keeper.station(stationId)?.evses.get(evseId);
  if (evse === undefined) return;
  if (mayBeCorrected(evse, clock.now())) {
    const { status } = await link.send(stationId, { kind: "clear-schedule", evseId, purpose: "correction" });
    if (status === "accepted")
      keeper.apply({ kind: "corrections-cleared", stationId, evseId, atMs: clock.now() });
  }
  if (evse.priority.active) await sendSchedule(parts, priorityAlong(schedule));
};

const mayBeCorrected = ({ corrections, correctionUnknownUntilMs }: EvseState, nowMs: EpochMs): boolean =>
  nowMs < (correctionUnknownUntilMs ?? -Infinity) || corrections.some(({ endMs }) => endMs > nowMs);

/**
 * Tells one correction: as a profile of its own, or, where one is in force, its new value. A station that
 * refuses the new value may hold the older one still, or none: the next correction is then a profile again.
 */
export const sendCorrection = async (
  { keeper, clock, link, log }: SendParts,
  schedule: Schedule,
  isUpdate: boolean,
): Promise<void> => {
  const { stationId, evseId } = schedule;
  const place = { stationId, evseId, schedule };
  keeper.apply({ kind: "schedule-sending", atMs: clock.now(), ...place });
  const kind = isUpdate ? "update-schedule" : "set-schedule";
  const outcome = await link.send(stationId, { kind, schedule });
  keeper.apply({ kind: WHAT_BECAME_OF_IT[outcome.status], atMs: clock.now(), ...place });
  if (outcome.status !== "accepted") log.warn({ stationId, evseId, outcome }, "correction not taken");
};
