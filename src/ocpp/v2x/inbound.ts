import type { FleetEvent } from "../../domain/fleet.js";
import type { InboundContext, InboundHandler } from "../common/codec.js";
import { toSample } from "../common/meter.js";
import { booted, heartbeat, idAt, neutral } from "../common/neutral.js";
import { evseStatus, readStatus } from "../common/status.js";
import { listAt, objectAt, type Payload, textAt } from "../wire.js";
import { readMeterValues } from "./meter.js";
import { notifyEvChargingNeeds } from "./needs.js";
import { readToken, transactionEvent } from "./transaction.js";

const bootNotification: InboundHandler = (payload, context) => {
  const station = objectAt(payload, "chargingStation");
  return booted(textAt(station, "vendorName"), textAt(station, "model"), context);
};

const authorize: InboundHandler = (payload) => {
  const token = readToken(objectAt(payload, "idToken"));
  return {
    authorize: token.shown ? token.toAuthorize : "",
    answer: (done) => ({ idTokenInfo: { status: done.authorization ?? "Accepted" } }),
  };
};

function statusReport(at: Payload, status: string | null, context: InboundContext): readonly FleetEvent[] {
  const evseId = idAt(at, "evseId") ?? idAt(at, "id") ?? 0;
  if (evseId === 0) return [];
  const connector = { evseId, connectorId: idAt(at, "connectorId") ?? 1 };
  const combined = evseStatus(context.memory.connectorStatus, connector, readStatus(status));
  return [{ kind: "status", stationId: context.stationId, evseId, atMs: context.nowMs, status: combined }];
}

const statusNotification: InboundHandler = (payload, context) => ({
  reports: statusReport(payload, textAt(payload, "connectorStatus"), context),
  answer: () => ({}),
});

/** 2.1 stations may tell a connector's state by AvailabilityState instead of StatusNotification. */
const notifyEvent: InboundHandler = (payload, context) => ({
  reports: listAt(payload, "eventData")
    .filter((event) => textAt(objectAt(event, "component"), "name") === "Connector")
    .filter((event) => textAt(objectAt(event, "variable"), "name") === "AvailabilityState")
    .flatMap((event) =>
      statusReport(objectAt(objectAt(event, "component"), "evse"), textAt(event, "actualValue"), context),
    ),
  answer: () => ({}),
});

/** Of 2.x outside transactions: clock-aligned values. EVSE 0 is the station's main meter. */
const meterValues: InboundHandler = (payload, context) => {
  const { stationId, nowMs, memory } = context;
  const evseId = idAt(payload, "evseId") ?? 0;
  const readings = evseId > 0 ? readMeterValues(listAt(payload, "meterValue"), evseId, context) : [];
  const samples = readings.flatMap((reading) => toSample(reading, evseId, memory) ?? []);
  return {
    reports: samples.map((sample) => ({ kind: "sampled", stationId, evseId, atMs: nowMs, sample })),
    answer: () => ({}),
  };
};

/** Every action that a station may send in 2.0.1, and in 2.1 too. */
export const sharedInbound: ReadonlyMap<string, InboundHandler> = new Map<string, InboundHandler>([
  ["Authorize", authorize],
  ["BootNotification", bootNotification],
  ["ClearedChargingLimit", neutral({})],
  ["DataTransfer", neutral({ status: "UnknownVendorId" })],
  ["FirmwareStatusNotification", neutral({})],
  ["Get15118EVCertificate", neutral({ status: "Failed", exiResponse: "" })],
  ["GetCertificateStatus", neutral({ status: "Failed" })],
  ["Heartbeat", heartbeat],
  ["LogStatusNotification", neutral({})],
  ["MeterValues", meterValues],
  ["NotifyChargingLimit", neutral({})],
  ["NotifyCustomerInformation", neutral({})],
  ["NotifyDisplayMessages", neutral({})],
  ["NotifyEVChargingNeeds", notifyEvChargingNeeds],
  ["NotifyEVChargingSchedule", neutral({ status: "Accepted" })],
  ["NotifyEvent", notifyEvent],
  ["NotifyMonitoringReport", neutral({})],
  ["NotifyReport", neutral({})],
  ["PublishFirmwareStatusNotification", neutral({})],
  ["ReportChargingProfiles", neutral({})],
  ["ReservationStatusUpdate", neutral({})],
  ["SecurityEventNotification", neutral({})],
  ["SignCertificate", neutral({ status: "Rejected" })],
  ["StatusNotification", statusNotification],
  ["TransactionEvent", transactionEvent],
]);
