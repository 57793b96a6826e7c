import type { GridEvent, PriceSeries } from "../src/domain/signal.js";
import type { Site } from "../src/domain/site.js";
import { sum } from "../src/domain/units.js";
import type { Tariff } from "../src/domain/tariff.js";
import { laySignals } from "../src/signals/lay.js";
import { isValleyAt } from "../src/signals/tariff.js";
import { postedEvents } from "./run/posted-events.js";
import type { NodeEnergy, SlotTruth, Truth, VisitResult } from "./run/truth-types.js";
import type { ScenarioEvent } from "./scenario.js";

/** What a run is judged by. Money in the site's currency, energies at the port. */
export interface RunMetrics {
  readonly currency: string;
  /** Energy bought − sold, as the metering points bill it at the prices then in force, cars only. */
  readonly energyCost: number;
  readonly wearCost: number;
  readonly totalCost: number;
  readonly peakKw: number;
  /** Stays that began and ended within the run: those that are judged. */
  readonly visits: number;
  /** Stays that had not ended when the run did. */
  readonly visitsStillThere: number;
  readonly needKwh: number;
  /** Of the need, what the cars held when they left. */
  readonly servedKwh: number;
  /** null where no stay ended, or none wanted anything. */
  readonly servedShare: number | null;
  readonly importedKwh: number;
  readonly dischargedKwh: number;
  readonly shortfallKwh: number;
  /** Of the shortfall, what no schedule could have served: the stay was too short. */
  readonly impossibleKwh: number;
  readonly avoidableShortfallKwh: number;
  /** Taken from cars whose drivers had not allowed it. Must be 0. */
  readonly dischargedWithoutConsentKwh: number;
  /** The most that any battery was discharged below its driver's reserve. */
  readonly belowReserveKwh: number;
  /** Share of the charging energy in valley and deep-valley hours; the national aim is 0.6, at home 0.8. */
  readonly valleyShare: number | null;
  readonly breach: Truth["breach"];
}

export interface MetricsInput {
  readonly site: Site;
  readonly truth: Truth;
  readonly visits: readonly VisitResult[];
  readonly tariffs: ReadonlyMap<string, Tariff>;
  readonly prices: ReadonlyMap<string, PriceSeries>;
  /** What the grid operator posts: its prices count from when they are posted. */
  readonly events: readonly ScenarioEvent[];
}

export const runMetrics = (input: MetricsInput): RunMetrics => {
  const { site, truth } = input;
  const judged = input.visits.filter(({ complete }) => complete);
  const energyCost = costOfCars(input);
  const dischargedKwh = sum(truth.slots.map(({ evExportKwh }) => evExportKwh));
  const wearCost = dischargedKwh * site.wearPerKwh;
  return {
    currency: site.currency,
    energyCost,
    wearCost,
    totalCost: energyCost + wearCost,
    peakKw: truth.peakKw,
    ...service(judged),
    visitsStillThere: input.visits.length - judged.length,
    importedKwh: sum(truth.slots.map(({ evImportKwh }) => evImportKwh)),
    dischargedKwh,
    ...consent(input.visits),
    valleyShare: valleyShare(input),
    breach: truth.breach,
  };
};

const costOfCars = (input: MetricsInput): number => {
  const events = postedEvents(input.events);
  return sum(input.truth.slots.map((slot) => costWithin(slot, input, events)));
};

/** What the cars cost within a slot: the bill of each metering point with them less its bill without. */
const costWithin = (slot: SlotTruth, input: MetricsInput, events: readonly GridEvent[]): number => {
  const { site, tariffs, prices } = input;
  const { startMs, endMs, byNode } = slot;
  const known = events.filter(({ modifiedMs }) => modifiedMs <= startMs);
  const horizon = { startsMs: [startMs], endMs };
  const laid = laySignals({ site, tariffs, prices, events: known, horizon, nowMs: startMs }).prices;
  return sum(
    site.meteringPoints.map(({ id, nodeId }) => {
      const energy = byNode.get(nodeId);
      const [buy = 0, sell = 0] = [laid.get(id)?.buyPerKwh[0], laid.get(id)?.sellPerKwh[0]];
      return energy === undefined ? 0 : bill(energy, buy, sell) - bill(withoutCars(energy), buy, sell);
    }),
  );
};

type Flow = Pick<NodeEnergy, "importKwh" | "exportKwh">;

const bill = ({ importKwh, exportKwh }: Flow, buy: number, sell: number): number =>
  importKwh * buy - exportKwh * sell;

const withoutCars = ({ backgroundKwh }: NodeEnergy): Flow => ({
  importKwh: Math.max(0, backgroundKwh),
  exportKwh: Math.max(0, -backgroundKwh),
});

const service = (visits: readonly VisitResult[]) => {
  const needKwh = sum(visits.map((visit) => visit.needKwh));
  const servedKwh = sum(visits.map((visit) => visit.servedKwh));
  return {
    visits: visits.length,
    needKwh,
    servedKwh,
    servedShare: needKwh === 0 ? null : servedKwh / needKwh,
    shortfallKwh: needKwh - servedKwh,
    impossibleKwh: sum(visits.map((visit) => visit.needKwh - visit.possibleKwh)),
    avoidableShortfallKwh: sum(visits.map((visit) => Math.max(0, visit.possibleKwh - visit.servedKwh))),
  };
};

const consent = (visits: readonly VisitResult[]) => ({
  dischargedWithoutConsentKwh: sum(visits.map((visit) => (visit.consent ? 0 : visit.exportedKwh))),
  belowReserveKwh: Math.max(
    0,
    ...visits.map(({ lowestKwh, reserveKwh }) => (lowestKwh === null ? 0 : reserveKwh - lowestKwh)),
  ),
});

const valleyShare = ({ site, truth, tariffs }: MetricsInput): number | null => {
  const tariff = site.meteringPoints.map(({ tariffId }) => tariffs.get(tariffId)).find((each) => each);
  const total = sum(truth.slots.map(({ evImportKwh }) => evImportKwh));
  if (tariff === undefined || total === 0) return null;
  const inValley = truth.slots.filter(({ startMs }) => isValleyAt(tariff, startMs));
  return sum(inValley.map(({ evImportKwh }) => evImportKwh)) / total;
};
