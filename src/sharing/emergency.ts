import { isSameToken } from "../domain/id-token.js";
import type { EmergencyTerms, EmergencyUse } from "../domain/sharing.js";
import { type EpochMs, hours, MINUTE_MS } from "../domain/units.js";
import { nameOf, notice, OPERATOR } from "./queue-notices.js";
import type { PileView, SessionAtPile, Step } from "./steps.js";

/** A price stands so long. */
export const QUOTE_LASTS_MS = 5 * MINUTE_MS;
/** Less than this is not worth a use, kWh. */
const LEAST_KWH = 0.5;

export interface Asked {
  readonly idToken: string;
  readonly energyKwh: number;
  readonly minutes: number;
}

const isCounted = ({ status }: EmergencyUse): boolean => status !== "quoted" && status !== "expired";

/** What one use takes of a day's bound: what it may still take while it runs, what it took after. */
const usedKwh = ({ status, energyKwh, deliveredKwh }: EmergencyUse): number =>
  status === "over" ? deliveredKwh : energyKwh;

export interface UseBounds {
  readonly terms: EmergencyTerms;
  /** Full power of the pile, kW. */
  readonly pileKw: number;
  readonly midnightMs: EpochMs;
}

/**
 * What may be used now: never above the bounds of a use, nor above what is left of the driver's local day, which
 * begins at `midnightMs`, nor above what the pile gives in the stay; or why none is worth it: the day is used up, or
 * what is asked for, or can be given in the stay, is too little.
 */
export const boundedUse = (
  { idToken, energyKwh, minutes }: Asked,
  uses: readonly EmergencyUse[],
  { terms, pileKw, midnightMs }: UseBounds,
): { readonly energyKwh: number; readonly minutes: number } | "used-up" | "too-little" => {
  const today = uses.filter(
    (use) => isCounted(use) && isSameToken(use.idToken, idToken) && use.madeMs >= midnightMs,
  );
  const leftKwh = terms.mostKwhPerDay - today.reduce((sum, use) => sum + usedKwh(use), 0);
  if (today.length >= terms.mostUsesPerDay || leftKwh < LEAST_KWH) return "used-up";
  const stayMinutes = Math.min(minutes, terms.mostMinutesPerUse);
  const inStayKwh = pileKw * hours(stayMinutes * MINUTE_MS);
  const mostKwh = Math.min(energyKwh, terms.mostKwhPerUse, leftKwh, inStayKwh);
  return mostKwh < LEAST_KWH ? "too-little" : { energyKwh: mostKwh, minutes: stayMinutes };
};

/** What is due for a use above the tariff: for no more than was quoted, whatever its pile gives. */
export const surchargeOf = ({
  energyKwh,
  deliveredKwh,
  surchargePerKwh,
}: Pick<EmergencyUse, "energyKwh" | "deliveredKwh" | "surchargePerKwh">) => ({
  surchargeDue: Math.min(deliveredKwh, energyKwh) * surchargePerKwh,
  beyondQuoteKwh: Math.max(0, deliveredKwh - energyKwh),
});

/** Under which a use is expected, and the pile held for it. */
export const useHolder = ({ id }: Pick<EmergencyUse, "id">): string => `emergency:${id}`;

/** Uses that have the pile, or a hold on it. */
export const isInForce = ({ status }: EmergencyUse): boolean => status === "accepted" || status === "running";

/** A quote that is accepted while it stands holds the pile. */
export const accepted = (use: EmergencyUse, terms: EmergencyTerms, nowMs: EpochMs): Step<EmergencyUse> => {
  const untilMs = nowMs + terms.comeWithinMinutes * MINUTE_MS;
  const { idToken, driver, id } = use;
  const text = `${nameOf(use)} is held for your card`;
  return {
    state: { ...use, status: "accepted", untilMs },
    effects: [
      { kind: "hold", holder: useHolder(use), idToken, untilMs },
      notice(use, { to: driver, kind: "emergency-held", about: id, untilMs, text }),
    ],
  };
};

/** A use as it stands after a look at its pile. */
export const followUse = (use: EmergencyUse, pile: PileView, nowMs: EpochMs): Step<EmergencyUse> => {
  switch (use.status) {
    case "quoted":
      return nowMs >= use.untilMs
        ? { state: { ...use, status: "expired" }, effects: [] }
        : { state: use, effects: [] };
    case "accepted":
      return followAccepted(use, pile, nowMs);
    case "running":
      return followRunning(use, pile, nowMs);
    case "over":
      return followOver(use, pile, nowMs);
    default:
      return { state: use, effects: [] };
  }
};

const followAccepted = (use: EmergencyUse, { session }: PileView, nowMs: EpochMs): Step<EmergencyUse> => {
  const { driver, id, idToken, energyKwh, minutes } = use;
  if (session !== null && isSameToken(session.idToken, idToken)) {
    const untilMs = nowMs + minutes * MINUTE_MS;
    const text = `at most ${energyKwh.toFixed(1)} kWh in ${minutes} min`;
    return {
      state: { ...use, status: "running", sessionId: session.id, untilMs, startKwh: session.deliveredKwh },
      effects: [
        {
          kind: "wish",
          sessionId: session.id,
          energyNeedKwh: session.deliveredKwh + energyKwh,
          departureMs: untilMs,
        },
        notice(use, { to: driver, kind: "emergency-begins", about: id, untilMs, text }),
      ],
    };
  }
  if (nowMs < use.untilMs) return { state: use, effects: [] };
  const text = `the car did not come: ${nameOf(use)} is free again`;
  return {
    state: { ...use, status: "expired" },
    effects: [
      { kind: "let-go", holder: useHolder(use) },
      notice(use, { to: driver, kind: "emergency-expired", about: id, text }),
    ],
  };
};

/** A use is brought to disk again when it took so much more, kWh. */
const WORTH_KEEPING_KWH = 0.5;
/** So little left is nothing, kWh. */
const NEXT_TO_NOTHING_KWH = 0.05;

const takenKwh = (use: EmergencyUse, { session, closed }: Pick<PileView, "session" | "closed">): number => {
  const seen = [session, closed].find((one) => one !== null && one.id === use.sessionId);
  return seen == null ? use.deliveredKwh : Math.max(use.deliveredKwh, seen.deliveredKwh - use.startKwh);
};

/** A use with what it has taken by what its session has now; on disk it lags behind. */
export const asTaken = (use: EmergencyUse, session: SessionAtPile | null): EmergencyUse =>
  use.status === "running" ? { ...use, deliveredKwh: takenKwh(use, { session, closed: null }) } : use;

/** Of what a use may take, what is left by what the session has now, kWh. */
export const leftKwh = (use: EmergencyUse, session: SessionAtPile | null): number => {
  const now = takenKwh(use, { session, closed: null });
  return Math.max(0, use.energyKwh - now);
};

/** Its EVSE is said to be free, but its stop has not come. */
const isAwaited = ({ sessionId }: EmergencyUse, { unstopped }: PileView): boolean =>
  unstopped?.isAwaited === true && unstopped.id === sessionId;

/** A use that counted as over since its EVSE was said to be free goes on where its session turns out to. */
const followOver = (use: EmergencyUse, pile: PileView, nowMs: EpochMs): Step<EmergencyUse> => {
  const isBack = pile.session !== null && pile.session.id === use.sessionId;
  const isSpent = nowMs >= use.untilMs || leftKwh(use, pile.session) <= NEXT_TO_NOTHING_KWH;
  return { state: isBack && !isSpent ? { ...use, status: "running" } : use, effects: [] };
};

const followRunning = (use: EmergencyUse, pile: PileView, nowMs: EpochMs): Step<EmergencyUse> => {
  const deliveredKwh = takenKwh(use, pile);
  const now = { ...use, deliveredKwh };
  const isThere = pile.session?.id === use.sessionId || isAwaited(use, pile);
  const isOver = !isThere || nowMs >= use.untilMs || deliveredKwh >= use.energyKwh - NEXT_TO_NOTHING_KWH;
  if (!isOver)
    return { state: deliveredKwh - use.deliveredKwh >= WORTH_KEEPING_KWH ? now : use, effects: [] };
  const { surchargeDue, beyondQuoteKwh } = surchargeOf(now);
  const beyond =
    beyondQuoteKwh > NEXT_TO_NOTHING_KWH
      ? `, nothing for ${beyondQuoteKwh.toFixed(2)} kWh above what was quoted`
      : "";
  const text = `${deliveredKwh.toFixed(2)} kWh taken, ${surchargeDue.toFixed(2)} due above the tariff${beyond}: please unplug`;
  return {
    state: { ...now, status: "over" },
    effects: [use.driver, OPERATOR].map((to) =>
      notice(use, { to, kind: "emergency-over", about: use.id, text }),
    ),
  };
};
