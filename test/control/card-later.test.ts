/** Of a station that begins with the cable the card comes later: the car is planned anew at once, not at the next quarter. */
import { expect, it } from "vitest";
import { MINUTE_MS, SECOND_MS } from "../../src/domain/units.js";
import { createMemoryLedger } from "../../src/ports/ledger-memory.js";
import { communityOf, stationOf } from "../fixtures/sites.js";
import { connect, flatPolicy, harnessOf } from "./harness.js";

it("plans when a card is shown, and not again for the same card", async () => {
  const ledger = createMemoryLedger();
  const h = await harnessOf(communityOf([stationOf("p1")]), flatPolicy(2), { ledger });
  connect(h, "p1");
  await h.run(MINUTE_MS);
  const at = (seqNo: number) => {
    const atMs = h.clock.now();
    return { stationId: "p1", evseId: 1, transactionId: "t", seqNo, atMs, stationTimeMs: atMs };
  };
  const causesOf = async (event: Parameters<typeof h.control.record>[0]): Promise<string[]> => {
    const planned = h.cycles.length;
    await h.control.record(event);
    await h.run(10 * SECOND_MS);
    return h.cycles.slice(planned).flatMap(({ causes }) => causes);
  };
  const begun = { kind: "transaction-started", idToken: null, meterWh: 1_000 } as const;
  const shown = { kind: "transaction-updated", idToken: "card", authorized: true, sample: null } as const;
  expect(await causesOf({ ...begun, ...at(0) })).toContain("session-opened");
  expect(await causesOf({ ...shown, ...at(1) })).toEqual(["authorization"]);
  expect(await causesOf({ ...shown, ...at(2) })).toEqual([]);
  expect(await ledger.openSessions()).toMatchObject([{ idToken: "card" }]);
});
