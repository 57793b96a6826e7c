/** A ledger that records one transaction after another until it is told to end, and tells each answer. */
import { openStore } from "../../src/store/open-store.js";
import { started } from "./events.js";

const store = await openStore({ path: process.argv[2] ?? "", commitWithinMs: 0 });
let count = 0;
const state = { isEnding: false };
process.on("message", () => {
  state.isEnding = true;
});
process.send?.("ready");
while (!state.isEnding) {
  const stationId = `CP${count % 7}`;
  await store.ledger.record(started({ stationId, transactionId: `tx-${count}`, meterWh: count }));
  count += 1;
  process.send?.(count);
}
await store.close();
process.disconnect();
