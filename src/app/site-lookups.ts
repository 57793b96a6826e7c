import { ratedKw } from "../domain/draw.js";
import type { Site } from "../domain/site.js";
import type { Tariff } from "../domain/tariff.js";
import { meterOfStation } from "../planning/tree.js";

/** The tariff that bills each station; none where prices come from a table. */
export const tariffsOfStations = (sites: readonly Site[], tariffs: readonly Tariff[]) => {
  const byId = new Map(tariffs.map((tariff) => [tariff.id, tariff]));
  const found = new Map(
    sites.flatMap((site) =>
      site.stations.map(
        ({ id }) => [id, byId.get(meterOfStation(site, id)?.tariffId ?? "") ?? null] as const,
      ),
    ),
  );
  return (stationId: string): Tariff | null => found.get(stationId) ?? null;
};

/** The zone in which a station tells a time without one. */
export const zoneOf = (sites: readonly Site[]) => {
  const zones = new Map(sites.flatMap((site) => site.stations.map(({ id }) => [id, site.timeZone] as const)));
  return (stationId: string) => zones.get(stationId) ?? "UTC";
};

/** Worked out once: every meter value asks. */
export const electricsOf = (sites: readonly Site[]) => {
  const stations = new Map(
    sites.flatMap((site) => site.stations.map(({ id, evses }) => [id, new Map(evses.map(electricsOfEvse))])),
  );
  return (stationId: string, evseId: number) => stations.get(stationId)?.get(evseId) ?? null;
};

const electricsOfEvse = (evse: Site["stations"][number]["evses"][number]) =>
  [evse.evseId, { voltageV: evse.voltageV, phases: evse.phases, ratedKw: ratedKw(evse) }] as const;

/** The site of each station; null: none has it. */
export const siteOfStations = (sites: readonly Site[]) => {
  const found = new Map(sites.flatMap((site) => site.stations.map(({ id }) => [id, site.id] as const)));
  return (stationId: string): string | null => found.get(stationId) ?? null;
};
