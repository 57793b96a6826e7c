import { YouxuError } from "../../domain/errors.js";
import type { Booking, EmergencyUse, PilePlace } from "../../domain/sharing.js";
import type { Clock } from "../../ports/clock.js";
import type { Notices } from "../../ports/notices.js";
import type { QueueEntryView, Sharing } from "../../ports/sharing.js";
import type { SharingOutlook } from "../../domain/outlook.js";
import type { SiteRun } from "../site-run.js";
import type { Desks } from "./desks.js";
import type { LentPile } from "./loans.js";
import { pileAt, type SitePiles } from "./piles.js";
import { quoteOf } from "./quote.js";
import type { QuoteTurns } from "./quote-turns.js";
import { viewBooking, viewEmergency, viewLent, viewQueue, viewUse } from "./views.js";
import type { createWatch } from "./watch.js";

/** What a call on one site works with. */
export interface SiteSharing {
  readonly run: SiteRun;
  readonly piles: SitePiles;
  readonly watch: ReturnType<typeof createWatch>;
  outlook(): SharingOutlook;
}

export interface PortParts {
  readonly clock: Pick<Clock, "now">;
  readonly desks: Desks;
  readonly notices: Notices;
  readonly quoteTurns: Pick<QuoteTurns, "take">;
  readonly siteParts: (siteId: string) => SiteSharing;
}

/** What drivers, owners and operators can ask. Whatever changes a pile has the rules look at it before the answer. */
export const createSharingPort = ({ clock, desks, notices, quoteTurns, siteParts }: PortParts): Sharing => {
  const { queues, loans, emergencies } = desks;
  const around = ({ run }: SiteSharing) => ({ plan: run.memory.plan, nowMs: clock.now() });

  const onBooking = async (siteId: string, bookingId: string, act: (pile: LentPile) => Promise<Booking>) => {
    const { piles, watch } = siteParts(siteId);
    const pile = piles.lent.find((one) => loans.bookingsOf(one).some(({ id }) => id === bookingId));
    if (pile === undefined) throw new YouxuError("not-found.booking", "no such booking", "params.booking");
    const booking = await act(pile);
    await watch.look(pile);
    return viewBooking(loans.bookingsOf(pile).find(({ id }) => id === booking.id) ?? booking);
  };
  const lentAt = (siteId: string, place: PilePlace) => {
    const site = siteParts(siteId);
    return { ...site, pile: pileAt(site.run.site, site.piles.lent, place) };
  };

  return {
    notices,
    view: (siteId) => {
      const site = siteParts(siteId);
      const { shared, lent, emergency } = site.piles;
      return {
        currency: site.run.site.currency,
        queues: shared.map((pile) => viewQueue(queues, pile, around(site))),
        lent: lent.map((pile) => viewLent(loans, pile)),
        emergency: emergency.map((pile) => viewEmergency(emergencies, pile)),
      };
    },
    join: async (siteId, wish): Promise<QueueEntryView> => {
      const site = siteParts(siteId);
      const pile = pileAt(site.run.site, site.piles.shared, wish);
      const { id } = await queues.join(pile, wish);
      await site.watch.look(pile);
      const entry = viewQueue(queues, pile, around(site)).waiting.find((one) => one.id === id);
      if (entry === undefined) throw new YouxuError("queue.window", "it waits no more", "body.deadline");
      return entry;
    },
    leave: async (siteId, entryId) => {
      const { piles, watch } = siteParts(siteId);
      const pile = piles.shared.find((one) => queues.stateOf(one).waiting.some(({ id }) => id === entryId));
      if (pile === undefined)
        throw new YouxuError("not-found.entry", "nobody waits under this id", "params.entry");
      await queues.leave(pile, entryId);
      await watch.look(pile);
    },
    book: async (siteId, wish) => {
      const { pile, watch } = lentAt(siteId, wish);
      const booking = await loans.book(pile, wish);
      await watch.look(pile);
      return viewBooking(loans.bookingsOf(pile).find(({ id }) => id === booking.id) ?? booking);
    },
    answerBooking: (siteId, bookingId, isGranted) =>
      onBooking(siteId, bookingId, (pile) => loans.answer(pile, bookingId, isGranted)),
    cancelBooking: (siteId, bookingId) =>
      onBooking(siteId, bookingId, (pile) => loans.cancel(pile, bookingId)),
    ownerReturns: async (siteId, place, untilMs) => {
      const { pile, watch } = lentAt(siteId, place);
      const changed = await loans.ownerReturns(pile, untilMs);
      await watch.look(pile);
      return changed.map(viewBooking);
    },
    setCalendar: async (siteId, place, calendar) => {
      const { pile } = lentAt(siteId, place);
      await loans.setCalendar(pile, calendar);
      return viewLent(loans, pile);
    },
    quoteEmergency: async (siteId, wish) => {
      const site = siteParts(siteId);
      const pile = pileAt(site.run.site, site.piles.emergency, wish);
      return quoteTurns.take(siteId, async () => {
        const use = emergencies.draft(pile, wish);
        const keep = (draft: EmergencyUse) => emergencies.quote(pile, draft);
        return quoteOf(site, { use, pile, car: emergencies.expected(use), keep });
      });
    },
    acceptEmergency: async (siteId, useId) => {
      const { piles, watch } = siteParts(siteId);
      const pile = piles.emergency.find((one) => emergencies.usesOf(one).some(({ id }) => id === useId));
      if (pile === undefined) throw new YouxuError("not-found.use", "no such price", "params.use");
      const use = await emergencies.accept(pile, useId);
      await watch.look(pile);
      return viewUse(emergencies.usesOf(pile).find(({ id }) => id === use.id) ?? use);
    },
  };
};
