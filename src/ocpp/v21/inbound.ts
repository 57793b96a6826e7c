import type { InboundHandler } from "../common/codec.js";
import { neutral } from "../common/neutral.js";
import { sharedInbound } from "../v2x/inbound.js";
import { notifyPriorityCharging, pullDynamicScheduleUpdate } from "./steering.js";
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

/** Every action that an OCPP 2.1 station may send; NotifyPeriodicEventStream comes as a SEND. */
export const inbound: ReadonlyMap<string, InboundHandler> = new Map<string, InboundHandler>([
  ...sharedInbound,
  ["BatterySwap", neutral({})],
  ["ClosePeriodicEventStream", neutral({})],
  ["GetCertificateChainStatus", certificateChainStatus],
  ["NotifyDERAlarm", neutral({})],
  ["NotifyDERStartStop", neutral({})],
  ["NotifyPeriodicEventStream", neutral({})],
  ["NotifyPriorityCharging", notifyPriorityCharging],
  ["NotifySettlement", neutral({})],
  ["NotifyWebPaymentStarted", neutral({})],
  ["OpenPeriodicEventStream", neutral({ status: "Rejected" })],
  ["PullDynamicScheduleUpdate", pullDynamicScheduleUpdate],
  ["ReportDERControl", neutral({})],
  ["VatNumberValidation", vatNumberValidation],
]);
