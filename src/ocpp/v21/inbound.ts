import type { InboundHandler } from "../common/codec.js";
import { neutral } from "../common/neutral.js";
import { sharedInbound } from "../v2x/inbound.js";
import { get15118EvCertificate, getCertificateStatus, type Room } from "../v2x/plug-and-charge.js";
import { batterySwap } from "./battery-swap.js";
import { notifyDerAlarm, notifyDerStartStop, reportDerControl } from "./grid-control.js";
import { notifyPriorityCharging, pullDynamicScheduleUpdate } from "./steering.js";
import { getCertificateChainStatus } from "./certificate-chain.js";
import { closeStream, learningMonitors, notifyStream, openStream } from "./streams.js";
import { numberAt, textAt } from "../wire.js";

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

/** Of 2.1. */
const ROOM: Room = { ocspResult: 18_000, exiResponse: 17_000, severalContracts: true };

/** Every action that an OCPP 2.1 station may send; NotifyPeriodicEventStream comes as a SEND. */
export const inbound: ReadonlyMap<string, InboundHandler> = new Map<string, InboundHandler>([
  ...sharedInbound,
  ["NotifyEvent", learning("NotifyEvent")],
  ["NotifyMonitoringReport", learning("NotifyMonitoringReport")],
  ["BatterySwap", batterySwap],
  ["ClosePeriodicEventStream", closeStream],
  ["Get15118EVCertificate", get15118EvCertificate(ROOM)],
  ["GetCertificateChainStatus", getCertificateChainStatus],
  ["GetCertificateStatus", getCertificateStatus(ROOM)],
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
