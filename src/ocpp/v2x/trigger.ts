import { triggerList, type TriggerMessage } from "../../domain/trigger.js";
import type { Trigger, TriggerCommand, WireCall, Written } from "../common/codec.js";

const unsupported = (detail: string): Written => ({ outcome: { status: "unsupported", detail } });

/** A trigger that the version knows. */
export const writeTrigger = (
  { message, evseId, connectorId = 1, custom }: TriggerCommand,
  known: ReadonlySet<TriggerMessage>,
): Written => {
  if (message === "DiagnosticsStatusNotification")
    return unsupported("2.x tells of diagnostics by LogStatusNotification: ask for that");
  if (!known.has(message))
    return unsupported(`this version cannot be asked for ${message}, but for ${triggerList(known)}`);
  if ((message === "CustomTrigger") === (custom === undefined))
    return { outcome: { status: "error", detail: "custom goes with CustomTrigger, and only with it" } };
  if (message === "StatusNotification" && evseId === null)
    return { outcome: { status: "error", detail: "2.x tells the status of connectors: name the EVSE" } };
  const { action, payload } = trigger({ message, evseId, connectorId });
  return {
    call: { action, payload: { ...payload, ...(custom === undefined ? {} : { customTrigger: custom }) } },
  };
};

/** StatusNotification is of a connector, which 2.x wants named. */
export const trigger = ({ message, evseId, connectorId }: Trigger): WireCall => {
  const evse = message === "StatusNotification" ? { id: evseId, connectorId } : { id: evseId };
  return {
    action: "TriggerMessage",
    payload: { requestedMessage: message, ...(evseId === null ? {} : { evse }) },
  };
};
