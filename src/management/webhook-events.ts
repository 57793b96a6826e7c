import type { FleetEvent } from "../domain/fleet.js";
import type { LimitExcess } from "../domain/limit-excess.js";
import type { StationNews } from "../domain/station-news.js";
import type { StationTask } from "../domain/station-task.js";
import type { Webhook, WebhookEvent, WebhookKind } from "../domain/webhook.js";

type SiteOf = (stationId: string) => string | null;

/** What webhooks are told of an event of the fleet; null: nothing. */
export const eventOfFleet = (event: FleetEvent, siteOf: SiteOf): WebhookEvent | null => {
  const { stationId, atMs } = event;
  const head = { atMs, stationId, siteId: siteOf(stationId) };
  switch (event.kind) {
    case "connected":
      return { kind: "station.connected", ...head, data: { version: event.version } };
    case "disconnected":
      return { kind: "station.disconnected", ...head, data: {} };
    case "status":
      return event.status === "Faulted"
        ? { kind: "evse.faulted", ...head, data: { evseId: event.evseId } }
        : null;
    case "session-opened":
    case "session-closed": {
      const { id, transactionId, startedMs, endedMs, endReason, importedKwh, exportedKwh } = event.session;
      const session = { sessionId: id, evseId: event.evseId, transactionId, startedMs };
      const over = { endedMs, endReason, importedKwh, exportedKwh };
      return event.kind === "session-opened"
        ? { kind: "transaction.started", ...head, data: session }
        : { kind: "transaction.ended", ...head, data: { ...session, ...over } };
    }
    default:
      return null;
  }
};

/** The same of what a station told of itself. */
export const eventOfNews = (news: StationNews, siteOf: SiteOf): WebhookEvent | null => {
  const { stationId, atMs } = news;
  const head = { atMs, stationId, siteId: siteOf(stationId) };
  switch (news.kind) {
    case "booted": {
      const { vendor, model, firmwareVersion } = news;
      return { kind: "station.booted", ...head, data: { vendor, model, firmwareVersion } };
    }
    case "event":
      return { kind: "station.event", ...head, data: { ...news.event } };
    case "job-told": {
      const { kind: _kind, stationId: _station, atMs: _at, ...job } = news;
      return { kind: "station.job", ...head, data: job };
    }
    default:
      return null;
  }
};

/** A limit that is exceeded beyond its grace, or kept again. */
export const eventOfExcess = ({ isOver, ...excess }: LimitExcess): WebhookEvent => ({
  kind: isOver ? "limit.exceeded" : "limit.kept",
  atMs: excess.atMs,
  siteId: excess.siteId,
  stationId: null,
  data: { ...excess },
});

export const eventOfTask = ({
  id,
  askedBy,
  command,
  counts,
  cancelledMs,
  endedMs,
  askedMs,
}: StationTask): WebhookEvent => ({
  kind: "task.ended",
  atMs: endedMs ?? askedMs,
  siteId: null,
  stationId: null,
  data: { taskId: id, askedBy, command: command.kind, counts, cancelled: cancelledMs !== null },
});

/** Whether a webhook is told of an event. What is of no site goes to those that asked for all sites. */
export const isWanted = ({ kinds, siteIds, goneMs }: Webhook, { kind, siteId }: WebhookEvent): boolean =>
  goneMs === null &&
  (kinds?.includes(kind) ?? true) &&
  (siteIds === null || (siteId !== null && siteIds.includes(siteId)));

const COMINGS: ReadonlySet<WebhookKind> = new Set([
  "station.connected",
  "station.disconnected",
  "station.booted",
]);
const TRANSACTIONS: ReadonlySet<WebhookKind> = new Set(["transaction.started", "transaction.ended"]);

/** In what order they make way where too many wait. */
export const SORTS = ["coming", "other", "transaction"] as const;

/** Stations that come and go are missed least, as what is told next makes up for it; transactions most. */
export const sortOf = (kind: WebhookKind): (typeof SORTS)[number] => {
  if (COMINGS.has(kind)) return "coming";
  return TRANSACTIONS.has(kind) ? "transaction" : "other";
};
