import type { InboundHandler } from "../common/codec.js";
import { neutral } from "../common/neutral.js";
import { sharedInbound } from "../v2x/inbound.js";
import { batterySwap } from "./battery-swap.js";
import { notifyDerAlarm, notifyDerStartStop, reportDerControl } from "./grid-control.js";
import { notifyPriorityCharging, pullDynamicScheduleUpdate } from "./steering.js";
import { closeStream, learningMonitors, notifyStream, openStream } from "./streams.js";
import { listAt, objectAt, textAt } from "../wire.js";

/** We keep no certificate authority: the state of each asked certificate is unknown. */
const certificateChainStatus: InboundHandler = (payload, { nowMs }) => ({
  answer: () => ({
    certificateStatus: listAt(payload, "certificateStatusRequests").map((request) => ({
      certificateHashData: objectAt(request, "certificateHashData"),
      source: textAt(request, "source") ?? "OCSP",
      status: "Unknown",
      nextUpdate: new Date(nowMs).toISOString(),
    })),
  }),
});

/** A VAT number is not checked by us; the answer must name it. */
const vatNumberValidation: InboundHandler = (payload) => ({
  answer: () => ({ vatNumber: (textAt(payload, "vatNumber") ?? "").slice(0, 20), status: "Rejected" }),
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
  ["NotifySettlement", neutral({})],
  ["NotifyWebPaymentStarted", neutral({})],
  ["OpenPeriodicEventStream", openStream],
  ["PullDynamicScheduleUpdate", pullDynamicScheduleUpdate],
  ["ReportDERControl", reportDerControl],
  ["VatNumberValidation", vatNumberValidation],
]);
