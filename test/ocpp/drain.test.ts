/** What a stop leaves behind: every message that was read is answered, and nobody is let in any more. */
import { afterEach, describe, expect, it } from "vitest";
import type { OcppVersion } from "../../src/domain/fleet.js";
import { answering, openStage, type Stage, until } from "./harness.js";
import { basic, upgradeStatus } from "./raw.js";

let stage: Stage;
afterEach(() => stage.close());

const transaction: Record<OcppVersion, [string, object]> = {
  "1.6": [
    "StartTransaction",
    { connectorId: 1, idTag: "CARD", meterStart: 0, timestamp: "2026-06-01T17:00:00Z" },
  ],
  "2.0.1": ["TransactionEvent", event()],
  "2.1": ["TransactionEvent", event()],
};
function event(): object {
  return {
    eventType: "Started",
    timestamp: "2026-06-01T17:00:00Z",
    triggerReason: "CablePluggedIn",
    seqNo: 0,
    transactionInfo: { transactionId: "tx-1" },
    evse: { id: 1 },
  };
}

describe.each(Object.entries(transaction))(
  "a stop of the central system, OCPP %s",
  (version, [action, payload]) => {
    it("answers what is being committed, closes with 1001 and refuses who comes meanwhile", async () => {
      stage = await openStage();
      let commit = (): void => undefined;
      const committed = new Promise<void>((resolve) => {
        commit = resolve;
      });
      stage.gateway.delay = () => committed;
      const client = await stage.connect("CP1", version as OcppVersion);
      const codes: number[] = [];
      client.on("close", ({ code }: { code: number }) => codes.push(code));
      const answer = client.call(action, payload);
      await until(() => stage.central.connections().some(({ inbound }) => inbound > 0));
      const stopped = stage.central.close();
      const late = await upgradeStatus(stage.port, "/ocpp/CP2", { authorization: basic("CP2") });
      expect(late).toMatchObject({ status: 503, headers: { "retry-after": "10" } });
      expect(stage.central.connections()).toHaveLength(1);
      commit();
      await expect(answer).resolves.toBeTypeOf("object");
      await stopped;
      await until(() => codes.length > 0);
      expect(codes).toEqual([1001]);
      expect(stage.gateway.records).toHaveLength(1);
      expect(stage.central.connections()).toEqual([]);
    });
  },
);

describe("a stop of the central system", () => {
  it("does not wait for ever, and says what was left", async () => {
    stage = await openStage({ settings: { drainMs: 20 } });
    stage.gateway.delay = () => new Promise(() => undefined);
    const client = await stage.connect("CP1", "1.6");
    const [action, payload] = transaction["1.6"];
    const answer = client.call(action, payload).catch((error: unknown) => error);
    await until(() => stage.central.connections().some(({ inbound }) => inbound > 0));
    await stage.central.close();
    expect(stage.lines).toContainEqual(
      expect.objectContaining({ fields: { stations: 1 }, message: expect.stringContaining("not answered") }),
    );
    await expect(answer).resolves.toBeInstanceOf(Error);
  });

  it("closes many connections a few at a time: the last is still there when the first has gone", async () => {
    stage = await openStage({ settings: { closeSpreadMs: 600 } });
    const { link } = stage.central;
    const clients = [];
    for (let index = 0; index < 60; index++) clients.push(await stage.connect(`CP${index}`, "1.6"));
    const asked = answering(clients[59]!, {});
    clients[0]?.once("close", () => void link.send("CP59", { kind: "clear-cache" }));
    await stage.central.close();
    expect(asked.map(({ method }) => method)).toContain("ClearCache");
    expect(stage.central.connections()).toEqual([]);
  });
});
