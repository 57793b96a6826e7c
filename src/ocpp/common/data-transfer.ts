import type { InboundHandler } from "./codec.js";
import { textAt } from "../wire.js";

export const asText = (data: unknown): string | null => {
  if (data === undefined || data === null) return null;
  return typeof data === "string" ? data : JSON.stringify(data);
};

/** What a vendor defined: whoever knows the vendor answers, and it is kept to be read. `asData` is of the version. */
export const dataTransfer =
  (asData: (data: unknown) => unknown): InboundHandler =>
  (payload, { stationId, nowMs }) => {
    const transfer = {
      stationId,
      atMs: nowMs,
      vendorId: textAt(payload, "vendorId") ?? "",
      messageId: textAt(payload, "messageId"),
      data: asText(payload["data"]),
    };
    return {
      transfer,
      answer: ({ transferred }) =>
        transferred === undefined
          ? { status: "UnknownVendorId" }
          : {
              status: transferred.status,
              ...(transferred.data === undefined ? {} : { data: asData(transferred.data) }),
            },
    };
  };
