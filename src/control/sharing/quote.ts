import type { ExpectedCar, SharingOutlook } from "../../domain/outlook.js";
import type { Plan } from "../../domain/plan.js";
import type { Problem } from "../../domain/problem.js";
import { type EmergencyUse, pileKey } from "../../domain/sharing.js";
import type { EmergencyQuote } from "../../ports/sharing.js";
import { meterOfStation } from "../../planning/tree.js";
import { energyUntil, meanPricePerKwh, whoWaits } from "../../sharing/who-waits.js";
import type { EmergencyPile } from "./emergencies.js";
import type { SiteSharing } from "./port.js";
import { viewUse } from "./views.js";

interface Asked {
  readonly use: EmergencyUse;
  readonly pile: EmergencyPile;
  readonly car: ExpectedCar;
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
export const quoteOf = async (site: SiteSharing, { use, pile, car }: Asked): Promise<EmergencyQuote> => {
  const outlook = site.outlook();
  const without = await site.run.whatIf(outlook);
  const withIt = await site.run.whatIf(withCar(outlook, pile, car));
  const own = withIt.plan?.sessions.find(({ sessionId }) => sessionId === car.id);
  const { plan, problem } = withIt;
  const meter = meterOfStation(site.run.site, pile.stationId)?.id ?? "";
  const tariffPerKwh = plan === null || own === undefined ? null : tariffOf({ plan, problem }, own, meter);
  return {
    currency: site.run.site.currency,
    use: viewUse(use),
    tariffPerKwh,
    mostCost: tariffPerKwh === null ? null : use.energyKwh * (tariffPerKwh + use.surchargePerKwh),
    expectedKwh: plan === null || own === undefined ? 0 : energyUntil(plan, own, car.untilMs),
    waits: plan === null || without.plan === null ? [] : whoWaits(without.plan, plan, car.untilMs),
  };
};

const tariffOf = (
  { plan, problem }: { readonly plan: Plan; readonly problem: Problem },
  own: Plan["sessions"][number],
  meterId: string,
): number | null => {
  const prices = problem.meteringPoints.find(({ id }) => id === meterId)?.buyPricePerKwh;
  return prices === undefined ? null : meanPricePerKwh(plan, own, prices);
};
