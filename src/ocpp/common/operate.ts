import type { CommandOutcome, OperatorCommand } from "../../domain/command.js";
import { type Payload, textAt } from "../wire.js";
import type { Written } from "./codec.js";
import { outcomeOf } from "./outcome.js";

export const call = (action: string, payload: Payload): Written => ({ call: { action, payload } });
export const cannot = (detail: string): Written => ({ outcome: { status: "unsupported", detail } });

/** What every version says alike. */
type Alike = Extract<
  OperatorCommand,
  { kind: "clear-cache" | "cancel-reservation" | "local-list-version" | "data-transfer" }
>;

export const writeAlike = (command: Alike): Written => {
  switch (command.kind) {
    case "clear-cache":
      return call("ClearCache", {});
    case "cancel-reservation":
      return call("CancelReservation", { reservationId: command.reservationId });
    case "local-list-version":
      return call("GetLocalListVersion", {});
    default: {
      const { vendorId, messageId, data } = command;
      return call("DataTransfer", {
        vendorId,
        ...(messageId === null ? {} : { messageId }),
        ...(data === null ? {} : { data }),
      });
    }
  }
};

/** The outcome of an answer with a status, and what a vendor's answer holds. */
export const readAlike = (
  { kind }: OperatorCommand,
  answer: Payload,
  alsoAccepted: readonly string[],
): CommandOutcome => {
  const outcome = outcomeOf(answer, alsoAccepted);
  const data = kind === "data-transfer" ? textAt(answer, "data") : null;
  return outcome.status !== "accepted" || data === null ? outcome : { ...outcome, data };
};
