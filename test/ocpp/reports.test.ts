import { afterEach, describe, expect, it } from "vitest";
import type { OcppVersion } from "../../src/domain/fleet.js";
import type { StationNews } from "../../src/domain/station-news.js";
import { answering, openStage, type Stage } from "./harness.js";

let stage: Stage;
afterEach(() => stage.close());

const connected = async (version: OcppVersion) => {
  const news: StationNews[] = [];
  stage = await openStage({ note: (each) => void news.push(each) });
  const client = await stage.connect("CP1", version);
  answering(client, {});
  return { client, news };
};

describe.each<OcppVersion>(["2.0.1", "2.1"])("what an OCPP %s station tells of itself", (version) => {
  it("its device model, part by part, each attribute a setting", async () => {
    const { client, news } = await connected(version);
    const asked = await stage.central.link.send("CP1", { kind: "report-settings", inventory: "full" });
    const requestId = asked.status === "accepted" ? asked.requestId : undefined;
    expect(requestId).toEqual(expect.any(Number));
    const reportData = [
      {
        component: { name: "EVSE", evse: { id: 2 } },
        variable: { name: "Power" },
        variableAttribute: [
          { value: "7000", mutability: "ReadOnly" },
          { type: "MaxSet", value: "11000", mutability: "ReadWrite" },
        ],
        variableCharacteristics: { unit: "W", dataType: "decimal", supportsMonitoring: true },
      },
      {
        component: { name: "Connector", evse: { id: 1, connectorId: 2 }, instance: "left" },
        variable: { name: "Type", instance: "a" },
        variableAttribute: [{}],
      },
    ];
    const generatedAt = new Date(0).toISOString();
    await client.call("NotifyReport", { requestId, generatedAt, seqNo: 0, tbc: true, reportData });
    await client.call("NotifyReport", { requestId, generatedAt, seqNo: 1 });
    expect(news).toMatchObject([
      { kind: "commanded", stationId: "CP1", command: { kind: "report-settings" }, outcome: { requestId } },
      {
        kind: "settings-told",
        requestId,
        more: true,
        settings: [
          { name: "EVSE@2.Power", value: "7000", readOnly: true, unit: "W", dataType: "decimal" },
          { name: "EVSE@2.Power (MaxSet)", value: "11000", readOnly: false },
          { name: "Connector[left]@1/2.Type[a]", value: null, readOnly: null, unit: null },
        ],
      },
      { kind: "settings-told", requestId, more: false, settings: [] },
    ]);
  });

  it("a breach of its security", async () => {
    const { client, news } = await connected(version);
    const timestamp = "2026-01-14T10:00:00Z";
    await client.call("SecurityEventNotification", { type: "TamperDetectionActivated", timestamp });
    await client.call("SecurityEventNotification", { type: "Odd", timestamp, techInfo: "more" });
    expect(news.map((each) => (each.kind === "event" ? each.event : null))).toMatchObject([
      { topic: "security", type: "TamperDetectionActivated", detail: "", stationMs: Date.parse(timestamp) },
      { topic: "security", type: "Odd", detail: "more" },
    ]);
  });

  it("a command that was refused leaves no trace", async () => {
    const { client, news } = await connected(version);
    answering(client, { GetBaseReport: () => ({ status: "NotSupported" }) });
    await stage.central.link.send("CP1", { kind: "report-settings", inventory: "summary" });
    expect(news).toEqual([]);
  });
});
