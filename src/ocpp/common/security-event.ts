import { textAt } from "../wire.js";
import type { InboundHandler } from "./codec.js";

/** A breach of security, or what may be one. */
export const securityEvent: InboundHandler = (payload, { stationId, nowMs, readTime }) => ({
  news: [
    {
      kind: "event",
      stationId,
      atMs: nowMs,
      event: {
        atMs: nowMs,
        stationMs: readTime(textAt(payload, "timestamp")),
        topic: "security",
        type: textAt(payload, "type") ?? "unknown",
        detail: textAt(payload, "techInfo") ?? "",
      },
    },
  ],
  answer: () => ({}),
});
