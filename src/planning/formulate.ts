import type { FleetState } from "../domain/fleet.js";
import type { Horizon } from "../domain/horizon.js";
import type { SharingOutlook } from "../domain/outlook.js";
import type { Plan } from "../domain/plan.js";
import type { DemandCharge, Problem } from "../domain/problem.js";
import type { LaidSignals } from "../domain/signal.js";
import type { Site, SiteMeteringPoint } from "../domain/site.js";
import { type EpochMs, largest } from "../domain/units.js";
import { presetWeights, priceScaleOf } from "../domain/weights.js";
import type { StorageSituation } from "../domain/storage.js";
import type { BaseForecast } from "./base-forecast.js";
import { comfortPrices } from "./comfort-prices.js";
import { largestExpectedKwh, withSharing } from "./expected-cars.js";
import { steepestPerKwh } from "./flattening.js";
import { formulateNodes } from "./formulate-nodes.js";
import { formulateSessions, previousPowers, withNeeds } from "./formulate-sessions.js";
import type { SiteDefaults } from "./needs.js";
import { outsideNodes } from "./outside-limits.js";
import { presentCars } from "./present-cars.js";
import { formulateStorages } from "./storages.js";

/** All that a problem is made of; plain data, `nowMs` included. */
export interface FormulationInput {
  readonly site: Site;
  readonly fleet: FleetState;
  readonly signals: LaidSignals;
  readonly base: BaseForecast;
  readonly horizon: Horizon;
  readonly nowMs: EpochMs;
  /** What a silent driver is taken to want, by session id. */
  readonly defaultsOf: ReadonlyMap<string, SiteDefaults>;
  readonly previous: Plan | null;
  /** Commanded batteries; absent: none. */
  readonly storages?: readonly StorageSituation[];
  /** Who is expected at shared piles; absent: nobody. */
  readonly sharing?: SharingOutlook;
}

const demandChargeOf = (
  { demandCharge }: SiteMeteringPoint,
  counts: readonly boolean[] | undefined,
): DemandCharge | null =>
  demandCharge === null
    ? null
    : {
        pricePerKw: demandCharge.pricePerKw,
        billedPeakKw: demandCharge.billedPeakKw,
        countsInSlot: counts === undefined ? null : [...counts],
      };

/** From fleet, measurements and signals to the problem that the optimizer sees. */
export const formulate = (input: FormulationInput): Problem => {
  const { site, horizon, signals } = input;
  const cars = presentCars(input);
  const steered = withNeeds(input, cars.steered);
  const largestNeedKwh = largest(
    steered.map(({ need }) => need.energyNeedKwh),
    largestExpectedKwh(input),
  );
  const outside = outsideNodes(input);
  const siteNodes = [...formulateNodes(input, cars), ...outside.nodes];
  const flatteningPerKwh = steepestPerKwh(site, siteNodes);
  const given = { largestNeedKwh, flatteningPerKwh };
  const { wholeNeed, targetsPerKwh, penalties } = comfortPrices(site, signals, given);
  const present = formulateSessions({ ...input, outside }, steered, wholeNeed);
  const storages = formulateStorages(input.storages ?? []);
  const { nodes, sessions } = withSharing(input, { nodes: siteNodes, sessions: present }, wholeNeed);
  const meteringPoints = site.meteringPoints.map((point) => {
    const prices = signals.prices.get(point.id);
    return {
      id: point.id,
      nodeId: point.nodeId,
      buyPricePerKwh: [...(prices?.buyPerKwh ?? horizon.startsMs.map(() => 0))],
      sellPricePerKwh: [...(prices?.sellPerKwh ?? horizon.startsMs.map(() => 0))],
      demandCharge: demandChargeOf(point, prices?.demandCounts),
      carbonKgPerKwh: prices?.carbonKgPerKwh === undefined ? null : [...prices.carbonKgPerKwh],
    };
  });
  const scale = priceScaleOf({
    meteringPoints,
    horizon: { startsMs: [...horizon.startsMs], endMs: horizon.endMs },
  });
  return {
    horizon: { startsMs: [...horizon.startsMs], endMs: horizon.endMs },
    currency: site.currency,
    supplyPu: site.supplyPu ?? 1,
    nodes: [...nodes],
    meteringPoints,
    sessions: [...sessions],
    storages,
    swapStations: [],
    targets: signals.targets.map((target, at) => ({
      ...target,
      powerKw: [...target.powerKw],
      pricePerKwh: targetsPerKwh[at] ?? target.pricePerKwh,
    })),
    payments: [],
    penalties,
    weights: { ...presetWeights(site.objective, scale), ...site.weights },
    previous: previousPowers(input.previous, [...sessions, ...storages], horizon),
  };
};
