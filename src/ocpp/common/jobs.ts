import type { StationJob } from "../../domain/station-file/jobs.js";
import type { InboundHandler } from "./codec.js";
import { numberAt, objectAt, type Payload, textAt } from "../wire.js";

/** What 2.1 adds to a status, and where a local controller offers what it published. */
const detailOf = (payload: Payload): string => {
  const info = objectAt(payload, "statusInfo");
  const places = Array.isArray(payload["location"]) ? payload["location"].map(String) : [];
  return [textAt(info, "reasonCode"), textAt(info, "additionalInfo"), ...places]
    .filter((part) => part !== null)
    .join(" · ");
};

/** A station's word on an update of firmware or an upload of a log, in every version. */
export const jobStatus =
  (job: StationJob["kind"]): InboundHandler =>
  (payload, { stationId, nowMs }) => ({
    news: [
      {
        kind: "job-told",
        stationId,
        atMs: nowMs,
        job,
        requestId: numberAt(payload, "requestId"),
        status: textAt(payload, "status") ?? "unknown",
        detail: detailOf(payload),
      },
    ],
    answer: () => ({}),
  });
