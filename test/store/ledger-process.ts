/** A ledger in a process of its own, to be killed: records what it is sent and answers after the commit. */
import type { TransactionEvent } from "../../src/domain/fleet.js";
import { openStore } from "../../src/store/open-store.js";

const store = await openStore({ path: process.argv[2] ?? "" });
process.on("message", (event: TransactionEvent) => {
  void store.ledger
    .record(event)
    .then(({ transactionId, outcome }) =>
      process.send?.({ stationId: event.stationId, transactionId, outcome }),
    );
});
process.send?.("ready");
