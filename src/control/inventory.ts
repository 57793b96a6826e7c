import type { FleetEvent } from "../domain/fleet.js";
import type { StationCommand } from "../domain/command.js";
import { MINUTE_MS, SECOND_MS } from "../domain/units.js";
import { needsReport } from "../management/identity.js";
import type { Cancel, Clock } from "../ports/clock.js";
import type { StationFiles } from "../ports/station-files.js";
import type { StationLink } from "../ports/station-link.js";
import type { Log } from "./contract.js";
import { createLine } from "./line.js";

/** Asked no sooner after it came back, when schedules have gone out, and spread over some minutes. */
const SOONEST_MS = 30 * SECOND_MS;
const SPREAD_MS = 5 * MINUTE_MS;
/** Stations that are asked at once; the others wait in line. */
const MOST_AT_ONCE = 4;

export interface InventoryParts {
  readonly clock: Clock;
  readonly files: StationFiles;
  readonly link: StationLink;
  readonly log: Log;
  /** Draws in [0, 1). */
  readonly random: () => number;
}

export interface Inventory {
  /** Hears of the fleet; costs a timer per station that comes back. */
  heard(event: FleetEvent): void;
  stop(): void;
}

/**
 * Has each station tell all of its settings once, and again when its firmware has changed: some time after it
 * came back, a few stations at once, and never from within a message of its own. One that refuses is asked
 * again when its firmware changes, or after a restart of ours.
 */
export const createInventory = ({ clock, files, link, log, random }: InventoryParts): Inventory => {
  const timers = new Map<string, Cancel>();
  /** By station, of which firmware it refused. */
  const refused = new Map<string, number | null>();

  const ask = async (stationId: string): Promise<void> => {
    const file = await files.of(stationId);
    const { changedMs } = file.identity;
    if (!needsReport(file) || (refused.has(stationId) && refused.get(stationId) === changedMs)) return;
    for (const command of WAYS) {
      const { status } = await link.send(stationId, command);
      if (status === "accepted" || status === "offline" || status === "timeout") return;
    }
    refused.set(stationId, changedMs);
    log.info({ stationId }, "the station does not tell its settings");
  };

  const line = createLine(MOST_AT_ONCE, (stationId) =>
    ask(stationId).catch((err: unknown) =>
      log.error({ stationId, err }, "a station could not be asked for its settings"),
    ),
  );

  const schedule = (stationId: string): void => {
    timers.get(stationId)?.();
    const cancel = clock.after(SOONEST_MS + random() * SPREAD_MS, () => {
      timers.delete(stationId);
      line.add(stationId);
    });
    timers.set(stationId, cancel);
  };

  const forget = (stationId: string): void => {
    timers.get(stationId)?.();
    timers.delete(stationId);
    line.remove(stationId);
  };

  return {
    heard: ({ kind, stationId }) => {
      // Its abilities are known: it was asked for them, or is one that came back without a restart.
      if (kind === "capabilities") schedule(stationId);
      if (kind === "disconnected") forget(stationId);
    },
    stop: () => {
      for (const stationId of timers.keys()) forget(stationId);
      line.clear();
    },
  };
};

/** Some stations tell what can be set, but not all that they know. */
const WAYS: readonly StationCommand[] = [
  { kind: "report-settings", inventory: "full" },
  { kind: "report-settings", inventory: "configuration" },
];
