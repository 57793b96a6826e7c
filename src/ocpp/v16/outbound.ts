import { type CommandOutcome, isSteering, type StationCommand } from "../../domain/command.js";
import type { OutboundContext, Written } from "../common/codec.js";
import { clearedOf, outcomeOf } from "../common/outcome.js";
import { compositePeriods, profileId } from "../common/profile.js";
import { readTime } from "../common/time.js";
import { listAt, numberAt, objectAt, type Payload, textAt } from "../wire.js";
import { operator16 } from "./operate/index.js";
import { writeTrigger } from "./trigger.js";
import { writeProfile } from "./profile.js";

/** The command as an OCPP 1.6 call. */
export function write(command: StationCommand, context: OutboundContext): Written {
  if (!isSteering(command)) return operator16.write(command, context);
  switch (command.kind) {
    case "set-schedule": {
      const { schedule } = command;
      const written = writeProfile(schedule, context.profile, context.electrics(schedule.evseId));
      if ("why" in written) return { outcome: { status: "error", detail: written.why } };
      const payload = { connectorId: written.evseId, csChargingProfiles: written.profile };
      return { call: { action: "SetChargingProfile", payload } };
    }
    case "clear-schedule": {
      const id = profileId(command.evseId, command.purpose, context.profile.idBase);
      return { call: { action: "ClearChargingProfile", payload: { id } } };
    }
    case "get-composite": {
      const payload = { connectorId: command.evseId, duration: Math.round(command.durationS) };
      return { call: { action: "GetCompositeSchedule", payload } };
    }
    case "remote-start": {
      const payload = { connectorId: command.evseId, idTag: command.idToken };
      return { call: { action: "RemoteStartTransaction", payload } };
    }
    case "remote-stop": {
      const transactionId = Number(command.transactionId);
      if (!Number.isSafeInteger(transactionId))
        return { outcome: { status: "error", detail: "1.6 transaction ids are whole numbers" } };
      return { call: { action: "RemoteStopTransaction", payload: { transactionId } } };
    }
    case "trigger":
      return writeTrigger(command);
    default:
      return { outcome: { status: "unsupported", detail: "OCPP 1.6 has no word for it" } };
  }
}

/** The answer to a written command. */
export function read(command: StationCommand, answer: Payload, context: OutboundContext): CommandOutcome {
  if (!isSteering(command)) return operator16.read(command, answer);
  if (command.kind === "clear-schedule") return clearedOf(answer);
  const outcome = outcomeOf(answer);
  if (command.kind !== "get-composite" || outcome.status !== "accepted") return outcome;
  const schedule = objectAt(answer, "chargingSchedule");
  const startMs =
    readTime(textAt(answer, "scheduleStart")) ?? readTime(textAt(schedule, "startSchedule")) ?? context.nowMs;
  const entries = listAt(schedule, "chargingSchedulePeriod").map((period) => ({
    startPeriod: numberAt(period, "startPeriod") ?? 0,
    value: numberAt(period, "limit") ?? 0,
    numberPhases: numberAt(period, "numberPhases"),
  }));
  const unit = textAt(schedule, "chargingRateUnit") === "W" ? "W" : "A";
  const electrics = context.electrics(command.evseId);
  return { status: "accepted", composite: compositePeriods(entries, unit, { startMs, electrics }) };
}
