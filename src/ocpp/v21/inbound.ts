import type { InboundHandler } from "../common/codec.js";
import { neutral } from "../common/neutral.js";
import { sharedInbound } from "../v2x/inbound.js";
import { batterySwap } from "./battery-swap.js";
import { notifyDerAlarm, notifyDerStartStop, reportDerControl } from "./grid-control.js";
import { notifyPriorityCharging, pullDynamicScheduleUpdate } from "./steering.js";
import { closeStream, learningMonitors, notifyStream, openStream } from "./streams.js";
import { listAt, numberAt, objectAt, type Payload, textAt } from "../wire.js";

/** We keep no certificate authority: the state of each asked certificate is unknown. */
const certificateChainStatus: InboundHandler = (payload, { nowMs }) => ({
  answer: () => ({
    certificateStatus: listAt(payload, "certificateStatusRequests").map((request) => ({
      certificateHashData: hashDataOf(objectAt(request, "certificateHashData")),
      source: textAt(request, "source") === "CRL" ? "CRL" : "OCSP",
      status: "Unknown",
      nextUpdate: new Date(nowMs).toISOString(),
    })),
  }),
});

const HASH_ALGORITHMS = ["SHA256", "SHA384", "SHA512"];

/** Which certificate is meant, as far as an answer may say it: a station may write more than its schema allows. */
const hashDataOf = (asked: Payload): Payload => ({
  hashAlgorithm: HASH_ALGORITHMS.find((name) => name === asked["hashAlgorithm"]) ?? "SHA256",
  issuerNameHash: (textAt(asked, "issuerNameHash") ?? "").slice(0, 128),
  issuerKeyHash: (textAt(asked, "issuerKeyHash") ?? "").slice(0, 128),
  serialNumber: (textAt(asked, "serialNumber") ?? "").slice(0, 40),
});

/** A VAT number is not checked by us; the answer must name it. */
const vatNumberValidation: InboundHandler = (payload) => ({
  answer: () => ({ vatNumber: (textAt(payload, "vatNumber") ?? "").slice(0, 20), status: "Rejected" }),
});

/** What a payment terminal settled; the payer stays between them. */
const notifySettlement: InboundHandler = (payload, { stationId, nowMs, readTime }) => ({
  news: [
    {
      kind: "event",
      stationId,
      atMs: nowMs,
      event: {
        atMs: nowMs,
        stationMs: readTime(textAt(payload, "settlementTime")),
        topic: "payment",
        type: textAt(payload, "status") ?? "unknown",
        detail: [
          `amount ${numberAt(payload, "settlementAmount") ?? "unknown"}`,
          `reference ${textAt(payload, "pspRef") ?? "none"}`,
          `transaction ${textAt(payload, "transactionId") ?? "none"}`,
        ].join(", "),
      },
    },
  ],
  answer: () => ({}),
});

/** As in 2.0.1, and monitors are remembered for the streams of 2.1. */
const learning = (action: "NotifyEvent" | "NotifyMonitoringReport"): InboundHandler =>
  learningMonitors(
    action === "NotifyEvent" ? "eventData" : "monitor",
    sharedInbound.get(action) ?? neutral({}),
  );

/** Every action that an OCPP 2.1 station may send; NotifyPeriodicEventStream comes as a SEND. */
export const inbound: ReadonlyMap<string, InboundHandler> = new Map<string, InboundHandler>([
  ...sharedInbound,
  ["NotifyEvent", learning("NotifyEvent")],
  ["NotifyMonitoringReport", learning("NotifyMonitoringReport")],
  ["BatterySwap", batterySwap],
  ["ClosePeriodicEventStream", closeStream],
  ["GetCertificateChainStatus", certificateChainStatus],
  ["NotifyDERAlarm", notifyDerAlarm],
  ["NotifyDERStartStop", notifyDerStartStop],
  ["NotifyPeriodicEventStream", notifyStream],
  ["NotifyPriorityCharging", notifyPriorityCharging],
  ["NotifySettlement", notifySettlement],
  ["NotifyWebPaymentStarted", neutral({})],
  ["OpenPeriodicEventStream", openStream],
  ["PullDynamicScheduleUpdate", pullDynamicScheduleUpdate],
  ["ReportDERControl", reportDerControl],
  ["VatNumberValidation", vatNumberValidation],
]);
