import type { SessionTerms } from "../../domain/outlook.js";
import { type Booking, pileKey, type Unbooked, unbookedSchema } from "../../domain/sharing.js";
import type { EpochMs } from "../../domain/units.js";
import type { SessionAtPile, Step } from "../../sharing/steps.js";
import {
  askUnbooked,
  CARD_AWAITED_MS,
  followUnbooked,
  isUnbooked,
  type LentAround,
} from "../../sharing/unbooked.js";
import type { DeskMaker } from "./contract.js";
import type { LentPile } from "./loans.js";

interface UnbookedParts extends Pick<DeskMaker, "clock" | "makeDesk"> {
  readonly sessionAt: (pile: LentPile) => SessionAtPile | null;
  readonly bookingsOf: (pile: LentPile) => readonly Booking[];
}

type Follow = (before: Unbooked, session: SessionAtPile | null, around: LentAround) => Step<Unbooked>;

/** Cars at lent piles that are none of the owner's and have no booking: told once, over restarts. */
export const createUnbooked = ({ clock, makeDesk, sessionAt, bookingsOf }: UnbookedParts) => {
  const desk = makeDesk("sharing-unbooked", unbookedSchema);
  const aroundOf = (pile: LentPile): LentAround => ({
    terms: pile.terms,
    bookings: bookingsOf(pile),
    nowMs: clock.now(),
  });
  const step = async (pile: LentPile, follow: Follow): Promise<void> => {
    const { stationId, evseId } = pile;
    const none: Unbooked = { stationId, evseId, sessionId: "", endsMs: null, isOver: false };
    await desk.step({ id: pileKey(pile), turn: stationId, initial: none }, (before) =>
      follow(before ?? none, sessionAt(pile), aroundOf(pile)),
    );
  };
  const keptOf = (pile: LentPile, session: SessionAtPile | null): Unbooked | null => {
    const kept = desk.get(pileKey(pile));
    return kept !== null && kept.sessionId === session?.id ? kept : null;
  };

  return {
    idle: desk.idle,
    restore: desk.restore,
    look: (pile: LentPile) => step(pile, followUnbooked),
    ownerReturns: (pile: LentPile) => step(pile, askUnbooked),
    termsOf: (pile: LentPile): SessionTerms[] => {
      const session = sessionAt(pile);
      if (session === null || !isUnbooked(session, aroundOf(pile))) return [];
      const { id: sessionId } = session;
      const kept = keptOf(pile, session);
      if (pile.terms.withoutBooking === "refuse" || kept?.isOver === true)
        return [{ sessionId, endsMs: null, mostKwh: 0, isUrgent: false, withheld: "not-booked" }];
      if (kept?.endsMs == null) return [];
      return [{ sessionId, endsMs: kept.endsMs, mostKwh: null, isUrgent: false }];
    },
    wakeMs: (pile: LentPile): EpochMs | null => {
      const session = sessionAt(pile);
      const endsMs = keptOf(pile, session)?.endsMs ?? null;
      const cardMs = session?.idToken === null ? session.startedMs + CARD_AWAITED_MS : null;
      const coming = [endsMs, cardMs].filter((ms) => ms !== null).filter((ms) => ms > clock.now());
      return coming.length === 0 ? null : Math.min(...coming);
    },
  };
};
