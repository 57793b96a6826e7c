import type { CommandOutcome } from "../domain/command.js";
import type { SteeringCommand } from "../domain/commands/steering.js";
import { type AsideWording, dischargesAt, isToldAside } from "../domain/discharge.js";
import { scheduledKw } from "../domain/draw.js";
import type { EvseState, StationCapabilities } from "../domain/fleet.js";
import type { Schedule } from "../domain/schedule.js";
import { allowsDischarge, type Session } from "../domain/session.js";
import type { EpochMs } from "../domain/units.js";
import { isOfProbe } from "./discharge-probe.js";

export type TellPower = Extract<SteeringCommand, { kind: "tell-power" }>;

/** What goes beside the profile: the one value that a station told so takes; null: nothing does. */
export const asideOf = (schedule: Schedule, wording: AsideWording): TellPower | null => {
  const { dischargeBy: way, evseId, transactionId, periods } = schedule;
  if (way === undefined || !isToldAside(way)) return null;
  return { kind: "tell-power", way, evseId, transactionId, powerKw: periods[0]?.powerKw ?? 0, wording };
};

/**
 * The profile was taken, so that what the word beside it came to never undoes it: the new power and the old one both
 * count until one is certain. Only a refused word to give back leaves all as it was, since its profile allows nothing.
 */
export const withAside = (said: CommandOutcome, powerKw: number): CommandOutcome => {
  if (said.status === "accepted") return said;
  const isRefused = said.status === "rejected" || said.status === "unsupported";
  return isRefused && powerKw < 0
    ? said
    : { status: "error", detail: `its profile was taken, and the word beside it was not: ${said.detail}` };
};

/** The driver allows that the car gives back now. */
export const isWilling = (session: Session): boolean => allowsDischarge(session) && !session.chargeNow;

const givesBack = ({ periods }: Schedule): boolean => periods.some(({ powerKw }) => powerKw < 0);

/** An older station's schedule of a probe that runs, or by a way that its meter has vouched for at this EVSE. */
const isVouchedFor = (schedule: Schedule, { evse, capabilities }: Standing): boolean => {
  const { dischargeBy: way, evseId } = schedule;
  if (way === undefined || capabilities.dischargeSetpoint) return true;
  return (
    (evse.probe != null && isOfProbe(schedule, evse.probe)) || dischargesAt(capabilities, evseId) === way
  );
};

interface Standing {
  readonly evse: EvseState;
  readonly capabilities: StationCapabilities;
}

/**
 * Why a schedule that was planned a moment ago is not told any more; null: nothing speaks against it. A pass plans,
 * waits for answers and sends: meanwhile a driver may have taken the consent back, or a probe have begun or ended.
 */
export const outdatedBy = (schedule: Schedule, { evse, capabilities }: Standing): string | null => {
  const { session, probe } = evse;
  if (schedule.purpose !== "session") return null;
  if (session?.transactionId !== schedule.transactionId) return "its session is over";
  if (probe != null && !isOfProbe(schedule, probe)) return "a probe is under way";
  if (!givesBack(schedule)) return null;
  if (!isWilling(session)) return "its driver does not allow it any more";
  return isVouchedFor(schedule, { evse, capabilities }) ? null : "nothing vouches for it";
};

/** What an EVSE's word beside its profile is held against. */
export interface AsideStanding {
  readonly evse: EvseState;
  readonly capabilities: Pick<StationCapabilities, "dischargesBy">;
}

/**
 * Until when what an EVSE may have been told beside its profile is what it is to do; -Infinity: it is not. A plan
 * speaks for a while only: one that no other followed, or that left the session out, has it end there.
 */
export const asideMeantUntilMs = ({ evse, capabilities }: AsideStanding): EpochMs => {
  const { aside, session, held, sending, probe, unanswered, notFollowingSinceMs } = evse;
  if (aside == null || session === null || session.id !== aside.sessionId || !isWilling(session))
    return -Infinity;
  const backUntilMs = (schedule: Schedule | null): EpochMs =>
    schedule !== null && schedule.dischargeBy === aside.way && givesBack(schedule)
      ? schedule.endMs
      : -Infinity;
  const askedUntilMs = Math.max(probe?.way === aside.way ? probe.endMs : -Infinity, backUntilMs(sending));
  const isProven = dischargesAt(capabilities, evse.evseId) === aside.way;
  const holds = isProven && unanswered.length === 0 && notFollowingSinceMs === null;
  return holds ? Math.max(askedUntilMs, backUntilMs(held)) : askedUntilMs;
};

export const isAsideMeant = (standing: AsideStanding, nowMs: EpochMs): boolean =>
  nowMs < asideMeantUntilMs(standing);

/** The power < 0 that an EVSE took last and is to keep, kW; null: none. What it refused since is not it. */
export const keptAsideKw = ({ aside, held }: EvseState): number | null => {
  const powerKw = held?.periods[0]?.powerKw ?? 0;
  return aside != null && held?.dischargeBy === aside.way && powerKw < 0 ? powerKw : null;
};

/** What is safe to be told in place of a discharge: what the default allows, and no more than the profile, ≥ 0, kW. */
export const releaseKw = ({ session, held, heldDefault }: EvseState, nowMs: EpochMs): number => {
  const byDefault = heldDefault === null ? 0 : (scheduledKw(heldDefault, nowMs) ?? 0);
  const byProfile = session === null || held === null ? byDefault : (scheduledKw(held, nowMs) ?? byDefault);
  return Math.max(0, Math.min(byDefault, byProfile));
};
