import type { CommandOutcome, StationCommand } from "../../domain/command.js";
import type { Schedule } from "../../domain/schedule.js";
import type { EpochMs } from "../../domain/units.js";
import type { QuirkBook } from "../../ports/quirk-book.js";
import type { Codec, OutboundContext, ProfileOptions } from "../common/codec.js";
import { failureOf } from "../common/outcome.js";
import type { Session } from "../session/contract.js";
import { takenBy } from "../common/placed.js";
import { besideAside, inVendorsWords } from "../common/told-aside.js";
import { alternatives, type LadderContext, profileOptions, provenBy } from "./ladder.js";
import { isMeasurandList, writeMeasurands } from "./measurands.js";
import { noteHeld, type Station } from "./station.js";

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
  /** What models want is looked up here, and what trying shows is kept. */
  readonly quirks: QuirkBook;
  /** The station has one EVSE. */
  readonly alone: () => boolean;
  /** Puts on disk under which ids the station holds profiles of ours. */
  readonly keep: () => void;
}

/**
 * Sends a command and waits for its outcome, until `deadlineMs` of elapsed time for all tries together. A refused
 * profile is tried in the other ways that stations are known to want, until one was accepted.
 */
export async function runCommand(
  line: Line,
  command: StationCommand,
  deadlineMs: number,
  parts: CommandParts,
): Promise<CommandOutcome> {
  const schedule = command.kind === "set-schedule" ? besideAside(command.schedule) : null;
  const said: StationCommand = schedule === null ? command : { kind: "set-schedule", schedule };
  const attempt = (profile: ProfileOptions): Promise<Tried> =>
    tryOnce(line, said, deadlineMs, tryContext(parts, profile));
  const ladder: LadderContext = {
    maxOfflineDurationS: parts.maxOfflineDurationS,
    alone: parts.alone(),
    quirks: parts.quirks.of(line.station.id),
    clockAheadMs: line.station.memory.clock.aheadMs,
  };
  const told = "schedule" in command ? command.schedule : null;
  const first = profileOptions(line.station, told, ladder);
  if (isMeasurandList(command)) {
    const ask = async (one: StationCommand): Promise<CommandOutcome> =>
      (await tryOnce(line, one, deadlineMs, tryContext(parts, first))).outcome;
    return writeMeasurands(command, { station: line.station, quirks: parts.quirks, ask });
  }
  const key = supersedeKey(command) ?? "";
  const idBase = line.station.idBases.get(key);
  const held = idBase === undefined || idBase === first.idBase ? first : { ...first, idBase };
  if (!schedule) return (await attempt(held)).outcome;
  if (held.idBase !== first.idBase) {
    const cleared = await clearOld(line, schedule, deadlineMs, tryContext(parts, held));
    if (cleared.status !== "accepted") return cleared;
  }
  if (idBase !== first.idBase) {
    line.station.idBases.set(key, first.idBase);
    parts.keep();
  }
  const outcome = await place({ line, parts, attempt }, schedule, first, ladder);
  if (outcome.status === "unsupported") parts.quirks.learn(line.station.id, { smartCharging: false });
  return outcome;
}

interface Placing {
  readonly line: Line;
  readonly parts: CommandParts;
  readonly attempt: (profile: ProfileOptions) => Promise<Tried>;
}

/** Tries one way after the other and remembers what was accepted. */
async function place(
  { line: { station }, parts, attempt }: Placing,
  schedule: Schedule,
  first: ProfileOptions,
  ladder: LadderContext,
): Promise<CommandOutcome> {
  const learn = (used: ProfileOptions): void => {
    station.proven.add(schedule.purpose);
    noteHeld(station, schedule, used);
    // Before it told its abilities it was asked by what is taken of any.
    if (station.knownAs !== null || used !== first)
      parts.quirks.learn(station.id, {
        smartCharging: true,
        ...provenBy(station, schedule, { used, first }),
      });
  };
  const { outcome } = await attempt(first);
  if (outcome.status === "accepted") learn(first);
  if (!mayDescend(outcome) || station.proven.has(schedule.purpose)) return outcome;
  for (const options of alternatives(schedule, first, ladder)) {
    const next = await attempt(options);
    if (!next.sent || mayDescend(next.outcome)) continue;
    if (next.outcome.status === "accepted") learn(options);
    return displaces(options, first) ? inDefaultsPlace(next.outcome) : next.outcome;
  }
  return outcome;
}

/** Until one was accepted there nobody counts with it that a session's schedule takes the default's place. */
const displaces = (used: ProfileOptions, first: ProfileOptions): boolean =>
  first.place === "TxProfile" && used.place !== "TxProfile";

const inDefaultsPlace = (outcome: CommandOutcome): CommandOutcome =>
  outcome.status === "timeout" || outcome.status === "error"
    ? { ...outcome, inDefaultsPlace: true }
    : outcome;

/** A refusal for a transaction that is not there says nothing of how profiles are taken. */
const mayDescend = (outcome: CommandOutcome): boolean =>
  outcome.status === "rejected" && !/\bTxNotFound\b/i.test(outcome.detail);

/**
 * A profile under an id that is no longer ours would stay beside the new one, and might rank above it. Until
 * it is gone nothing new can be said to be in force.
 */
const clearOld = async (
  line: Line,
  { evseId, purpose }: Schedule,
  deadlineMs: number,
  context: TryContext,
): Promise<CommandOutcome> =>
  (await tryOnce(line, { kind: "clear-schedule", evseId, purpose }, deadlineMs, context)).outcome;

/** `sent` is false when this version cannot say the command, or not in this way. */
interface Tried {
  readonly outcome: CommandOutcome;
  readonly sent: boolean;
}

type TryContext = OutboundContext & Pick<CommandParts, "quirks">;

const tryContext = (parts: CommandParts, profile: ProfileOptions): TryContext => {
  const { electrics, nextId, quirks } = parts;
  return { electrics, nextId, quirks, profile, nowMs: parts.now() };
};

async function tryOnce(
  { station, session, codec }: Line,
  command: StationCommand,
  deadlineMs: number,
  context: TryContext,
): Promise<Tried> {
  const wanted = command.kind === "set-schedule" ? command.schedule : null;
  const taken = wanted === null ? null : takenBy(wanted, context.profile);
  const asTaken: StationCommand =
    taken === null
      ? inVendorsWords(command, context.quirks.of(station.id).values, context.electrics)
      : { kind: "set-schedule", schedule: taken };
  const written = codec.write(asTaken, context);
  if ("outcome" in written) return { outcome: written.outcome, sent: false };
  const { action, payload } = written.call;
  const result = await session.call({ action, payload, deadlineMs, key: supersedeKey(command) });
  const outcome = result.kind === "result" ? codec.read(asTaken, result.payload, context) : failureOf(result);
  const partly = outcome.status === "accepted" && taken !== null && taken !== wanted;
  const told = withRequest(outcome, written.requestId);
  return { outcome: partly && told.status === "accepted" ? { ...told, taken } : told, sent: true };
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
