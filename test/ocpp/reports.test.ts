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

describe.each<OcppVersion>(["1.6", "2.0.1", "2.1"])(
  "what a station of OCPP %s tells of itself",
  (version) => {
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
  },
);

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

  it("its monitors, part by part", async () => {
    const { client, news } = await connected(version);
    const generatedAt = new Date(0).toISOString();
    const more = version === "2.1" ? { eventNotificationType: "CustomMonitor" } : {};
    const one = { id: 3, transaction: true, value: 0.5, type: "Delta", severity: 6, ...more };
    const monitor = [
      {
        component: { name: "EVSE", evse: { id: 1 } },
        variable: { name: "Power" },
        variableMonitoring: [one, { ...one, id: 4, transaction: false, type: "Periodic" }],
      },
    ];
    await client.call("NotifyMonitoringReport", { requestId: 9, generatedAt, seqNo: 0, tbc: true, monitor });
    await client.call("NotifyMonitoringReport", { requestId: 9, generatedAt, seqNo: 1 });
    const told = { name: "EVSE@1.Power", value: 0.5, severity: 6 };
    expect(news).toMatchObject([
      {
        kind: "monitors-told",
        requestId: 9,
        more: true,
        monitors: [
          { ...told, id: 3, type: "Delta", inTransaction: true },
          { ...told, id: 4, type: "Periodic", inTransaction: false },
        ],
      },
      { kind: "monitors-told", requestId: 9, more: false, monitors: [] },
    ]);
  });

  it("what its monitors found, but no plug that is a status, and of what is periodic the value alone", async () => {
    const { client, news } = await connected(version);
    const timestamp = "2026-01-14T10:00:00Z";
    const event = (change: object) => ({
      eventId: 1,
      timestamp,
      trigger: "Alerting",
      actualValue: "91",
      component: { name: "ChargingStation" },
      variable: { name: "Temperature" },
      eventNotificationType: "CustomMonitor",
      ...change,
    });
    const eventData = [
      event({
        techCode: "T1",
        techInfo: "hot",
        variableMonitoringId: 7,
        transactionId: "tx",
        ...(version === "2.1" ? { severity: 2 } : {}),
      }),
      event({ actualValue: "40", cleared: true }),
      event({ trigger: "Periodic", actualValue: "41" }),
      event({
        trigger: "Delta",
        actualValue: "Available",
        component: { name: "Connector", evse: { id: 1, connectorId: 1 } },
        variable: { name: "AvailabilityState" },
      }),
    ];
    await client.call("NotifyEvent", { generatedAt: timestamp, seqNo: 0, eventData });
    const name = "ChargingStation.Temperature";
    const alarm = { name, cleared: false, monitorId: null, transactionId: null, severity: null };
    expect(news).toEqual([
      {
        kind: "values-told",
        stationId: "CP1",
        atMs: expect.any(Number),
        values: ["91", "40", "41"].map((value) => ({ name, value })),
      },
      ...[
        {
          detail: "T1: hot",
          alarm: {
            ...alarm,
            value: "91",
            monitorId: 7,
            transactionId: "tx",
            severity: version === "2.1" ? 2 : null,
          },
        },
        { detail: "", alarm: { ...alarm, value: "40", cleared: true } },
      ].map((told) => ({
        kind: "event",
        stationId: "CP1",
        atMs: expect.any(Number),
        event: {
          atMs: expect.any(Number),
          stationMs: Date.parse(timestamp),
          topic: "monitor",
          type: "Alerting",
          ...told,
        },
      })),
    ]);
    expect(stage.gateway.reports).toContainEqual(
      expect.objectContaining({ kind: "status", evseId: 1, status: "Available" }),
    );
  });

  it("of a customer, which its messages as they are shown do not tell", async () => {
    const { client, news } = await connected(version);
    const command = {
      kind: "customer-information",
      report: true,
      clear: true,
      idToken: "CARD-7",
      customerIdentifier: null,
    } as const;
    await stage.central.link.send("CP1", command);
    const generatedAt = new Date(0).toISOString();
    const part = { requestId: 5, generatedAt };
    await client.call("NotifyCustomerInformation", { ...part, seqNo: 0, tbc: true, data: "Ann " });
    await client.call("NotifyCustomerInformation", { ...part, seqNo: 1, data: "Example" });
    expect(news.slice(1)).toMatchObject([
      { kind: "customer-told", requestId: 5, seqNo: 0, data: "Ann ", more: true },
      { kind: "customer-told", requestId: 5, seqNo: 1, data: "Example", more: false },
    ]);
    const shown = JSON.stringify(stage.central.messages.of("CP1", { limit: 100 }));
    expect(shown).toContain("NotifyCustomerInformation");
    expect(shown).not.toMatch(/Ann|Example|CARD-7/);
  });

  it("the charging profiles that it holds, part by part", async () => {
    const { client, news } = await connected(version);
    const schedule = {
      id: 1,
      startSchedule: "1970-01-01T00:00:01Z",
      duration: 60,
      chargingRateUnit: "A",
      chargingSchedulePeriod: [
        { startPeriod: 0, limit: 16 },
        { startPeriod: 30, limit: 0 },
      ],
    };
    const profile = {
      id: 7,
      stackLevel: 2,
      chargingProfilePurpose: "TxProfile",
      chargingProfileKind: "Absolute",
      transactionId: "t",
      validTo: "1970-01-01T00:00:02Z",
      chargingSchedule: [schedule],
    };
    const part = { requestId: 8, evseId: 2, chargingLimitSource: "EMS", chargingProfile: [profile] };
    await client.call("ReportChargingProfiles", { ...part, tbc: true });
    await client.call("ReportChargingProfiles", { ...part, evseId: 0 });
    const period = { setpoint: null, mode: null };
    const held = {
      profileId: 7,
      source: "EMS",
      purpose: "TxProfile",
      kind: "Absolute",
      stackLevel: 2,
      transactionId: "t",
      fromMs: null,
      untilMs: 2_000,
      schedules: [
        {
          startMs: 1_000,
          durationS: 60,
          unit: "A",
          periods: [
            { startS: 0, limit: 16, ...period },
            { startS: 30, limit: 0, ...period },
          ],
        },
      ],
    };
    const told = { kind: "charging-profiles-told", requestId: 8 };
    expect(news).toMatchObject([
      { ...told, more: true, profiles: [{ ...held, evseId: 2 }] },
      { ...told, more: false, profiles: [{ ...held, evseId: 0 }] },
    ]);
  });

  it("what its display shows, part by part", async () => {
    const { client, news } = await connected(version);
    const message = { format: "UTF8", language: "zh", content: "你好" };
    const messageInfo = [
      {
        id: 3,
        priority: "InFront",
        state: "Idle",
        startDateTime: "1970-01-01T00:00:01Z",
        transactionId: "t",
        display: { name: "Display", evse: { id: 2 } },
        message,
      },
      { id: 4, priority: "NormalCycle", message: { format: "ASCII", content: "x" } },
    ];
    await client.call("NotifyDisplayMessages", { requestId: 8, tbc: true, messageInfo });
    await client.call("NotifyDisplayMessages", { requestId: 8 });
    const none = {
      state: null,
      fromMs: null,
      untilMs: null,
      transactionId: null,
      language: null,
      display: null,
    };
    expect(news).toMatchObject([
      {
        kind: "display-told",
        requestId: 8,
        more: true,
        messages: [
          {
            messageId: 3,
            priority: "InFront",
            state: "Idle",
            fromMs: 1_000,
            untilMs: null,
            transactionId: "t",
            format: "UTF8",
            language: "zh",
            content: "你好",
            display: "Display@2",
          },
          { messageId: 4, priority: "NormalCycle", format: "ASCII", content: "x", ...none },
        ],
      },
      { kind: "display-told", requestId: 8, more: false, messages: [] },
    ]);
  });

  it("a command that was refused leaves no trace", async () => {
    const { client, news } = await connected(version);
    answering(client, { GetBaseReport: () => ({ status: "NotSupported" }) });
    await stage.central.link.send("CP1", { kind: "report-settings", inventory: "summary" });
    expect(news).toEqual([]);
  });
});

describe("what a station says that it is, at boot", () => {
  it("1.6", async () => {
    const { client, news } = await connected("1.6");
    await client.call("BootNotification", {
      chargePointVendor: "V",
      chargePointModel: "M",
      chargeBoxSerialNumber: "S",
      firmwareVersion: "1.0",
      iccid: "89",
      imsi: "26",
      meterType: "T",
      meterSerialNumber: "N",
    });
    expect(news).toMatchObject([
      {
        kind: "booted",
        vendor: "V",
        model: "M",
        serialNumber: "S",
        firmwareVersion: "1.0",
        more: { iccid: "89", imsi: "26", meterType: "T", meterSerialNumber: "N", bootReason: null },
      },
    ]);
  });

  it.each<OcppVersion>(["2.0.1", "2.1"])("%s", async (version) => {
    const { client, news } = await connected(version);
    const modem = { iccid: "89", imsi: "26" };
    const chargingStation = { vendorName: "V", model: "M", serialNumber: "S", firmwareVersion: "1.0", modem };
    await client.call("BootNotification", { reason: "Watchdog", chargingStation });
    expect(news).toMatchObject([
      {
        kind: "booted",
        vendor: "V",
        model: "M",
        serialNumber: "S",
        firmwareVersion: "1.0",
        more: { iccid: "89", imsi: "26", meterType: null, bootReason: "Watchdog" },
      },
    ]);
  });
});

it("what a payment terminal of a 2.1 station settled", async () => {
  const { client, news } = await connected("2.1");
  await client.call("NotifySettlement", {
    pspRef: "P1",
    status: "Settled",
    settlementAmount: 12.5,
    settlementTime: "1970-01-01T00:00:01Z",
    transactionId: "t",
  });
  expect(news).toMatchObject([
    {
      kind: "event",
      event: {
        topic: "payment",
        type: "Settled",
        stationMs: 1_000,
        detail: "amount 12.5, reference P1, transaction t",
      },
    },
  ]);
});

describe("secrets of a network profile stand in no message that is shown", () => {
  it("whatever their place", async () => {
    const { news } = await connected("2.1");
    const outcome = await stage.central.link.send("CP1", {
      kind: "set-network-profile",
      slot: 1,
      profile: {
        url: "ws://x/ocpp",
        ocppVersion: "2.1",
        securityProfile: 1,
        messageTimeoutS: 30,
        interface: "Wired0",
        apn: { name: "net", userName: "u", password: "secret-1", authentication: "PAP" },
        identity: null,
        password: "secret-2-secret-2",
      },
      force: true,
    });
    expect(outcome).toEqual({ status: "accepted" });
    const shown = JSON.stringify(stage.central.messages.of("CP1", { limit: 100 }));
    expect(shown).toContain("SetNetworkProfile");
    expect(shown).not.toContain("secret");
    expect(news).toHaveLength(1);
  });
});
