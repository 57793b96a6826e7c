import { type EpochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../src/domain/units.js";
import type { Cancel, Clock } from "../../src/ports/clock.js";
import type { NewStation } from "../station/model.js";
import { createWireFleet, type Unconnected, type WireParts } from "../station/wire/fleet.js";
import type { Car, Visit } from "../world/visit.js";

/** How one virtual station stands, for whoever watches it. */
export interface LoneState {
  readonly connected: boolean;
  /** Why it is not connected, as last tried; null: it is, or was not refused yet. */
  readonly unconnected: Unconnected | null;
  readonly hasCar: boolean;
  /** null: no transaction runs. */
  readonly transactionId: string | null;
  /** Into the car since it came, less what it gave back. */
  readonly chargedKwh: number;
}

/** One virtual station at somebody's server, with a car that arrives. */
export interface LoneStation {
  start(): void;
  state(): LoneState;
  /** Calls back when it connects, its car comes or its transaction begins or ends. */
  onChange(listener: (state: LoneState) => void): void;
  idle(): boolean;
  busy(): readonly string[];
  /** Unplugs the car, so that the transaction ends in order, and disconnects. */
  stop(): Promise<void>;
}

export interface LoneParts extends Pick<WireParts, "clock" | "endpoint" | "connectedAtServer"> {
  readonly station: Omit<NewStation, "atMs">;
  readonly password: string;
  /** Keeps another that the server gave it, for its next start; false: it cannot, and does not take it. */
  readonly keepPassword?: (password: string) => boolean;
  readonly idToken: string;
  /** Wanted by the car, at the port. */
  readonly energyNeedKwh: number;
  /** How long after the start the car comes. */
  readonly arriveAfterMs: number;
  /** When the car leaves, as it tells where the version has a message for that; null: it stays, and tells nothing. */
  readonly departMs: EpochMs | null;
}

const SAMPLE_MS = MINUTE_MS;
const LOOK_MS = SECOND_MS;
/** A stop that the server does not answer is not waited for any longer. */
const STOP_WITHIN_MS = 5 * SECOND_MS;
/** Of a car that says nothing: nothing ends with it, and it is never told. */
const STAY_MS = 24 * HOUR_MS;

export const createLoneStation = (parts: LoneParts): LoneStation => {
  const { clock, station: spec } = parts;
  let unconnected: Unconnected | null = null;
  const { fleet } = createWireFleet({
    clock,
    stations: [{ ...spec, atMs: clock.now() }],
    endpoint: parts.endpoint,
    password: () => parts.password,
    keepPassword: (_id, password) => parts.keepPassword?.(password) ?? true,
    answerWithinMs: MINUTE_MS,
    onUnconnected: (_id, why) => {
      unconnected = why;
    },
    ...(parts.connectedAtServer === undefined ? {} : { connectedAtServer: parts.connectedAtServer }),
  });
  const station = fleet.stations.get(spec.stationId);
  if (station === undefined) throw new Error("a fleet of one has one station");
  const listeners: ((state: LoneState) => void)[] = [];
  let cancels: Cancel[] = [];
  let told = "";

  const state = (): LoneState => {
    fleet.settle();
    const { car, transaction, importedWh, exportedWh } = station.model();
    const connected = station.connected();
    if (connected) unconnected = null;
    return {
      connected,
      unconnected,
      hasCar: car !== null,
      transactionId: transaction?.localId ?? null,
      chargedKwh: (importedWh - exportedWh) / 1000,
    };
  };
  const look = (): void => {
    const now = state();
    const key = `${now.connected} ${JSON.stringify(now.unconnected)} ${now.hasCar} ${now.transactionId}`;
    if (key === told) return;
    told = key;
    for (const listener of listeners) listener(now);
  };
  const every = (delayMs: number, run: () => void): void => {
    const turn = cancels.length;
    const again = (): void => {
      run();
      cancels[turn] = clock.after(delayMs, again);
    };
    cancels.push(clock.after(delayMs, again));
  };

  return {
    state,
    onChange: (listener) => void listeners.push(listener),
    idle: () => fleet.idle(),
    busy: () => fleet.busy(),
    start: () => {
      fleet.start();
      every(LOOK_MS, look);
      every(SAMPLE_MS, () => {
        fleet.settle();
        station.sample("periodic");
        station.beat();
      });
      cancels.push(
        clock.after(parts.arriveAfterMs, () => {
          fleet.settle();
          station.plug(visitOf(parts, clock.now()));
        }),
      );
      if (parts.departMs !== null)
        cancels.push(
          clock.after(Math.max(0, parts.departMs - clock.now()), () => {
            fleet.settle();
            station.unplug();
          }),
        );
    },
    stop: async () => {
      for (const cancel of cancels) cancel();
      cancels = [];
      fleet.settle();
      station.unplug();
      await untilIdle(clock, () => fleet.idle());
      await fleet.stop();
    },
  };
};

const untilIdle = (clock: Clock, idle: () => boolean): Promise<void> =>
  new Promise((resolve) => {
    const startedMs = clock.now();
    const look = (): void => {
      if (idle() || clock.now() - startedMs >= STOP_WITHIN_MS) resolve();
      else clock.after(100, look);
    };
    look();
  });

/** A car with room for what it wants, and a little more. */
const carOf = ({ station: { evse }, energyNeedKwh }: LoneParts): Car => ({
  id: "car",
  className: "simulated",
  battery: {
    capacityKwh: Math.max(50, energyNeedKwh * 1.5),
    energyKwh: 10,
    chargeEfficiency: 0.95,
    dischargeEfficiency: 0.95,
    floorKwh: 2.5,
    taper: null,
  },
  phases: evse.phases,
  maxChargeKw: (evse.voltageV * evse.maxA * evse.phases) / 1000,
  maxDischargeKw: evse.maxDischargeKw,
});

const visitOf = (parts: LoneParts, nowMs: EpochMs): Visit => ({
  id: "visit",
  stationId: parts.station.stationId,
  car: carOf(parts),
  idToken: parts.idToken,
  arriveMs: nowMs,
  departMs: parts.departMs ?? nowMs + STAY_MS,
  tellsDeparture: parts.departMs !== null,
  energyNeedKwh: parts.energyNeedKwh,
  reserveKwh: 0,
  preference: null,
});
