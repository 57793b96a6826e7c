/** Who may charge: what OCPP wants of a central system's answers, by the ids of its requirements. */
import { afterEach, describe, expect, it } from "vitest";
import { openStage, type Stage } from "../harness.js";

let stage: Stage;
afterEach(() => stage.close());

const timestamp = "2026-01-14T10:00:00Z";
const event = (change: object = {}): object => ({
  eventType: "Started",
  seqNo: 0,
  timestamp,
  triggerReason: "Authorized",
  transactionInfo: { transactionId: "tx" },
  evse: { id: 1 },
  idToken: { idToken: "A", type: "ISO14443" },
  ...change,
});

describe.each(["2.0.1", "2.1"] as const)("OCPP %s", (version) => {
  it("tells the standing of a token that is asked for, whatever it is [C01.FR.07, C06.FR.04]", async () => {
    stage = await openStage();
    const client = await stage.connect("CP1", version);
    for (const standing of ["Accepted", "Blocked", "Expired", "Invalid", "ConcurrentTx"] as const) {
      stage.gateway.standing = standing;
      expect(await client.call("Authorize", { idToken: { idToken: "A", type: "ISO14443" } })).toEqual({
        idTokenInfo: { status: standing },
      });
    }
  });

  it("calls a key code that does not hold here invalid [C04.FR.01]", async () => {
    stage = await openStage();
    stage.gateway.standing = "Invalid";
    const client = await stage.connect("CP1", version);
    expect(await client.call("Authorize", { idToken: { idToken: "1234", type: "KeyCode" } })).toEqual({
      idTokenInfo: { status: "Invalid" },
    });
    expect(stage.gateway.shown).toMatchObject([{ idToken: "1234", type: "KeyCode" }]);
  });

  it("tells the group of a token [C09.FR.02, E01.FR.12]", async () => {
    stage = await openStage();
    stage.gateway.verdict = { groupId: "G", expiresMs: null, language: null };
    const client = await stage.connect("CP1", version);
    const idTokenInfo = { status: "Accepted", groupIdToken: { idToken: "G", type: "Central" } };
    expect(await client.call("Authorize", { idToken: { idToken: "A", type: "ISO14443" } })).toEqual({
      idTokenInfo,
    });
    expect(await client.call("TransactionEvent", event())).toEqual({ idTokenInfo });
  });

  it("looks at the token of a transaction, also where the station let it begin [E01.FR.11, C12.FR.03]", async () => {
    stage = await openStage();
    stage.gateway.standing = "Blocked";
    const client = await stage.connect("CP1", version);
    expect(await client.call("TransactionEvent", event())).toEqual({ idTokenInfo: { status: "Blocked" } });
    const later = event({ eventType: "Updated", seqNo: 1 });
    expect(await client.call("TransactionEvent", later)).toEqual({ idTokenInfo: { status: "Blocked" } });
    expect(stage.gateway.shown).toHaveLength(2);
    const plain = event({ eventType: "Updated", seqNo: 2, idToken: undefined });
    expect(await client.call("TransactionEvent", JSON.parse(JSON.stringify(plain)) as object)).toEqual({});
  });
});

describe("OCPP 1.6", () => {
  it("tells the standing of a token that is asked for [§4.1]", async () => {
    stage = await openStage();
    const client = await stage.connect("CP1", "1.6");
    for (const status of ["Accepted", "Blocked", "Expired", "Invalid", "ConcurrentTx"] as const) {
      stage.gateway.standing = status;
      expect(await client.call("Authorize", { idTag: "A" })).toEqual({ idTagInfo: { status } });
    }
  });

  it("looks at the token of a start that was let begin, and gives it an id all the same [§4.8]", async () => {
    stage = await openStage();
    stage.gateway.standing = "Expired";
    const client = await stage.connect("CP1", "1.6");
    const start = { connectorId: 1, idTag: "A", meterStart: 0, timestamp };
    expect(await client.call("StartTransaction", start)).toEqual({
      transactionId: 1_000,
      idTagInfo: { status: "Expired" },
    });
  });

  it("cannot keep a transaction from stopping: whoever stops it is answered, and it is over [§4.10]", async () => {
    stage = await openStage();
    const client = await stage.connect("CP1", "1.6");
    await client.call("StartTransaction", { connectorId: 1, idTag: "A", meterStart: 0, timestamp });
    stage.gateway.standing = "Invalid";
    const stop = { transactionId: 1_000, idTag: "B", meterStop: 5, timestamp };
    expect(await client.call("StopTransaction", stop)).toEqual({ idTagInfo: { status: "Invalid" } });
    expect(stage.gateway.records.at(-1)).toMatchObject({ kind: "transaction-ended", meterWh: 5 });
  });
});
