import { ratedKw } from "../../domain/draw.js";
import { isSameToken } from "../../domain/id-token.js";
import { YouxuError } from "../../domain/errors.js";
import type { ExpectedCar, SessionTerms } from "../../domain/outlook.js";
import { type EmergencyTerms, type EmergencyUse, emergencyUseSchema, pileKey } from "../../domain/sharing.js";
import { DAY_MS, MINUTE_MS } from "../../domain/units.js";
import type { EmergencyWish } from "../../ports/sharing.js";
import { localMidnightMs } from "../../signals/calendar.js";
import {
  accepted,
  asTaken,
  boundedUse,
  followUse,
  isInForce,
  leftKwh,
  QUOTE_LASTS_MS,
  useHolder,
} from "../../sharing/emergency.js";
import { conflicting } from "../reservations.js";
import type { DeskMaker, PileDesk } from "./contract.js";
import type { Pile } from "./pile-view.js";

/** What is over is shown so long, and counts in the bounds of its day. */
const KEPT_MS = 7 * DAY_MS;
/** Prices that wait for an answer, per pile. */
const MOST_QUOTES = 20;

export interface EmergencyPile extends Pile {
  readonly terms: EmergencyTerms;
}

export interface Emergencies extends PileDesk<EmergencyPile> {
  /** What may be used, not kept yet. */
  draft(pile: EmergencyPile, wish: EmergencyWish): EmergencyUse;
  /** Keeps a draft whose price is known: it can be accepted. */
  quote(pile: EmergencyPile, draft: EmergencyUse): Promise<EmergencyUse>;
  accept(pile: EmergencyPile, useId: string): Promise<EmergencyUse>;
  usesOf(pile: EmergencyPile): readonly EmergencyUse[];
  /** The same with what they have taken by now. */
  usesNow(pile: EmergencyPile): readonly EmergencyUse[];
  /** How a use would be expected by the plan. */
  expected(use: EmergencyUse): ExpectedCar;
}

const where = (pile: EmergencyPile, id: string) => ({ id, turn: pile.stationId });

/** Uses of the community's fast piles. */
export const createEmergencies = ({
  clock,
  newId,
  makeDesk,
  reservations,
  isConnected,
  viewOf,
}: DeskMaker): Emergencies => {
  const desk = makeDesk("sharing-emergency", emergencyUseSchema);
  const usesOf = (pile: EmergencyPile): EmergencyUse[] =>
    desk.all().filter((use) => pileKey(use) === pileKey(pile));
  const inForce = (pile: EmergencyPile): EmergencyUse | undefined => usesOf(pile).find(isInForce);
  const bound = (pile: EmergencyPile, wish: EmergencyWish, except: string | null) => {
    const midnightMs = localMidnightMs(clock.now(), pile.site.timeZone);
    const others = usesOf(pile).filter(({ id }) => id !== except);
    const found = boundedUse(wish, others, { terms: pile.terms, pileKw: ratedKw(pile.evse), midnightMs });
    if (found === "used-up")
      throw new YouxuError("emergency.used-up", "the driver has used what a day allows", "body.idToken");
    if (found === "too-little")
      throw new YouxuError("emergency.too-little", "less than is worth a use, in that stay", "body.minutes");
    return found;
  };
  /** Of a station that is away nothing is known of what a use would get and cost. */
  const checkConnected = ({ stationId }: EmergencyPile, place: string): void => {
    if (!isConnected(stationId))
      throw new YouxuError("emergency.station-away", `station "${stationId}" is not connected`, place);
  };
  const checkFree = (pile: EmergencyPile, { idToken }: { idToken: string }): void => {
    const { session } = viewOf(pile, null, []);
    if (inForce(pile) !== undefined)
      throw new YouxuError("emergency.taken", "a car has the pile, or it is held for one", "body");
    if (session !== null && !isSameToken(session.idToken, idToken))
      throw new YouxuError("emergency.occupied", "a car that may not charge stands at the pile", "body");
    const heldMs = pile.terms.comeWithinMinutes * MINUTE_MS;
    const time = { fromMs: clock.now(), untilMs: clock.now() + heldMs };
    const reserved = reservations.inTheWay(pile, time);
    if (reserved !== null) throw conflicting(reserved, "body");
  };
  const forgetOld = (pile: EmergencyPile): void => {
    const quotes = usesOf(pile).filter(({ status }) => status === "quoted" || status === "expired");
    const surplus = new Set(quotes.slice(0, Math.max(0, quotes.length - MOST_QUOTES)));
    for (const use of usesOf(pile))
      if (!isInForce(use) && (surplus.has(use) || use.madeMs < clock.now() - KEPT_MS)) desk.forget(use.id);
  };

  return {
    idle: desk.idle,
    restore: desk.restore,
    usesOf,
    usesNow: (pile) => {
      const { session } = viewOf(pile, null, []);
      return usesOf(pile).map((use) => asTaken(use, session));
    },
    expected: (use) => expectedCar(use, clock.now()),
    draft: (pile, wish) => {
      checkConnected(pile, "body.stationId");
      checkFree(pile, wish);
      return quoted(pile, wish, { ...bound(pile, wish, null), id: newId(), nowMs: clock.now() });
    },
    quote: (pile, draft) => {
      forgetOld(pile);
      return desk.step(where(pile, draft.id), () => {
        checkConnected(pile, "body.stationId");
        checkFree(pile, draft);
        return { state: { ...draft, ...bound(pile, draft, null) }, effects: [] };
      });
    },
    accept: (pile, useId) =>
      desk.step(where(pile, useId), (use) => {
        const standing = known(use);
        if (standing.status !== "quoted" || clock.now() >= standing.untilMs)
          throw new YouxuError("emergency.expired", `the use is ${standing.status}`, "params.use");
        checkConnected(pile, "params.use");
        checkFree(pile, standing);
        return accepted({ ...standing, ...bound(pile, standing, useId) }, pile.terms, clock.now());
      }),
    look: async (pile, closed) => {
      const here = viewOf(pile, closed, []).session?.id;
      const open = usesOf(pile).filter(({ status, sessionId }) =>
        status === "over" ? sessionId === here : status !== "expired",
      );
      await Promise.all(
        open.map(({ id }) =>
          desk.step(where(pile, id), (use) => followUse(known(use), viewOf(pile, closed, []), clock.now())),
        ),
      );
    },
    wakeMs: (pile) => {
      const times = usesOf(pile)
        .filter(({ status }) => status !== "over" && status !== "expired")
        .map(({ untilMs }) => untilMs);
      return times.length === 0 ? null : Math.min(...times);
    },
    holdOf: (pile) =>
      usesOf(pile)
        .filter(({ status }) => status === "accepted")
        .map((use) => ({ ...use, holder: useHolder(use) })),
    claimsOn: (pile) =>
      usesOf(pile)
        .filter(isInForce)
        .map(({ evseId, madeMs, untilMs, driver }) => ({
          evseId,
          fromMs: madeMs,
          untilMs,
          what: `an emergency use of ${driver}`,
        })),
    outlook: (pile) => ({
      pile: {
        stationId: pile.stationId,
        evseId: pile.evseId,
        handoverMinutes: 0,
        expected: usesOf(pile)
          .filter(({ status }) => status === "accepted")
          .map((use) => expectedCar(use, clock.now())),
      },
      terms: termsOf(inForce(pile), viewOf(pile, null, [])),
    }),
  };
};

const known = (use: EmergencyUse | null): EmergencyUse => {
  if (use === null) throw new YouxuError("not-found.use", "no such price", "params.use");
  return use;
};

const expectedCar = ({ id, energyKwh, minutes }: EmergencyUse, nowMs: number): ExpectedCar => ({
  id: useHolder({ id }),
  energyNeedKwh: energyKwh,
  fromMs: nowMs,
  untilMs: nowMs + minutes * MINUTE_MS,
  isUrgent: true,
});

interface Quoted {
  readonly id: string;
  readonly energyKwh: number;
  readonly minutes: number;
  readonly nowMs: number;
}

const quoted = (
  { stationId, evseId, terms }: EmergencyPile,
  { driver, idToken }: EmergencyWish,
  { id, energyKwh, minutes, nowMs }: Quoted,
): EmergencyUse => ({
  id,
  stationId,
  evseId,
  driver,
  idToken,
  energyKwh,
  minutes,
  surchargePerKwh: terms.surchargePerKwh,
  status: "quoted",
  madeMs: nowMs,
  untilMs: nowMs + QUOTE_LASTS_MS,
  sessionId: null,
  startKwh: 0,
  deliveredKwh: 0,
});

/** Whoever has not accepted the price is given nothing; who has, what the use has left. */
const termsOf = (
  use: EmergencyUse | undefined,
  { session }: ReturnType<DeskMaker["viewOf"]>,
): SessionTerms[] => {
  if (session === null) return [];
  const { id: sessionId } = session;
  if (use === undefined || use.sessionId !== sessionId)
    return [{ sessionId, endsMs: null, mostKwh: 0, isUrgent: false, withheld: "price-not-accepted" }];
  return [{ sessionId, endsMs: use.untilMs, mostKwh: leftKwh(use, session), isUrgent: true }];
};
