import type { GridNode, Site } from "../../src/domain/site.js";
import { HOUR_MS, MINUTE_MS } from "../../src/domain/units.js";
import { builtInScenario } from "../../src/app/package-files.js";
import { loadScenario, type Scenario, type ScenarioFault } from "../../sims/index.js";

/** Every third pile of the demonstration, and so the third part of its transformer and households. */
const PART = 3;
const HOURS = 9;
/** As a site file has it that states none: a lost command times out after 30 s and is sent again. */
export const GRACE_S = 120;

/**
 * A third of the demonstration's community on an evening of lost messages: every link loses a tenth of
 * them, and stations are cut off, switched off or silent, while cars arrive and the tariff turns at 22:00.
 * Households keep exactly to their profile and nothing is added to it, so that the plan uses the limit to
 * the last kW and every kW too much shows.
 */
export const lossyEvening = (seed: number, failsafe: GridNode["failsafe"]): Scenario => {
  const whole = loadScenario(builtInScenario("jinan-community"), { seed, durationHours: HOURS });
  const site = partOf(whole.site, failsafe);
  const ids = site.stations.map(({ id }) => id);
  return {
    ...whole,
    site,
    stations: whole.stations.filter(({ stationId }) => ids.includes(stationId)),
    arrivals: (fromMs, toMs) =>
      whole.arrivals(fromMs, toMs).filter(({ stationId }) => ids.includes(stationId)),
    faults: faultsFor(ids, whole.startMs),
    sampleMs: 5 * MINUTE_MS,
    baseNoiseShare: 0,
  };
};

const partOf = (site: Site, failsafe: GridNode["failsafe"]): Site => ({
  ...site,
  stations: site.stations.filter((_, index) => index % PART === 0),
  baseMarginShare: 0,
  baseProfileKw: site.baseProfileKw.map((kw) => kw / PART),
  nodes: site.nodes.map((node) =>
    node.importLimitKw === null
      ? node
      : { ...node, importLimitKw: node.importLimitKw / PART, failsafe, graceS: GRACE_S },
  ),
});

/** Each trouble meets stations of all three versions, around the turn of the tariff and in the night. */
const faultsFor = (ids: readonly string[], startMs: number): ScenarioFault[] => {
  const fault = (
    kind: ScenarioFault["kind"],
    nth: number,
    fromHour: number,
    minutes: number,
  ): ScenarioFault => ({
    kind,
    stationIds: ids.filter((_, index) => index % 5 === nth),
    fromMs: startMs + fromHour * HOUR_MS,
    toMs: startMs + fromHour * HOUR_MS + minutes * MINUTE_MS,
  });
  return [
    { ...fault("lossy", 0, 0, HOURS * 60), stationIds: ids, lossShare: 0.1 },
    fault("silent", 0, 4.9, 10),
    fault("silent", 1, 7, 10),
    fault("offline", 2, 4.5, 60),
    fault("offline", 3, 6.1, 60),
    fault("off", 4, 5.25, 5),
    fault("off", 1, 8, 5),
  ];
};

const EVENT_LIMIT_KW = 50;

/** The same at a graced limit, with an event that begins as it is posted at midnight. */
export const gracedEvening = (seed: number): Scenario => {
  const scenario = lossyEvening(seed, "graced");
  const postMs = scenario.startMs + 7 * HOUR_MS + 5 * MINUTE_MS;
  return {
    ...scenario,
    events: [
      {
        postMs,
        type: "IMPORT_CAPACITY_LIMIT",
        value: EVENT_LIMIT_KW,
        nodeIds: [scenario.site.rootNodeId],
        startMs: postMs,
        startsNow: true,
        endMs: postMs + HOUR_MS,
      },
    ],
  };
};
