/** Transactions of a station of each version, as it tells them. */
import { z } from "zod";
import type { Peer } from "./served-stage.js";

const timestamp = new Date().toISOString();
const started = z.object({ transactionId: z.int() });

/** Begins one; gives what ends it. */
export const beginCharge = async (
  { client }: Pick<Peer, "client">,
  version: string,
): Promise<() => Promise<unknown>> => {
  if (version === "1.6") {
    const start = { connectorId: 1, idTag: "CARD", meterStart: 0, timestamp };
    const { transactionId } = started.parse(await client.call("StartTransaction", start));
    const stop = { transactionId, meterStop: 1_500, timestamp, reason: "Local" };
    return () => client.call("StopTransaction", stop);
  }
  const event = (eventType: string, seqNo: number, more: object) =>
    client.call("TransactionEvent", {
      eventType,
      seqNo,
      timestamp,
      triggerReason: eventType === "Started" ? "Authorized" : "StopAuthorized",
      transactionInfo: { transactionId: "tx-1", ...more },
      evse: { id: 1, connectorId: 1 },
      idToken: { idToken: "CARD", type: "ISO14443" },
    });
  await event("Started", 0, {});
  return () => event("Ended", 1, { stoppedReason: "Local" });
};
