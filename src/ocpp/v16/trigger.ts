import { triggerList, type TriggerMessage, triggersOf } from "../../domain/trigger.js";
import type { Trigger, TriggerCommand, WireCall, Written } from "../common/codec.js";

/** Those of the security extension, by their names there. */
const EXTENDED: ReadonlyMap<TriggerMessage, string> = new Map<TriggerMessage, string>([
  ["LogStatusNotification", "LogStatusNotification"],
  ["SignChargingStationCertificate", "SignChargePointCertificate"],
]);

const KNOWN = triggersOf("1.6");

/** TriggerMessage, or ExtendedTriggerMessage for what only the security extension has. */
export const writeTrigger = ({ message, evseId }: TriggerCommand): Written => {
  const extended = EXTENDED.get(message);
  if (!KNOWN.has(message)) {
    const detail = `1.6 cannot be asked for ${message}, but for ${triggerList(KNOWN)}`;
    return { outcome: { status: "unsupported", detail } };
  }
  if (extended === undefined) return { call: trigger({ message, evseId }) };
  return { call: { ...trigger({ message: extended, evseId }), action: "ExtendedTriggerMessage" } };
};

export const trigger = ({
  message,
  evseId,
}: {
  readonly message: string;
  readonly evseId: Trigger["evseId"];
}): WireCall => ({
  action: "TriggerMessage",
  payload: { requestedMessage: message, ...(evseId === null ? {} : { connectorId: evseId }) },
});
