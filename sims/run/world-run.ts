import type { Preference } from "../../src/domain/session.js";
import type { Measurement } from "../../src/domain/site.js";
import { DAY_MS, type EpochMs, MINUTE_MS } from "../../src/domain/units.js";
import type { Cancel, Clock } from "../../src/ports/clock.js";
import type { Scenario, ScenarioEvent } from "../scenario.js";
import type { SimFleet } from "../station/fleet.js";
import { createBackground } from "../world/background.js";
import type { Visit } from "../world/visit.js";
import { keepTruth } from "./truth.js";
import type { Truth, VisitResult } from "./truth-types.js";
import { keepVisits } from "./visits.js";

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
  /** Posts a grid operator's event of the scenario. */
  readonly onEvent?: (event: ScenarioEvent) => Promise<void>;
  /** Time given to the central system before an event that is posted at its start must be kept. */
  readonly eventGraceMs?: number;
}

export interface WorldRun {
  /** Connects the stations and sets everything in motion. */
  start(): void;
  stop(): Promise<void>;
  /** Whether nothing is in flight between the world and the central system. */
  idle(): boolean;
  busy(): readonly string[];
  /** An event posted by somebody else limits a node from now on: kept in the books. */
  expectLimit(limit: { nodeIds: readonly string[]; limitKw: number; fromMs: EpochMs; toMs: EpochMs }): void;
  truth(): Truth;
  visits(): readonly VisitResult[];
  /** Exact net import of the site now, kW. */
  importKw(): number;
  /** What failed at the meter, the app or an event, for the log and the report. */
  failures(): readonly string[];
}

/**
 * Sets a scenario in motion on a clock: cars arrive and leave, households and PV change, stations send
 * samples and lose their connections, the site's meter and the drivers' apps report. The same run drives
 * direct and wire stations, a virtual clock and the demonstration's.
 */
export const createWorldRun = (parts: WorldRunParts): WorldRun => {
  const { scenario, clock, stations: fleet } = parts;
  const { site } = scenario;
  const background = createBackground(scenario);
  const truth = keepTruth({ site, fleet, background, now: () => clock.now() });
  const visits = keepVisits(fleet);
  const timers = new Set<Cancel>();
  const failures: string[] = [];
  const pending = new Map<string, number>();
  let measuring: Cancel | null = null;

  const at = (atMs: EpochMs, run: () => void): void => {
    const cancel = clock.after(Math.max(0, atMs - clock.now()), () => {
      timers.delete(cancel);
      run();
    });
    timers.add(cancel);
  };
  const every = (nextMs: (nowMs: EpochMs) => EpochMs, run: () => void): void =>
    at(nextMs(clock.now()), () => {
      run();
      every(nextMs, run);
    });
  /** Keeps count of what is in flight; a failure is noted, never thrown. */
  const track = (name: string, work: Promise<void>): void => {
    pending.set(name, (pending.get(name) ?? 0) + 1);
    void work
      .catch(
        (error: unknown) =>
          void failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`),
      )
      .finally(() => {
        const left = (pending.get(name) ?? 1) - 1;
        if (left > 0) pending.set(name, left);
        else pending.delete(name);
      });
  };

  const measure = (): void => {
    fleet.settle();
    const atMs = clock.now();
    const common = { siteId: site.id, atMs };
    track("meter", parts.meter({ ...common, kind: "site-import", powerKw: watts(truth.importKw()) }));
    if (site.pvProfileKw.some((power) => power > 0))
      track("meter", parts.meter({ ...common, kind: "pv", powerKw: watts(background.pvKw(atMs)) }));
  };
  /** One measurement per moment, after everything that happens in it. */
  const measureSoon = (): void => {
    if (measuring !== null) return;
    measuring = clock.after(0, () => {
      measuring = null;
      measure();
    });
  };

  const arrive = (visit: Visit): void => {
    const station = fleet.stations.get(visit.stationId);
    if (station === undefined || station.model().car !== null)
      return void failures.push(`visit ${visit.id}: no free station ${visit.stationId}`);
    fleet.settle();
    visits.open(visit);
    station.plug(visit);
  };
  const depart = (visit: Visit): void => {
    fleet.settle();
    visits.close(visit);
    fleet.stations.get(visit.stationId)?.unplug();
  };
  /** Sets the stays of a day, one day ahead, so that a world without end can be set in motion too. */
  const bring = (fromMs: EpochMs): void => {
    const toMs = Math.min(fromMs + DAY_MS, scenario.endMs);
    const visits = scenario.arrivals(fromMs, toMs);
    // Departures first: where one car leaves as the next comes, the place is free by then.
    for (const visit of visits) at(visit.departMs, () => depart(visit));
    for (const visit of visits) at(visit.arriveMs, () => arrive(visit));
    if (toMs < scenario.endMs) at(fromMs, () => bring(toMs));
  };
  const sampleAll = (): void => {
    for (const station of fleet.stations.values()) {
      station.sample("periodic");
      station.beat();
    }
    truth.look();
    measureSoon();
  };
  const lookAtTruth = (): void => {
    fleet.settle();
    truth.look();
  };
  const stepBackground = (): void => {
    lookAtTruth();
    measureSoon();
  };
  const post = (event: ScenarioEvent): void => {
    const graceMs = event.startMs <= clock.now() ? (parts.eventGraceMs ?? MINUTE_MS) : 0;
    if (event.type === "IMPORT_CAPACITY_LIMIT")
      expectLimit({
        nodeIds: event.nodeIds,
        limitKw: event.value,
        fromMs: Math.max(event.startMs, clock.now()) + graceMs,
        toMs: event.endMs,
      });
    if (parts.onEvent !== undefined) track("event", parts.onEvent(event));
  };
  const expectLimit: WorldRun["expectLimit"] = ({ nodeIds, limitKw, fromMs, toMs }) => {
    for (const nodeId of nodeIds.length > 0 ? nodeIds : [site.rootNodeId])
      truth.addLimit({ nodeId, limitKw, fromMs, toMs });
    // The books are cut where the limit begins and ends, so that breaches are counted to the second.
    for (const atMs of [fromMs, toMs]) if (atMs > clock.now() && atMs < Infinity) at(atMs, lookAtTruth);
  };
  const stationAt = (id: string) => fleet.stations.get(id);
  const fault = ({ kind, stationIds, fromMs, toMs }: Scenario["faults"][number]): void => {
    const each =
      (run: (id: string) => void): (() => void) =>
      () => {
        for (const id of stationIds) run(id);
      };
    at(
      fromMs,
      each((id) => (kind === "offline" ? stationAt(id)?.cutOff() : stationAt(id)?.stick(true))),
    );
    at(
      toMs,
      each((id) => (kind === "offline" ? stationAt(id)?.restore() : stationAt(id)?.stick(false))),
    );
  };

  fleet.onChange(() => {
    truth.look();
    measureSoon();
  });
  fleet.onTransaction((stationId, { preference }) => {
    const evseId = fleet.stations.get(stationId)?.model().evse.evseId ?? 1;
    if (preference !== null) track("driver app", parts.driver.setPreference(stationId, evseId, preference));
  });

  return {
    start: () => {
      fleet.start();
      truth.look();
      bring(scenario.startMs);
      for (const each of scenario.faults) fault(each);
      for (const event of scenario.events) at(event.postMs, () => post(event));
      every((nowMs) => background.nextStepMs(nowMs), stepBackground);
      every((nowMs) => (Math.floor(nowMs / scenario.sampleMs) + 1) * scenario.sampleMs, sampleAll);
      measureSoon();
    },
    stop: async () => {
      fleet.settle();
      for (const cancel of timers) cancel();
      timers.clear();
      measuring?.();
      await fleet.stop();
    },
    idle: () => pending.size === 0 && fleet.idle(),
    busy: () => [...pending.keys(), ...fleet.busy()],
    expectLimit,
    truth: () => (fleet.settle(), truth.read()),
    visits: () => (fleet.settle(), visits.read()),
    importKw: () => (fleet.settle(), truth.importKw()),
    failures: () => failures,
  };
};

/** As a meter tells it: whole watts. */
const watts = (powerKw: number): number => Math.round(powerKw * 1000) / 1000;
