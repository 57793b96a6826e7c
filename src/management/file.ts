import type { StationEvent } from "../domain/station-file/events.js";
import type { StationFile } from "../domain/station-file/file.js";
import type { StationIdentity } from "../domain/station-file/identity.js";
import type { StationNews } from "../domain/station-news.js";
import { NO_BATTERIES, reduceBatteries } from "./batteries.js";
import { NO_GRID_CONTROLS, reduceGridControls } from "./grid-control.js";
import { reduceJobs } from "./jobs.js";
import { reduceReservations } from "./reservations.js";
import { NO_SETTINGS, reduceSettings } from "./settings.js";

/** Newest events that are kept of a station. */
const MOST_EVENTS = 200;

/** Of a station that told nothing yet. */
export const EMPTY_FILE: StationFile = {
  settings: NO_SETTINGS,
  gridControls: NO_GRID_CONTROLS,
  batteries: NO_BATTERIES,
  identity: { vendor: null, model: null, serialNumber: null, firmwareVersion: null, bootedMs: null },
  jobs: [],
  reservations: [],
  events: [],
};

/** What is kept of a station after some news; each part of the file reads what concerns it. Pure. */
export const reduceFile = (file: StationFile, news: StationNews): StationFile => ({
  settings: reduceSettings(file.settings, news),
  gridControls: reduceGridControls(file.gridControls, news),
  batteries: reduceBatteries(file.batteries, news),
  identity: news.kind === "booted" ? identityOf(news) : file.identity,
  jobs: [...reduceJobs(file.jobs, news, file.identity.firmwareVersion)],
  reservations: [...reduceReservations(file.reservations, news)],
  events: news.kind === "event" ? newest([...file.events, news.event]) : file.events,
});

const newest = (events: readonly StationEvent[]): StationEvent[] => events.slice(-MOST_EVENTS);

const identityOf = (news: Extract<StationNews, { kind: "booted" }>): StationIdentity => ({
  vendor: news.vendor,
  model: news.model,
  serialNumber: news.serialNumber,
  firmwareVersion: news.firmwareVersion,
  bootedMs: news.atMs,
});
