import type { CommandOutcome, StationCommand } from "../../domain/command.js";
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
  const first = profileOptions(line.station, schedule, parts.maxOfflineDurationS);
  const { outcome } = await attempt(first);
  if (!schedule) return outcome;
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
  return { outcome, sent: true };
}

/** Of schedules for one EVSE and purpose only the newest is worth sending. */
function supersedeKey(command: StationCommand): string | null {
  switch (command.kind) {
    case "set-schedule":
      return `${command.schedule.evseId}/${command.schedule.purpose}`;
    case "clear-schedule":
      return `${command.evseId}/${command.purpose}`;
    default:
      return null;
  }
}
