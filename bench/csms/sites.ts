import type { Site } from "../../src/domain/site.js";
import { identityOf } from "./identity.js";

export const PASSWORD = "0123456789abcdef0123456789abcdef";
/** Of each EVSE. */
export const RATED_KW = 7.04;
/** Stations of a site. */
const PER_SITE = 40;
/** Share of the cars' power that a site's own limit leaves. */
const SITE_SHARE = 0.6;

/** So many stations, forty to a site. */
export const sitesOf = (stations: number): Site[] => {
  const ids = Array.from({ length: stations }, (_, index) => identityOf(index));
  return Array.from({ length: Math.ceil(stations / PER_SITE) }, (_, site) =>
    siteOf(`site-${site}`, ids.slice(site * PER_SITE, (site + 1) * PER_SITE)),
  );
};

/** A site with a one-way EVSE at each of these stations, and a limit that binds. */
export const siteOf = (id: string, stationIds: readonly string[]): Site => ({
  id,
  name: id,
  timeZone: "UTC",
  currency: "CNY",
  nodes: [
    {
      id: `${id}-root`,
      parentId: null,
      importLimitKw: stationIds.length * RATED_KW * SITE_SHARE,
      exportLimitKw: 0,
      failsafe: "graced",
      graceS: 120,
      flatteningPerKw2h: 0,
    },
  ],
  rootNodeId: `${id}-root`,
  meteringPoints: [
    {
      id: `${id}-meter`,
      nodeId: `${id}-root`,
      tariffId: "flat",
      sellPriceId: null,
      demandCharge: null,
      carbon: null,
    },
  ],
  stations: stationIds.map((stationId) => ({
    id: stationId,
    siteId: id,
    nodeId: `${id}-root`,
    evses: [{ evseId: 1, phases: 1, voltageV: 220, minA: 6, maxA: 32, maxDischargeKw: 0 }],
  })),
  defaults: { departureTime: "07:30", energyNeedKwh: 40 },
  baseProfileKw: Array.from({ length: 96 }, () => 0),
  pvProfileKw: Array.from({ length: 96 }, () => 0),
  baseMarginShare: 0,
  measurementStaleMs: 900_000,
  wearPerKwh: 0.1,
  objective: "cheapest",
  weights: {},
});
