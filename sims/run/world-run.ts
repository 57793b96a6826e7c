import type { Preference } from "../../src/domain/session.js";
import type { Measurement } from "../../src/domain/site.js";
import { DAY_MS, type EpochMs, SECOND_MS } from "../../src/domain/units.js";
import type { Clock } from "../../src/ports/clock.js";
import type { Scenario, ScenarioEvent, ScenarioFault } from "../scenario.js";
import type { SimFleet } from "../station/fleet.js";
import { type Background, createBackground } from "../world/background.js";
import type { Visit } from "../world/visit.js";
import { type Agenda, createAgenda } from "./agenda.js";
import { createErrands, type Errands } from "./errands.js";
import { turnFault } from "./faults.js";
import { type CommunityMeter, createMeter } from "./meter.js";
import { bringSharingDrivers, type SharingApp } from "./sharing-drivers.js";
import { keepTruth, type TruthKeeper, type Witness } from "./truth.js";
import type { Truth, VisitResult } from "./truth-types.js";
import { priceChanges } from "./posted-events.js";
import { keepVisits, type VisitBook } from "./visits.js";

/** One control cycle: the pause in which changes are gathered, planning, and the stations' answers. */
const CONTROL_CYCLE_MS = 5 * SECOND_MS;

/** A driver's app: tells the central system what the driver wants of the session now running. */
export interface DriverApp {
  setPreference(stationId: string, evseId: number, preference: Preference): Promise<void>;
}

export interface WorldRunParts {
  readonly scenario: Scenario;
  readonly clock: Clock;
  readonly stations: SimFleet;
  /** The community's meter: called after each change of power, at most once per moment. */
  readonly meter: (measurement: Measurement) => Promise<void>;
  readonly driver: DriverApp;
  /** How drivers who share piles ask and are told; where it is left out nobody does. */
  readonly sharing?: SharingApp;
  /** Posts a grid operator's event of the scenario. */
  readonly onEvent?: (event: ScenarioEvent) => Promise<void>;
  /** Time after posting from which an event must be kept; one control cycle when not given. */
  readonly eventGraceMs?: number;
  /** Looks on beside the books. */
  readonly witness?: Witness;
}

export interface WorldRun {
  /** Connects the stations and sets everything in motion. */
  start(): void;
  stop(): Promise<void>;
  /** Whether nothing is in flight between the world and the central system. */
  idle(): boolean;
  busy(): readonly string[];
  /** The station left the last command without an answer. */
  owesAnswer(stationId: string): boolean;
  /** An event posted by somebody else limits a node from now on: kept in the books. */
  expectLimit(limit: {
    nodeIds: readonly string[] | null;
    limitKw: number;
    fromMs: EpochMs;
    toMs: EpochMs;
  }): void;
  truth(): Truth;
  visits(): readonly VisitResult[];
  /** Exact net import of the site now, kW. */
  importKw(): number;
  /** What failed at the meter, the app or an event, for the log and the report. */
  failures(): readonly string[];
}

/** A scenario set up on a clock, before anything has happened. */
interface World {
  readonly parts: WorldRunParts;
  readonly agenda: Agenda;
  readonly errands: Errands;
  readonly background: Background;
  readonly truth: TruthKeeper;
  readonly visits: VisitBook;
  readonly meter: CommunityMeter;
}

const setUp = (parts: WorldRunParts): World => {
  const { scenario, clock, stations: fleet, witness } = parts;
  const { site } = scenario;
  const errands = createErrands();
  const background = createBackground(scenario);
  const priceChangesMs = priceChanges(scenario.events);
  const truth = keepTruth({ site, fleet, background, now: () => clock.now(), priceChangesMs, witness });
  const meter = createMeter({
    site,
    clock,
    background,
    importKw: () => (fleet.settle(), truth.importKw()),
    send: (measurement) => errands.run("meter", parts.meter(measurement)),
  });
  return { parts, agenda: createAgenda(clock), errands, background, truth, visits: keepVisits(fleet), meter };
};

/**
 * Sets a scenario in motion on a clock: cars arrive and leave, households and PV change, stations send
 * samples and lose their connections, the site's meter and the drivers' apps report. The same run drives
 * direct and wire stations, a virtual clock and the demonstration's.
 */
export const createWorldRun = (parts: WorldRunParts): WorldRun => {
  const world = setUp(parts);
  const { agenda, errands, truth, visits, meter } = world;
  const { scenario, stations: fleet } = parts;
  listen(world);
  return {
    start: () => {
      fleet.start();
      truth.look();
      bringVisits(world, scenario.startMs);
      bringFaults(world);
      bringSharing(world);
      for (const event of scenario.events) agenda.at(event.postMs, () => post(world, event));
      for (const atMs of priceChanges(scenario.events)) agenda.at(atMs, () => fleet.settle());
      beat(world);
      meter.measureSoon();
    },
    stop: async () => {
      fleet.settle();
      agenda.clear();
      meter.stop();
      await fleet.stop();
    },
    idle: () => errands.running().length === 0 && fleet.idle(),
    owesAnswer: (stationId) => fleet.owesAnswer(stationId),
    busy: () => [...errands.running(), ...fleet.busy()],
    expectLimit: (limit) => expectLimit(world, limit),
    truth: () => (fleet.settle(), truth.read()),
    visits: () => (fleet.settle(), visits.read()),
    importKw: () => (fleet.settle(), truth.importKw()),
    failures: () => errands.failures(),
  };
};

const listen = ({ parts: { stations: fleet, driver }, truth, meter, errands }: World): void => {
  fleet.onChange(() => {
    truth.look();
    meter.measureSoon();
  });
  fleet.onTransaction((stationId, { preference }) => {
    const evseId = fleet.stations.get(stationId)?.model().evse.evseId ?? 1;
    if (preference !== null) errands.run("driver app", driver.setPreference(stationId, evseId, preference));
  });
};

/** Sets the stays of a day, one day ahead, so that a world without end can be set in motion too. */
const bringVisits = (world: World, fromMs: EpochMs): void => {
  const { agenda, parts } = world;
  const toMs = Math.min(fromMs + DAY_MS, parts.scenario.endMs);
  const visits = parts.scenario.arrivals(fromMs, toMs);
  // Departures first: where one car leaves as the next comes, the place is free by then.
  for (const visit of visits) agenda.at(visit.departMs, () => depart(world, visit));
  for (const visit of visits) agenda.at(visit.arriveMs, () => arrive(world, visit));
  if (toMs < parts.scenario.endMs) agenda.at(fromMs, () => bringVisits(world, toMs));
};

type Arriving = Pick<World, "parts" | "visits" | "errands">;

const arrive = ({ parts: { stations: fleet }, visits, errands }: Arriving, visit: Visit): void => {
  const station = fleet.stations.get(visit.stationId);
  if (station === undefined || station.model().car !== null)
    return errands.note(`visit ${visit.id}: no free station ${visit.stationId}`);
  fleet.settle();
  visits.open(visit);
  station.plug(visit);
};

const depart = ({ parts: { stations: fleet }, visits }: World, visit: Visit): void => {
  fleet.settle();
  visits.close(visit);
  fleet.stations.get(visit.stationId)?.unplug();
};

const bringSharing = ({ parts, agenda, errands, visits }: World): void => {
  const { scenario, clock, stations: fleet, sharing } = parts;
  if (sharing === undefined) return;
  bringSharingDrivers({
    ...scenario,
    drivers: scenario.sharing ?? [],
    agenda,
    app: sharing,
    now: () => clock.now(),
    errand: (work) => errands.run("sharing", work),
    note: (failure) => errands.note(failure),
    plug: (visit) => arrive({ parts, visits, errands }, visit),
    unplug: (visit) => {
      fleet.settle();
      const station = fleet.stations.get(visit.stationId);
      const car = station?.model().car ?? null;
      visits.close(visit, clock.now());
      station?.unplug();
      return car;
    },
  });
};

const bringFaults = ({ parts: { scenario, stations: fleet }, agenda }: World): void => {
  const turn = (fault: ScenarioFault, on: boolean): void => {
    for (const id of fault.stationIds) {
      const station = fleet.stations.get(id);
      if (station !== undefined) turnFault(fault, on, station, scenario.seed);
    }
  };
  for (const fault of scenario.faults) {
    agenda.at(fault.fromMs, () => turn(fault, true));
    agenda.at(fault.toMs, () => turn(fault, false));
  }
};

/** What recurs: steps of households and PV, and the stations' samples. */
const beat = (world: World): void => {
  const { parts, agenda, background, meter, truth } = world;
  const { sampleMs } = parts.scenario;
  agenda.every(
    (nowMs) => background.nextStepMs(nowMs),
    () => {
      lookAtTruth(world);
      meter.measureSoon();
    },
  );
  agenda.every(
    (nowMs) => (Math.floor(nowMs / sampleMs) + 1) * sampleMs,
    () => {
      for (const station of parts.stations.stations.values()) {
        station.sample("periodic");
        station.beat();
      }
      truth.look();
      meter.measureSoon();
    },
  );
};

const lookAtTruth = ({ parts, truth }: World): void => {
  parts.stations.settle();
  truth.look();
};

/** An event must be kept from its start, or one control cycle after it was posted, whichever is later. */
const post = (world: World, event: ScenarioEvent): void => {
  const { clock, onEvent, eventGraceMs = CONTROL_CYCLE_MS } = world.parts;
  if (event.type === "IMPORT_CAPACITY_LIMIT")
    expectLimit(world, {
      nodeIds: event.nodeIds,
      limitKw: event.value,
      fromMs: Math.max(event.startMs, clock.now() + eventGraceMs),
      toMs: event.endMs,
    });
  if (onEvent !== undefined) world.errands.run("event", onEvent(event));
};

type ExpectedLimit = Parameters<WorldRun["expectLimit"]>[0];

const expectLimit = (world: World, { nodeIds, limitKw, fromMs, toMs }: ExpectedLimit): void => {
  const { agenda, truth, parts } = world;
  for (const nodeId of nodeIds ?? [parts.scenario.site.rootNodeId])
    truth.addLimit({ nodeId, limitKw, fromMs, toMs });
  // The books are cut where the limit begins and ends, so that breaches are counted to the second.
  for (const atMs of [fromMs, toMs])
    if (atMs > parts.clock.now() && atMs < Infinity) agenda.at(atMs, () => lookAtTruth(world));
};
