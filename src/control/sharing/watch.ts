import type { FleetEvent } from "../../domain/fleet.js";
import type { Session } from "../../domain/session.js";
import { pileKey } from "../../domain/sharing.js";
import type { EpochMs } from "../../domain/units.js";
import type { Cancel, Clock } from "../../ports/clock.js";
import type { ControlParts } from "../contract.js";
import type { ReservationKeeper } from "../reservations.js";
import type { PileDesk } from "./contract.js";
import type { Pile } from "./pile-view.js";
import type { UnstoppedSessions } from "./unstopped.js";

/** A pile and the kind of sharing that looks after it. */
export interface Watched {
  readonly pile: Pile;
  look(closed: Session | null): Promise<void>;
  wakeMs(): EpochMs | null;
  holds(): ReturnType<PileDesk<Pile>["holdOf"]>;
}

export const watchedBy = <Shared extends Pile>(desk: PileDesk<Shared>, piles: readonly Shared[]): Watched[] =>
  piles.map((pile) => ({
    pile,
    look: (closed) => desk.look(pile, closed),
    wakeMs: () => desk.wakeMs(pile),
    holds: () => desk.holdOf(pile),
  }));

/** News after which a pile may stand otherwise for the rules. */
const LOOK_ON: ReadonlySet<FleetEvent["kind"]> = new Set([
  "status",
  "sampled",
  "connected",
  "session-opened",
  "session-recovered",
  "session-changed",
  "session-closed",
]);

export interface WatchParts {
  readonly clock: Clock;
  readonly reservations: Pick<ReservationKeeper, "hold" | "nextEndMs">;
  readonly unstopped: Pick<UnstoppedSessions, "wakeMs">;
  readonly log: ControlParts["log"];
  readonly watched: readonly Watched[];
}

/** Looks at piles when something is heard of them, and when the rules wait for a moment. */
export const createWatch = ({ clock, reservations, unstopped, log, watched }: WatchParts) => {
  const timers = new Map<string, Cancel>();
  const ofStation = new Map<string, Watched[]>();
  for (const one of watched)
    ofStation.set(one.pile.stationId, [...(ofStation.get(one.pile.stationId) ?? []), one]);
  let isStopped = true;

  const wakeLater = (one: Watched): void => {
    const key = pileKey(one.pile);
    timers.get(key)?.();
    timers.delete(key);
    const times = [
      one.wakeMs(),
      reservations.nextEndMs(one.pile.stationId),
      unstopped.wakeMs(one.pile, clock.now()),
    ].filter((time) => time !== null);
    const atMs = Math.min(...times);
    if (!isStopped && times.length > 0)
      timers.set(
        key,
        clock.after(Math.max(0, atMs - clock.now()), () => void look(one, null)),
      );
  };
  const look = async (one: Watched, closed: Session | null): Promise<void> => {
    if (isStopped) return;
    try {
      await one.look(closed);
      wakeLater(one);
    } catch (err) {
      log.error({ stationId: one.pile.stationId, err }, "what is shared could not be kept");
    }
  };
  /** A station that is back may have forgotten what it held. */
  const holdAgain = (one: Watched): void => {
    for (const hold of one.holds())
      reservations
        .hold(one.pile, hold)
        .catch((err: unknown) =>
          log.error({ stationId: one.pile.stationId, err }, "a pile could not be held"),
        );
  };

  return {
    /** Whose news it wants. */
    stationIds: [...ofStation.keys()],
    start: (): void => {
      isStopped = false;
      for (const one of watched) void look(one, null);
    },
    stop: (): void => {
      isStopped = true;
      for (const cancel of timers.values()) cancel();
      timers.clear();
    },
    lookAll: (): void => {
      for (const one of watched) void look(one, null);
    },
    look: async (pile: Pile): Promise<void> => {
      for (const one of watched) if (pileKey(one.pile) === pileKey(pile)) await look(one, null);
    },
    lookAtStation: (stationId: string): void => {
      for (const one of ofStation.get(stationId) ?? []) void look(one, null);
    },
    onFleetEvent: (event: FleetEvent): void => {
      if (!LOOK_ON.has(event.kind)) return;
      for (const one of ofStation.get(event.stationId) ?? []) {
        if ("evseId" in event && event.evseId !== one.pile.evseId) continue;
        if (event.kind === "connected") holdAgain(one);
        void look(one, event.kind === "session-closed" ? event.session : null);
      }
    },
  };
};
