import { ratedKw } from "../../src/domain/draw.js";
import type { Site } from "../../src/domain/site.js";
import { type EpochMs, HOUR_MS, MINUTE_MS, sum } from "../../src/domain/units.js";
import type { Scenario, ScenarioFault } from "../../sims/scenario.js";
import type { NewStation } from "../../sims/station/model.js";
import { randomStream } from "../../sims/world/random.js";
import type { Visit } from "../../sims/world/visit.js";
import { identityOf } from "../csms/identity.js";
import { siteOf } from "../csms/sites.js";
import { visitOf } from "./cars.js";
import { drawPile } from "./piles.js";
import { PER_SITE, SAMPLE_S, START_MS, type SoakSize } from "./size.js";

/** Of the cars' power a transformer bears this share, beside the households. */
const WEAK_SHARE = 0.3;
const BASE_KW = 30;
/** Everybody has gone, and every link is whole again, so long before the end. */
const QUIET_SHARE = 0.1;
const TROUBLES: readonly ScenarioFault["kind"][] = ["offline", "silent", "off", "lossy"];
/** Share of the stations that have trouble with their link or their power once. */
const TROUBLED_SHARE = 0.5;
const LOSS_SHARE = 0.1;

/** Each site with its stations, their faults, their cars and their troubles, drawn by the seed. */
export const soakScenarios = (size: SoakSize): Scenario[] => {
  const ids = Array.from({ length: size.stations }, (_, index) => identityOf(index));
  return Array.from({ length: Math.ceil(size.stations / PER_SITE) }, (_, site) =>
    scenarioOf(`site-${site}`, ids.slice(site * PER_SITE, (site + 1) * PER_SITE), size),
  );
};

const scenarioOf = (id: string, stationIds: readonly string[], { hours, seed }: SoakSize): Scenario => {
  const endMs = START_MS + hours * HOUR_MS;
  const lastMs = lastOf(hours);
  const stations = stationIds.map((stationId, index) => drawPile(stationId, index, seed));
  const visits = stations.flatMap((pile) => visitsOf(pile, lastMs, seed));
  return {
    name: id,
    seed,
    policy: "mixed",
    startMs: START_MS,
    endMs,
    site: weakSite(id, stations),
    tariffFiles: [],
    priceFiles: [],
    stations,
    arrivals: (fromMs, toMs) => visits.filter(({ arriveMs }) => arriveMs >= fromMs && arriveMs < toMs),
    faults: stationIds.flatMap((stationId) => troubleOf(stationId, lastMs, seed)),
    events: [],
    sampleMs: SAMPLE_S * 1000,
    baseNoiseShare: 0.04,
    pvCloudShare: 0,
    sessions: null,
  };
};

/** When the last car has gone and the last trouble is over. */
export const lastOf = (hours: number): EpochMs => START_MS + hours * HOUR_MS * (1 - QUIET_SHARE);

const weakSite = (id: string, stations: readonly NewStation[]): Site => {
  const site = siteOf(
    id,
    stations.map(({ stationId }) => stationId),
  );
  const carsKw = sum(stations.map(({ evse }) => ratedKw(evse)));
  const evseOf = new Map(stations.map(({ stationId, evse }) => [stationId, evse]));
  return {
    ...site,
    nodes: site.nodes.map((node) => ({ ...node, importLimitKw: BASE_KW * 1.1 + carsKw * WEAK_SHARE })),
    stations: site.stations.map((station) => ({
      ...station,
      evses: station.evses.map((evse) => evseOf.get(station.id) ?? evse),
    })),
    baseProfileKw: site.baseProfileKw.map(() => BASE_KW),
    baseMarginShare: 0.1,
    defaults: { departureTime: "12:00", energyNeedKwh: 20 },
  };
};

/** One car after the other: it comes within four hours of the last, and stays half an hour to six; in a short run less. */
const visitsOf = (pile: NewStation, lastMs: EpochMs, seed: number): Visit[] => {
  const hours = (lastMs - START_MS) / HOUR_MS;
  const [longestGapHours, longestStayHours] = [Math.min(4, hours / 4), Math.min(6, hours / 2)];
  const stream = randomStream(seed, `${pile.stationId}/visits`);
  const visits: Visit[] = [];
  let freeMs = START_MS + 5 * MINUTE_MS;
  for (;;) {
    const arriveMs = Math.round(freeMs + stream.uniform(0, longestGapHours) * HOUR_MS);
    const departMs = Math.round(arriveMs + stream.uniform(0.5, longestStayHours) * HOUR_MS);
    if (departMs > lastMs) return visits;
    visits.push(visitOf(pile, { index: visits.length, arriveMs, departMs }, stream));
    freeMs = departMs + 5 * MINUTE_MS;
  }
};

const troubleOf = (stationId: string, lastMs: EpochMs, seed: number): ScenarioFault[] => {
  const stream = randomStream(seed, `${stationId}/trouble`);
  if (stream.uniform(0, 1) >= TROUBLED_SHARE) return [];
  const kind = TROUBLES[Math.floor(stream.uniform(0, TROUBLES.length))] ?? "offline";
  const fromMs = Math.round(START_MS + stream.uniform(0.1, 0.9) * (lastMs - START_MS));
  const toMs = Math.min(lastMs, Math.round(fromMs + stream.uniform(1, 90) * MINUTE_MS));
  return [{ kind, stationIds: [stationId], fromMs, toMs, lossShare: LOSS_SHARE }];
};
