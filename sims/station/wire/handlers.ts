import type { ClearFilter } from "../profiles.js";
import type { Handler, HandlerContext, Payload } from "./words.js";

/** Clears what a version's own words ask to be cleared. */
export const clearHandler =
  (filterOf: (payload: Payload) => ClearFilter): Handler =>
  (payload, { operations }) => ({ status: operations.clear(filterOf(payload)) > 0 ? "Accepted" : "Unknown" });

/** Nothing of these is under way unless the station tells so by itself. */
const IDLE = ["FirmwareStatusNotification", "DiagnosticsStatusNotification", "LogStatusNotification"];

const MESSAGES = ["StatusNotification", "MeterValues", "Heartbeat", "TransactionEvent"] as const;

/** Sends what it is asked for. A station whose boot was accepted refuses to boot again (OCPP 2.0.1 F06.FR.17). */
export const triggerHandler =
  (unknown: readonly string[] = []): Handler =>
  ({ requestedMessage }, { operations, follow }) => {
    const idle = IDLE.find((name) => name === requestedMessage && !unknown.includes(name));
    if (idle !== undefined) follow({ action: idle, payload: { status: "Idle" } });
    if (idle !== undefined) return { status: "Accepted" };
    const message = MESSAGES.find((name) => name === requestedMessage && !unknown.includes(name));
    if (message !== undefined) operations.trigger(message);
    if (message !== undefined) return { status: "Accepted" };
    return { status: requestedMessage === "BootNotification" ? "Rejected" : "NotImplemented" };
  };

/** Takes a local list that is newer than the one it has; of what is in it nothing is made. */
export const takeList = (version: unknown, list: HandlerContext["list"]): Payload => {
  if (typeof version !== "number" || version <= list.version) return { status: "VersionMismatch" };
  list.version = version;
  return { status: "Accepted" };
};
