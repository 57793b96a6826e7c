import type { CommandOutcome, StationCommand } from "../../domain/command.js";
import type { Schedule } from "../../domain/schedule.js";
import type { EpochMs } from "../../domain/units.js";
import type { Codec, OutboundContext, ProfileOptions } from "../common/codec.js";
import { failureOf } from "../common/outcome.js";
import type { Session } from "../session/contract.js";
import { alternatives, learn, profileOptions, type Station } from "./station.js";

/** A live connection as commands need it. */
export interface Line {
  readonly station: Station;
  readonly codec: Codec;
  readonly session: Session;
}

export interface CommandParts {
  readonly maxOfflineDurationS: number;
  readonly now: () => EpochMs;
  readonly electrics: OutboundContext["electrics"];
  readonly nextId: () => number;
  /** Called when trying has shown that the station takes something else than it told. */
  readonly onLearnt: () => void;
  /** Puts on disk under which ids the station holds profiles of ours. */
  readonly keep: () => void;
}

/**
 * Sends a command and waits for its outcome, until `deadlineMs` for all tries together. A refused
 * profile is tried in the other ways that stations are known to want, until one was accepted.
 */
export async function runCommand(
  line: Line,
  command: StationCommand,
  deadlineMs: EpochMs,
  parts: CommandParts,
): Promise<CommandOutcome> {
  const attempt = (profile: ProfileOptions): Promise<Tried> =>
    tryOnce(line, command, deadlineMs, { ...parts, profile, nowMs: parts.now() });
  const schedule = command.kind === "set-schedule" ? command.schedule : null;
  const told = "schedule" in command ? command.schedule : null;
  const first = profileOptions(line.station, told, parts.maxOfflineDurationS);
  const key = supersedeKey(command) ?? "";
  const held = { ...first, idBase: line.station.idBases.get(key) ?? first.idBase };
  if (!schedule) return (await attempt(held)).outcome;
  if (held.idBase !== first.idBase) {
    const cleared = await clearOld(line, schedule, deadlineMs, {
      ...parts,
      profile: held,
      nowMs: parts.now(),
    });
    if (cleared.status !== "accepted") return cleared;
  }
  line.station.idBases.set(key, first.idBase);
  parts.keep();
  const { outcome } = await attempt(first);
  if (outcome.status === "accepted") learn(line.station, schedule, first, first);
  if (outcome.status !== "rejected" || line.station.proven.has(schedule.purpose)) return outcome;
  for (const options of alternatives(schedule, first)) {
    const next = await attempt(options);
    if (!next.sent || next.outcome.status === "rejected") continue;
    if (next.outcome.status !== "accepted") return next.outcome;
    learn(line.station, schedule, options, first);
    parts.onLearnt();
    return next.outcome;
  }
  return outcome;
}

/**
 * A profile under an id that is no longer ours would stay beside the new one, and might rank above it. Until
 * it is gone nothing new can be said to be in force.
 */
const clearOld = async (
  line: Line,
  { evseId, purpose }: Schedule,
  deadlineMs: EpochMs,
  context: OutboundContext,
): Promise<CommandOutcome> =>
  (await tryOnce(line, { kind: "clear-schedule", evseId, purpose }, deadlineMs, context)).outcome;

/** `sent` is false when this version cannot say the command, or not in this way. */
interface Tried {
  readonly outcome: CommandOutcome;
  readonly sent: boolean;
}

async function tryOnce(
  { session, codec }: Line,
  command: StationCommand,
  deadlineMs: EpochMs,
  context: OutboundContext,
): Promise<Tried> {
  const written = codec.write(command, context);
  if ("outcome" in written) return { outcome: written.outcome, sent: false };
  const result = await session.call({ ...written.call, deadlineMs, key: supersedeKey(command) });
  const outcome = result.kind === "result" ? codec.read(command, result.payload, context) : failureOf(result);
  return { outcome: withRequest(outcome, written.requestId), sent: true };
}

const withRequest = (outcome: CommandOutcome, requestId: number | undefined): CommandOutcome =>
  outcome.status === "accepted" && requestId !== undefined ? { ...outcome, requestId } : outcome;

/** Of schedules for one EVSE and purpose only the newest is worth sending. */
function supersedeKey(command: StationCommand): string | null {
  switch (command.kind) {
    case "set-schedule":
    case "update-schedule":
      return `${command.schedule.evseId}/${command.schedule.purpose}`;
    case "clear-schedule":
      return `${command.evseId}/${command.purpose}`;
    default:
      return null;
  }
}
