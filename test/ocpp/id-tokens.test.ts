import { afterEach, describe, expect, it } from "vitest";
import { openStage, type Stage } from "./harness.js";

let stage: Stage;
afterEach(() => stage.close());

const END = Date.parse("2027-01-01T00:00:00Z");
const timestamp = "2026-01-14T10:00:00Z";

describe("a station is told what is known of a token", () => {
  it("1.6: standing, end and parent id tag", async () => {
    stage = await openStage();
    stage.gateway.standing = "Expired";
    stage.gateway.verdict = { groupId: "G", expiresMs: END, language: "zh-CN" };
    const client = await stage.connect("CP1", "1.6");
    const idTagInfo = { status: "Expired", parentIdTag: "G", expiryDate: new Date(END).toISOString() };
    expect(await client.call("Authorize", { idTag: "A" })).toEqual({ idTagInfo });
    const start = { connectorId: 2, idTag: "A", meterStart: 0, timestamp };
    expect(await client.call("StartTransaction", start)).toMatchObject({ idTagInfo });
    stage.gateway.standing = "ConcurrentTx";
    stage.gateway.verdict = { groupId: "g".repeat(21), expiresMs: null, language: null };
    expect(await client.call("Authorize", { idTag: "B" })).toEqual({ idTagInfo: { status: "ConcurrentTx" } });
    const stop = { transactionId: 1000, idTag: "B", meterStop: 1, timestamp };
    await client.call("StopTransaction", stop);
    expect(stage.gateway.shown).toEqual([
      { stationId: "CP1", idToken: "A", type: null, beginsAt: null },
      { stationId: "CP1", idToken: "A", type: null, beginsAt: 2 },
      { stationId: "CP1", idToken: "B", type: null, beginsAt: null },
      { stationId: "CP1", idToken: "B", type: null, beginsAt: null },
    ]);
  });

  it.each(["2.0.1", "2.1"] as const)("%s: standing, end, group and language", async (version) => {
    stage = await openStage();
    stage.gateway.standing = "Blocked";
    stage.gateway.verdict = { groupId: "G", expiresMs: END, language: "zh-CN" };
    const client = await stage.connect("CP1", version);
    const idTokenInfo = {
      status: "Blocked",
      cacheExpiryDateTime: new Date(END).toISOString(),
      groupIdToken: { idToken: "G", type: "Central" },
      language1: "zh-CN",
    };
    const idToken = { idToken: "A", type: "eMAID" };
    expect(await client.call("Authorize", { idToken })).toEqual({ idTokenInfo });
    const event = (eventType: string, seqNo: number, triggerReason: string) => ({
      eventType,
      timestamp,
      triggerReason,
      seqNo,
      transactionInfo: { transactionId: "t" },
      evse: { id: 2 },
      idToken,
    });
    expect(await client.call("TransactionEvent", event("Started", 0, "Authorized"))).toMatchObject({
      idTokenInfo,
    });
    await client.call("TransactionEvent", event("Ended", 1, "StopAuthorized"));
    expect(stage.gateway.shown.map(({ type, beginsAt }) => [type, beginsAt])).toEqual([
      ["eMAID", null],
      ["eMAID", 2],
      ["eMAID", null],
    ]);
  });
});
