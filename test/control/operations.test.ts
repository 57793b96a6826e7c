import { beforeEach, describe, expect, it } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../../src/domain/units.js";
import { createMemoryLedger } from "../../src/ports/ledger-memory.js";
import { communityOf, EVENING_MS, stationOf } from "../fixtures/sites.js";
import { connect, flatPolicy, type Harness, harnessOf, plugIn } from "./harness.js";

let harness: Harness;
let sessionId: string;
beforeEach(async () => {
  harness = await harnessOf(communityOf([stationOf("p1")]), flatPolicy(3.3));
  connect(harness, "p1");
  await harness.run(MINUTE_MS);
  sessionId = await plugIn(harness, "p1");
});
const wish = () => harness.control.session(sessionId).then(({ preference }) => preference);

describe("what a driver asks for", () => {
  it("of two changes at once none undoes the other", async () => {
    await Promise.all([
      harness.control.setPreference(sessionId, { energyNeedKwh: 9 }),
      harness.control.setPreference(sessionId, { departureMs: EVENING_MS + 5 * HOUR_MS }),
      harness.control.chargeNow(sessionId, true),
    ]);
    expect(await wish()).toMatchObject({ energyNeedKwh: 9, departureMs: EVENING_MS + 5 * HOUR_MS });
    expect((await harness.control.session(sessionId)).chargeNow).toBe(true);
  });

  it("charge now is undone, whether by button or by the preference FAST", async () => {
    for (const now of [{ profileType: "FAST" as const }, { profileType: "CHEAP" as const }]) {
      await harness.control.setPreference(sessionId, now);
      expect((await harness.control.chargeNow(sessionId, true)).chargeNow).toBe(true);
      expect((await harness.control.chargeNow(sessionId, false)).chargeNow).toBe(false);
    }
  });

  it("a session that is over takes no wishes, and says so", async () => {
    await harness.control.record({
      kind: "transaction-ended",
      stationId: "p1",
      evseId: 1,
      atMs: harness.clock.now(),
      transactionId: "tx-p1",
      seqNo: 1,
      stationTimeMs: harness.clock.now(),
      meterWh: 2_000,
      exportedWh: null,
      reason: "Local",
    });
    const over = expect.objectContaining({ code: "session.ended", place: "params.id" });
    await expect(harness.control.setPreference(sessionId, { energyNeedKwh: 9 })).rejects.toEqual(over);
    await expect(harness.control.chargeNow(sessionId, true)).rejects.toEqual(over);
    await expect(harness.control.chargeNow("nobody's", true)).rejects.toMatchObject({
      code: "not-found.session",
    });
  });
});

it("a session of a station that the site file names no more stays readable, and takes no wishes", async () => {
  const ledger = createMemoryLedger();
  const before = await harnessOf(communityOf([stationOf("p1"), stationOf("gone")]), flatPolicy(3.3), {
    ledger,
  });
  connect(before, "gone");
  const id = await plugIn(before, "gone");
  const { control } = await harnessOf(communityOf([stationOf("p1")]), flatPolicy(3.3), { ledger });
  const shown = { id, stationId: "gone", endedMs: null, departureMs: null };
  expect(await control.sessions({})).toMatchObject([shown]);
  expect(await control.session(id)).toMatchObject(shown);
  expect(control.openSessions("gone")).toMatchObject([{ id }]);
  const unknown = expect.objectContaining({ code: "not-found.station" });
  await expect(control.chargeNow(id, true)).rejects.toEqual(unknown);
  await expect(control.setPreference(id, { energyNeedKwh: 9 })).rejects.toEqual(unknown);
  expect(await control.session(id)).toMatchObject({ chargeNow: false });
});
