import type { CommandOutcome } from "../../domain/command.js";
import type { CallResult } from "../session/outbox.js";
import { objectAt, type Payload, textAt } from "../wire.js";

/** A status of a station's answer as an outcome; its reason (2.x) is the detail, as is one that is as good as accepted. */
export function outcomeOf(answer: Payload, alsoAccepted: readonly string[] = []): CommandOutcome {
  const status = textAt(answer, "status") ?? "no status";
  if (status === "Accepted") return { status: "accepted" };
  if (alsoAccepted.includes(status)) return { status: "accepted", detail: status };
  const info = objectAt(answer, "statusInfo");
  const detail = [status, textAt(info, "reasonCode"), textAt(info, "additionalInfo")]
    .filter((part) => part !== null)
    .join(" · ")
    .slice(0, 255);
  const unsupported = status === "NotSupported" || status === "NotImplemented";
  return { status: unsupported ? "unsupported" : "rejected", detail };
}

/** A profile that is not there is as good as cleared. */
export function clearedOf(answer: Payload): CommandOutcome {
  return textAt(answer, "status") === "Unknown" ? { status: "accepted" } : outcomeOf(answer);
}

/** A call that brought no answer of the wanted kind. */
export function failureOf(result: Exclude<CallResult, { kind: "result" }>): CommandOutcome {
  if (result.kind === "error") {
    const said = `${result.code}: ${result.description}`;
    if (result.code === "NotImplemented" || result.code === "NotSupported")
      return { status: "unsupported", detail: said };
    return { status: "error", detail: `the station answered ${said}` };
  }
  if (result.kind === "invalid")
    return { status: "error", detail: `not sent, against the schema: ${result.why}` };
  return FAILURES[result.kind];
}

const FAILURES: Record<"timeout" | "cut" | "offline" | "superseded", CommandOutcome> = {
  timeout: { status: "timeout", detail: "the station did not answer in time" },
  cut: { status: "timeout", detail: "the connection ended before the station answered" },
  offline: { status: "offline", detail: "the station is not connected" },
  superseded: { status: "error", detail: "superseded" },
};
