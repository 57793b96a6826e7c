import type { RunningCost } from "../domain/commands/tariffs.js";
import type { StationCommand } from "../domain/command.js";
import type { FleetEvent, OcppVersion } from "../domain/fleet.js";
import type { Session } from "../domain/session.js";
import type { Site } from "../domain/site.js";
import type { Tariff } from "../domain/tariff.js";
import { DAY_MS, type EpochMs } from "../domain/units.js";
import {
  addEnergy,
  billEnergy,
  type CostAccount,
  openCost,
  type PriceStep,
  shownCost,
  type ToldEnergy,
} from "../settlement/running-cost.js";
import { priceAt, tariffSegments } from "../signals/tariff.js";
import type { Cancel, Clock } from "../ports/clock.js";
import type { StationLink } from "../ports/station-link.js";
import { createLine } from "./line.js";

/** Sessions that are over, whose cost may still be asked for by a message that is sent again. */
const MOST_OVER = 2_000;
const MOST_AT_ONCE = 4;

export interface CostParts {
  readonly clock: Clock;
  readonly sites: readonly Site[];
  /** Tariff that a station's driver pays by; null: none is known, and no cost is told. */
  readonly tariffOf: (stationId: string) => Tariff | null;
  readonly link: StationLink;
}

export interface CostBook {
  heard(event: FleetEvent): void;
  /** In the site's currency; null: its cost is not told. */
  costSoFar(stationId: string, transactionId: string): number | null;
  /** The plug was pulled: nothing more is told while it runs. False: no such session. */
  unplugged(stationId: string, transactionId: string): boolean;
  stop(): void;
}

interface Entry {
  readonly session: Session;
  readonly tariff: Tariff;
  account: CostAccount;
  isCharging: boolean;
  meterWh: number;
  isUnplugged: boolean;
}

const pricesOf =
  (tariff: Tariff) =>
  (fromMs: EpochMs, toMs: EpochMs): readonly PriceStep[] =>
    tariffSegments(tariff, fromMs, toMs).map(({ startMs, endMs, period }) => ({
      startMs,
      endMs,
      pricePerKwh: period.pricePerKwh,
    }));

const keyOf = (stationId: string, transactionId: string): string => `${stationId} ${transactionId}`;
const placeOf = ({ stationId, evseId }: { stationId: string; evseId: number }): string =>
  `${stationId}/${evseId}`;

/**
 * What sessions cost, at the sites that show it: told with each answer to a 2.x station, and to all stations
 * every few minutes, by the energy that the bill has. What was drawn before this process began counts evenly over the session until then.
 */
export const createCostBook = ({ clock, sites, tariffOf, link }: CostParts): CostBook => {
  const open = new Map<string, Entry>();
  const over = new Map<string, number>();
  const versions = new Map<string, OcppVersion>();
  /** Stations that do not understand costs; until they connect anew. */
  const refusing = new Set<string>();
  const showing = new Map(
    sites.flatMap((site) =>
      site.costEveryMs === undefined ? [] : site.stations.map(({ id }) => [id, site.costEveryMs] as const),
    ),
  );
  /** By place: samples outside the books of transactions name no other. */
  const placed = new Map<string, Entry>();

  const note = (entry: Entry, told: ToldEnergy, add = billEnergy): void => {
    const { importedKwh } = told;
    entry.isCharging = importedKwh > entry.account.importedKwh;
    entry.account = add(entry.account, told, pricesOf(entry.tariff));
    entry.meterWh = entry.session.meterStartWh + importedKwh * 1_000;
  };

  const begin = (session: Session, atMs: EpochMs): void => {
    const tariff = showing.has(session.stationId) ? tariffOf(session.stationId) : null;
    if (tariff === null) return;
    const account = openCost(session.startedMs);
    const entry = {
      session,
      tariff,
      account,
      isCharging: true,
      meterWh: session.meterStartWh,
      isUnplugged: false,
    };
    if (session.importedKwh > 0) note(entry, { atMs, importedKwh: session.importedKwh });
    open.set(keyOf(session.stationId, session.transactionId), entry);
    placed.set(placeOf(session), entry);
    schedule(session.stationId);
  };

  /** By the bill, where the sample is part of it: a register that cannot be costs nothing. */
  const sampled = (entry: Entry, { sample, billedKwh }: Extract<FleetEvent, { kind: "sampled" }>): void => {
    const { atMs, importedWh } = sample;
    if (billedKwh !== undefined) return note(entry, { atMs, importedKwh: billedKwh });
    if (importedWh === null) return;
    note(entry, { atMs, importedKwh: (importedWh - entry.session.meterStartWh) / 1_000 }, addEnergy);
  };

  const tell = async (stationId: string, command: StationCommand): Promise<void> => {
    if (refusing.has(stationId)) return;
    const { status } = await link.send(stationId, command);
    if (status === "rejected" || status === "unsupported") refusing.add(stationId);
  };

  const end = (session: Session): void => {
    const key = keyOf(session.stationId, session.transactionId);
    const entry = open.get(key);
    if (entry === undefined) return;
    note(entry, { atMs: session.endedMs ?? clock.now(), importedKwh: session.importedKwh });
    open.delete(key);
    if (placed.get(placeOf(session)) === entry) placed.delete(placeOf(session));
    const totalCost = shownCost(entry.account);
    over.set(key, totalCost);
    for (const oldest of over.keys()) if (over.size > MOST_OVER) over.delete(oldest);
    if (versions.get(session.stationId) !== "1.6") return;
    const text = `${totalCost.toFixed(2)} ${entry.tariff.currency}`;
    const { stationId, transactionId } = session;
    void tell(stationId, { kind: "final-cost", transactionId, totalCost, text });
  };

  const runningCost = ({ session, tariff, account, isCharging, meterWh }: Entry): RunningCost => {
    const nowMs = clock.now();
    const next = tariffSegments(tariff, nowMs, nowMs + DAY_MS)[1];
    return {
      transactionId: session.transactionId,
      totalCost: shownCost(account),
      atMs: nowMs,
      meterWh,
      isCharging,
      pricePerKwh: priceAt(tariff, nowMs),
      next: next === undefined ? null : { atMs: next.startMs, pricePerKwh: next.period.pricePerKwh },
    };
  };

  const line = createLine(MOST_AT_ONCE, async (stationId) => {
    const own = [...open.values()].filter((entry) => entry.session.stationId === stationId);
    for (const entry of own)
      if (!entry.isUnplugged) await tell(stationId, { kind: "running-cost", cost: runningCost(entry) });
  });
  const timers = new Map<string, Cancel>();
  /** A timer per station with sessions whose cost is shown. */
  const schedule = (stationId: string): void => {
    const everyMs = showing.get(stationId);
    if (everyMs === undefined || timers.has(stationId)) return;
    const cancel = clock.after(everyMs, () => {
      timers.delete(stationId);
      if (![...open.values()].some(({ session }) => session.stationId === stationId)) return;
      if (versions.has(stationId)) line.add(stationId);
      schedule(stationId);
    });
    timers.set(stationId, cancel);
  };

  return {
    heard: (event) => {
      switch (event.kind) {
        case "connected":
          refusing.delete(event.stationId);
          versions.set(event.stationId, event.version);
          return;
        case "disconnected":
          versions.delete(event.stationId);
          return;
        case "session-opened":
        case "session-recovered":
          begin(event.session, event.atMs);
          return;
        case "session-closed":
          end(event.session);
          return;
        case "sampled": {
          const entry = placed.get(placeOf(event));
          if (entry !== undefined) sampled(entry, event);
          return;
        }
        default:
      }
    },
    costSoFar: (stationId, transactionId) => {
      const key = keyOf(stationId, transactionId);
      const entry = open.get(key);
      return entry === undefined ? (over.get(key) ?? null) : shownCost(entry.account);
    },
    unplugged: (stationId, transactionId) => {
      const entry = open.get(keyOf(stationId, transactionId));
      if (entry !== undefined) entry.isUnplugged = true;
      return entry !== undefined || over.has(keyOf(stationId, transactionId));
    },
    stop: () => {
      for (const cancel of timers.values()) cancel();
      line.clear();
    },
  };
};
