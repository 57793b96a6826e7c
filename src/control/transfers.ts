import type { Session } from "../domain/session.js";
import { allowedTransfers } from "../planning/transfers.js";
import type { ControlParts } from "./contract.js";

/** Tells a station whose car named its ways of transfer which of them its driver allows now. */
export const tellTransfers = async (
  { link, log }: Pick<ControlParts, "link" | "log">,
  { stationId, evseId, transactionId, needs }: Session,
  mayDischarge: boolean,
): Promise<void> => {
  const transfers = allowedTransfers(needs?.transfers ?? [], mayDischarge);
  if (transfers.length === 0) return;
  const outcome = await link.send(stationId, { kind: "allow-transfers", transactionId, transfers });
  if (outcome.status !== "accepted" && outcome.status !== "unsupported")
    log.warn({ stationId, evseId, outcome }, "allowed energy transfer not taken");
};
