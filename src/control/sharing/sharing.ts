import { YouxuError } from "../../domain/errors.js";
import type { FleetEvent } from "../../domain/fleet.js";
import type { SharingOutlook } from "../../domain/outlook.js";
import type { PreferenceChange } from "../../domain/session.js";
import { type LentNow, type PilePlace, pileKey } from "../../domain/sharing.js";
import { createMemoryNotices } from "../../ports/notices.js";
import type { Sharing } from "../../ports/sharing.js";
import type { ControlParts } from "../contract.js";
import type { FleetKeeper } from "../fleet-keeper.js";
import type { SiteRun } from "../site-run.js";
import { createDesks, type Desks } from "./desks.js";
import type { Claim } from "../../management/reservation-conflicts.js";
import type { ReservationKeeper } from "../reservations.js";
import type { Pile } from "./pile-view.js";
import { createPerform } from "./perform.js";
import { pilesOf, type SitePiles } from "./piles.js";
import { createSharingPort } from "./port.js";
import { createQuoteTurns } from "./quote-turns.js";
import { createUnstopped } from "./unstopped.js";
import { createWatch, watchedBy } from "./watch.js";

export interface SharingParts {
  readonly parts: ControlParts;
  readonly keeper: FleetKeeper;
  readonly runs: ReadonlyMap<string, SiteRun>;
  readonly reservations: ReservationKeeper;
  readonly setPreference: (sessionId: string, change: PreferenceChange) => Promise<unknown>;
}

/** Sharing over all sites, as the loop and the API have it. */
export interface SharingRun {
  readonly port: Sharing;
  outlookOf(siteId: string): SharingOutlook;
  /** Who may charge at a lent pile now, beside its owner; null: the pile is none. */
  lentNow(place: PilePlace): LentNow | null;
  /** Time that is given away at a station. */
  claimsOf(stationId: string): readonly Claim[];
  /** What operators have reserved of a station is another than it was. */
  onReservation(stationId: string): void;
  onFleetEvent(event: FleetEvent): void;
  /** A site has a new plan, by which turns may end. */
  onPlan(siteId: string): void;
  start(): Promise<void>;
  stop(): void;
  idle(): boolean;
}

const outlookOf = ({ shared, lent, emergency }: SitePiles, desks: Desks): SharingOutlook => {
  const each = [
    ...shared.map((pile) => desks.queues.outlook(pile)),
    ...lent.map((pile) => desks.loans.outlook(pile)),
    ...emergency.map((pile) => desks.emergencies.outlook(pile)),
  ];
  return { piles: each.map(({ pile }) => pile), terms: each.flatMap(({ terms }) => terms) };
};

const claimsOf = (stationId: string, { shared, lent, emergency }: SitePiles, desks: Desks): Claim[] => {
  const isThere = (pile: Pile): boolean => pile.stationId === stationId;
  return [
    ...shared.filter(isThere).flatMap((pile) => desks.queues.claimsOn(pile)),
    ...lent.filter(isThere).flatMap((pile) => desks.loans.claimsOn(pile)),
    ...emergency.filter(isThere).flatMap((pile) => desks.emergencies.claimsOn(pile)),
  ];
};

/** Joins the rules of sharing to fleet, plan, stations and disk. */
export const createSharing = ({
  parts,
  keeper,
  runs,
  reservations,
  setPreference,
}: SharingParts): SharingRun => {
  const notices = createMemoryNotices();
  const performing = createPerform({
    parts,
    reservations,
    notices,
    wish: async (sessionId, energyNeedKwh, departureMs) => {
      // A driver who has said something since has the last word.
      if (keeper.running(sessionId)?.preference !== null) return;
      await setPreference(sessionId, { energyNeedKwh, departureMs });
    },
  });
  const unstopped = createUnstopped();
  const quoteTurns = createQuoteTurns();
  const desks = createDesks({ parts, keeper, runs, reservations, performing, unstopped });
  const piles = new Map([...runs].map(([siteId, { site }]) => [siteId, pilesOf(site)] as const));
  const watches = new Map(
    [...piles].map(([siteId, { shared, lent, emergency }]) => [
      siteId,
      createWatch({
        ...parts,
        reservations,
        unstopped,
        watched: [
          ...watchedBy(desks.queues, shared),
          ...watchedBy(desks.loans, lent),
          ...watchedBy(desks.emergencies, emergency),
        ],
      }),
    ]),
  );
  const lent = new Map([...piles.values()].flatMap((each) => each.lent.map((pile) => [pileKey(pile), pile])));
  const watchOf = new Map(
    [...watches.values()].flatMap((watch) =>
      watch.stationIds.map((stationId) => [stationId, watch] as const),
    ),
  );
  const siteParts = (siteId: string) => {
    const [run, ofSite, watch] = [runs.get(siteId), piles.get(siteId), watches.get(siteId)];
    if (run === undefined || ofSite === undefined || watch === undefined)
      throw new YouxuError("not-found.site", `no site "${siteId}"`, "params.id");
    return { run, piles: ofSite, watch, outlook: () => outlookOf(ofSite, desks) };
  };

  return {
    port: createSharingPort({ clock: parts.clock, desks, notices, quoteTurns, siteParts }),
    outlookOf: (siteId) => siteParts(siteId).outlook(),
    lentNow: (place) => {
      const pile = lent.get(pileKey(place));
      return pile === undefined ? null : desks.loans.nowAt(pile);
    },
    onFleetEvent: (event) => {
      const watch = watchOf.get(event.stationId);
      if (watch === undefined) return;
      unstopped.hear(event);
      watch.onFleetEvent(event);
    },
    claimsOf: (stationId) => [...piles.values()].flatMap((each) => claimsOf(stationId, each, desks)),
    onReservation: (stationId) => watchOf.get(stationId)?.lookAtStation(stationId),
    onPlan: (siteId) => watches.get(siteId)?.lookAll(),
    start: async () => {
      await desks.restore();
      for (const watch of watches.values()) watch.start();
    },
    stop: () => {
      for (const watch of watches.values()) watch.stop();
    },
    idle: () => performing.idle() && quoteTurns.idle() && desks.idle(),
  };
};
