import { type CommandOutcome, isSteering } from "../../domain/command.js";
import type { SteeringCommand } from "../../domain/commands/steering.js";
import type { Codec, OutboundContext, Written } from "../common/codec.js";
import { clearedOf, outcomeOf } from "../common/outcome.js";
import { type CompositeEntry, compositePeriods, profileId } from "../common/profile.js";
import { readTime } from "../common/time.js";
import { listAt, numberAt, objectAt, type Payload, textAt } from "../wire.js";
import type { TriggerMessage } from "../../domain/trigger.js";
import { cannot, type Sayings, speaker } from "../common/operate.js";
import type { ProfileWriter } from "./profile.js";
import { writeTrigger } from "./trigger.js";

/** A version's own words: its commands of operators, and how it writes profiles. */
interface Own {
  readonly sayings: Sayings;
  readonly writeProfile: ProfileWriter;
  /** Messages that it can be asked for. */
  readonly triggers: ReadonlySet<TriggerMessage>;
}

/** Commands as 2.x calls, and the answers to them. */
export const outbound2x = (own: Own): Pick<Codec, "write" | "read"> => {
  const operator = speaker(own.sayings);
  return {
    write: (command, context) =>
      isSteering(command) ? writeSteering(own, command, context) : operator.write(command, context),
    read: (command, answer, context) =>
      isSteering(command) ? readSteering(command, answer, context) : operator.read(command, answer),
  };
};

/** The command as a 2.x call, the profile by the version's own writer. */
const writeSteering = (own: Own, command: SteeringCommand, context: OutboundContext): Written => {
  switch (command.kind) {
    case "set-schedule": {
      const { schedule } = command;
      const written = own.writeProfile(schedule, context.profile, context.electrics(schedule.evseId));
      if ("why" in written) return { outcome: { status: "error", detail: written.why } };
      const payload = { evseId: written.evseId, chargingProfile: written.profile };
      return { call: { action: "SetChargingProfile", payload } };
    }
    case "clear-schedule": {
      const chargingProfileId = profileId(command.evseId, command.purpose, context.profile.idBase);
      return { call: { action: "ClearChargingProfile", payload: { chargingProfileId } } };
    }
    case "get-composite": {
      const payload = { evseId: command.evseId, duration: Math.round(command.durationS) };
      return { call: { action: "GetCompositeSchedule", payload } };
    }
    case "remote-start": {
      const payload = {
        evseId: command.evseId,
        remoteStartId: context.nextId(),
        idToken: { idToken: command.idToken, type: "Central" },
      };
      return { call: { action: "RequestStartTransaction", payload } };
    }
    case "remote-stop":
      return {
        call: { action: "RequestStopTransaction", payload: { transactionId: command.transactionId } },
      };
    case "trigger":
      return writeTrigger(command, own.triggers);
    default:
      return cannot("only OCPP 2.1 has a word for it");
  }
};

function readSteering(command: SteeringCommand, answer: Payload, context: OutboundContext): CommandOutcome {
  if (command.kind === "clear-schedule") return clearedOf(answer);
  const outcome = outcomeOf(answer);
  if (command.kind !== "get-composite" || outcome.status !== "accepted") return outcome;
  const schedule = objectAt(answer, "schedule");
  const startMs = readTime(textAt(schedule, "scheduleStart")) ?? context.nowMs;
  const unit = textAt(schedule, "chargingRateUnit") === "W" ? "W" : "A";
  const entries = listAt(schedule, "chargingSchedulePeriod").map(readEntry);
  const electrics = context.electrics(command.evseId);
  return { status: "accepted", composite: compositePeriods(entries, unit, { startMs, electrics }) };
}

/** 2.1: a setpoint is what the car does; Idle is nothing; else the limit is what it may draw. */
function readEntry(period: Payload): CompositeEntry {
  const idle = textAt(period, "operationMode") === "Idle";
  return {
    startPeriod: numberAt(period, "startPeriod") ?? 0,
    value: idle ? 0 : (numberAt(period, "setpoint") ?? numberAt(period, "limit") ?? 0),
    numberPhases: numberAt(period, "numberPhases"),
  };
}
