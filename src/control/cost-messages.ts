import type { TransferAnswer } from "../domain/transfer-hook.js";
import type { TransferHook } from "../ports/transfer-hooks.js";
import type { CostBook } from "./cost-book.js";

/** The transaction that a message names; null: it is not to be read. */
const transactionOf = (data: string | null): string | null => {
  try {
    const read: unknown = JSON.parse(data ?? "");
    if (typeof read !== "object" || read === null || !("transactionId" in read)) return null;
    const { transactionId } = read;
    return Number.isSafeInteger(transactionId) ? String(transactionId) : null;
  } catch {
    return null;
  }
};

/** What 1.6 stations send of costs by "OCPP & California Pricing Requirements": that the plug was pulled. */
export const costMessages = (costs: Pick<CostBook, "unplugged">): TransferHook => ({
  vendorId: "org.openchargealliance.costmsg",
  messages: {
    ConnectorUnplugged: ({ stationId, data }): TransferAnswer => {
      const transactionId = transactionOf(data);
      if (transactionId === null) return { status: "Rejected" };
      return { status: costs.unplugged(stationId, transactionId) ? "Accepted" : "Rejected" };
    },
  },
});
