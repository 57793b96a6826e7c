import type { StationEvent } from "../domain/station-file/events.js";
import type { StationNews } from "../domain/station-news.js";

/** Newest events that are kept of a station. */
const MOST_EVENTS = 200;

/** The newest events after some news; `severityOf` a monitor, where the station does not tell it (2.0.1). */
export const reduceEvents = (
  events: StationEvent[],
  news: StationNews,
  severityOf: (monitorId: number) => number | null,
): StationEvent[] =>
  news.kind === "event" ? [...events, graded(news.event, severityOf)].slice(-MOST_EVENTS) : events;

const graded = (event: StationEvent, severityOf: (monitorId: number) => number | null): StationEvent => {
  const { alarm } = event;
  if (alarm === undefined || alarm.severity !== null || alarm.monitorId === null) return event;
  return { ...event, alarm: { ...alarm, severity: severityOf(alarm.monitorId) } };
};
