import type { CommandOutcome } from "../../../domain/command.js";
import type { ItemResult } from "../../../domain/commands/monitoring.js";
import { objectAt, type Payload, textAt } from "../../wire.js";

/** What was refused of something, in the station's word; null: nothing. `key` holds the status. */
export const refusalIn = (result: Payload, key: string, accepted: readonly string[]): string | null => {
  const status = textAt(result, key) ?? "no status";
  if (accepted.includes(status)) return null;
  const info = objectAt(result, key === "status" ? "statusInfo" : "attributeStatusInfo");
  const parts = [status, textAt(info, "reasonCode"), textAt(info, "additionalInfo")];
  return parts
    .filter((part) => part !== null)
    .join(" · ")
    .slice(0, 255);
};

/** A command about several things is accepted where one of them was; what became of each stands beside. */
export const outcomeOfItems = (results: readonly ItemResult[]): CommandOutcome => {
  if (results.some(({ why }) => why === null)) return { status: "accepted", results };
  const detail = results.map(({ item, why }) => `${item}: ${why}`).join("; ");
  return { status: "rejected", detail: (detail === "" ? "no result" : detail).slice(0, 1_000) };
};
