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

const VERSIONS: readonly OcppVersion[] = ["1.6", "2.0.1", "2.1"];
const job = (kind: string, requestId: number | null, status: string, detail = "") => ({
  kind: "job-told",
  job: kind,
  requestId,
  status,
  detail,
});

const SENT: readonly (readonly [OcppVersion, string, object, object])[] = [
  ["1.6", "FirmwareStatusNotification", { status: "Installed" }, job("firmware", null, "Installed")],
  [
    "1.6",
    "SignedFirmwareStatusNotification",
    { status: "InvalidSignature", requestId: 4 },
    job("firmware", 4, "InvalidSignature"),
  ],
  ["1.6", "DiagnosticsStatusNotification", { status: "UploadFailed" }, job("log", null, "UploadFailed")],
  ["1.6", "LogStatusNotification", { status: "Uploaded", requestId: 5 }, job("log", 5, "Uploaded")],
  ...(["2.0.1", "2.1"] as const).flatMap((version) => [
    [
      version,
      "FirmwareStatusNotification",
      { status: "InstallRebooting", requestId: 6 },
      job("firmware", 6, "InstallRebooting"),
    ] as const,
    [version, "FirmwareStatusNotification", { status: "Idle" }, job("firmware", null, "Idle")] as const,
    [
      version,
      "LogStatusNotification",
      { status: "Uploading", requestId: 7 },
      job("log", 7, "Uploading"),
    ] as const,
    [
      version,
      "PublishFirmwareStatusNotification",
      { status: "Published", requestId: 8, location: ["http://a/x", "http://b/x"] },
      job("publish-firmware", 8, "Published", "http://a/x · http://b/x"),
    ] as const,
  ]),
  [
    "2.1",
    "LogStatusNotification",
    {
      status: "UploadFailure",
      requestId: 9,
      statusInfo: { reasonCode: "NoRoute", additionalInfo: "to the host" },
    },
    job("log", 9, "UploadFailure", "NoRoute · to the host"),
  ],
];

it.each(SENT)("OCPP %s %s %j is a word on a job", async (version, action, payload, told) => {
  const { client, news } = await connected(version);
  expect(await client.call(action, payload)).toEqual({});
  expect(news).toEqual([{ stationId: "CP1", atMs: expect.any(Number), ...told }]);
});

describe.each(VERSIONS)("an OCPP %s station", (version) => {
  it("says at its boot what it is", async () => {
    const { client, news } = await connected(version);
    const of16 = { chargePointVendor: "V", chargePointModel: "M", chargePointSerialNumber: "S" };
    const of2x = { reason: "PowerUp", chargingStation: { vendorName: "V", model: "M", serialNumber: "S" } };
    const boot =
      version === "1.6"
        ? { ...of16, firmwareVersion: "1.2" }
        : { ...of2x, chargingStation: { ...of2x.chargingStation, firmwareVersion: "1.2" } };
    await client.call("BootNotification", boot);
    expect(news).toMatchObject([
      { kind: "booted", vendor: "V", model: "M", serialNumber: "S", firmwareVersion: "1.2" },
    ]);
  });

  it("names the reservation that a transaction uses", async () => {
    const { client, news } = await connected(version);
    const timestamp = new Date().toISOString();
    if (version === "1.6") {
      const start = { connectorId: 1, idTag: "T", meterStart: 0, timestamp };
      await client.call("StartTransaction", { ...start, reservationId: 7 });
      await client.call("StartTransaction", { ...start, meterStart: 9 });
    } else {
      const event = { eventType: "Started", timestamp, triggerReason: "Authorized", evse: { id: 1 } };
      const info = (transactionId: string) => ({ transactionInfo: { transactionId } });
      await client.call("TransactionEvent", { ...event, ...info("a"), seqNo: 0, reservationId: 7 });
      await client.call("TransactionEvent", { ...event, ...info("b"), seqNo: 0 });
    }
    expect(news).toMatchObject([{ kind: "reservation-told", reservationId: 7, became: "used" }]);
  });
});

it.each([
  ["2.0.1", "Expired", "expired"],
  ["2.0.1", "Removed", "removed"],
  ["2.1", "NoTransaction", "no-transaction"],
] as const)(
  "OCPP %s: a reservation that is over (%s) is an event and an end",
  async (version, status, became) => {
    const { client, news } = await connected(version);
    await client.call("ReservationStatusUpdate", { reservationId: 7, reservationUpdateStatus: status });
    expect(news).toMatchObject([
      { kind: "event", event: { topic: "reservation", type: status, detail: "reservation 7" } },
      { kind: "reservation-told", reservationId: 7, became },
    ]);
  },
);
