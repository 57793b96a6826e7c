import type { InboundHandler } from "../common/codec.js";
import { numberAt, type Payload } from "../wire.js";

const contentOf = (payload: Payload): string => (typeof payload["data"] === "string" ? payload["data"] : "");

/** A part of what a station keeps of a customer; the one without `tbc` is the last. */
export const notifyCustomerInformation: InboundHandler = (payload, { stationId, nowMs }) => ({
  news: [
    {
      kind: "customer-told",
      stationId,
      atMs: nowMs,
      requestId: numberAt(payload, "requestId") ?? 0,
      seqNo: numberAt(payload, "seqNo") ?? 0,
      data: contentOf(payload),
      more: payload["tbc"] === true,
    },
  ],
  answer: () => ({}),
});
