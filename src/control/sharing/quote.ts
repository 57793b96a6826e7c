import { YouxuError } from "../../domain/errors.js";
import type { ExpectedCar, SharingOutlook } from "../../domain/outlook.js";
import type { Problem } from "../../domain/problem.js";
import { type EmergencyUse, pileKey } from "../../domain/sharing.js";
import { type EpochMs, MINUTE_MS, SLOT_MS } from "../../domain/units.js";
import { QUOTE_LASTS_MS } from "../../sharing/emergency.js";
import type { EmergencyQuote } from "../../ports/sharing.js";
import { urgentEnds } from "../../planning/expected-cars.js";
import { meterOfStation } from "../../planning/tree.js";
import { dearestPricePerKwh, energyUntil, meanPricePerKwh, whoWaits } from "../../sharing/who-waits.js";
import type { EmergencyPile } from "./emergencies.js";
import type { SiteSharing } from "./port.js";
import { viewUse } from "./views.js";

interface Asked {
  readonly use: EmergencyUse;
  readonly pile: EmergencyPile;
  readonly car: ExpectedCar;
  /** Keeps it with its price known, and what may be used of it by then. */
  readonly keep: (use: EmergencyUse) => Promise<EmergencyUse>;
}

/** The outlook with one car more, and no other bound on one that is plugged in there already. */
const withCar = (outlook: SharingOutlook, pile: EmergencyPile, car: ExpectedCar): SharingOutlook => ({
  ...outlook,
  piles: outlook.piles.map((one) => (pileKey(one) === pileKey(pile) ? { ...one, expected: [car] } : one)),
});

/**
 * What a use would cost and do: the site is planned with it and without it, under all limits. Who gets less by
 * the first plan waits for it.
 */
export const quoteOf = async (
  site: SiteSharing,
  { use, pile, car, keep }: Asked,
): Promise<EmergencyQuote> => {
  const outlook = site.outlook();
  const sharing = withCar(outlook, pile, car);
  const endsMs = urgentEnds(sharing);
  const without = await site.run.whatIf({ sharing: outlook, endsMs });
  const withIt = await site.run.whatIf({ sharing, endsMs });
  const { plan, problem } = withIt;
  const prices = pricesOf(site, pile, problem);
  const dearestUntil = (untilMs: EpochMs) =>
    Math.max(
      dearestPricePerKwh(problem.horizon, prices, untilMs),
      ...pricesBeyond(site, pile, { fromMs: problem.horizon.endMs, untilMs, nowMs: use.madeMs }),
    );
  const own = plan?.sessions.find(({ sessionId }) => sessionId === car.id);
  const mean = plan === null || own === undefined ? null : meanPricePerKwh(plan, own, prices);
  const tariffPerKwh = mean ?? dearestUntil(car.untilMs);
  // The car may come as late as the price and the hold stand, and stay on from there.
  const lastMs = car.untilMs + QUOTE_LASTS_MS + pile.terms.comeWithinMinutes * MINUTE_MS;
  const kept = await keep(use);
  return {
    currency: site.run.site.currency,
    use: viewUse(kept),
    tariffPerKwh,
    mostCost: kept.energyKwh * (dearestUntil(lastMs) + kept.surchargePerKwh),
    heldBy: own?.shortfallCause ?? null,
    expectedKwh: plan === null || own === undefined ? 0 : energyUntil(plan, own, car.untilMs),
    waits: plan === null || without.plan === null ? [] : whoWaits(without.plan, plan, car.untilMs),
  };
};

/** What the meter that bills the pile is to pay, by slot; throws where none does. */
const pricesOf = ({ run }: SiteSharing, { stationId }: EmergencyPile, { meteringPoints }: Problem) => {
  const meter = meterOfStation(run.site, stationId);
  const found = meteringPoints.find(({ id }) => id === meter?.id);
  if (found === undefined)
    throw new YouxuError("emergency.price-unknown", `no meter bills ${stationId}`, "body.stationId");
  return found.buyPricePerKwh;
};

interface Beyond {
  readonly fromMs: EpochMs;
  readonly untilMs: EpochMs;
  readonly nowMs: EpochMs;
}

/** The same by quarter of an hour after the plan's end, which may come before the stay's. */
const pricesBeyond = (
  { run }: SiteSharing,
  { stationId }: EmergencyPile,
  { fromMs, untilMs, nowMs }: Beyond,
): number[] => {
  const meterId = meterOfStation(run.site, stationId)?.id ?? null;
  const quarters = Math.max(0, Math.ceil((untilMs - fromMs) / SLOT_MS));
  return Array.from({ length: quarters }, (_, quarter) => fromMs + quarter * SLOT_MS).flatMap(
    (startMs) => run.prices.at(meterId, startMs, nowMs)?.buyPerKwh ?? [],
  );
};
