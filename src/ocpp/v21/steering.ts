import type { InboundHandler } from "../common/codec.js";
import { idAt } from "../common/neutral.js";
import { textAt } from "../wire.js";

/**
 * PullDynamicScheduleUpdate: the value that a correction is to have now. Without one the profile that the
 * station holds is left to its dead-man's switch.
 */
export const pullDynamicScheduleUpdate: InboundHandler = (payload, { correctionOf }) => {
  const id = idAt(payload, "chargingProfileId");
  const [period] = (id === null ? null : correctionOf(id))?.periods ?? [];
  if (period === undefined) return { answer: () => ({ status: "Rejected" }) };
  const key = period.mode === "setpoint" ? "setpoint" : "limit";
  return { answer: () => ({ status: "Accepted", scheduleUpdate: { [key]: period.value } }) };
};

/** NotifyPriorityCharging: the driver pressed at the station, or took it back. Of a transaction that we do not know nothing follows. */
export const notifyPriorityCharging: InboundHandler = (payload, { stationId, nowMs, evseOf }) => {
  const transactionId = textAt(payload, "transactionId") ?? "";
  const evseId = evseOf(transactionId);
  const active = payload["activated"] === true;
  return {
    reports:
      evseId === null ? [] : [{ kind: "priority", stationId, evseId, atMs: nowMs, transactionId, active }],
    answer: () => ({}),
  };
};
