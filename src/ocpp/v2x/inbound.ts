import { reportChargingProfiles } from "./charging-profiles.js";
import type { InboundContext, InboundHandler, Meaning } from "../common/codec.js";
import { jobStatus } from "../common/jobs.js";
import { reservationStatus } from "../common/reservations.js";
import { toSample } from "../common/meter.js";
import { booted, evseIdAt, heartbeat, idAt } from "../common/neutral.js";
import { evseStatus, readStatus } from "../common/status.js";
import { securityEvent } from "../common/security-event.js";
import { signCertificate } from "../common/signing.js";
import { plausibleTime } from "../common/time.js";
import { notifyCustomerInformation } from "./customer.js";
import { monitorNews, notifyMonitoringReport } from "./monitors.js";
import { notifyReport } from "./reports.js";
import { listAt, objectAt, textAt } from "../wire.js";
import { dataTransfer } from "../common/data-transfer.js";
import { notifyDisplayMessages } from "./display.js";
import { clearedChargingLimit, notifyChargingLimit, notifyEvChargingSchedule } from "./limits.js";
import { readMeterValues } from "./meter.js";
import { notifyEvChargingNeeds } from "./needs.js";
import { authorize, get15118EvCertificate, getCertificateStatus, type Room } from "./plug-and-charge.js";
import { transactionEvent } from "./transaction.js";

const bootNotification: InboundHandler = (payload, context) => {
  const station = objectAt(payload, "chargingStation");
  const modem = objectAt(station, "modem");
  return booted(
    {
      vendor: textAt(station, "vendorName"),
      model: textAt(station, "model"),
      serialNumber: textAt(station, "serialNumber"),
      firmwareVersion: textAt(station, "firmwareVersion"),
      more: {
        iccid: textAt(modem, "iccid"),
        imsi: textAt(modem, "imsi"),
        meterType: null,
        meterSerialNumber: null,
        bootReason: textAt(payload, "reason"),
      },
    },
    context,
  );
};

/** What a message tells of one connector. */
interface ConnectorWord {
  readonly evseId: number;
  readonly connectorId: number;
  readonly status: string | null;
  readonly timestamp: string | null;
}

/** An EVSE is free when none of its connectors is taken. */
function statusMeaning(words: readonly ConnectorWord[], context: InboundContext): Meaning {
  const { stationId, nowMs, memory } = context;
  const told = words
    .filter(({ evseId }) => evseId > 0)
    .map((word) => ({
      evseId: word.evseId,
      status: evseStatus(memory.connectorStatus, word, readStatus(word.status)),
      sinceMs: plausibleTime(word.timestamp, context),
    }));
  return {
    freed: told.filter(({ status }) => status === "Available"),
    reports: told.map(({ evseId, status }) => ({ kind: "status", stationId, evseId, atMs: nowMs, status })),
    answer: () => ({}),
  };
}

const statusNotification: InboundHandler = (payload, context) =>
  statusMeaning(
    [
      {
        evseId: evseIdAt(payload, "evseId"),
        connectorId: idAt(payload, "connectorId") ?? 1,
        status: textAt(payload, "connectorStatus"),
        timestamp: textAt(payload, "timestamp"),
      },
    ],
    context,
  );

/** What monitors found; 2.1 stations may tell a connector's state by it instead of StatusNotification. */
const notifyEvent: InboundHandler = (payload, context) => {
  const words = listAt(payload, "eventData")
    .filter((event) => textAt(objectAt(event, "component"), "name") === "Connector")
    .filter((event) => textAt(objectAt(event, "variable"), "name") === "AvailabilityState")
    .map((event) => {
      const evse = objectAt(objectAt(event, "component"), "evse");
      return {
        evseId: evseIdAt(evse, "id"),
        connectorId: idAt(evse, "connectorId") ?? 1,
        status: textAt(event, "actualValue"),
        timestamp: textAt(event, "timestamp"),
      };
    });
  return { ...statusMeaning(words, context), news: monitorNews(payload, context) };
};

/** Of 2.x outside transactions: clock-aligned values. EVSE 0 is the station's main meter. */
const meterValues: InboundHandler = (payload, context) => {
  const { stationId, nowMs } = context;
  const evseId = evseIdAt(payload, "evseId");
  const readings = evseId > 0 ? readMeterValues(listAt(payload, "meterValue"), evseId, context) : [];
  const samples = readings.flatMap((reading) => toSample(reading, evseId, context) ?? []);
  return {
    about: evseId,
    reports: samples.map((sample) => ({ kind: "sampled", stationId, evseId, atMs: nowMs, sample })),
    answer: () => ({}),
  };
};

/** Of 2.0.1. */
const ROOM: Room = { ocspResult: 5_500, exiResponse: 5_600, severalContracts: false };

/** Every action that a station may send in 2.0.1, and in 2.1 too. */
export const sharedInbound: ReadonlyMap<string, InboundHandler> = new Map<string, InboundHandler>([
  ["Authorize", authorize],
  ["BootNotification", bootNotification],
  ["ClearedChargingLimit", clearedChargingLimit],
  ["DataTransfer", dataTransfer((data) => data)],
  ["FirmwareStatusNotification", jobStatus("firmware")],
  ["Get15118EVCertificate", get15118EvCertificate(ROOM)],
  ["GetCertificateStatus", getCertificateStatus(ROOM)],
  ["Heartbeat", heartbeat],
  ["LogStatusNotification", jobStatus("log")],
  ["MeterValues", meterValues],
  ["NotifyChargingLimit", notifyChargingLimit],
  ["NotifyCustomerInformation", notifyCustomerInformation],
  ["NotifyDisplayMessages", notifyDisplayMessages],
  ["NotifyEVChargingNeeds", notifyEvChargingNeeds],
  ["NotifyEVChargingSchedule", notifyEvChargingSchedule],
  ["NotifyEvent", notifyEvent],
  ["NotifyMonitoringReport", notifyMonitoringReport],
  ["NotifyReport", notifyReport],
  ["PublishFirmwareStatusNotification", jobStatus("publish-firmware")],
  ["ReportChargingProfiles", reportChargingProfiles],
  ["ReservationStatusUpdate", reservationStatus],
  ["SecurityEventNotification", securityEvent],
  ["SignCertificate", signCertificate],
  ["StatusNotification", statusNotification],
  ["TransactionEvent", transactionEvent],
]);
