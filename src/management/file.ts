import type { StationFile } from "../domain/station-file/file.js";
import type { StationNews } from "../domain/station-news.js";
import { NO_PROFILES, reduceChargingProfiles } from "./charging-profiles.js";
import { NO_DISPLAY, reduceDisplay } from "./display.js";
import { reduceEvents } from "./events.js";
import { NO_IDENTITY, reduceIdentity } from "./identity.js";
import { NO_LIST, reduceLocalList } from "./local-list.js";
import { NO_MONITORS, reduceMonitors } from "./monitors.js";
import { NO_BATTERIES, reduceBatteries } from "./batteries.js";
import { NO_GRID_CONTROLS, reduceGridControls } from "./grid-control.js";
import { reduceJobs } from "./jobs.js";
import { NO_SETTINGS, reduceSettings } from "./settings.js";

/** Of a station that told nothing yet. */
export const EMPTY_FILE: StationFile = {
  settings: NO_SETTINGS,
  identity: NO_IDENTITY,
  monitors: NO_MONITORS,
  localList: NO_LIST,
  chargingProfiles: NO_PROFILES,
  display: NO_DISPLAY,
  transfers: [],
  gridControls: NO_GRID_CONTROLS,
  batteries: NO_BATTERIES,
  jobs: [],
  events: [],
};

/** Newest data transfers that are kept of a station. */
const MOST_TRANSFERS = 50;

/**
 * What is kept of a station after some news; each part of the file reads what concerns it. The same file where
 * nothing concerns it. Pure.
 */
export const reduceFile = (file: StationFile, news: StationNews): StationFile => {
  const { monitors } = file.monitors;
  const jobs = reduceJobs(file.jobs, news, file.identity.firmwareVersion);
  const next: StationFile = {
    gridControls: reduceGridControls(file.gridControls, news),
    batteries: reduceBatteries(file.batteries, news),
    jobs: jobs === file.jobs ? file.jobs : [...jobs],
    settings: reduceSettings(file.settings, news),
    identity: reduceIdentity(file.identity, news),
    monitors: reduceMonitors(file.monitors, news),
    localList: reduceLocalList(file.localList, news),
    chargingProfiles: reduceChargingProfiles(file.chargingProfiles, news),
    display: reduceDisplay(file.display, news),
    transfers:
      news.kind === "transferred"
        ? [...file.transfers, news.transfer].slice(-MOST_TRANSFERS)
        : file.transfers,
    events: reduceEvents(
      file.events,
      news,
      (monitorId) => monitors.find(({ id }) => id === monitorId)?.severity ?? null,
    ),
  };
  return PARTS.every((part) => next[part] === file[part]) ? file : next;
};

const PARTS: readonly (keyof StationFile)[] = [
  "settings",
  "identity",
  "monitors",
  "localList",
  "chargingProfiles",
  "display",
  "transfers",
  "gridControls",
  "batteries",
  "jobs",
  "events",
];
