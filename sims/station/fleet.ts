import { type EpochMs, MINUTE_MS } from "../../src/domain/units.js";
import type { Cancel, Clock } from "../../src/ports/clock.js";
import type { Visit } from "../world/visit.js";
import { type NewStation, advance, nextJumpMs } from "./model.js";
import { type SettledStation, type SimStation, createStation } from "./station.js";
import type { StationOperations, Uplink } from "./uplink.js";

/** Books are kept in pieces no longer than this, so that none spans a step of the world. */
const PIECE_MS = 5 * MINUTE_MS;

/** Energy at the port of one station over a piece of time. */
interface StationEnergy {
  readonly importedWh: number;
  readonly exportedWh: number;
}

/** A piece of time that lies within one five-minute step, with the energy of each station. */
export interface FleetInterval {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
  readonly energy: ReadonlyMap<string, StationEnergy>;
}

/** Many virtual stations on one clock. */
export interface SimFleet {
  readonly stations: ReadonlyMap<string, SimStation>;
  /** Connects every station. */
  start(): void;
  stop(): Promise<void>;
  /** Brings every station to now and tells the intervals that passed. */
  settle(): void;
  idle(): boolean;
  /** Stations that still have something under way. */
  busy(): readonly string[];
  /** The station left the last command without an answer: nobody can wait for it but by the clock. */
  owesAnswer(stationId: string): boolean;
  /** Called for each piece of time, in order. */
  onInterval(listener: (interval: FleetInterval) => void): void;
  /** Called after anything happened that may have changed power. */
  onChange(listener: () => void): void;
  /** Called when the central system knows of a visit's transaction. */
  onTransaction(listener: (stationId: string, visit: Visit) => void): void;
}

export interface FleetParts {
  readonly clock: Clock;
  readonly stations: readonly NewStation[];
  readonly uplink: (spec: NewStation, operations: StationOperations) => Uplink;
  /** Whether the other end agrees on a station's connection; where it is left out, it does. */
  readonly agrees?: (station: SimStation) => boolean;
}

export const createFleet = ({
  clock,
  stations: specs,
  uplink,
  agrees = () => true,
}: FleetParts): SimFleet => {
  const stations = new Map<string, SettledStation>();
  const intervals: ((interval: FleetInterval) => void)[] = [];
  const changes: (() => void)[] = [];
  const transactions: ((stationId: string, visit: Visit) => void)[] = [];
  /** Those that may have something under way: whoever is asked whether all rest looks at these alone. */
  const restless = new Set<string>();
  let settledMs = clock.now();
  let jump: { readonly atMs: EpochMs; readonly cancel: Cancel } | null = null;

  const settle = (): void => {
    const nowMs = clock.now();
    for (let fromMs = settledMs; fromMs < nowMs; fromMs = settledMs)
      pass(Math.min(nowMs, (Math.floor(fromMs / PIECE_MS) + 1) * PIECE_MS));
  };
  const pass = (toMs: EpochMs): void => {
    const energy = new Map<string, StationEnergy>();
    for (const station of stations.values()) {
      const before = station.model();
      const after = advance(before, toMs);
      station.replaceModel(after);
      energy.set(station.id, {
        importedWh: after.importedWh - before.importedWh,
        exportedWh: after.exportedWh - before.exportedWh,
      });
    }
    const interval = { fromMs: settledMs, toMs, energy };
    settledMs = toMs;
    for (const listener of intervals) listener(interval);
  };

  const changed = (): void => {
    for (const listener of changes) listener();
    scheduleJump();
  };
  /** One timer for the next jump of any station: the order of stations is then always the same. */
  const scheduleJump = (): void => {
    let atMs = Infinity;
    for (const station of stations.values())
      atMs = Math.min(atMs, station.needsLook() ? clock.now() : nextJumpMs(station.model()));
    if (jump?.atMs === atMs) return;
    jump?.cancel();
    jump = null;
    if (atMs === Infinity) return;
    jump = { atMs, cancel: clock.after(atMs - clock.now(), lookAround) };
  };
  const lookAround = (): void => {
    jump = null;
    settle();
    for (const station of stations.values()) if (station.needsLook()) station.look();
    changed();
  };

  for (const spec of specs)
    stations.set(
      spec.stationId,
      createStation({
        clock,
        spec: { ...spec, atMs: settledMs },
        uplink: (operations) => uplink(spec, operations),
        settle,
        onChange: changed,
        onStir: () => void restless.add(spec.stationId),
        onTransaction: (visit) => {
          for (const listener of transactions) listener(spec.stationId, visit);
        },
      }),
    );

  return {
    stations,
    start: () => {
      for (const station of stations.values()) station.connect();
    },
    stop: async () => {
      jump?.cancel();
      await Promise.all([...stations.values()].map((station) => station.stop()));
    },
    settle,
    idle: () => {
      for (const id of restless) {
        const station = stations.get(id);
        if (station !== undefined && !(station.idle() && agrees(station))) return false;
        restless.delete(id);
      }
      return true;
    },
    busy: () => [...stations.values()].filter((one) => !(one.idle() && agrees(one))).map(({ id }) => id),
    owesAnswer: (stationId) => stations.get(stationId)?.owesAnswer() === true,
    onInterval: (listener) => void intervals.push(listener),
    onChange: (listener) => void changes.push(listener),
    onTransaction: (listener) => void transactions.push(listener),
  };
};
