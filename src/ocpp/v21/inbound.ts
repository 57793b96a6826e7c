import type { InboundHandler } from "../common/codec.js";
import { neutral } from "../common/neutral.js";
import { sharedInbound } from "../v2x/inbound.js";
import { listAt, objectAt, type Payload, textAt } from "../wire.js";

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

/** Every action that an OCPP 2.1 station may send; NotifyPeriodicEventStream comes as a SEND. */
export const inbound: ReadonlyMap<string, InboundHandler> = new Map<string, InboundHandler>([
  ...sharedInbound,
  ["BatterySwap", neutral({})],
  ["ClosePeriodicEventStream", neutral({})],
  ["GetCertificateChainStatus", certificateChainStatus],
  ["NotifyDERAlarm", neutral({})],
  ["NotifyDERStartStop", neutral({})],
  ["NotifyPeriodicEventStream", neutral({})],
  ["NotifyPriorityCharging", neutral({})],
  ["NotifySettlement", neutral({})],
  ["NotifyWebPaymentStarted", neutral({})],
  ["OpenPeriodicEventStream", neutral({ status: "Rejected" })],
  ["PullDynamicScheduleUpdate", neutral({ status: "Rejected" })],
  ["ReportDERControl", neutral({})],
  ["VatNumberValidation", vatNumberValidation],
]);
