import { isSteering } from "../../domain/command.js";
import type { Schedule } from "../../domain/schedule.js";
import { triggersOf } from "../../domain/trigger.js";
import type { Codec, OutboundContext, Written } from "../common/codec.js";
import { call } from "../common/operate.js";
import { profileId, wirePeriods } from "../common/profile.js";
import { sayings2x } from "../v2x/operate/index.js";
import { outbound2x } from "../v2x/outbound.js";
import type { Payload } from "../wire.js";
import { sayings21 } from "./operate.js";
import { writeProfile } from "./profile.js";

const alike = outbound2x({
  sayings: { ...sayings2x("2.1"), ...sayings21 },
  writeProfile,
  triggers: triggersOf("2.1"),
});

/** The value of a correction as UpdateDynamicSchedule tells it, or why it cannot be told. */
const scheduleUpdate = (schedule: Schedule, { profile, electrics }: OutboundContext): Payload | string => {
  const written = wirePeriods(schedule, profile, electrics(schedule.evseId));
  if ("why" in written) return written.why;
  const [period] = written.periods;
  if (period === undefined) return "a correction has one period";
  return period.mode === "setpoint" ? { setpoint: period.value } : { limit: period.value };
};

const updateSchedule = (schedule: Schedule, context: OutboundContext): Written => {
  const update = scheduleUpdate(schedule, context);
  if (typeof update === "string") return { outcome: { status: "error", detail: update } };
  const chargingProfileId = profileId(schedule.evseId, schedule.purpose, context.profile.idBase);
  return call("UpdateDynamicSchedule", { chargingProfileId, scheduleUpdate: update });
};

/** Commands as OCPP 2.1 calls. */
export const write: Codec["write"] = (command, context) => {
  if (!isSteering(command)) return alike.write(command, context);
  switch (command.kind) {
    case "update-schedule":
      return updateSchedule(command.schedule, context);
    case "use-priority":
      return call("UsePriorityCharging", { transactionId: command.transactionId, activate: command.on });
    case "allow-transfers":
      return call("NotifyAllowedEnergyTransfer", {
        transactionId: command.transactionId,
        allowedEnergyTransfer: command.transfers,
      });
    default:
      return alike.write(command, context);
  }
};

/** The answers to them. */
export const { read } = alike;
