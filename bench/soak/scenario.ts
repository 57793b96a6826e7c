import type { OcppVersion } from "../../src/domain/fleet.js";
import type { Site } from "../../src/domain/site.js";
import { type EpochMs, HOUR_MS, MINUTE_MS } from "../../src/domain/units.js";
import type { Scenario, ScenarioFault } from "../../sims/scenario.js";
import { drawFaults } from "../../sims/station/faults/index.js";
import type { NewStation } from "../../sims/station/model.js";
import { type RandomStream, randomStream } from "../../sims/world/random.js";
import type { Visit } from "../../sims/world/visit.js";
import { identityOf } from "../csms/identity.js";
import { RATED_KW, siteOf } from "../csms/sites.js";
import { PER_SITE, SAMPLE_S, type SoakSize } from "./size.js";

/** A winter's midnight. */
export const START_MS = Date.parse("2026-01-14T00:00:00Z");
/** Of the cars' power a transformer bears this share, beside the households. */
const WEAK_SHARE = 0.3;
const BASE_KW = 30;
const VERSIONS: readonly OcppVersion[] = ["1.6", "2.0.1", "2.1"];
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
  const lastMs = endMs - hours * HOUR_MS * QUIET_SHARE;
  const visits = stationIds.flatMap((stationId) => visitsOf(stationId, lastMs, seed));
  return {
    name: id,
    seed,
    policy: "least-laxity",
    startMs: START_MS,
    endMs,
    site: weakSite(id, stationIds),
    tariffFiles: [],
    priceFiles: [],
    stations: stationIds.map((stationId, index) => stationOf(stationId, index, seed)),
    arrivals: (fromMs, toMs) => visits.filter(({ arriveMs }) => arriveMs >= fromMs && arriveMs < toMs),
    faults: stationIds.flatMap((stationId) => troubleOf(stationId, lastMs, seed)),
    events: [],
    sampleMs: SAMPLE_S * 1000,
    baseNoiseShare: 0.04,
    pvCloudShare: 0,
    sessions: null,
  };
};

const weakSite = (id: string, stationIds: readonly string[]): Site => {
  const site = siteOf(id, stationIds);
  const limitKw = BASE_KW * 1.1 + stationIds.length * RATED_KW * WEAK_SHARE;
  return {
    ...site,
    nodes: site.nodes.map((node) => ({ ...node, importLimitKw: limitKw })),
    baseProfileKw: site.baseProfileKw.map(() => BASE_KW),
    baseMarginShare: 0.1,
    defaults: { departureTime: "12:00", energyNeedKwh: 20 },
  };
};

const EVSE = { evseId: 1, phases: 1, voltageV: 220, minA: 6, maxA: 32, maxDischargeKw: 0 } as const;

const stationOf = (stationId: string, index: number, seed: number): NewStation => {
  const version = VERSIONS[index % VERSIONS.length] ?? "1.6";
  return {
    stationId,
    version,
    evse: EVSE,
    atMs: START_MS,
    faults: drawFaults(seed, stationId, version),
  };
};

/** One car after the other: it comes within four hours of the last, and stays half an hour to six; in a short run less. */
const visitsOf = (stationId: string, lastMs: EpochMs, seed: number): Visit[] => {
  const hours = (lastMs - START_MS) / HOUR_MS;
  const [longestGapHours, longestStayHours] = [Math.min(4, hours / 4), Math.min(6, hours / 2)];
  const stream = randomStream(seed, `${stationId}/visits`);
  const visits: Visit[] = [];
  let freeMs = START_MS + 5 * MINUTE_MS;
  for (;;) {
    const arriveMs = Math.round(freeMs + stream.uniform(0, longestGapHours) * HOUR_MS);
    const departMs = Math.round(arriveMs + stream.uniform(0.5, longestStayHours) * HOUR_MS);
    if (departMs > lastMs) return visits;
    visits.push(visitOf(stationId, { index: visits.length, arriveMs, departMs }, stream));
    freeMs = departMs + 5 * MINUTE_MS;
  }
};

interface Stay {
  readonly index: number;
  readonly arriveMs: EpochMs;
  readonly departMs: EpochMs;
}

const CAPACITY_KWH = 60;

const visitOf = (stationId: string, { index, ...stay }: Stay, stream: RandomStream): Visit => {
  const energyNeedKwh = stream.uniform(3, 30);
  return {
    id: `${stationId}/${index}`,
    stationId,
    idToken: `driver-${stationId}`,
    ...stay,
    energyNeedKwh,
    reserveKwh: 0,
    preference: null,
    car: {
      id: `car-${stationId}-${index}`,
      className: "soak",
      phases: 1,
      maxChargeKw: RATED_KW,
      maxDischargeKw: 0,
      battery: {
        capacityKwh: CAPACITY_KWH,
        energyKwh: CAPACITY_KWH - energyNeedKwh,
        chargeEfficiency: 0.95,
        dischargeEfficiency: 0.95,
        floorKwh: 3,
        taper: null,
      },
    },
  };
};

const troubleOf = (stationId: string, lastMs: EpochMs, seed: number): ScenarioFault[] => {
  const stream = randomStream(seed, `${stationId}/trouble`);
  if (stream.uniform(0, 1) >= TROUBLED_SHARE) return [];
  const kind = TROUBLES[Math.floor(stream.uniform(0, TROUBLES.length))] ?? "offline";
  const fromMs = Math.round(START_MS + stream.uniform(0.1, 0.9) * (lastMs - START_MS));
  const toMs = Math.min(lastMs, Math.round(fromMs + stream.uniform(1, 90) * MINUTE_MS));
  return [{ kind, stationIds: [stationId], fromMs, toMs, lossShare: LOSS_SHARE }];
};
