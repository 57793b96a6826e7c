import type { StationFile } from "../domain/station-file/file.js";
import type { StationNews } from "../domain/station-news.js";
import { reduceEvents } from "./events.js";
import { NO_IDENTITY, reduceIdentity } from "./identity.js";
import { NO_LIST, reduceLocalList } from "./local-list.js";
import { NO_MONITORS, reduceMonitors } from "./monitors.js";
import { NO_SETTINGS, reduceSettings } from "./settings.js";

/** Of a station that told nothing yet. */
export const EMPTY_FILE: StationFile = {
  settings: NO_SETTINGS,
  identity: NO_IDENTITY,
  monitors: NO_MONITORS,
  localList: NO_LIST,
  events: [],
};

/** What is kept of a station after some news; each part of the file reads what concerns it. Pure. */
export const reduceFile = (file: StationFile, news: StationNews): StationFile => {
  const { monitors } = file.monitors;
  return {
    settings: reduceSettings(file.settings, news),
    identity: reduceIdentity(file.identity, news),
    monitors: reduceMonitors(file.monitors, news),
    localList: reduceLocalList(file.localList, news),
    events: reduceEvents(
      file.events,
      news,
      (monitorId) => monitors.find(({ id }) => id === monitorId)?.severity ?? null,
    ),
  };
};
